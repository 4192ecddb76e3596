"""The absolute penalty gives the zeros of the objective, whatever the optimizer."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from skdeep.nn import SGD, AdaGrad, Adam, Cosine, Dense, Nadam, RMSProp
from tests.nn.training_runs import LOSS, small_network, train

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 8)) * [1, 1, 1, 1, 1, 1, 0.5, 2]
COEF = np.array([2.0, -1.0, 0.5, 0, 0, 0, 0.3, 0])
Y = X @ COEF + 0.7 + RNG.normal(scale=0.5, size=60)
ALPHA = 0.2

# Rates under which each optimizer reaches the solution within the epochs.
OPTIMIZERS = {
    "sgd": (SGD(), 0.02),
    "sgd plain": (SGD(momentum=0.0, nesterov=False), 0.2),
    "adagrad": (AdaGrad(), 0.3),
    "rmsprop": (RMSProp(), 0.02),
    "adam": (Adam(), 0.05),
    "nadam": (Nadam(), 0.05),
}


def fit(name, l1_ratio, alpha=ALPHA, dtype=np.float64, epochs=1500):
    """Fit a linear model; return its weights and bias."""
    optimizer, rate = OPTIMIZERS[name]
    net = small_network(Dense(1), n_features=8, dtype=dtype)
    train(
        net,
        LOSS,
        X.astype(dtype),
        Y[:, np.newaxis].astype(dtype),
        optimizer=optimizer,
        rate=rate,
        schedule=Cosine(),
        strength=alpha,
        l1_ratio=l1_ratio,
        epochs=epochs,
    )
    return net.parameters("weight")[0][:, 0], net.parameters("bias")[0][0]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_least_squares_with_l1_is_the_lasso(name):
    expected = Lasso(alpha=ALPHA, tol=1e-12).fit(X, Y)
    weight, bias = fit(name, l1_ratio=1.0)
    assert_array_equal(weight == 0, expected.coef_ == 0)
    assert 2 <= np.sum(weight == 0) <= 6
    assert_allclose(weight, expected.coef_, rtol=0, atol=1e-4)
    assert bias == pytest.approx(expected.intercept_, abs=1e-4)


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_least_squares_with_both_is_the_elastic_net(name):
    expected = ElasticNet(alpha=ALPHA, l1_ratio=0.6, tol=1e-12).fit(X, Y)
    weight, _ = fit(name, l1_ratio=0.6)
    assert_array_equal(weight == 0, expected.coef_ == 0)
    assert_allclose(weight, expected.coef_, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_least_squares_with_l2_is_ridge(name):
    # Ridge adds up what we average.
    expected = Ridge(alpha=ALPHA * len(Y), tol=1e-12).fit(X, Y)
    weight, bias = fit(name, l1_ratio=0.0)
    assert_allclose(weight, expected.coef_, rtol=0, atol=1e-4)
    assert bias == pytest.approx(expected.intercept_, abs=1e-4)


def test_float32_has_the_same_zeros():
    single, _ = fit("adam", l1_ratio=1.0, dtype=np.float32)
    double, _ = fit("adam", l1_ratio=1.0)
    assert single.dtype == np.float32
    assert_array_equal(single == 0, double == 0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_great_penalty_leaves_nothing_but_the_mean(name):
    weight, bias = fit(name, l1_ratio=1.0, alpha=10.0)
    assert_array_equal(weight, 0)
    assert bias == pytest.approx(Y.mean(), abs=1e-4)


@pytest.mark.parametrize("name", ["sgd", "rmsprop", "adam"])
def test_hidden_layers_get_exact_zeros_too(name):
    optimizer, rate = OPTIMIZERS[name]
    net = small_network(n_features=8)
    y = np.column_stack([Y, Y])
    options = {"strength": 0.05, "l1_ratio": 1.0, "epochs": 300}
    train(net, LOSS, X, y, optimizer=optimizer, rate=rate, batch_size=20, **options)
    zeros = [np.mean(weight == 0) for weight in net.parameters("weight")]
    assert 0.2 < zeros[0] < 1
    assert all(np.all(bias != 0) for bias in net.parameters("bias"))
