import threading

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
)
from skdeep.nn.compute import single_threaded_blas
from tests.nn.blas_state import blas_threads
from tests.nn.hanging import in_time
from tests.nn.training_runs import LOSS, problem, small_network, train


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


WIDE = {
    "plain": [Dense(300), ReLU(), Dense(2)],
    "normalised": [Dense(300), BatchNorm(), ReLU(), LayerNorm(), Dense(2)],
    "residual": [Dense(256), Residual([LayerNorm(), ReLU(), Dense(256)]), Dense(2)],
}


@pytest.mark.parametrize("layers", WIDE.values(), ids=WIDE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_size", [200, 250, 600])
def test_training_has_the_same_bits_at_any_number_of_threads(layers, dtype, batch_size):
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
    cell, batch_size
):
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
