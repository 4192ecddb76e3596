"""Gated recurrent unit."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from skdeep.nn.initializers import Constant
from skdeep.nn.layers.recurrent.base import Recurrent
from skdeep.nn.layers.recurrent.runs import backwards, slots_of_steps
from skdeep.nn.parameters import Parameter

# Blocks of rows: what the candidate takes from the state, reset and update gate, and
# what the candidate takes from the input.
_Q, _R, _Z, _N = range(4)


@dataclass(repr=False)
class GRU(Recurrent):
    """Gated recurrent unit [1]_, the reset gate applied after the product [2]_.

    With logistic gates r and z of ``x_t W + h_{t-1} U + b``::

        n_t = tanh(x_t W_n + b_n + r (h_{t-1} U_n + b'_n))
        h_t = (1 - z) n_t + z h_{t-1}

    Parameters
    ----------
    units : int
        Number of units.
    recurrent_dropout : float, default=0.0
        Share of the units that the products with U do not see, the same ones in all
        steps of a sequence [3]_.
    backprop_steps : int or None, default=None
        Gradients flow back through blocks of that many steps, not beyond (truncated
        backpropagation through time); None is all steps.
    initializer : str or Initializer, default="glorot_uniform"
        Starting values of W.
    recurrent_initializer : str or Initializer, default="orthogonal"
        Starting values of U, for each gate.
    return_sequences : bool, default=True
        Whether to return the states after all steps, or after each sample's last one.

    Notes
    -----
    This is the variant of cuDNN, PyTorch and Keras (``reset_after``). The parameters
    are ``weight`` W (n_inputs, 3 n_units), ``recurrent_weight`` U (n_units, 3 n_units),
    ``bias`` b, the gates in the order r, z, n, and ``recurrent_bias`` b'_n. PyTorch's
    ``weight_ih`` is W transposed, ``weight_hh`` is U transposed, b is ``bias_ih +
    bias_hh`` for r and z and ``bias_ih`` for n, and b'_n is ``bias_hh`` for n.

    References
    ----------
    .. [1] K. Cho et al., "Learning phrase representations using RNN encoder-decoder
       for statistical machine translation", EMNLP 2014, arXiv:1406.1078.
    .. [2] J. Appleyard, T. Kocisky and P. Blunsom, "Optimizing performance of recurrent
       neural networks on GPUs", 2016, arXiv:1604.01946.
    .. [3] Y. Gal and Z. Ghahramani, "A theoretically grounded application of dropout
       in recurrent neural networks", NeurIPS 2016, arXiv:1512.05287.

    Examples
    --------
    >>> GRU(8).plan((50, 3)).output_shape
    (50, 8)
    """

    _recurrent = (2, 0, 1, None)
    _input = (None, 0, 1, 2)
    _logistic = slice(1, 3)

    def _biases(self, n_rows):
        zeros = Constant(0.0)
        return (
            Parameter("bias", (n_rows,), zeros, penalised=False),
            Parameter("recurrent_bias", (self.units,), zeros, penalised=False),
        )

    def _kept_shapes(self, n_steps, width):
        return ((n_steps, 4, self.units, width),)

    def _steps_forward(self, matrix, memory, mask):
        inputs, states, (gates,) = memory.inputs, memory.states, memory.kept
        units, width = states.shape[1:]
        scratch = np.empty_like(gates[0, 0])
        half = matrix.dtype.type(0.5)
        from_state = matrix[: 3 * units]
        from_input = np.ascontiguousarray(matrix[3 * units :, units:])
        kept = slots_of_steps(
            len(inputs) - 1,
            gates[:, :3].reshape(len(gates), 3 * units, width),
            gates[:, 1:3],
            *(gates[:, k] for k in range(4)),
        )
        steps = zip(inputs, inputs[:, units:], states, states[1:], kept, strict=False)
        for t, (hx, x, h_0, h, (rows, logistic, q, r, z, n)) in enumerate(steps):
            np.dot(from_state, hx, out=rows)
            np.tanh(logistic, out=logistic)
            np.multiply(logistic, half, out=logistic)
            np.add(logistic, half, out=logistic)
            np.multiply(r, q, out=scratch)
            np.dot(from_input, x, out=n)
            np.add(n, scratch, out=n)
            np.tanh(n, out=n)
            np.subtract(h_0, n, out=scratch)
            np.multiply(scratch, z, out=scratch)
            np.add(n, scratch, out=h)
            if mask is not None:
                np.multiply(h, mask, out=inputs[t + 1, :units])

    def _step(self, x, h, params):
        units = self.units
        from_input = x @ params["weight"] + params["bias"]
        from_state = h @ params["recurrent_weight"]
        gates = expit(from_input[:, : 2 * units] + from_state[:, : 2 * units])
        r, z = gates[:, :units], gates[:, units:]
        q = from_state[:, 2 * units :] + params["recurrent_bias"]
        n = np.tanh(from_input[:, 2 * units :] + r * q)
        return (n + z * (h - n),)

    def _steps_backward(self, to_state, memory, steps, dy, carry, mask, workspace):
        (gates,) = memory.kept
        gates = gates[steps]
        n_steps, _, units, width = gates.shape
        d = workspace.scratch.empty("d_steps", gates.shape)
        self._slopes(gates, memory.states[:-1][steps], d)
        rows = d.reshape(n_steps, 4 * units, width)
        (dh,) = carry
        through = workspace.scratch.empty("through", dh.shape)
        through_steps = backwards(d, rows[:, : 3 * units], gates[:, _Z], *dy)
        for d_t, to_h, z, dy_t in through_steps:
            if dy_t is not None:
                np.add(dh, dy_t, out=dh)
            np.multiply(d_t, dh, out=d_t)
            np.multiply(dh, z, out=dh)
            np.dot(to_state, to_h, out=through)
            if mask is not None:
                np.multiply(through, mask, out=through)
            np.add(dh, through, out=dh)
        return rows

    def _slopes(self, gates, states, d):
        """Write what the state's gradient is multiplied with into ``d``."""
        q, r, z, n = (gates[:, k] for k in range(4))
        dq, dr, dz, dn = (d[:, k] for k in range(4))
        np.square(gates[:, _R:_N], out=d[:, _R:_N])
        np.subtract(gates[:, _R:_N], d[:, _R:_N], out=d[:, _R:_N])
        # h = n + z (h_0 - n)
        np.subtract(states, n, out=dn)
        np.multiply(dz, dn, out=dz)
        np.square(n, out=dn)
        np.subtract(1, dn, out=dn)
        np.subtract(1, z, out=dq)
        np.multiply(dn, dq, out=dn)
        # n = tanh(... + r q)
        np.multiply(dr, q, out=dr)
        np.multiply(dr, dn, out=dr)
        np.multiply(dn, r, out=dq)
