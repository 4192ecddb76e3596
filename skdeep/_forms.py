"""Forms of y that no estimator takes."""

import inspect
import os
from collections.abc import Mapping, MappingView, Set, Sized
from numbers import Integral, Number, Real
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import is_classifier

from skdeep._words import numbers_expected

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
        If it is a value, a set, a dict, a generator or a class, or has records or no
        columns. None is left to scikit-learn.
    """
    advice = ADVICE_ON_X if name == "X" else ADVICE
    if y is None or (issparse(y) and y.ndim == 2):
        return
    if issparse(y):
        raise ValueError(f"{name} is a sparse array of shape {y.shape}: {advice}.")
    strange = isinstance(y, NO_COLLECTIONS)
    if strange or not (isinstance(y, Sized) or hasattr(y, "__array__")):
        raise ValueError(f"{name} is a {type(y).__name__}: {advice}.")
    if getattr(getattr(y, "dtype", None), "kind", "") == "V":
        raise ValueError(f"{name} is an array of records or raw bytes: {advice}.")
    if name == "y" and getattr(getattr(y, "dtype", None), "kind", "") == "T":
        raise ValueError(
            f"{name} is an array of NumPy's StringDType, which scikit-learn does not "
            f"take: give {name}.astype(str)."
        )
    if getattr(y, "ndim", 1) == 0:
        raise ValueError(f"{name} is a single value, {y!r}: {advice}.")
    if hasattr(y, "columns") and 0 in np.shape(y)[1:]:
        raise ValueError(f"{name} has no columns: {advice}.")


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
