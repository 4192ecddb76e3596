import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, ndtr
from scipy.stats import norm

from skdeep.nn import (
    ACTIVATIONS,
    ELU,
    GELU,
    SELU,
    Identity,
    LeakyReLU,
    Logistic,
    Mish,
    PReLU,
    ReLU,
    SiLU,
    Softplus,
    Tanh,
)
from tests.nn.cases import LayerCase
from tests.nn.passes import Pass, network_of

# Each by its definition, as a pair of the function left and right of zero.
DEFINITIONS = [
    (Identity(), lambda x: x, lambda x: x),
    (ReLU(), lambda x: 0 * x, lambda x: x),
    (LeakyReLU(), lambda x: 0.01 * x, lambda x: x),
    (LeakyReLU(negative_slope=0.0), lambda x: 0 * x, lambda x: x),
    (ELU(), np.expm1, lambda x: x),
    (ELU(scale=1.7), lambda x: 1.7 * np.expm1(x), lambda x: x),
    (
        SELU(),
        lambda x: 1.6732632423543772 * 1.0507009873554805 * np.expm1(x),
        lambda x: 1.0507009873554805 * x,
    ),
    *(
        (layer, function, function)
        for layer, function in [
            (Logistic(), lambda x: 1 / (1 + np.exp(-x))),
            (Tanh(), np.tanh),
            (Softplus(), lambda x: np.log1p(np.exp(x))),
            (SiLU(), lambda x: x / (1 + np.exp(-x))),
            (GELU(), lambda x: x * norm.cdf(x)),
            (Mish(), lambda x: x * np.tanh(np.log1p(np.exp(x)))),
        ]
    ),
]
LIMITS = {
    # name: value and slope at -1000, at 0 and at 1000
    "identity": ([-1000, 0, 1000], [1, 1, 1]),
    "logistic": ([0, 0.5, 1], [0, 0.25, 0]),
    "tanh": ([-1, 0, 1], [0, 1, 0]),
    "relu": ([0, 0, 1000], [0, 0, 1]),
    "leaky_relu": ([-10, 0, 1000], [0.01, 0.01, 1]),
    "elu": ([-1, 0, 1000], [0, 1, 1]),
    "selu": ([-1.7580993408, 0, 1050.7009874], [0, 1.7580993408, 1.0507009874]),
    "gelu": ([0, 0, 1000], [0, 0.5, 1]),
    "silu": ([0, 0, 1000], [0, 0.5, 1]),
    "mish": ([0, 0, 1000], [0, 0.6, 1]),
    "softplus": ([0, np.log(2), 1000], [0, 0.5, 1]),
}


def value_and_slope(layer, x):
    net = network_of(LayerCase("", layer, x.shape[1:]), x.dtype)
    y, slope, _ = Pass(net)(x, np.ones_like(x))
    return y, slope


@pytest.mark.parametrize(("layer", "left", "right"), DEFINITIONS)
def test_value_is_the_definition(layer, left, right):
    x = np.linspace(-5, 5, 101)[np.newaxis]
    expected = np.where(x > 0, right(x), left(x))
    assert_allclose(value_and_slope(layer, x)[0], expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_limits_are_right_and_finite(name, dtype):
    x = np.array([[-1000, 0, 1000]], dtype)
    y, slope = value_and_slope(ACTIVATIONS[name](), x)
    assert_allclose(y[0], LIMITS[name][0], rtol=1e-6)
    assert_allclose(slope[0], LIMITS[name][1], rtol=1e-6)


def test_every_activation_has_its_limits_tested():
    assert set(LIMITS) == set(ACTIVATIONS) - {"prelu"}


def test_prelu_bends_each_feature_by_its_own_slope():
    net = network_of(LayerCase("", PReLU(), (3,)))
    net.theta[:] = [0.1, 0.5, -1.0]
    x = np.array([[-2.0, -2.0, -2.0], [2.0, 2.0, 0.0]])
    assert_allclose(net.forward(x), [[-0.2, -1.0, 2.0], [2.0, 2.0, 0.0]])


def test_prelu_starts_at_its_hyperparameter():
    net = network_of(LayerCase("", PReLU(negative_slope=0.4), (3,)))
    net.layout.initialize(net.theta, np.random.default_rng(0))
    assert_allclose(net.theta, 0.4)


@pytest.mark.parametrize("layer", [Logistic(), SiLU(), GELU(), Softplus()])
def test_float32_keeps_digits_far_left_of_zero(layer):
    x = np.array([[-2.0, -4.0, -6.0]], np.float32)
    exact = {
        Logistic: expit(x.astype(float)),
        SiLU: x * expit(x.astype(float)),
        GELU: x * ndtr(x.astype(float)),
        Softplus: np.logaddexp(x.astype(float), 0),
    }[type(layer)]
    # The sums 1 + tanh and 1 + erf lose what is below 6e-8.
    assert_allclose(value_and_slope(layer, x)[0], exact, rtol=0, atol=4e-7)


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_float32_is_right_to_its_last_digits(name):
    x = np.linspace(-12, 12, 4001)[np.newaxis]
    single = value_and_slope(ACTIVATIONS[name](), x.astype(np.float32))
    double = value_and_slope(ACTIVATIONS[name](), x.astype(np.float32).astype(float))
    for a, b in zip(single, double, strict=True):
        assert_allclose(a, b, rtol=3e-7, atol=8e-7)


@pytest.mark.parametrize("name", sorted(LIMITS))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_stays_nan(name, dtype):
    net = network_of(LayerCase("", ACTIVATIONS[name](), (3,)), dtype)
    y = net.forward(np.array([[1.0, np.nan, -1.0]], dtype))
    assert_array_equal(np.isnan(y), [[False, True, False]])


@pytest.mark.parametrize("n_layers", [2, 10, 30])
def test_selu_keeps_mean_and_variance_from_layer_to_layer(n_layers):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 300))
    for _ in range(n_layers):
        weight = rng.normal(scale=300**-0.5, size=(300, 300))
        x = value_and_slope(SELU(), x @ weight)[0]
    assert abs(x.mean()) < 0.1
    assert 0.8 < x.var() < 1.2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_mish_has_no_subnormal_numbers(dtype):
    # They made a network whose units are often far on the left six times as slow.
    bounds = np.finfo(dtype)
    x = np.linspace(1.2 * np.log(bounds.tiny), 0, 10_001, dtype=dtype)
    for numbers in value_and_slope(ACTIVATIONS["mish"](), x[np.newaxis]):
        sizes = np.abs(numbers[numbers != 0])
        assert sizes.min() >= bounds.tiny
        assert np.count_nonzero(numbers[0, :5000]) == 0
