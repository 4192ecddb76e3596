"""The step from tables to sequences and images: one scale for each channel."""

from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.utils.validation import check_array, check_is_fitted

from skdeep._links import LinkedToDocumentation
from skdeep._words import numbers_expected
from skdeep.preprocessing._rows import check_output, explained
from skdeep.preprocessing._samples import Samples, read_samples


class PerChannel(LinkedToDocumentation):
    """Extends a scikit-learn scaler from tables to sequences and images.

    Stands left of the scaler. Tables are left to it; of arrays with three or more
    dimensions and of ragged collections, each row of channels is a row of its table,
    which it gets block by block.
    """

    copy: bool
    fit: Any

    def fit_transform(self, X, y=None, **fit_params):
        """Fit the scaler and scale the same X.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            As ``transform`` takes it.
        y : None
            Ignored.
        **fit_params : dict
            What else ``fit`` takes.

        Returns
        -------
        ndarray, list, object array or pandas Series
            Of the kind and shapes of X.
        """
        if self._read(X, reset=True) is None:
            method = getattr(super(), "fit_transform")  # noqa: B009
            return method(X, y, **fit_params)
        self.fit(X, y, **fit_params)
        # Fit has refused infinity, and to look again takes as long as to scale.
        with config_context(assume_finite=True):
            return self.transform(X)

    def transform(self, X):
        """Scale X.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            A table of shape (n_samples, n_features), an array of shape (n_samples,
            ..., n_channels), or a collection of arrays of shape (time, n_channels).

        Returns
        -------
        ndarray, list, object array or pandas Series
            Of the kind and shapes of X.
        """
        return self._map("transform", X)

    def inverse_transform(self, X):
        """Scale X back.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            Scaled data, as ``transform`` returns it.

        Returns
        -------
        ndarray, list, object array or pandas Series
            Of the kind and shapes of X.
        """
        return self._map("inverse_transform", X)

    def __sklearn_tags__(self):
        try:
            tags: Any = getattr(super(), "__sklearn_tags__")()  # noqa: B009
        except (TypeError, ValueError):
            # They are asked for before hyperparameters are checked.
            return type(self)().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.array_api_support = False
        return tags

    def _map(self, method: str, X: Any, copy_X: bool | None = None) -> Any:
        """Apply a method of the scaler; ``copy_X`` overrides its ``copy`` if given."""
        samples = self._read(X)
        if samples is None:
            options = {} if copy_X is None else {"copy": copy_X}
            with explained(X):
                return getattr(super(), method)(X, **options)
        check_is_fitted(self)
        of_rows = getattr(super(), method)
        dtype = check_output(of_rows, samples.dtype, samples.n_channels)
        keeps_X = self.copy if copy_X is None else copy_X
        with explained(samples):
            return samples.map(of_rows, dtype, in_place=not keeps_X)

    def _read(self, X: Any, reset: bool = False) -> Samples | None:
        """Return X if it holds sequences or images, None if it is a table."""
        n_channels = None if reset else getattr(self, "n_features_in_", None)
        return read_samples(X, n_channels, type(self).__name__)


def check_weights(weights: Any, n_samples: int) -> np.ndarray | None:
    """Check that there is one weight for each sample.

    Parameters
    ----------
    weights : array-like of shape (n_samples,) or None
        Sample weights.
    n_samples : int
        Number of samples.

    Returns
    -------
    ndarray of shape (n_samples,) or None
        In double precision.

    Raises
    ------
    ValueError
        If the shape is wrong.
    """
    if weights is None:
        return None
    with numbers_expected("sample_weight"):
        weights = check_array(
            weights, ensure_2d=False, dtype=np.float64, input_name="sample_weight"
        )
    if weights.shape != (n_samples,):
        raise ValueError(
            f"sample_weight.shape == {weights.shape}, expected {(n_samples,)}: give "
            "one weight per sample; it counts for every step or pixel of the sample."
        )
    return weights
