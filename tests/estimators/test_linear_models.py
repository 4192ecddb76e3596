"""Without hidden layers, the estimators are scikit-learn's linear models."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import (
    ElasticNet,
    LogisticRegression,
    PoissonRegressor,
    QuantileRegressor,
    Ridge,
)
from sklearn.metrics import mean_pinball_loss

from skdeep import MLPClassifier, MLPRegressor
from tests.estimators.data import (
    binary,
    counts,
    integer_weights,
    multiclass,
    real,
    reals,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

LBFGS = {"solver": "lbfgs", "tol": 1e-9, "max_iter": 1000, "random_state": 0}
# The whole set at every step, and a rate that falls to zero: no noise is left.
ADAM = {
    "batch_size": 120,
    "learning_rate": "cosine",
    "learning_rate_init": 0.03,
    "max_iter": 3000,
    "n_iter_no_change": np.inf,
    "random_state": 0,
}
SOLVERS = pytest.mark.parametrize("solver", [LBFGS, ADAM], ids=["lbfgs", "adam"])
WEIGHTS = pytest.mark.parametrize(
    "sample_weight", [None, integer_weights()], ids=["alike", "weighted"]
)


def assert_same_zeros(ours, theirs):
    assert_array_equal(ours == 0, theirs == 0)
    assert 0 < np.count_nonzero(ours) < ours.size


@WEIGHTS
@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 1, 1: 5}])
@pytest.mark.parametrize("draw", [binary, multiclass])
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_classifier_is_logistic_regression(C, draw, class_weight, sample_weight):
    X, y = draw()
    theirs = LogisticRegression(
        C=C, class_weight=class_weight, tol=1e-9, max_iter=10_000
    ).fit(X, y, sample_weight)
    ours = MLPClassifier((), alpha=1 / C, class_weight=class_weight, **LBFGS)
    ours.fit(X, y, sample_weight)
    assert_allclose(ours.coefs_[0].T, theirs.coef_, atol=1e-4)
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)


@WEIGHTS
@pytest.mark.parametrize("draw", [real, reals])
@pytest.mark.parametrize("alpha", [0.01, 1.0, 100.0])
def test_regressor_is_ridge(alpha, draw, sample_weight):
    X, y = draw()
    theirs = Ridge(alpha).fit(X, y, sample_weight)
    ours = MLPRegressor((), alpha=alpha, **LBFGS).fit(X, y, sample_weight)
    assert_allclose(ours.coefs_[0].T, np.atleast_2d(theirs.coef_), atol=1e-6)
    assert_allclose(ours.intercepts_[0], theirs.intercept_, atol=1e-6)


def test_ridge_by_adam():
    X, y = real()
    theirs = Ridge(3.0).fit(X, y)
    ours = MLPRegressor((), alpha=3.0, **ADAM).fit(X, y)
    assert_allclose(ours.coefs_[0][:, 0], theirs.coef_, atol=1e-6)


# Theirs divides the squared error by n and leaves the penalty alone.
@SOLVERS
@WEIGHTS
@pytest.mark.parametrize("draw", [real, reals])
@pytest.mark.parametrize(("alpha", "l1_ratio"), [(20, 1.0), (30, 0.7)])
def test_regressor_is_elastic_net(alpha, l1_ratio, draw, sample_weight, solver):
    X, y = draw()
    total = len(X) if sample_weight is None else sample_weight.sum()
    theirs = ElasticNet(alpha / total, l1_ratio=l1_ratio, tol=1e-12, max_iter=10_000)
    theirs.fit(X, y, sample_weight)
    ours = MLPRegressor((), alpha=alpha, l1_ratio=l1_ratio, **solver)
    coef = ours.fit(X, y, sample_weight).coefs_[0].T
    assert_allclose(coef, np.atleast_2d(theirs.coef_), atol=1e-6)
    assert_same_zeros(coef, np.atleast_2d(theirs.coef_))


@SOLVERS
@pytest.mark.parametrize("draw", [binary, multiclass])
@pytest.mark.parametrize(("alpha", "l1_ratio"), [(8, 1.0), (15, 0.7)])
def test_classifier_is_sparse_logistic_regression(alpha, l1_ratio, draw, solver):
    X, y = draw()
    theirs = LogisticRegression(
        C=1 / alpha, l1_ratio=l1_ratio, solver="saga", tol=1e-10, max_iter=10_000
    ).fit(X, y)
    ours = MLPClassifier((), alpha=alpha, l1_ratio=l1_ratio, **solver).fit(X, y)
    coef = ours.coefs_[0].T
    assert_allclose(coef, theirs.coef_, atol=1e-6)
    assert_same_zeros(coef, theirs.coef_)
    assert ours.sparsity_ == np.mean(theirs.coef_ == 0)


@WEIGHTS
@pytest.mark.parametrize("alpha", [0.1, 10.0])
def test_regressor_is_poisson_regressor(alpha, sample_weight):
    X, y = counts()
    total = len(X) if sample_weight is None else sample_weight.sum()
    theirs = PoissonRegressor(alpha=alpha / total, tol=1e-10, max_iter=1000)
    theirs.fit(X, y, sample_weight)
    ours = MLPRegressor((), alpha=alpha, loss="poisson", **LBFGS)
    ours.fit(X, y, sample_weight)
    assert_allclose(ours.coefs_[0][:, 0], theirs.coef_, atol=1e-5)
    assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-4)


@pytest.mark.parametrize("quantile", [0.2, 0.5, 0.9])
def test_regressor_is_quantile_regressor(quantile):
    X, y = real()
    theirs = QuantileRegressor(quantile=quantile, alpha=10 / len(X)).fit(X, y)
    ours = MLPRegressor(
        (), loss="quantile", quantile=quantile, alpha=10, l1_ratio=1, **ADAM
    ).fit(X, y)

    def objective(prediction, coef):
        penalty = 10 / len(X) * np.abs(coef).sum()
        return mean_pinball_loss(y, prediction, alpha=quantile) + penalty

    # The loss has corners: its minimum is found better than the place of it.
    best = objective(theirs.predict(X), theirs.coef_)
    assert_allclose(objective(ours.predict(X), ours.coefs_[0]), best, rtol=1e-5)
    assert_allclose(ours.coefs_[0][:, 0], theirs.coef_, atol=1e-3)
