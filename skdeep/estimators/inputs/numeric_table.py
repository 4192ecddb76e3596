"""Tables of numbers: arrays, sparse matrices and data frames."""

from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import validate_data

from skdeep._forms import check_collection
from skdeep._words import explain_numbers
from skdeep.estimators.protocols import Inputs


class NumericTable(Inputs):
    """Numbers, (n_samples, n_features), as they come.

    Parameters
    ----------
    sparse : bool, default=False
        Whether a sparse matrix is accepted.
    """

    def __init__(self, sparse: bool = False):
        self.sparse = sparse

    def describe(self, tags):
        tags.sparse = self.sparse

    def read(self, X, owner, dtype, *, reset=False):
        if type(X) is not np.ndarray or X.ndim != 2:
            check_collection(X, "X")
        try:
            # Infinities, and numbers beyond float32, are an error of scikit-learn's,
            # without a warning.
            with np.errstate(over="ignore", invalid="ignore"):
                X = validate_data(
                    owner,
                    X,
                    accept_sparse="csr" if self.sparse else False,
                    dtype=dtype,
                    reset=reset,
                )
        except Exception as error:
            # Of types that are the own of pandas, polars or others, too.
            explain_text(X, error)
            explain_words(X, error)
            explain_gaps(error)
            explain_axes(error)
            explain_numbers(error, "X")
            raise
        if reset and issparse(X) and owner.augment is not None:
            raise ValueError(
                f"augment={owner.augment!r} changes numbers in their places, and a "
                "sparse X has none for its zeros: leave it out, or give X.toarray()."
            )
        return X


def explain_text(X: Any, error: Exception) -> None:
    """Say what to do with texts, of which no table was made.

    Parameters
    ----------
    X : object
        What was given.
    error : Exception
        What came of it.

    Raises
    ------
    ValueError
        If the first entry of X is a string.
    """
    is_series = isinstance(X, list | tuple) or getattr(X, "ndim", 0) == 1
    first = next(iter(X), None) if is_series else None
    if isinstance(first, str):
        raise ValueError(
            f"X holds text, {str(first)!r}, and no columns: let a TfidfVectorizer of "
            "scikit-learn come before an MLP, or make sequences by "
            "skdeep.preprocessing.SequenceVectorizer and take an RNNClassifier or "
            "RNNRegressor with embedding_dim. If it is one column of a table, give "
            "X.to_frame()."
        ) from error


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


def explain_gaps(error: Exception) -> None:
    """Say what to do with missing numbers, where scikit-learn points elsewhere.

    Parameters
    ----------
    error : Exception
        What came of a table.

    Raises
    ------
    ValueError
        If NaN was what was wrong.
    """
    if "contains NaN" in str(error):
        raise ValueError(
            "Input X contains NaN: set categorical_features='from_dtype' (or [] for "
            "numbers alone), which fills gaps inside, take a TabularClassifier or "
            "TabularRegressor, or let skdeep.preprocessing.Imputer() come first."
        ) from error


def explain_axes(error: Exception) -> None:
    """Say who takes samples with axes of their own, if that was what was wrong.

    Parameters
    ----------
    error : Exception
        What came of a table.

    Raises
    ------
    ValueError
        If there were too many axes.
    """
    if "Found array with dim" in str(error):
        raise ValueError(
            f"{error} It takes a table: give images and series to a CNNClassifier or "
            "CNNRegressor, sequences and codes of text to an RNNClassifier or "
            "RNNRegressor; or flatten them, X.reshape(n, -1)."
        ) from error
