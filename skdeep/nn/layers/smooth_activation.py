"""Activations that are smooth everywhere."""

from abc import abstractmethod
from math import log, pi, sqrt
from typing import Any

import numpy as np
from scipy.special import ndtr

from skdeep.nn.layers.activation import Activation
from skdeep.nn.layers.base import Layer
from skdeep.nn.parameters import Plan


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

    keeps_output = slope_from_output = True

    def value(self, x, out, workspace):
        # max(x, 0) + log(1 + exp(-|x|)): NumPy has log1p and logaddexp for one number
        # at a time on most machines.
        logs = np.abs(x, out=workspace.scratch.empty("logs", x.shape))
        np.negative(logs, out=logs)
        np.exp(logs, out=logs)
        logs += 1
        np.log(logs, out=logs)
        np.maximum(x, workspace.zeros(x.shape), out=out)
        out += logs

    def slope(self, saved, out, workspace):
        # 1 / (1 + exp(-x)) = 1 - exp(-f(x))
        np.negative(saved, out=out)
        np.exp(out, out=out)
        np.subtract(1, out, out=out)


class GatedActivation(Layer):
    """f(x) = x g(x): value and slope share what is dear.

    The slope is computed along with the value, where gradients will be asked for, and
    kept in the place of the input.
    """

    def plan(self, input_shape):
        return Plan(input_shape, input_shape)

    @abstractmethod
    def evaluate(self, x, y, slope, scratch):
        """Write f(x) into ``y``, which may be ``x``, and f' into ``slope`` if given."""

    def forward(self, x, workspace):
        y = x if workspace.may_overwrite else workspace.empty("y", x.shape)
        slope: Any = None
        if workspace.training:
            slope = workspace.empty("slope", x.shape)
        self.evaluate(x, y, slope, workspace.scratch)
        return y, lambda dy: np.multiply(dy, slope, out=dy)


class SiLU(GatedActivation):
    """f(x) = x s(x), s the logistic function (Ramachandran et al. 2017, "Swish")."""

    def evaluate(self, x, y, slope, scratch):
        s = np.negative(x, out=scratch.empty("logistic", x.shape))
        np.exp(s, out=s)
        s += 1
        np.divide(1, s, out=s)
        np.multiply(x, s, out=y)
        if slope is not None:
            # f' = s + x s (1 - s)
            np.subtract(1, s, out=slope)
            slope *= y
            slope += s


class GELU(GatedActivation):
    """f(x) = x P(x), P the normal distribution function (arXiv:1606.08415).

    Notes
    -----
    This is the exact form, not the approximation by tanh: P is right to the last digit
    but one of float32 and of float64.
    """

    # P(-a) exp(a^2 / 2) for a >= 0 as a quotient of polynomials, the highest power
    # first, whose error times exp(-a^2 / 2) is at most 6e-8: a minimax fit.
    _NUMERATOR = (0.40591368, 2.15400337, 4.99534096)
    _DENOMINATOR = (1.0, 5.6131609, 12.27950195, 9.99068074)

    def evaluate(self, x, y, slope, scratch):
        density = np.square(x, out=scratch.empty("density", x.shape))
        density *= -0.5
        np.exp(density, out=density)
        p = scratch.empty("distribution", x.shape)
        if x.dtype == np.float32:
            self._distribution(x, density, p, scratch)
        else:
            ndtr(x, out=p)
        if slope is not None:
            # f' = P(x) + x p(x), with the density p = exp(-x^2 / 2) / sqrt(2 pi).
            np.multiply(x, density, out=slope)
            slope *= 1 / sqrt(2 * pi)
            slope += p
        np.multiply(x, p, out=y)

    def _distribution(self, x, density, out, scratch):
        """Write P(x) into ``out``, given exp(-x^2 / 2), to the precision of float32."""
        a = np.abs(x, out=scratch.empty("absolute", x.shape))
        divisor = scratch.empty("divisor", x.shape)
        _polynomial(self._NUMERATOR, a, out)
        _polynomial(self._DENOMINATOR, a, divisor)
        out /= divisor
        out *= density
        # P(x) = 1 - P(-x) on the right of zero.
        positive = np.greater(x, 0, out=scratch.empty("positive", x.shape, bool))
        np.copyto(divisor, positive)
        np.subtract(divisor, out, out=out)
        np.abs(out, out=out)


def _polynomial(coefficients, x, out):
    """Write the polynomial into ``out`` by Horner's rule."""
    first, second, *others = coefficients
    if first == 1:
        np.add(x, second, out=out)
    else:
        np.multiply(x, first, out=out)
        out += second
    for coefficient in others:
        out *= x
        out += coefficient


class Mish(GatedActivation):
    """f(x) = x tanh(softplus(x)) (Misra 2019, arXiv:1908.08681)."""

    def evaluate(self, x, y, slope, scratch):
        # tanh(softplus(x)) = n / (n + 2) with n = e (e + 2), e = exp(x). From x = 20 on
        # it is 1; n would overflow. Far on the other side it is 0, before e becomes a
        # subnormal number: processors take a hundred times as long for these, in the
        # products of the layers around as well.
        lowest = log(np.finfo(x.dtype).tiny) / 2
        e = np.clip(x, lowest, 20, out=scratch.empty("exponential", x.shape))
        np.exp(e, out=e)
        e -= np.exp(np.full(1, lowest, x.dtype))
        t = np.add(e, 2, out=scratch.empty("tanh", x.shape))
        t *= e
        divisor = np.add(t, 2, out=scratch.empty("divisor", x.shape))
        t /= divisor
        if slope is not None:
            # f' = t + x t' with t' = 4 e (e + 1) / (n + 2)^2, e (e + 1) = n - e.
            e /= divisor
            np.subtract(t, e, out=slope)
            slope /= divisor
            slope *= x
            slope *= 4
            slope += t
        np.multiply(x, t, out=y)
