"""Weights of a recurrent layer, laid out for its products."""

from typing import TYPE_CHECKING

import numpy as np

from skdeep.nn.workspace import Workspace

if TYPE_CHECKING:
    from skdeep.nn.layers.recurrent.base import Recurrent


def to_sums(layer: "Recurrent", n_inputs: int, workspace: Workspace) -> np.ndarray:
    """Lay out all weights as rows for ``[h; x; 1]``, logistic rows halved.

    The logistic function is (1 + tanh(z / 2)) / 2, so that one tanh does for all.
    """
    units, params = layer.units, workspace.params
    shape = (len(layer._input), units, units + n_inputs + 1)
    matrix = workspace.scratch.empty("matrix", shape)
    matrix.fill(0)
    for block, h, x in zip(matrix, layer._recurrent, layer._input, strict=True):
        if h is not None:
            block[:, :units] = params["recurrent_weight"][:, layer._gate(h)].T
        if x is not None:
            block[:, units:-1] = params["weight"][:, layer._gate(x)].T
            block[:, -1] = params["bias"][layer._gate(x)]
    layer._lay_biases(matrix, params)
    matrix[layer._logistic] *= 0.5
    return matrix.reshape(-1, shape[2])


def to_state(layer: "Recurrent", workspace: Workspace) -> np.ndarray:
    """Return the way from gradients of weighted sums to that of the state."""
    order = [gate for gate in layer._recurrent if gate is not None]
    weight = workspace.params["recurrent_weight"]
    columns = [weight[:, layer._gate(gate)] for gate in order]
    shape = (layer.units, len(order) * layer.units)
    matrix = workspace.scratch.empty("to_state", shape)
    return np.concatenate(columns, axis=1, out=matrix)
