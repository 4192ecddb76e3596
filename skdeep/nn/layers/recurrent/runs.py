"""Runs of steps that the same samples take, which make up a ragged mini-batch.

A mini-batch holds the longest samples first. Up to about the end of the shortest ones
all of them take part, then those that go on, and so on: each such run is a batch of
equal lengths. A sample that has ended is carried along for some steps where that costs
less than another run. What is computed for it there is finite, as its input is made 0,
and of no effect, as no gradient comes to it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

import numpy as np

from skdeep.nn.compute import cut_evenly

# Steps times samples that may be computed for nothing in a run: about what it costs to
# begin another one.
SPARE = 128


@dataclass(frozen=True)
class Run:
    """Steps ``start`` to ``stop`` of the first ``width`` samples.

    Attributes
    ----------
    start, stop : int
        The steps.
    width : int
        Number of samples.
    is_cut : bool
        Whether no gradient flows back to the step before ``start``.
    ends : tuple of (int, int)
        Steps of the run, counted from its start, from which on only so many of the
        samples are there.
    """

    start: int
    stop: int
    width: int
    is_cut: bool
    ends: tuple[tuple[int, int], ...] = ()

    @property
    def n_steps(self) -> int:
        """Number of steps."""
        return self.stop - self.start

    def clear(self, steps: np.ndarray) -> None:
        """Write zeros for samples that have ended, (n_steps, ..., width)."""
        for end, n_left in self.ends:
            steps[end:, ..., n_left:] = 0


def cut_runs(
    n_samples: int, n_steps: int, sizes: np.ndarray | None, backprop_steps: int | None
) -> list[Run]:
    """Return the runs of a mini-batch, from first to last.

    Parameters
    ----------
    n_samples, n_steps : int
        Size of the mini-batch, padding included.
    sizes : ndarray of int of shape (n_samples, 1) or None
        Lengths, the longest first; None is all steps.
    backprop_steps : int or None
        Number of steps through which gradients flow back; None is all.

    Returns
    -------
    list of Run
        At least one.

    Examples
    --------
    >>> import numpy as np
    >>> for run in cut_runs(3, 500, np.array([[500], [12], [10]]), None):
    ...     print(run.start, run.stop, run.width, run.ends)
    0 12 3 ((10, 2),)
    12 500 1 ()
    """
    lengths = [n_steps] * n_samples if sizes is None else sizes[:, 0].tolist()
    longest = max(lengths, default=n_steps)
    every = backprop_steps or longest
    cuts = range(every, longest, every)
    steps = sorted({0, *lengths, *cuts})
    # How many samples are there from each of these steps on.
    rising = lengths[::-1]
    left = {step: n_samples - bisect_right(rising, step) for step in steps}
    runs: list[Run] = []
    start, spare = 0, 0
    ends: list[tuple[int, int]] = []
    for step, after in pairwise(steps):
        idle = (left[start] - left[step]) * (after - step)
        if step and (step in cuts or spare + idle > SPARE):
            runs.append(Run(start, step, left[start], start in cuts, tuple(ends)))
            start, spare, ends = step, 0, []
        else:
            spare += idle
        if left[step] < left[start]:
            ends.append((step - start, left[step]))
    runs.append(Run(start, longest, left[start], start in cuts, tuple(ends)))
    return runs


def chunks(n_steps: int, width: int, columns: int) -> Iterator[slice]:
    """Yield slices of steps, from the last to the first, of about equal length.

    Parameters
    ----------
    n_steps, width : int
        Steps and samples of a run.
    columns : int
        About how many steps times samples a slice holds.

    Yields
    ------
    slice
        Of steps.
    """
    yield from reversed(cut_evenly(n_steps, max(1, columns // max(width, 1))))


def slots_of_steps(n_steps: int, *arrays: np.ndarray) -> Iterable[tuple[Any, ...]]:
    """Go through what several arrays hold for each step.

    An array has a slot for each step, or one that all steps write over.
    """
    if len(arrays[0]) == n_steps:
        return zip(*arrays, strict=True)
    return repeat(tuple(array[0] for array in arrays))


def backwards(*arrays: np.ndarray | None) -> Iterator[tuple[Any, ...]]:
    """Go through the steps of several arrays at once, from the last to the first.

    None stands for an array of None.
    """
    return zip(*(repeat(None) if a is None else a[::-1] for a in arrays), strict=False)
