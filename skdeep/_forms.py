"""Forms of X and y that no estimator takes, and warnings at the user's line."""

import inspect
import os
import warnings
from collections.abc import Iterator, Mapping, MappingView, Set, Sized
from numbers import Integral, Number, Real
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import is_classifier

from skdeep._words import numbers_expected

# Packages between a user's line and ours: pipelines, searches, callbacks.
BETWEEN = frozenset({"skdeep", "sklearn", "imblearn", "joblib", "contextlib"})
ADVICE = "give an array or a list with one value for each sample"
ADVICE_ON_X = "give an array, a data frame, or a list with an entry for each sample"
# What may look like a collection of samples, and is none, or has no order.
NO_COLLECTIONS = (str, bytes, bytearray, Mapping, MappingView, Set, type)


def check_collection(y: Any, name: str = "y") -> None:
    """Check that X or y is an ordered collection, and no single value.

    Parameters
    ----------
    y : object
        As the user gave it.
    name : str, default="y"
        What errors call it.

    Raises
    ------
    ValueError
        If it is a value, a set, a dict, a generator or a class, holds dicts, or has
        records, hidden values or no columns. None is left to scikit-learn.
    """
    advice = _advice_on(y, name)
    if y is None or (issparse(y) and y.ndim == 2):
        return
    if issparse(y):
        raise ValueError(f"{name} is a sparse array of shape {y.shape}: {advice}.")
    strange = isinstance(y, NO_COLLECTIONS)
    if strange or not (isinstance(y, Sized) or hasattr(y, "__array__")):
        raise ValueError(f"{name} is a {type(y).__name__}: {advice}.")
    if name == "X" and isinstance(y, list | tuple) and y and isinstance(y[0], Mapping):
        raise ValueError(
            f"X is a list of {type(y[0]).__name__}s, and names of columns are those of "
            "a data frame: give pandas.DataFrame(X)."
        )
    if np.ma.is_masked(y):
        cure = "X.astype(float).filled(numpy.nan), and let an Imputer come first"
        cure = cure if name == "X" else "leave these samples out"
        raise ValueError(
            f"{name} is a masked array, and {np.ma.count_masked(y)} of its values are "
            f"hidden, that is, missing: {'give ' * (name == 'X')}{cure}."
        )
    if getattr(getattr(y, "dtype", None), "kind", "") == "V":
        raise ValueError(f"{name} is an array of records or raw bytes: {advice}.")
    if name == "X" and type(y).__name__.endswith("GroupBy"):
        raise ValueError(
            f"X is a {type(y).__name__}: give [group for _, group in X], without the "
            "columns that tell the groups."
        )
    if name == "y" and getattr(getattr(y, "dtype", None), "kind", "") == "T":
        raise ValueError(
            f"{name} is an array of NumPy's StringDType, which scikit-learn does not "
            f"take: give {name}.astype(str)."
        )
    if getattr(y, "ndim", 1) == 0:
        raise ValueError(f"{name} is a single value, {y!r}: {advice}.")
    if hasattr(y, "columns") and 0 in np.shape(y)[1:]:
        raise ValueError(f"{name} has no columns: {advice}.")


def _advice_on(y: Any, name: str) -> str:
    """Return what to give in place of something that is no collection."""
    if isinstance(y, Iterator):
        return f"give list({name})"
    if name != "X":
        return ADVICE
    if isinstance(y, str | PathLike):
        return (
            f"give the data; if {str(y)!r} is the name of a file, read it before, as "
            "by pandas.read_csv(X)"
        )
    if isinstance(y, Mapping):
        # One row, columns, or samples.
        depth = max(map(_depth, y.values()), default=1)
        forms = ("pandas.DataFrame([X])", "pandas.DataFrame(X)", "list(X.values())")
        return f"give {forms[min(depth, 2)]}"
    if type(y).__name__ == "LazyFrame":
        return "give X.collect()"
    return ADVICE_ON_X


def _depth(value: Any) -> int:
    """Return the number of axes; of lists, which need not be even, at most two."""
    if not isinstance(value, list | tuple):
        return int(getattr(value, "ndim", 0))
    return 1 + any(_depth(part) for part in value[:1])


