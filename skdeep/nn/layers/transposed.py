"""Transposed convolution: from small to large."""

from dataclasses import dataclass
from functools import partial
from math import prod

import numpy as np

from skdeep.nn.compute import rowwise
from skdeep.nn.initializers import Initializer, resolve_initializer
from skdeep.nn.layers.adjacent import AdjacentWindows
from skdeep.nn.layers.base import Layer, check_count, flatten_samples
from skdeep.nn.layers.convolution import PerAxis, bias_of
from skdeep.nn.layers.im2col import Im2colProducts
from skdeep.nn.layers.subpixels import SubPixels
from skdeep.nn.layers.windows import Windows, image_of
from skdeep.nn.parameters import Parameter, Plan
from skdeep.nn.ragged import clear_padding


@dataclass(repr=False)
class ConvTranspose(Layer):
    """Convolution backwards: each step or pixel adds a window to the output [1]_.

    Parameters
    ----------
    filters : int
        Number of outputs at each step or pixel.
    kernel_size : int or sequence of int, default=3
        Extent of a window, along all axes or along each.
    strides : int or sequence of int, default=1
        Distance of windows: how many times larger the output is.
    padding : {"same", "valid"}, default="same"
        "same" returns exactly ``strides`` times the size; "valid" keeps all that the
        windows cover, ``(size - 1) strides + kernel_size``.
    initializer : str or Initializer, default="glorot_uniform"
        Starting values of the weights.
    bias_initializer : str or Initializer, default="zeros"
        Starting values of the biases.
    use_bias : bool, default=True
        Whether to add biases.

    Notes
    -----
    The output is what :class:`Conv` of the same windows would return as the gradient of
    its input. The weights have the shape (*kernel_size, filters, channels).

    References
    ----------
    .. [1] M. Zeiler et al., "Deconvolutional networks", CVPR 2010.

    Examples
    --------
    >>> ConvTranspose(4, kernel_size=2, strides=2).plan((7, 7, 8)).output_shape
    (14, 14, 4)
    """

    filters: int
    kernel_size: PerAxis = 3
    strides: PerAxis = 1
    padding: str = "same"
    initializer: str | Initializer = "glorot_uniform"
    bias_initializer: str | Initializer = "zeros"
    use_bias: bool = True

    def windows(self, input_shape: tuple[int, ...]) -> Windows:
        """Return the windows that samples of that shape add up in."""
        return Windows.of(self, input_shape, "kernel_size", self.strides)

    def plan(self, input_shape):
        check_count(self, "filters")
        windows = self.windows(input_shape)
        if self.padding == "causal":
            raise ValueError(f"{self!r} cannot be causal; give 'same' or 'valid'.")
        channels, taps = input_shape[-1], prod(windows.kernel)
        fans = (taps * channels, taps * self.filters)
        shape = (*windows.kernel, self.filters, channels)
        weight = Parameter("weight", shape, resolve_initializer(self.initializer), fans)
        sizes = self._larger(windows, input_shape[:-1])
        return Plan(
            input_shape,
            (*map(int, sizes), self.filters),
            (weight, *bias_of(self, self.filters, fans)),
            multiply_adds=prod(input_shape) * taps * self.filters,
        )

    def _larger(self, windows, sizes):
        """Return the size of the output along each axis."""
        axes = windows.axes[: len(sizes)]
        if self.padding == "same":
            return [size * a.stride for a, size in zip(axes, sizes, strict=True)]
        pairs = zip(axes, sizes, strict=True)
        return [(size - 1) * a.stride + a.span for a, size in pairs]

    def sizes_after(self, sizes):
        windows = self.windows((*[1] * sizes.shape[1], 1))
        return np.stack(self._larger(windows, sizes.T), axis=1)

    def _product(self, shape, scratch):
        windows = self.windows(shape)
        height, width = (*self._larger(windows, shape[:-1]), 1)[:2]
        if SubPixels.suits(windows):
            small = (*shape[:-1], 1)[:2]
            size = (height, width), self.filters
            return SubPixels(windows, (*small, shape[-1]), *size, scratch)
        if AdjacentWindows.suits(windows):
            return AdjacentWindows(windows, (*shape[:-1], 1)[:2], scratch)
        return _Spread(windows, height, width, 1, scratch)

    def forward(self, x, workspace):
        sizes, images = workspace.sizes, image_of(x)
        if sizes is not None:
            images = workspace.empty("x", images.shape)
            np.copyto(images, image_of(x))
            clear_padding(images, sizes)
        make = partial(self._product, x.shape[1:], workspace.scratch)
        product = workspace.kept("product", x.shape[1:], make)
        weight = workspace.params["weight"]
        weight = weight.reshape(weight.shape[0], -1, *weight.shape[-2:])
        y = workspace.empty("y", (len(x), *product.image, self.filters))
        product.spread(images, weight, y)
        if self.use_bias:
            rowwise(np.add, y, workspace.params["bias"], y)

        def backward(dy):
            grads, dy = workspace.grads, dy.reshape(y.shape)
            if self.use_bias:
                rows = flatten_samples(dy)
                np.matmul(workspace.ones(len(rows)), rows, out=grads["bias"])
            grad = grads["weight"].reshape(weight.shape)
            dx = None
            if workspace.wants_dx:
                dx = workspace.empty("dx", images.shape)
            product.spread_gradients(images, dy, weight, grad, dx)
            if dx is None:
                return dy
            clear_padding(dx, sizes)
            return dx.reshape(x.shape)

        return y if x.ndim == 4 else y[:, :, 0], backward


class _Spread(Im2colProducts):
    """Products of windows, gone through from its outputs to its images."""

    def spread(self, x, weight, y):
        """Write the output of the transposed convolution."""
        self.input_gradient(x, weight, y)

    def spread_gradients(self, x, dy, weight, grad, dx):
        """Write its gradients."""
        self.weight_gradient(dy, x, grad)
        if dx is not None:
            self.forward(dy, weight, dx)
