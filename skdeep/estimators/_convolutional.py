"""Hyperparameters of convolutional networks, and the layers that they stand for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from skdeep.architectures import BLOCKS, PRESETS, convolutional
from skdeep.estimators._signal_inputs import SignalInputs
from skdeep.estimators._signals import is_ragged
from skdeep.estimators._validation import (
    Choice,
    Instance,
    Integer,
    Number,
    Rule,
    Sizes,
)
from skdeep.nn import ACTIVATIONS, INITIALIZERS, Initializer, Layer

PerBlock = int | Sequence[int]


@dataclass(frozen=True)
class Nested(Rule):
    """Positive integers in tuples, which may hold tuples."""

    def accepts(self, value):
        if isinstance(value, list | tuple | np.ndarray):
            return len(value) > 0 and all(self.accepts(part) for part in value)
        return Integer(1).accepts(value)

    def __str__(self):
        return (
            "a positive integer, or a tuple with an entry for each block, itself an "
            "integer or a tuple of them"
        )


@dataclass(frozen=True)
class NotEmpty(Sizes):
    """A sequence of positive integers with one entry at least."""

    def accepts(self, value):
        return super().accepts(value) and len(value) > 0

    def __str__(self):
        return "a sequence of positive integers such as (32, 64), one for each block"


_COUNTS: tuple[Rule, ...] = (Integer(1), NotEmpty())


@dataclass(eq=False, repr=False)
class ConvolutionalHyperparameters(SignalInputs):
    """The architecture of a convolutional network."""

    filters: PerBlock = (32, 64)
    kernel_size: Any = 3
    strides: PerBlock = 1
    padding: str = "same"
    dilation_rate: PerBlock = 1
    pool: str | None = "max"
    pool_size: PerBlock = 2
    block: str = "plain"
    convs_per_block: PerBlock = 1
    global_pool: str | None = None
    hidden_layer_sizes: PerBlock = ()
    activation: str | Layer = "relu"
    normalization: str | None = None
    dropout: float = 0.0
    initializer: str | Initializer = "auto"

    _size_advice: ClassVar[str] = (
        "give global_pool='avg' or 'max', which allows any size, or bring them to one "
        "size"
    )
    _architecture_rules: ClassVar[dict[str, tuple[Rule, ...]]] = {
        **SignalInputs._signal_rules,
        "filters": _COUNTS,
        "kernel_size": (Nested(),),
        "strides": _COUNTS,
        "padding": (Choice(("same", "valid", "causal")),),
        "dilation_rate": _COUNTS,
        "pool": (Choice((None, "max", "avg")),),
        "pool_size": _COUNTS,
        "block": (Choice(BLOCKS),),
        "convs_per_block": _COUNTS,
        "global_pool": (Choice((None, "max", "avg")),),
        "hidden_layer_sizes": (Integer(1), Sizes()),
        "activation": (
            Choice(tuple(ACTIVATIONS)),
            Instance(Layer, "a layer of skdeep.nn"),
        ),
        "normalization": (Choice((None, "batch", "layer")),),
        "dropout": (Number(0, 1, "left"),),
        "initializer": (
            Choice(("auto", *INITIALIZERS)),
            Instance(Initializer, "an initializer of skdeep.nn"),
        ),
    }

    @classmethod
    def from_preset(cls, name: str, **params: Any) -> Self:
        """Return an estimator with the hyperparameters of a published architecture.

        Parameters
        ----------
        name : {"lenet", "fcn", "resnet", "inception_time"}
            LeNet-5 for images [1]_; for series the fully convolutional and the residual
            network of Wang et al. [2]_, and a network of InceptionTime [3]_, which is
            an ensemble of five.
        **params : dict
            Hyperparameters that differ from the preset, or are not part of it.

        Returns
        -------
        estimator
            Not fitted; its hyperparameters can be seen and changed like any others.

        References
        ----------
        .. [1] Y. LeCun et al., "Gradient-based learning applied to document
           recognition", Proceedings of the IEEE 86, 1998.
        .. [2] Z. Wang, W. Yan and T. Oates, "Time series classification from scratch
           with deep neural networks", IJCNN 2017, arXiv:1611.06455.
        .. [3] H. Ismail Fawaz et al., "InceptionTime", Data Mining and Knowledge
           Discovery 34, 2020, arXiv:1909.04939.
        """
        if name not in PRESETS:
            hint = Choice(tuple(PRESETS)).hint(name)
            raise ValueError(
                f"There is no preset {name!r}: give one of {tuple(PRESETS)}.{hint}"
            )
        return cls(**{**PRESETS[name], **params})

    def _validate(self, X, y, reset):
        if is_ragged(y) or getattr(y, "ndim", 0) > 2:
            raise ValueError(
                f"y holds an array for each sample, and {type(self).__name__} predicts "
                "one value for each: for one at every step or pixel, take a "
                "NeuralNetworkClassifier or NeuralNetworkRegressor with layers that "
                "keep all axes."
            )
        return super()._validate(X, y, reset)

    def _layers(self, n_outputs: int) -> list[Layer]:
        head: Any = self.hidden_layer_sizes
        # Known as soon as X is; what is asked before does not depend on it.
        n_channels = getattr(self, "input_shape_", (1,))[-1]
        return convolutional(
            n_channels,
            n_outputs,
            filters=_plain(self.filters),
            kernel_size=_plain(self.kernel_size),
            strides=_plain(self.strides),
            padding=self.padding,
            dilation_rate=_plain(self.dilation_rate),
            pool=self.pool,
            pool_size=_plain(self.pool_size),
            block=self.block,
            convs_per_block=_plain(self.convs_per_block),
            global_pool=self.global_pool,
            hidden_layer_sizes=[head] if Integer(1).accepts(head) else list(head),
            activation=self.activation,
            normalization=self.normalization,
            dropout=self.dropout,
            initializer=self.initializer,
        )


def _plain(value: Any) -> Any:
    """Return arrays and lists as tuples."""
    if isinstance(value, list | tuple | np.ndarray):
        return tuple(_plain(part) for part in value)
    return int(value)
