"""Ragged sequences all the way: scaler, imputer, sampler, search and network."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    learning_curve,
    permutation_test_score,
)

from skdeep import RNNClassifier, RNNRegressor
from skdeep.pipeline import Pipeline, make_pipeline
from skdeep.preprocessing import Imputer, MinMaxScaler, RobustScaler, StandardScaler
from skdeep.resampling import RandomOverSampler, RandomUnderSampler
from tests.estimators.sequences import as_object_array, ragged, signs, sums

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = ragged(90)
Y = signs(X)
WEIGHTS = np.arange(len(X)) % 3 + 0.5


def with_gaps(sequences):
    """Return copies in which every fifth step of one channel is missing."""
    copies = [x.copy() for x in sequences]
    for x in copies:
        x[1::5, 1] = np.nan
    return copies


def network(**params):
    usual = {"units": 4, "max_iter": 3, "learning_rate_init": 0.03, "random_state": 0}
    return RNNClassifier(**{**usual, **params})


@pytest.mark.parametrize("form", [list, as_object_array])
@pytest.mark.parametrize("scaler", [StandardScaler, MinMaxScaler, RobustScaler])
@pytest.mark.parametrize("sampler", [RandomOverSampler, RandomUnderSampler])
def test_a_chain_takes_ragged_samples(form, scaler, sampler):
    model = make_pipeline(
        Imputer(), scaler(), sampler(random_state=0), network(max_iter=5)
    )
    gaps = form(with_gaps(X))
    model.fit(gaps, Y)
    together = model.predict_proba(gaps)
    alone = np.concatenate([model.predict_proba(gaps[i : i + 1]) for i in range(9)])
    assert_allclose(together[:9], alone, atol=1e-9)


def test_cross_validation_takes_ragged_samples():
    model = make_pipeline(StandardScaler(), network())
    assert np.isfinite(cross_val_score(model, X, Y, cv=3)).all()
    assert cross_val_predict(model, X, Y, cv=3).shape == Y.shape
    score, *_ = permutation_test_score(model, X, Y, cv=2, n_permutations=2)
    assert np.isfinite(score)
    regressor = RNNRegressor(4, max_iter=2, random_state=0)
    assert np.isfinite(cross_val_score(regressor, X, sums(X), cv=3)).all()


def test_learning_curve_takes_ragged_samples():
    model = make_pipeline(StandardScaler(), network())
    sizes, train, test = learning_curve(model, X, Y, cv=3, train_sizes=[20, 40])
    assert_array_equal(sizes, [20, 40])
    assert np.isfinite(train).all()
    assert np.isfinite(test).all()


def test_results_of_a_search_do_not_depend_on_n_jobs():
    grid = {"units": [2, 3], "cell": ["gru", "lstm"]}
    one, two = (
        GridSearchCV(network(), grid, cv=3, n_jobs=n_jobs).fit(X, Y)
        for n_jobs in (1, 2)
    )
    name = "mean_test_score"
    assert_array_equal(one.cv_results_[name], two.cv_results_[name])
    theta = [s.best_estimator_.network_.theta for s in (one, two)]
    assert_array_equal(*theta)


def test_everything_is_searched_together_with_weights_routed():
    with config_context(enable_metadata_routing=True):
        model = Pipeline(
            [
                ("impute", Imputer()),
                ("scale", StandardScaler().set_fit_request(sample_weight=True)),
                (
                    "balance",
                    RandomOverSampler(random_state=0).set_fit_resample_request(
                        sample_weight=True
                    ),
                ),
                (
                    "net",
                    network()
                    .set_fit_request(sample_weight=True)
                    .set_score_request(sample_weight=True),
                ),
            ]
        )
        grid = {
            "impute__strategy": ["mean", "interpolate"],
            "scale": [
                StandardScaler().set_fit_request(sample_weight=True),
                MinMaxScaler(),
            ],
            "balance": [model.named_steps["balance"], "passthrough"],
            "net__units": [2, (3, 2)],
        }
        search = GridSearchCV(model, grid, cv=StratifiedKFold(2), n_jobs=2)
        search.fit(with_gaps(X), Y, sample_weight=WEIGHTS)
    scores = search.cv_results_["mean_test_score"]
    assert len(scores) == 16
    assert np.isfinite(scores).all()
    assert len(np.unique(scores)) > 4
    assert search.predict(with_gaps(X)).shape == Y.shape


def test_weights_that_are_routed_reach_the_network():
    with config_context(enable_metadata_routing=True):
        net = network().set_fit_request(sample_weight=True)
        model = Pipeline([("scale", MinMaxScaler()), ("net", net)])
        weighted = model.fit(X, Y, sample_weight=WEIGHTS)["net"].network_.theta
        scaled = MinMaxScaler().fit_transform(X)
        direct = network().fit(scaled, Y, sample_weight=WEIGHTS).network_.theta
        plain = network().fit(scaled, Y).network_.theta
    assert_array_equal(weighted, direct)
    assert not np.allclose(weighted, plain)


def test_early_stopping_and_class_weights_within_a_chain():
    net = network(early_stopping=True, class_weight="balanced", max_iter=4)
    model = make_pipeline(StandardScaler(), net).fit(X, Y)
    assert len(model[-1].validation_scores_) == 4


def test_a_fit_changes_no_sample():
    copies = [x.copy() for x in X]
    make_pipeline(StandardScaler(), network(dropout=0.1, augment="noise")).fit(X, Y)
    for x, copy in zip(X, copies, strict=True):
        assert_array_equal(x, copy)
