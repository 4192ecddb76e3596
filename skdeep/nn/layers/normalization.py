"""Normalisation of signals between layers."""

from dataclasses import dataclass

import numpy as np

from skdeep.nn.compute import long_rows, rowwise
from skdeep.nn.initializers import Constant
from skdeep.nn.layers.base import Layer, Shape, flatten_samples
from skdeep.nn.parameters import Parameter, Plan
from skdeep.nn.ragged import clear_padding


def _gain_and_bias(n_features):
    gain = Parameter("gain", (n_features,), Constant(1.0), penalised=False)
    bias = Parameter("bias", (n_features,), Constant(0.0), penalised=False)
    return gain, bias


@dataclass(repr=False)
class BatchNorm(Layer):
    """Give every feature mean 0 and variance 1 over the mini-batch [1]_.

    ``y = gain (x - mean) / sqrt(variance + epsilon) + bias``. Prediction uses
    running averages of mean and variance. All axes but the last count as samples,
    padding aside.

    Parameters
    ----------
    momentum : float, default=0.1
        Weight of a new mini-batch in the running averages.
    epsilon : float, default=1e-5
        Added to the variance.

    Notes
    -----
    Where a mini-batch is cut into shards, the statistics are those of the whole
    mini-batch. Sample weights do not enter them.

    References
    ----------
    .. [1] S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015,
       arXiv:1502.03167.
    """

    momentum: float = 0.1
    epsilon: float = 1e-5
    synchronises = True

    def plan(self, input_shape):
        n = input_shape[-1]
        state: dict[str, tuple[Shape, float]] = {
            "mean": ((n,), 0.0),
            "variance": ((n,), 1.0),
        }
        return Plan(input_shape, input_shape, _gain_and_bias(n), state)

    def forward(self, x, workspace):
        rows = flatten_samples(x)
        gain, bias = workspace.params["gain"], workspace.params["bias"]
        y = workspace.empty("y", rows.shape)
        if not workspace.training:
            state = workspace.state
            scale = gain / np.sqrt(state["variance"] + self.epsilon)
            _scale_and_shift(rows, scale, bias - state["mean"] * scale, y)
            return y.reshape(x.shape), lambda dy: dy

        ones, team, sizes = workspace.ones(len(rows)), workspace.member, workspace.sizes
        own = len(rows) if sizes is None else int(sizes.prod(axis=1).sum())
        if workspace.may_overwrite and rows.flags.c_contiguous:
            centred = rows
        else:
            centred = workspace.empty("centred", rows.shape)
        if sizes is not None:
            np.copyto(centred, rows)
            clear_padding(centred.reshape(x.shape), sizes)
            rows = centred
        # Around the mean of this shard, so that one exchange is enough.
        middle = (ones @ rows) / max(own, 1)
        # Padding is found in all images at once alone.
        long = long_rows(*rows.shape, in_one=sizes is not None)
        repeated, squares = long.repeat(middle), np.zeros_like(middle)
        for part, out in long.cut(rows, centred):
            np.subtract(part, repeated, out=out)
            clear_padding(centred.reshape(x.shape), sizes)
            squared = workspace.scratch.empty("scratch", out.shape)
            squares += _column_sums(np.square(out, out=squared), long, workspace)
        count, mean, squares = _merge(
            team.gather(np.stack([np.full_like(middle, own), middle, squares]))
        )
        variance, offset = squares / count, middle - mean
        inverse_std = 1 / np.sqrt(variance + self.epsilon)
        if team.rank == 0 and count > 1:
            self._remember(workspace.state, mean, squares / (count - 1))
        scale = gain * inverse_std
        _scale_and_shift(centred, scale, bias + offset * scale, y)

        def backward(dy):
            # Ioffe & Szegedy 2015, section 3, with x^ = (centred + offset) / std:
            # dx = gain / std (dy - mean(dy) - x^ mean(dy x^))
            dy = np.ascontiguousarray(flatten_samples(dy))
            long = long_rows(*dy.shape)
            dgain, dbias = np.zeros_like(gain), np.zeros_like(bias)
            for d, c in long.cut(dy, centred):
                # Not in y, which a pooling that follows may return as dy.
                product = workspace.scratch.empty("scratch", d.shape)
                dgain += _column_sums(np.multiply(d, c, out=product), long, workspace)
                dbias += _column_sums(d, long, workspace)
            dgain = (dgain + offset * dbias) * inverse_std
            workspace.grads["gain"][...] = dgain
            workspace.grads["bias"][...] = dbias
            dgain, dbias = team.sum(np.stack([dgain, dbias]))
            slope = dgain * inverse_std / count
            vectors = slope, offset * slope + dbias / count, scale
            slopes, shifts, scales = map(long.repeat, vectors)
            for d, c in long.cut(dy, centred):
                share = workspace.scratch.empty("scratch", d.shape)
                np.multiply(c, slopes, out=share)
                share += shifts
                d -= share
                d *= scales
            dx = dy.reshape(x.shape)
            clear_padding(dx, sizes)
            return dx

        return y.reshape(x.shape), backward

    def _remember(self, state, mean, variance):
        for name, value in (("mean", mean), ("variance", variance)):
            state[name] *= 1 - self.momentum
            state[name] += self.momentum * value


