"""Recurrent estimators with a target for every step."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score

from skdeep import RNNClassifier, RNNRegressor
from skdeep.nn import Augmentations, Jitter, WindowCrop
from tests.estimators.sequences import (
    as_object_array,
    ragged,
    running_signs,
    running_sums,
    signs,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = ragged()
FIXED = np.stack([x[:2] for x in X])
Y = {RNNClassifier: running_signs(X), RNNRegressor: running_sums(X)}
EACH = pytest.mark.parametrize("estimator", [RNNClassifier, RNNRegressor])


def make(estimator, **params):
    params = {"units": 5, "max_iter": 3, "random_state": 0, **params}
    return estimator(return_sequences=True, **params)


@EACH
def test_predictions_have_the_form_of_ragged_targets(estimator):
    model = make(estimator).fit(X, Y[estimator])
    predicted = model.predict(X)
    assert [p.shape for p in predicted] == [y.shape for y in Y[estimator]]
    if estimator is RNNClassifier:
        for x, p in zip(X, model.predict_proba(X), strict=True):
            assert p.shape == (len(x), 2)
            assert_allclose(p.sum(axis=1), 1)
        logs = model.predict_log_proba(X)
        assert_allclose(logs[3], np.log(model.predict_proba(X)[3]))


@EACH
def test_predictions_have_the_form_of_targets_in_one_array(estimator):
    y = np.stack([t[:2] for t in Y[estimator]])
    model = make(estimator).fit(FIXED, y)
    assert model.predict(FIXED).shape == (60, 2)
    listed = make(estimator).fit(list(FIXED), list(y))
    assert_array_equal(model.network_.theta, listed.network_.theta)
    assert [p.shape for p in model.predict(X)] == [(len(x),) for x in X]


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_several_targets_a_step(n_outputs):
    y = [np.column_stack([s] * n_outputs) for s in Y[RNNRegressor]]
    model = make(RNNRegressor).fit(X, y)
    shapes = [p.shape[1:] for p in model.predict(X)]
    assert set(shapes) == {(3,) if n_outputs == 3 else ()}
    assert np.isfinite(model.score(X, y))


def test_several_labels_a_step():
    y = [np.column_stack([x[:, 0] > 0, x[:, 1] > 0]).astype(int) for x in X]
    model = make(RNNClassifier, max_iter=20, learning_rate_init=0.05).fit(X, y)
    assert model.predict(X)[0].shape == y[0].shape
    assert model.score(X, y) > 0.6


@EACH
def test_score_counts_steps_that_are_there(estimator):
    model = make(estimator).fit(X, Y[estimator])
    weights = np.arange(len(X)) % 3
    steps = np.repeat(weights, [len(x) for x in X])
    metric = accuracy_score if estimator is RNNClassifier else r2_score
    flat, predicted = map(np.concatenate, (Y[estimator], model.predict(X)))
    assert model.score(X, Y[estimator]) == metric(flat, predicted)
    expected = metric(flat, predicted, sample_weight=steps)
    assert_allclose(model.score(X, Y[estimator], weights), expected)


@EACH
@pytest.mark.parametrize("cell", ["gru", "lstm", "simple"])
def test_it_learns_every_step(estimator, cell):
    many = ragged(300, 1)
    y = running_signs(many) if estimator is RNNClassifier else running_sums(many)
    model = make(estimator, cell=cell, units=16, learning_rate_init=0.01, max_iter=40)
    assert model.fit(many[:200], y[:200]).score(many[200:], y[200:]) > 0.9


@EACH
def test_a_step_is_a_row_of_the_objective(estimator):
    """Sequences of one step are samples of a table."""
    single = FIXED[:, :1]
    y = np.array([t[0] for t in Y[estimator]])
    weights = np.arange(len(X)) % 4 + 1.0
    plain = estimator(units=5, max_iter=3, random_state=0)
    plain.fit(single, y, sample_weight=weights)
    model = make(estimator).fit(single, y.reshape(-1, 1), sample_weight=weights)
    assert_allclose(model.network_.theta, plain.network_.theta, rtol=1e-9)
    assert_allclose(model.loss_curve_, plain.loss_curve_)
    assert_allclose(model.trivial_loss_, plain.trivial_loss_)


@EACH
def test_weights_of_samples_equal_repetitions(estimator):
    counts = np.arange(len(X)) % 3
    indices = np.repeat(np.arange(len(X)), counts)
    params = {"solver": "lbfgs", "max_iter": 10, "initializer": "glorot_uniform"}
    y = Y[estimator]
    weighted = make(estimator, **params).fit(X, y, sample_weight=counts)
    plain = make(estimator, **params)
    plain.fit([X[i] for i in indices], [y[i] for i in indices])
    assert_allclose(weighted.network_.theta, plain.network_.theta, rtol=1e-5, atol=1e-6)


def test_class_weights_count_steps():
    y = Y[RNNClassifier]
    n_up = sum((t == "up").sum() for t in y)
    n_steps = sum(map(len, y))
    balanced = {"up": n_steps / 2 / n_up, "down": n_steps / 2 / (n_steps - n_up)}
    named = make(RNNClassifier, class_weight="balanced").fit(X, y)
    given = make(RNNClassifier, class_weight=balanced).fit(X, y)
    assert_allclose(named.network_.theta, given.network_.theta)
    plain = make(RNNClassifier).fit(X, y)
    assert not np.allclose(named.network_.theta, plain.network_.theta)


@EACH
@pytest.mark.parametrize("scoring", [None, "loss", "name"])
def test_early_stopping_judges_steps(estimator, scoring):
    if scoring == "name":
        scoring = "neg_log_loss" if estimator is RNNClassifier else "r2"
    model = make(estimator, early_stopping=True, scoring=scoring)
    model.fit(X, Y[estimator])
    assert np.isfinite(model.validation_scores_).all()
    model.fit(X[:50], Y[estimator][:50], X_val=X[50:], y_val=Y[estimator][50:])
    held = X[50:], Y[estimator][50:]
    if scoring is None:
        assert model.best_validation_score_ == pytest.approx(model.score(*held))


@EACH
def test_searches_split_sequences(estimator):
    y = as_object_array(Y[estimator])
    search = GridSearchCV(make(estimator), {"units": [2, 4]}, cv=KFold(3))
    assert np.isfinite(search.fit(X, y).best_score_)
    scores = cross_val_score(make(estimator), as_object_array(X), y, cv=3)
    assert np.isfinite(scores).all()


@EACH
def test_partial_fit_and_warm_start(estimator):
    classes = {"classes": ["down", "up"]} if estimator is RNNClassifier else {}
    model = make(estimator).partial_fit(X, Y[estimator], **classes)
    assert model.partial_fit(X, Y[estimator]).t_ == 120
    warm = make(estimator, warm_start=True).fit(X, Y[estimator])
    before = warm.loss_
    assert warm.fit(X, Y[estimator]).loss_ < before


@EACH
def test_padding_never_changes_a_step(estimator):
    model = make(estimator, bidirectional=True, dtype="float32").fit(X, Y[estimator])
    name = "predict_proba" if estimator is RNNClassifier else "predict"
    predict = getattr(model, name)
    for x, together in zip(X, predict(X), strict=True):
        assert_allclose(together, predict([x])[0], atol=1e-6)


@EACH
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y: [*y[:4], y[4][:-1], *y[5:]], "Sample 4 of y has"),
        (lambda y: y[:-1], "inconsistent numbers of samples"),
        (lambda y: [t[0] for t in y], r"Sample 0 of y has shape \(\)"),
        (lambda y: [*y[:4], np.full(len(y[4]), np.nan), *y[5:]], "Sample 4 .*NaN"),
        (lambda y: [*y[:4], np.zeros((len(y[4]), 2)), *y[5:]], "Sample 4 of y"),
    ],
)
def test_wrong_targets_are_named(estimator, change, message):
    with pytest.raises(ValueError, match=message):
        make(estimator).fit(X, change(Y[estimator]))


def test_targets_a_step_need_to_be_asked_for():
    for estimator, y in Y.items():
        with pytest.raises(ValueError, match="return_sequences=True"):
            estimator(max_iter=1).fit(X, y)


@pytest.mark.parametrize(
    "params",
    [
        {"sampler": "over"},
        {"balanced_batches": True},
        {"prior_correction": True},
        {"augment": "mixup"},
    ],
)
def test_what_needs_a_class_a_sample_is_refused(params):
    with pytest.raises(ValueError, match="return_sequences=True"):
        make(RNNClassifier, **params).fit(X, Y[RNNClassifier])


def test_one_target_a_sample_needs_no_steps():
    assert RNNClassifier(max_iter=1).fit(X, signs(X)).predict(X).shape == (60,)


@pytest.mark.parametrize(
    "augment", ["time_shift", Augmentations([Jitter(), WindowCrop()])]
)
def test_augmentation_moves_targets_along(augment):
    y = [x[:, 0] > 0 for x in X]
    settings = {"max_iter": 60, "learning_rate_init": 0.05}
    model = make(RNNClassifier, augment=augment, **settings).fit(X, y)
    assert model.score(X, y) > 0.9


def test_weights_of_steps():
    y, weights = Y[RNNClassifier], 1.0 + np.arange(len(X)) % 3
    of_steps = [np.full(len(x), w) for x, w in zip(X, weights, strict=True)]
    model = make(RNNClassifier).fit(X, y, sample_weight=of_steps)
    same = make(RNNClassifier).fit(X, y, sample_weight=weights)
    assert_allclose(model.network_.theta, same.network_.theta, rtol=1e-9)
    assert model.score(X, y, of_steps) == pytest.approx(same.score(X, y, weights))
    with pytest.raises(ValueError, match="Weights of steps have other shapes"):
        make(RNNClassifier).fit(X, y, sample_weight=of_steps[::-1])
