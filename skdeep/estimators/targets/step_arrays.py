"""Targets of all steps or pixels as rows, and the samples that they belong to."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skdeep.nn.ragged import Ragged


class Steps:
    """Targets of samples, an array of shape (size, ..., n_outputs) for each.

    Parameters
    ----------
    arrays : sequence of ndarray
        They agree in all but the sizes; without the last axis there is one output.
    n_axes : int, default=1
        Number of axes of a sample: 1 of steps, or 2 of pixels.
    counted : sequence of ndarray of bool or None, default=None
        Which steps count, for each sample; None is all.

    Attributes
    ----------
    sizes : ndarray of int of shape (n_samples, n_axes)
        Extent of each sample.
    rows : ndarray of shape (number of steps of all samples, ...)
        The targets of all steps, one sample after the other.

    Examples
    --------
    >>> Steps([np.array([0, 1]), np.array([1])]).rows
    array([0, 1, 1])
    """

    def __init__(
        self,
        arrays: Sequence[np.ndarray],
        n_axes: int = 1,
        counted: Sequence[np.ndarray] | None = None,
    ):
        self.arrays, self.n_axes, self.counted = list(arrays), n_axes, counted
        # How y was given, for targets that ask.
        self.form: Any = None
        self.sizes = np.array([a.shape[:n_axes] for a in self.arrays], dtype=np.intp)
        self.rows = np.concatenate(
            [a.reshape(-1, *a.shape[n_axes:]) for a in self.arrays]
        )

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, which: Any) -> "Steps":
        chosen = np.arange(len(self))[which]
        counted = self.counted and [self.counted[i] for i in chosen]
        return Steps([self.arrays[i] for i in chosen], self.n_axes, counted)

    def repeat(self, weights: Any) -> Any:
        """Return the weight of each step, from its own or from that of its sample."""
        if isinstance(weights, Steps):
            weights = weights.rows
        elif weights is not None:
            weights = np.repeat(weights, self.sizes.prod(axis=1))
        if self.counted is None:
            return weights
        counted = np.concatenate([mask.ravel() for mask in self.counted])
        return counted.astype(float) if weights is None else weights * counted

    def split(self, rows: np.ndarray) -> Ragged:
        """Return rows, one for each step, as the samples that they came from."""
        return Ragged(split_rows(rows.reshape(len(rows), -1), self.sizes))


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


def sample_sizes(X: Any) -> np.ndarray:
    """Return the extent of each sample, shape (n_samples, n_axes)."""
    if isinstance(X, Ragged):
        return X.sizes
    return np.array([X.shape[1:-1]] * X.shape[0], dtype=np.intp)
