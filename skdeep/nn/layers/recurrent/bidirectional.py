"""Recurrent layers over a sequence and over its reverse."""

from dataclasses import dataclass

import numpy as np

from skdeep.nn.layers.base import Layer, State
from skdeep.nn.parameters import Plan


@dataclass(repr=False)
class Bidirectional(Layer):
    """Outputs of a layer for the sequence and for its reverse, side by side [1]_.

    Parameters
    ----------
    layer : Layer
        Takes sequences. Each direction has its own weights.

    Notes
    -----
    The backward direction starts at the last step of each sample and ignores padding.
    Where the layer returns sequences, those of the backward direction are reversed
    again, so that each output has seen all steps before and after. Where the layer
    returns one vector, as ``GRU(8, return_sequences=False)`` does, the vector of the
    backward direction is the state after the first step of the sample.

    References
    ----------
    .. [1] M. Schuster and K. Paliwal, "Bidirectional recurrent neural networks", IEEE
       Transactions on Signal Processing 45, 1997.

    Examples
    --------
    >>> from skdeep.nn import GRU
    >>> Bidirectional(GRU(8)).plan((50, 3)).output_shape
    (50, 16)
    """

    layer: Layer

    @property
    def synchronises(self) -> bool:  # type: ignore[override]
        """Whether the layer exchanges sums between shards."""
        return self.layer.synchronises

    def plan(self, input_shape):
        plans = (self.layer.plan(input_shape), self.layer.plan(input_shape))
        *steps, width = plans[0].output_shape
        return Plan(input_shape, (*steps, 2 * width), children=plans)

    def open(self, workspace):
        for child in workspace.children:
            child.wants_dx = workspace.wants_dx
            self.layer.open(child)

    def sizes_after(self, sizes):
        return self.layer.sizes_after(sizes)

    @property
    def state_sizes(self) -> tuple[int, ...]:
        """Those of the forward direction, then those of the backward direction."""
        return 2 * self.layer.state_sizes

    def forward(self, x, workspace):
        y, _, backward = self.forward_from(x, None, workspace)
        return y, lambda dy: backward(dy, None)[0]

    def step(self, x, state, workspace):
        raise ValueError(
            "Bidirectional() needs the whole sequence and cannot go step by step: use "
            "its layer alone in a decoder."
        )

    def forward_from(self, x, initial, workspace):
        sizes = workspace.sizes
        after = None if sizes is None else self.layer.sizes_after(sizes)
        ahead, back = workspace.children
        ahead.sizes = back.sizes = sizes
        initial_ahead, initial_back = _halves(initial)
        y_ahead, final_ahead, from_ahead = self.layer.forward_from(
            x, initial_ahead, ahead
        )
        y_back, final_back, from_back = self.layer.forward_from(
            _reverse(x, sizes), initial_back, back
        )
        has_steps = y_ahead.ndim == x.ndim
        if has_steps:
            y_back = _reverse(y_back, after)
        *shape, width = y_ahead.shape
        y = workspace.empty("y", (*shape, 2 * width))
        np.concatenate((y_ahead, y_back), axis=-1, out=y)

        def backward(dy, dfinal):
            dfinal_ahead, dfinal_back = _halves(dfinal)
            share = workspace.empty("dy", (*shape, width))
            np.copyto(share, dy[..., :width])
            dx_ahead, dinitial_ahead = from_ahead(share, dfinal_ahead)
            dy_back = dy[..., width:]
            dy_back = _reverse(dy_back, after) if has_steps else dy_back.copy()
            dx_back, dinitial_back = from_back(dy_back, dfinal_back)
            dinitial = dinitial_ahead + dinitial_back
            if not workspace.wants_dx:
                return dy, dinitial
            dx = workspace.empty("dx", x.shape)
            return np.add(dx_ahead, _reverse(dx_back, sizes), out=dx), dinitial

        return y, final_ahead + final_back, backward


def _halves(state: State | None) -> tuple[State | None, State | None]:
    """Return the state of each direction."""
    if state is None:
        return None, None
    half = len(state) // 2
    return state[:half], state[half:]


def _reverse(x: np.ndarray, sizes: np.ndarray | None) -> np.ndarray:
    """Return each sample's steps in reverse; what is padding stays at the end."""
    if sizes is None:
        return x[:, ::-1]
    lengths = sizes[:, 0, np.newaxis]
    steps = np.arange(x.shape[1])
    steps = np.where(steps < lengths, lengths - 1 - steps, steps)
    return np.take_along_axis(x, steps[..., np.newaxis], axis=1)
