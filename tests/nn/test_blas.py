import threading

import pytest
from threadpoolctl import threadpool_limits

from skdeep.nn.compute.blas import lift, single_threaded_blas, threads_now
from tests.nn.blas_state import blas_threads
from tests.nn.hanging import in_time


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


def test_the_limit_is_lifted_for_some_work(two_blas_threads):
    with single_threaded_blas():
        assert lift(2, blas_threads) == {2}
        assert lift(2, threads_now) == 2
        assert blas_threads() == {1}
        # Somebody else wants a single thread as well.
        with single_threaded_blas():
            assert lift(2, blas_threads) == {1}
