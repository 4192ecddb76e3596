"""The layers of a convolutional network: blocks, pooling, dense layers at the end."""

from collections.abc import Sequence
from typing import Any

from skdeep.architectures._parts import INCREASING, Block
from skdeep.architectures.inception import inception_block, inception_width
from skdeep.architectures.perceptron import perceptron
from skdeep.architectures.plain import plain_block, separable_block
from skdeep.architectures.residual import residual_block
from skdeep.nn import (
    AveragePool,
    Bias,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Initializer,
    Layer,
    MaxPool,
)

BLOCKS = ("plain", "residual", "inception", "separable")
POOLS: dict[str, type[Layer]] = {"max": MaxPool, "avg": AveragePool}
GLOBAL_POOLS: dict[str, type[Layer]] = {"max": GlobalMaxPool, "avg": GlobalAveragePool}


def convolutional(
    n_channels: int,
    n_outputs: int,
    *,
    filters: int | Sequence[int] = (32, 64),
    kernel_size: Any = 3,
    strides: Any = 1,
    padding: str = "same",
    dilation_rate: Any = 1,
    pool: str | None = "max",
    pool_size: Any = 2,
    block: str = "plain",
    convs_per_block: Any = 1,
    global_pool: str | None = None,
    hidden_layer_sizes: Sequence[int] = (),
    activation: str | Layer = "relu",
    normalization: str | None = None,
    dropout: float = 0.0,
    initializer: str | Initializer = "auto",
) -> list[Layer]:
    """Return blocks of convolutions with pooling, then dense layers.

    Parameters
    ----------
    n_channels : int
        Channels of a sample.
    n_outputs : int
        Units of the output layer.
    filters : int or sequence of int, default=(32, 64)
        Filters of each block; an int is one block.
    kernel_size, strides, dilation_rate, pool_size : int, tuple or list
        A number, or a tuple with one for each axis of a sample, for all blocks; or a
        list with one such entry for each block. Of kernel sizes, an entry may be a list
        itself, with one for each convolution of the block (in inception blocks, of
        those side by side).
    convs_per_block : int or sequence of int, default=1
        Convolutions of each block.
    padding : {"same", "valid", "causal"}, default="same"
        Of convolutions and pooling.
    pool : {"max", "avg"} or None, default="max"
        What ends each block.
    block : {"plain", "residual", "inception", "separable"}, default="plain"
        How the convolutions of a block are put together.
    global_pool : {"max", "avg"} or None, default=None
        What makes a vector of the last block's output; None flattens it.
    hidden_layer_sizes : sequence of int, default=()
        Units of dense layers before the outputs.
    activation : str or Layer, default="relu"
        Function of the weighted sums.
    normalization : {"batch", "layer"} or None, default=None
        What stands between weighted sums and activation.
    dropout : float, default=0.0
        Share of units silenced before each dense layer.
    initializer : str or Initializer, default="auto"
        Starting weights; "auto" is "he_normal" for convolutions ("lecun_normal" with
        selu), :func:`perceptron`'s way for hidden dense layers, and "zeros" for the
        outputs: thousands of activations add up there, and would start training with
        predictions that are sure and wrong.

    Returns
    -------
    list of Layer
        The layers.

    Notes
    -----
    Pooling comes as early as it may without changing the result: the largest of
    numbers is found before the same bias is added to all of them and before an
    increasing activation.

    Examples
    --------
    >>> convolutional(1, 10, filters=(8,), kernel_size=5)
    ... # doctest: +NORMALIZE_WHITESPACE
    [Conv(filters=8, kernel_size=5, initializer='he_normal', use_bias=False),
     MaxPool(padding='same'), Bias(), ReLU(), Flatten(), Dense(...)]
    """
    blocks = conv_blocks(
        n_channels,
        filters=filters,
        kernel_size=kernel_size,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        pool=pool,
        pool_size=pool_size,
        block=block,
        convs_per_block=convs_per_block,
        activation=activation,
        normalization=normalization,
        initializer=initializer,
    )
    layers = [layer for made in blocks for layer in made]
    layers.append(Flatten() if global_pool is None else GLOBAL_POOLS[global_pool]())
    if dropout:
        layers.append(Dropout(dropout))
    return layers + perceptron(
        hidden_layer_sizes,
        n_outputs,
        activation=activation,
        dropout=dropout,
        normalization=normalization,
        initializer=initializer,
        output_initializer="zeros" if initializer == "auto" else None,
    )


