"""The simple recurrent layer."""

from dataclasses import dataclass

import numpy as np

from skdeep.nn.compute import stacked
from skdeep.nn.layers.recurrent.base import Recurrent
from skdeep.nn.layers.recurrent.runs import backwards


@dataclass(repr=False)
class SimpleRNN(Recurrent):
    """Recurrent layer without gates: ``h_t = tanh(x_t W + h_{t-1} U + b)`` [1]_.

    Parameters
    ----------
    units : int
        Number of units.
    recurrent_dropout : float, default=0.0
        Share of the units that the recurrence does not see, the same ones in all steps
        of a sequence [2]_.
    backprop_steps : int or None, default=None
        Gradients flow back through blocks of that many steps, not beyond (truncated
        backpropagation through time [3]_); None is all steps.
    initializer : str or Initializer, default="glorot_uniform"
        Starting values of W.
    recurrent_initializer : str or Initializer, default="orthogonal"
        Starting values of U.
    return_sequences : bool, default=True
        Whether to return the states after all steps, or after each sample's last one.

    Notes
    -----
    The parameters are ``weight`` W (n_inputs, n_units), ``recurrent_weight`` U
    (n_units, n_units) and ``bias`` b. PyTorch's ``weight_ih`` is W transposed,
    ``weight_hh`` is U transposed, and ``bias_ih + bias_hh`` is b.

    References
    ----------
    .. [1] J. Elman, "Finding structure in time", Cognitive Science 14, 1990.
    .. [2] Y. Gal and Z. Ghahramani, "A theoretically grounded application of dropout
       in recurrent neural networks", NeurIPS 2016, arXiv:1512.05287.
    .. [3] R. Williams and J. Peng, "An efficient gradient-based algorithm for on-line
       training of recurrent network trajectories", Neural Computation 2, 1990.

    Examples
    --------
    >>> SimpleRNN(8).plan((50, 3)).output_shape
    (50, 8)
    """

    def _kept_shapes(self, n_steps, width):
        return ()

    def _steps_forward(self, matrix, memory, mask):
        inputs, states = memory.inputs, memory.states
        sums = inputs[1:, : self.units] if mask is not None else states[1:]
        width = states.shape[2]
        multiply, matrix = stacked(matrix, width)
        products = sums.reshape(len(sums), *matrix.shape[:-1], width)
        steps = zip(inputs[:-1], products, sums, states[1:], strict=True)
        for hx, product, z, h in steps:
            multiply(matrix, hx, out=product)
            np.tanh(z, out=h)
            if mask is not None:
                np.multiply(h, mask, out=z)

    def _step(self, x, h, params):
        z = x @ params["weight"] + h @ params["recurrent_weight"] + params["bias"]
        return (np.tanh(z),)

    def _steps_backward(self, to_state, memory, steps, dy, carry, mask, workspace):
        h = memory.states[1:][steps]
        d = workspace.scratch.empty("d_steps", h.shape)
        np.square(h, out=d)
        np.subtract(1, d, out=d)
        (dh,) = carry
        multiply, to_state = stacked(to_state, dh.shape[1])
        product = dh.reshape(*to_state.shape[:-1], -1)
        for d_t, dy_t in backwards(d, *dy):
            if dy_t is not None:
                np.add(dh, dy_t, out=dh)
            np.multiply(d_t, dh, out=d_t)
            multiply(to_state, d_t, out=product)
            if mask is not None:
                np.multiply(dh, mask, out=dh)
        return d
