"""Data frames: their types, their columns, and what is wrong with them."""

from difflib import get_close_matches
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array


def read_frame(X: Any) -> Any:
    """Return a table as a data frame whose types tell numbers from other things.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_features)
        The table; not changed.

    Returns
    -------
    pandas.DataFrame
        Columns of objects that are all numbers have become numbers.
    """
    import pandas as pd

    if issparse(X):
        raise ValueError(
            "A sparse matrix cannot be taken with categorical_features, as its zeros "
            "would be categories: give a data frame or a dense array."
        )
    if not isinstance(X, pd.DataFrame):
        # NumPy makes strings of numbers that stand beside strings in a list.
        dtype = object if isinstance(X, list | tuple) else None
        X = pd.DataFrame(check_array(X, dtype=dtype, ensure_all_finite=False))
    return X.infer_objects()


def explain_words(X: Any, error: Exception) -> None:
    """Say what to do with a data frame whose words or dates were taken for numbers.

    Parameters
    ----------
    X : object
        What was given.
    error : Exception
        What came of it.

    Raises
    ------
    ValueError
        If X is a data frame, and words or dates are what was wrong.
    """
    signs = ("could not convert string", "could not be promoted")
    if hasattr(X, "select_dtypes") and any(sign in str(error) for sign in signs):
        names = X.select_dtypes(exclude=["number", "bool"]).columns.tolist()
        raise ValueError(
            f"X has columns that are not numbers, {names}: set "
            "categorical_features='from_dtype' to learn from them as they are, or "
            "encode them before, as make_tabular_pipeline does."
        ) from error


def find_columns(frame: Any, chosen: Any) -> np.ndarray:
    """Return a mask of the categorical columns.

    Parameters
    ----------
    frame : DataFrame
        The table.
    chosen : "from_dtype" or array-like
        The hyperparameter ``categorical_features``: names, positions or a mask.

    Returns
    -------
    ndarray of bool of shape (n_features,)
        True for categorical columns.
    """
    if isinstance(chosen, str):
        from skdeep.preprocessing.tabular import find_categories

        return find_categories(frame)
    chosen, n_features = np.array(chosen), frame.shape[1]
    if chosen.dtype.kind == "b":
        if len(chosen) != n_features:
            raise ValueError(
                f"categorical_features is a mask of {len(chosen)} entries, and X has "
                f"{n_features} features: give one entry for each."
            )
        return chosen
    known = range(n_features) if chosen.dtype.kind in "iu" else list(frame.columns)
    strangers = [c for c in chosen.tolist() if c not in known]
    if strangers:
        close = get_close_matches(str(strangers[0]), map(str, known), n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"categorical_features has {strangers[0]!r}, which is not a column of X: "
            f"give names of columns of a data frame, or positions from 0 to "
            f"{n_features - 1}.{hint}"
        )
    chosen = set(chosen.tolist())
    return np.array([c in chosen for c in known], dtype=bool)
