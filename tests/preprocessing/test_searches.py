"""The transformers in pipelines and searches, over samples that NumPy cannot hold."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from skdeep.preprocessing import (
    Imputer,
    MinMaxScaler,
    RobustScaler,
    SequencePadder,
    StandardScaler,
)
from tests.preprocessing.kinds import collect


class MeanThreshold(ClassifierMixin, BaseEstimator):
    """Tells classes apart by the mean of a sample."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        means = self.means(X)
        self.middle_ = (means[y == 0].mean() + means[y == 1].mean()) / 2
        return self

    def means(self, X):
        return np.array([np.mean(x) for x in X])

    def predict(self, X):
        return (self.means(X) > self.middle_).astype(int)


@pytest.fixture
def sequences():
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    X = [rng.normal(label, size=(rng.integers(3, 12), 2)) for label in y]
    for x in X:
        x[rng.random(x.shape) < 0.1] = np.nan
    return X, y


@pytest.mark.parametrize("kind", ["list", "object array", "series"])
def test_search_over_ragged_samples(sequences, kind):
    X, y = sequences
    pipeline = make_pipeline(
        Imputer(), StandardScaler(), SequencePadder(), MeanThreshold()
    )
    grid = {
        "imputer__strategy": ["mean", "interpolate"],
        "standardscaler": [StandardScaler(), RobustScaler(), MinMaxScaler()],
        "sequencepadder": [SequencePadder(), "passthrough"],
    }
    search = GridSearchCV(pipeline, grid, cv=3, error_score="raise")
    search.fit(collect(kind, X), y)
    assert search.best_score_ > 0.7
    assert len(search.predict(collect(kind, X[:5]))) == 5


def test_cross_validation_over_arrays():
    rng = np.random.default_rng(0)
    y = np.arange(40) % 2
    X = rng.normal(size=(40, 4, 4, 3)) + y[:, None, None, None]
    pipeline = make_pipeline(RobustScaler(smooth_clip=3.0), MeanThreshold())
    assert cross_val_score(pipeline, X, y, error_score="raise").mean() > 0.9


def test_pandas_through_a_pipeline():
    X = pd.DataFrame({"age": [20.0, None, 40.0], "size": [1.0, 2.0, None]})
    pipeline = make_pipeline(Imputer(add_indicator=True), StandardScaler())
    frame = pipeline.set_output(transform="pandas").fit_transform(X)
    assert frame.columns.tolist() == [
        "age",
        "size",
        "missingindicator_age",
        "missingindicator_size",
    ]
    assert pipeline.get_feature_names_out().tolist() == frame.columns.tolist()
