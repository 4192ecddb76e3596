"""The layers of networks with outputs for every pixel of an image or step of a series.

Convolutions and pooling see far and lose the places; what follows brings these back, by
skip connections from where they are still known. Every function takes samples of any
size: what pooling rounds is cropped.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from skdeep.architectures._parts import is_one
from skdeep.architectures.convolutional import POOLS, conv_blocks, spread
from skdeep.architectures.perceptron import perceptron
from skdeep.nn import (
    Conv,
    ConvTranspose,
    Dense,
    Dropout,
    Identity,
    Initializer,
    KeepSize,
    Layer,
    Parallel,
    Upsample,
)

UPSAMPLINGS = ("transposed", "nearest", "bilinear")

_FCN: dict[str, Any] = {
    "decoder": "fcn",
    "filters": (16, 32, 64, 64, 64),
    "convs_per_block": 2,
    "normalization": "batch",
}
DENSE_PRESETS: dict[str, dict[str, Any]] = {
    # Long, Shelhamer and Darrell 2015, with fewer filters.
    "fcn32s": {**_FCN, "skips": 0},
    "fcn16s": {**_FCN, "skips": 1},
    "fcn8s": {**_FCN, "skips": 2},
    # Ronneberger, Fischer and Brox 2015: their five sizes, with fewer filters.
    "unet": {
        "decoder": "unet",
        "filters": (8, 16, 32, 64, 64),
        "convs_per_block": 2,
        "normalization": "batch",
    },
    # Bai, Kolter and Koltun 2018, each step seeing both sides.
    "tcn": {
        "decoder": "fcn",
        "skips": 0,
        "pool": None,
        "block": "residual",
        "filters": (32,) * 6,
        "convs_per_block": 2,
        "dilation_rate": [1, 2, 4, 8, 16, 32],
        "normalization": "batch",
    },
}


def dense_prediction(
    n_channels: int, n_outputs: int, *, decoder: str = "unet", **settings: Any
) -> list[Layer]:
    """Return the layers of a network with outputs for every pixel or step.

    Parameters
    ----------
    n_channels : int
        Channels of a sample.
    n_outputs : int
        Outputs of a pixel.
    decoder : {"unet", "fcn"}, default="unet"
        How places are brought back: :func:`unet` or :func:`fully_convolutional`.
    **settings
        Of that function.

    Returns
    -------
    list of Layer
        The layers.

    Examples
    --------
    >>> from skdeep.nn import Serial
    >>> layers = dense_prediction(3, 2, **DENSE_PRESETS["fcn8s"])
    >>> Serial(layers).plan((40, 40, 3)).output_shape
    (40, 40, 2)
    """
    decoders: dict[str, Callable[..., list[Layer]]] = {
        "unet": unet,
        "fcn": fully_convolutional,
    }
    if decoder not in decoders:
        raise ValueError(f"decoder={decoder!r} is unknown: give one of {[*decoders]}.")
    return decoders[decoder](n_channels, n_outputs, **settings)


def fully_convolutional(
    n_channels: int,
    n_outputs: int,
    *,
    skips: int = 2,
    upsampling: str = "transposed",
    filters: int | Sequence[int] = (16, 32, 64, 64, 64),
    strides: Any = 1,
    pool: str | None = "max",
    pool_size: Any = 2,
    padding: str = "same",
    hidden_layer_sizes: Sequence[int] = (),
    activation: str | Layer = "relu",
    normalization: str | None = None,
    dropout: float = 0.0,
    initializer: str | Initializer = "auto",
    **blocks: Any,
) -> list[Layer]:
    """Return blocks of convolutions that score pixels at several depths [1]_.

    The last block is scored by a dense layer at each of its pixels. Its scores are made
    larger by what its pooling took and added to those of the block before, ``skips``
    times; the sum is brought to the size of the input by bilinear interpolation.
    Without pooling and with dilation, this is a temporal convolutional network [2]_.

    Parameters
    ----------
    n_channels : int
        Channels of a sample.
    n_outputs : int
        Scores of a pixel.
    skips : int, default=2
        From how many blocks before the last scores are added. Of five blocks with
        pooling by 2, 0, 1 and 2 are FCN-32s, FCN-16s and FCN-8s.
    upsampling : {"transposed", "nearest", "bilinear"}, default="transposed"
        How scores are made larger between skips: by transposed convolution with windows
        of twice the stride, or by resizing.
    filters : int or sequence of int, default=(16, 32, 64, 64, 64)
        Filters of each block.
    strides, pool_size : int, tuple or list
        A number, or a tuple with one for each axis, for all blocks; or a list with one
        such entry for each block.
    pool : {"max", "avg"} or None, default="max"
        What ends each block.
    padding : {"same", "causal"}, default="same"
        Of convolutions and pooling.
    hidden_layer_sizes : sequence of int, default=()
        Units of dense layers at each pixel of the last block, before it is scored.
    activation, normalization, dropout, initializer, **blocks
        As of :func:`convolutional`.

    Returns
    -------
    list of Layer
        The layers.

    References
    ----------
    .. [1] J. Long, E. Shelhamer and T. Darrell, "Fully convolutional networks for
       semantic segmentation", CVPR 2015, arXiv:1411.4038.
    .. [2] S. Bai, J. Z. Kolter and V. Koltun, "An empirical evaluation of generic
       convolutional and recurrent networks for sequence modeling", 2018,
       arXiv:1803.01271.

    Examples
    --------
    >>> from skdeep.nn import Serial
    >>> layers = fully_convolutional(3, 5)
    >>> Serial(layers).plan((50, 70, 3)).output_shape
    (50, 70, 5)
    """
    _check(upsampling, padding)
    settings: dict[str, Any] = {
        "activation": activation,
        "normalization": normalization,
        "initializer": initializer,
    }
    made = conv_blocks(
        n_channels,
        filters=filters,
        strides=strides,
        padding=padding,
        pool=pool,
        pool_size=pool_size,
        **settings,
        **blocks,
    )
    if not 0 <= skips < len(made):
        raise ValueError(
            f"skips={skips!r} is impossible with {len(made)} blocks of filters: give "
            f"0 to {len(made) - 1}, or more filters."
        )
    factors = spread("strides", strides, len(made))
    if pool is not None:
        sizes = spread("pool_size", pool_size, len(made))
        factors = [_times(a, b) for a, b in zip(factors, sizes, strict=True)]
    layers: list[Layer] = [Dropout(dropout)] if dropout else []
    layers += perceptron(hidden_layer_sizes, n_outputs, dropout=dropout, **settings)
    n_plain = len(made) - skips
    for block, factor in reversed([*zip(made, factors, strict=True)][n_plain:]):
        deeper = [*block, *layers]
        if not is_one(factor):
            deeper.append(_larger(upsampling, n_outputs, _times(2, factor), factor))
        # Scores start at zero: training begins with what the deepest block says.
        scores = Dense(n_outputs, "zeros")
        layers = [Parallel([scores, KeepSize(deeper)], merge="add")]
    layers = [*(layer for block in made[:n_plain] for layer in block), *layers]
    factor = reduce(_times, factors[:n_plain], 1)
    if not is_one(factor):
        layers.append(Upsample(factor, "bilinear"))
    return [KeepSize(layers)]


def unet(
    n_channels: int,
    n_outputs: int,
    *,
    upsampling: str = "transposed",
    filters: int | Sequence[int] = (16, 32, 64),
    convs_per_block: int | Sequence[int] = 2,
    pool: str | None = "max",
    pool_size: int | tuple[int, ...] = 2,
    padding: str = "same",
    hidden_layer_sizes: Sequence[int] = (),
    activation: str | Layer = "relu",
    normalization: str | None = None,
    dropout: float = 0.0,
    initializer: str | Initializer = "auto",
    **blocks: Any,
) -> list[Layer]:
    """Return an encoder and a decoder with skip connections at every size [1]_.

    Each block of the encoder but the last is followed by pooling, and its output is
    laid beside what comes back from the smaller sizes, for a block of the decoder.

    Parameters
    ----------
    n_channels : int
        Channels of a sample.
    n_outputs : int
        Outputs of a pixel.
    upsampling : {"transposed", "nearest", "bilinear"}, default="transposed"
        How sizes grow: by transposed convolution with windows next to another, or by
        resizing and convolution [2]_.
    filters : int or sequence of int, default=(16, 32, 64)
        Filters at each size, from the largest.
    convs_per_block : int or sequence of int, default=2
        Convolutions of each block.
    pool : {"max", "avg"}, default="max"
        What makes sizes smaller.
    pool_size : int or tuple of int, default=2
        How many times, along each axis.
    padding : {"same", "causal"}, default="same"
        Of convolutions and pooling.
    hidden_layer_sizes : sequence of int, default=()
        Units of dense layers at each pixel, before the outputs.
    activation, normalization, dropout, initializer, **blocks
        As of :func:`convolutional`; ``kernel_size`` and ``dilation_rate`` may be a
        list with an entry for each size.

    Returns
    -------
    list of Layer
        The layers.

    References
    ----------
    .. [1] O. Ronneberger, P. Fischer and T. Brox, "U-Net: convolutional networks for
       biomedical image segmentation", MICCAI 2015, arXiv:1505.04597.
    .. [2] A. Odena, V. Dumoulin and C. Olah, "Deconvolution and checkerboard
       artifacts", Distill 2016.

    Examples
    --------
    >>> from skdeep.nn import Serial
    >>> layers = unet(1, 3, filters=(4, 8))
    >>> Serial(layers).plan((50, 71, 1)).output_shape
    (50, 71, 3)
    """
    _check(upsampling, padding)
    if "strides" in blocks:
        raise ValueError(
            "A U-Net has no strides: sizes become smaller by pool_size between blocks."
        )
    if pool is None or isinstance(pool_size, list):
        raise ValueError(
            f"pool={pool!r}, pool_size={pool_size!r}: a U-Net makes sizes smaller by "
            "pooling, by the same factor between all blocks. Give pool='max' and one "
            "pool_size, or take decoder='fcn'."
        )
    widths = list(filters) if isinstance(filters, Sequence) else [filters]
    settings: dict[str, Any] = {
        "activation": activation,
        "normalization": normalization,
        "initializer": initializer,
    }
    common: dict[str, Any] = {"padding": padding, **settings}
    if isinstance(convs_per_block, Sequence):
        convs_per_block = list(convs_per_block)
    blocks["convs_per_block"] = convs_per_block
    encoder = conv_blocks(n_channels, filters=widths, **common, **blocks)
    layers: list[Layer] = encoder[-1]
    if dropout:
        layers.append(Dropout(dropout))
    for level in reversed(range(len(widths) - 1)):
        width = widths[level]
        pooling: Any = POOLS[pool]
        up = _larger(upsampling, width, pool_size, pool_size)
        deeper = [pooling(pool_size, padding=padding), *layers, up]
        if upsampling != "transposed":
            deeper.append(Conv(width, initializer="he_normal", padding=padding))
        skip = Parallel([Identity(), KeepSize(deeper)])
        own = {name: _at(value, level) for name, value in blocks.items()}
        (decoder,) = conv_blocks(2 * width, filters=width, **common, **own)
        layers = [*encoder[level], skip, *decoder]
    return layers + perceptron(hidden_layer_sizes, n_outputs, **settings)


def _at(value: Any, level: int) -> Any:
    """Return the entry for one size, of a hyperparameter that may have several."""
    return value[level] if isinstance(value, list) else value


def _times(a: Any, b: Any) -> Any:
    """Return the product of two factors, of tuples along each axis."""
    if isinstance(a, tuple):
        others = b if isinstance(b, tuple) else (b,) * len(a)
        return tuple(x * y for x, y in zip(a, others, strict=True))
    return _times(b, a) if isinstance(b, tuple) else a * b


def _larger(upsampling: str, filters: int, kernel_size: Any, factor: Any) -> Layer:
    if upsampling == "transposed":
        return ConvTranspose(filters, kernel_size, factor)
    return Upsample(factor, upsampling)


def _check(upsampling: str, padding: str) -> None:
    if upsampling not in UPSAMPLINGS:
        raise ValueError(
            f"upsampling={upsampling!r} is unknown: give one of {UPSAMPLINGS}."
        )
    if padding == "valid":
        raise ValueError(
            "padding='valid' leaves no output at the border, and there has to be one "
            "for every pixel or step: give padding='same' or 'causal'."
        )
