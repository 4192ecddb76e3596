"""How many threads BLAS may use, without a say in the result.

BLAS with several threads cuts a product in a way that depends on their number, and
often the last bits of the result with it; training amplifies them into another model.
So BLAS is held to one thread while a network is trained. Only products that are large
enough to gain from more threads, and were seen to give the same bits, are given them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from math import inf, prod
from threading import Lock
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

from skdeep.nn.parameters import Plan

T = TypeVar("T")

# A thread more for each so many multiply-adds of a mini-batch's forward pass: with
# fewer, what is gained in products is lost where the threads share results.
THREAD_MULTIPLY_ADDS = 15_000_000
# The processors, by OpenBLAS's names, for which it has kernels for small matrices.
SMALL_KERNELS = {"SkylakeX", "Cooperlake", "SapphireRapids"}
# Steps before the slower number of threads is tried again, if it was hardly slower.
TRIAL_EVERY = 64


@cache
def _libraries() -> list[Any]:
    return ThreadpoolController().select(user_api="blas").lib_controllers


def _set_threads(counts: list[int]) -> None:
    for library, count in zip(_libraries(), counts, strict=True):
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
        self.is_lifted = False

    def acquire(self) -> int:
        with self._lock:
            if self._holders == 0:
                self._allowed = [library.num_threads for library in _libraries()]
                _set_threads([1] * len(self._allowed))
            self._holders += 1
            return max(self._allowed, default=1)

    def release(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._holders == 0:
                _set_threads(self._allowed)

    def lift(self, threads: int, work: Callable[[], T]) -> T:
        with self._lock:
            # Whoever begins to hold meanwhile waits until the work is done.
            if self._holders == 1:
                _set_threads([threads] * len(self._allowed))
                self.is_lifted = True
                try:
                    return work()
                finally:
                    self.is_lifted = False
                    _set_threads([1] * len(self._allowed))
        return work()


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


@cache
def has_small_kernels() -> bool:
    """Tell whether BLAS multiplies small matrices without copying them first."""
    # Of a BLAS that threadpoolctl does not find, nothing is known.
    return bool(_libraries()) and all(
        library.internal_api == "openblas" and library.architecture in SMALL_KERNELS
        for library in _libraries()
    )


def is_lifted() -> bool:
    """Tell whether BLAS may use several threads for the work that is going on."""
    return _limit.is_lifted


class BlasThreads:
    """Runs work with BLAS on one thread or several, whichever was faster of late.

    On a machine that is busy otherwise, several threads that wait for each other can
    take ten times as long as one. As the bits are the same, the choice is free.

    Parameters
    ----------
    threads : int
        Number of threads to try, besides one.
    """

    def __init__(self, threads: int):
        self._threads = threads
        self._seconds = {1: inf, threads: inf}
        # Threads that have slept are slow at first: they get a second chance.
        self._trials = [1, threads, threads]
        self._until_trial = TRIAL_EVERY

    def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Return what the function does, called inside ``single_threaded_blas``."""
        if self._threads == 1:
            return function(*arguments)
        work = partial(function, *arguments)
        tried = bool(self._trials)
        threads = self._trials.pop() if tried else self._choose()
        start = perf_counter()
        result = _limit.lift(threads, work) if threads > 1 else work()
        seconds, before = perf_counter() - start, self._seconds[threads]
        # One step that was disturbed must not decide.
        average = 0.9 * before + 0.1 * seconds
        self._seconds[threads] = min(before, seconds) if tried else average
        return result

    def _choose(self) -> int:
        fast, slow = sorted(self._seconds, key=lambda n: self._seconds[n])
        self._until_trial -= 1
        if self._until_trial == 0:
            # The slower one is tried again, the later the slower it was.
            ratio = min(self._seconds[slow] / self._seconds[fast], 4.0)
            self._until_trial = int(TRIAL_EVERY * ratio**2)
            self._seconds[slow] = inf
            self._trials = [slow, slow]
        return fast


def reproducible_threads(
    plan: Plan,
    batch_size: int,
    dtype: Any,
    allowed: int,
    trial: Callable[[], list[np.ndarray]] | None = None,
) -> int:
    """Return how many threads BLAS may use for a mini-batch: the bits stay the same.

    Parameters
    ----------
    plan : Plan
        The network's plan.
    batch_size : int
        Samples in a mini-batch.
    dtype : dtype
        Of the arithmetic.
    allowed : int
        The largest number of threads.
    trial : callable or None, default=None
        Returns the outcome of a mini-batch, to be compared where the shapes of products
        do not follow from the plan, as in convolutions and recurrent layers; None
        leaves these at one thread.

    Returns
    -------
    int
        At least 1.
    """
    work = plan.total_multiply_adds * batch_size
    threads = min(allowed, work // THREAD_MULTIPLY_ADDS)
    if threads < 2:
        return 1
    needs_trial = False
    for layer in plan.walk():
        if not layer.multiply_adds:
            continue
        shapes = [p.shape for p in layer.parameters if p.name.endswith("weight")]
        if len(shapes) != 1 or prod(shapes[0]) != layer.multiply_adds:
            needs_trial = True
            continue
        try:
            if not _same_bits(batch_size, *shapes[0], np.dtype(dtype).char, threads):
                return 1
        except _BusyError:
            return 1
    if needs_trial and (trial is None or not _agrees(trial, threads)):
        return 1
    return threads


class _BusyError(Exception):
    """More threads cannot be had, as somebody else holds BLAS to one."""


@cache
def _same_bits(rows: int, inputs: int, units: int, dtype: str, threads: int) -> bool:
    """Tell whether a dense layer's products agree bit by bit with those of one thread.

    The order of additions does not depend on the numbers, so random ones will do.
    """
    rng = np.random.default_rng(0)
    shapes = ((rows, inputs), (inputs, units), (rows, units))
    x, weight, dy = (rng.random(shape).astype(dtype) for shape in shapes)

    def products() -> list[np.ndarray]:
        return [x @ weight, x.T @ dy, dy @ weight.T, np.ones(rows, dtype) @ dy]

    # An exception is not cached: the answer is not known yet.
    return _compare(products, threads)


def _agrees(work: Callable[[], list[np.ndarray]], threads: int) -> bool:
    """Tell whether the outcome is known to have the same bits on more threads."""
    try:
        return _compare(work, threads)
    except _BusyError:
        return False


def _compare(work: Callable[[], list[np.ndarray]], threads: int) -> bool:
    def outcome_and_threads() -> tuple[list[np.ndarray], int]:
        return work(), max(library.num_threads for library in _libraries())

    many, used = _limit.lift(threads, outcome_and_threads)
    if used != threads:
        raise _BusyError
    pairs = zip(work(), many, strict=True)
    return all(np.array_equal(one, several) for one, several in pairs)
