"""Standardisation."""

from math import isfinite
from numbers import Real

import numpy as np
from sklearn import preprocessing

from skdeep._learned import all_or_nothing
from skdeep.preprocessing._per_channel import PerChannel, check_weights
from skdeep.preprocessing._rows import explained

LEARNED = ("mean_", "var_", "scale_")


class StandardScaler(PerChannel, preprocessing.StandardScaler):
    """Shift and scale every feature to mean 0 and standard deviation 1.

    On tables this is :class:`sklearn.preprocessing.StandardScaler`. On sequences and
    images the last axis holds channels, and each channel has one mean and one
    standard deviation, over all samples and all positions in them.

    Parameters
    ----------
    copy : bool, default=True
        Whether to leave X as it is in ``transform``. If False, X is overwritten where
        its type allows it.
    with_mean : bool, default=True
        Whether to subtract the mean.
    with_std : bool, default=True
        Whether to divide by the standard deviation.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,) or None
        Means of the training data.
    var_ : ndarray of shape (n_features,) or None
        Variances.
    scale_ : ndarray of shape (n_features,) or None
        Standard deviations, with 1 for constant features.
    n_samples_seen_ : int or ndarray of shape (n_features,)
        Number, or sum of the weights, of the values seen: rows of a table, positions
        of sequences and images. One for each feature where some are missing.
    n_features_in_ : int
        Number of features; of sequences and images, number of channels.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the columns, if X was a data frame.

    See Also
    --------
    RobustScaler : Median and quantiles, which outliers do not move.

    Notes
    -----
    z = (x - mean) / sqrt(variance), with the variance divided by n. NaN is left out of
    the statistics and stays NaN. X may be of shape (n_samples, time, channels),
    (n_samples, height, width, channels), or a list, object array or Series of arrays
    (time, channels); the result is of the same kind, in single precision if X is.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.preprocessing import StandardScaler
    >>> sequences = [np.array([[0.0, 10.0], [2.0, 30.0]]), np.array([[4.0, 50.0]])]
    >>> scaler = StandardScaler().fit(sequences)
    >>> scaler.mean_
    array([ 2., 30.])
    >>> scaler.transform(sequences)[1]
    array([[1.22474487, 1.22474487]])
    """

    @all_or_nothing
    def partial_fit(self, X, y=None, sample_weight=None):
        """Bring mean and standard deviation up to date with more data.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            A table, or sequences or images with channels on the last axis.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights; that of a sequence or an image counts at each of its positions.

        Returns
        -------
        self : StandardScaler
            The fitted scaler.
        """
        first = not hasattr(self, "n_samples_seen_")
        samples = self._read(X, reset=first)
        if samples is None:
            with explained(X):
                if isinstance(sample_weight, Real) and not isfinite(sample_weight):
                    raise ValueError(
                        f"sample_weight={sample_weight!r} is no weight: give one "
                        "finite number per sample."
                    )
                return super().partial_fit(X, y, sample_weight)
        sample_weight = check_weights(sample_weight, samples.n_samples)
        with explained(samples):
            for rows, weights in samples.blocks(sample_weight):
                self._update(rows, weights)
        return self

    def transform(self, X, copy=None):
        """Standardise X.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            A table, or sequences or images with channels on the last axis.
        copy : bool, default=None
            Whether to leave X as it is; None takes the scaler's ``copy``.

        Returns
        -------
        ndarray, list, object array or pandas Series
            Of the kind and shapes of X.
        """
        return self._map("transform", X, copy)

    def inverse_transform(self, X, copy=None):
        """Scale standardised data back.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            A table, or sequences or images with channels on the last axis.
        copy : bool, default=None
            Whether to leave X as it is; None takes the scaler's ``copy``.

        Returns
        -------
        ndarray, list, object array or pandas Series
            Of the kind and shapes of X.
        """
        return self._map("inverse_transform", X, copy)

    def _update(self, rows: np.ndarray, weights: np.ndarray | None) -> None:
        """Take in rows, some channels of which may have no values."""
        learned = {name: getattr(self, name, None) for name in LEARNED}
        known = {name: old for name, old in learned.items() if old is not None}
        # To scikit-learn all is unknown of a channel from there on.
        for name, old in known.items():
            setattr(self, name, np.nan_to_num(old))
        super().partial_fit(rows, sample_weight=weights)
        lacking = np.isnan(rows).all(axis=0)
        for name, old in known.items():
            getattr(self, name)[lacking] = old[lacking]
