"""From hyperparameters to layers."""

from skdeep.architectures.convolutional import BLOCKS, convolutional
from skdeep.architectures.dense_prediction import (
    DENSE_PRESETS,
    dense_prediction,
    fully_convolutional,
    unet,
)
from skdeep.architectures.perceptron import perceptron
from skdeep.architectures.presets import PRESETS
from skdeep.architectures.recurrent import recurrent

__all__ = [
    "BLOCKS",
    "DENSE_PRESETS",
    "PRESETS",
    "convolutional",
    "dense_prediction",
    "fully_convolutional",
    "perceptron",
    "recurrent",
    "unet",
]
