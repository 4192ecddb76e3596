"""Classes of samples, in every form that they are given in."""

from collections.abc import Sized
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import issparse

from skdeep._forms import check_collection
from skdeep._frames import to_pandas


def read_labels(y: Any) -> Any:
    """Check that y has one class for each sample.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        The classes; or one column for each class, as an array.

    Returns
    -------
    array-like
        y itself; of polars, a Series of pandas; of sparse matrices, an array, of sparse
        columns of pandas, dense ones.

    Raises
    ------
    ValueError
        If a class is missing, a collection, or of another type than others.
    """
    check_collection(y)
    if issparse(y):
        y = y.toarray()
    y = np.asarray(y) if isinstance(y, memoryview) else to_pandas(y)
    if hasattr(y, "iloc") and hasattr(y, "sparse"):
        # imbalanced-learn makes a matrix of it, of which no rows can be taken.
        y = y.sparse.to_dense()
    labels = _one_by_one(y)
    if labels is None:
        return y
    for position, label in enumerate(labels):
        if isinstance(label, Sized) and not isinstance(label, str | bytes):
            raise ValueError(
                f"y holds a {type(label).__name__} for sample {position}: give one "
                "class for each sample, a number, a string or a truth value. Classes "
                "of steps cannot be resampled; one-hot classes are given as an array."
            )
    missing = np.flatnonzero(pd.isna(labels))
    if len(missing):
        raise ValueError(
            f"Input y contains NaN or None: the class of {len(missing)} samples is "
            f"missing, the first of them sample {missing[0]}: leave these samples out, "
            "or give their class."
        )
    kinds = {_kind(label) for label in labels}
    if kinds == {object}:
        raise ValueError(
            "y holds objects that are no classes: give a number, a string or a truth "
            "value for each sample."
        )
    if len(kinds) > 1:
        names = sorted({type(label).__name__ for label in labels})
        raise ValueError(
            f"y holds classes of different types ({', '.join(names)}): give strings "
            "or numbers throughout, such as [str(label) for label in y]."
        )
    return y


def _kind(label: Any) -> type:
    return next((t for t in (str, Number) if isinstance(label, t)), type(label))


def _one_by_one(y: Any) -> np.ndarray | None:
    """Return the labels of objects, None for arrays and for what is no collection."""
    if isinstance(y, list | tuple):
        labels = np.empty(len(y), dtype=object)
        for position, label in enumerate(y):
            labels[position] = label
        return labels
    if isinstance(y, pd.DataFrame) and y.shape[1] > 1:
        plain = all(getattr(dtype, "kind", "O") in "biuf" for dtype in y.dtypes)
        return None if plain else y.to_numpy(dtype=object).ravel()
    if isinstance(y, pd.DataFrame) and y.shape[1] == 1:
        y = y.iloc[:, 0]
    if isinstance(y, pd.Series):
        return y.to_numpy(dtype=object)
    if isinstance(y, np.ndarray) and (y.ndim == 1 or y.shape[1:] == (1,)):
        return y.ravel() if y.dtype.kind in "fmMO" else None
    return None
