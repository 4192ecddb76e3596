"""Columns of a frame: their types, which are categorical, and what to warn of."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array

from skdeep._forms import check_collection, warn_user
from skdeep._frames import infer_types, to_pandas
from skdeep.estimators.inputs.numeric_table import explain_axes, explain_text

LARGEST_AUTO_DIM = 50
# A column is one of identifiers from so many rows on, of that share of distinct ones.
MANY_ROWS, DISTINCT = 50, 0.9
# So many strings, nearly all of them written numbers, are no names of kinds.
MANY_KINDS, WRITTEN = 20, 0.95
# Digits with signs, separators, a currency before or a unit behind; no code such as
# 007 or a date.
NUMBER = re.compile(
    r"[-+(]?\s*[^\w\s\d.,]?\s*"
    r"(0|[1-9]\d*|[1-9]\d{0,2}([,.'\s]\d{3})+)([.,]\d+)?(e[-+]?\d+)?"
    r"\s*(%|[^\W\d]{1,3}|[^\w\s])?\)?",
    re.IGNORECASE,
)


def choose_dim(embedding_dim: int | str, n_codes: int) -> int:
    """Return the length of the vectors of a column with that many codes."""
    if isinstance(embedding_dim, str):
        return min(LARGEST_AUTO_DIM, round(1.6 * n_codes**0.56))
    return embedding_dim


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
    check_collection(X, "X")
    X = to_pandas(X)
    if not isinstance(X, pd.DataFrame):
        # NumPy makes strings of numbers that stand beside strings in a list.
        dtype = object if isinstance(X, list | tuple) else None
        try:
            X = pd.DataFrame(check_array(X, dtype=dtype, ensure_all_finite=False))
        except ValueError as error:
            explain_text(X, error)
            explain_axes(error)
            raise
    return infer_types(X)


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
        # A position that is not there is near no other one.
        names = [] if known == range(n_features) else list(map(str, known))
        close = get_close_matches(str(strangers[0]), names, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"categorical_features has {strangers[0]!r}, which is not a column of X: "
            f"give names of columns of a data frame, or positions from 0 to "
            f"{n_features - 1}.{hint}"
        )
    chosen = set(chosen.tolist())
    return np.array([c in chosen for c in known], dtype=bool)


def warn_of_identifiers(
    names: Sequence[Any], categories: Sequence[np.ndarray], n_present: np.ndarray
) -> None:
    """Warn of columns that tell nearly every row from every other.

    Parameters
    ----------
    names : sequence of str
        Of the categorical columns.
    categories : sequence of ndarray
        Distinct values of each.
    n_present : ndarray of int of shape (n_columns,)
        How many values of each are not missing.
    """
    strange = [
        name
        for name, n, distinct in zip(names, n_present, categories, strict=True)
        if n >= MANY_ROWS and len(distinct) > DISTINCT * n
    ]
    if strange:
        warn_user(
            f"Categories in {strange} are different in nearly every row: learned "
            "by heart, they tell nothing of new rows, in a large embedding. Leave "
            "identifiers out, and make features of texts and dates."
        )


def warn_of_written_numbers(categories: Mapping[Any, np.ndarray]) -> None:
    """Warn of columns of strings that are numbers as people write them.

    Parameters
    ----------
    categories : dict of str to ndarray
        Distinct values of the columns that are categorical only as they hold strings.
    """
    for name, distinct in categories.items():
        texts = [value for value in distinct.tolist() if isinstance(value, str)]
        if len(texts) < MANY_KINDS:
            continue
        written = [text for text in texts if NUMBER.fullmatch(text.strip())]
        if len(written) > WRITTEN * len(texts):
            warn_user(
                f"Column {name!r} holds strings that look like numbers, such as "
                f"{written[0]!r}, and each of the {len(texts)} is taken for a category "
                "of its own: make numbers of them, as by pandas.to_numeric after "
                "removing signs and units; or, if they are names of kinds, say so by "
                "astype('category')."
            )
