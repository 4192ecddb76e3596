"""Make samples up between neighbours, in tables of numbers and categories."""

from collections.abc import Hashable
from typing import Any

import imblearn.over_sampling
import numpy as np
from pandas.api.types import is_string_dtype
from sklearn.utils.validation import check_array

from skdeep._frames import infer_types, like, to_pandas
from skdeep.resampling._samples import (
    TableAndBack,
    check_complete,
    is_foreign,
    is_table,
    numbers,
)
from skdeep.resampling.smote import NeighborSampler


class SMOTENC(NeighborSampler, imblearn.over_sampling.SMOTENC):
    """Add made-up samples to the small classes, in a table of numbers and categories.

    This is :class:`imblearn.over_sampling.SMOTENC`, with ``"auto"`` as the default and
    meaning all columns that are no numbers.

    Parameters
    ----------
    categorical_features : "auto" or array-like, default="auto"
        Which columns hold categories: their positions, their names or a mask. "auto",
        for a DataFrame: those of categories, strings, objects or truth values.
    categorical_encoder : estimator, default=None
        One-hot encoder of the categories. None is a
        :class:`~sklearn.preprocessing.OneHotEncoder`.
    sampling_strategy : float, str, dict or callable, default="auto"
        How many samples the classes are to have, as in :class:`SMOTE`.
    random_state : int, RandomState instance or None, default=None
        Seed of the random choice.
    k_neighbors : int or object, default=5
        Number of nearest neighbours, as in :class:`SMOTE`.

    Attributes
    ----------
    sample_indices_ : ndarray of shape (n_samples,)
        Positions of the given samples, which come first in what is returned: 0, 1, ...
        All later samples are made up.
    sampling_strategy_ : dict
        Number of samples added to each class.
    nn_k_ : estimator
        What finds the neighbours.
    categorical_encoder_ : estimator
        The fitted encoder.
    categorical_features_, continuous_features_ : ndarray of int
        Positions of the two kinds of columns.
    median_std_ : dict
        By class, the median standard deviation of the numbers, which is what a
        difference between two categories counts.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features. Only if X was a DataFrame with such names.

    See Also
    --------
    SMOTE : For numbers only.

    Notes
    -----
    Numbers are interpolated as in SMOTE. A category is the commonest one among the
    neighbours; a missing category counts as one. Numbers may not be missing.

    References
    ----------
    N. V. Chawla et al., "SMOTE: Synthetic Minority Over-sampling Technique", Journal of
    Artificial Intelligence Research 16, 2002.

    Examples
    --------
    >>> import pandas as pd
    >>> from skdeep.resampling import SMOTENC
    >>> X = pd.DataFrame({"age": range(20, 50), "sex": ["f", "m", "f"] * 10})
    >>> y = ["paid"] * 24 + ["defaulted"] * 6
    >>> X_more, y_more = SMOTENC(random_state=0).fit_resample(X, y)
    >>> X_more.shape, X_more["age"].dtype, y_more.count("defaulted")
    ((48, 2), dtype('int64'), 24)
    """

    def __init__(
        self,
        categorical_features="auto",
        *,
        categorical_encoder=None,
        sampling_strategy="auto",
        random_state=None,
        k_neighbors=5,
    ):
        super().__init__(
            categorical_features,
            categorical_encoder=categorical_encoder,
            sampling_strategy=sampling_strategy,
            random_state=random_state,
            k_neighbors=k_neighbors,
        )

    def _to_table(self, X: Any) -> TableAndBack:
        encoder = self.categorical_encoder
        if not (encoder is None or hasattr(encoder, "categories")):
            raise ValueError(
                f"categorical_encoder={encoder!r} encodes no categories: give a "
                "OneHotEncoder, or None."
            )
        if not is_table(X):
            what = "a list" if isinstance(X, list) else f"of shape {X.shape}"
            raise ValueError(
                "SMOTENC needs a table of shape (n_samples, n_features), but X is "
                f"{what}: use SMOTE or RandomOverSampler."
            )
        if is_foreign(X):
            table, back = self._to_table(to_pandas(X))
            return table, lambda new: like(back(new), X, keep_types=True)
        if hasattr(X, "iloc"):
            given, X = X, infer_types(X)
        is_number = ~self._is_category(X)
        columns = X.loc if hasattr(X, "iloc") else X
        if isinstance(X, list):
            columns = np.asarray(X)
        if isinstance(columns, np.ndarray) and columns.dtype.kind in "mM":
            raise ValueError(
                "X holds dates or durations, and SMOTENC takes numbers and categories: "
                "give numbers, such as days since the first date."
            )
        if is_number.any():
            table = columns[:, is_number]
            check_complete(table, "SMOTENC")
            check_array(table, accept_sparse=True, input_name="X")
        if not hasattr(X, "iloc"):
            return numbers(X, "SMOTENC")
        # By this type they are known from here on.
        typed, coded = X.copy(deep=False), {}
        for j in np.flatnonzero(~is_number):
            column = X.iloc[:, j].astype("category")
            names = column.cat.categories
            if not (names.dtype.kind in "iuf" or is_string_dtype(names)):
                # Dates do not go into one array with numbers, truth values become
                # numbers in it, and encoders do not sort objects of several types.
                column = column.cat.rename_categories(range(len(names)))
                coded[j] = names
            typed.isetitem(j, column)
        table, back = numbers(typed, "SMOTENC")

        def restore(new: Any) -> Any:
            new = back(new)
            for j, names in coded.items():
                new.isetitem(j, new.iloc[:, j].cat.rename_categories(names))
            return new.astype(given.dtypes)

        return table, restore

    def _validate_column_types(self, X: Any) -> None:
        if not hasattr(X, "iloc"):
            given: Any = vars(self)["categorical_features"]
            if isinstance(given, np.ndarray):
                # imbalanced-learn compares it with a word.
                self.categorical_features = given.tolist()
            super()._validate_column_types(X)
            self.categorical_features = given
            return
        # imbalanced-learn would take names that are numbers for positions.
        is_category = np.array([dtype.name == "category" for dtype in X.dtypes])
        self.categorical_features_ = np.flatnonzero(is_category)
        self.continuous_features_ = np.flatnonzero(~is_category)

    def _is_auto(self) -> bool:
        features = self.categorical_features
        return isinstance(features, str) and features == "auto"

    def _is_category(self, X: Any) -> np.ndarray:
        """Return which columns hold categories."""
        if self._is_auto() and hasattr(X, "iloc"):
            return np.array([dtype.kind in "bO" for dtype in X.dtypes])
        if self._is_auto():
            raise ValueError(
                "categorical_features='auto' looks at the types of the columns of a "
                f"DataFrame, but X is of type {type(X).__name__}: give the positions "
                "of the columns with categories."
            )
        features: Any = self.categorical_features
        if hasattr(features, "iloc"):
            # imbalanced-learn compares them with a word.
            raise ValueError(
                f"categorical_features is a {type(features).__name__} of pandas: give "
                "a list or an array."
            )
        if hasattr(X, "columns") and np.iterable(features):
            features = list(features)
            is_mask = any(isinstance(name, bool | np.bool_) for name in features)
            if not is_mask and all(
                isinstance(name, Hashable) and name in X.columns for name in features
            ):
                # Names of any type come before positions.
                features = [X.columns.get_loc(name) for name in features]
        n_features = len(X[0]) if isinstance(X, list) else X.shape[1]
        is_category = np.zeros(n_features, dtype=bool)
        try:
            is_category[np.asarray(features)] = True
        except (IndexError, ValueError) as error:
            raise ValueError(
                f"categorical_features={self.categorical_features!r} does not fit X, "
                f"which has {n_features} feature(s): give positions or a mask of its "
                "columns, or their names if X is a DataFrame."
            ) from error
        return is_category

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.input_tags.sparse = True
        # A table of nothing but strings would have no numbers.
        tags.input_tags.string = False
        return tags
