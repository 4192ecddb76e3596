"""Collections of samples that differ in length: lists, object arrays, pandas Series."""

from collections.abc import Callable, Iterator, Sized
from typing import Any

import numpy as np
from sklearn.utils import assert_all_finite

from skdeep.preprocessing._rows import BLOCK, Block, fast_rows


def is_ragged(X: Any, n_channels: int | None = None) -> bool:
    """Tell whether X is a collection of samples rather than one array.

    Object arrays and Series of arrays are, and so are lists of arrays with two or more
    dimensions, or of images of PIL. A list of one-dimensional elements is a table if
    all have the same length, as everywhere in scikit-learn; unless only one channel was
    seen in fit, of which no longer element can be a row.

    Parameters
    ----------
    X : object
        Anything.
    n_channels : int or None
        Number of channels seen in fit, None before.

    Returns
    -------
    bool
    """
    if isinstance(X, list | tuple):
        if not X or not _depth(X[0]):
            return False
        if _depth(X[0]) > 1:
            return True
        lengths = {len(x) if _depth(x) and isinstance(x, Sized) else 0 for x in X}
        return len(lengths) > 1 or (n_channels == 1 and lengths != {1})
    is_series = getattr(X, "ndim", None) == 1 and hasattr(X, "dtype")
    if not is_series or X.dtype != object or not len(X):
        return False
    return _depth(next(iter(X))) > 0


