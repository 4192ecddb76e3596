"""A layer together with its weights: what a fitted estimator keeps."""

import copy
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from skdeep.nn.compute import Member, aligned_empty, run_parts, single_threaded_blas
from skdeep.nn.layers.base import Layer, Shape, Workspace
from skdeep.nn.layers.combine import Serial
from skdeep.nn.parameters import Layout, Plan, StateLayout, Views
from skdeep.nn.ragged import Ragged

# Numbers that the widest layer may hold at a time in prediction.
CHUNK = 2**19
# Multiply-adds up to which products are computed on one thread anyway.
SMALL_PRODUCT = 9_000


class Network:
    """Layers with weights for one input shape.

    Parameters
    ----------
    layer : Layer
        The architecture, a combinator as a rule.
    input_shape : tuple of int
        Shape of one sample.
    dtype : dtype
        Either float32 or float64.
    rng : numpy.random.Generator
        Draws the starting values.

    Attributes
    ----------
    theta : ndarray of shape (n_parameters,)
        All weights; the layers' weights are views of it.
    state : ndarray of shape (n_state,)
        All unlearned state, such as running means.
    plan : Plan
        Shapes and costs of the layers.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.nn import Dense, ReLU, Serial
    >>> rng = np.random.default_rng(0)
    >>> net = Network(Serial([Dense(8), ReLU(), Dense(2)]), (4,), np.float32, rng)
    >>> net.theta.size, net.forward(np.zeros((5, 4), np.float32)).shape
    (58, (5, 2))
    """

    def __init__(
        self, layer: Layer, input_shape: Shape, dtype: Any, rng: np.random.Generator
    ):
        self.layer, self.input_shape = layer, input_shape
        self._plan()
        self.theta = aligned_empty((self.layout.size,), dtype)
        self.state = self._state_layout.initial(self.dtype)
        # The last bits of orthogonal weights would depend on the number of threads.
        with single_threaded_blas():
            self.layout.initialize(self.theta, rng)
        self._lay_views()

    @property
    def dtype(self) -> np.dtype:
        """Type of weights and arithmetic."""
        return self.theta.dtype

    def _plan(self) -> None:
        self.plan = self.layer.plan(self.input_shape)
        self.layout, self._state_layout = Layout(self.plan), StateLayout(self.plan)
        self._widest = max(prod(plan.output_shape) for plan in self.plan.walk())

    def _lay_views(self) -> None:
        self.params = self.layout.views(self.theta)
        self._state_views = self._state_layout.views(self.state)

    def __getstate__(self) -> dict[str, Any]:
        # Views would be pickled as copies; they are laid anew.
        names = ("layer", "input_shape", "theta", "state")
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._plan()
        self._lay_views()

    def replace_layers(self, layer: Layer) -> bool:
        """Take other layers with the same weights, such as less dropout.

        Parameters
        ----------
        layer : Layer
            The new architecture.

        Returns
        -------
        bool
            False, with nothing changed, if its weights have other names or shapes,
            or another order for having other learning rates.
        """

        def arrays(plan: Plan) -> list[Any]:
            return [
                ([(x.name, x.shape) for x in p.parameters], p.state)
                for p in plan.walk()
                if p.parameters or p.state
            ]

        plan = layer.plan(self.input_shape)
        if arrays(plan) != arrays(self.plan):
            return False
        if Layout(plan).offsets() != self.layout.offsets():
            return False
        self.layer = layer
        self._plan()
        self._lay_views()
        return True

    def up_to(self, number: int) -> "Network":
        """Return the part of the network before one of the outermost layers.

        Parameters
        ----------
        number : int
            Which layer; negative ones count from the last.

        Returns
        -------
        Network
            With the same weights, in the same memory.

        Examples
        --------
        >>> import numpy as np
        >>> from skdeep.nn import Dense, ReLU, Serial
        >>> rng = np.random.default_rng(0)
        >>> net = Network(Serial([Dense(8), ReLU(), Dense(2)]), (4,), np.float32, rng)
        >>> net.up_to(-1).forward(np.zeros((5, 4), np.float32)).shape
        (5, 8)
        """
        layers = list(self.layer.layers)  # type: ignore[attr-defined]
        plans = self.plan.children
        part = copy.copy(self)
        # Its weights stay where they are in the vector.
        part.layer = Serial([*layers[:number], *map(_LeftOut, plans[number:])])
        part._plan()
        part._lay_views()
        return part

    def parameters(self, name: str) -> list[np.ndarray]:
        """Return the arrays of that name, such as "weight", from first to last."""
        views: list[Views] = list(self.params.walk())
        return [v.arrays[name] for v in views if name in v.arrays]

    def workspace(
        self,
        grad: np.ndarray | None = None,
        rng: np.random.Generator | None = None,
        member: Member | None = None,
    ) -> Workspace:
        """Return working memory; with ``grad``, for training one shard.

        Parameters
        ----------
        grad : ndarray of shape (n_parameters,) or None
            Where the gradient goes; None is for prediction.
        rng : numpy.random.Generator or None
            Randomness of the shard.
        member : Member or None
            The shard's place in its team.

        Returns
        -------
        Workspace
            Of the outermost layer.
        """
        grads = None if grad is None else self.layout.views(grad)
        workspace = Workspace(
            self.plan, self.params, self._state_views, grads, self.dtype, rng, member
        )
        self.layer.open(workspace)
        return workspace

    def forward(self, x: Any) -> np.ndarray:
        """Compute raw outputs, chunk by chunk.

        Parameters
        ----------
        x : ndarray, sparse matrix or Ragged of shape (n_samples, *input_shape)
            The input; not changed.

        Returns
        -------
        ndarray of shape (n_samples, *output_shape), or Ragged
            Outputs of the last layer; ragged where steps of ragged samples have outputs
            of their own.
        """
        if isinstance(x, Ragged):
            return self._forward_ragged(x)
        n = x.shape[0]
        if n * self.plan.total_multiply_adds <= SMALL_PRODUCT:
            return self._forward(x)
        rows = max(1, CHUNK // self._widest)
        if n <= rows:
            with single_threaded_blas():
                return self._forward(x)
        out = np.empty((n, *self._output_shape(x.shape[1:])), self.dtype)

        def compute(start: int, space: Workspace) -> None:
            chunk = slice(start, start + rows)
            out[chunk] = self._forward(x[chunk], space)

        run_parts(compute, range(0, n, rows), self.workspace)
        return out

    # As in training, infinity is let through; and some kernels of BLAS raise the flag
    # of an invalid operation for numbers beyond the end of a matrix.
    @np.errstate(all="ignore")
    def _forward(self, x: Any, workspace: Workspace | None = None) -> np.ndarray:
        out = self.layer.forward(x, workspace or self.workspace())[0]
        return out.copy() if out is x else out

    def _output_shape(self, input_shape: Shape) -> Shape:
        if input_shape == self.input_shape:
            return self.plan.output_shape
        return self.layer.plan(input_shape).output_shape

    def _forward_ragged(self, x: Ragged) -> Any:
        order = x.longest_first(np.arange(len(x)))
        cells = x.sizes[order].prod(axis=1)
        width = self._widest / _n_cells(self.input_shape)
        chunks, start = [], 0
        while start < len(order):
            rows = max(1, int(CHUNK / (width * cells[start])))
            chunks.append(order[start : start + rows])
            start += rows
        outputs: list[Any] = [None] * len(order)

        def compute(which: np.ndarray, space: Workspace) -> None:
            padded, sizes = x.pad(which)
            ends = None if sizes is None else self.layer.sizes_after(sizes)
            space.sizes = sizes
            y = self._forward(padded, space)
            for k, i in enumerate(which.tolist()):
                there = () if ends is None else tuple(map(slice, ends[k].tolist()))
                outputs[i] = y[k][there].copy()

        run_parts(compute, chunks, self.workspace)
        return np.stack(outputs) if outputs[0].ndim == 1 else Ragged(outputs)


def _n_cells(shape: Shape) -> int:
    """Return the number of steps or pixels of a sample, or of the first such part."""
    parts: Any = shape if isinstance(shape[0], tuple) else (shape,)
    return next((prod(part[:-1]) for part in parts if len(part) > 1), 1)


class _LeftOut(Layer):
    """A layer that has the weights of another one and returns its input."""

    def __init__(self, left_out: Plan):
        self.left_out = left_out

    def plan(self, input_shape):
        return replace(
            self.left_out,
            input_shape=input_shape,
            output_shape=input_shape,
            multiply_adds=0,
        )

    def forward(self, x, workspace):
        return x, lambda dy: dy


def takes_any_size(layer: Layer, input_shape: Shape) -> bool:
    """Tell whether weights do not depend on the size of samples.

    Parameters
    ----------
    layer : Layer
        The architecture.
    input_shape : tuple of int
        Shape of one sample, the channels last.

    Returns
    -------
    bool
        False where each step or pixel has weights of its own.
    """

    def shapes(shape: Shape) -> list[Shape]:
        return [p.shape for x in layer.plan(shape).walk() for p in x.parameters]

    *sizes, n_channels = input_shape
    larger = (*(2 * size for size in sizes), n_channels)
    return shapes(larger) == shapes(input_shape)
