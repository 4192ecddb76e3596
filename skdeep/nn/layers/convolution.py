"""Convolution of series and images."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np

from skdeep.nn.compute import Buffers
from skdeep.nn.initializers import Initializer, resolve_initializer
from skdeep.nn.layers.base import Layer, Shape, check_count, flatten_samples
from skdeep.nn.layers.combine import Serial
from skdeep.nn.layers.depthwise import DepthwiseProducts
from skdeep.nn.layers.im2col import Im2colProducts
from skdeep.nn.layers.unit_stride import UnitStrideProducts
from skdeep.nn.layers.windows import WindowProducts, Windows, check_rank, image_of
from skdeep.nn.parameters import Parameter, Plan
from skdeep.nn.ragged import clear_padding

PerAxis = int | Sequence[int]


@dataclass(repr=False)
class Conv(Layer):
    """Weighted sums of windows that slide over a series or an image [1]_.

    ``y[i] = sum over taps t of x[i strides + t dilation_rate] W[t] + b``: what the
    literature calls convolution, a cross-correlation.

    Parameters
    ----------
    filters : int
        Number of outputs at each step or pixel.
    kernel_size : int or sequence of int, default=3
        Extent of a window, along all axes or along each. 1 is a pointwise convolution.
    strides : int or sequence of int, default=1
        Distance of windows.
    padding : {"same", "valid", "causal"}, default="same"
        "same" adds zeros so that strides of 1 keep the size, and others divide it,
        rounding up; "valid" takes only windows inside the sample; "causal" adds zeros
        in front, along the first axis, so that no output sees what comes later.
    dilation_rate : int or sequence of int, default=1
        Distance of the taps of a window.
    groups : int, default=1
        Into how many groups the channels and filters are split that do not see each
        other. As many as there are channels is a depthwise convolution.
    initializer : str or Initializer, default="glorot_uniform"
        Starting values of the weights.
    bias_initializer : str or Initializer, default="zeros"
        Starting values of the biases.
    use_bias : bool, default=True
        Whether to add ``b``. A normalisation layer that follows makes it needless.

    Notes
    -----
    Samples of shape (time, channels) are series, those of shape (height, width,
    channels) are images. The weights have the shape (*kernel_size, channels / groups,
    filters).

    With "same", a window of 2k + 1 taps has its middle over the step that it stands
    for, and a window of even extent one tap more behind it than in front. This does not
    depend on the size of the sample.

    Windows are laid out as a matrix and multiplied by the weights, a tile at a time.

    References
    ----------
    .. [1] Y. LeCun et al., "Gradient-based learning applied to document recognition",
       Proceedings of the IEEE 86, 1998.

    Examples
    --------
    >>> Conv(16).plan((28, 28, 1)).output_shape
    (28, 28, 16)
    >>> Conv(8, kernel_size=5, strides=2, padding="valid").plan((100, 3)).output_shape
    (48, 8)
    """

    filters: int
    kernel_size: PerAxis = 3
    strides: PerAxis = 1
    padding: str = "same"
    dilation_rate: PerAxis = 1
    groups: int = 1
    initializer: str | Initializer = "glorot_uniform"
    bias_initializer: str | Initializer = "zeros"
    use_bias: bool = True

    def windows(self, input_shape: tuple[int, ...]) -> Windows:
        """Return where the windows lie on samples of that shape."""
        return Windows.of(
            self, input_shape, "kernel_size", self.strides, self.dilation_rate
        )

    def plan(self, input_shape):
        check_count(self, "filters")
        windows = self.windows(input_shape)
        channels = input_shape[-1]
        sizes = windows.output_sizes(self, input_shape)
        self._check_groups(channels)
        share = channels // self.groups
        taps = prod(windows.kernel)
        fans = (taps * share, taps * self.filters // self.groups)
        shape = (*windows.kernel, share, self.filters)
        weight = Parameter("weight", shape, resolve_initializer(self.initializer), fans)
        return Plan(
            input_shape,
            (*sizes, self.filters),
            (weight, *bias_of(self, self.filters, fans)),
            multiply_adds=prod(sizes) * taps * share * self.filters,
        )

    def _check_groups(self, channels: int) -> None:
        check_count(self, "groups")
        groups = self.groups
        if channels % groups or self.filters % groups:
            raise ValueError(
                f"{self!r} cannot split {channels} channels and {self.filters} filters "
                f"into {groups} groups: both must be multiples of groups."
            )

    def sizes_after(self, sizes):
        shape = (*[1] * sizes.shape[1], 1)
        return self.windows(shape).sizes_after(self, sizes)

    def forward(self, x, workspace):
        images, sizes = image_of(x), workspace.sizes
        make = partial(self._product, x.shape[1:], workspace.scratch)
        product = workspace.kept("product", x.shape[1:], make)
        weight = workspace.params["weight"]
        weight = weight.reshape(weight.shape[0], -1, *weight.shape[-2:])
        shape = (len(x), *product.counts, self.filters)
        y = workspace.empty("y", shape)
        bias = workspace.params["bias"] if self.use_bias else None
        product.forward(images, weight, y, bias, sizes)

        def backward(dy):
            dy = dy.reshape(shape)
            if self.use_bias:
                rows = flatten_samples(dy)
                np.matmul(workspace.ones(len(rows)), rows, out=workspace.grads["bias"])
            grad = workspace.grads["weight"].reshape(weight.shape)
            if not workspace.wants_dx:
                product.gradients(images, dy, weight, grad, None, sizes)
                return dy
            dx = workspace.empty("dx", images.shape)
            product.gradients(images, dy, weight, grad, dx, sizes)
            clear_padding(dx, sizes)
            return dx.reshape(x.shape)

        return y if x.ndim == 4 else y[:, :, 0], backward

    def _product(self, shape: Shape, scratch: Buffers) -> WindowProducts:
        windows, channels = self.windows(shape), shape[-1]
        height, width = (*shape[:-1], 1)[:2]
        if self.groups == channels == self.filters and channels > 1:
            return DepthwiseProducts(windows, height, width, scratch)
        shape = height, width, channels, self.filters
        if self.groups == 1 and UnitStrideProducts.suits(windows, *shape):
            return UnitStrideProducts(windows, height, width, scratch)
        return Im2colProducts(windows, height, width, self.groups, scratch)


@dataclass(repr=False)
class SeparableConv(Layer):
    """A depthwise convolution followed by a pointwise one [1]_.

    Needs about ``1 / filters + 1 / taps`` of the multiply-adds of a convolution.

    Parameters
    ----------
    filters : int
        Number of outputs at each step or pixel.
    kernel_size : int or sequence of int, default=3
        Extent of a window.
    strides : int or sequence of int, default=1
        Distance of windows.
    padding : {"same", "valid", "causal"}, default="same"
        As in :class:`Conv`.
    dilation_rate : int or sequence of int, default=1
        Distance of the taps of a window.
    initializer : str or Initializer, default="glorot_uniform"
        Starting values of both weights.
    bias_initializer : str or Initializer, default="zeros"
        Starting values of the biases.
    use_bias : bool, default=True
        Whether to add biases at the end.

    References
    ----------
    .. [1] F. Chollet, "Xception: deep learning with depthwise separable
       convolutions", CVPR 2017, arXiv:1610.02357.

    Examples
    --------
    >>> SeparableConv(16).plan((28, 28, 8)).total_multiply_adds  # Conv: 903168
    156800
    """

    filters: int
    kernel_size: PerAxis = 3
    strides: PerAxis = 1
    padding: str = "same"
    dilation_rate: PerAxis = 1
    initializer: str | Initializer = "glorot_uniform"
    bias_initializer: str | Initializer = "zeros"
    use_bias: bool = True

    def _parts(self, channels: int) -> Serial:
        depthwise = Conv(
            channels,
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
            groups=channels,
            initializer=self.initializer,
            use_bias=False,
        )
        pointwise = Conv(
            self.filters,
            1,
            initializer=self.initializer,
            bias_initializer=self.bias_initializer,
            use_bias=self.use_bias,
        )
        return Serial([depthwise, pointwise])

    def plan(self, input_shape):
        check_rank(self, input_shape)
        check_count(self, "filters")
        return self._parts(input_shape[-1]).plan(input_shape)

    def open(self, workspace):
        self._parts(1).open(workspace)

    def sizes_after(self, sizes):
        return self._parts(1).sizes_after(sizes)

    def forward(self, x, workspace):
        return self._parts(x.shape[-1]).forward(x, workspace)


def bias_of(layer: Any, units: int, fans: tuple[int, int]) -> tuple[Parameter, ...]:
    """Return the declaration of biases, if the layer has some."""
    if not layer.use_bias:
        return ()
    start = resolve_initializer(layer.bias_initializer)
    return (Parameter("bias", (units,), start, fans, penalised=False),)
