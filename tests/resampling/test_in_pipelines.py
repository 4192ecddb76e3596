import pickle

import imblearn.pipeline
import numpy as np
import pytest
from imblearn.base import is_sampler
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

import skdeep.pipeline
from skdeep import MLPClassifier
from skdeep.resampling import (
    SMOTE,
    SMOTENC,
    RandomOverSampler,
    RandomSampler,
    RandomUnderSampler,
)
from tests.resampling.kinds import ANY, FRAME, N_LARGE, RAGGED, TABLE, N, Y, as_list


class CountingClassifier(ClassifierMixin, BaseEstimator):
    """Takes samples of any kind; predicts the commonest class."""

    def fit(self, X, y):
        self.classes_, self.counts_ = np.unique(y, return_counts=True)
        return self

    def predict(self, X):
        return np.full(len(as_list(X)), self.classes_[self.counts_.argmax()])


ALL = [
    RandomOverSampler(random_state=0),
    RandomUnderSampler(random_state=0),
    RandomSampler(random_state=0, sampling_strategy={0: 20, 1: 20}),
    SMOTE(random_state=0),
    SMOTENC(random_state=0, k_neighbors=3),
]


@pytest.mark.parametrize("sampler", ALL)
def test_clone_and_pickle(sampler):
    X = FRAME if isinstance(sampler, SMOTENC) else TABLE
    copies = [clone(sampler), pickle.loads(pickle.dumps(sampler.fit(X, Y)))]
    expected = as_list(sampler.fit_resample(X, Y)[0])
    for copy in copies:
        assert type(copy) is type(sampler)
        assert copy.get_params() == sampler.get_params()
        assert as_list(copy.fit_resample(X, Y)[0]) == expected


@pytest.mark.parametrize("sampler", ALL)
def test_imbalanced_learn_sees_a_sampler(sampler):
    assert is_sampler(sampler)


@pytest.mark.parametrize("pipeline", [imblearn.pipeline, skdeep.pipeline])
@pytest.mark.parametrize("X", ANY.values(), ids=ANY)
def test_pipelines_take_samples_of_any_kind(pipeline, X):
    pipe = pipeline.make_pipeline(RandomOverSampler(), CountingClassifier()).fit(X, Y)
    np.testing.assert_array_equal(pipe[-1].counts_, [N_LARGE, N_LARGE])
    assert len(pipe.predict(X)) == N


def test_pipelines_take_two_samplers_in_a_row():
    under = RandomUnderSampler(sampling_strategy={0: 20})
    pipe = skdeep.pipeline.make_pipeline(under, SMOTE(), CountingClassifier())
    np.testing.assert_array_equal(pipe.fit(TABLE, Y)[-1].counts_, [20, 20])


def test_search_over_samplers_for_a_ragged_list():
    pipe = skdeep.pipeline.make_pipeline(RandomOverSampler(), CountingClassifier())
    samplers = [RandomUnderSampler(), RandomSampler(), "passthrough"]
    search = GridSearchCV(pipe, {"randomoversampler": samplers}, cv=2)
    assert len(search.fit(RAGGED, Y).cv_results_["params"]) == 3


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_search_over_samplers_for_a_network_with_weights():
    steps = [
        ("scale", StandardScaler()),
        ("sampler", "passthrough"),
        ("net", MLPClassifier((4,), max_iter=5, random_state=0)),
    ]
    weight = np.random.default_rng(0).random(N)
    with config_context(enable_metadata_routing=True):
        samplers = [
            sampler.set_fit_resample_request(sample_weight=True)
            for sampler in (RandomOverSampler(random_state=0), SMOTE(random_state=0))
        ]
        steps[0][1].set_fit_request(sample_weight=True)
        steps[2][1].set_fit_request(sample_weight=True)
        steps[2][1].set_score_request(sample_weight=True)
        search = GridSearchCV(
            skdeep.pipeline.Pipeline(steps),
            {"sampler": [*samplers, "passthrough"], "net__alpha": [1e-4, 1.0]},
            cv=2,
            n_jobs=2,
            error_score="raise",
        ).fit(TABLE, Y, sample_weight=weight)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.predict(TABLE).shape == (N,)
