"""How many threads BLAS may use for a mini-batch, without a say in the result.

Only products that are large enough to gain from more threads, and were seen to give the
same bits as on one, are given them.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from math import inf, prod
from time import perf_counter
from typing import Any, Protocol, TypeVar

import numpy as np

from skdeep.nn.compute.blas import lift, threads_now
from skdeep.nn.parameters import Plan

T = TypeVar("T")

# A thread more for each so many multiply-adds of a mini-batch's forward pass: with
# fewer, what is gained in products is lost where the threads share results.
THREAD_MULTIPLY_ADDS = 15_000_000
# Steps before the slower number of threads is tried again, if it was hardly slower.
TRIAL_EVERY = 64


class Trial(Protocol):
    """Arithmetic whose bits are compared."""

    @property
    def key(self) -> Hashable:
        """What the outcome depends on: it is looked at once in a process."""

    def __call__(self) -> list[np.ndarray]:
        """Return the outcome."""


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
        # From last to first. Threads that have slept are slow for some steps: in turns,
        # each number gets the chance of a step when they are awake.
        self._trials = [1, threads, 1, threads, threads]
        self._until_trial = TRIAL_EVERY

    def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Return what the function does, called inside ``single_threaded_blas``."""
        if self._threads == 1:
            return function(*arguments)
        work = partial(function, *arguments)
        tried = bool(self._trials)
        threads = self._trials.pop() if tried else self._choose()
        start = perf_counter()
        result = lift(threads, work) if threads > 1 else work()
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
    trial: Trial | None = None,
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
    trial : Trial or None, default=None
        A mini-batch, to be compared where the shapes of products do not follow from
        the plan, as in convolutions and recurrent layers; None leaves these at one
        thread.

    Returns
    -------
    int
        At least 1.
    """
    work = plan.total_multiply_adds * batch_size
    threads = min(allowed, work // THREAD_MULTIPLY_ADDS)
    if threads < 2:
        return 1
    trials: list[Trial] = []
    needs_trial = False
    for layer in plan.walk():
        if not layer.multiply_adds:
            continue
        shapes = [p.shape for p in layer.parameters if p.name.endswith("weight")]
        if len(shapes) == 1 and prod(shapes[0]) == layer.multiply_adds:
            (shape,) = shapes
            trials.append(_DenseTrial(batch_size, shape, np.dtype(dtype).char))
        else:
            needs_trial = True
    if needs_trial:
        if trial is None:
            return 1
        trials.append(trial)
    return threads if all(_same_bits(trial, threads) for trial in trials) else 1


@dataclass(frozen=True)
class _DenseTrial:
    """The products of a dense layer; the same trial has the same outcome."""

    rows: int
    weight: tuple[int, ...]
    dtype: str

    @property
    def key(self) -> Hashable:
        return self

    def __call__(self) -> list[np.ndarray]:
        # The order of additions does not depend on the numbers, so random ones will do.
        rng, rows, (inputs, units) = np.random.default_rng(0), self.rows, self.weight
        shapes = (rows, inputs), (inputs, units), (rows, units)
        x, weight, dy = (rng.random(shape).astype(self.dtype) for shape in shapes)
        return [x @ weight, x.T @ dy, dy @ weight.T, np.ones(rows, self.dtype) @ dy]


_known: dict[Hashable, bool] = {}


def _same_bits(trial: Trial, threads: int) -> bool:
    """Tell whether the outcome is known to have the same bits on more threads."""
    key = trial.key, threads
    if key not in _known:
        many, used = lift(threads, lambda: (trial(), threads_now()))
        if used != threads:
            # More cannot be had, as somebody else holds BLAS to one: not known yet.
            return False
        pairs = zip(trial(), many, strict=True)
        _known[key] = all(np.array_equal(one, several) for one, several in pairs)
    return _known[key]
