"""Arguments of reports and pictures, checked before anything is drawn."""

from collections.abc import Sized
from numbers import Integral, Real
from typing import Any

import numpy as np
from scipy.sparse import issparse

from skdeep._forms import check_collection
from skdeep._words import numbers_expected


def read_numbers(values: Any, name: str, *ranks: int) -> np.ndarray:
    """Return numbers as an array of floats, or of what other numbers they are.

    Parameters
    ----------
    values : array-like
        As the user gave them.
    name : str
        What errors call them.
    *ranks : int
        Numbers of axes that they may have.

    Returns
    -------
    ndarray
        Not empty.

    Raises
    ------
    ValueError
        If they are no numbers, have other axes, or there are none.
    """
    axes = " or ".join(map(str, ranks))
    wanted = f"give an array of numbers with {axes} axes"
    if values is None:
        raise ValueError(f"{name} is None: {wanted}.")
    check_collection(values, name)
    with numbers_expected(name):
        array = np.asarray(values)
        if array.dtype.kind == "c":
            raise ValueError(f"{name} holds complex numbers: {wanted}.")
        if array.dtype.kind not in "biuf":
            array = array.astype(float)
    if array.ndim not in ranks or not array.size:
        raise ValueError(f"{name} has the shape {array.shape}: {wanted}.")
    return array


def check_integer(value: Any, name: str, low: int, high: int) -> None:
    """Check that a value is None or an integer within bounds.

    Parameters
    ----------
    value : object
        As the user gave it.
    name : str
        What errors call it.
    low, high : int
        Least and largest value.

    Raises
    ------
    ValueError
        If it is something else.
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not (value is None or (whole and low <= int(value) <= high)):
        raise ValueError(
            f"{name}={value!r} is not allowed: give an integer from {low} to {high}, "
            "or None."
        )


def check_number(value: Any, name: str) -> None:
    """Check that a value is None or a finite number.

    Parameters
    ----------
    value : object
        As the user gave it.
    name : str
        What errors call it.

    Raises
    ------
    ValueError
        If it is something else.
    """
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not (value is None or (number and abs(value) <= np.finfo(np.float64).max)):
        raise ValueError(f"{name}={value!r} is not allowed: give a number, or None.")


def check_names(values: Any, name: str, count: int) -> None:
    """Check that there are as many names as things to be named, or None.

    Parameters
    ----------
    values : sequence or None
        As the user gave them.
    name : str
        What errors call them.
    count : int
        How many there have to be.

    Raises
    ------
    ValueError
        If there are more or fewer.
    """
    if values is None:
        return
    if not isinstance(values, str):
        check_collection(values, name)
    if not isinstance(values, Sized) or len(values) != count:
        size = len(values) if isinstance(values, Sized) else "no"
        raise ValueError(
            f"{name} has {size} entries for {count}: give a list of one for each."
        )


def head(X: Any, n: int, name: str) -> Any:
    """Return the first samples of X.

    Parameters
    ----------
    X : array-like
        As the user gave it.
    n : int
        How many.
    name : str
        What errors call it.

    Returns
    -------
    array-like
        In the type of X, or an array.

    Raises
    ------
    ValueError
        If it holds no samples in an order.
    """
    if X is None:
        raise ValueError(f"{name} is None: give samples.")
    check_collection(X, name)
    if issparse(X):
        return X.tocsr()[:n]
    if hasattr(X, "iloc"):
        return X.iloc[:n]
    if not isinstance(X, list | tuple) and not hasattr(X, "columns"):
        with numbers_expected(name):
            X = np.atleast_1d(np.asarray(X))
    return X[:n]
