"""Forms of classes that a frame brings, and advice on what is nearly right."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from skdeep import (
    CNNClassifier,
    MLPClassifier,
    MLPRegressor,
    RNNClassifier,
    TabularClassifier,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 4))
CLASSES = RNG.integers(0, 3, 30)
YES = CLASSES > 0
FEW = {"max_iter": 2, "random_state": 0}


@pytest.mark.parametrize("estimator", [MLPClassifier, TabularClassifier])
@pytest.mark.parametrize(
    ("y", "plain"),
    [
        (CLASSES.astype(object), CLASSES),
        (pd.Series(CLASSES, dtype=object), CLASSES),
        (pd.DataFrame({"class": CLASSES, "word": "a"}).iloc[:, :1], CLASSES),
        (pd.Series(CLASSES).astype("Int64"), CLASSES),
        (pd.Series(CLASSES).astype("int8"), CLASSES),
        (YES.astype(object), YES),
        (pd.Series(YES, dtype=object), YES),
        (pd.Series(YES).astype("boolean"), YES),
        (pd.DataFrame({"a": YES, "b": CLASSES > 1}).astype(object), None),
        (pd.DataFrame({"a": YES, "b": CLASSES > 1}).astype("boolean"), None),
    ],
)
@pytest.mark.filterwarnings("ignore:A column-vector y")
def test_classes_that_are_objects_are_what_they_are(estimator, y, plain):
    if plain is None:
        plain = np.c_[YES, CLASSES > 1]
    model = estimator(**FEW)
    expected = model.fit(X, plain).predict(X)
    found = model.fit(X, y).predict(X)
    assert_array_equal(found, expected)
    assert found.dtype.kind == expected.dtype.kind
    assert model.score(X, y) == model.score(X, plain)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_classes_among_objects_are_missing(missing):
    y = pd.Series([*CLASSES[:-1], missing], dtype=object)
    with pytest.raises(ValueError, match="the target of 1 samples is missing"):
        MLPClassifier(**FEW).fit(X, y)


@pytest.mark.parametrize(
    ("estimator", "params", "message"),
    [
        (MLPClassifier, {"learning_rate": 0.01}, "mean learning_rate_init=0.01"),
        (CNNClassifier, {"learning_rate": 1e-3}, "mean learning_rate_init=0.001"),
        (MLPClassifier, {"early_stopping": 5}, "mean n_iter_no_change=5"),
        (CNNClassifier, {"pool": 2}, "mean pool_size=2"),
        (RNNClassifier, {"cell": 32}, "mean units=32"),
        (MLPRegressor, {"scoring": "mse"}, "mean 'neg_mean_squared_error'"),
        (MLPRegressor, {"scoring": "mae"}, "mean 'neg_mean_absolute_error'"),
        (MLPClassifier, {"scoring": "acuracy"}, "mean 'accuracy'"),
        (MLPClassifier, {"scoring": "auc"}, "mean 'roc_auc'"),
    ],
)
def test_what_was_meant_is_named(estimator, params, message):
    with pytest.raises(ValueError, match=f"Did you {message}"):
        estimator(**params).fit(X, CLASSES)


@pytest.mark.parametrize(
    ("samples", "advice"),
    [
        ([np.ones((3, 5 + i)) for i in range(10)], r"the transpose of each, x\.T"),
        ([np.ones((5 + i, 5 + i)) for i in range(10)], "a channel, x.*newaxis"),
        (pd.DataFrame({"s": [np.ones(3 + i % 2) for i in range(10)]}), "that column"),
    ],
)
@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
def test_samples_with_other_axes_get_advice(estimator, samples, advice):
    with pytest.raises(ValueError, match=advice):
        estimator(**FEW).fit(samples, [0, 1] * 5)
