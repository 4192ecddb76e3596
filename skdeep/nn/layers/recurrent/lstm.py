"""Long short-term memory."""

from dataclasses import dataclass
from itertools import pairwise, repeat

import numpy as np
from scipy.special import expit

from skdeep.nn.compute import stacked
from skdeep.nn.initializers import Initializer
from skdeep.nn.layers.recurrent.base import Recurrent
from skdeep.nn.layers.recurrent.runs import backwards, slots_of_steps
from skdeep.nn.parameters import Parameter

# Blocks of rows: output, input and forget gate, then the candidate.
_O, _I, _F, _G = range(4)


@dataclass(repr=False)
class ForgetBias(Initializer):
    """Zeros, but for the second quarter: the biases of the forget gate."""

    value: float

    def __call__(self, shape, fans, rng):
        bias = np.zeros((4, shape[0] // 4))
        bias[1] = self.value
        return bias.ravel()


@dataclass(repr=False)
class LSTM(Recurrent):
    """Long short-term memory [1]_ with a forget gate [2]_.

    With gates i, f, g, o of ``x_t W + h_{t-1} U + b``, logistic but for g, which is
    tanh: ``c_t = f c_{t-1} + i g`` and ``h_t = o tanh(c_t)``.

    Parameters
    ----------
    units : int
        Number of units.
    recurrent_dropout : float, default=0.0
        Share of the units that the recurrence does not see, the same ones in all steps
        of a sequence [3]_.
    backprop_steps : int or None, default=None
        Gradients flow back through blocks of that many steps, not beyond (truncated
        backpropagation through time); None is all steps.
    initializer : str or Initializer, default="glorot_uniform"
        Starting values of W.
    recurrent_initializer : str or Initializer, default="orthogonal"
        Starting values of U, for each gate.
    return_sequences : bool, default=True
        Whether to return the states after all steps, or after each sample's last one.
    forget_bias : float, default=1.0
        Starting bias of the forget gate: at 1 the memory lasts from the start [4]_.

    Notes
    -----
    There are no peepholes. The parameters are ``weight`` W (n_inputs, 4 n_units),
    ``recurrent_weight`` U (n_units, 4 n_units) and ``bias`` b, the gates in the order
    i, f, g, o. PyTorch's ``weight_ih`` is W transposed, ``weight_hh`` is U transposed,
    and ``bias_ih + bias_hh`` is b.

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural
       Computation 9, 1997.
    .. [2] F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual
       prediction with LSTM", Neural Computation 12, 2000.
    .. [3] Y. Gal and Z. Ghahramani, "A theoretically grounded application of dropout
       in recurrent neural networks", NeurIPS 2016, arXiv:1512.05287.
    .. [4] R. Jozefowicz, W. Zaremba and I. Sutskever, "An empirical exploration of
       recurrent network architectures", ICML 2015.

    Examples
    --------
    >>> LSTM(8).plan((50, 3)).output_shape
    (50, 8)
    """

    forget_bias: float = 1.0

    _recurrent = (3, 0, 1, 2)
    _input = (3, 0, 1, 2)
    _logistic = slice(0, 3)
    _n_carried = 2

    def _biases(self, n_rows):
        start = ForgetBias(self.forget_bias)
        return (Parameter("bias", (n_rows,), start, penalised=False),)

    def _kept_shapes(self, n_steps, width):
        return (n_steps, 4, self.units, width), (n_steps, self.units, width)

    def _steps_forward(self, matrix, memory, mask):
        inputs, (states, cells) = memory.inputs, memory.carried
        gates, tanh_cells = memory.kept
        units, width = states.shape[1:]
        scratch = np.empty_like(tanh_cells[0])
        half = matrix.dtype.type(0.5)
        multiply, matrix = stacked(matrix, width)
        kept = slots_of_steps(
            len(inputs) - 1,
            gates.reshape(len(gates), *matrix.shape[:-1], width),
            gates[:, :3],
            *(gates[:, k] for k in range(4)),
            tanh_cells,
        )
        carried = pairwise(cells) if len(cells) > 1 else repeat((cells[0], cells[0]))
        steps = zip(inputs, states[1:], inputs[1:, :units], carried, kept, strict=False)
        for hx, h, seen, (c_0, c), (z, logistic, o, i, f, g, tanh_c) in steps:
            multiply(matrix, hx, out=z)
            np.tanh(z, out=z)
            np.multiply(logistic, half, out=logistic)
            np.add(logistic, half, out=logistic)
            np.multiply(f, c_0, out=c)
            np.multiply(i, g, out=scratch)
            np.add(c, scratch, out=c)
            np.tanh(c, out=tanh_c)
            np.multiply(o, tanh_c, out=h)
            if mask is not None:
                np.multiply(h, mask, out=seen)

    def _step(self, x, h, c, params):
        z = x @ params["weight"] + h @ params["recurrent_weight"] + params["bias"]
        i, f, g, o = np.split(z, 4, axis=1)
        c = expit(f) * c + expit(i) * np.tanh(g)
        return expit(o) * np.tanh(c), c

    def _steps_backward(self, to_state, memory, steps, dy, carry, mask, workspace):
        (gates, tanh_cells), cells = memory.kept, memory.carried[1]
        gates, tanh_cells = gates[steps], tanh_cells[steps]
        n_steps, units, width = tanh_cells.shape
        # Before the rows of the gates: what the state's gradient adds to the cell's.
        d = workspace.scratch.empty("d_steps", (n_steps, 5, units, width))
        self._slopes(gates, cells[:-1][steps], tanh_cells, d)
        rows = d[:, 1:].reshape(n_steps, 4 * units, width)
        dh, dc = carry
        multiply, to_state = stacked(to_state, width)
        product = dh.reshape(*to_state.shape[:-1], width)
        through_steps = backwards(d[:, :2], d[:, 0], d[:, 2:], gates[:, _F], rows, *dy)
        for by_h, to_c, by_c, f, d_t, dh_t, dc_t in through_steps:
            if dh_t is not None:
                np.add(dh, dh_t, out=dh)
            if dc_t is not None:
                np.add(dc, dc_t, out=dc)
            np.multiply(by_h, dh, out=by_h)
            np.add(dc, to_c, out=dc)
            np.multiply(by_c, dc, out=by_c)
            np.multiply(dc, f, out=dc)
            multiply(to_state, d_t, out=product)
            if mask is not None:
                np.multiply(dh, mask, out=dh)
        return rows

    def _slopes(self, gates, cells, tanh_cells, d):
        """Write all that does not depend on gradients into ``d``."""
        o, i, g = (gates[:, k] for k in (_O, _I, _G))
        # dc += dh o (1 - tanh(c)^2)
        to_c = np.square(tanh_cells, out=d[:, 0])
        np.subtract(1, to_c, out=to_c)
        np.multiply(to_c, o, out=to_c)
        # A logistic gate s has slope s - s^2.
        slopes = np.square(gates, out=d[:, 1:])
        np.subtract(gates[:, :3], slopes[:, :3], out=slopes[:, :3])
        np.subtract(1, slopes[:, _G], out=slopes[:, _G])
        for k, other in ((_O, tanh_cells), (_I, g), (_F, cells), (_G, i)):
            np.multiply(slopes[:, k], other, out=slopes[:, k])
