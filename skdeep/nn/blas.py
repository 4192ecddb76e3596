"""BLAS: what it can do, and how many threads it is held to.

BLAS with several threads cuts a product in a way that depends on their number, and
often the last bits of the result with it; training amplifies them into another model.
So BLAS is held to one thread while a network is trained, but for work that
``nn/blas_threads.py`` finds to have the same bits on more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController

T = TypeVar("T")

# The processors, by OpenBLAS's names, for which it has kernels for small matrices.
SMALL_KERNELS = {"SkylakeX", "Cooperlake", "SapphireRapids"}


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


def threads_now() -> int:
    """Return the number of threads that BLAS may use at the moment."""
    return max((library.num_threads for library in _libraries()), default=1)


def lift(threads: int, work: Callable[[], T]) -> T:
    """Do work with BLAS on several threads, called inside ``single_threaded_blas``.

    It stays on one if somebody else holds BLAS to one, too.

    Parameters
    ----------
    threads : int
        How many.
    work : callable
        Takes no arguments.

    Returns
    -------
    object
        What ``work`` returned.
    """
    return _limit.lift(threads, work)


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
