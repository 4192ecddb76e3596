import inspect
import time

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep.nn.compute import Team, count_shards, threads
from tests.nn.hanging import in_time

in_any_mode = pytest.mark.parametrize("n_threads", [1, 2, 8])


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


def run(size, work, n_threads=8, times=1):
    """Return the results of ``work(rank, member)`` in a new team, the last time."""

    def run_in_team():
        with Team(size, n_threads) as team:
            for _ in range(times):
                results = team.run(lambda rank: work(rank, team.members[rank]))
        return results

    return in_time(run_in_team)


@in_any_mode
@pytest.mark.parametrize("size", [1, 2, 5])
def test_results_come_in_order_of_rank(size, n_threads):
    def late_if_first(rank, member):
        time.sleep((size - rank) * 0.005)
        return rank

    assert run(size, late_if_first, n_threads) == list(range(size))


@in_any_mode
def test_members_know_their_place(n_threads):
    places = run(3, lambda rank, member: (member.rank, member.size), n_threads)
    assert places == [(0, 3), (1, 3), (2, 3)]


@in_any_mode
def test_single_member_sums_its_own_array_alone(n_threads):
    array = np.arange(3.0)
    sums = run(1, lambda rank, member: member.sum(array), n_threads)
    assert_array_equal(sums, [array])


# Large numbers cancel: another order of addition gives another result.
PARTS = np.array([[1.0], [1e16], [-1e16], [1.0]])


@pytest.mark.parametrize("late", range(4))
def test_sum_adds_in_rank_order_whoever_comes_first(late):
    def work(rank, member):
        time.sleep(0.02 * (rank == late))
        return member.sum(PARTS[rank])

    expected = ((PARTS[0] + PARTS[1]) + PARTS[2]) + PARTS[3]
    assert expected != PARTS[0] + (PARTS[1] + PARTS[2]) + PARTS[3]
    assert_array_equal(run(4, work), [expected] * 4)


def test_gathered_arrays_come_in_order_and_stay_as_they_were():
    def work(rank, member):
        array = np.array([float(rank)])
        before = member.gather(array)
        array += 100
        return [float(part[0]) for part in before + member.gather(array)]

    expected = [0.0, 1.0, 2.0, 100.0, 101.0, 102.0]
    assert run(3, work, times=3) == [expected] * 3


def test_sum_belongs_to_each_member_alone():
    parts = np.ones((2, 3))

    def work(rank, member):
        total = member.sum(parts[rank])
        total += rank
        return total

    assert_array_equal(run(2, work), [[2, 2, 2], [3, 3, 3]])
    assert_array_equal(parts, 1)


def test_members_can_sum_many_times_in_many_runs():
    def work(rank, member):
        value = np.array([rank + 1.0])
        for _ in range(20):
            value = member.sum(value) / 2
        return value

    assert_array_equal(run(2, work, times=5), [[1.5], [1.5]])


@in_any_mode
@pytest.mark.parametrize("failing", [0, 1, 2])
def test_exception_of_one_shard_propagates(failing, n_threads):
    def work(rank, member):
        if rank == failing:
            raise ZeroDivisionError("of one shard")

    with pytest.raises(ZeroDivisionError, match="of one shard"):
        run(3, work, n_threads)


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
@pytest.mark.parametrize("failing", [0, 1, 2])
def test_exception_wakes_the_members_that_wait_for_a_sum(failing, error):
    def work(rank, member):
        if rank == failing:
            raise error
        member.sum(np.ones(1))

    with pytest.raises(error):
        run(3, work)


def test_team_works_again_after_an_exception():
    failures = [True, False]

    def work(rank):
        if rank == 0 and failures.pop(0):
            raise ZeroDivisionError
        return team.members[rank].sum(np.array([10.0**rank]))

    with Team(2, threads=2) as team:
        with pytest.raises(ZeroDivisionError):
            in_time(lambda: team.run(work))
        assert_array_equal(in_time(lambda: team.run(work)), [[11], [11]])


@in_any_mode
def test_error_settings_of_numpy_reach_the_threads(n_threads):
    def divide(rank):
        return np.ones(1) / np.zeros(1)

    with Team(2, n_threads) as team, np.errstate(divide="ignore"):
        assert_array_equal(team.run(divide), [[np.inf], [np.inf]])
