"""Standardisation."""

import numpy as np
from sklearn import preprocessing

from skdeep.preprocessing._per_channel import (
    PerChannel,
    check_weights,
    multiply_and_add,
    subtract_and_divide,
)
from skdeep.preprocessing._statistics import Moments


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
            return super().partial_fit(X, y, sample_weight)
        sample_weight = check_weights(sample_weight, samples.n_samples)
        if first:
            moments = Moments.nothing(samples.n_channels)
        else:
            moments = self._moments()
        moments.update(samples.blocks(sample_weight))
        if first:
            # For its checks of hyperparameters, and for what it notes about X.
            super().partial_fit(np.zeros((1, samples.n_channels)))
        self._keep(moments, counts=sample_weight is None)
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

    def _scale(self, x, out):
        subtract_and_divide(x, self._shift, self.scale_, out)

    def _scale_back(self, z, out):
        multiply_and_add(z, self.scale_, self._shift, out)

    @property
    def _shift(self) -> np.ndarray | None:
        return self.mean_ if self.with_mean else None

    def _moments(self) -> Moments:
        """Return what was learned so far."""
        moments = Moments.nothing(self.n_features_in_)
        moments.weight += self.n_samples_seen_
        if self.mean_ is not None:
            moments.mean += np.nan_to_num(self.mean_)
        if self.var_ is not None:
            moments.variance += np.nan_to_num(self.var_)
        return moments

    def _keep(self, moments: Moments, counts: bool) -> None:
        """Set the fitted attributes as scikit-learn does."""
        seen = moments.weight.astype(np.int64) if counts else moments.weight
        self.n_samples_seen_ = seen[0] if np.ptp(seen) == 0 else seen
        unknown = moments.weight == 0
        scale = np.where(moments.is_constant(), 1.0, np.sqrt(moments.variance))
        mean, variance, scale = (
            np.where(unknown, np.nan, learned)
            for learned in (moments.mean, moments.variance, scale)
        )
        self.mean_ = mean if self.with_mean or self.with_std else None
        self.var_ = variance if self.with_std else None
        self.scale_ = scale if self.with_std else None
