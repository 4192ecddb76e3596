"""Estimators that behave like scikit-learn's, around the engine."""

from skdeep.estimators._base import BaseNetwork
from skdeep.estimators.cnn import CNNClassifier, CNNRegressor
from skdeep.estimators.generator import RNNGenerator
from skdeep.estimators.mlp import MLPClassifier, MLPRegressor
from skdeep.estimators.network import NeuralNetworkClassifier, NeuralNetworkRegressor
from skdeep.estimators.rnn import RNNClassifier, RNNRegressor
from skdeep.estimators.seq2seq import Seq2SeqClassifier, Seq2SeqRegressor
from skdeep.estimators.tabular import TabularClassifier, TabularRegressor

__all__ = [
    "BaseNetwork",
    "CNNClassifier",
    "CNNRegressor",
    "MLPClassifier",
    "MLPRegressor",
    "NeuralNetworkClassifier",
    "NeuralNetworkRegressor",
    "RNNClassifier",
    "RNNGenerator",
    "RNNRegressor",
    "Seq2SeqClassifier",
    "Seq2SeqRegressor",
    "TabularClassifier",
    "TabularRegressor",
]
