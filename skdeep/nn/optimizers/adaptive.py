"""Optimizers that scale the rate by the size of past gradients."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skdeep.nn.optimizers.base import Optimizer


@dataclass(repr=False)
class AdaGrad(Optimizer):
    """``s += g^2; theta -= rate g / (sqrt(s) + epsilon)`` [1]_.

    Parameters
    ----------
    epsilon : float, default=1e-10
        Added to the denominator.

    References
    ----------
    .. [1] J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods", JMLR 12,
       2011.
    """

    epsilon: float = 1e-10
    moment_names: ClassVar[tuple[str, ...]] = ("square",)

    def constants(self, rate, t):
        return (rate,)

    def update(self, theta, grad, square, rate):
        square += np.square(grad)
        _descend(theta, grad, square, rate, self.epsilon)

    def gains(self, moments, rate, span):
        return rate / (np.sqrt(moments["square"][span]) + self.epsilon)


@dataclass(repr=False)
class RMSProp(Optimizer):
    """``s = rho s + (1 - rho) g^2; theta -= rate g / (sqrt(s) + epsilon)`` [1]_.

    Parameters
    ----------
    rho : float, default=0.99
        Decay of the mean of squared gradients, at least 0 and below 1.
    epsilon : float, default=1e-8
        Added to the denominator.

    References
    ----------
    .. [1] T. Tieleman and G. Hinton, "Lecture 6.5: rmsprop", Coursera 2012.
    """

    rho: float = 0.99
    epsilon: float = 1e-8
    moment_names: ClassVar[tuple[str, ...]] = ("square",)
    decay_names: ClassVar[tuple[str, ...]] = ("rho",)

    def constants(self, rate, t):
        return (rate,)

    def update(self, theta, grad, square, rate):
        np.multiply(square, self.rho, out=square)
        square += (1 - self.rho) * np.square(grad)
        _descend(theta, grad, square, rate, self.epsilon)

    def gains(self, moments, rate, span):
        return rate / (np.sqrt(moments["square"][span]) + self.epsilon)


def _descend(theta, grad, square, rate, epsilon):
    root = np.sqrt(square)
    root += epsilon
    grad *= rate
    grad /= root
    np.subtract(theta, grad, out=theta)
