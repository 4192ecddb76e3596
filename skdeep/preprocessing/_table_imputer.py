"""Imputation of tables."""

from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.impute import SimpleImputer
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeep._forms import warn_user
from skdeep._frames import infer_types, like, to_pandas
from skdeep._links import LinkedToDocumentation
from skdeep.preprocessing._choices import check_flag, choose
from skdeep.preprocessing.sequence_imputation import ALONG_TIME

MISSING = "Missing"
STRATEGIES = ("mean", "median", "most_frequent", "constant", *ALONG_TIME)
ALIASES = {
    "mode": "most_frequent",
    "ffill": "forward_fill",
    "pad": "forward_fill",
    "locf": "forward_fill",
    "linear": "interpolate",
    "interpolation": "interpolate",
}


class TableImputer(
    LinkedToDocumentation, OneToOneFeatureMixin, TransformerMixin, BaseEstimator
):
    """Fills tables of numbers, strings and categories; see :class:`Imputer`."""

    strategy: str
    fill_value: Any
    add_indicator: bool
    is_text_: np.ndarray
    statistics_: np.ndarray

    def fit(self, X, y=None):
        """Learn what to fill in.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, strings or categories.
        y : None
            Ignored.

        Returns
        -------
        self : TableImputer
            The fitted imputer.
        """
        frame = read_table(X)
        dtypes = frame.dtypes if isinstance(frame, pd.DataFrame) else ()
        is_text = list(map(_is_text, dtypes))
        if not any(is_text):
            X = validate_data(self, frame, ensure_all_finite="allow-nan")
            missing = is_missing(X)
            self.is_text_ = np.zeros(X.shape[1], dtype=bool)
            self.statistics_ = self._numbers_to_fill_in(X)
        else:
            validate_data(self, frame, skip_check_array=True)
            missing = frame.isna().to_numpy()
            self.is_text_ = np.array(is_text)
            self.statistics_ = np.empty(frame.shape[1], dtype=object)
            if not self.is_text_.all():
                numbers = frame.loc[:, ~self.is_text_].to_numpy(float, na_value=np.nan)
                self.statistics_[~self.is_text_] = self._numbers_to_fill_in(numbers)
            for position in np.flatnonzero(self.is_text_):
                column = frame.iloc[:, position]
                self.statistics_[position] = self._text_to_fill_in(column)
        self._notice(missing)
        return self

    def transform(self, X):
        """Fill in missing values.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, strings or categories.

        Returns
        -------
        ndarray or DataFrame of shape (n_samples, n_features_out)
        """
        check_is_fitted(self)
        frame = read_table(X)
        dtypes = frame.dtypes if isinstance(frame, pd.DataFrame) else ()
        is_text = list(map(_is_text, dtypes))
        if not self.is_text_.any() and not any(is_text):
            numbers = validate_data(
                self, frame, reset=False, ensure_all_finite="allow-nan"
            )
            missing = is_missing(numbers)
            return self._with_indicators(
                fill_missing(numbers, missing, self.statistics_), missing
            )
        if not isinstance(frame, pd.DataFrame):
            frame = pd.DataFrame(frame)
        validate_data(self, frame, reset=False, skip_check_array=True)
        filled = frame.copy()
        for position, value in enumerate(self.statistics_):
            column = frame.iloc[:, position]
            is_text = self.is_text_[position]
            if not is_text and _is_text(column.dtype) and column.notna().any():
                raise ValueError(
                    f"Column {column.name!r} has dtype {column.dtype}, and was numeric "
                    "in fit: give numbers, or fit again on data with strings."
                )
            filled.isetitem(position, _fill_column(column, value, is_text))
        indicators = frame.iloc[:, self.indicator_features_].isna().astype(float)
        indicators.columns = [f"missingindicator_{name}" for name in indicators.columns]
        filled = pd.concat([filled, indicators], axis=1)
        if not self.is_text_.any():
            return filled.to_numpy(float)
        return like(filled, X) if hasattr(X, "columns") else filled.to_numpy(object)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the features, and of the indicators after them.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the input; None takes those seen in fit, or x0, x1, ...

        Returns
        -------
        ndarray of str
            One for each column of the output, indicators included.
        """
        names = super().get_feature_names_out(input_features)
        indicators = [
            f"missingindicator_{name}" for name in names[self.indicator_features_]
        ]
        return np.array([*names, *indicators], dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.three_d_array = True
        return tags

    def _strategy(self) -> str:
        owner = type(self).__name__
        return choose(self.strategy, "strategy", owner, STRATEGIES, ALIASES)

    def _notice(self, missing: np.ndarray) -> None:
        """Note which features get an indicator, and warn of those without a value."""
        check_flag(self.add_indicator, "add_indicator", type(self).__name__)
        found = np.flatnonzero(missing.any(axis=0))
        self.indicator_features_ = found if self.add_indicator else found[:0]
        empty = np.flatnonzero(missing.all(axis=0) & ~self.is_text_)
        if len(empty) and self._strategy() != "constant":
            names = getattr(self, "feature_names_in_", np.arange(missing.shape[1]))
            warn_user(
                f"No value is observed in {names[empty].tolist()}: 0 is filled in. "
                "Leave such features out, or set strategy='constant'.",
            )

    def _numbers_to_fill_in(self, rows: np.ndarray) -> np.ndarray:
        constant = self._strategy() == "constant"
        imputer = SimpleImputer(
            strategy=self._strategy(),
            fill_value=self._constant() if constant else None,
            keep_empty_features=True,
        )
        # Integers would refuse a fill value of 0.5, booleans any.
        rows = rows if rows.dtype.kind == "f" else rows.astype(float)
        return imputer.fit(rows).statistics_.astype(float)

    def _constant(self) -> float:
        if isinstance(self.fill_value, Real):
            return float(self.fill_value)
        if self.fill_value is None or self.is_text_.any():
            return 0.0
        raise ValueError(
            f"fill_value={self.fill_value!r} is not allowed for numeric data: give a "
            "number, or None for 0."
        )

    def _text_to_fill_in(self, column: pd.Series) -> Any:
        if self._strategy() == "most_frequent" and column.notna().any():
            return column.mode().iloc[0]
        if self._strategy() == "constant" and isinstance(self.fill_value, str):
            return self.fill_value
        return MISSING

    def _with_indicators(self, filled: np.ndarray, missing: np.ndarray) -> np.ndarray:
        if len(self.indicator_features_) == 0:
            return filled
        indicators = missing[..., self.indicator_features_]
        return np.concatenate([filled, indicators.astype(filled.dtype)], axis=-1)


def read_table(X: Any) -> Any:
    """Return X as a data frame of inferred types, unless it is an array of numbers.

    Parameters
    ----------
    X : array-like or data frame of any library
        What a user gave.

    Returns
    -------
    DataFrame or object
        X itself if it is an array, or a list, of numbers, or no table.

    Raises
    ------
    ValueError
        If a column holds dates, times, or what else is neither number nor category.
    """
    X = to_pandas(X)
    if isinstance(X, pd.DataFrame):
        return infer_types(X)
    values = X if sparse.issparse(X) else np.asarray(X)
    if values.ndim != 2 or values.dtype.kind not in "OUSmM" or not values.size:
        return X
    # NumPy makes strings of numbers that stand beside strings in a list.
    return infer_types(pd.DataFrame(X if isinstance(X, list) else values))


def is_missing(values: np.ndarray) -> np.ndarray:
    """Tell which numbers are NaN."""
    if values.dtype.kind == "f":
        return np.isnan(values)
    return np.zeros(values.shape, dtype=bool)


def fill_missing(
    values: np.ndarray, missing: np.ndarray, statistics: np.ndarray
) -> np.ndarray:
    """Return a copy of values with one statistic for each channel filled in."""
    return np.where(missing, statistics, values).astype(values.dtype, copy=False)


def _is_text(dtype: Any) -> bool:
    return not pd.api.types.is_numeric_dtype(dtype)


def _fill_column(column: pd.Series, value: Any, is_text: bool) -> pd.Series:
    """Return a column with a value filled in, of a type that depends on types only."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        if value not in column.cat.categories:
            column = column.cat.add_categories([value])
    elif is_text and not _is_text(column.dtype):
        column = column.astype(object)
    elif not is_text and not (
        isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf"
    ):
        # Nullable types refuse fractions, and an empty column of objects is no number.
        column = column.astype("Float64").astype(float)
    return column.mask(column.isna(), value)
