"""Blocks with a shortcut around them."""

from skdeep.architectures._parts import Block, is_one
from skdeep.architectures.plain import plain_block
from skdeep.nn import Layer, Residual, Serial


def residual_block(block: Block, n_channels: int) -> list[Layer]:
    """Return convolutions in series with a shortcut, without the last activation [1]_.

    Parameters
    ----------
    block : Block
        What the block is to be.
    n_channels : int
        Channels that come in. Where they, or the strides, change the shape, the
        shortcut is a pointwise convolution.

    Returns
    -------
    list of Layer
        One layer.

    References
    ----------
    .. [1] K. He et al., "Deep residual learning for image recognition", CVPR 2016,
       arXiv:1512.03385.
    """
    if block.padding == "valid":
        raise ValueError(
            "block='residual' cannot have padding='valid', as its shortcut keeps the "
            "size: give padding='same' or 'causal'."
        )
    shortcut = shortcut_for(block, n_channels, block.filters)
    return [Residual(plain_block(block), shortcut)]


def shortcut_for(block: Block, n_channels: int, n_outputs: int) -> Layer | None:
    """Return the shortcut, or None where the input has the shape of the output."""
    if n_channels == n_outputs and is_one(block.strides):
        return None
    projection = block.conv(
        block.n_convs - 1,
        kernel_size=1,
        strides=block.strides,
        dilation_rate=1,
        use_bias=False,
    )
    projection.set_params(filters=n_outputs)
    return Serial([projection, *block.normalize()])
