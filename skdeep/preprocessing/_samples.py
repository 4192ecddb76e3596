"""Samples with channels, whatever their shape, as rows of channels.

A sample is an array whose last axis holds channels: a sequence (time, channels), an
image (height, width, channels). Every position in it is one row of channels, so that
what is defined on tables extends to samples. Large arrays are read in blocks, which
keeps copies small.
"""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
from sklearn.utils import assert_all_finite, check_array

from skdeep._forms import check_collection, native
from skdeep._frames import check_names, names_of
from skdeep._words import numbers_expected
from skdeep.preprocessing._ragged import RaggedSamples, is_ragged
from skdeep.preprocessing._rows import BLOCK, Block, fast_rows


class Samples(Protocol):
    """What arrays and ragged collections of samples have in common."""

    dtype: np.dtype
    n_channels: int
    n_samples: int
    n_rows: int
    has_time: bool

    def blocks(self, weights: np.ndarray | None = None) -> Iterator[Block]:
        """Yield all rows in blocks, each with the weights of its rows."""

    def rows(self) -> np.ndarray:
        """Return all rows at once."""

    def sequences(self) -> list[np.ndarray]:
        """Return every sample as an array (..., channels)."""

    def map(self, function: Callable, dtype: Any, *, in_place: bool = False) -> Any:
        """Apply a function of rows to every block and restore the shape."""

    def apply(self, function: Callable) -> Any:
        """Apply a function of arrays (..., time, channels) and restore the kind."""


class ArraySamples:
    """Samples of equal shape in one array.

    Parameters
    ----------
    X : ndarray of shape (n_samples, ..., n_channels)
        Three or more dimensions.
    """

    def __init__(self, X: np.ndarray):
        self.X, self.dtype = X, X.dtype
        self.n_samples, self.n_channels = X.shape[0], X.shape[-1]
        self.n_rows = X.size // X.shape[-1]
        self.has_time = X.ndim == 3

    def blocks(self, weights: np.ndarray | None = None) -> Iterator[Block]:
        """Yield all rows in blocks, each with the weights of its rows.

        Parameters
        ----------
        weights : ndarray of shape (n_samples,) or None
            One weight a sample.

        Yields
        ------
        rows : ndarray of shape (n, n_channels)
            Not to be written to.
        weights : ndarray of shape (n,) or None
            The weight of each row's sample.
        """
        for cut in self._cuts():
            part = self.X[cut]
            rows = fast_rows(part.reshape(-1, self.n_channels))
            if weights is None:
                yield rows, None
            else:
                yield rows, np.repeat(weights[cut[0]], len(rows) // len(part))

    def rows(self) -> np.ndarray:
        """Return all rows at once, without a copy where the memory allows it."""
        return self.X.reshape(-1, self.n_channels)

    def sequences(self) -> list[np.ndarray]:
        """Return every sample as an array (..., channels)."""
        return list(self._finite())

    def map(
        self, function: Callable, dtype: Any, *, in_place: bool = False
    ) -> np.ndarray:
        """Apply a function of rows to every block and restore the shape.

        Parameters
        ----------
        function : callable
            Takes an array of shape (n, n_channels) and returns one of that shape.
        dtype : dtype
            Type of the result.
        in_place : bool, default=False
            Whether to write the result over the samples, where their type allows it.

        Returns
        -------
        ndarray of the shape of the samples
        """
        in_place = in_place and self.dtype == dtype and self.X.flags.writeable
        # Infinity must not be found when half of X is overwritten.
        out = self._finite() if in_place else np.empty(self.X.shape, dtype)
        for cut in self._cuts():
            rows = fast_rows(self.X[cut].reshape(-1, self.n_channels))
            out[cut] = function(rows).reshape(out[cut].shape)
        return out

    def apply(self, function: Callable) -> np.ndarray:
        """Apply a function of arrays (..., time, channels).

        Parameters
        ----------
        function : callable
            Returns a new array that may have more channels.

        Returns
        -------
        ndarray
        """
        return function(self._finite())

    def _finite(self) -> np.ndarray:
        with np.errstate(invalid="ignore"):
            assert_all_finite(self.X, allow_nan=True, input_name="X")
        return self.X

    def _cuts(self) -> Iterator[tuple[slice, ...]]:
        """Yield indices into X: whole samples, or parts of one where it is large."""
        n_samples, length = self.X.shape[:2]
        size = self.X.size // n_samples
        if size <= BLOCK:
            step = BLOCK // size
            for start in range(0, n_samples, step):
                yield (slice(start, start + step),)
        else:
            step = max(1, BLOCK * length // size)
            for sample in range(n_samples):
                for start in range(0, length, step):
                    yield slice(sample, sample + 1), slice(start, start + step)


def read_samples(X: Any, n_channels: int | None, owner: str) -> Samples | None:
    """Recognise samples of more than one dimension, and check them.

    Parameters
    ----------
    X : array-like, list, object array or pandas Series
        What a user gave.
    n_channels : int or None
        Number of channels seen in fit, None before.
    owner : str
        Who asks, for errors.

    Returns
    -------
    Samples or None
        None if X is a table, which is left to scikit-learn to check.

    Raises
    ------
    ValueError
        If the samples hold something other than finite numbers and NaN, have no
        values, or another number of channels than in fit.
    """
    check_collection(X, "X")
    X = native(X)
    if hasattr(X, "columns"):
        check_names(names_of(X))
    if is_ragged(X, n_channels):
        return RaggedSamples(X, n_channels)
    if isinstance(X, list | tuple) or getattr(X, "ndim", 0) < 3:
        return None
    # Every reader of the samples looks for infinity where it reads them anyway.
    with numbers_expected("X"):
        X = check_array(X, allow_nd=True, ensure_all_finite=False, estimator=owner)
    if X.size == 0:
        raise ValueError(
            f"X has shape {X.shape}, which holds no values: give at least one sample "
            "of at least one step and one channel."
        )
    if n_channels is not None and X.shape[-1] != n_channels:
        raise ValueError(
            f"X has {X.shape[-1]} channels (its last axis), but {owner} is expecting "
            f"{n_channels} channels as input: give samples with the channels of fit, "
            "in the same order."
        )
    return ArraySamples(X)


def quantiles(samples: Samples, fractions: tuple[float, ...]) -> np.ndarray:
    """Return quantiles of each channel, NaN left out.

    Parameters
    ----------
    samples : Samples
        The data, at least one row of it. One channel at a time is copied.
    fractions : tuple of float
        Which quantiles, between 0 and 1.

    Returns
    -------
    ndarray of shape (len(fractions), n_channels)
        In double precision. NaN for a channel without values.
    """
    found = np.full((len(fractions), samples.n_channels), np.nan)
    for channel, column in enumerate(samples.rows().T):
        assert_all_finite(column, allow_nan=True, input_name="X")
        if not np.isnan(column).all():
            column = column.astype(np.result_type(column, np.float32))
            found[:, channel] = np.nanquantile(column, fractions, overwrite_input=True)
    return found
