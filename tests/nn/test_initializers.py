import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import kstest

from skdeep.nn import (
    INITIALIZERS,
    Constant,
    Dense,
    Logistic,
    Network,
    Normal,
    Orthogonal,
    ReLU,
    Serial,
    SquaredError,
    Tanh,
    Uniform,
    VarianceScaling,
)
from skdeep.nn.initializers import Initializer, resolve_initializer
from tests.nn.training_runs import train

FANS = (300, 100)
VARIANCES = {
    "normal": 0.01**2,
    "standard_normal": 1,
    "uniform": 0.05**2 / 3,
    "glorot_uniform": 2 / (300 + 100),
    "glorot_normal": 2 / (300 + 100),
    "he_uniform": 2 / 300,
    "he_normal": 2 / 300,
    "lecun_uniform": 1 / 300,
    "lecun_normal": 1 / 300,
    "orthogonal": 1 / 300,
}


def draw(initializer, shape=FANS, fans=FANS, seed=0):
    rng = np.random.default_rng(seed)
    return resolve_initializer(initializer)(shape, fans, rng)


@pytest.mark.parametrize("name", VARIANCES)
def test_mean_is_zero_and_variance_as_published(name):
    values = draw(name)
    assert values.shape == FANS
    # 30 000 numbers: a standard error of at most 0.8 % of the variance.
    assert abs(values.mean()) < 4 * np.sqrt(VARIANCES[name] / values.size)
    assert_allclose(values.var(), VARIANCES[name], rtol=0.03)


def test_every_named_initializer_has_its_variance_tested():
    assert set(VARIANCES) == set(INITIALIZERS) - {"zeros"}


@pytest.mark.parametrize("name", [name for name in VARIANCES if "uniform" in name])
def test_uniform_fills_its_range(name):
    values, bound = draw(name), np.sqrt(3 * VARIANCES[name])
    assert kstest(values.ravel(), "uniform", (-bound, 2 * bound)).pvalue > 0.01
    assert np.abs(values).max() <= bound


@pytest.mark.parametrize("name", [name for name in VARIANCES if "normal" in name])
def test_normal_is_normal(name):
    scale = np.sqrt(VARIANCES[name])
    assert kstest(draw(name).ravel(), "norm", (0, scale)).pvalue > 0.01


@pytest.mark.parametrize(("fan", "divisor"), [("in", 50), ("out", 800)])
def test_fans_are_those_given_whatever_the_shape(fan, divisor):
    values = draw(VarianceScaling(3.0, fan), shape=(200, 200), fans=(50, 800))
    assert_allclose(values.var(), 3 / divisor, rtol=0.03)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (3, 2, 4), (1, 3)])
@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_orthogonal_columns_or_rows_are_orthonormal(shape, gain):
    q = draw(Orthogonal(gain), shape).reshape(-1, shape[-1])
    gram = q.T @ q if q.shape[0] >= q.shape[1] else q @ q.T
    assert_allclose(gram, gain**2 * np.eye(min(q.shape)), atol=1e-12)


def test_orthogonal_is_uniform_over_rotations():
    angles = [np.arctan2(*draw(Orthogonal(), (2, 2), seed=i)[0]) for i in range(500)]
    assert kstest(angles, "uniform", (-np.pi, 2 * np.pi)).pvalue > 0.01


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_scale_is_what_is_asked_for(scale):
    assert_allclose(draw(Normal(scale)).std(), scale, rtol=0.02)
    assert_allclose(np.abs(draw(Uniform(scale))).max(), scale, rtol=0.01)
    assert draw(Constant(scale)) == scale


@pytest.mark.parametrize("name", INITIALIZERS)
def test_seed_decides_the_values(name):
    first, second = draw(name, seed=1), draw(name, seed=1)
    assert_array_equal(first, second)
    if name != "zeros":
        assert not np.array_equal(first, draw(name, seed=2))


def test_instance_stands_for_itself():
    initializer = Normal(0.3)
    assert resolve_initializer(initializer) is initializer
    assert isinstance(resolve_initializer("he_normal"), Initializer)


@pytest.mark.parametrize("name", VARIANCES)
def test_layer_draws_from_its_initializer_and_starts_biases_at_zero(name):
    net = Network(Dense(100, name), (300,), np.float64, np.random.default_rng(0))
    assert_array_equal(net.parameters("weight")[0], draw(name))
    assert_array_equal(net.parameters("bias")[0], 0)


def hidden_weights_after_training(initializer, activation):
    layers = [Dense(5, initializer), activation, Dense(2, initializer)]
    rng = np.random.default_rng(0)
    net = Network(Serial(layers), (3,), np.float64, rng)
    x, y = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    train(net, SquaredError(), x, y, epochs=20, batch_size=8)
    return net.parameters("weight")[0]


@pytest.mark.parametrize("initializer", ["zeros", Constant(0.5)])
def test_hidden_units_that_start_alike_stay_alike(initializer):
    weight = hidden_weights_after_training(initializer, Logistic())
    assert weight[0, 0] != 0
    # BLAS may add in another order for the columns at the edge of a block.
    assert_allclose(weight, weight[:, [0] * 5], rtol=1e-12)


@pytest.mark.parametrize("activation", [Tanh(), ReLU()])
def test_hidden_units_that_start_at_zero_stay_there(activation):
    assert_array_equal(hidden_weights_after_training("zeros", activation), 0)


def test_hidden_units_that_start_at_random_differ():
    weight = hidden_weights_after_training("glorot_uniform", Logistic())
    distances = np.abs(weight[:, :1] - weight[:, 1:]).max(axis=0)
    assert distances.min() > 0.1
