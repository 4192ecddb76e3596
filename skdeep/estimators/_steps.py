"""Targets at every step of a sequence."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skdeep.nn.ragged import Ragged


class Steps:
    """Targets of sequences, an array of shape (n_steps, ...) for each.

    Parameters
    ----------
    arrays : sequence of ndarray
        They agree in all but the number of steps.

    Attributes
    ----------
    lengths : ndarray of int of shape (n_samples,)
        Number of steps of each.
    rows : ndarray of shape (sum of lengths, ...)
        The targets of all steps, one sequence after the other.

    Examples
    --------
    >>> Steps([np.array([0, 1]), np.array([1])]).rows
    array([0, 1, 1])
    """

    def __init__(self, arrays: Sequence[np.ndarray]):
        self.arrays = list(arrays)
        self.lengths = np.array([len(a) for a in self.arrays], dtype=np.intp)
        self.rows = np.concatenate(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, which: Any) -> "Steps":
        chosen = np.arange(len(self))[which]
        return Steps([self.arrays[i] for i in chosen])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.rows, dtype)

    def repeat(self, weights: np.ndarray | None) -> np.ndarray | None:
        """Return for each step the weight of its sequence."""
        return None if weights is None else np.repeat(weights, self.lengths)

    def split(self, rows: np.ndarray) -> Ragged:
        """Return one row a step as the samples that they came from."""
        rows = rows.reshape(len(rows), -1)
        return Ragged(np.split(rows, np.cumsum(self.lengths)[:-1]))


def read_steps(y: Any) -> Steps:
    """Check targets at every step.

    Parameters
    ----------
    y : array-like of shape (n_samples, n_steps, ...), or a collection of arrays
        A value, or several, for each step of each sample.

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
        if array.ndim not in (1, 2):
            raise ValueError(
                f"Sample {position} of y has shape {array.shape}, and "
                "return_sequences=True needs a value for each step: give y of shape "
                "(n_samples, n_steps), or a list of arrays of shape (n_steps,)."
            )
        if array.shape[1:] != arrays[0].shape[1:]:
            raise ValueError(
                f"Sample {position} of y has shape {array.shape}, and the first one "
                f"{arrays[0].shape}: give the same number of values for each step."
            )
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            step = int(np.argwhere(~np.isfinite(array))[0][0])
            raise ValueError(
                f"Sample {position} of y contains NaN or infinity, first at step "
                f"{step}: give a value for each step, or leave the sample out."
            )
    if not arrays:
        raise ValueError("y is empty: give at least one sequence.")
    if arrays[0].shape[1:] == (1,):
        arrays = [array[:, 0] for array in arrays]
    return Steps(arrays)


def check_lengths(y: Steps, X: Any) -> None:
    """Check that each sample has as many targets as steps.

    Parameters
    ----------
    y : Steps
        The targets.
    X : ndarray of shape (n_samples, n_steps, n_channels) or Ragged
        The samples.

    Raises
    ------
    ValueError
        If a sample has not.
    """
    lengths = X.sizes[:, 0] if isinstance(X, Ragged) else np.full(len(X), X.shape[1])
    wrong = np.flatnonzero(lengths != y.lengths)
    if len(wrong):
        i = wrong[0]
        raise ValueError(
            f"Sample {i} of y has {y.lengths[i]} steps, and that of X has "
            f"{lengths[i]}: return_sequences=True needs one target for each step."
        )
