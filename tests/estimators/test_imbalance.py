"""Samplers inside fit, balanced mini-batches and the correction of priors."""

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.metrics import balanced_accuracy_score, log_loss
from sklearn.model_selection import (
    GridSearchCV,
    GroupShuffleSplit,
    ShuffleSplit,
    train_test_split,
)

from skdeep import MLPClassifier
from skdeep.nn.training import BalancedOrder
from tests.estimators.data import BINARY, MULTICLASS, MULTILABEL, flat

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RARE = make_classification(
    1500, 12, n_informative=5, weights=[0.93], flip_y=0.03, random_state=0
)
TRAIN_X, TEST_X, TRAIN_Y, TEST_Y = train_test_split(
    *RARE, stratify=RARE[1], random_state=0
)
LIFTS = [
    {"class_weight": "balanced"},
    {"sampler": "over"},
    {"sampler": "under", "max_iter": 200},
    {"balanced_batches": True},
]
EACH_LIFT = pytest.mark.parametrize("lift", LIFTS, ids=lambda lift: next(iter(lift)))


def network(**params):
    defaults = {"hidden_layer_sizes": (16,), "max_iter": 40, "random_state": 0}
    return MLPClassifier(**{**defaults, **params})


def rare(**params):
    return network(**params).fit(TRAIN_X, TRAIN_Y)


def balanced_accuracy(model):
    return balanced_accuracy_score(TEST_Y, model.predict(TEST_X))


@EACH_LIFT
def test_balanced_accuracy_is_lifted(lift):
    assert balanced_accuracy(rare(**lift)) > balanced_accuracy(rare()) + 0.04


@EACH_LIFT
def test_correction_brings_the_mean_prediction_back_to_the_share_in_the_data(lift):
    lifted = rare(**lift).predict_proba(TEST_X)[:, 1].mean()
    corrected = rare(**lift, prior_correction=True).predict_proba(TEST_X)[:, 1].mean()
    share = TRAIN_Y.mean()
    assert lifted > 2 * share
    assert abs(corrected - share) < 0.4 * share


@EACH_LIFT
def test_correction_changes_predictions_only(lift):
    plain, corrected = rare(**lift), rare(**lift, prior_correction=True)
    assert_array_equal(flat(plain), flat(corrected))
    assert log_loss(TEST_Y, corrected.predict_proba(TEST_X)) < log_loss(
        TEST_Y, plain.predict_proba(TEST_X)
    )
    probabilities = corrected.predict_proba(TEST_X)
    assert_array_equal(corrected.predict(TEST_X), probabilities.argmax(axis=1))


def test_correction_without_reweighting_changes_nothing():
    for task in (BINARY, MULTICLASS):
        plain = task.make().fit(task.X, task.y)
        corrected = task.make(prior_correction=True).fit(task.X, task.y)
        assert_allclose(corrected.predict_proba(task.X), plain.predict_proba(task.X))


def test_correction_of_class_weights_is_bayes_rule():
    weights = {0: 1.0, 1: 3.0, 2: 0.5}
    params = {"class_weight": weights, "max_iter": 5}
    plain = MULTICLASS.make(**params).fit(MULTICLASS.X, MULTICLASS.y)
    corrected = MULTICLASS.make(**params, prior_correction=True)
    corrected.fit(MULTICLASS.X, MULTICLASS.y)
    expected = plain.predict_proba(MULTICLASS.X) / np.array([1.0, 3.0, 0.5])
    expected /= expected.sum(axis=1, keepdims=True)
    assert_allclose(corrected.predict_proba(MULTICLASS.X), expected)


def test_names_are_imbalanced_learns_samplers():
    for name, sampler in (
        ("over", RandomOverSampler()),
        ("under", RandomUnderSampler()),
    ):
        by_name = rare(sampler=name, max_iter=2)
        assert_array_equal(flat(by_name), flat(rare(sampler=sampler, max_iter=2)))
        assert sampler.random_state is None


def test_passthrough_is_none():
    params = {"max_iter": 2}
    passed = rare(sampler="passthrough", **params)
    assert_array_equal(flat(passed), flat(rare(**params)))


