"""Long short-term memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

from skdeep.nn.compute import stacked
from skdeep.nn.layers.recurrent.base import Recurrent
from skdeep.nn.layers.recurrent.gates import ForgetBias
from skdeep.nn.layers.recurrent.runs import backwards
from skdeep.nn.parameters import Parameter

# Blocks of rows: output, input and forget gate, then the candidate.
_O, _I, _F, _G = range(4)


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
    _carried = 2

    def _biases(self, n_rows):
        start = ForgetBias(self.forget_bias)
        return (Parameter("bias", (n_rows,), start, penalised=False),)

    def _keep(self, n_steps, width):
        slots, units = max(n_steps, 1), self.units
        cells = (n_steps + 1, units, width)
        return (slots, 4, units, width), cells, (slots, units, width)

    def _begin(self, memory, before):
        super()._begin(memory, before)
        cells = memory.kept[1]
        cells[0] = 0 if before is None else before.kept[1][-1, :, : cells.shape[2]]

    def _go(self, matrix, memory, mask):
        inputs, states = memory.inputs, memory.states
        gates, cells, tanh_cells = memory.kept
        n_steps, units = len(inputs) - 1, self.units
        scratch = np.empty_like(tanh_cells[0])
        half = matrix.dtype.type(0.5)
        width = scratch.shape[1]
        multiply, matrix = stacked(matrix, width)
        shape = (*matrix.shape[:-1], width)
        if len(cells) > 1:
            kept: Iterable[Any] = zip(
                gates.reshape(n_steps, *shape),
                gates[:, :3],
                *(gates[:, k] for k in range(4)),
                cells,
                cells[1:],
                tanh_cells,
                strict=False,
            )
        else:
            g, c = gates[0], cells[0]
            kept = repeat((g.reshape(shape), g[:3], *g, c, c, tanh_cells[0]))
        steps = zip(inputs, states[1:], inputs[1:, :units], kept, strict=False)
        for hx, h, seen, (z, logistic, o, i, f, g, c_0, c, tanh_c) in steps:
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

    def _return(self, to_state, memory, steps, dy, carry, mask, workspace):
        gates, cells, tanh_cells = memory.kept
        gates, tanh_cells = gates[steps], tanh_cells[steps]
        n_steps, units, width = tanh_cells.shape
        # Before the rows of the gates: what the state's gradient adds to the cell's.
        d = workspace.scratch.empty("d_steps", (n_steps, 5, units, width))
        self._slopes(gates, cells[:-1][steps], tanh_cells, d)
        rows = d[:, 1:].reshape(n_steps, 4 * units, width)
        dh, dc = carry
        multiply, to_state = stacked(to_state, width)
        product = dh.reshape(*to_state.shape[:-1], width)
        through_steps = backwards(d[:, :2], d[:, 0], d[:, 2:], gates[:, _F], rows, dy)
        for by_h, to_c, by_c, f, d_t, dy_t in through_steps:
            if dy_t is not None:
                np.add(dh, dy_t, out=dh)
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
