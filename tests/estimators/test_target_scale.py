"""Targets in any unit: standardised inside, or a warning that says so."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler

from skdeep import CNNRegressor, MLPRegressor, NeuralNetworkRegressor, RNNRegressor
from skdeep.inspection import diagnose
from skdeep.nn import Custom, Dense, ReLU
from tests.estimators.data import BINARY, REAL, flat

RNG = np.random.default_rng(0)
X = RNG.normal(size=(240, 6))
Y = X[:, 0] + X[:, 1] * X[:, 2] + 0.1 * RNG.normal(size=240)
FRAME = pd.DataFrame(X, columns=list("abcdef")).assign(
    kind=np.where(X[:, 3] > 0, "new", "old")
)
SERIES = X[:, :, np.newaxis]
# Shift and factor: prices, a share of a thousandth, temperatures in kelvin.
UNITS = [(2e5, 1e5), (0.0, 1e-4), (290.0, 8.0)]
FEW = {"max_iter": 8, "random_state": 0, "batch_size": 32}

INSIDE = {
    "table": (MLPRegressor((8,), categorical_features="from_dtype", **FEW), FRAME),
    "numbers": (MLPRegressor((8,), standardize_targets=True, **FEW), X),
    "series": (CNNRegressor((4,), **FEW), SERIES),
    "sequences": (RNNRegressor((6,), **FEW), list(SERIES)),
    "layers": (NeuralNetworkRegressor([Dense(8), ReLU()], **FEW), X),
}
QUIET = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@QUIET
@pytest.mark.parametrize(("shift", "factor"), UNITS)
@pytest.mark.parametrize("kind", INSIDE)
def test_the_unit_of_y_does_not_matter(kind, shift, factor):
    model, samples = INSIDE[kind]
    # Of targets near unit scale, "auto" leaves the scale as it is.
    model = clone(model).set_params(standardize_targets=True)
    plain = model.fit(samples, Y).predict(samples)
    curve = model.loss_curve_
    other = model.fit(samples, shift + factor * Y)
    assert_allclose((other.predict(samples) - shift) / factor, plain, atol=1e-6)
    assert_allclose(other.loss_curve_, curve, rtol=1e-6)


@QUIET
@pytest.mark.parametrize("kind", INSIDE)
def test_it_is_what_transformed_target_regressor_does(kind):
    model, samples = INSIDE[kind]
    y = 2e5 + 1e5 * Y
    outside = clone(model).set_params(standardize_targets=False)
    wrapped = TransformedTargetRegressor(outside, transformer=StandardScaler())
    if kind == "sequences":
        samples = SERIES
    expected = wrapped.fit(samples, y).predict(samples)
    assert_allclose(model.fit(samples, y).predict(samples), expected, rtol=1e-8)


@QUIET
def test_each_output_and_each_step_has_the_scale_of_all():
    y = np.c_[1e4 * Y, 3 + 1e-3 * X[:, 0]]
    model = CNNRegressor((4,), **FEW).fit(SERIES, y)
    assert_allclose(model.targets_.center, y.mean(axis=0))
    assert_allclose(model.targets_.scale, y.std(axis=0))
    steps = [1e3 * x[:, 0] for x in SERIES]
    model = RNNRegressor((4,), return_sequences=True, **FEW).fit(list(SERIES), steps)
    assert_allclose(model.targets_.scale, [np.std(steps)])


@QUIET
@pytest.mark.filterwarnings("ignore:y_val has another mean")
def test_the_training_part_alone_sets_the_scale():
    y = np.r_[Y[:200], np.full(40, 1e6)]
    model = CNNRegressor((4,), standardize_targets=True, **FEW)
    model.fit(SERIES[:200], y[:200], X_val=SERIES[200:], y_val=y[200:])
    assert_allclose(model.targets_.center, [Y[:200].mean()])
    weights = (np.arange(240) < 200).astype(float)
    weighted = clone(model).fit(SERIES, y, weights)
    assert_allclose(weighted.targets_.center, [Y[:200].mean()])


@QUIET
def test_counts_stay_as_they_are():
    counts = RNG.poisson(3, 240).astype(float)
    model = CNNRegressor((4,), loss="poisson", **FEW).fit(SERIES, counts)
    assert_array_equal(model.targets_.scale, [1.0])
    assert (model.predict(SERIES) > 0).all()


@QUIET
def test_a_fit_that_goes_on_keeps_the_scale():
    model = CNNRegressor((4,), warm_start=True, **FEW).fit(SERIES, 100 * Y)
    scale = model.targets_.scale
    assert_array_equal(model.fit(SERIES, 200 * Y).targets_.scale, scale)
    model.set_params(standardize_targets=False)
    with pytest.raises(ValueError, match="standardize_targets has changed"):
        model.fit(SERIES, Y)
    parts = CNNRegressor((4,), **FEW)
    for part in (slice(0, 120), slice(120, 240)):
        parts.partial_fit(SERIES[part], 100 * Y[part])
    assert_allclose(parts.targets_.scale, [100 * Y[:120].std()])


def warned(model, X, y, **given):
    """Fit; return what was said of convergence."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, y, **given)
    return [w for w in caught if issubclass(w.category, ConvergenceWarning)]


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("factor", [1e-4, 1e-3])
def test_tiny_targets_make_a_warning_that_names_the_cure(factor, solver):
    model = MLPRegressor((20,), solver=solver, random_state=0)
    (said,) = warned(model, X, factor * Y)
    assert "times that of the best constant" in str(said.message)
    assert "standardize_targets=True" in str(said.message)
    assert model.score(X, factor * Y) < 0
    model.set_params(standardize_targets=True, max_iter=1000, tol=1e-3)
    assert not warned(model, X, factor * Y)
    assert model.score(X, factor * Y) > 0.8


