"""Scaling of each sample by itself."""

from math import prod
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeep._learned import all_or_nothing
from skdeep._links import LinkedToDocumentation
from skdeep.preprocessing._choices import check_flag
from skdeep.preprocessing._rows import BLOCK
from skdeep.preprocessing._samples import ArraySamples, Samples, read_samples


class SampleScaler(LinkedToDocumentation, TransformerMixin, BaseEstimator):
    r"""Shift and scale each sample to mean 0 and standard deviation 1.

    Every channel of every sequence or image is standardised by itself, over all
    positions of that sample. :class:`StandardScaler`, in contrast, has one mean and
    one deviation per channel for all samples, so that samples of very different
    amplitude stay different.

    Parameters
    ----------
    with_mean : bool, default=True
        Whether to subtract the mean.
    with_std : bool, default=True
        Whether to divide by the standard deviation.
    add_statistics : bool, default=False
        Whether to append what was taken away as channels: the mean of each channel if
        ``with_mean``, then the standard deviation of each if ``with_std``, the same
        value at every position of the sample.

    Attributes
    ----------
    n_features_in_ : int
        Number of channels.

    See Also
    --------
    StandardScaler : One mean and standard deviation for all samples.
    RobustScaler : Brings the channels of ``add_statistics`` to one scale.

    Notes
    -----
    For sample i, channel c and position t,

    .. math:: z_{itc} = (x_{itc} - \mu_{ic}) / \sigma_{ic}

    with :math:`\mu_{ic}` and :math:`\sigma_{ic}` the mean and the standard deviation,
    divided by n, over t. A channel that is constant within a sample becomes 0. NaN is
    left out of the statistics and stays NaN. ``fit`` learns the number of channels
    only, so that no sample has an effect on another.

    X has shape (n_samples, time, channels) or (n_samples, height, width, channels), or
    is a list, object array or Series of arrays (time, channels); the result is of the
    same kind, in single precision if X is. A table is refused: its columns are
    features of different units, which have no mean in common.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.preprocessing import SampleScaler
    >>> currents = [np.array([[0.1], [0.3]]), np.array([[10.0], [50.0], [30.0]])]
    >>> [x[:, 0].round(2).tolist() for x in SampleScaler().fit_transform(currents)]
    [[-1.0, 1.0], [-1.22, 1.22, 0.0]]
    >>> SampleScaler(add_statistics=True).fit_transform(currents)[0]
    array([[-1. ,  0.2,  0.1],
           [ 1. ,  0.2,  0.1]])
    """

    def __init__(self, with_mean=True, with_std=True, add_statistics=False):
        self.with_mean = with_mean
        self.with_std = with_std
        self.add_statistics = add_statistics

    @all_or_nothing
    def fit(self, X, y=None):
        """Learn the number of channels.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            Sequences or images with channels on the last axis.
        y : None
            Ignored.

        Returns
        -------
        self : SampleScaler
            The fitted scaler.
        """
        for name in ("with_mean", "with_std", "add_statistics"):
            check_flag(getattr(self, name), name, "SampleScaler")
        samples = self._read(X, n_channels=None)
        validate_data(self, np.zeros((1, samples.n_channels)))
        return self

    def transform(self, X):
        """Standardise each sample.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            Sequences or images with channels on the last axis.

        Returns
        -------
        ndarray, list, object array or pandas Series
            Of the kind of X, with the statistics as the last channels if asked for.
        """
        check_is_fitted(self)
        samples = self._read(X, self.n_features_in_)
        if isinstance(samples, ArraySamples):
            return samples.apply(self._scale_array)
        return samples.apply(lambda x: self._scale(x[np.newaxis])[0])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        return tags

    def _read(self, X: Any, n_channels: int | None) -> Samples:
        samples = read_samples(X, n_channels, type(self).__name__)
        if samples is None:
            raise ValueError(
                "SampleScaler standardises sequences and images, and X is a table or "
                "a single row, whose columns have different units: give an array of "
                "shape (n_samples, time, channels) or a list of arrays (time, "
                "channels); for series of one channel in the rows of a table, "
                "X[:, :, np.newaxis]; for tables, use StandardScaler."
            )
        return samples

    def _scale_array(self, X: np.ndarray) -> np.ndarray:
        step = max(1, BLOCK * len(X) // X.size)
        parts = (X[start : start + step] for start in range(0, len(X), step))
        return np.concatenate([self._scale(part) for part in parts])

    def _scale(self, X: np.ndarray) -> np.ndarray:
        """Scale an array of shape (n, ..., channels)."""
        dtype = X.dtype if X.dtype == np.float32 else np.dtype(np.float64)
        x = X.reshape(len(X), prod(X.shape[1:-1]), X.shape[-1]).astype(np.float64)
        seen = ~np.isnan(x)
        n = np.maximum(np.count_nonzero(seen, axis=1, keepdims=True), 1)
        largest = np.abs(x).max(axis=1, keepdims=True, where=seen, initial=0)
        # A power of two changes no digit, and in its units no square overflows.
        unit = np.ldexp(1.0, np.frexp(largest)[1] - 1)
        x /= unit
        mean = x.sum(axis=1, keepdims=True, where=seen) / n
        variance = np.sum((x - mean) ** 2, axis=1, keepdims=True, where=seen) / n
        # Of a constant channel rounding errors remain.
        constant = variance <= (n * np.finfo(np.float64).eps * mean) ** 2
        deviation = np.where(constant, 0, np.sqrt(variance))
        if self.with_mean:
            x = np.where(constant & seen, 0, x - mean)
        scale = 1 / np.where(constant, 1, deviation) if self.with_std else unit
        channels = [x * np.where(constant, unit, scale)]
        if self.add_statistics and self.with_mean:
            channels.append(np.broadcast_to(mean * unit, x.shape))
        if self.add_statistics and self.with_std:
            channels.append(np.broadcast_to(deviation * unit, x.shape))
        scaled = np.concatenate(channels, axis=-1, dtype=dtype, casting="same_kind")
        return scaled.reshape(*X.shape[:-1], scaled.shape[-1])
