"""Activations: functions between two layers of weighted sums."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skdeep.nn.compute import cut_evenly
from skdeep.nn.initializers import Constant
from skdeep.nn.layers.base import Layer
from skdeep.nn.parameters import Parameter, Plan

# Numbers in a tile: three arrays of them stay in the second cache of a core.
TILE = 32_768


class Activation(Layer):
    """A function applied to every element; subclasses give it and its slope."""

    slope_from_output: ClassVar[bool] = False

    def plan(self, input_shape):
        return Plan(input_shape, input_shape)

    @abstractmethod
    def value(self, x, out, workspace):
        """Write f(x) into ``out``, which may be ``x`` where the slope needs no x."""

    @abstractmethod
    def slope(self, saved, out, workspace):
        """Write f' into ``out`` from the output, or from the input if so declared."""

    def forward(self, x, workspace):
        overwrite = workspace.may_overwrite and self.slope_from_output
        y = x if overwrite else workspace.empty("y", x.shape)
        for x_part, y_part in tiles_of(x, y):
            self.value(x_part, y_part, workspace)
        saved = y if self.slope_from_output else x

        def backward(dy):
            for saved_part, dy_part in tiles_of(saved, dy):
                slope = workspace.scratch.empty("slope", dy_part.shape)
                self.slope(saved_part, slope, workspace)
                dy_part *= slope
            return dy

        return y, backward


class Identity(Layer):
    """f(x) = x: weighted sums stay linear."""

    keeps_output = True

    def plan(self, input_shape):
        return Plan(input_shape, input_shape)

    def forward(self, x, workspace):
        return x, lambda dy: dy


class ReLU(Activation):
    """f(x) = max(0, x) [1]_.

    References
    ----------
    .. [1] V. Nair and G. Hinton, "Rectified linear units improve restricted
       Boltzmann machines", ICML 2010.
    """

    keeps_output = slope_from_output = True

    def value(self, x, out, workspace):
        # Against an array of zeros: NumPy's loop for a scalar is 3 times slower.
        np.maximum(x, workspace.zeros(x.shape), out=out)

    def slope(self, saved, out, workspace):
        # By way of truth values: comparing into an array of numbers is slower.
        positive = workspace.scratch.empty("positive", saved.shape, bool)
        np.greater(saved, 0, out=positive)
        np.copyto(out, positive)


@dataclass(repr=False)
class LeakyReLU(Activation):
    """f(x) = x for x > 0, else ``negative_slope`` x (Maas et al. 2013).

    Parameters
    ----------
    negative_slope : float, default=0.01
        Slope left of zero, at least 0 and below 1.
    """

    negative_slope: float = 0.01
    keeps_output = slope_from_output = True

    def value(self, x, out, workspace):
        scaled = workspace.scratch.empty("scaled", x.shape)
        np.maximum(x, np.multiply(x, self.negative_slope, out=scaled), out=out)

    def slope(self, saved, out, workspace):
        np.greater(saved, 0, out=out)
        out *= 1 - self.negative_slope
        out += self.negative_slope


@dataclass(repr=False)
class PReLU(Layer):
    """Leaky ReLU with one learned slope per feature (He et al. 2015) [1]_.

    Parameters
    ----------
    negative_slope : float, default=0.25
        Starting value of the slopes.

    References
    ----------
    .. [1] K. He et al., "Delving deep into rectifiers", ICCV 2015, arXiv:1502.01852.
    """

    negative_slope: float = 0.25

    def plan(self, input_shape):
        start = Constant(self.negative_slope)
        slope = Parameter("slope", input_shape[-1:], start, penalised=False)
        return Plan(input_shape, input_shape, (slope,))

    def forward(self, x, workspace):
        slope = workspace.params["slope"]
        negative = np.minimum(x, 0, out=workspace.empty("negative", x.shape))
        y = workspace.empty("y", x.shape)
        np.subtract(x, negative, out=y)
        y += np.multiply(negative, slope, out=workspace.scratch.empty("bent", x.shape))

        def backward(dy):
            product = workspace.scratch.empty("bent", x.shape)
            np.multiply(dy, negative, out=product)
            axes = tuple(range(x.ndim - 1))
            np.sum(product, axis=axes, out=workspace.grads["slope"])
            left = np.less(negative, 0, out=workspace.scratch.empty("left", x.shape))
            # 1 on the right of zero, the slope on its left.
            np.multiply(left, slope - 1, out=left)
            left += 1
            return np.multiply(dy, left, out=dy)

        return y, backward


@dataclass(repr=False)
class ELU(Activation):
    """f(x) = x for x > 0, else ``scale`` (exp(x) - 1) (Clevert et al. 2016).

    Parameters
    ----------
    scale : float, default=1.0
        Minus the limit for large negative x.
    """

    scale: float = 1.0
    keeps_output = slope_from_output = True

    def value(self, x, out, workspace):
        negative = _exponential(x, self.scale, workspace)
        np.maximum(x, workspace.zeros(x.shape), out=out)
        out += negative

    def slope(self, saved, out, workspace):
        np.minimum(saved, workspace.zeros(saved.shape), out=out)
        out += self.scale
        if self.scale != 1.0:
            out += _right_of_zero(saved, 1 - self.scale, workspace)


class SELU(Activation):
    """Self-normalising ELU (Klambauer et al. 2017, arXiv:1706.02515).

    f(x) = l x for x > 0, else l a (exp(x) - 1), with a = 1.67326 and l = 1.0507,
    the fixed point at which mean 0 and variance 1 are kept from layer to layer.
    """

    keeps_output = slope_from_output = True
    _ALPHA, _LAMBDA = 1.6732632423543772, 1.0507009873554805

    def value(self, x, out, workspace):
        negative = _exponential(x, self._ALPHA * self._LAMBDA, workspace)
        np.maximum(x, workspace.zeros(x.shape), out=out)
        out *= self._LAMBDA
        out += negative

    def slope(self, saved, out, workspace):
        at_zero = self._ALPHA * self._LAMBDA
        np.minimum(saved, workspace.zeros(saved.shape), out=out)
        out += at_zero
        out += _right_of_zero(saved, self._LAMBDA - at_zero, workspace)


def _exponential(x, scale, workspace):
    """Return scale (exp(x) - 1) left of zero, 0 on its right."""
    negative = workspace.scratch.empty("negative", x.shape)
    np.minimum(x, workspace.zeros(x.shape), out=negative)
    # NumPy has expm1 for one number at a time on many machines: 10 times slower.
    np.exp(negative, out=negative)
    negative -= 1
    negative *= scale
    return negative


def _right_of_zero(x, value, workspace):
    """Return ``value`` right of zero, 0 elsewhere."""
    positive = workspace.scratch.empty("positive", x.shape, bool)
    np.greater(x, 0, out=positive)
    # Assignment to a mask takes 10 times as long.
    out = workspace.scratch.empty("right", x.shape)
    np.copyto(out, positive)
    out *= value
    return out


def tiles_of(*arrays: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield parts of arrays of one shape, for arithmetic element by element.

    Parameters
    ----------
    *arrays : ndarray
        Those that are large and all contiguous are cut into flat parts.

    Yields
    ------
    tuple of ndarray
        Views of the same elements of each.
    """
    size = arrays[0].size
    if size <= TILE or not all(array.flags.c_contiguous for array in arrays):
        yield arrays
        return
    flat = [array.reshape(-1) for array in arrays]
    for tile in cut_evenly(size, TILE):
        yield tuple(array[tile] for array in flat)
