"""Threads: shards of a mini-batch, parts of a prediction, and those of BLAS.

BLAS with several threads cuts a product in a way that depends on their number, and
often the last bits of the result with it; training amplifies them into another model.
So BLAS is held to one thread while a network is trained, and shards take the others.

Into how many shards a mini-batch is cut follows from the work alone, never from the
number of cores, and sums over shards are added in a fixed order: the result does not
depend on the machine's load or size.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import cache
from threading import Barrier, BrokenBarrierError, Lock, local
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

Part = TypeVar("Part")
Space = TypeVar("Space")

# One shard takes at least this many multiply-adds of a mini-batch's forward pass:
# below it, waking a second thread costs more than it gains.
SHARD_MULTIPLY_ADDS = 100_000_000
# More than two pay later: threads also wait for each other at the interpreter's lock.
MANY_SHARDS_MULTIPLY_ADDS = 3 * SHARD_MULTIPLY_ADDS
MAX_SHARDS = 8


@cache
def blas_libraries() -> list[Any]:
    """Return the BLAS libraries of this process."""
    return ThreadpoolController().select(user_api="blas").lib_controllers


def _set_threads(counts: list[int]) -> None:
    for library, count in zip(blas_libraries(), counts, strict=True):
        # Since version 3.8, threadpoolctl silently ignores limits set by any other
        # thread than the first one that has set one, as long as that thread lives.
        clear = getattr(library, "clear_controlling_thread", None)
        if clear is not None:
            clear(force=True)
        library.set_num_threads(count)
        if clear is not None:
            clear(force=True)


class _BlasLimit:
    """Counts who needs BLAS on one thread; the last to leave restores it.

    The number of threads is one for the whole process: fits that overlap in several
    threads would otherwise restore each other's limit.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._holders = 0
        self._allowed: list[int] = []

    def acquire(self) -> int:
        with self._lock:
            if self._holders == 0:
                self._allowed = [library.num_threads for library in blas_libraries()]
                _set_threads([1] * len(self._allowed))
            self._holders += 1
            return max(self._allowed, default=1)

    def release(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._holders == 0:
                _set_threads(self._allowed)


_limit = _BlasLimit()


@contextmanager
def single_threaded_blas() -> Iterator[int]:
    """Hold BLAS to one thread; yields the number of threads it was allowed.

    That number honours ``OPENBLAS_NUM_THREADS``, ``threadpoolctl`` and the share of
    cores that joblib leaves to each of its workers.
    """
    threads = _limit.acquire()
    try:
        yield threads
    finally:
        _limit.release()


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
    work = multiply_adds * batch_size
    shards = max(min(work // SHARD_MULTIPLY_ADDS, 2), work // MANY_SHARDS_MULTIPLY_ADDS)
    return max(1, min(shards, MAX_SHARDS, batch_size))


class Member:
    """One shard's place among the shards of a mini-batch: by itself the only one."""

    size = 1
    rank = 0

    def gather(self, array: np.ndarray) -> list[np.ndarray]:
        """Return all members' arrays in order; every member must call it."""
        return [array]

    def sum(self, array: np.ndarray) -> np.ndarray:
        """Return the sum of all members' arrays; every member must call it."""
        first, *others = self.gather(array)
        total = first.copy()
        for other in others:
            total += other
        return total


class _Colleague(Member):
    def __init__(self, team: "Team", rank: int):
        self.team, self.rank, self.size = team, rank, team.size

    def gather(self, array: np.ndarray) -> list[np.ndarray]:
        return self.team.gather(self.rank, array)


class Team:
    """Runs the shards of a mini-batch on several threads.

    Parameters
    ----------
    size : int
        Number of shards.
    threads : int
        On how many threads at most; 1 runs one after the other in the calling thread.
        The result is the same, but members may call ``gather`` and ``sum`` only where
        there is a thread for each.

    Examples
    --------
    >>> with Team(2, threads=2) as team:
    ...     team.run(lambda rank: rank + 1)
    [1, 2]
    """

    def __init__(self, size: int, threads: int):
        self.size = size
        self.members: list[Member] = (
            [Member()]
            if size == 1
            else [_Colleague(self, rank) for rank in range(size)]
        )
        self._barrier = Barrier(size)
        self._helpers = min(size, threads) - 1
        self._pool = ThreadPoolExecutor(self._helpers) if self._helpers > 0 else None
        self._forget()

    def _forget(self) -> None:
        """Be ready for members that gather from the beginning."""
        self._barrier.reset()
        # Two places in turn: nobody writes to the first again before all have been
        # at the second, having read the first.
        self._slots: tuple[list[Any], ...] = ([None] * self.size, [None] * self.size)
        self._turns = [0] * self.size

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def run(self, work: Callable[[int], Any]) -> list[Any]:
        """Call ``work(rank)`` for every rank; return the results in order."""
        if self.size == 1:
            return [work(0)]
        if self._pool is None:
            return [work(rank) for rank in range(self.size)]
        self._forget()
        results: list[Any] = [None] * self.size
        ranks = deque(range(self.size))

        def labour() -> None:
            while ranks:
                try:
                    rank = ranks.popleft()
                except IndexError:  # another thread has taken the last one
                    return
                results[rank] = self._guard(work, rank)

        # A copy of the context carries NumPy's error settings into the threads.
        others = [
            self._pool.submit(copy_context().run, labour) for _ in range(self._helpers)
        ]
        errors: list[BaseException] = []
        try:
            labour()
        except BaseException as error:
            errors.append(error)
        errors += filter(None, [other.exception() for other in others])
        # Members that waited in ``gather`` for the one that failed come last.
        if errors:
            raise min(errors, key=lambda error: isinstance(error, BrokenBarrierError))
        return results

    def _guard(self, work: Callable[[int], Any], rank: int) -> Any:
        try:
            return work(rank)
        except BaseException:
            # Wakes the members that wait for this one in ``gather``.
            self._barrier.abort()
            raise

    def gather(self, rank: int, array: np.ndarray) -> list[np.ndarray]:
        """Return the arrays of all ranks, in order of rank whoever comes first."""
        slots = self._slots[self._turns[rank]]
        self._turns[rank] = 1 - self._turns[rank]
        # A copy: the member may go on to change its own.
        slots[rank] = array.copy()
        self._barrier.wait()
        return list(slots)


def run_parts(
    work: Callable[[Part, Space], None],
    parts: Sequence[Part],
    make_space: Callable[[], Space],
    at_most: int | None = None,
) -> None:
    """Call ``work(part, space)`` for all parts, on as many threads as BLAS is allowed.

    Parameters
    ----------
    work : callable
        What is to be done with a part.
    parts : sequence
        The parts, in any order.
    make_space : callable
        Returns working memory, one for each thread: making it for each part would take
        as long as the arithmetic.
    at_most : int or None, default=None
        Largest number of parts at a time, where they need much memory.
    """
    with single_threaded_blas() as threads:
        threads = min(threads, len(parts), at_most or threads)
        if threads < 2:
            space = make_space()
            for part in parts:
                work(part, space)
            return
        own = local()

        def prepare() -> None:
            own.space = make_space()

        with ThreadPoolExecutor(threads, initializer=prepare) as pool:
            list(pool.map(lambda part: work(part, own.space), parts))
