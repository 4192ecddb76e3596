"""Layers of a recurrent network."""

from collections.abc import Sequence

from skdeep.architectures.perceptron import perceptron
from skdeep.nn import (
    GRU,
    LSTM,
    AttentionPooling,
    Bidirectional,
    Dropout,
    GlobalAveragePool,
    GlobalMaxPool,
    Initializer,
    Layer,
    LayerNorm,
    SimpleRNN,
)
from skdeep.nn.layers.recurrent import Recurrent

CELLS: dict[str, type[Recurrent]] = {"gru": GRU, "lstm": LSTM, "simple": SimpleRNN}
POOLINGS: dict[str, type[Layer] | None] = {
    "last": None,
    "mean": GlobalAveragePool,
    "max": GlobalMaxPool,
    "attention": AttentionPooling,
}


def recurrent(
    cell: str,
    units: Sequence[int],
    n_outputs: int,
    *,
    pooling: str | None = "last",
    bidirectional: bool = False,
    hidden_layer_sizes: Sequence[int] = (),
    activation: str | Layer = "relu",
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    normalization: str | None = None,
    backprop_steps: int | None = None,
    initializer: str | Initializer = "auto",
) -> list[Layer]:
    """Return recurrent layers, pooling over the steps, dense layers and outputs.

    Parameters
    ----------
    cell : {"gru", "lstm", "simple"}
        Kind of the recurrent layers.
    units : sequence of int
        Units of each, in each direction.
    n_outputs : int
        Units of the output layer.
    pooling : {"last", "mean", "max", "attention"} or None, default="last"
        How the steps become one vector; None keeps them, for outputs at every step.
        The last step of a layer that reads backwards is the first of the sequence.
    bidirectional : bool, default=False
        Whether each layer also reads the sequence backwards.
    hidden_layer_sizes : sequence of int, default=()
        Dense layers before the outputs.
    activation : str or Layer, default="relu"
        Activation of dense layers.
    dropout : float, default=0.0
        Share of units silenced after each layer.
    recurrent_dropout : float, default=0.0
        Share of units that the recurrence does not see.
    normalization : {"layer"} or None, default=None
        Whether the output of each recurrent layer, and the weighted sums of each dense
        layer, are brought to mean 0 and variance 1.
    backprop_steps : int or None, default=None
        Through how many steps gradients flow back.
    initializer : str or Initializer, default="auto"
        Starting weights; "auto" is "glorot_uniform" for what comes into recurrent
        layers. Weights of the recurrence start orthogonal.

    Returns
    -------
    list of Layer
        The layers.

    Examples
    --------
    >>> recurrent("gru", [8], 3, bidirectional=True)
    ... # doctest: +NORMALIZE_WHITESPACE
    [Bidirectional(layer=GRU(units=8, return_sequences=False)),
     Dense(units=3, initializer=VarianceScaling(),
           bias_initializer=VarianceScaling())]
    """
    inputs = "glorot_uniform" if initializer == "auto" else initializer
    layers: list[Layer] = []
    for level, n_units in enumerate(units, start=1):
        layer = CELLS[cell](
            n_units,
            recurrent_dropout,
            backprop_steps,
            inputs,
            return_sequences=pooling != "last" or level < len(units),
        )
        layers.append(Bidirectional(layer) if bidirectional else layer)
        if normalization is not None:
            layers.append(LayerNorm())
        if dropout:
            layers.append(Dropout(dropout))
    pool = None if pooling is None else POOLINGS[pooling]
    if pool is not None:
        layers.append(pool())
    head = perceptron(
        hidden_layer_sizes,
        n_outputs,
        activation=activation,
        dropout=dropout,
        normalization=normalization,
        initializer=initializer,
    )
    return [*layers, *head]
