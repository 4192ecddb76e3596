"""Layers made of layers: in series, around a shortcut, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from skdeep.nn.configurable import HoldsList
from skdeep.nn.layers.base import Layer, State
from skdeep.nn.parameters import Plan


class Combinator(HoldsList, Layer):
    """Base of layers that hold a list of layers as their first hyperparameter."""

    list_name = "layers"

    @property
    def synchronises(self) -> bool:  # type: ignore[override]
        """Whether an inner layer exchanges sums between shards."""
        return any(layer.synchronises for layer in getattr(self, self.list_name))


@dataclass(repr=False)
class Serial(Combinator):
    """One layer after the other.

    Parameters
    ----------
    layers : sequence of Layer
        The layers, first to last; none at all passes the input on.

    Examples
    --------
    >>> from skdeep.nn import Dense, ReLU
    >>> net = Serial([Dense(8), ReLU(), Dense(3)])
    >>> net.plan((4,)).output_shape
    (3,)
    >>> net.set_params(**{"0__units": 16}).layers[0]
    Dense(units=16)
    """

    layers: Sequence[Layer] = ()

    @property
    def keeps_output(self) -> bool:  # type: ignore[override]
        """Whether the last layer reads its output in backward."""
        return not self.layers or self.layers[-1].keeps_output

    @property
    def frees_output(self) -> bool:  # type: ignore[override]
        """Whether the last layer has no use for the memory of its output."""
        return bool(self.layers) and self.layers[-1].frees_output

    def plan(self, input_shape):
        plans = []
        shape = input_shape
        for layer in self.layers:
            plans.append(layer.plan(shape))
            shape = plans[-1].output_shape
        return Plan(input_shape, shape, children=tuple(plans))

    def open(self, workspace):
        may_overwrite, wants_dx = workspace.may_overwrite, workspace.wants_dx
        for layer, child in zip(self.layers, workspace.children, strict=True):
            child.may_overwrite, child.wants_dx = may_overwrite, wants_dx
            layer.open(child)
            may_overwrite, wants_dx = not layer.keeps_output, True

    def sizes_after(self, sizes):
        for layer in self.layers:
            if sizes is not None:
                sizes = layer.sizes_after(sizes)
        return sizes

    def forward(self, x, workspace):
        steps = []
        sizes = workspace.sizes
        for layer, child in zip(self.layers, workspace.children, strict=True):
            child.sizes = sizes
            x, step = layer.forward(x, child)
            steps.append(step)
            if sizes is not None:
                sizes = layer.sizes_after(sizes)

        def backward(dy):
            for step in reversed(steps):
                dy = step(dy)
            return dy

        return x, backward

    @property
    def state_sizes(self) -> tuple[int, ...]:
        """Those of all layers, one layer after the other."""
        return sum((layer.state_sizes for layer in self.layers), ())

    def forward_from(self, x, initial, workspace):
        steps: list[Any] = []
        final: State = ()
        parts = self._parts(initial)
        sizes = workspace.sizes
        for layer, part, child in zip(
            self.layers, parts, workspace.children, strict=True
        ):
            child.sizes = sizes
            x, state, step = layer.forward_from(x, part, child)
            final += state
            steps.append(step)
            if sizes is not None:
                sizes = layer.sizes_after(sizes)

        def backward(dy, dfinal):
            dinitial: State = ()
            for step, part in zip(
                reversed(steps), reversed(self._parts(dfinal)), strict=True
            ):
                dy, d = step(dy, part)
                dinitial = d + dinitial
            return dy, dinitial

        return x, final, backward

    def step(self, x, state, workspace):
        after: State = ()
        parts = self._parts(state)
        for layer, part, child in zip(
            self.layers, parts, workspace.children, strict=True
        ):
            x, part = layer.step(x, part, child)
            after += part
        return x, after

    def _parts(self, state: State | None) -> list[Any]:
        """Return the part of a state that belongs to each layer."""
        if state is None:
            return [None] * len(self.layers)
        arrays = iter(state)
        return [tuple(islice(arrays, len(x.state_sizes))) for x in self.layers]


@dataclass(repr=False)
class Residual(Combinator):
    """The layers in series, plus a shortcut around them: ``y = f(x) + s(x)`` [1]_.

    Parameters
    ----------
    layers : sequence of Layer
        The function f.
    shortcut : Layer or None, default=None
        The function s; None is the identity, for which f must keep the shape.

    References
    ----------
    .. [1] K. He et al., "Deep residual learning for image recognition", CVPR 2016,
       arXiv:1512.03385.
    """

    layers: Sequence[Layer] = ()
    shortcut: Layer | None = None

    def _branches(self) -> tuple[Layer, Layer]:
        return Serial(self.layers), self.shortcut or Serial()

    @property
    def synchronises(self) -> bool:  # type: ignore[override]
        """Whether an inner layer or the shortcut exchanges sums between shards."""
        return any(branch.synchronises for branch in self._branches())

    def plan(self, input_shape):
        plans = tuple(branch.plan(input_shape) for branch in self._branches())
        f, s = (plan.output_shape for plan in plans)
        if f != s:
            raise ValueError(
                f"Residual adds outputs of shape {f} and {s}, from input of shape "
                f"{input_shape}: give it a shortcut= layer that returns {f}, such as "
                f"Dense({f[-1]}, use_bias=False)."
            )
        return Plan(input_shape, f, children=plans)

    def open(self, workspace):
        for branch, child in zip(self._branches(), workspace.children, strict=True):
            child.wants_dx = workspace.wants_dx
            branch.open(child)

    def sizes_after(self, sizes):
        return self._branches()[0].sizes_after(sizes)

    @property
    def state_sizes(self) -> tuple[int, ...]:
        """Those of f."""
        return self._branches()[0].state_sizes

    def forward(self, x, workspace):
        y, _, backward = self.forward_from(x, None, workspace)
        return y, lambda dy: backward(dy, None)[0]

    def step(self, x, state, workspace):
        (f, s), (f_space, s_space) = self._branches(), workspace.children
        fx, state = f.step(x, state, f_space)
        return fx + s.step(x, (), s_space)[0], state

    def forward_from(self, x, initial, workspace):
        (f, s), (f_space, s_space) = self._branches(), workspace.children
        f_space.sizes = s_space.sizes = workspace.sizes
        fx, final, f_backward = f.forward_from(x, initial, f_space)
        sx, s_backward = s.forward(x, s_space)
        y = np.add(fx, sx, out=workspace.empty("y", fx.shape))

        def backward(dy, dfinal):
            dy_f = workspace.empty("dy", dy.shape)
            np.copyto(dy_f, dy)
            (dx_f, dinitial), dx_s = f_backward(dy_f, dfinal), s_backward(dy)
            if workspace.wants_dx:
                np.add(dx_f, dx_s, out=dx_f)
            return dx_f, dinitial

        return y, final, backward


@dataclass(repr=False)
class Parallel(Combinator):
    """The same input through several branches.

    Parameters
    ----------
    branches : sequence of Layer
        One layer (or Serial) a branch.
    merge : {"concatenate", "add"}, default="concatenate"
        Whether outputs are laid side by side along the last axis, or added up.
    """

    branches: Sequence[Layer] = ()
    merge: str = "concatenate"
    list_name = "branches"

    def plan(self, input_shape):
        if self.merge not in ("concatenate", "add"):
            raise ValueError(
                f"Parallel got merge={self.merge!r}; give 'concatenate' or 'add'."
            )
        plans = tuple(branch.plan(input_shape) for branch in self.branches)
        shapes = [plan.output_shape for plan in plans]
        kept = [s[:-1] if self.merge == "concatenate" else s for s in shapes]
        if len(set(kept)) != 1:
            raise ValueError(
                f"Parallel cannot {self.merge} outputs of shapes {shapes}: branches "
                "must agree in every axis"
                + (" but the last." if self.merge == "concatenate" else ".")
            )
        shape = shapes[0]
        if self.merge == "concatenate":
            shape = (*shape[:-1], sum(s[-1] for s in shapes))
        return Plan(input_shape, shape, children=plans)

    def open(self, workspace):
        for branch, child in zip(self.branches, workspace.children, strict=True):
            child.wants_dx = workspace.wants_dx
            branch.open(child)

    def sizes_after(self, sizes):
        return self.branches[0].sizes_after(sizes)

    def forward(self, x, workspace):
        for child in workspace.children:
            child.sizes = workspace.sizes
        pairs = zip(self.branches, workspace.children, strict=True)
        outputs, backwards = zip(*(b.forward(x, c) for b, c in pairs), strict=True)
        concatenate = self.merge == "concatenate"
        width = (sum if concatenate else max)(out.shape[-1] for out in outputs)
        y = workspace.empty("y", (*outputs[0].shape[:-1], width))
        if concatenate:
            np.concatenate(outputs, axis=-1, out=y)
        else:
            np.copyto(y, outputs[0])
            for other in outputs[1:]:
                y += other

        def backward(dy):
            total, start = None, 0
            for i, (output, step) in enumerate(zip(outputs, backwards, strict=True)):
                share = workspace.empty(f"dy{i}", output.shape)
                stop = start + output.shape[-1] if concatenate else width
                np.copyto(share, dy[..., start:stop])
                start = stop if concatenate else 0
                dx = step(share)
                if not workspace.wants_dx:
                    continue
                total = dx if total is None else np.add(total, dx, out=total)
            return dy if total is None else total

        return y, backward
