"""Sequences of symbols: characters or words of strings, and symbols in lists."""

from typing import Any

import numpy as np
from scipy.sparse import issparse

from skdeep._forms import check_collection
from skdeep._frames import to_pandas
from skdeep._words import numbers_expected

# What the symbols of a sample are: the characters or words of a string, or the entries
# of a list or array.
UNITS = ("char", "word", "token")
# Whole numbers from here on are beyond the type that symbols have.
LARGEST = 2.0**63


def read_symbols(values: Any, unit: str, name: str) -> list[np.ndarray]:
    """Return the symbols of each sample.

    Parameters
    ----------
    values : list, tuple, ndarray, pandas Series, or DataFrame of one column of strings
        Strings, or sequences of symbols; rows of a table are sequences too.
    unit : {"char", "word", "token"}
        What the symbols are.
    name : str
        How errors call the values.

    Returns
    -------
    list of ndarray of shape (n_symbols,)
        Strings, integers or truth values.

    Raises
    ------
    ValueError
        If a sample is of another kind, or has no symbols.
    """
    arrays: list[np.ndarray] = []
    for position, sample in enumerate(samples_of(values, name)):
        if isinstance(sample, str) != (unit != "token"):
            wanted = "a sequence of symbols" if unit == "token" else "a string"
            raise ValueError(
                f"Sample {position} of {name} is {sample!r}, and {unit!r} asks for "
                f"{wanted}: give samples of one kind, and the unit that they have."
            )
        if unit == "token":
            array = _as_symbols(sample, position, name)
        else:
            array = np.array(list(sample) if unit == "char" else sample.split())
        if not array.size:
            raise ValueError(
                f"Sample {position} of {name} is empty: leave it out, or give it at "
                "least one symbol."
            )
        if arrays and (array.dtype.kind == "U") != (arrays[0].dtype.kind == "U"):
            raise ValueError(
                f"Sample {position} of {name} holds {array[0].item()!r}, and the first "
                f"one {arrays[0][0].item()!r}: give strings alone, or numbers alone."
            )
        arrays.append(array)
    if not arrays:
        raise ValueError(f"{name} is empty: give at least one sample.")
    return arrays


def samples_of(values: Any, name: str) -> Any:
    """Return what can be asked for one sample after the other."""
    if isinstance(values, str):
        raise ValueError(f"{name} is one string: give a list of strings.")
    check_collection(values, name)
    if values is None or issparse(values):
        raise ValueError(
            f"{name} is {'None' if values is None else 'a sparse matrix'}: give a list "
            "of strings, or of sequences of symbols."
        )
    values = to_pandas(values)
    if not isinstance(values, list | tuple):
        with numbers_expected(name):
            values = np.asarray(values)
    if getattr(values, "ndim", 1) == 2 and values.shape[1] == 1 and holds_text(values):
        return values[:, 0]
    return values


def holds_text(values: Any) -> bool:
    """Tell whether the first sample, or all there is, is a string."""
    return isinstance(values, str) or isinstance(_first(values), str)


def holds_symbols(values: Any) -> bool:
    """Tell whether the first sample is a string, or a sequence of strings."""
    if isinstance(values, np.ndarray) and values.ndim != 1:
        kind = values.dtype.kind
        return kind in "US" or isinstance(_first(values), str)
    first = _first(values)
    if isinstance(first, list | tuple | np.ndarray) and len(first):
        first = first[0]
    return isinstance(first, str)


def holds_numbers(values: Any) -> bool:
    """Tell whether a sample, which is no string, holds a float."""
    if hasattr(values, "iloc"):
        values = values.to_numpy()
    if hasattr(values, "__array__") and not hasattr(values, "dtype"):
        with numbers_expected("X"):
            values = np.asarray(values)
    if hasattr(values, "dtype") and values.dtype != object:
        return values.dtype.kind in "fc"
    if isinstance(values, str) or not np.iterable(values):
        return False
    return any(_is_float(sample) for sample in values)


def _is_float(sample: Any, depth: int = 2) -> bool:
    """Tell whether a sample, of steps of numbers at the deepest, holds a float."""
    if isinstance(sample, str):
        return False
    if isinstance(sample, np.ndarray) and sample.dtype != object:
        return sample.dtype.kind == "f" and sample.size > 0
    if isinstance(sample, list | tuple | np.ndarray):
        # A list may hold itself.
        return depth > 0 and any(_is_float(value, depth - 1) for value in sample)
    return isinstance(sample, float | np.floating)


def positions(rows: np.ndarray, symbols: np.ndarray) -> np.ndarray:
    """Return where each row is among sorted symbols; -1 where it is not."""
    if (rows.dtype.kind == "U") != (symbols.dtype.kind == "U"):
        return np.full(len(rows), -1)
    index = np.searchsorted(symbols, rows).clip(max=len(symbols) - 1)
    return np.where(symbols[index] == rows, index, -1)


def _first(values: Any) -> Any:
    if hasattr(values, "iloc"):
        values = values.to_numpy()
    if isinstance(values, np.ndarray):
        values = np.asarray(values)
        return values.flat[0] if values.size and values.dtype.kind in "OUS" else None
    return next(iter(values), None) if isinstance(values, list | tuple) else None


def _as_symbols(sample: Any, position: int, name: str) -> np.ndarray:
    is_text = False
    if not isinstance(sample, np.ndarray) or sample.dtype == object:
        sample = list(sample) if np.iterable(sample) else sample
        if isinstance(sample, list) and sample:
            text = {isinstance(value, str) for value in sample}
            if len(text) > 1:
                raise ValueError(
                    f"Sample {position} of {name} mixes strings and other values: "
                    "give symbols of one type."
                )
            is_text = text == {True}
    with numbers_expected(f"Sample {position} of {name}"):
        array = np.asarray(sample)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or not (is_text or array.dtype.kind in "biufU"):
        raise ValueError(
            f"Sample {position} of {name} is {sample!r}, not a sequence of symbols: "
            "give strings, or lists or arrays of strings or of integers."
        )
    if array.dtype.kind == "f":
        wrong = ~((array == np.floor(array)) & (abs(array.astype(float)) < LARGEST))
        if wrong.any():
            raise ValueError(
                f"Sample {position} of {name} holds {array[wrong][0]}, which is no "
                "symbol: give strings or integers."
            )
        if array.size:
            array = array.astype(np.int64)
    return array
