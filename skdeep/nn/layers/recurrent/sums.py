"""Gradients of a recurrent layer's weights and of its input."""

from typing import TYPE_CHECKING

import numpy as np

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
    workspace : Workspace
        Where weights, gradients and buffers are.
    """

    def __init__(self, layer: "Recurrent", n_inputs: int, workspace: Workspace):
        self.layer, self.workspace, units = layer, workspace, layer.units
        self._recurrent = _filled(layer._recurrent, units)
        self._inputs = _filled(layer._input, units)
        n_rows = len(layer._input) * units
        shape = (n_rows, units + n_inputs + 1)
        self._total = workspace.empty("gradient", shape)
        self._total.fill(0)
        h, x = slice(0, units), slice(units, None)
        self._products = [(self._recurrent, h), (self._inputs, x)]
        if self._recurrent == self._inputs:
            self._products = [(self._recurrent, slice(None))]
        self._part = workspace.empty("part", (self._total.size,))
        weight = workspace.params["weight"]
        order = [gate for gate in layer._input if gate is not None]
        self._to_input = np.concatenate(
            [weight[:, layer._gate(gate)] for gate in order], axis=1
        )

    def add(self, d: np.ndarray, inputs: np.ndarray, dx: np.ndarray | None) -> None:
        """Add the products of a chunk's gradients with its inputs.

        Parameters
        ----------
        d : ndarray of shape (n_steps, n_rows, width)
            Gradient with respect to weighted sums.
        inputs : ndarray of shape (n_steps, n_columns, width)
            What was summed.
        dx : ndarray of shape (n_steps, n_inputs, width) or None
            Where the gradient with respect to the input goes.
        """
        d = self._side_by_side("d", d)
        inputs = self._side_by_side("side", inputs)
        for rows, columns in self._products:
            a, b, total = d[rows], inputs[columns], self._total[rows, columns]
            # OpenBLAS is at its best with the larger matrix on the left.
            if len(a) < len(b):
                a, b, total = b, a, total.T
            part = self._part[: total.size].reshape(total.shape)
            total += np.dot(a, b.T, out=part)
        self._add_biases(d)
        if dx is not None:
            n_steps, n_inputs, width = dx.shape
            flat = np.matmul(self._to_input, d[self._inputs])
            dx[...] = flat.reshape(n_inputs, n_steps, width).transpose(1, 0, 2)

    def _add_biases(self, d: np.ndarray) -> None:
        if self._recurrent != self._inputs:
            # The bias of a block without inputs stands where the ones would be.
            alone = slice(0, self._inputs.start)
            ones = self.workspace.ones(d.shape[1])
            self._total[alone, -1] += d[alone] @ ones

    def _side_by_side(self, name: str, array: np.ndarray) -> np.ndarray:
        """Return the steps of an array (n_steps, rows, width) next to each other."""
        n_steps, rows, width = array.shape
        flat = self.workspace.empty(name, (rows, n_steps * width))
        flat.reshape(rows, n_steps, width)[...] = array.transpose(1, 0, 2)
        return flat

    def write(self) -> None:
        """Write the gradients of all weights."""
        layer, grads, units = self.layer, self.workspace.grads, self.layer.units
        total = self._total.reshape(len(layer._input), units, -1)
        for block, h, x in zip(total, layer._recurrent, layer._input, strict=True):
            if h is not None:
                grads["recurrent_weight"][:, layer._gate(h)] = block[:, :units].T
            if x is not None:
                grads["weight"][:, layer._gate(x)] = block[:, units:-1].T
                grads["bias"][layer._gate(x)] = block[:, -1]
            elif "recurrent_bias" in grads:
                grads["recurrent_bias"][...] = block[:, -1]


def _filled(gates: tuple[int | None, ...], units: int) -> slice:
    """Return the rows of the blocks that have a gate, which lie side by side."""
    blocks = [block for block, gate in enumerate(gates) if gate is not None]
    return slice(blocks[0] * units, (blocks[-1] + 1) * units)
