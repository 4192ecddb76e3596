"""scikit-learn's own checks, on every estimator, with no expected failures."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from skdeep import (
    CNNClassifier,
    CNNRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
    RNNClassifier,
    RNNGenerator,
    RNNRegressor,
    Seq2SeqClassifier,
    Seq2SeqRegressor,
    TabularClassifier,
    TabularRegressor,
)

ESTIMATORS = (
    CNNClassifier,
    CNNRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
    RNNClassifier,
    RNNRegressor,
    TabularClassifier,
    TabularRegressor,
)


# As in scikit-learn's own tests of its MLP; else everything is at its default.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(
    [
        *(estimator(max_iter=100) for estimator in ESTIMATORS),
        Seq2SeqClassifier(),
        Seq2SeqRegressor(),
        # What makes it a classifier in scikit-learn's sense.
        Seq2SeqClassifier(target="label"),
        # It learns a density, whose accuracy nothing checks.
        RNNGenerator(max_iter=3),
    ]
)
def test_estimator_passes_all_checks(estimator, check):
    check(estimator)