def conv_blocks(
    n_channels: int,
    *,
    filters: int | Sequence[int],
    kernel_size: Any = 3,
    strides: Any = 1,
    padding: str = "same",
    dilation_rate: Any = 1,
    pool: str | None = None,
    pool_size: Any = 2,
    block: str = "plain",
    convs_per_block: Any = 1,
    activation: str | Layer = "relu",
    normalization: str | None = None,
    initializer: str | Initializer = "auto",
) -> list[list[Layer]]:
    """Return the blocks of :func:`convolutional`, which explains the parameters.

    Returns
    -------
    list of list of Layer
        The layers of each block, activation and pooling included.
    """
    widths = list(filters) if isinstance(filters, Sequence) else [filters]
    per_block = {
        "kernel_size": kernel_size,
        "strides": strides,
        "dilation_rate": dilation_rate,
        "pool_size": pool_size,
        "convs_per_block": convs_per_block,
    }
    if isinstance(convs_per_block, Sequence):
        per_block["convs_per_block"] = list(convs_per_block)
    columns = [spread(name, v, len(widths)) for name, v in per_block.items()]
    weights = initializer
    if weights == "auto":
        weights = "lecun_normal" if activation == "selu" else "he_normal"
    # The largest comes first only where no normalisation learns from the rest.
    is_named = isinstance(activation, str)
    early = pool == "max" and is_named and activation in INCREASING
    late_bias = early and normalization is None and block in ("plain", "separable")
    blocks = []
    for width, kernel, stride, dilation, size, count in zip(
        widths, *columns, strict=True
    ):
        made = Block(
            width,
            kernel,
            count,
            stride,
            padding,
            dilation,
            activation,
            normalization,
            weights,
            use_bias=not late_bias,
        )
        part = _block(block, made, n_channels)
        rest: list[Layer] = [Bias()] if late_bias else []
        rest.append(made.activate())
        if pool is not None:
            pooling: Any = POOLS[pool]
            rest.insert(0 if early else len(rest), pooling(size, padding=padding))
        blocks.append([*part, *rest])
        n_channels = inception_width(made) if block == "inception" else width
    return blocks


def _block(name: str, block: Block, n_channels: int) -> list[Layer]:
    if name == "plain":
        return plain_block(block)
    if name == "separable":
        return separable_block(block)
    make = residual_block if name == "residual" else inception_block
    return make(block, n_channels)


def spread(name: str, value: Any, n_blocks: int) -> list[Any]:
    """Return one value for each block, of a hyperparameter of that name.

    A list has one for each; anything else, a tuple of one number per axis among it, is
    that of all blocks.
    """
    if not isinstance(value, list):
        return [value] * n_blocks
    if len(value) != n_blocks:
        raise ValueError(
            f"{name} has {len(value)} entries and filters {n_blocks}: give one number "
            "for all blocks, or a list with one entry for each."
        )
    return value


def check_axes(name: str, value: Any, n_axes: int) -> None:
    """Check that each tuple of a hyperparameter has a number for each axis.

    Parameters
    ----------
    name : str
        Of the hyperparameter.
    value : int, tuple or list
        Its value.
    n_axes : int
        Axes of a sample, channels aside.

    Raises
    ------
    ValueError
        If a tuple has another length: it may be meant for blocks.
    """
    if isinstance(value, list):
        for entry in value:
            check_axes(name, entry, n_axes)
    elif isinstance(value, tuple) and any(isinstance(v, tuple | list) for v in value):
        raise ValueError(
            f"{name}={value!r}: what differs between blocks is a list, with one entry "
            f"for each: give {name}={[*value]!r}."
        )
    elif isinstance(value, tuple) and len(value) != n_axes:
        axes = {1: "one axis, time", 2: "two axes, height and width"}[n_axes]
        raise ValueError(
            f"{name}={value!r}: a tuple has one number for each axis, and samples have "
            f"{axes}. For one number per block give a list, {name}={[*value]!r}."
        )
