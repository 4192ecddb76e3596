import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import (
    Adam,
    Dense,
    Network,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    Serial,
    SquaredError,
)
from tests.nn.passes import draw
from tests.nn.training_runs import train


def network(layer, n_features, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return Network(layer, (n_features,), dtype, rng)


def test_periodic_embedding_is_its_formula():
    net = network(PeriodicEmbedding(2, dim=3, n_frequencies=5, scale=1.0), 4)
    x, _ = draw(net, 7)
    names = "frequency", "phase", "amplitude", "bias"
    f, b, a, c = (net.params.arrays[name] for name in names)
    expected = [
        np.cos(2 * np.pi * x[:, [i]] * f[i] + b[i]) @ a[i].T + c[i] for i in range(2)
    ]
    assert_allclose(net.forward(x), np.hstack([*expected, x]), rtol=1e-12)


def test_periodic_embedding_starts_as_published():
    layer = PeriodicEmbedding(dim=4, n_frequencies=25, scale=0.3)
    start = network(layer, 200).params.arrays
    assert start["frequency"].std() == pytest.approx(0.3, rel=0.05)
    for name, bound in [("phase", np.pi), ("amplitude", 0.2), ("bias", 0.2)]:
        assert np.abs(start[name]).max() <= bound
        assert start[name].std() == pytest.approx(bound / np.sqrt(3), rel=0.05)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (-2.0, [-2.0, 0, 0]),
        (0.0, [0, 0, 0]),
        (0.5, [0.5, 0, 0]),
        (1.0, [1, 0, 0]),
        (2.5, [1, 0.75, 0]),
        (3.0, [1, 1, 0]),
        (5.0, [1, 1, 0.5]),
        (11.0, [1, 1, 2.0]),
    ],
)
def test_piecewise_linear_embedding_is_the_position_in_each_bin(x, expected):
    net = network(PiecewiseLinearEmbedding([(0, 1, 3, 7)]), 2)
    assert_allclose(net.forward(np.array([[x, 42.0]])), [[*expected, 42.0]])


def test_piecewise_linear_embedding_of_one_bin_is_the_number_scaled():
    net = network(PiecewiseLinearEmbedding([(1.0, 3.0)]), 1)
    x = np.array([[-7.0], [1.0], [2.0], [9.0]])
    assert_allclose(net.forward(x), (x - 1) / 2)


def test_sums_of_bins_are_all_functions_that_bend_at_boundaries():
    edges = (-1.0, -0.2, 0.5, 1.0)
    net = network(PiecewiseLinearEmbedding([edges]), 1)
    x = np.linspace(-1, 1, 201)[:, np.newaxis]
    basis = np.column_stack([np.ones(len(x)), net.forward(x)])
    heights = np.array([3.0, -1.0, 2.0, 0.0])
    target = np.interp(x[:, 0], edges, heights)
    coefficients = np.linalg.lstsq(basis, target)[0]
    assert_allclose(coefficients, [heights[0], *np.diff(heights)], rtol=1e-9)


@pytest.mark.parametrize(
    "edges", [(1.0,), (), (0.0, 0.0), (0.0, 2.0, 1.0), (0, np.nan)]
)
def test_boundaries_increase(edges):
    with pytest.raises(ValueError, match="at least two numbers for each column"):
        PiecewiseLinearEmbedding([(0, 1), edges]).plan((2,))


@pytest.mark.parametrize(
    "layer", [PeriodicEmbedding(3), PiecewiseLinearEmbedding([(0, 1)] * 3)]
)
@pytest.mark.parametrize("shape", [(2,), (5, 3)])
def test_samples_have_the_columns_to_embed_on_their_only_axis(layer, shape):
    with pytest.raises(ValueError, match="cannot take samples of shape"):
        layer.plan(shape)


@pytest.mark.parametrize("name", ["n_columns", "dim", "n_frequencies"])
def test_counts_are_integers_of_at_least_one(name):
    with pytest.raises(ValueError, match=f"{name}=0; give"):
        PeriodicEmbedding(**{name: 0}).plan((3,))


@pytest.mark.parametrize(
    "layer",
    [
        PeriodicEmbedding(scale=1.0, rate=1.0),
        PiecewiseLinearEmbedding([tuple(np.linspace(-2, 2, 17))]),
    ],
)
def test_linear_model_of_embedded_numbers_learns_what_is_not_linear(layer):
    x = np.random.default_rng(0).uniform(-2, 2, size=(300, 1))
    y = np.sin(4 * x)
    net = network(Serial([layer, Dense(1)]), 1)
    train(net, SquaredError(), x, y, optimizer=Adam(), rate=0.02, epochs=800)
    assert np.var(net.forward(x) - y) < 0.05 * np.var(y)


def test_boundaries_may_be_arrays_without_changing_the_result():
    edges = np.array([0.0, 0.3, 1.0])
    x = np.linspace(-1, 2, 50)[:, np.newaxis]
    of_arrays = network(PiecewiseLinearEmbedding([edges]), 1)
    of_numbers = network(PiecewiseLinearEmbedding([tuple(edges.tolist())]), 1)
    assert_array_equal(of_arrays.forward(x), of_numbers.forward(x))
