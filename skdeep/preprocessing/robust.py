"""Scaling by median and quantiles, with smooth clipping."""

from numbers import Real

import numpy as np
from scipy import sparse
from scipy.stats import norm
from sklearn import preprocessing

from skdeep._learned import all_or_nothing
from skdeep.preprocessing._choices import check_pair
from skdeep.preprocessing._per_channel import PerChannel
from skdeep.preprocessing._rows import explained
from skdeep.preprocessing._samples import Samples, quantiles


class SmoothClipping(preprocessing.RobustScaler):
    """scikit-learn's scaler, with smooth clipping after it."""

    smooth_clip: float | None

    def transform(self, X):
        """Scale a table, then clip it smoothly.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            The data.

        Returns
        -------
        ndarray or sparse matrix of shape (n_samples, n_features)
        """
        scaled = super().transform(X)
        if self.smooth_clip is None:
            return scaled
        if sparse.issparse(scaled):
            scaled.data = smooth_clip(scaled.data, self.smooth_clip)
            return scaled
        return smooth_clip(np.asarray(scaled), self.smooth_clip)

    def inverse_transform(self, X):
        """Undo the clipping, then the scaling, of a table.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Scaled data.

        Returns
        -------
        ndarray or sparse matrix of shape (n_samples, n_features)
        """
        if self.smooth_clip is None:
            return super().inverse_transform(X)
        if sparse.issparse(X):
            X = X.copy()
            X.data = smooth_unclip(X.data, self.smooth_clip)
        else:
            X = smooth_unclip(np.asarray(X), self.smooth_clip)
        return super().inverse_transform(X)


class RobustScaler(PerChannel, SmoothClipping):
    """Shift and scale every feature by its median and a range of its quantiles.

    On tables, and without ``smooth_clip``, this is
    :class:`sklearn.preprocessing.RobustScaler`. On sequences and images the last axis
    holds channels, and each channel has one median and one range, over all samples
    and all positions in them.

    Parameters
    ----------
    with_centering : bool, default=True
        Whether to subtract the median.
    with_scaling : bool, default=True
        Whether to divide by the range between the quantiles.
    quantile_range : tuple (q_min, q_max), default=(25.0, 75.0)
        Which quantiles, in percent; the default is the interquartile range.
    copy : bool, default=True
        Whether to leave X as it is in ``transform``. If False, X is overwritten where
        its type allows it.
    unit_variance : bool, default=False
        Whether to scale such that normally distributed features have variance 1.
    smooth_clip : float, default=None
        Where the scaled values level off: none of them gets beyond plus or minus
        this limit. RealMLP [1]_ uses 3. None does not clip.

    Attributes
    ----------
    center_ : ndarray of shape (n_features,) or None
        Medians of the training data.
    scale_ : ndarray of shape (n_features,) or None
        Ranges, with 1 for constant features.
    n_features_in_ : int
        Number of features; of sequences and images, number of channels.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the columns, if X was a data frame.

    See Also
    --------
    StandardScaler : Mean and standard deviation, which a few outliers can move far.

    Notes
    -----
    With u = (x - median) / range, smooth clipping at limit c gives

        z = u / sqrt(1 + (u / c)^2)

    which is nearly u around 0, keeps the order of the values, and approaches plus or
    minus c for outliers. ``inverse_transform`` inverts it; values so far out that
    they cannot be told from the limit come back as the farthest that can.

    NaN is left out of the statistics and stays NaN. X may be of shape (n_samples, time,
    channels), (n_samples, height, width, channels), or a list, object array or Series
    of arrays (time, channels); the result is of the same kind, in single precision if
    X is.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024,
       arXiv:2407.04491.

    Examples
    --------
    >>> from skdeep.preprocessing import RobustScaler
    >>> X = [[1.0], [2.0], [3.0], [4.0], [1000.0]]
    >>> RobustScaler().fit_transform(X).ravel()
    array([ -1. ,  -0.5,   0. ,   0.5, 498.5])
    >>> RobustScaler(smooth_clip=3.0).fit_transform(X).ravel().round(2)
    array([-0.95, -0.49,  0.  ,  0.49,  3.  ])
    """

    def __init__(
        self,
        *,
        with_centering=True,
        with_scaling=True,
        quantile_range=(25.0, 75.0),
        copy=True,
        unit_variance=False,
        smooth_clip=None,
    ):
        super().__init__(
            with_centering=with_centering,
            with_scaling=with_scaling,
            quantile_range=quantile_range,
            copy=copy,
            unit_variance=unit_variance,
        )
        self.smooth_clip = smooth_clip

    @all_or_nothing
    def fit(self, X, y=None):
        """Learn medians and ranges.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            A table, or sequences or images with channels on the last axis.
        y : None
            Ignored.

        Returns
        -------
        self : RobustScaler
            The fitted scaler.
        """
        limit = self.smooth_clip
        # NumPy's durations pass for numbers.
        is_number = isinstance(limit, Real) and not isinstance(limit, np.timedelta64)
        if limit is not None and not (is_number and 0 < limit < np.inf):
            raise ValueError(
                f"smooth_clip={limit!r} is not allowed in RobustScaler: give a number "
                "above 0, such as 3.0, or None for no clipping."
            )
        check_pair(self.quantile_range, "quantile_range", "RobustScaler")
        ends = self.quantile_range
        is_pair = isinstance(ends, list | tuple) and len(ends) == 2
        # scikit-learn refuses what is no truth value.
        of_unit = isinstance(self.unit_variance, bool) and self.unit_variance
        if of_unit and is_pair and not (ends[0] > 0 and ends[1] < 100):
            raise ValueError(
                f"quantile_range={self.quantile_range!r} has no finite width in a "
                "normal distribution, which unit_variance=True asks for: give "
                "quantiles above 0 and below 100."
            )
        samples = self._read(X, reset=True)
        with explained(X if samples is None else samples):
            return super().fit(X, y) if samples is None else self._learn(samples)

    def _learn(self, samples: Samples) -> "RobustScaler":
        # For its checks of hyperparameters, and for what it notes about X.
        super().fit(np.zeros((1, samples.n_channels)))
        percent = np.asarray(self.quantile_range, dtype=float)
        center, low, high = quantiles(samples, (0.5, *percent / 100))
        self.center_ = center if self.with_centering else None
        if self.with_scaling:
            self.scale_ = high - low
            self.scale_[self.scale_ < 10 * np.finfo(np.float64).eps] = 1.0
            if self.unit_variance:
                self.scale_ /= np.diff(norm.ppf(percent / 100))
        return self


def smooth_clip(x: np.ndarray, limit: float) -> np.ndarray:
    """Return x / sqrt(1 + (x / limit)^2), written over x where that is allowed."""
    # hypot does not overflow, and the result is limit however large x is.
    root = np.hypot(1, x / float(limit))
    return np.divide(x, root, out=x if x.flags.writeable else None)


def smooth_unclip(z: np.ndarray, limit: float) -> np.ndarray:
    """Return z / sqrt(1 - (z / limit)^2), the inverse of :func:`smooth_clip`."""
    if z.dtype.kind != "f":
        z = z.astype(np.float64)
    limit, farthest = float(limit), np.nextafter(z.dtype.type(1), z.dtype.type(0))
    ratio = np.clip(z / limit, -farthest, farthest)
    return limit * ratio / np.sqrt((1 - ratio) * (1 + ratio))
