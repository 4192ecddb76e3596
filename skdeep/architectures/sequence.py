"""Networks that write sequences of symbols: encoder-decoders and language models."""

from collections.abc import Sequence

from skdeep.architectures.recurrent import CELLS
from skdeep.nn import (
    ATTENTIONS,
    Bidirectional,
    ColumnEmbedding,
    Dense,
    Dropout,
    EncoderDecoder,
    Layer,
    Normal,
    Serial,
    Tanh,
)
from skdeep.nn.layers.embedding import FIRST


def encoder_decoder(
    cell: str,
    units: Sequence[int],
    n_symbols: int,
    *,
    n_source_symbols: int | None = None,
    embedding_dim: int = 32,
    bidirectional: bool = True,
    attention: str | None = "multiplicative",
    decoder_units: Sequence[int] | None = None,
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
) -> EncoderDecoder:
    """Return a network from sequences to sequences of symbols.

    Parameters
    ----------
    cell : {"gru", "lstm", "simple"}
        Kind of the recurrent layers.
    units : sequence of int
        Units of each layer of the encoder, in each direction.
    n_symbols : int
        Number of symbols of the output, one that starts and stops sequences included.
    n_source_symbols : int or None, default=None
        Number of symbols of the source; None is a source of numbers.
    embedding_dim : int, default=32
        Length of the vector of each symbol.
    bidirectional : bool, default=True
        Whether the encoder also reads backwards.
    attention : {"additive", "multiplicative", "dot"} or None, default="multiplicative"
        How the decoder attends to the encoder's steps; None is by its initial state
        alone.
    decoder_units : sequence of int or None, default=None
        Units of each layer of the decoder; None is those of the encoder, both
        directions together.
    dropout : float, default=0.0
        Share of units silenced after embeddings and recurrent layers, and before the
        outputs.
    recurrent_dropout : float, default=0.0
        Share of units that the recurrence does not see.

    Returns
    -------
    EncoderDecoder
        Symbols of source and decoder come in as codes of ``ColumnEmbedding``, which are
        the symbols' numbers plus 2.

    Examples
    --------
    >>> layer = encoder_decoder("gru", [8], 5, n_source_symbols=9, embedding_dim=4)
    >>> layer.plan(((20, 1), (10, 1))).output_shape
    (10, 5)
    """
    if decoder_units is None:
        decoder_units = [n * (2 if bidirectional else 1) for n in units]
    read: list[Layer] = []
    if n_source_symbols is not None:
        read = _embedding(n_source_symbols, embedding_dim, dropout)
    read += _stack(cell, units, dropout, recurrent_dropout, bidirectional)
    return EncoderDecoder(
        Serial(read),
        _writer(
            cell, decoder_units, n_symbols, embedding_dim, dropout, recurrent_dropout
        ),
        _head(n_symbols, dropout, None if attention is None else decoder_units[-1]),
        None if attention is None else ATTENTIONS[attention](),
    )


def language_model(
    cell: str,
    units: Sequence[int],
    n_symbols: int,
    *,
    embedding_dim: int = 32,
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
) -> EncoderDecoder:
    """Return a network that predicts each symbol of a sequence from those before.

    Parameters
    ----------
    cell : {"gru", "lstm", "simple"}
        Kind of the recurrent layers.
    units : sequence of int
        Units of each layer.
    n_symbols : int
        Number of symbols, one that starts and stops sequences included.
    embedding_dim : int, default=32
        Length of the vector of each symbol.
    dropout : float, default=0.0
        Share of units silenced after embedding and recurrent layers.
    recurrent_dropout : float, default=0.0
        Share of units that the recurrence does not see.

    Returns
    -------
    EncoderDecoder
        Its source is a vector of conditions, which starts the state; of length 0, where
        there are none.

    Examples
    --------
    >>> language_model("lstm", [8], 5).plan(((0,), (20, 1))).output_shape
    (20, 5)
    """
    return EncoderDecoder(
        Serial(),
        _writer(cell, units, n_symbols, embedding_dim, dropout, recurrent_dropout),
        _head(n_symbols, dropout, None),
    )


def _embedding(n_symbols: int, dim: int, dropout: float) -> list[Layer]:
    # Vectors of unit scale: smaller ones leave the gates half open for many epochs.
    embedding = ColumnEmbedding([n_symbols + FIRST], dim, Normal(1.0))
    return [embedding, *_dropout(dropout)]


def _dropout(rate: float) -> list[Layer]:
    return [Dropout(rate)] if rate else []


def _stack(
    cell: str,
    units: Sequence[int],
    dropout: float,
    recurrent_dropout: float,
    bidirectional: bool,
) -> list[Layer]:
    layers: list[Layer] = []
    for n_units in units:
        if layers:
            layers += _dropout(dropout)
        layer = CELLS[cell](n_units, recurrent_dropout)
        layers.append(Bidirectional(layer) if bidirectional else layer)
    return layers


def _writer(
    cell: str,
    units: Sequence[int],
    n_symbols: int,
    embedding_dim: int,
    dropout: float,
    recurrent_dropout: float,
) -> Layer:
    embedding = _embedding(n_symbols, embedding_dim, dropout)
    return Serial([*embedding, *_stack(cell, units, dropout, recurrent_dropout, False)])


def _head(n_symbols: int, dropout: float, hidden: int | None) -> Layer:
    """Return output layers; ``hidden`` units join a decoder's state and context."""
    joint: list[Layer] = [] if hidden is None else [Dense(hidden), Tanh()]
    return Serial([*joint, *_dropout(dropout), Dense(n_symbols)])