def native(X: Any) -> Any:
    """Return arrays of other libraries as NumPy's, and their columns as lists.

    Parameters
    ----------
    X : object
        Anything.

    Returns
    -------
    object
        An ndarray for what is one but by its type, such as a tensor of PyTorch; a list
        for a Series of polars; X itself if it is anything else.
    """
    if isinstance(X, np.ndarray | list | tuple) or hasattr(X, "iloc"):
        return X
    if hasattr(X, "to_list"):
        return X.to_list()
    is_array = hasattr(X, "__array__") and hasattr(X, "ndim")
    return np.asarray(X) if is_array and not hasattr(X, "columns") else X


def check_seed(random_state: Any) -> None:
    """Check what seeds something else than a fit.

    Parameters
    ----------
    random_state : int, RandomState, Generator or None
        As the user gave it.

    Raises
    ------
    ValueError
        If it is something else, or an integer that NumPy takes for no seed.
    """
    kinds = (np.random.RandomState, np.random.Generator)
    whole = isinstance(random_state, Integral)
    # NumPy's durations pass for integers.
    strange = isinstance(random_state, bool | np.timedelta64)
    is_seed = whole and not strange and 0 <= int(random_state) < 2**32
    if not (random_state is None or is_seed or isinstance(random_state, kinds)):
        raise ValueError(
            f"random_state={random_state!r} is not allowed: give an integer of at "
            "least 0 and below 2**32, a RandomState or Generator of NumPy, or None."
        )


def check_path(path: Any) -> Path:
    """Return the path of a file.

    Parameters
    ----------
    path : str or path-like
        As the user gave it.

    Returns
    -------
    Path
        The same.

    Raises
    ------
    ValueError
        If it is none.
    """
    if not isinstance(path, str | os.PathLike) or "\0" in os.fsdecode(path):
        raise ValueError(f"path={path!r} is no path of a file: give a str or a Path.")
    return Path(path)