def test_upstream_oversampling_leaks_and_sampler_inside_fit_does_not():
    # Labels without any relation to X: what is right on validation data is chance.
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(600, 20)), np.repeat([0, 1], [540, 60])
    params = {
        "hidden_layer_sizes": (64,),
        "early_stopping": True,
        "scoring": "balanced_accuracy",
        "validation_fraction": 0.3,
        "learning_rate_init": 0.01,
        "n_iter_no_change": 30,
    }
    copies = RandomOverSampler(random_state=0).fit_resample(X, y)
    upstream = network(**params).fit(*copies)
    inside = network(**params, sampler="over").fit(X, y)
    assert upstream.best_validation_score_ > 0.9
    assert inside.best_validation_score_ < 0.7


def test_sample_weights_follow_their_samples():
    weights = np.where(TRAIN_Y == 1, 5.0, 1.0)
    sampler = RandomUnderSampler(random_state=0)
    X, y = sampler.fit_resample(TRAIN_X, TRAIN_Y)
    by_hand = network(max_iter=3).fit(X, y, weights[sampler.sample_indices_])
    inside = network(max_iter=3, sampler=sampler).fit(TRAIN_X, TRAIN_Y, weights)
    # The generator has not been drawn from for a seed of the sampler.
    assert_array_equal(flat(inside), flat(by_hand))


def test_a_sampler_that_makes_samples_refuses_weights():
    with pytest.raises(ValueError, match="does not say how much they weigh"):
        network(sampler=SMOTE()).fit(TRAIN_X, TRAIN_Y, np.ones(len(TRAIN_Y)))


@pytest.mark.parametrize("name", ["sampler", "balanced_batches", "prior_correction"])
def test_labels_that_do_not_exclude_each_other_are_refused(name):
    value = "over" if name == "sampler" else True
    with pytest.raises(ValueError, match=f"{name}={value!r} needs classes"):
        network(**{name: value}).fit(MULTILABEL.X, MULTILABEL.y)


def test_partial_fit_refuses_a_sampler():
    with pytest.raises(ValueError, match="sampler='over' needs all data at once"):
        network(sampler="over").partial_fit(BINARY.X, BINARY.y, classes=[0, 1])


def test_lbfgs_refuses_balanced_batches():
    with pytest.raises(ValueError, match="balanced_batches=True has no effect"):
        network(balanced_batches=True, solver="lbfgs").fit(BINARY.X, BINARY.y)


def test_each_batch_is_balanced_and_an_epoch_as_long_as_ever():
    classes = np.repeat([0, 1, 2], [70, 20, 7])
    order = BalancedOrder(classes).draw(97, 12, np.random.default_rng(0))
    assert len(order) == 97
    for start in range(0, 96, 12):
        assert np.bincount(classes[order[start : start + 12]]).tolist() == [4, 4, 4]
    # No sample comes again before its class is used up.
    rare_ones = order[classes[order] == 2]
    assert sorted(rare_ones[:7]) == list(range(90, 97))


def test_a_splitter_holds_out_whole_groups():
    groups = np.arange(len(TRAIN_Y)) // 5
    splitter = GroupShuffleSplit(1, test_size=0.2, random_state=0)
    model = network(early_stopping=True, validation_fraction=splitter, max_iter=3)
    model.fit(TRAIN_X, TRAIN_Y, groups=groups)
    inside, outside = next(splitter.split(TRAIN_X, TRAIN_Y, groups))
    assert not set(groups[inside]) & set(groups[outside])
    same = clone(model).set_params(validation_fraction=0.1)
    same.fit(
        TRAIN_X[inside],
        TRAIN_Y[inside],
        X_val=TRAIN_X[outside],
        y_val=TRAIN_Y[outside],
    )
    assert_array_equal(flat(model), flat(same))


def test_groups_without_a_splitter_are_refused():
    with pytest.raises(ValueError, match="give a splitter such as GroupShuffleSplit"):
        network(early_stopping=True).fit(
            TRAIN_X, TRAIN_Y, groups=np.arange(len(TRAIN_Y))
        )


def test_a_search_reaches_samplers():
    grid = {
        "sampler": [None, "passthrough", "over", RandomUnderSampler(random_state=0)],
        "validation_fraction": [0.2, ShuffleSplit(1, random_state=0)],
    }
    search = GridSearchCV(
        network(max_iter=2, early_stopping=True), grid, cv=2, n_jobs=2
    )
    search.fit(TRAIN_X, TRAIN_Y)
    assert len(set(search.cv_results_["mean_test_score"])) > 2
