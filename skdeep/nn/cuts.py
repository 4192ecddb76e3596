"""Cutting work into parts of about equal size."""

from functools import lru_cache
from itertools import pairwise


@lru_cache(maxsize=256)
def cut_evenly(size: int, most: int) -> tuple[slice, ...]:
    """Return slices of about equal length, from first to last.

    Parameters
    ----------
    size : int
        What is to be cut.
    most : int
        Longest slice.

    Returns
    -------
    tuple of slice
        Empty if there is nothing to cut.

    Examples
    --------
    >>> cut_evenly(5, 3)
    (slice(0, 2, None), slice(2, 5, None))
    """
    count = -(-size // most)
    cuts = [size * i // max(count, 1) for i in range(count + 1)]
    return tuple(slice(start, stop) for start, stop in pairwise(cuts))
