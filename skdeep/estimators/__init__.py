"""What a user fits: scikit-learn estimators around the engine."""

from skdeep.estimators.mlp import MLPClassifier, MLPRegressor
from skdeep.estimators.network import NeuralNetworkClassifier, NeuralNetworkRegressor

__all__ = [
    "MLPClassifier",
    "MLPRegressor",
    "NeuralNetworkClassifier",
    "NeuralNetworkRegressor",
]
