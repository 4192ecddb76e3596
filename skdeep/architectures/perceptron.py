"""The layers of a multi-layer perceptron."""

import copy
from collections.abc import Sequence

from skdeep.nn import (
    ACTIVATIONS,
    BatchNorm,
    Dense,
    Dropout,
    Initializer,
    Layer,
    LayerNorm,
    Residual,
    VarianceScaling,
)

NORMALIZATIONS: dict[str, type[Layer]] = {"batch": BatchNorm, "layer": LayerNorm}


def make_activation(activation: str | Layer) -> Layer:
    """Return a new layer: of that name, or a copy of that instance."""
    if isinstance(activation, str):
        return ACTIVATIONS[activation]()
    return copy.deepcopy(activation)


def perceptron(
    sizes: Sequence[int],
    n_outputs: int,
    *,
    activation: str | Layer = "relu",
    dropout: float = 0.0,
    normalization: str | None = None,
    skip_connections: bool = False,
    initializer: str | Initializer = "auto",
    output_initializer: str | Initializer | None = None,
) -> list[Layer]:
    """Return a block for each hidden layer, and the output layer.

    A block is dense, normalization, activation, dropout.

    Parameters
    ----------
    sizes : sequence of int
        Units of each hidden layer; none at all leaves a linear model.
    n_outputs : int
        Units of the output layer.
    activation : str or Layer, default="relu"
        Function of the hidden units.
    dropout : float, default=0.0
        Share of units silenced after each block.
    normalization : {"batch", "layer"} or None, default=None
        What stands between weighted sums and activation.
    skip_connections : bool, default=False
        Whether each block is added to its own input, by way of a projection where
        the widths differ.
    initializer : str or Initializer, default="auto"
        Starting weights, with biases at zero; for "auto" see the notes.
    output_initializer : str, Initializer or None, default=None
        Starting weights of the output layer, with biases at zero; None is as above.

    Returns
    -------
    list of Layer
        The layers.

    Notes
    -----
    "auto" is scikit-learn's way: weights and biases alike from the uniform
    distribution of Glorot and Bengio, with a third of the variance for "logistic".
    Biases that differ put the kink of each unit elsewhere, which speeds up small
    networks. For "selu", which needs it, "auto" is "lecun_normal".

    Examples
    --------
    >>> perceptron([8], 3, dropout=0.5, initializer="he_normal")
    ... # doctest: +NORMALIZE_WHITESPACE
    [Dense(units=8, initializer='he_normal'), ReLU(), Dropout(),
     Dense(units=3, initializer='he_normal')]
    """
    bias_initializer: str | Initializer = "zeros"
    if initializer == "auto":
        if activation == "selu":
            initializer = "lecun_normal"
        else:
            gain = 1 / 3 if activation == "logistic" else 1.0
            initializer = bias_initializer = VarianceScaling(gain)

    def dense(units: int, use_bias: bool = True) -> Dense:
        return Dense(units, initializer, bias_initializer, use_bias)

    layers: list[Layer] = []
    width = None
    for units in sizes:
        block: list[Layer] = [dense(units, use_bias=normalization != "batch")]
        if normalization is not None:
            block.append(NORMALIZATIONS[normalization]())
        block.append(make_activation(activation))
        if dropout:
            block.append(Dropout(dropout))
        if skip_connections:
            same = units == width
            block = [Residual(block, None if same else dense(units, use_bias=False))]
        layers += block
        width = units
    if output_initializer is None:
        return [*layers, dense(n_outputs)]
    return [*layers, Dense(n_outputs, output_initializer)]
