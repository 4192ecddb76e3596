"""Gradients of a recurrent layer's weights and of its input."""

from typing import TYPE_CHECKING

import numpy as np

from skdeep.nn.compute import aligned_length, multiply
from skdeep.nn.workspace import Workspace

if TYPE_CHECKING:
    from skdeep.nn.layers.recurrent.base import Recurrent


class Sums:
    """Gradients of the weights, added up chunk by chunk, and that of the input.

    Parameters
    ----------
    layer : Recurrent
        The layer.
    n_inputs : int
        Number of input channels.
    capacity : int
        Steps times samples of the largest chunk, or more.
    workspace : Workspace
        Where weights, gradients and buffers are.
    """

    def __init__(
        self, layer: "Recurrent", n_inputs: int, capacity: int, workspace: Workspace
    ):
        self.layer, self.workspace, units = layer, workspace, layer.units
        self._recurrent = _filled(layer._recurrent, units)
        self._inputs = _filled(layer._input, units)
        n_rows, n_columns = len(layer._input) * units, units + n_inputs + 1
        # Aligned rows are up to a fifth quicker to multiply.
        padded = aligned_length(n_columns, workspace.dtype)
        self._total = workspace.scratch.empty("gradient", (n_rows, padded))
        self._total.fill(0)
        h, x = slice(0, units), slice(units, n_columns)
        self._products = [(self._recurrent, h), (self._inputs, x)]
        if self._recurrent == self._inputs:
            self._products = [(self._recurrent, slice(None))]
        # The bias stands where the ones are.
        self._bias = n_columns - 1
        self._part = workspace.scratch.empty("part", (self._total.size,))
        weight = workspace.params["weight"]
        order = [gate for gate in layer._input if gate is not None]
        self._to_input = np.concatenate(
            [weight[:, layer._gate(gate)] for gate in order], axis=1
        )
        # Chunks are gathered until there are enough columns for a product.
        self._d = workspace.scratch.empty("d", (n_rows, capacity))
        self._side = workspace.scratch.empty("side", (capacity, padded))
        self._side[:, n_columns:] = 0
        self._filled = 0
        self._waiting: list[tuple[np.ndarray, slice]] = []

    def add(self, d: np.ndarray, inputs: np.ndarray, dx: np.ndarray | None) -> None:
        """Add the products of a chunk's gradients with its inputs.

        Parameters
        ----------
        d : ndarray of shape (n_steps, n_rows, width)
            Gradient with respect to weighted sums.
        inputs : ndarray of shape (n_steps, n_columns, width)
            What was summed.
        dx : ndarray of shape (n_steps, n_inputs, width) or None
            Where the gradient with respect to the input will be.
        """
        (n_steps, n_rows, width), n_columns = d.shape, inputs.shape[1]
        start, stop = self._filled, self._filled + n_steps * width
        if stop > self._d.shape[1]:
            self._multiply()
            start, stop = 0, n_steps * width
        rows = self._d[:, start:stop].reshape(n_rows, n_steps, width)
        np.copyto(rows, d.transpose(1, 0, 2))
        side = self._side[start:stop, :n_columns].reshape(n_steps, width, n_columns)
        np.copyto(side, inputs.transpose(0, 2, 1))
        self._filled = stop
        if dx is not None:
            self._waiting.append((dx, slice(start, stop)))

    def _multiply(self) -> None:
        """Add the products of what has been gathered."""
        d, inputs = self._d[:, : self._filled], self._side[: self._filled]
        for rows, columns in self._products:
            total = self._total[rows, columns]
            part = self._part[: total.size].reshape(total.shape)
            total += multiply(d[rows], inputs[:, columns], part)
        if self._recurrent != self._inputs:
            # The bias of a block without inputs stands where the ones would be.
            alone = slice(0, self._inputs.start)
            ones = self.workspace.ones(self._filled)
            self._total[alone, self._bias] += d[alone] @ ones
        for dx, columns in self._waiting:
            n_steps, n_inputs, width = dx.shape
            flat = np.dot(self._to_input, d[self._inputs, columns])
            dx[...] = flat.reshape(n_inputs, n_steps, width).transpose(1, 0, 2)
        self._filled = 0
        self._waiting.clear()

    def write(self) -> None:
        """Write the gradients of all weights."""
        self._multiply()
        layer, grads, units = self.layer, self.workspace.grads, self.layer.units
        total = self._total.reshape(len(layer._input), units, -1)
        for block, h, x in zip(total, layer._recurrent, layer._input, strict=True):
            if h is not None:
                grads["recurrent_weight"][:, layer._gate(h)] = block[:, :units].T
            if x is not None:
                weights = block[:, units : self._bias]
                grads["weight"][:, layer._gate(x)] = weights.T
                grads["bias"][layer._gate(x)] = block[:, self._bias]
            elif "recurrent_bias" in grads:
                grads["recurrent_bias"][...] = block[:, self._bias]


def _filled(gates: tuple[int | None, ...], units: int) -> slice:
    """Return the rows of the blocks that have a gate, which lie side by side."""
    blocks = [block for block, gate in enumerate(gates) if gate is not None]
    return slice(blocks[0] * units, (blocks[-1] + 1) * units)
