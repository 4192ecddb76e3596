"""Blocks of convolutions in series."""

from skdeep.architectures._parts import Block
from skdeep.nn import Conv, Layer, SeparableConv


def plain_block(block: Block) -> list[Layer]:
    """Return convolutions in series, without the last activation.

    Parameters
    ----------
    block : Block
        What the block is to be.

    Returns
    -------
    list of Layer
        The layers.

    Examples
    --------
    >>> plain_block(Block(8, 3, n_convs=2, initializer="glorot_uniform"))
    [Conv(filters=8), ReLU(), Conv(filters=8)]
    """
    return _series(block, Conv)


def separable_block(block: Block) -> list[Layer]:
    """Return separable convolutions in series, without the last activation [1]_.

    Parameters
    ----------
    block : Block
        What the block is to be.

    Returns
    -------
    list of Layer
        The layers.

    References
    ----------
    .. [1] A. Howard et al., "MobileNets", 2017, arXiv:1704.04861.
    """
    return _series(block, SeparableConv)


def _series(block: Block, kind: type[Conv] | type[SeparableConv]) -> list[Layer]:
    layers: list[Layer] = []
    for number in range(block.n_convs):
        if number:
            layers.append(block.activate())
        layers += [block.conv(number, kind), *block.normalize()]
    return layers