@pytest.mark.parametrize("factor", [100, 1e5])
def test_large_targets_out_of_reach_make_one_too(factor):
    (said,) = warned(MLPRegressor((20,), max_iter=30, random_state=0), X, factor * Y)
    assert "Maximum iterations" in str(said.message)
    assert "set standardize_targets=True" in str(said.message)


def test_a_good_fit_of_large_targets_makes_none():
    model = MLPRegressor((20,), solver="lbfgs", max_iter=3000, tol=1e-2, random_state=0)
    assert not warned(model, X, 100 * X[:, 0])
    assert model.score(X, 100 * X[:, 0]) > 0.99


@pytest.mark.parametrize("task", [BINARY, REAL], ids=["classes", "numbers"])
def test_whatever_is_worse_than_a_constant_is_warned_of(task):
    # One step leads away, all others stand still: finished, as nothing moves.
    leap = Custom(lambda step: 30.0 if step < 2 else 1e-12)
    model = task.make(learning_rate=leap, solver="sgd", batch_size=1000)
    (said,) = warned(model, task.X, task.y)
    assert "times that of the best constant" in str(said.message)
    assert "Lower learning_rate_init" in str(said.message)
    assert np.isfinite(flat(model)).all()


@QUIET
@pytest.mark.parametrize("factor", [1e-4, 30.0, 1e5])
def test_the_verdict_on_targets_of_the_wrong_scale(factor):
    y = factor * Y
    model = MLPRegressor((50,), max_iter=150, random_state=0).fit(X[:160], y[:160])
    found = diagnose(model, X[160:], y[160:])
    assert (found.verdict, found.cause) == ("underfitting", "unscaled targets")
    assert found.advice[0].params == {"standardize_targets": True}
    better = model.set_params(**found.advice[0].params).fit(X[:160], y[:160])
    assert diagnose(better, X[160:], y[160:]).cause != "unscaled targets"


@QUIET
@pytest.mark.parametrize("max_iter", range(20, 200, 30))
def test_no_fit_is_good_that_others_of_its_kind_leave_behind(max_iter):
    X = np.random.default_rng(1).normal(size=(900, 3))
    y = 20 * (X[:, 0] + X[:, 1])
    params = {"max_iter": max_iter, "learning_rate_init": 0.01, "random_state": 0}
    model = MLPRegressor((20,), **params).fit(X[:500], y[:500])
    explained = model.score(X[500:], y[500:])
    found = diagnose(model, X[500:], y[500:])
    assert found.verdict != "good" or explained > 0.94


@QUIET
@pytest.mark.parametrize("kind", [kind for kind in INSIDE if kind != "numbers"])
@pytest.mark.parametrize(("factor", "is_left"), [(1.0, True), (10.0, False)])
def test_targets_near_unit_scale_are_learned_as_they_are(kind, factor, is_left):
    model, samples = INSIDE[kind]
    usual = clone(model).fit(samples, factor * Y)
    plain = clone(model).set_params(standardize_targets=False)
    plain.fit(samples, factor * Y)
    same = np.array_equal(usual.predict(samples), plain.predict(samples))
    assert same == is_left
