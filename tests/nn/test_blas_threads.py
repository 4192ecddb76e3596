import numpy as np
import pytest
from numpy.testing import assert_array_equal
from threadpoolctl import threadpool_limits

from skdeep.nn import (
    GRU,
    LSTM,
    BatchNorm,
    Dense,
    LastStep,
    LayerNorm,
    Network,
    ReLU,
    Residual,
    Serial,
    SimpleRNN,
    Tanh,
)
from skdeep.nn.blas_threads import BlasThreads, reproducible_threads
from skdeep.nn.compute import single_threaded_blas
from skdeep.nn.training.trial import TrialPass
from tests.nn.blas_state import blas_threads
from tests.nn.training_runs import LOSS, problem, small_network, train


def test_work_runs_with_the_threads_it_is_given(two_blas_threads):
    with single_threaded_blas():
        blas = BlasThreads(2)
        seen = [blas.run(blas_threads) for _ in range(5)]
        assert seen == [{2}, {2}, {1}, {2}, {1}]  # each number is tried, in turns
        assert blas_threads() == {1}


def test_work_on_one_thread_stays_on_one(two_blas_threads):
    with single_threaded_blas():
        assert BlasThreads(1).run(blas_threads) == {1}


def test_failing_work_leaves_blas_on_one_thread(two_blas_threads):
    def fail():
        raise ZeroDivisionError

    blas = BlasThreads(2)
    with single_threaded_blas():
        blas.run(blas_threads)
        with pytest.raises(ZeroDivisionError):
            blas.run(fail)
        assert blas_threads() == {1}


def test_limit_of_somebody_else_is_not_lifted(two_blas_threads):
    blas = BlasThreads(2)
    with single_threaded_blas(), single_threaded_blas():
        assert [blas.run(blas_threads) for _ in range(4)] == [{1}] * 4


@pytest.fixture
def known_bits(monkeypatch):
    """Begin a test with nothing known; return what it gets to know."""
    known = {}
    monkeypatch.setattr("skdeep.nn.blas_threads._known", known)
    return known


def plan_of(*layers, n_features=300):
    return small_network(*layers, n_features=n_features, dtype=np.float32).plan


@pytest.mark.parametrize(
    ("layers", "batch_size", "allowed"),
    [
        ([Dense(300)], 1000, 1),
        ([Dense(300)], 5, 2),
        ([Tanh()], 1000, 2),
    ],
)
def test_one_thread_is_enough_for_little_work(layers, batch_size, allowed):
    plan = plan_of(*layers)
    with single_threaded_blas():
        assert reproducible_threads(plan, batch_size, "float32", allowed) == 1


def test_bits_are_not_known_while_more_threads_cannot_be_had(
    two_blas_threads, known_bits
):
    plan = plan_of(Dense(300))
    with single_threaded_blas(), single_threaded_blas():
        assert reproducible_threads(plan, 1000, "float32", 2) == 1
    assert not known_bits


WIDE = {
    "plain": [Dense(300), ReLU(), Dense(2)],
    "normalised": [Dense(300), BatchNorm(), ReLU(), LayerNorm(), Dense(2)],
    "residual": [Dense(256), Residual([LayerNorm(), ReLU(), Dense(256)]), Dense(2)],
}


@pytest.mark.parametrize("layers", WIDE.values(), ids=WIDE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_size", [200, 250, 600])
def test_training_has_the_same_bits_at_any_number_of_threads(
    monkeypatch, known_bits, layers, dtype, batch_size
):
    # As many threads as are thought to do no harm, whether they are faster or not.
    monkeypatch.setattr("skdeep.nn.blas_threads.THREAD_MULTIPLY_ADDS", 5_000_000)
    monkeypatch.setattr(BlasThreads, "_choose", lambda self: self._threads)
    x, y = problem(600, 300, 2, dtype=dtype)
    results = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            net = small_network(*layers, n_features=300, dtype=dtype)
            options = {"epochs": 2, "batch_size": batch_size, "rate": 0.001}
            train(net, LOSS, x, y, **options)
            results.append(net.theta)
    assert np.isfinite(results[0]).all()
    assert_array_equal(*results)


@pytest.mark.parametrize("cell", [SimpleRNN, LSTM, GRU])
@pytest.mark.parametrize("batch_size", [32, 50])
def test_recurrent_training_has_the_same_bits_at_any_number_of_threads(
    monkeypatch, cell, batch_size
):
    monkeypatch.setattr("skdeep.nn.blas_threads.THREAD_MULTIPLY_ADDS", 1_000_000)
    monkeypatch.setattr(BlasThreads, "_choose", lambda self: self._threads)
    x, y = problem(120, 60, 2, dtype=np.float32)
    x = x.reshape(120, 20, 3)
    layers = Serial([cell(64, 0.2), LastStep(), Dense(2)])
    results = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            net = Network(layers, (20, 3), np.float32, np.random.default_rng(0))
            train(net, LOSS, x, y, epochs=2, batch_size=batch_size, rate=0.001)
            results.append(net.theta)
    assert_array_equal(*results)


class Copies:
    """A trial that always has the same outcome, or never."""

    def __init__(self, outcome=None):
        self.key, self.outcome, self.calls = object(), outcome, 0
        self.noise = np.random.default_rng(0)

    def __call__(self):
        self.calls += 1
        return [self.noise.random(3) if self.outcome is None else self.outcome]


@pytest.fixture
def gru():
    layers = Serial([GRU(64), LastStep(), Dense(2)])
    return Network(layers, (100, 3), np.float32, np.random.default_rng(0))


def threads_for(network, trial):
    with single_threaded_blas():
        return reproducible_threads(network.plan, 64, np.float32, 2, trial)


def test_recurrent_products_are_compared_before_threads_are_used(
    two_blas_threads, known_bits, gru
):
    theta = gru.theta.copy()
    assert threads_for(gru, None) == 1
    assert threads_for(gru, Copies()) == 1
    assert threads_for(gru, Copies(outcome=theta)) == 2
    assert threads_for(gru, TrialPass(gru, 64)) in (1, 2)
    assert_array_equal(gru.theta, theta)


@pytest.mark.parametrize("outcome", [np.ones(3), None])
def test_bits_are_compared_once(two_blas_threads, known_bits, gru, outcome):
    trial = Copies(outcome)
    first = threads_for(gru, trial)
    assert threads_for(gru, trial) == first
    assert trial.calls == 2


def test_trials_of_different_work_are_not_taken_for_each_other():
    def trial(cell=LSTM, dropout=0.0, batch_size=6, n_steps=5, dtype=np.float32):
        layers = Serial([cell(4, dropout), LastStep(), Dense(2)])
        rng = np.random.default_rng()
        return TrialPass(Network(layers, (n_steps, 3), dtype, rng), batch_size)

    assert trial().key == trial().key
    others = (
        trial(GRU),
        trial(dropout=0.5),
        trial(batch_size=7),
        trial(n_steps=6),
        trial(dtype=np.float64),
    )
    assert len({trial().key, *(other.key for other in others)}) == 6


def test_a_trial_leaves_the_network_as_it_is():
    layers = Serial([GRU(4), BatchNorm(), LastStep(), Dense(2)])
    net = Network(layers, (5, 3), np.float32, np.random.default_rng(0))
    before = net.theta.copy(), net.state.copy()
    trial = TrialPass(net, 6)
    for a, b in zip(trial(), trial(), strict=True):
        assert_array_equal(a, b)
    assert_array_equal(net.theta, before[0])
    assert_array_equal(net.state, before[1])
