import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import BatchNorm, Dense, Identity, LayerNorm, Network, Serial
from skdeep.nn.compute import arrays
from skdeep.nn.layers import normalization
from tests.nn.passes import Pass

RNG = np.random.default_rng(0)
SHIFTED = RNG.normal(loc=[5, -3, 100], scale=[0.1, 20, 3], size=(64, 3))
SEQUENCES = RNG.normal(loc=2, scale=3, size=(16, 7, 3))


def normalise(layer, x, times=1):
    """Train on the same batch some times; return the output and the network."""
    net = Network(layer, x.shape[1:], x.dtype, np.random.default_rng(0))
    step = Pass(net)
    for _ in range(times):
        y, _, _ = step(x, np.ones_like(x))
    return y, net


@pytest.mark.parametrize("x", [SHIFTED, SEQUENCES])
def test_batch_norm_gives_features_mean_zero_and_variance_one(x):
    y, _ = normalise(BatchNorm(epsilon=0.0), x)
    axes = tuple(range(x.ndim - 1))
    assert_allclose(y.mean(axis=axes), 0, atol=1e-13)
    assert_allclose(y.var(axis=axes), 1, rtol=1e-12)


@pytest.mark.parametrize("x", [SHIFTED, SEQUENCES])
def test_layer_norm_gives_samples_mean_zero_and_variance_one(x):
    y, _ = normalise(LayerNorm(epsilon=0.0), x)
    assert_allclose(y.mean(axis=-1), 0, atol=1e-13)
    assert_allclose(y.var(axis=-1), 1, rtol=1e-12)


def test_batch_norm_is_the_same_in_tiles(monkeypatch):
    net = Network(BatchNorm(), (9, 7, 5), np.float64, np.random.default_rng(0))
    net.parameters("gain")[0][:] = np.arange(1, 6)
    x, dy = RNG.normal(loc=3, size=(2, 20, 9, 7, 5))
    expected = Pass(net)(x, dy)
    for name, value in {"TILE": 200, "WORTHWHILE": 0}.items():
        monkeypatch.setattr(arrays, name, value)
    monkeypatch.setattr(normalization, "long_rows", arrays.long_rows.__wrapped__)
    assert len(normalization.long_rows(20 * 9 * 7, 5).tiles) > 1
    for a, b in zip(Pass(net)(x, dy), expected, strict=True):
        assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("first", [Dense(3), Identity()], ids=repr)
def test_batch_norm_overwrites_only_what_nobody_needs(first):
    net = Network(Serial([first, BatchNorm()]), (3,), np.float64, RNG)
    x = SHIFTED.copy()
    Pass(net)(x, SHIFTED)
    assert_array_equal(x, SHIFTED)


@pytest.mark.parametrize("layer", [BatchNorm(), LayerNorm()])
def test_constant_input_gives_zero(layer):
    y, _ = normalise(layer, np.full((5, 3), 7.0))
    assert_allclose(y, 0, atol=1e-12)


@pytest.mark.parametrize("layer", [BatchNorm(), LayerNorm()])
def test_gain_and_bias_are_applied(layer):
    net = Network(layer, (3,), np.float64, np.random.default_rng(0))
    plain = Pass(net)(SHIFTED, SHIFTED)[0]
    gain, bias = np.array([1.0, 2.0, -3.0]), np.array([0.5, 0.0, 4.0])
    net.parameters("gain")[0][:], net.parameters("bias")[0][:] = gain, bias
    assert_allclose(Pass(net)(SHIFTED, SHIFTED)[0], plain * gain + bias, atol=1e-12)


@pytest.mark.parametrize("layer", [BatchNorm(), LayerNorm()])
def test_float32_stands_an_offset_much_greater_than_the_spread(layer):
    x = np.random.default_rng(2).normal(loc=1000, size=(64, 64)).astype(np.float32)
    single, double = normalise(layer, x)[0], normalise(layer, x.astype(float))[0]
    # The mean is rounded to 6e-5; the mean of squares would be, to 0.06.
    assert_allclose(single, double, atol=1e-3)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("momentum", [0.1, 0.5])
@pytest.mark.parametrize("x", [SHIFTED, SEQUENCES])
def test_running_averages_forget_by_the_momentum(times, momentum, x):
    _, net = normalise(BatchNorm(momentum), x, times)
    rows = x.reshape(-1, 3)
    kept = (1 - momentum) ** times
    mean, variance = np.split(net.state, 2)
    assert_allclose(mean, (1 - kept) * rows.mean(axis=0), rtol=1e-12)
    expected = kept + (1 - kept) * rows.var(axis=0, ddof=1)
    assert_allclose(variance, expected, rtol=1e-12)


def test_prediction_uses_the_running_averages():
    _, net = normalise(BatchNorm(momentum=1.0), SHIFTED)
    spread = np.sqrt(SHIFTED.var(axis=0, ddof=1) + 1e-5)
    expected = (SHIFTED[:5] - SHIFTED.mean(axis=0)) / spread
    assert_allclose(net.forward(SHIFTED[:5]), expected, rtol=1e-10, atol=1e-12)


def test_mini_batch_of_one_sample_is_not_remembered():
    y, net = normalise(BatchNorm(), SHIFTED[:1])
    assert_array_equal(y, 0)
    assert_array_equal(net.state, [0, 0, 0, 1, 1, 1])


def test_gains_and_biases_are_exempt_from_penalties():
    for layer in (BatchNorm(), LayerNorm()):
        net = Network(layer, (3,), np.float64, np.random.default_rng(0))
        assert net.layout.n_penalised == 0
