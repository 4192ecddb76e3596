"""Stochastic gradient descent."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skdeep.nn.optimizers.base import Optimizer


@dataclass(repr=False)
class SGD(Optimizer):
    """Gradient descent with momentum.

    ``v = momentum v + g; theta -= rate v``; with Nesterov's variant
    ``theta -= rate (momentum v + g)`` after the update of v [1]_.

    Parameters
    ----------
    momentum : float, default=0.9
        Share of the last step that is carried on, at least 0 and below 1.
    nesterov : bool, default=True
        Whether to look ahead along the velocity.

    Notes
    -----
    The rate is no part of the velocity: where it falls, steps shrink at once, and a
    proximal step taken with the new rate keeps the zeros it has made.

    References
    ----------
    .. [1] I. Sutskever et al., "On the importance of initialization and momentum in
       deep learning", ICML 2013.
    """

    momentum: float = 0.9
    nesterov: bool = True
    moment_names: ClassVar[tuple[str, ...]] = ("velocity",)
    decay_names: ClassVar[tuple[str, ...]] = ("momentum",)

    def constants(self, rate, t):
        return (rate,)

    def update(self, theta, grad, velocity, rate):
        np.multiply(velocity, self.momentum, out=velocity)
        np.add(velocity, grad, out=velocity)
        if self.nesterov:
            np.multiply(grad, rate, out=grad)
            np.subtract(theta, grad, out=theta)
            np.multiply(velocity, rate * self.momentum, out=grad)
        else:
            np.multiply(velocity, rate, out=grad)
        np.subtract(theta, grad, out=theta)

    def gains(self, moments, rate, span):
        # A steady gradient builds up a velocity of 1 / (1 - momentum).
        return rate / (1 - self.momentum)
