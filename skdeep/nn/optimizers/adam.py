"""Adam and its relatives."""

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from skdeep.nn.optimizers.base import Optimizer


@dataclass(repr=False)
class Adam(Optimizer):
    """Adaptive moments [1]_.

    ``m = beta_1 m + (1 - beta_1) g``, ``v = beta_2 v + (1 - beta_2) g^2``,
    ``theta -= rate m' / (sqrt(v') + epsilon)`` with ``m' = m / (1 - beta_1^t)`` and
    ``v' = v / (1 - beta_2^t)``.

    Parameters
    ----------
    beta_1 : float, default=0.9
        Decay of the mean of gradients, at least 0 and below 1.
    beta_2 : float, default=0.999
        Decay of the mean of squared gradients, at least 0 and below 1.
    epsilon : float, default=1e-8
        Added to the denominator.

    Notes
    -----
    The moments are stored without the factors ``1 - beta``, which join the rate and
    epsilon: two passes over the weights less.

    References
    ----------
    .. [1] D. Kingma and J. Ba, "Adam: a method for stochastic optimization",
       ICLR 2015, arXiv:1412.6980.
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    moment_names: ClassVar[tuple[str, ...]] = ("mean", "square")
    decay_names: ClassVar[tuple[str, ...]] = ("beta_1", "beta_2")

    def _square_scale(self, t):
        """Return k such that sqrt(v') = k sqrt(stored square)."""
        return sqrt((1 - self.beta_2) / (1 - self.beta_2**t))

    def constants(self, rate, t):
        k = self._square_scale(t)
        step = rate * (1 - self.beta_1) / (1 - self.beta_1**t) / k
        return step, self.epsilon / k

    def update(self, theta, grad, mean, square, steps, epsilon):
        np.multiply(mean, self.beta_1, out=mean)
        np.add(mean, grad, out=mean)
        np.multiply(square, self.beta_2, out=square)
        np.square(grad, out=grad)
        np.add(square, grad, out=square)
        np.sqrt(square, out=grad)
        np.add(grad, epsilon, out=grad)
        np.divide(mean, grad, out=grad)
        np.multiply(grad, steps, out=grad)
        np.subtract(theta, grad, out=theta)

    def gains(self, moments, rate, span):
        root = np.sqrt(moments["square"][span])
        root *= self._square_scale(moments.t)
        root += self.epsilon
        return np.divide(rate, root, out=root)


@dataclass(repr=False)
class AdamW(Adam):
    """Adam with decoupled weight decay [1]_: ``theta *= 1 - rate weight_decay``.

    Parameters
    ----------
    beta_1 : float, default=0.9
        Decay of the mean of gradients.
    beta_2 : float, default=0.999
        Decay of the mean of squared gradients.
    epsilon : float, default=1e-8
        Added to the denominator.
    weight_decay : float, default=0.01
        Strength of the decay of weights; biases and gains are exempt.

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "Decoupled weight decay regularization",
       ICLR 2019, arXiv:1711.05101.
    """

    weight_decay: float = 0.01


@dataclass(repr=False)
class Nadam(Adam):
    """Adam with Nesterov momentum [1]_.

    The mean is looked ahead by ``mu_t = beta_1 (1 - 0.96^(0.004 t) / 2)``:
    ``m' = mu_(t+1) m / (1 - prod(mu_1 ... mu_(t+1))) + (1 - mu_t) g / (1 - prod(mu_1
    ... mu_t))``.

    Parameters
    ----------
    beta_1 : float, default=0.9
        Decay of the mean of gradients.
    beta_2 : float, default=0.999
        Decay of the mean of squared gradients.
    epsilon : float, default=1e-8
        Added to the denominator.

    References
    ----------
    .. [1] T. Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016.
    """

    def _mu(self, t):
        return self.beta_1 * (1 - 0.5 * 0.96 ** (0.004 * t))

    def constants(self, rate, t):
        # Factors are at most beta_1: a thousand of them make any later ones moot.
        product = float(np.prod(self._mu(np.arange(1, min(t, 1000) + 1))))
        k = self._square_scale(t)
        ahead = self._mu(t + 1)
        of_grad = rate * (1 - self._mu(t)) / (1 - product) / k
        of_mean = rate * ahead * (1 - self.beta_1) / (1 - product * ahead) / k
        return (of_grad, of_mean), self.epsilon / k

    def update(self, theta, grad, mean, square, steps, epsilon):
        of_grad, of_mean = steps
        np.multiply(mean, self.beta_1, out=mean)
        np.add(mean, grad, out=mean)
        np.multiply(square, self.beta_2, out=square)
        square += np.square(grad)
        grad *= of_grad
        grad += of_mean * mean
        root = np.sqrt(square)
        root += epsilon
        grad /= root
        np.subtract(theta, grad, out=theta)