def check_call(function: Any, name: str, *args: Any, **kwargs: Any) -> None:
    """Check, without a call, that a user's function takes what it will be given.

    Parameters
    ----------
    function : callable
        Any; nothing is said of those whose parameters are not known.
    name : str
        What errors call it.
    *args, **kwargs : object
        What it will be given.

    Raises
    ------
    ValueError
        If it takes something else.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        named = [f"{key}=..." for key in kwargs]
        call = ", ".join([type(value).__name__ for value in args] + named)
        raise ValueError(
            f"{name} is called with ({call}), but takes {signature} ({error}): give a "
            "function of these."
        ) from error


def check_values(y: Any, owner: Any) -> None:
    """Check that values of y are there, are values, and can be told apart.

    Parameters
    ----------
    y : array-like
        A target for each sample, or several.
    owner : estimator
        Named in errors.

    Raises
    ------
    ValueError
        If a target is missing or is a collection, or if classes are of several types.
    """
    check_collection(y)
    values = _objects(y)
    if values is None:
        check_known(y)
        return
    name, kinds = type(owner).__name__, {type(value) for value in values}
    collections = (list, tuple, Mapping, Set, np.ndarray)
    strangers = [kind for kind in kinds if issubclass(kind, collections)]
    if strangers:
        i = next(i for i, v in enumerate(values) if type(v) is strangers[0])
        raise ValueError(
            f"y holds a {strangers[0].__name__} for sample {i}, and {name} takes one "
            f"value for each: {ADVICE}, a number, a string or a truth value."
        )
    check_known(y)
    if is_classifier(owner):
        if len({_kind(t) for t in kinds}) > 1:
            names = ", ".join(sorted(t.__name__ for t in kinds))
            raise ValueError(
                f"y holds classes of different types ({names}): give strings or "
                "numbers throughout, such as [str(label) for label in y]."
            )
        return
    others = [t for t in kinds if not issubclass(t, str | bytes | Number | np.generic)]
    others = [t for t in others if not hasattr(t, "__float__")]
    if others and not hasattr(y, "dtype"):
        raise ValueError(
            f"y holds a {others[0].__name__}, and {name} predicts numbers: give "
            "numbers."
        )


def _objects(y: Any) -> list[Any] | None:
    """Return the values of lists and of arrays of objects, None of all others."""
    if isinstance(y, list | tuple):
        rows = [isinstance(v, list | tuple | np.ndarray) for v in y]
        if not all(rows):
            return list(y)
        if any(isinstance(v, np.ndarray) for v in y):
            return None
        inner = [value for row in y for value in row]
        # Rows of rows are told apart elsewhere.
        nested = any(isinstance(v, list | tuple | np.ndarray) for v in inner)
        return None if nested else inner
    dtypes = getattr(y, "dtypes", getattr(y, "dtype", None))
    if dtypes is None or isinstance(dtypes, np.dtype):
        array = y if isinstance(y, np.ndarray) else None
        if array is None and dtypes is not None and dtypes.kind == "O":
            array = np.asarray(y, dtype=object)
        if array is None or array.dtype.kind != "O":
            return None
    else:
        # Columns of several types, and types of pandas and polars.
        with numbers_expected("y"):
            array = np.asarray(y, dtype=object)
    values = array.ravel().tolist()
    is_collection = [isinstance(v, list | tuple | np.ndarray) for v in values]
    return None if values and all(is_collection) else values


def plain_classes(y: Any) -> Any:
    """Return objects that are all truth values, or all numbers, in their own type.

    Parameters
    ----------
    y : array-like
        Classes or labels, such as those of a column of mixed types.

    Returns
    -------
    array-like
        An array; or y itself, if it holds something else.
    """
    dtypes = getattr(y, "dtypes", getattr(y, "dtype", None))
    if (
        dtypes is None
        or isinstance(y, type)
        or issparse(y)
        or getattr(y, "ndim", 1) > 2
    ):
        return y
    with numbers_expected("y"):
        values = np.asarray(y)
    if values.dtype != object:
        # Types of pandas, which scikit-learn turns into floats.
        is_numpy = isinstance(dtypes, np.dtype) or values.dtype.kind not in "biu"
        return y if is_numpy else values
    kinds = {type(value) for value in values.ravel().tolist()}
    for group, dtype in (((bool, np.bool_), bool), (Integral, np.int64), (Real, float)):
        if kinds and all(issubclass(kind, group) for kind in kinds):
            is_mixed = dtype is not bool and bool in kinds
            return y if is_mixed else values.astype(dtype)
    return y


def check_known(y: Any) -> None:
    """Check that no target is missing, in whatever form."""
    if y is None or issparse(y):
        return
    # In a list of strings NumPy would spell NaN out.
    is_list = isinstance(y, list | tuple)
    with numbers_expected("y"):
        values = np.array(y, dtype=object) if is_list else np.asarray(y)
    where = np.argwhere(is_missing(values))
    if len(where):
        n_missing = len(np.unique(where[:, 0]))
        raise ValueError(
            f"Input y contains NaN or None: the target of {n_missing} samples is "
            f"missing, the first of them sample {where[0, 0]}: leave these samples out."
        )


def is_missing(values: np.ndarray) -> np.ndarray:
    """Return where an array holds NaN, None, NA or NaT."""
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind in "mM":
        return np.isnat(values)
    if values.dtype.kind != "O":
        return np.zeros(values.shape, dtype=bool)
    # Spares an import where there are no objects.
    import pandas as pd

    return np.asarray(pd.isna(values))


def _kind(kind: type) -> type:
    if issubclass(kind, np.bool_):
        return Number
    return next((t for t in (str, Number) if issubclass(kind, t)), kind)


def warn_user(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn, and name the line from which the libraries were called.

    Parameters
    ----------
    message : str
        What is wrong, and what to do.
    category : type, default=UserWarning
        Kind of the warning.
    """
    level, frame = 1, inspect.currentframe()
    while frame is not None and _package(frame) in BETWEEN:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level if frame is not None else 2)


def _package(frame: Any) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
