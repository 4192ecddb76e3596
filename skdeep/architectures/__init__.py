"""From hyperparameters to layers."""

from skdeep.architectures.convolutional import BLOCKS, convolutional
from skdeep.architectures.perceptron import perceptron
from skdeep.architectures.presets import PRESETS

__all__ = ["BLOCKS", "PRESETS", "convolutional", "perceptron"]
