"""Pooling over time: from a sequence to one vector."""

from dataclasses import dataclass

import numpy as np

from skdeep.nn.initializers import Constant, resolve_initializer
from skdeep.nn.layers.base import (
    Layer,
    check_count_or_none,
    check_sequences,
    empty_like,
)
from skdeep.nn.parameters import Parameter, Plan
from skdeep.nn.ragged import clear_padding, valid_steps


class TimePooling(Layer):
    """Base of layers that turn each sequence into one vector."""

    def plan(self, input_shape):
        check_sequences(self, input_shape)
        return Plan(input_shape, input_shape[-1:])

    def sizes_after(self, sizes):
        return None


class LastStep(TimePooling):
    """The last step of each sample, ignoring padding.

    Examples
    --------
    >>> LastStep().plan((50, 8)).output_shape
    (8,)
    """

    def forward(self, x, workspace):
        n, n_steps, _ = x.shape
        sizes = workspace.sizes
        last = n_steps - 1 if sizes is None else sizes[:, 0] - 1
        rows = np.arange(n)
        y = workspace.empty("y", (n, x.shape[2]))
        y[...] = x[rows, last]

        def backward(dy):
            if not workspace.wants_dx:
                return dy
            dx = empty_like(x, "dx", workspace)
            dx.fill(0)
            dx[rows, last] = dy
            return dx

        return y, backward


@dataclass(repr=False)
class AttentionPooling(TimePooling):
    """Mean of all steps, weighted by learned attention [1]_.

    ``y = sum_t a_t x_t`` with ``a = softmax(tanh(x_t W + b) v)`` over the steps of each
    sample, ignoring padding.

    Parameters
    ----------
    units : int or None, default=None
        Columns of W; None is as many as there are channels.

    References
    ----------
    .. [1] Z. Yang et al., "Hierarchical attention networks for document
       classification", NAACL 2016.

    Examples
    --------
    >>> AttentionPooling().plan((50, 8)).output_shape
    (8,)
    """

    units: int | None = None

    def plan(self, input_shape):
        shape = super().plan(input_shape)
        n_steps, n_inputs = input_shape
        check_count_or_none(self, "units")
        units: int = n_inputs if self.units is None else self.units
        draw = resolve_initializer("glorot_uniform")
        fans = (n_inputs, units)
        parameters = (
            Parameter("weight", fans, draw, fans),
            Parameter("bias", (units,), Constant(0.0), fans, penalised=False),
            Parameter("context", (units, 1), draw, (units, 1)),
        )
        cost = n_steps * (n_inputs * units + units + n_inputs)
        return Plan(input_shape, shape.output_shape, parameters, multiply_adds=cost)

    def forward(self, x, workspace):
        n, n_steps, n_inputs = x.shape
        weight, bias, context = (
            workspace.params[name] for name in ("weight", "bias", "context")
        )
        rows = workspace.empty("rows", (n * n_steps, n_inputs))
        steps = rows.reshape(x.shape)
        np.copyto(steps, x)
        clear_padding(steps, workspace.sizes)
        hidden = workspace.empty("hidden", (n * n_steps, len(context)))
        np.matmul(rows, weight, out=hidden)
        hidden += bias
        np.tanh(hidden, out=hidden)
        attention = (hidden @ context).reshape(n, n_steps)
        _softmax(attention, valid_steps(x.shape, workspace.sizes))
        y = workspace.empty("y", (n, 1, n_inputs))
        np.matmul(attention[:, np.newaxis], steps, out=y)

        def backward(dy):
            # Softmax: ds_t = a_t (dy x_t - sum_u a_u dy x_u)
            d = (steps @ dy[:, :, np.newaxis])[..., 0]
            d -= (d * attention).sum(axis=1, keepdims=True)
            d *= attention
            scores = d.reshape(-1, 1)
            np.matmul(hidden.T, scores, out=workspace.grads["context"])
            np.square(hidden, out=hidden)
            np.subtract(1, hidden, out=hidden)
            np.multiply(hidden, scores * context.T, out=hidden)
            np.matmul(rows.T, hidden, out=workspace.grads["weight"])
            ones = workspace.ones(len(hidden))
            np.matmul(ones, hidden, out=workspace.grads["bias"])
            if not workspace.wants_dx:
                return dy
            dx = workspace.empty("dx", x.shape)
            np.matmul(hidden, weight.T, out=dx.reshape(-1, n_inputs))
            dx += attention[:, :, np.newaxis] * dy[:, np.newaxis]
            return dx

        return y[:, 0], backward


def _softmax(scores: np.ndarray, valid: np.ndarray) -> None:
    """Make scores (n_samples, n_steps) attention, 0 where there is nothing."""
    scores[~valid] = -np.inf
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
