"""Activations that are smooth everywhere."""

import numpy as np
from scipy.special import erf, expit

from skdeep.nn.layers.activation import Activation


class Logistic(Activation):
    """f(x) = 1 / (1 + exp(-x)), computed as (1 + tanh(x / 2)) / 2."""

    keeps_output = slope_from_output = True

    def value(self, x, out, workspace):
        np.multiply(x, 0.5, out=out)
        np.tanh(out, out=out)
        out *= 0.5
        out += 0.5

    def slope(self, saved, out, workspace):
        np.subtract(1, saved, out=out)
        out *= saved


class Tanh(Activation):
    """f(x) = tanh(x)."""

    keeps_output = slope_from_output = True

    def value(self, x, out, workspace):
        np.tanh(x, out=out)

    def slope(self, saved, out, workspace):
        np.square(saved, out=out)
        np.subtract(1, out, out=out)


class Softplus(Activation):
    """f(x) = log(1 + exp(x)), a smooth ReLU."""

    def value(self, x, out, workspace):
        np.logaddexp(x, 0, out=out)

    def slope(self, saved, out, workspace):
        expit(saved, out=out)


class SiLU(Activation):
    """f(x) = x s(x), s the logistic function (Ramachandran et al. 2017, "Swish")."""

    def value(self, x, out, workspace):
        expit(x, out=out)
        out *= x

    def slope(self, saved, out, workspace):
        # f' = s + x s (1 - s) = s (1 + x (1 - s))
        s = expit(saved, out=workspace.scratch.empty("logistic", saved.shape))
        np.subtract(1, s, out=out)
        out *= saved
        out += 1
        out *= s


class GELU(Activation):
    """f(x) = x P(x), P the normal distribution function (arXiv:1606.08415)."""

    def value(self, x, out, workspace):
        _normal_cdf(x, out)
        out *= x

    def slope(self, saved, out, workspace):
        # f' = P(x) + x p(x), with the density p = exp(-x^2 / 2) / sqrt(2 pi).
        density = np.square(saved, out=workspace.scratch.empty("density", saved.shape))
        density *= -0.5
        np.exp(density, out=density)
        density *= saved
        density *= 1 / np.sqrt(2 * np.pi)
        _normal_cdf(saved, out)
        out += density


class Mish(Activation):
    """f(x) = x tanh(softplus(x)) (Misra 2019, arXiv:1908.08681)."""

    def value(self, x, out, workspace):
        np.logaddexp(x, 0, out=out)
        np.tanh(out, out=out)
        out *= x

    def slope(self, saved, out, workspace):
        # f' = t + x (1 - t^2) s, with t = tanh(softplus(x)).
        t = np.logaddexp(saved, 0, out=workspace.scratch.empty("tanh", saved.shape))
        np.tanh(t, out=t)
        s = expit(saved, out=workspace.scratch.empty("logistic", saved.shape))
        np.square(t, out=out)
        np.subtract(1, out, out=out)
        out *= s
        out *= saved
        out += t


def _normal_cdf(x, out):
    np.multiply(x, np.sqrt(0.5), out=out)
    erf(out, out=out)
    out += 1
    out *= 0.5
