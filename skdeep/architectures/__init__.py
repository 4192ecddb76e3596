"""From hyperparameters to layers."""

from skdeep.architectures.perceptron import perceptron

__all__ = ["perceptron"]
