"""Validation data: held out or given, how they are judged, what they decide."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csc_matrix
from sklearn.metrics import balanced_accuracy_score, log_loss

from skdeep import MLPClassifier, MLPRegressor
from tests.estimators.data import (
    BINARY,
    MULTICLASS,
    MULTILABEL,
    REAL,
    TASKS,
    each,
    flat,
    integer_weights,
    multiclass,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X_VAL, Y_VAL = multiclass(60, seed=1)


def stopping(task, **params):
    """Return an estimator that overfits, and is stopped early."""
    params = {"learning_rate_init": 0.05, "max_iter": 40, "batch_size": 20, **params}
    return task.make((20,), early_stopping=True, **params)


def rows_seen(model):
    return model.t_ / model.n_iter_


@each()
def test_a_part_is_held_out(task):
    model = stopping(task, validation_fraction=0.25).fit(task.X, task.y)
    assert rows_seen(model) == 90
    assert len(model.validation_scores_) == model.n_iter_
    assert len(model.validation_loss_curve_) == model.n_iter_
    assert model.best_validation_score_ == max(model.validation_scores_)
    assert model.best_loss_ is None


def test_the_part_held_out_has_the_shares_of_classes():
    held_out = []

    def scoring(estimator, X, y):
        held_out.append(y)
        return 0.0

    X, y = MULTICLASS.X, np.repeat(["a", "b", "c"], [60, 40, 20])
    model = stopping(MULTICLASS, max_iter=1, scoring=scoring, validation_fraction=0.5)
    model.fit(X, y)
    names, sizes = np.unique(held_out[0], return_counts=True)
    assert_array_equal(names, ["a", "b", "c"])
    assert_array_equal(sizes, [30, 20, 10])


def test_labels_are_held_out_at_random():
    # A combination of labels that occurs once cannot be shared out.
    y = np.zeros((120, 3), dtype=int)
    y[0] = 1
    assert stopping(MULTILABEL, max_iter=1).fit(MULTILABEL.X, y).t_ == 108


def test_sample_weights_are_held_out_along_with_their_samples():
    held_out = []

    def scoring(estimator, X, y, sample_weight):
        held_out.append((y, sample_weight))
        return 0.0

    weights = 1 + np.abs(REAL.y)
    stopping(REAL, max_iter=1, scoring=scoring).fit(REAL.X, REAL.y, weights)
    y, sample_weight = held_out[0]
    assert_allclose(sample_weight, 1 + np.abs(y))


def test_a_part_too_small_is_refused():
    with pytest.raises(ValueError, match="Increase 'validation_fraction'"):
        stopping(REAL, validation_fraction=0.01).fit(REAL.X[:50], REAL.y[:50])


@each()
def test_nothing_is_held_out_of_own_validation_data(task):
    model = stopping(task).fit(task.X, task.y, X_val=task.X[:40], y_val=task.y[:40])
    assert rows_seen(model) == 120


@each()
def test_the_best_weights_are_restored(task):
    X, y = task.X[:80], task.y[:80]
    stopped = stopping(task, scoring="loss", n_iter_no_change=40)
    stopped.fit(X, y, X_val=task.X[80:], y_val=task.y[80:])
    losses = stopped.validation_loss_curve_
    best = int(np.argmin(losses))
    # Training went on for the worse.
    assert losses[-1] > 1.01 * losses[best]
    short = stopping(task, max_iter=best + 1).set_params(early_stopping=False)
    assert_array_equal(flat(stopped), flat(short.fit(X, y)))


@each()
def test_the_best_score_is_that_of_the_fitted_model(task):
    X, y = task.X[80:], task.y[80:]
    model = stopping(task, scoring=None)
    model.fit(task.X[:80], task.y[:80], X_val=X, y_val=y)
    assert model.best_validation_score_ == pytest.approx(model.score(X, y))


def test_the_best_score_is_that_of_the_last_fit_after_a_warm_start():
    model = stopping(MULTICLASS, warm_start=True, max_iter=5, scoring="loss")
    for _ in range(4):
        model.fit(MULTICLASS.X, MULTICLASS.y, X_val=X_VAL, y_val=Y_VAL)
        loss = log_loss(Y_VAL, model.predict_proba(X_VAL))
        assert_allclose(model.best_validation_score_, -loss)
    assert len(model.validation_scores_) == 20


def test_fitting_stops_when_the_score_stalls():
    model = stopping(BINARY, n_iter_no_change=3, tol=0.01, max_iter=200)
    scores = model.fit(BINARY.X, BINARY.y).validation_scores_
    assert 4 <= model.n_iter_ < 200
    assert max(scores[-4:]) < max(scores[:-4]) + 0.01


SCORINGS = {
    "balanced_accuracy": lambda y, model: balanced_accuracy_score(
        y, model.predict(X_VAL)
    ),
    "neg_log_loss": lambda y, model: -log_loss(y, model.predict_proba(X_VAL)),
}


@pytest.mark.parametrize("scoring", SCORINGS)
def test_a_scorer_of_scikit_learn_judges(scoring):
    model = stopping(MULTICLASS, scoring=scoring)
    model.fit(MULTICLASS.X, MULTICLASS.y, X_val=X_VAL, y_val=Y_VAL)
    assert_allclose(model.best_validation_score_, SCORINGS[scoring](Y_VAL, model))


def test_a_function_judges():
    def scoring(estimator, X, y):
        assert_array_equal(X, X_VAL)
        assert_array_equal(y, Y_VAL)
        return -estimator.predict_proba(X)[0, 0]

    model = stopping(MULTICLASS, scoring=scoring)
    model.fit(MULTICLASS.X, MULTICLASS.y, X_val=X_VAL, y_val=Y_VAL)
    assert_allclose(model.best_validation_score_, scoring(model, X_VAL, Y_VAL))


def test_the_scorer_gets_the_weights():
    weights = integer_weights(60)
    model = stopping(MULTICLASS, scoring="accuracy")
    model.fit(
        MULTICLASS.X,
        MULTICLASS.y,
        X_val=X_VAL,
        y_val=Y_VAL,
        sample_weight_val=weights,
    )
    assert_allclose(model.best_validation_score_, model.score(X_VAL, Y_VAL, weights))


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@each()
def test_without_early_stopping_validation_data_choose_the_weights(task, solver):
    X, y = task.X[:30], task.y[:30]
    alone = task.make(solver=solver, max_iter=5).fit(task.X, task.y)
    watched = task.make(solver=solver, max_iter=5, scoring=None)
    watched.fit(task.X, task.y, X_val=X, y_val=y)
    assert watched.loss_curve_ == alone.loss_curve_
    assert alone.validation_loss_curve_ is None
    scores = watched.validation_scores_
    assert len(scores) == watched.n_iter_ == 5
    assert_allclose(watched.score(X, y), max(scores))
    best = 5 - int(np.argmax(scores[::-1]))
    short = task.make(solver=solver, max_iter=best).fit(task.X, task.y)
    assert_array_equal(flat(watched), flat(short))


@pytest.mark.parametrize("scoring", [None, "balanced_accuracy"])
def test_data_frames_validate_without_warnings(scoring):
    names = list("abcde")
    X, X_val = (pd.DataFrame(x, columns=names) for x in (MULTICLASS.X, X_VAL))
    y, y_val = (pd.Series(t).map(dict(enumerate("xyz"))) for t in (MULTICLASS.y, Y_VAL))
    framed = stopping(MULTICLASS, scoring=scoring, max_iter=3)
    framed.fit(X, y, X_val=X_val, y_val=y_val)
    plain = stopping(MULTICLASS, scoring=scoring, max_iter=3)
    plain.fit(MULTICLASS.X, MULTICLASS.y, X_val=X_VAL, y_val=Y_VAL)
    assert framed.validation_scores_ == plain.validation_scores_
    with pytest.raises(ValueError, match="feature names should match"):
        framed.fit(X, y, X_val=X_val[names[::-1]], y_val=y_val)


def test_a_held_out_part_of_a_data_frame_makes_no_warnings():
    X = pd.DataFrame(MULTICLASS.X, columns=list("abcde"))
    model = stopping(MULTICLASS, scoring="balanced_accuracy", max_iter=3)
    assert len(model.fit(X, MULTICLASS.y).validation_scores_) == 3


def test_sparse_validation_data():
    params = {"y_val": Y_VAL, "sample_weight_val": np.arange(60)}
    dense = stopping(MULTICLASS, max_iter=3)
    dense.fit(MULTICLASS.X, MULTICLASS.y, X_val=X_VAL, **params)
    sparse = stopping(MULTICLASS, max_iter=3)
    sparse.fit(MULTICLASS.X, MULTICLASS.y, X_val=csc_matrix(X_VAL), **params)
    assert_allclose(sparse.validation_loss_curve_, dense.validation_loss_curve_)


def test_validation_data_may_lack_a_class_that_has_a_weight():
    model = MLPClassifier((4,), class_weight={2: 9.0}, max_iter=2, random_state=0)
    kept = Y_VAL < 2
    model.fit(MULTICLASS.X, MULTICLASS.y, X_val=X_VAL[kept], y_val=Y_VAL[kept])
    assert np.isfinite(model.validation_loss_curve_).all()


@each([task for task in TASKS if task.estimator is MLPRegressor])
def test_validation_targets_of_another_width_are_refused(task):
    y_val = np.zeros((30, 5))
    with pytest.raises(ValueError, match="y_val has 5 outputs"):
        task.make().fit(task.X, task.y, X_val=task.X[:30], y_val=y_val)
