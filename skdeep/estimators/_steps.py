"""Targets at every step of a sequence, or every pixel of an image."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skdeep.nn.ragged import Ragged

# What a sample is made of, by its number of axes.
STEPS = {1: "step", 2: "pixel"}


class Steps:
    """Targets of samples, an array of shape (size, ..., n_outputs) for each.

    Parameters
    ----------
    arrays : sequence of ndarray
        They agree in all but the sizes; without the last axis there is one output.
    n_axes : int, default=1
        How many axes a sample has: 1 of steps, or 2 of pixels.

    Attributes
    ----------
    sizes : ndarray of int of shape (n_samples, n_axes)
        Extent of each sample.
    lengths : ndarray of int of shape (n_samples,)
        Number of steps or pixels of each.
    rows : ndarray of shape (sum of lengths, ...)
        The targets of all steps, one sample after the other.

    Examples
    --------
    >>> Steps([np.array([0, 1]), np.array([1])]).rows
    array([0, 1, 1])
    """

    def __init__(self, arrays: Sequence[np.ndarray], n_axes: int = 1):
        self.arrays, self.n_axes = list(arrays), n_axes
        self.sizes = np.array([a.shape[:n_axes] for a in self.arrays], dtype=np.intp)
        self.lengths = self.sizes.prod(axis=1)
        self.rows = np.concatenate(
            [a.reshape(-1, *a.shape[n_axes:]) for a in self.arrays]
        )

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, which: Any) -> "Steps":
        chosen = np.arange(len(self))[which]
        return Steps([self.arrays[i] for i in chosen], self.n_axes)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.rows, dtype)

    def repeat(self, weights: np.ndarray | None) -> np.ndarray | None:
        """Return for each step the weight of its sample."""
        return None if weights is None else np.repeat(weights, self.lengths)

    def split(self, rows: np.ndarray) -> Ragged:
        """Return one row a step as the samples that they came from."""
        rows = rows.reshape(len(rows), -1)
        return Ragged(split_rows(rows, self.sizes))


def split_rows(rows: np.ndarray, sizes: np.ndarray) -> list[np.ndarray]:
    """Return rows as the samples of those sizes that they came from.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, ...)
        One for each step or pixel.
    sizes : ndarray of int of shape (n_samples, n_axes)
        Extent of each sample.

    Returns
    -------
    list of ndarray of shape (size, ...)
        Views.
    """
    parts = np.split(rows, np.cumsum(sizes.prod(axis=1))[:-1])
    return [
        part.reshape(*size, *rows.shape[1:])
        for part, size in zip(parts, sizes.tolist(), strict=True)
    ]


def read_steps(y: Any, n_axes: int, steps_by: str, one_by: str) -> Steps:
    """Check targets at every step or pixel.

    Parameters
    ----------
    y : array-like of shape (n_samples, size, ...), or a collection of arrays
        A value, or several, for each step of each sample.
    n_axes : int
        How many axes a sample has: 1 of steps, or 2 of pixels.
    steps_by, one_by : str
        How errors call what asks for a target at each step, or for one a sample.

    Returns
    -------
    Steps
        The targets.

    Raises
    ------
    ValueError
        If there is one value a sample, or samples differ in the number of values.
    """
    arrays = [np.asarray(sample) for sample in y]
    for position, array in enumerate(arrays):
        if array.ndim not in (n_axes, n_axes + 1):
            axes = ("time", "height, width")[n_axes - 1]
            raise ValueError(
                f"Sample {position} of y has shape {array.shape}, and there is an "
                f"output for each {STEPS[n_axes]} ({steps_by}): give y of shape "
                f"(n_samples, {axes}), or a list of arrays (several numbers for each "
                f"in a last axis); for one value a sample, take {one_by}."
            )
        if array.shape[n_axes:] != arrays[0].shape[n_axes:]:
            raise ValueError(
                f"Sample {position} of y has shape {array.shape}, and the first one "
                f"{arrays[0].shape}: give the same number of values for each "
                f"{STEPS[n_axes]}."
            )
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            where = np.argwhere(~np.isfinite(array))[0][:n_axes].tolist()
            raise ValueError(
                f"Sample {position} of y contains NaN or infinity, first at "
                f"{STEPS[n_axes]} {', '.join(map(str, where))}: give a value for each, "
                "or leave the sample out."
            )
    if not arrays:
        raise ValueError("y is empty: give at least one sample.")
    if arrays[0].shape[n_axes:] == (1,):
        arrays = [array[..., 0] for array in arrays]
    return Steps(arrays, n_axes)


def check_sizes(y: Steps, X: Any) -> None:
    """Check that each sample has a target for each of its steps or pixels.

    Parameters
    ----------
    y : Steps
        The targets.
    X : ndarray of shape (n_samples, size, ..., n_channels) or Ragged
        The samples.

    Raises
    ------
    ValueError
        If a sample has not.
    """
    sizes = X.sizes if isinstance(X, Ragged) else np.array([X.shape[1:-1]] * len(X))
    wrong = np.flatnonzero((sizes != y.sizes).any(axis=1))
    if len(wrong):
        i = wrong[0]
        found, expected = (" x ".join(map(str, s[i])) for s in (y.sizes, sizes))
        raise ValueError(
            f"Sample {i} of y has {found} {STEPS[y.n_axes]}s, and that of X has "
            f"{expected}: give a target for each."
        )
