"""Threads: the shards of a mini-batch, each computed by a thread of its own.

Into how many shards a mini-batch is cut follows from the work alone, never from the
number of cores, and sums over shards are added in a fixed order: the result does not
depend on the machine's load or size.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier, BrokenBarrierError
from typing import Any

import numpy as np

# One shard takes at least this many multiply-adds of a mini-batch's forward pass:
# below it, waking a second thread costs more than it gains.
SHARD_MULTIPLY_ADDS = 100_000_000
MAX_SHARDS = 8


def count_shards(multiply_adds: int, batch_size: int) -> int:
    """Return into how many shards a mini-batch is cut.

    Parameters
    ----------
    multiply_adds : int
        Of the forward pass of one sample.
    batch_size : int
        Samples in a mini-batch.

    Returns
    -------
    int
        At least 1; it depends on the work only, never on the machine.

    Examples
    --------
    >>> count_shards(2_000, batch_size=200)
    1
    >>> count_shards(1_100_000, batch_size=256)
    2
    """
    shards = multiply_adds * batch_size // SHARD_MULTIPLY_ADDS
    return max(1, min(shards, MAX_SHARDS, batch_size))


class Member:
    """One shard's place among the shards of a mini-batch."""

    size = 1
    rank = 0

    def sum(self, array: np.ndarray) -> np.ndarray:
        """Return the sum of all members' arrays; every member must call it."""
        return array


class Solo(Member):
    """The only shard of a mini-batch."""


class _Colleague(Member):
    def __init__(self, team: "Team", rank: int):
        self.team, self.rank, self.size = team, rank, team.size

    def sum(self, array: np.ndarray) -> np.ndarray:
        return self.team.sum(self.rank, array)


class Team:
    """Runs the shards of a mini-batch, one thread each.

    Parameters
    ----------
    size : int
        Number of shards.
    concurrent : bool
        Whether shards run at the same time; False runs one after the other in the
        calling thread, with the same result (members then may not call ``sum``).

    Examples
    --------
    >>> with Team(2, concurrent=True) as team:
    ...     team.run(lambda rank: rank + 1)
    [1, 2]
    """

    def __init__(self, size: int, concurrent: bool):
        self.size = size
        self.members: list[Member] = (
            [Solo()] if size == 1 else [_Colleague(self, rank) for rank in range(size)]
        )
        self._slots: list[Any] = [None] * size
        self._barrier = Barrier(size)
        self._pool = ThreadPoolExecutor(size - 1) if concurrent and size > 1 else None

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def run(self, work: Callable[[int], Any]) -> list[Any]:
        """Call ``work(rank)`` for every rank; return the results in order."""
        if self._pool is None:
            return [work(rank) for rank in range(self.size)]
        self._barrier.reset()
        # A copy of the context carries NumPy's error settings into the threads.
        others = [
            self._pool.submit(copy_context().run, self._guard, work, rank)
            for rank in range(1, self.size)
        ]
        results: list[Any] = []
        errors: list[BaseException] = []
        try:
            results.append(self._guard(work, 0))
        except BaseException as error:
            errors.append(error)
        errors += filter(None, [other.exception() for other in others])
        # Members that waited in ``sum`` for the one that failed come last.
        if errors:
            raise min(errors, key=lambda error: isinstance(error, BrokenBarrierError))
        return results + [other.result() for other in others]

    def _guard(self, work: Callable[[int], Any], rank: int) -> Any:
        try:
            return work(rank)
        except BaseException:
            # Wakes the members that wait for this one in ``sum``.
            self._barrier.abort()
            raise

    def sum(self, rank: int, array: np.ndarray) -> np.ndarray:
        """Return the sum over ranks, added in rank order whoever comes first."""
        self._slots[rank] = array
        self._barrier.wait()
        total = self._slots[0].copy()
        for other in self._slots[1:]:
            total += other
        self._barrier.wait()
        return total
