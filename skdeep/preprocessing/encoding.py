"""Codes for categories."""

from collections.abc import Sized
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.preprocessing import OrdinalEncoder
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeep._forms import check_collection, warn_user
from skdeep._frames import infer_types, to_pandas
from skdeep._learned import all_or_nothing
from skdeep._links import LinkedToDocumentation
from skdeep.preprocessing._rows import explained

# The codes before those of the categories.
MISSING, UNSEEN, FIRST = 0, 1, 2
# Below so many values, a few new categories say nothing about a column.
FEWEST = 3


class CategoricalEncoder(
    LinkedToDocumentation, OneToOneFeatureMixin, TransformerMixin, BaseEstimator
):
    """Turn categories into the codes that an embedding looks up.

    Every feature becomes integers from 0 to its number of categories plus 1: 0 is
    missing, 1 is a category that was not there in fit, and the categories follow from
    2 on, in sorted order. Unlike with :class:`sklearn.preprocessing.OrdinalEncoder`,
    no code is negative, and missing values have their own code even if there were
    none in fit.

    Attributes
    ----------
    categories_ : list of ndarray
        The categories of each feature; ``categories_[j][i]`` has the code i + 2.
    cardinalities_ : ndarray of shape (n_features,)
        Number of codes of each feature, missing and unseen included: the number of
        rows that its embedding needs.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the columns, if X was a data frame.

    See Also
    --------
    Imputer : Gives missing strings a class of their own and leaves them strings.
    sklearn.preprocessing.OneHotEncoder : One column for each category.

    Notes
    -----
    Missing is NaN, None or ``pandas.NA``. The codes have no order that means anything:
    do not scale them, and do not feed them to a model as numbers.

    Objects that are all numbers are numbers, so that a column of them may be of any
    type in fit and afterwards; but the number 2 is not the string "2". A column most of
    whose categories were not there in fit is pointed out by a warning.

    No training row has the code of unseen categories, so that an embedding learns
    nothing about it.

    Examples
    --------
    >>> import pandas as pd
    >>> from skdeep.preprocessing import CategoricalEncoder
    >>> goods = pd.DataFrame({"size": ["S", None, "L"], "color": ["red", "red", "tan"]})
    >>> encoder = CategoricalEncoder().fit(goods)
    >>> encoder.transform(pd.DataFrame({"size": ["S", None], "color": ["tan", "pink"]}))
    array([[3, 3],
           [0, 1]])
    >>> encoder.cardinalities_
    array([4, 4])
    """

    @all_or_nothing
    def fit(self, X, y=None):
        """Learn the categories.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Strings, categories or numbers; each feature of one kind.
        y : None
            Ignored.

        Returns
        -------
        self : CategoricalEncoder
            The fitted encoder.
        """
        columns, _ = _read(X)
        encoder = OrdinalEncoder(
            dtype=np.int64,
            handle_unknown="use_encoded_value",
            unknown_value=UNSEEN - FIRST,
            encoded_missing_value=MISSING - FIRST,
        )
        self._encoder = encoder.set_output(transform="default").fit(columns)
        validate_data(self, X, skip_check_array=True)
        self.categories_ = [
            categories[~pd.isna(categories)] for categories in self._encoder.categories_
        ]
        self.cardinalities_ = np.array([FIRST + len(c) for c in self.categories_])
        return self

    def transform(self, X):
        """Look up the codes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Strings, categories or numbers.

        Returns
        -------
        ndarray of int of shape (n_samples, n_features)
            0 is missing, 1 is unseen in fit.
        """
        check_is_fitted(self)
        columns, missing = _read(X)
        validate_data(self, X, reset=False, skip_check_array=True)
        codes = self._encoder.transform(columns) + FIRST
        codes[missing] = MISSING
        observed = (~missing).sum(axis=0)
        unseen = (codes == UNSEEN).sum(axis=0)
        strange = (unseen > observed / 2) & (observed >= FEWEST)
        names = getattr(self, "feature_names_in_", np.arange(self.n_features_in_))
        warn_of_unseen(names[strange].tolist())
        return codes

    def inverse_transform(self, X):
        """Turn codes back into categories.

        Parameters
        ----------
        X : array-like of int of shape (n_samples, n_features)
            Codes.

        Returns
        -------
        ndarray of object of shape (n_samples, n_features)
            NaN for missing, None for unseen categories.
        """
        check_is_fitted(self)
        codes = check_array(X, dtype=np.int64)
        if codes.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {codes.shape[1]} features, but the encoder was fitted on "
                f"{self.n_features_in_}: give the codes of all of them."
            )
        if np.any((codes < 0) | (codes >= self.cardinalities_)):
            raise ValueError(
                "X has codes that transform does not give: each must be at least 0 and "
                f"below {list(map(int, self.cardinalities_))} for its feature."
            )
        tables = [np.array([np.nan, None, *c], dtype=object) for c in self.categories_]
        columns = [table[code] for table, code in zip(tables, codes.T, strict=True)]
        return np.stack(columns, axis=1)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _read(X: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the table with NaN for everything missing, and where that is."""
    check_collection(X, "X")
    X = to_pandas(X)
    if not isinstance(X, pd.DataFrame):
        # NumPy makes strings of None and numbers that stand beside strings in a list.
        dtype = object if isinstance(X, list | tuple) else None
        if dtype and len({_length(row) for row in X}) > 1:
            raise ValueError(
                "X is a list of rows of different lengths: give one value for each "
                "feature in each row, None where it is missing."
            )
        with explained(X):
            X = pd.DataFrame(check_array(X, dtype=dtype, ensure_all_finite=False))
    frame = infer_types(X)
    missing = frame.isna().to_numpy()
    for name, column in frame.items():
        if types.infer_dtype(column) in ("mixed", "mixed-integer"):
            raise TypeError(
                f"Column {name!r} of X must be uniformly strings or numbers, and holds "
                "both, or other objects: make strings of all of them."
            )
    # Nullable types would keep their own mark of missing values.
    return frame.astype(object).mask(missing, np.nan).to_numpy(), missing


def _length(row: Any) -> int:
    is_row = isinstance(row, Sized) and getattr(row, "ndim", 1) > 0
    return len(row) if is_row and not issparse(row) else 1


def warn_of_unseen(names: list) -> None:
    """Warn of columns most of whose categories were not there in fit.

    Parameters
    ----------
    names : list
        Names of these columns.
    """
    if names:
        warn_user(
            f"Most categories in {names} were not there in fit, so that nothing is "
            "known of them: check that they are spelled and typed as in fit (2 is not "
            "'2').",
        )
