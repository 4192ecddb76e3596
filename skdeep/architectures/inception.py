"""Blocks of convolutions with windows of several sizes side by side."""

from typing import Any

from skdeep.architectures._parts import Block, is_one
from skdeep.architectures.residual import shortcut_for
from skdeep.nn import Conv, Layer, MaxPool, Parallel, Residual, Serial

# Windows side by side where only one size is given: that, a half and a quarter of it.
BRANCHES = 3


def inception_block(block: Block, n_channels: int) -> list[Layer]:
    """Return inception modules in series with a shortcut around them [1]_ [2]_.

    A module reduces its input to ``filters`` channels by a pointwise convolution, which
    convolutions with windows of several sizes share, and adds a branch of pooling and
    pointwise convolution; it returns ``filters`` channels for each branch.

    Parameters
    ----------
    block : Block
        What the block is to be; ``n_convs`` is the number of modules.
    n_channels : int
        Channels that come in.

    Returns
    -------
    list of Layer
        One layer; the last activation is not there.

    References
    ----------
    .. [1] C. Szegedy et al., "Going deeper with convolutions", CVPR 2015,
       arXiv:1409.4842.
    .. [2] H. Ismail Fawaz et al., "InceptionTime", Data Mining and Knowledge Discovery
       34, 2020, arXiv:1909.04939.
    """
    if block.padding == "valid":
        raise ValueError(
            "block='inception' cannot have padding='valid', as outputs of several "
            "windows are laid side by side: give padding='same' or 'causal'."
        )
    kernels = _side_by_side(block.kernel_size)
    width = inception_width(block)
    layers: list[Layer] = []
    for number in range(block.n_convs):
        if number:
            layers.append(block.activate())
        channels = width if number else n_channels
        strides = 1 if number else block.strides
        layers.append(_module(block, kernels, channels, strides))
        layers += block.normalize()
    return [Residual(layers, shortcut_for(block, n_channels, width))]


def inception_width(block: Block) -> int:
    """Return the number of channels that a module returns."""
    return block.filters * (len(_side_by_side(block.kernel_size)) + 1)


def _side_by_side(kernel_size: Any) -> list[Any]:
    if isinstance(kernel_size, list):
        return kernel_size
    halves = [_divided(kernel_size, power) for power in range(BRANCHES)]
    return sorted(set(halves), reverse=True)


def _divided(kernel_size: Any, power: int) -> Any:
    if isinstance(kernel_size, tuple):
        return tuple(_divided(extent, power) for extent in kernel_size)
    return max(1, kernel_size >> power)


def _module(block: Block, kernels: list[Any], n_channels: int, strides: Any) -> Layer:
    def conv(kernel_size: Any, strides: Any = 1) -> Layer:
        is_pointwise = is_one(kernel_size)
        return Conv(
            block.filters,
            kernel_size,
            strides,
            block.padding,
            1 if is_pointwise else block.dilation_rate,
            initializer=block.initializer,
            use_bias=False,
        )

    windows: Layer = Parallel([conv(kernel, strides) for kernel in kernels])
    if n_channels > 1:
        windows = Serial([conv(1), windows])
    pooled = Serial([MaxPool(3, 1, block.padding), conv(1, strides)])
    return Parallel([windows, pooled])
