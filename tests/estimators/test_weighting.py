"""The weighting contract: what sample_weight, class_weight and alpha mean."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, r2_score
from sklearn.utils.class_weight import compute_sample_weight

from skdeep import MLPClassifier, MLPRegressor
from tests.estimators.data import (
    BINARY,
    MULTICLASS,
    MULTILABEL,
    REAL,
    each,
    flat,
    integer_weights,
    multiclass,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

WEIGHTS = integer_weights()
CLASSES = [BINARY, MULTICLASS]
SOLVERS = pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])


def full_batch(task, solver, **params):
    """Return an estimator of which every step sees the whole set."""
    return task.make(
        solver=solver,
        activation="tanh",
        alpha=1.0,
        batch_size=1000,
        learning_rate_init=0.05,
        max_iter=20,
        shuffle=False,
        **params,
    )


@SOLVERS
@each()
def test_an_integer_weight_is_a_repetition(task, solver):
    weighted = full_batch(task, solver).fit(task.X, task.y, WEIGHTS)
    X, y = (np.repeat(data, WEIGHTS, axis=0) for data in (task.X, task.y))
    repeated = full_batch(task, solver).fit(X, y)
    assert_allclose(flat(weighted), flat(repeated), atol=1e-8)
    assert_allclose(weighted.loss_curve_, repeated.loss_curve_)


@SOLVERS
@each(CLASSES)
def test_an_integer_weight_is_a_repetition_among_balanced_classes(task, solver):
    make = full_batch(task, solver, class_weight="balanced")
    weighted = flat(make.fit(task.X, task.y, WEIGHTS))
    X, y = (np.repeat(data, WEIGHTS, axis=0) for data in (task.X, task.y))
    assert_allclose(weighted, flat(make.fit(X, y)), atol=1e-8)


@SOLVERS
@each()
def test_a_weight_of_zero_is_a_removal(task, solver):
    kept = WEIGHTS > 0
    weighted = full_batch(task, solver).fit(task.X, task.y, kept)
    removed = full_batch(task, solver).fit(task.X[kept], task.y[kept])
    assert_allclose(flat(weighted), flat(removed), atol=1e-8)


@pytest.mark.parametrize("class_weight", [{0: 0.5, 1: 3.0}, {1: 4}, "balanced"])
@each(CLASSES)
def test_a_class_weight_is_a_sample_weight(task, class_weight):
    ours = task.make(class_weight=class_weight, max_iter=3).fit(task.X, task.y)
    if class_weight != "balanced":
        class_weight = {0: 1, 1: 1, 2: 1, **class_weight}
    weights = compute_sample_weight(class_weight, task.y)
    assert_allclose(
        flat(ours), flat(task.make(max_iter=3).fit(task.X, task.y, weights))
    )


@pytest.mark.parametrize("class_weight", [[{1: 2}, {0: 3}, {1: 0.5}], "balanced"])
def test_label_weights_multiply(class_weight):
    X, y = MULTILABEL.X, MULTILABEL.y
    ours = MULTILABEL.make(class_weight=class_weight, max_iter=3).fit(X, y)
    if class_weight != "balanced":
        class_weight = [{0: 1, 1: 1, **weights} for weights in class_weight]
    weights = compute_sample_weight(class_weight, y)
    assert_allclose(flat(ours), flat(MULTILABEL.make(max_iter=3).fit(X, y, weights)))


@each(CLASSES)
def test_class_weight_and_sample_weight_multiply(task):
    X, y = task.X, task.y
    both = task.make(class_weight={0: 2, 1: 0.5}, max_iter=3).fit(X, y, WEIGHTS)
    product = WEIGHTS * np.where(y == 0, 2, np.where(y == 1, 0.5, 1))
    assert_allclose(flat(both), flat(task.make(max_iter=3).fit(X, y, product)))


def test_string_classes_have_weights_too():
    X, y = BINARY.X, np.where(BINARY.y, "yes", "no")
    named = BINARY.make(class_weight={"yes": 3}, max_iter=3).fit(X, y)
    numbered = BINARY.make(class_weight={1: 3}, max_iter=3).fit(X, BINARY.y)
    assert_array_equal(flat(named), flat(numbered))


@SOLVERS
@each()
def test_a_factor_common_to_weights_and_alpha_changes_nothing(task, solver):
    model = full_batch(task, solver)
    once = flat(model.fit(task.X, task.y, WEIGHTS))
    model.set_params(alpha=7.0).fit(task.X, task.y, 7 * WEIGHTS)
    assert_allclose(flat(model), once, atol=1e-8)


@pytest.mark.parametrize("l1_ratio", [0.0, 1.0])
@pytest.mark.parametrize("batch_size", [30, 60, 120])
def test_the_penalty_does_not_depend_on_the_batch_size(batch_size, l1_ratio):
    # Targets that are met from the start leave the penalty alone to act.
    X = np.zeros((120, 3))
    model = MLPRegressor(
        (),
        solver="sgd",
        momentum=0.0,
        alpha=6.0,
        l1_ratio=l1_ratio,
        batch_size=batch_size,
        learning_rate_init=0.5,
        max_iter=1,
        warm_start=True,
        n_iter_no_change=np.inf,
    ).fit(X, X[:, 0])
    model.coefs_ = [np.array([[1.0], [-2.0], [3.0]])]
    model.fit(X, X[:, 0], np.full(120, 2.0))
    rate, steps, strength = 0.5, 120 // batch_size, 6.0 / 240
    w = np.array([1.0, -2.0, 3.0])
    if l1_ratio == 0:
        w *= (1 - rate * strength) ** steps
    else:
        w -= np.sign(w) * rate * strength * steps
    assert_allclose(model.coefs_[0][:, 0], w)


def test_a_batch_is_weighted_by_the_mean_weight_of_the_whole_set():
    X, y = REAL.X[:4], REAL.y[:4]
    weights = np.array([1.0, 3.0, 5.0, 7.0])
    model = MLPRegressor(
        (),
        solver="sgd",
        momentum=0.0,
        alpha=0.0,
        batch_size=2,
        learning_rate_init=0.1,
        max_iter=1,
        shuffle=False,
        initializer="zeros",
    ).fit(X, y, weights)
    w, b = np.zeros(X.shape[1]), 0.0
    for rows in (slice(0, 2), slice(2, 4)):
        # Not the mean of the batch, which is 2 and then 6.
        residual = weights[rows] / weights.mean() * (X[rows] @ w + b - y[rows])
        w, b = w - 0.1 * X[rows].T @ residual / 2, b - 0.1 * residual.mean()
    assert_allclose(model.coefs_[0][:, 0], w)
    assert_allclose(model.intercepts_[0], b)


def best_epoch(model):
    """Return the epoch whose weights a model with validation data has."""
    scores = model.validation_scores_
    return len(scores) - 1 - int(np.argmax(scores[::-1]))


def test_classification_is_validated_with_weights():
    X, y = multiclass(60, seed=1)
    weights, weights_val = integer_weights(), integer_weights(60, seed=2)
    model = MLPClassifier(
        (7,), class_weight={0: 2, 2: 5}, max_iter=3, random_state=0, scoring=None
    ).fit(
        MULTICLASS.X,
        MULTICLASS.y,
        weights,
        X_val=X,
        y_val=y,
        sample_weight_val=weights_val,
    )
    of_classes = np.array([2, 1, 5])[y]
    loss = log_loss(y, model.predict_proba(X), sample_weight=weights_val * of_classes)
    best = best_epoch(model)
    assert_allclose(model.validation_loss_curve_[best], loss)
    # The score is the estimator's own, to which class_weight means nothing.
    score = accuracy_score(y, model.predict(X), sample_weight=weights_val)
    assert_allclose(model.validation_scores_[best], score)


def test_balanced_classes_keep_their_weights_in_validation():
    X, y = multiclass(60, seed=1)
    y = np.minimum(y, 1)
    model = MULTICLASS.make(class_weight="balanced", max_iter=3)
    model.fit(MULTICLASS.X, MULTICLASS.y, X_val=X, y_val=y)
    weights = len(MULTICLASS.y) / (3 * np.bincount(MULTICLASS.y))
    proba = model.predict_proba(X)
    loss = log_loss(y, proba, sample_weight=weights[y], labels=[0, 1, 2])
    assert_allclose(model.validation_loss_curve_[-1], loss)


def test_regression_is_validated_with_weights():
    X, y, weights = REAL.X[:60], REAL.y[:60], integer_weights(60, seed=2)
    model = REAL.make(max_iter=3, scoring=None)
    model.fit(REAL.X, REAL.y, X_val=X, y_val=y, sample_weight_val=weights)
    best = best_epoch(model)
    loss = mean_squared_error(y, model.predict(X), sample_weight=weights) / 2
    assert_allclose(model.validation_loss_curve_[best], loss)
    score = r2_score(y, model.predict(X), sample_weight=weights)
    assert_allclose(model.validation_scores_[best], score)


def test_the_training_loss_is_the_weighted_mean_plus_the_penalty():
    model = BINARY.make(
        alpha=3.0, l1_ratio=0.4, max_iter=1, batch_size=120, learning_rate_init=1e-12
    )
    model.fit(BINARY.X, BINARY.y, WEIGHTS)
    w = np.concatenate([coef.ravel() for coef in model.coefs_])
    penalty = 3.0 / WEIGHTS.sum() * (0.3 * w @ w + 0.4 * np.abs(w).sum())
    proba = model.predict_proba(BINARY.X)
    loss = log_loss(BINARY.y, proba, sample_weight=WEIGHTS)
    assert_allclose(model.loss_, loss + penalty)
