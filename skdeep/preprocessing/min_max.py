"""Scaling to a range."""

from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn import preprocessing

from skdeep._learned import all_or_nothing
from skdeep._words import numbers_expected
from skdeep.preprocessing._choices import check_pair
from skdeep.preprocessing._per_channel import PerChannel
from skdeep.preprocessing._rows import explained


class MinMaxScaler(PerChannel, preprocessing.MinMaxScaler):
    """Scale every feature to a range, from known or learned bounds.

    On tables, and without ``bounds``, this is
    :class:`sklearn.preprocessing.MinMaxScaler`. On sequences and images the last axis
    holds channels, and each channel has one minimum and one maximum, over all samples
    and all positions in them.

    Parameters
    ----------
    feature_range : tuple (min, max), default=(0, 1)
        What the bounds are mapped to.
    copy : bool, default=True
        Whether to leave X as it is in ``transform``. If False, X is overwritten where
        its type allows it.
    clip : bool, default=False
        Whether to clip the result to ``feature_range``.
    bounds : tuple (low, high), sequence of these, or dict, default=None
        What is known about the features: one pair for all, one pair for each, or a
        dict from the names of columns, or else their positions, to pairs. Bounds that
        are not given are the smallest and largest values of the training data.

    Attributes
    ----------
    data_min_, data_max_ : ndarray of shape (n_features,)
        Bounds, known or learned.
    data_range_ : ndarray of shape (n_features,)
        Their distance.
    scale_, min_ : ndarray of shape (n_features,)
        The result is ``scale_ * x + min_``.
    n_samples_seen_ : int
        Number of rows of a table, or of positions of sequences and images.
    n_features_in_ : int
        Number of features; of sequences and images, number of channels.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the columns, if X was a data frame.

    See Also
    --------
    StandardScaler : Mean 0 and standard deviation 1.

    Notes
    -----
    With bounds (a, b) and ``feature_range`` (low, high),

        z = low + (x - a) (high - low) / (b - a)

    Known bounds do not move with the sample: new data within them stay within the
    range, and models fitted on different samples see the same numbers. NaN stays NaN.
    X may be of shape (n_samples, time, channels), (n_samples, height, width,
    channels), or a list, object array or Series of arrays (time, channels); the
    result is of the same kind, in single precision if X is.

    Examples
    --------
    >>> import pandas as pd
    >>> from skdeep.preprocessing import MinMaxScaler
    >>> people = pd.DataFrame({"age": [25, 40, 77], "income": [1800, 5200, 3500]})
    >>> scaler = MinMaxScaler(bounds={"age": (18, 99)}).fit(people)
    >>> scaler.transform(pd.DataFrame({"age": [18, 99], "income": [1800, 5200]}))
    array([[0., 0.],
           [1., 1.]])
    """

    n_samples_seen_: int
    data_min_: np.ndarray
    data_max_: np.ndarray

    def __init__(self, feature_range=(0, 1), *, copy=True, clip=False, bounds=None):
        super().__init__(feature_range, copy=copy, clip=clip)
        self.bounds = bounds

    @all_or_nothing
    def partial_fit(self, X, y=None):
        """Bring the learned bounds up to date with more data.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            A table, or sequences or images with channels on the last axis.
        y : None
            Ignored.

        Returns
        -------
        self : MinMaxScaler
            The fitted scaler.
        """
        check_pair(self.feature_range, "feature_range", "MinMaxScaler")
        first = not hasattr(self, "n_samples_seen_")
        samples = self._read(X, reset=first)
        known = None
        if self.bounds is not None:
            n_features = _n_columns(X) if samples is None else samples.n_channels
            names = list(getattr(X, "columns", ()))
            known = resolve_bounds(self.bounds, n_features, names)
        with explained(X if samples is None else samples):
            tables = [X] if samples is None else (rows for rows, _ in samples.blocks())
            for table in tables:
                super().partial_fit(table, y)
            if known is not None:
                self._use(known)
        return self

    def _use(self, known: np.ndarray) -> None:
        """Put known bounds into the place of learned ones."""
        learned = np.stack([self.data_min_, self.data_max_])
        bounds = np.where(np.isnan(known), learned, known).astype(learned.dtype)
        low, high = self.feature_range
        self.data_min_, self.data_max_ = bounds
        self.data_range_ = self.data_max_ - self.data_min_
        given = ~np.isnan(known[0])
        # Where the bounds are learned, scikit-learn has seen to constant features.
        self.scale_[given] = (high - low) / self.data_range_[given]
        self.min_ = low - self.data_min_ * self.scale_


def resolve_bounds(bounds: Any, n_features: int, names: list) -> np.ndarray:
    """Assign known bounds to features.

    Parameters
    ----------
    bounds : tuple, sequence of tuples or dict
        As :class:`MinMaxScaler` takes them.
    n_features : int
        Number of features.
    names : list
        Names of the features, which may be empty.

    Returns
    -------
    ndarray of shape (2, n_features)
        Lower and upper bounds, NaN where they are not known.

    Raises
    ------
    ValueError
        If a pair is none, or belongs to no feature.
    """
    if isinstance(bounds, Mapping):
        pairs = {_position(key, n_features, names): bounds[key] for key in bounds}
    elif np.iterable(bounds) and all(isinstance(bound, Real) for bound in bounds):
        pairs = dict.fromkeys(range(n_features), bounds)
    elif (
        isinstance(bounds, Sequence | np.ndarray)
        and np.iterable(bounds)
        and len(bounds) == n_features
    ):
        pairs = dict(enumerate(bounds))
    else:
        raise ValueError(
            f"bounds={bounds!r} is not allowed for {n_features} features: give one "
            "pair (low, high) for all, one pair for each, or a dict from names or "
            "positions to pairs."
        )
    known = np.full((2, n_features), np.nan)
    for position, pair in pairs.items():
        known[:, position] = _pair(pair)
    return known


def _n_columns(table: Any) -> int:
    with numbers_expected("X"):
        shape = table.shape if hasattr(table, "shape") else np.asarray(table).shape
    # What has no columns is left to scikit-learn to refuse.
    return shape[-1] if shape else 0


def _position(key: Any, n_features: int, names: list) -> int:
    if key in names:
        return names.index(key)
    if isinstance(key, Integral) and 0 <= int(key) < n_features:
        return int(key)
    choice = f"the columns {names}, or" if names else "names, if X is a data frame, or"
    raise ValueError(
        f"bounds has the key {key!r}, which is no feature of X: give {choice} "
        f"positions from 0 to {n_features - 1}."
    )


def _pair(pair: Any) -> tuple[float, float]:
    try:
        low, high = map(float, pair)
    except (OverflowError, TypeError, ValueError):
        low = high = np.nan
    if not (-np.inf < low < high < np.inf):
        raise ValueError(
            f"bounds has {pair!r} where a pair (low, high) of numbers with low < high "
            "is expected."
        )
    return low, high
