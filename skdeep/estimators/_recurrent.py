"""Hyperparameters of recurrent networks, and the layers that they stand for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from skdeep.architectures.recurrent import CELLS, POOLINGS, recurrent
from skdeep.estimators._signal_inputs import SignalInputs
from skdeep.estimators._step_outputs import StepOutputs
from skdeep.estimators._validation import (
    NOTHING,
    YES_NO,
    Choice,
    Instance,
    Integer,
    Number,
    Rule,
    Sizes,
)
from skdeep.nn import ACTIVATIONS, INITIALIZERS, ColumnEmbedding, Initializer, Layer
from skdeep.nn.ragged import Ragged


@dataclass(eq=False, repr=False)
class RecurrentHyperparameters(StepOutputs):
    """The architecture of a recurrent network."""

    units: int | Sequence[int] = (64,)
    cell: str = "gru"
    bidirectional: bool = False
    pooling: str = "last"
    hidden_layer_sizes: int | Sequence[int] = ()
    activation: str | Layer = "relu"
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    normalization: str | None = None
    embedding_dim: int | None = None
    backprop_steps: int | None = None
    initializer: str | Initializer = "auto"
    return_sequences: bool = field(default=False, kw_only=True)
    batch_size: int | str = field(default=32, kw_only=True)
    max_grad_norm: float | None = field(default=1.0, kw_only=True)

    _ranks: ClassVar[tuple[int, ...]] = (2,)
    _family: ClassVar[str] = "recurrent"
    _steps_by: ClassVar[str] = "return_sequences=True"
    _one_by: ClassVar[str] = "return_sequences=False"
    _architecture_rules: ClassVar[dict[str, tuple[Rule, ...]]] = {
        **SignalInputs._signal_rules,
        "return_sequences": (YES_NO,),
        "cell": (Choice(tuple(CELLS)),),
        "units": (Integer(1), Sizes()),
        "bidirectional": (YES_NO,),
        "pooling": (Choice(tuple(POOLINGS)),),
        "hidden_layer_sizes": (Integer(1), Sizes()),
        "activation": (
            Choice(tuple(ACTIVATIONS)),
            Instance(Layer, "a layer of skdeep.nn"),
        ),
        "dropout": (Number(0, 1, "left"),),
        "recurrent_dropout": (Number(0, 1, "left"),),
        "normalization": (Choice((None, "layer")),),
        "embedding_dim": (NOTHING, Integer(1)),
        "backprop_steps": (NOTHING, Integer(1)),
        "initializer": (
            Choice(("auto", *INITIALIZERS)),
            Instance(Initializer, "an initializer of skdeep.nn"),
        ),
    }

    def _step_axes(self, X: Any) -> int:
        return int(self.return_sequences)

    def _layers(self, n_outputs: int) -> list[Layer]:
        units = _sizes(self.units)
        if not units:
            raise ValueError(
                f"units={self.units!r} leaves no recurrent layer: give the units of at "
                "least one, such as (64,)."
            )
        layers = recurrent(
            self.cell,
            units,
            n_outputs,
            pooling=None if self.return_sequences else self.pooling,
            bidirectional=self.bidirectional,
            hidden_layer_sizes=_sizes(self.hidden_layer_sizes),
            activation=self.activation,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            normalization=self.normalization,
            backprop_steps=self.backprop_steps,
            initializer=self.initializer,
        )
        if self.embedding_dim is None:
            return layers
        if not hasattr(self, "_n_codes"):
            raise ValueError(
                f"embedding_dim={self.embedding_dim!r} makes a vector for each code in "
                f"X, and how many there are {type(self).__name__} knows once it is "
                "fitted: fit it first."
            )
        return [ColumnEmbedding(self._n_codes, self.embedding_dim), *layers]

    def _match(self, X, reset):
        X = super()._match(X, reset)
        if self.embedding_dim is not None:
            if self.augment is not None:
                raise ValueError(
                    f"augment={self.augment!r} would change codes, which "
                    "embedding_dim takes X for: leave out one of them."
                )
            largest = _largest_codes(X)
            if reset:
                self._n_codes = [max(2, int(code) + 1) for code in largest]
        return X

    @property
    def recurrent_coefs_(self) -> list[np.ndarray]:
        """Weights from the state of each recurrent layer to its gates.

        Shape (n_units, n_gates * n_units) each, in the order of ``coefs_``. They are
        the network's own memory.
        """
        return self._arrays("recurrent_weight")


def _sizes(sizes: Any) -> list[int]:
    return [sizes] if Integer(1).accepts(sizes) else list(sizes)


def _largest_codes(X: np.ndarray | Ragged) -> np.ndarray:
    """Return the largest code of each channel.

    Raises
    ------
    ValueError
        If a sample holds something else than codes.
    """
    samples = X.arrays if isinstance(X, Ragged) else X
    for position, sample in enumerate(samples):
        wrong = (sample < 0) | (sample != np.floor(sample))
        if wrong.any():
            raise ValueError(
                f"Sample {position} of X holds {sample[wrong][0]}, and embedding_dim "
                "takes codes: integers of at least 0, such as SequenceVectorizer makes "
                "of text (0 is missing, 1 unseen in training)."
            )
    rows = X.rows() if isinstance(X, Ragged) else X.reshape(-1, X.shape[-1])
    return rows.max(axis=0)
