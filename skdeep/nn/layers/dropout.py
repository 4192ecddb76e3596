"""Dropout."""

from dataclasses import dataclass

import numpy as np

from skdeep.nn.layers.base import Layer, check_share
from skdeep.nn.parameters import Plan


@dataclass(repr=False)
class Dropout(Layer):
    """Silence each unit with probability ``rate`` while training [1]_.

    The units left are scaled by ``1 / (1 - rate)``, so that the expected output is
    the input and prediction needs no change.

    Parameters
    ----------
    rate : float, default=0.5
        Probability of silence, at least 0 and below 1.

    References
    ----------
    .. [1] N. Srivastava et al., "Dropout: a simple way to prevent neural networks
       from overfitting", JMLR 15, 2014.
    """

    rate: float = 0.5
    # Without training the output is the input itself.
    keeps_output = True

    def plan(self, input_shape):
        check_share(self, "rate")
        return Plan(input_shape, input_shape)

    def forward(self, x, workspace):
        if not workspace.training or self.rate == 0:
            return x, lambda dy: dy
        mask = workspace.empty("mask", x.shape)
        workspace.rng.random(out=mask, dtype=mask.dtype)
        np.greater_equal(mask, self.rate, out=mask)
        mask *= 1 / (1 - self.rate)
        y = np.multiply(x, mask, out=workspace.empty("y", x.shape))
        return y, lambda dy: np.multiply(dy, mask, out=dy)
