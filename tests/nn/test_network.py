import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from skdeep.nn import BatchNorm, Dense, Network, ReLU, Serial, Tanh
from skdeep.nn import network as network_module
from skdeep.nn.network import CHUNK
from skdeep.nn.ragged import Ragged


def network(*layers, n_features=6, dtype=np.float64, seed=0):
    return Network(Serial(layers), (n_features,), dtype, np.random.default_rng(seed))


def by_hand(net, x):
    """Return the output of dense layers with tanh between them."""
    weights, biases = net.parameters("weight"), net.parameters("bias")
    for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
        x = (np.tanh(x) if i else x) @ w + b
    return x


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(50, 6))


def test_forward_is_the_formula(x):
    net = network(Dense(7), Tanh(), Dense(5), Tanh(), Dense(2))
    net.theta += 0.1
    assert_allclose(net.forward(x), by_hand(net, x), rtol=1e-12, atol=1e-14)


def test_seed_decides_the_starting_values():
    layers = [Dense(7), Dense(2)]
    assert_array_equal(network(*layers).theta, network(*layers).theta)
    assert not np.array_equal(network(*layers).theta, network(*layers, seed=1).theta)


@pytest.mark.parametrize("dtype", [np.float32, "float64"])
def test_arrays_have_the_dtype_asked_for(dtype):
    net = network(Dense(3), BatchNorm(), dtype=dtype)
    assert net.theta.dtype == net.state.dtype == net.dtype == np.dtype(dtype)


def test_long_input_in_chunks_gives_what_short_ones_give():
    width = 1024
    net = network(Dense(width), ReLU(), Dense(1), n_features=3, dtype=np.float32)
    n_samples = 2 * CHUNK // width + 7
    x = np.random.default_rng(0).normal(size=(n_samples, 3)).astype(np.float32)
    y = net.forward(x)
    parts = [net.forward(part) for part in np.array_split(x, 5)]
    assert y.shape == (n_samples, 1)
    assert_allclose(y, np.concatenate(parts), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("n_samples", [3, 50])
def test_sparse_input_gives_what_dense_input_gives(x, n_samples):
    net = network(Dense(40), Tanh(), Dense(2))
    x[x < 0.5] = 0
    sparse = csr_array(x[:n_samples])
    assert_allclose(net.forward(sparse), net.forward(x[:n_samples]), atol=1e-14)


def test_output_belongs_to_the_caller(x):
    net = network(Dense(2))
    first = net.forward(x[:3])
    before = first.copy()
    net.forward(x[3:6])
    assert_array_equal(first, before)


def twice(make):
    """Return what comes out with BLAS on one thread and on two."""
    results = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            results.append(make())
    return results


def test_predictions_do_not_depend_on_blas_threads():
    net = network(Dense(512), Tanh(), Dense(3), n_features=200, dtype=np.float32)
    x = np.random.default_rng(0).normal(size=(2500, 200)).astype(np.float32)
    assert_array_equal(*twice(lambda: net.forward(x)))


def test_starting_values_do_not_depend_on_blas_threads():
    assert_array_equal(
        *twice(lambda: network(Dense(300, "orthogonal"), n_features=400).theta)
    )


def test_prediction_takes_new_memory_for_a_thread_and_not_for_a_chunk(monkeypatch):
    net = Network(Dense(3), (4,), np.float64, np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(3000, 4))
    expected = net.forward(x)
    made, workspace = [], Network.workspace
    monkeypatch.setattr(network_module, "CHUNK", 400)
    monkeypatch.setattr(
        Network, "workspace", lambda self: made.append(1) or workspace(self)
    )
    with threadpool_limits(1):
        assert_allclose(net.forward(x), expected, rtol=1e-12)
        ragged = net.forward(Ragged([x[:5], *np.split(x[5:], 5)]))
    assert len(made) == 2
    assert_allclose(np.concatenate(ragged.arrays), expected, rtol=1e-12)
