"""Weights of a recurrent layer laid out for its products, and their gradients."""

from typing import NamedTuple

import numpy as np

from skdeep.nn.compute import aligned_length, multiply
from skdeep.nn.layers.base import Workspace


class Blocks(NamedTuple):
    """Blocks of rows, one per gate, of the matrix that makes the weighted sums.

    Attributes
    ----------
    units : int
        Rows per block.
    recurrent, inputs : tuple of int or None
        Gate of the recurrent weights, and of the input weights, in each block; None is
        a block without. The bias of a block without inputs is ``recurrent_bias``.
    logistic : slice
        Blocks of logistic gates.
    """

    units: int
    recurrent: tuple[int | None, ...]
    inputs: tuple[int | None, ...]
    logistic: slice

    def gate(self, number: int) -> slice:
        """Return the columns of a gate in the layer's parameters."""
        return slice(number * self.units, (number + 1) * self.units)

    def side_by_side(self, weight: np.ndarray, gates: tuple[int | None, ...]):
        """Return the columns of these gates, in this order, as a list of views."""
        return [weight[:, self.gate(gate)] for gate in gates if gate is not None]

    def rows(self, gates: tuple[int | None, ...]) -> slice:
        """Return the rows of the blocks that have a gate, which lie side by side."""
        blocks = [block for block, gate in enumerate(gates) if gate is not None]
        return slice(blocks[0] * self.units, (blocks[-1] + 1) * self.units)


def to_sums(blocks: Blocks, n_inputs: int, workspace: Workspace) -> np.ndarray:
    """Lay out all weights as rows for ``[h; x; 1]``, logistic rows halved.

    The logistic function is (1 + tanh(z / 2)) / 2, so that one tanh does for all.
    """
    units, params = blocks.units, workspace.params
    shape = (len(blocks.inputs), units, units + n_inputs + 1)
    matrix = workspace.scratch.empty("matrix", shape)
    matrix.fill(0)
    for rows, h, x in zip(matrix, blocks.recurrent, blocks.inputs, strict=True):
        if h is not None:
            rows[:, :units] = params["recurrent_weight"][:, blocks.gate(h)].T
        if x is not None:
            rows[:, units:-1] = params["weight"][:, blocks.gate(x)].T
            rows[:, -1] = params["bias"][blocks.gate(x)]
        else:
            rows[:, -1] = params["recurrent_bias"]
    matrix[blocks.logistic] *= 0.5
    return matrix.reshape(-1, shape[2])


def to_state(blocks: Blocks, workspace: Workspace) -> np.ndarray:
    """Return the matrix from the gradient of weighted sums to that of the state."""
    weight = workspace.params["recurrent_weight"]
    columns = blocks.side_by_side(weight, blocks.recurrent)
    shape = (blocks.units, len(columns) * blocks.units)
    matrix = workspace.scratch.empty("to_state", shape)
    return np.concatenate(columns, axis=1, out=matrix)


class WeightGradients:
    """Gradients of the weights, added up chunk by chunk, and that of the input.

    Parameters
    ----------
    blocks : Blocks
        Of the layer.
    n_inputs : int
        Number of input channels.
    capacity : int
        Steps times samples of the largest chunk, or more.
    workspace : Workspace
        Where weights, gradients and buffers are.
    """

    def __init__(
        self, blocks: Blocks, n_inputs: int, capacity: int, workspace: Workspace
    ):
        self.blocks, self.workspace, units = blocks, workspace, blocks.units
        self._recurrent = blocks.rows(blocks.recurrent)
        self._inputs = blocks.rows(blocks.inputs)
        n_rows, n_columns = len(blocks.inputs) * units, units + n_inputs + 1
        # Rows that begin with a cache line are up to a fifth quicker to multiply.
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
        columns = blocks.side_by_side(weight, blocks.inputs)
        self._to_input = np.concatenate(columns, axis=1)
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
        blocks, grads, units = self.blocks, self.workspace.grads, self.blocks.units
        total = self._total.reshape(len(blocks.inputs), units, -1)
        for rows, h, x in zip(total, blocks.recurrent, blocks.inputs, strict=True):
            if h is not None:
                grads["recurrent_weight"][:, blocks.gate(h)] = rows[:, :units].T
            if x is not None:
                grads["weight"][:, blocks.gate(x)] = rows[:, units : self._bias].T
                grads["bias"][blocks.gate(x)] = rows[:, self._bias]
            else:
                grads["recurrent_bias"][...] = rows[:, self._bias]
