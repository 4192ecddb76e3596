"""Losses: value and gradient of each sample; the caller weights and averages."""

from skdeep.nn.losses.base import Loss
from skdeep.nn.losses.classification import (
    LogisticFocal,
    LogisticLogLoss,
    SoftmaxFocal,
    SoftmaxLogLoss,
)
from skdeep.nn.losses.members import MemberLoss
from skdeep.nn.losses.mixture import GaussianMixtureLoss
from skdeep.nn.losses.overlap import (
    LogisticDice,
    LogisticJaccard,
    SoftmaxDice,
    SoftmaxJaccard,
)
from skdeep.nn.losses.regression import (
    AbsoluteError,
    Huber,
    Poisson,
    Quantile,
    SquaredError,
)
from skdeep.nn.losses.stopping import StopLoss

REGRESSION_LOSSES: dict[str, type[Loss]] = {
    "squared_error": SquaredError,
    "absolute_error": AbsoluteError,
    "huber": Huber,
    "poisson": Poisson,
    "quantile": Quantile,
}
# For one of several classes, and for two classes or labels.
CLASSIFICATION_LOSSES: dict[str, tuple[type[Loss], type[Loss]]] = {
    "log_loss": (SoftmaxLogLoss, LogisticLogLoss),
    "focal": (SoftmaxFocal, LogisticFocal),
    "dice": (SoftmaxDice, LogisticDice),
    "jaccard": (SoftmaxJaccard, LogisticJaccard),
}

__all__ = [
    "CLASSIFICATION_LOSSES",
    "REGRESSION_LOSSES",
    "AbsoluteError",
    "GaussianMixtureLoss",
    "Huber",
    "LogisticDice",
    "LogisticFocal",
    "LogisticJaccard",
    "LogisticLogLoss",
    "Loss",
    "MemberLoss",
    "Poisson",
    "Quantile",
    "SoftmaxDice",
    "SoftmaxFocal",
    "SoftmaxJaccard",
    "SoftmaxLogLoss",
    "SquaredError",
    "StopLoss",
]
