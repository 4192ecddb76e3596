import inspect
import threading

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from skdeep.nn import threads
from skdeep.nn.blas import single_threaded_blas
from skdeep.nn.threads import count_shards
from tests.nn.hanging import in_time


def blas_threads():
    """Return the numbers of threads that the BLAS libraries may use now."""
    libraries = threadpool_info()
    return {lib["num_threads"] for lib in libraries if lib["user_api"] == "blas"}


@pytest.fixture
def two_blas_threads():
    with threadpool_limits(2, user_api="blas"):
        yield


def test_shards_are_counted_by_the_work_alone():
    assert list(inspect.signature(count_shards).parameters) == [
        "multiply_adds",
        "batch_size",
    ]
    assert count_shards(1_000, 200) == 1
    assert count_shards(threads.SHARD_MULTIPLY_ADDS, 1) == 1
    assert count_shards(threads.SHARD_MULTIPLY_ADDS // 100, 200) == 2
    assert count_shards(threads.SHARD_MULTIPLY_ADDS, 10_000) == threads.MAX_SHARDS


@pytest.mark.parametrize("n", [0, 1])
def test_there_is_a_shard_however_little_the_work(n):
    assert count_shards(0, n) == 1


def test_shards_are_no_more_than_samples():
    assert count_shards(10**12, 3) == 3


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
