"""Rounds in which contestants take turns, and the ratios that come out of them."""

import time
from typing import NamedTuple

import numpy as np

from benchmarks.worker import Worker

SGEMM_SIZE = 2048
# OpenBLAS and OpenMP threads spin for a while after their last task.
SECONDS_UNTIL_IDLE_THREADS_SLEEP = 0.05


class Ratio(NamedTuple):
    """Median and extremes of the ratios of all rounds."""

    median: float
    lowest: float
    highest: float

    def __str__(self):
        """Format for a cell of a table."""
        return f"{self.median:.2f} ({self.lowest:.2f}-{self.highest:.2f})"


def ratio(ours, theirs):
    """Compare two contestants round by round.

    The two measurements of one round are close in time, so that a slow spell of the
    machine cancels in their ratio.

    Parameters
    ----------
    ours, theirs : sequence of float
        Durations, one per round.

    Returns
    -------
    Ratio
    """
    ratios = np.divide(ours, theirs)
    return Ratio(np.median(ratios), ratios.min(), ratios.max())


def verdict(measured, bar):
    """Say whether a measured value stays within its bar."""
    return "met" if measured <= bar else "missed"


def take_turns(actions, rounds):
    """Call every action once per round, after one uncounted round to warm up.

    Parameters
    ----------
    actions : mapping of str to callable
        Name to a function without arguments.
    rounds : int
        Number of counted rounds.

    Returns
    -------
    dict of str to list
        Name to what its action returned, one entry per round.
    """
    results = {name: [] for name in actions}
    for round_number in range(rounds + 1):
        for name, action in actions.items():
            time.sleep(SECONDS_UNTIL_IDLE_THREADS_SLEEP)
            result = action()
            if round_number > 0:
                results[name].append(result)
    return results


def race(prepared, rounds):
    """Let several prepared functions take turns, each in its own process.

    Parameters
    ----------
    prepared : mapping of str to tuple
        Name to ``(amount, prepare, *arguments)``: see :class:`.worker.Worker`.
    rounds : int
        Number of counted rounds.

    Returns
    -------
    dict of str to list
        Name to the results of its function, one entry per round.
    """
    workers = {name: Worker(*call) for name, (_, *call) in prepared.items()}
    try:
        actions = {
            name: lambda worker=worker, amount=prepared[name][0]: worker.run(amount)
            for name, worker in workers.items()
        }
        return take_turns(actions, rounds)
    finally:
        for worker in workers.values():
            worker.close()


def prepare_sgemm():
    """Prepare float32 matrix products; the function takes a number of repetitions.

    It returns the floating-point operations per second of the fastest one.
    """
    a, b = np.random.default_rng(0).normal(size=(2, SGEMM_SIZE, SGEMM_SIZE))
    a, b = a.astype(np.float32), b.astype(np.float32)
    out = np.empty_like(a)

    def multiply(repetitions):
        seconds = []
        for _ in range(repetitions):
            start = time.perf_counter()
            np.matmul(a, b, out=out)
            seconds.append(time.perf_counter() - start)
        return 2 * SGEMM_SIZE**3 / min(seconds)

    return multiply
