"""Weights, and validation data, on their way through a sampler in a pipeline."""

import imblearn.over_sampling
import numpy as np
import pytest
from imblearn import FunctionSampler
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier
from skdeep.pipeline import Pipeline, make_pipeline
from skdeep.resampling import SMOTE, RandomOverSampler, RandomUnderSampler


class KeepingClassifier(ClassifierMixin, BaseEstimator):
    """Keeps what it is fitted with."""

    def fit(self, X, y, sample_weight=None, X_val=None):
        self.n_samples_seen_ = len(X)
        self.sample_weight_ = sample_weight
        self.X_val_ = X_val
        return self


@pytest.fixture
def data():
    X = np.random.default_rng(0).normal(size=(40, 2))
    return X, np.repeat([0, 1], [30, 10])


def make_steps():
    return [
        ("scale", StandardScaler()),
        ("balance", RandomOverSampler(random_state=0)),
        ("net", KeepingClassifier()),
    ]


def weighted(step):
    """The step, having asked for the weights."""
    if hasattr(step, "fit_resample"):
        return step.set_fit_resample_request(sample_weight=True)
    return step.set_fit_request(sample_weight=True)


@pytest.fixture
def routing():
    with config_context(enable_metadata_routing=True):
        yield


@pytest.mark.usefixtures("routing")
class TestWeightsThroughSamplers:
    def test_over_sampler(self, data):
        X, y = data
        weight = np.arange(40.0)
        sampler = weighted(RandomOverSampler(random_state=0))
        net = weighted(KeepingClassifier())
        make_pipeline(sampler, net).fit(X, y, sample_weight=weight)
        assert net.n_samples_seen_ == 60
        np.testing.assert_array_equal(
            net.sample_weight_, weight[sampler.sample_indices_]
        )

    def test_two_samplers_between_weighted_scalers(self, data):
        X, y = data
        weight = np.arange(1.0, 41.0)
        steps = [
            weighted(StandardScaler()),
            weighted(RandomUnderSampler(sampling_strategy=0.5, random_state=0)),
            weighted(StandardScaler()),
            weighted(SMOTE(random_state=0)),
            weighted(KeepingClassifier()).set_fit_request(X_val=True),
        ]
        pipe = make_pipeline(*steps, transform_input=["X_val"])
        given = list(pipe.steps)
        pipe.fit(X, y, sample_weight=weight, X_val=X + 1)
        assert pipe.steps == given

        Xt = clone(steps[0]).fit_transform(X, y, sample_weight=weight)
        Xt, yt, wt = steps[1].fit_resample(Xt, y, weight)
        Xt = clone(steps[2]).fit_transform(Xt, yt, sample_weight=wt)
        Xt, yt, wt = steps[3].fit_resample(Xt, yt, wt)
        np.testing.assert_array_equal(steps[4].sample_weight_, wt)
        assert steps[4].n_samples_seen_ == len(yt) == 40
        X_val = pipe[2].transform(pipe[0].transform(X + 1))
        np.testing.assert_allclose(steps[4].X_val_, X_val)

    def test_a_network(self, data):
        X, y = data
        weight = np.random.default_rng(0).random(40)
        sampler = weighted(RandomOverSampler(random_state=0))
        net = weighted(MLPClassifier((3,), solver="lbfgs", random_state=0))
        pipe = make_pipeline(sampler, net).fit(X, y, sample_weight=weight)
        by_hand = clone(net).fit(*sampler.fit_resample(X, y, weight))
        np.testing.assert_array_equal(pipe.predict_proba(X), by_hand.predict_proba(X))

    def test_weights_by_another_name(self, data):
        sampler = RandomOverSampler().set_fit_resample_request(sample_weight="w")
        net = KeepingClassifier().set_fit_request(sample_weight="w")
        make_pipeline(sampler, net).fit(*data, w=np.ones(40))
        assert len(net.sample_weight_) == 60

    def test_sampler_alone_takes_them(self, data):
        net = KeepingClassifier().set_fit_request(sample_weight=False)
        pipe = make_pipeline(weighted(RandomOverSampler()), net)
        pipe.fit(*data, sample_weight=np.ones(40))
        assert net.sample_weight_ is None

    def test_without_any_given(self, data):
        net = weighted(KeepingClassifier())
        make_pipeline(weighted(RandomOverSampler()), net).fit(*data, sample_weight=None)
        assert net.n_samples_seen_ == 60
        assert net.sample_weight_ is None

    def test_memory(self, data, tmp_path):
        pipe = make_pipeline(
            weighted(StandardScaler()),
            weighted(RandomOverSampler()),
            weighted(StandardScaler()),
            weighted(KeepingClassifier()),
            memory=str(tmp_path),
        )
        pipe.fit(*data, sample_weight=np.ones(40))
        assert all(hasattr(pipe[i], "mean_") for i in (0, 2))
        assert len(pipe[-1].sample_weight_) == 60

    @pytest.mark.parametrize(
        "sampler",
        [
            RandomOverSampler().set_fit_resample_request,
            lambda sample_weight: FunctionSampler(),
        ],
    )
    def test_a_sampler_that_would_drop_them(self, data, sampler):
        pipe = Pipeline(
            [
                ("balance", sampler(sample_weight=False)),
                ("net", weighted(KeepingClassifier())),
            ]
        )
        with pytest.raises(ValueError, match=r"'net' was .* sampler 'balance' changes"):
            pipe.fit(*data, sample_weight=np.ones(40))

    def test_nobody_was_told(self, data):
        pipe = make_pipeline(RandomOverSampler(), weighted(KeepingClassifier()))
        with pytest.raises(UnsetMetadataPassedError, match="set_fit_resample_request"):
            pipe.fit(*data, sample_weight=np.ones(40))


@pytest.mark.usefixtures("routing")
def test_validation_data_pass_a_sampler_untouched(data):
    X, y = data
    net = KeepingClassifier().set_fit_request(X_val=True)
    steps = [StandardScaler(), imblearn.over_sampling.RandomOverSampler(), net]
    pipe = make_pipeline(*steps, transform_input=["X_val"]).fit(X, y, X_val=X + 1)
    np.testing.assert_allclose(net.X_val_, pipe[0].transform(X + 1))
    assert net.n_samples_seen_ == 60


@pytest.mark.parametrize("step", ["net", "balance"])
def test_weights_and_a_sampler_without_routing(data, step):
    pipe = Pipeline(make_steps())
    with pytest.raises(ValueError, match=f"Step '{step}' .* enable metadata routing"):
        pipe.fit(*data, **{f"{step}__sample_weight": np.ones(40)})


def test_weights_for_a_step_before_the_sampler(data):
    weight = np.arange(40.0)
    pipe = Pipeline(make_steps()).fit(*data, scale__sample_weight=weight)
    expected = np.average(data[0], axis=0, weights=weight)
    np.testing.assert_allclose(pipe[0].mean_, expected)
