"""Architectures: layers made from hyperparameters."""

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
from skdeep.architectures.sequence import encoder_decoder, language_model
from skdeep.architectures.tabular import tabular

__all__ = [
    "BLOCKS",
    "DENSE_PRESETS",
    "PRESETS",
    "convolutional",
    "dense_prediction",
    "encoder_decoder",
    "fully_convolutional",
    "language_model",
    "perceptron",
    "recurrent",
    "tabular",
    "unet",
]