class RaggedSamples:
    """Samples of shape (..., n_channels) that may differ in all but the channels.

    Parameters
    ----------
    X : list, tuple, object array or pandas Series of array-likes
        The samples; one-dimensional ones have one channel.
    n_channels : int or None
        Number of channels seen in fit; None takes that of the first sample.

    Raises
    ------
    ValueError
        If a sample holds something other than finite numbers and NaN, or has another
        number of channels.
    """

    def __init__(self, X: Any, n_channels: int | None = None):
        self.X = X
        _check_names(X)
        self.arrays = [_as_array(x, position) for position, x in enumerate(X)]
        self.n_samples = len(self.arrays)
        self.n_channels = n_channels or _channels(self.arrays[0])
        for position, array in enumerate(self.arrays):
            if _channels(array) != self.n_channels:
                raise ValueError(
                    f"Sample {position} of X has {_channels(array)} channels, expected "
                    f"{self.n_channels}: give samples of shape (time, "
                    f"{self.n_channels}), empty ones too.{_other_axes(self.arrays)}"
                )
        self.has_time = all(array.ndim <= 2 for array in self.arrays)
        self.dtype = np.result_type(*{array.dtype for array in self.arrays})
        self.n_rows = sum(array.size for array in self.arrays) // self.n_channels

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
        self._check_not_empty()
        for group in self._groups():
            rows = self._concatenate(group)
            if len(rows) == 0:
                continue
            if weights is None:
                yield rows, None
            else:
                yield rows, np.repeat(weights[group], self._lengths(group))

    def rows(self) -> np.ndarray:
        """Return all rows at once."""
        self._check_not_empty()
        return self._concatenate(slice(None))

    def sequences(self) -> list[np.ndarray]:
        """Return every sample as an array (..., channels)."""
        return [array[:, None] if array.ndim == 1 else array for array in self.arrays]

    def map(self, function: Callable, dtype: Any, *, in_place: bool = False) -> Any:
        """Apply a function of rows to groups of samples and restore their shapes.

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
        list, object array or pandas Series
            As given, of arrays.
        """
        results = []
        for group in self._groups():
            rows = self._concatenate(group)
            rows = function(rows) if len(rows) else rows
            parts = np.split(rows, np.cumsum(self._lengths(group))[:-1])
            for array, part in zip(self.arrays[group], parts, strict=True):
                if not (in_place and array.dtype == dtype and array.flags.writeable):
                    array = np.empty(array.shape, dtype)
                array[...] = part.reshape(array.shape)
                results.append(array)
        return self._as_given(results)

    def apply(self, function: Callable) -> Any:
        """Apply a function of arrays (time, channels) to every sample.

        Parameters
        ----------
        function : callable
            Returns a new array that may have more channels.

        Returns
        -------
        list, object array or pandas Series
            As given, of arrays.
        """
        results = []
        for array, sequence in zip(self.arrays, self.sequences(), strict=True):
            result = function(sequence)
            flat = array.ndim == 1 and result.shape[-1] == 1
            results.append(result[:, 0] if flat else result)
        return self._as_given(results)

    def _check_not_empty(self) -> None:
        if self.n_rows == 0:
            raise ValueError(
                f"The {self.n_samples} samples of X are all empty: give at least one "
                "with values to learn from."
            )

    def _as_given(self, arrays: list[np.ndarray]) -> Any:
        if isinstance(self.X, list | tuple):
            return arrays
        values = np.empty(len(arrays), dtype=object)
        # One by one: NumPy would stack arrays of equal shape.
        for position, array in enumerate(arrays):
            values[position] = array
        if isinstance(self.X, np.ndarray):
            return values
        return type(self.X)(values, index=self.X.index, name=self.X.name)

    def _groups(self) -> Iterator[slice]:
        """Yield slices of samples that make up a block, or exceed one alone."""
        start = size = 0
        for stop, array in enumerate(self.arrays):
            if stop > start and size + array.size > BLOCK:
                yield slice(start, stop)
                start, size = stop, 0
            size += array.size
        yield slice(start, self.n_samples)

    def _lengths(self, group: slice) -> list[int]:
        return [array.size // self.n_channels for array in self.arrays[group]]

    def _concatenate(self, group: slice, dtype: Any = None) -> np.ndarray:
        rows = [array.reshape(-1, self.n_channels) for array in self.arrays[group]]
        return fast_rows(np.concatenate(rows, dtype=dtype or self.dtype))


def _check_names(X: Any) -> None:
    """Check that data frames have the same columns in the same order."""
    first: list[Any] | None = None
    for position, sample in enumerate(X):
        columns = getattr(sample, "columns", None)
        names = None if columns is None else list(columns)
        first = names if first is None else first
        if names is not None and names != first:
            raise ValueError(
                f"Sample {position} of X has the columns {names}, and sample 0 "
                f"{first}: give the same in the same order, such as "
                f"[x[{first}] for x in X]."
            )


def _depth(x: Any, most: int = 64) -> int:
    """Return the number of dimensions, as many as NumPy has, of nested lists too."""
    if isinstance(x, list | tuple):
        return 1 + (_depth(x[0], most - 1) if x and most else 0)
    return 3 if _is_picture(x) else getattr(x, "ndim", 0)


def _is_picture(x: Any) -> bool:
    """Tell whether x is an image of PIL."""
    return hasattr(x, "__array_interface__") and not hasattr(x, "ndim")


def _channels(array: np.ndarray) -> int:
    return 1 if array.ndim == 1 else array.shape[-1]


def _other_axes(arrays: list[np.ndarray]) -> str:
    """Return what else may be meant by samples whose last axes differ."""
    if any(array.ndim != 2 for array in arrays):
        return ""
    if len({len(array) for array in arrays}) == 1:
        return " If the channels come first, give the transpose of each, x.T."
    return " If these are grey images, give each a channel, x[..., np.newaxis]."


def _as_array(x: Any, position: int) -> np.ndarray:
    try:
        array = np.asarray(x)
        if _is_picture(x) and array.ndim == 2:
            array = array[:, :, np.newaxis]
        if array.dtype == object:
            array = array.astype(float)
        valid = array.dtype.kind in "fiub" and (array.ndim == 1 or _channels(array))
    except (IndexError, OverflowError, TypeError, ValueError):
        valid = False
    if not valid:
        raise ValueError(
            f"Sample {position} of X is not an array of numbers: give arrays of shape "
            "(time, channels), or (time,) for one channel."
        )
    with np.errstate(over="ignore", invalid="ignore"):
        suspicious = array.dtype.kind == "f" and not np.isfinite(array.sum())
    if suspicious:
        assert_all_finite(array, allow_nan=True, input_name=f"sample {position}")
    return array