def _column_sums(part, long, workspace):
    """Return the sum of each column of a tile."""
    rows = part.reshape(-1, long.n_columns)
    return workspace.ones(len(rows)) @ rows


def _scale_and_shift(rows, scale, shift, out):
    """Write ``rows * scale + shift``."""
    long = long_rows(*rows.shape)
    scale, shift = long.repeat(scale), long.repeat(shift)
    for part, y in long.cut(rows, out):
        np.multiply(part, scale, out=y)
        y += shift


def _merge(parts):
    """Return count, mean and sum of squares around it, from those of shards [1]_.

    References
    ----------
    .. [1] T. Chan, G. Golub and R. LeVeque, "Updating formulae and a pairwise algorithm
       for computing sample variances", 1979.
    """
    count = sum(part[0, 0] for part in parts)
    mean = sum(part[0] * part[1] for part in parts) / count
    squares = sum(part[2] + part[0] * (part[1] - mean) ** 2 for part in parts)
    return count, mean, squares


@dataclass(repr=False)
class LayerNorm(Layer):
    """Give the features of every sample mean 0 and variance 1 [1]_.

    ``y = gain (x - mean) / sqrt(variance + epsilon) + bias``, with mean and variance
    along the last axis.

    Parameters
    ----------
    epsilon : float, default=1e-5
        Added to the variance.

    References
    ----------
    .. [1] J. L. Ba, J. R. Kiros and G. Hinton, "Layer normalization",
       arXiv:1607.06450.
    """

    epsilon: float = 1e-5

    def plan(self, input_shape):
        return Plan(input_shape, input_shape, _gain_and_bias(input_shape[-1]))

    def forward(self, x, workspace):
        rows = flatten_samples(x)
        n = rows.shape[1]
        gain, bias = workspace.params["gain"], workspace.params["bias"]
        y = workspace.empty("y", rows.shape)
        average = workspace.ones(n)[:, np.newaxis] / n
        normal = np.subtract(
            rows, rows @ average, out=workspace.empty("normal", rows.shape)
        )
        np.square(normal, out=y)
        inverse_std = 1 / np.sqrt(y @ average + self.epsilon)
        normal *= inverse_std
        np.multiply(normal, gain, out=y)
        rowwise(np.add, y, bias, y)

        def backward(dy):
            # dx = (d - mean(d) - x^ mean(d x^)) / std, with d = gain dy
            dy = flatten_samples(dy)
            ones = workspace.ones(len(dy))
            # Not in y, which a pooling that follows may return as dy.
            scratch = workspace.scratch.empty("scratch", dy.shape)
            product = np.multiply(dy, normal, out=scratch)
            np.matmul(ones, product, out=workspace.grads["gain"])
            np.matmul(ones, dy, out=workspace.grads["bias"])
            dy *= gain
            product *= gain
            np.multiply(normal, product @ average, out=scratch)
            dy -= dy @ average
            dy -= scratch
            dy *= inverse_std
            return dy.reshape(x.shape)

        return y.reshape(x.shape), backward
