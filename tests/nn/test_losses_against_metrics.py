"""Losses are those that scikit-learn's metrics report."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import (
    log_loss,
    mean_absolute_error,
    mean_pinball_loss,
    mean_poisson_deviance,
    mean_squared_error,
)

from skdeep.nn import (
    AbsoluteError,
    LogisticLogLoss,
    Poisson,
    Quantile,
    SoftmaxLogLoss,
    SquaredError,
)
from skdeep.nn.compute import Buffers

N = 50
exact = {"rel": 1e-12}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def mean_loss(loss, z, target):
    scratch = Buffers(z.dtype)
    return loss.value_and_gradient(z.copy(), target, scratch)[0].mean()


def test_squared_error_is_half_the_metric(rng):
    z, y = rng.normal(size=(2, N, 1))
    expected = mean_squared_error(y, z) / 2
    assert mean_loss(SquaredError(), z, y) == pytest.approx(expected, **exact)


def test_outputs_are_summed(rng):
    z, y = rng.normal(size=(2, N, 3))
    expected = mean_squared_error(y, z, multioutput="raw_values").sum() / 2
    assert mean_loss(SquaredError(), z, y) == pytest.approx(expected, **exact)


def test_absolute_error_is_the_metric(rng):
    z, y = rng.normal(size=(2, N, 1))
    expected = mean_absolute_error(y, z)
    assert mean_loss(AbsoluteError(), z, y) == pytest.approx(expected, **exact)


def test_several_quantiles_add_up_and_rearrangement_lowers_the_loss(rng):
    y, z = rng.normal(size=(50, 1)), rng.normal(size=(50, 3))
    loss = Quantile([0.05, 0.5, 0.8])
    alone = [
        Quantile(q).value_and_gradient(z[:, [k]].copy(), y, Buffers(z.dtype))
        for k, q in enumerate(loss.quantile)
    ]
    value, gradient = loss.value_and_gradient(z.copy(), y, Buffers(z.dtype))
    assert_allclose(value, sum(value for value, _ in alone), rtol=1e-14)
    assert_allclose(gradient, np.hstack([gradient for _, gradient in alone]))
    # Chernozhukov et al. 2010, for every sample.
    rearranged, _ = loss.value_and_gradient(loss.predict(z), y, Buffers(z.dtype))
    assert (rearranged <= value + 1e-12).all()
    assert rearranged.mean() < value.mean()


def test_best_constants_are_the_quantiles_of_y(rng):
    y, weights = rng.normal(size=(60, 1)), rng.integers(0, 3, 60)
    best = Quantile([0.2, 0.7]).best_constant(y, weights)
    repeated = np.repeat(y, weights)
    expected = np.quantile(repeated, [0.2, 0.7], method="inverted_cdf")
    assert_allclose(best, expected)


@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.8])
def test_quantile_loss_is_the_pinball_metric(rng, quantile):
    z, y = rng.normal(size=(2, N, 1))
    expected = mean_pinball_loss(y, z, alpha=quantile)
    loss = Quantile(quantile=quantile)
    assert mean_loss(loss, z, y) == pytest.approx(expected, **exact)


def test_poisson_loss_is_half_the_deviance(rng):
    z, y = rng.normal(size=(N, 1)), rng.poisson(1.0, size=(N, 1)).astype(float)
    expected = mean_poisson_deviance(y, np.exp(z)) / 2
    assert mean_loss(Poisson(), z, y) == pytest.approx(expected, **exact)


def test_softmax_loss_is_the_metric(rng):
    z, y = rng.normal(size=(N, 4)), rng.integers(4, size=N)
    loss = SoftmaxLogLoss()
    expected = log_loss(y, loss.predict(z), labels=range(4))
    assert mean_loss(loss, z, y) == pytest.approx(expected, **exact)


def test_logistic_loss_is_the_metric(rng):
    z, y = rng.normal(size=(N, 1)), rng.integers(2, size=(N, 1)).astype(float)
    loss = LogisticLogLoss()
    expected = log_loss(y[:, 0], loss.predict(z)[:, 0])
    assert mean_loss(loss, z, y) == pytest.approx(expected, **exact)


def test_two_classes_cost_the_same_in_both_forms(rng):
    z, y = rng.normal(size=(N, 1)), rng.integers(2, size=N)
    both = np.hstack([np.zeros_like(z), z])
    expected = mean_loss(SoftmaxLogLoss(), both, y)
    got = mean_loss(LogisticLogLoss(), z, y[:, np.newaxis])
    assert got == pytest.approx(expected, **exact)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16, np.int64])
def test_classes_of_any_integer_type_cost_the_same(rng, dtype):
    z, y = rng.normal(size=(200, 4)), rng.integers(4, size=200)
    loss = SoftmaxLogLoss()
    assert mean_loss(loss, z, y.astype(dtype)) == mean_loss(loss, z, y)
