"""What a user fits: scikit-learn estimators around the engine."""

from skdeep.estimators.cnn import CNNClassifier, CNNRegressor
from skdeep.estimators.mlp import MLPClassifier, MLPRegressor
from skdeep.estimators.network import NeuralNetworkClassifier, NeuralNetworkRegressor

__all__ = [
    "CNNClassifier",
    "CNNRegressor",
    "MLPClassifier",
    "MLPRegressor",
    "NeuralNetworkClassifier",
    "NeuralNetworkRegressor",
]
