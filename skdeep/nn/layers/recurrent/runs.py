"""Steps in a row that the same samples take: how recurrent layers meet ragged batches.

A mini-batch holds the longest samples first. Up to the end of the shortest sample all
of them take part, then those that go on, and so on: within each such run the work is
that of a batch of equal lengths, and none is done on padding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

import numpy as np


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
    """

    start: int
    stop: int
    width: int
    is_cut: bool

    @property
    def n_steps(self) -> int:
        """Number of steps."""
        return self.stop - self.start


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
    >>> for run in cut_runs(3, 5, np.array([[5], [2], [2]]), None):
    ...     print(run.start, run.stop, run.width)
    0 2 3
    2 5 1
    """
    ends = {n_steps}
    lengths = np.full(n_samples, n_steps)
    if sizes is not None:
        lengths = sizes[:, 0]
        ends = set(lengths.tolist())
    every = backprop_steps or max(ends)
    cuts = set(range(every, max(ends), every))
    return [
        Run(start, stop, int(np.count_nonzero(lengths > start)), start in cuts)
        for start, stop in pairwise(sorted({0} | ends | cuts))
    ]


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
    most = max(1, columns // max(width, 1))
    count = -(-n_steps // most)
    cuts = [n_steps * i // count for i in range(count, -1, -1)]
    for stop, start in pairwise(cuts):
        yield slice(start, stop)


def backwards(*arrays: np.ndarray | None) -> Iterator[tuple[Any, ...]]:
    """Go through the steps of several arrays at once, from the last to the first.

    None stands for an array of None.
    """
    return zip(*(repeat(None) if a is None else a[::-1] for a in arrays), strict=False)
