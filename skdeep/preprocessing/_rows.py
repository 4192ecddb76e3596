"""Rows of channels: how many at a time, and in which layout."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from skdeep._words import are_words_of_numpy, is_of_polars, say_what_is_no_number

# Elements in a block: few enough to stay in the L2 cache.
BLOCK = 1 << 18

# With few channels, NumPy is slow on rows (its inner loops run over the channels) and
# fast on columns.
FEW_CHANNELS = 16

Block = tuple[np.ndarray, np.ndarray | None]


def fast_rows(rows: np.ndarray) -> np.ndarray:
    """Return rows in the layout in which their columns are fast to work on.

    Parameters
    ----------
    rows : ndarray of shape (n, n_channels)
        Any layout.

    Returns
    -------
    ndarray of shape (n, n_channels)
        The same rows, copied only if they have another layout.
    """
    few = rows.shape[1] < FEW_CHANNELS
    return np.asfortranarray(rows) if few else np.ascontiguousarray(rows)


def check_output(function: Callable, dtype: Any, n_channels: int) -> Any:
    """Find out, on one row, what a function of rows returns.

    Parameters
    ----------
    function : callable
        From rows to rows.
    dtype : dtype
        Type of the rows.
    n_channels : int
        Number of columns.

    Returns
    -------
    dtype
        Type of the result.

    Raises
    ------
    ValueError
        If it returns data frames.
    """
    result = function(np.zeros((1, n_channels), dtype=dtype))
    if not isinstance(result, np.ndarray):
        raise ValueError(
            "X holds sequences or images, which do not fit into the data frame that "
            "set_output or sklearn.set_config(transform_output=...) asks for: call "
            "set_output(transform='default') on this transformer."
        )
    return result.dtype


@contextmanager
def explained(X: Any) -> Iterator[None]:
    """Turn what NumPy says of numbers inside of the block into an error that tells why.

    Parameters
    ----------
    X : ndarray, DataFrame, Samples, or what else holds the data
        What is computed with.

    Raises
    ------
    ValueError
        If numbers become larger than their type can hold, or are none at all.
    """
    try:
        with np.errstate(over="raise", invalid="ignore"), warnings.catch_warnings():
            # Of a column without any value nothing is known, and NaN says so.
            warnings.filterwarnings("ignore", "All-NaN slice")
            yield
    except (FloatingPointError, OverflowError) as error:
        raise ValueError(
            f"{_largest(X)} holds values whose sums, squares or differences are beyond "
            "the range of its type: divide it by a large number first, take its "
            "logarithm, or give float64 in place of float32."
        ) from error
    except Exception as error:
        if is_of_polars(error):
            say_what_is_no_number(error, "X")
        if not str(error).startswith("setting an array element"):
            if are_words_of_numpy(error):
                if hasattr(X, "select_dtypes"):
                    names = X.select_dtypes(exclude=["number", "bool"]).columns
                    raise ValueError(
                        f"X has columns that are not numbers, {names.tolist()}: leave "
                        "them out, or take make_tabular_pipeline, which encodes them."
                    ) from error
                say_what_is_no_number(error, "X")
            raise
        raise ValueError(
            "X holds collections where single values are expected: give a table of "
            "numbers and strings, or sequences as a list of arrays."
        ) from error


def _largest(X: Any) -> str:
    """Return what a message calls the column or channel with the largest values."""
    if hasattr(X, "blocks"):
        parts = [rows for rows, _ in X.blocks()]
    else:
        parts = [np.asarray(X)] if getattr(X, "ndim", 0) == 2 else []
    if not parts or parts[0].dtype.kind not in "iuf":
        return "X"
    largest = np.max([np.nanmax(np.abs(part), axis=0) for part in parts], axis=0)
    position = int(np.nanargmax(largest))
    if hasattr(X, "columns"):
        return f"Column {X.columns[position]!r} of X"
    return f"{'Channel' if hasattr(X, 'blocks') else 'Column'} {position} of X"
