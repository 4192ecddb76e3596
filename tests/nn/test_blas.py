import threading

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from threadpoolctl import threadpool_info, threadpool_limits

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
from skdeep.nn.blas import (
    BlasThreads,
    _same_bits,
    reproducible_threads,
    single_threaded_blas,
)
from skdeep.nn.training.trial import trial_pass
from tests.nn.hanging import in_time
from tests.nn.training_runs import LOSS, problem, small_network, train


def blas_threads():
    """Return the numbers of threads that the BLAS libraries may use now."""
    libraries = threadpool_info()
    return {lib["num_threads"] for lib in libraries if lib["user_api"] == "blas"}


@pytest.fixture
def two_blas_threads():
    with threadpool_limits(2, user_api="blas"):
        if blas_threads() != {2}:
            pytest.skip("needs a BLAS whose threads can be set")
        yield


def test_blas_is_held_to_one_thread(two_blas_threads):
    with single_threaded_blas() as allowed:
        assert allowed == 2
        assert blas_threads() == {1}
    assert blas_threads() == {2}


def test_nested_use_restores_the_limit_at_the_end(two_blas_threads):
    with single_threaded_blas() as outer:
        with single_threaded_blas() as inner:
            assert inner == outer == 2
        assert blas_threads() == {1}
    assert blas_threads() == {2}


def test_limit_is_restored_after_an_exception(two_blas_threads):
    with pytest.raises(ZeroDivisionError), single_threaded_blas():
        raise ZeroDivisionError
    assert blas_threads() == {2}


# threadpoolctl by itself heeds one thread only, the first that sets a limit.
def test_blas_is_held_to_one_thread_by_any_thread(two_blas_threads):
    def hold():
        with single_threaded_blas():
            return blas_threads()

    assert hold() == {1}
    assert in_time(hold) == {1}
    assert blas_threads() == {2}


def test_limits_can_be_set_by_others_afterwards(two_blas_threads):
    has_used, end = threading.Event(), threading.Event()

    def use():
        with single_threaded_blas():
            pass
        has_used.set()
        end.wait(30)

    thread = threading.Thread(target=use)
    thread.start()
    has_used.wait(30)
    with threadpool_limits(1, user_api="blas"):
        seen = blas_threads()
    end.set()
    thread.join()
    assert seen == {1}


def test_overlapping_use_in_two_threads_restores_the_limit(two_blas_threads):
    both_are_in = threading.Barrier(2)
    first_is_out, end = threading.Event(), threading.Event()
    seen = {}

    def first():
        with single_threaded_blas() as seen["first may use"]:
            both_are_in.wait(30)
        first_is_out.set()
        end.wait(30)  # while it lives, threadpoolctl may heed this thread only

    def second():
        with single_threaded_blas() as seen["second may use"]:
            both_are_in.wait(30)
            first_is_out.wait(30)
            seen["after the first"] = blas_threads()
        seen["after both"] = blas_threads()
        end.set()

    workers = [threading.Thread(target=work) for work in (first, second)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert seen == {
        "first may use": 2,
        "second may use": 2,
        "after the first": {1},
        "after both": {2},
    }


def test_work_runs_with_the_threads_it_is_given(two_blas_threads):
    with single_threaded_blas():
        blas = BlasThreads(2)
        seen = [blas.run(blas_threads) for _ in range(3)]
        assert seen == [{2}, {2}, {1}]  # each number is tried, the larger one twice
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
def unknown_bits():
    """Forget which products were seen to have the same bits, before and after."""
    _same_bits.cache_clear()
    yield
    _same_bits.cache_clear()


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
    two_blas_threads, unknown_bits
):
    plan = plan_of(Dense(300))
    with single_threaded_blas(), single_threaded_blas():
        assert reproducible_threads(plan, 1000, "float32", 2) == 1
    assert _same_bits.cache_info().currsize == 0


WIDE = {
    "plain": [Dense(300), ReLU(), Dense(2)],
    "normalised": [Dense(300), BatchNorm(), ReLU(), LayerNorm(), Dense(2)],
    "residual": [Dense(256), Residual([LayerNorm(), ReLU(), Dense(256)]), Dense(2)],
}


@pytest.mark.parametrize("layers", WIDE.values(), ids=WIDE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_size", [200, 250, 600])
def test_training_has_the_same_bits_at_any_number_of_threads(
    monkeypatch, unknown_bits, layers, dtype, batch_size
):
    # As many threads as are thought to do no harm, whether they are faster or not.
    monkeypatch.setattr("skdeep.nn.blas.THREAD_MULTIPLY_ADDS", 5_000_000)
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
    monkeypatch.setattr("skdeep.nn.blas.THREAD_MULTIPLY_ADDS", 1_000_000)
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


def test_recurrent_products_are_compared_before_threads_are_used(two_blas_threads):
    layers = Serial([GRU(64), LastStep(), Dense(2)])
    net = Network(layers, (100, 3), np.float32, np.random.default_rng(0))
    theta = net.theta.copy()

    def threads(trial):
        with single_threaded_blas():
            return reproducible_threads(net.plan, 64, np.float32, 2, trial)

    noise = np.random.default_rng(0)
    assert threads(lambda: [noise.random(3)]) == 1
    assert threads(None) == 1
    assert threads(lambda: trial_pass(net, 64)) in (1, 2)
    assert threads(lambda: [theta]) == 2
    assert_array_equal(net.theta, theta)


def test_a_trial_leaves_the_network_as_it_is():
    layers = Serial([GRU(4), BatchNorm(), LastStep(), Dense(2)])
    net = Network(layers, (5, 3), np.float32, np.random.default_rng(0))
    before = net.theta.copy(), net.state.copy()
    first, second = trial_pass(net, 6), trial_pass(net, 6)
    for a, b in zip(first, second, strict=True):
        assert_array_equal(a, b)
    assert_array_equal(net.theta, before[0])
    assert_array_equal(net.state, before[1])
