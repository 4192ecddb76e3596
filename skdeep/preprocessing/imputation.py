"""Imputation of tables, sequences and images."""

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeep._learned import all_or_nothing
from skdeep.preprocessing._rows import check_output, explained
from skdeep.preprocessing._samples import Samples, quantiles, read_samples
from skdeep.preprocessing._table_imputer import (
    TableImputer,
    fill_missing,
    is_missing,
)
from skdeep.preprocessing.sequence_imputation import ALONG_TIME, fill_along_time
from skdeep.preprocessing.standard import StandardScaler


class Imputer(TableImputer):
    """Fill in missing values of tables, sequences and images.

    On tables of numbers the values are those of
    :class:`sklearn.impute.SimpleImputer`. Columns of strings and categories get a
    class of their own, "Missing", so that a model can learn from the fact that a
    value is missing. On sequences and images the last axis holds channels, each with
    one value to fill in; gaps in sequences can be filled along time instead.

    Parameters
    ----------
    strategy : str, default="mean"
        What to fill in, in any case.

        - "mean" or "median" of the feature; "Missing" for strings and categories.
        - "most_frequent" or "mode" : the most frequent value of the feature, the
          smallest of them if there are several.
        - "constant" : ``fill_value``.
        - "forward_fill" or "ffill" : the last value observed in the same sequence;
          before the first one, the first.
        - "interpolate" or "linear" : the straight line between the last and the next
          observed value of the same sequence, whose steps are taken to be of equal
          length; before the first and after the last one, that one.
    fill_value : number or str, default=None
        What ``strategy="constant"`` fills in: a number for numeric features, a string
        for strings and categories. The other kind gets the default: 0 and "Missing".
    add_indicator : bool, default=False
        Whether to append one feature for each feature with missing values in the
        training data: 1 where a value is missing, else 0. For sequences and images
        these are additional channels.

    Attributes
    ----------
    statistics_ : ndarray of shape (n_features,)
        What is filled in for each feature; for the strategies along time, the mean,
        for sequences without any observed value.
    is_text_ : ndarray of shape (n_features,)
        Which features are strings or categories.
    indicator_features_ : ndarray of int
        Positions of the features that get an indicator.
    n_features_in_ : int
        Number of features; of sequences and images, number of channels.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the columns, if X was a data frame.

    See Also
    --------
    CategoricalEncoder : Codes for categories, with one for missing values.

    Notes
    -----
    Missing is NaN, and in data frames and object arrays also None and ``pandas.NA``.
    Objects that are all numbers are numbers. A feature without any observed value is
    kept, filled with 0, with a warning.

    A data frame with columns of strings or categories is returned as a data frame,
    of the same library (pandas or polars), because an array could not hold their
    types: category columns stay so, with the new class added. For other tables
    ``set_output`` decides, as in scikit-learn.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skdeep.preprocessing import Imputer
    >>> people = pd.DataFrame(
    ...     {"age": [20.0, None, 40.0], "town": ["Bonn", "Rome", None]}
    ... )
    >>> Imputer().fit_transform(people)
        age     town
    0  20.0     Bonn
    1  30.0     Rome
    2  40.0  Missing
    >>> sequences = [np.array([1.0, np.nan, 3.0]), np.array([np.nan, 5.0])]
    >>> Imputer(strategy="interpolate").fit_transform(sequences)
    [array([1., 2., 3.]), array([5., 5.])]
    """

    def __init__(self, strategy="mean", fill_value=None, add_indicator=False):
        self.strategy = strategy
        self.fill_value = fill_value
        self.add_indicator = add_indicator

    @all_or_nothing
    def fit(self, X, y=None):
        """Learn what to fill in.

        Parameters
        ----------
        X : array-like, DataFrame, list, object array or Series
            A table, or sequences or images with channels on the last axis.
        y : None
            Ignored.

        Returns
        -------
        self : Imputer
            The fitted imputer.
        """
        samples = self._read(X, n_channels=None)
        if samples is None:
            with explained(X):
                return super().fit(X, y)
        validate_data(self, np.zeros((1, samples.n_channels)))
        self.is_text_ = np.zeros(samples.n_channels, dtype=bool)
        with explained(samples):
            self.statistics_ = self._channels_to_fill_in(samples)
        self._notice(is_missing(samples.rows()))
        return self

    def transform(self, X):
        """Fill in missing values.

        Parameters
        ----------
        X : array-like, DataFrame, list, object array or Series
            A table, or sequences or images with channels on the last axis.

        Returns
        -------
        ndarray, DataFrame, list, object array or Series
            Of the kind of X, with indicators as the last features or channels.
        """
        check_is_fitted(self)
        samples = self._read(X, self.n_features_in_)
        if samples is None:
            with explained(X):
                return super().transform(X)
        check_output(super().transform, float, samples.n_channels)
        with explained(samples):
            return samples.apply(self._fill)

    def _read(self, X: Any, n_channels: int | None) -> Samples | None:
        """Return X if it holds sequences or images, None if it is a table."""
        samples = read_samples(X, n_channels, type(self).__name__)
        if self._strategy() in ALONG_TIME and (samples is None or not samples.has_time):
            raise ValueError(
                f"strategy={self.strategy!r} works along time, which X does not have: "
                "give an array of shape (n_samples, time, channels) or a list of "
                "arrays (time, channels), or choose another strategy, such as 'mean'."
            )
        return samples

    def _channels_to_fill_in(self, samples: Samples) -> np.ndarray:
        if self._strategy() in ("mean", *ALONG_TIME):
            scaler = StandardScaler(with_std=False)
            for rows, _ in samples.blocks():
                scaler.partial_fit(rows[np.newaxis])
            return np.nan_to_num(scaler.mean_)
        if self._strategy() == "median":
            return np.nan_to_num(quantiles(samples, (0.5,))[0])
        return self._numbers_to_fill_in(samples.rows())

    def _fill(self, values: np.ndarray) -> np.ndarray:
        """Fill an array (..., channels)."""
        missing = is_missing(values)
        if self._strategy() in ALONG_TIME and missing.any():
            values = fill_along_time(values, self._strategy())
        filled = fill_missing(values, is_missing(values), self.statistics_)
        return self._with_indicators(filled, missing)
