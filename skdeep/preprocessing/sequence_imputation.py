"""Gaps in sequences, filled along time."""

import numpy as np

ALONG_TIME = ("forward_fill", "interpolate")


def fill_along_time(x: np.ndarray, strategy: str) -> np.ndarray:
    """Fill gaps from the observed values of the same series.

    Parameters
    ----------
    x : ndarray of shape (..., time, channels)
        Sequences; NaN is missing.
    strategy : {"forward_fill", "interpolate"}
        The last observed value; or the straight line between the last and the next
        one. Before the first observed value the first one is taken, after the last
        one the last.

    Returns
    -------
    ndarray of the shape of x
        NaN is left where a series has no observed value at all.
    """
    missing = np.isnan(x)
    length = x.shape[-2]
    step = np.arange(length)[:, None]
    last = np.maximum.accumulate(np.where(missing, -1, step), axis=-2)
    backwards = np.flip(np.where(missing, length, step), axis=-2)
    following = np.flip(np.minimum.accumulate(backwards, axis=-2), axis=-2)
    # Outside of the observed values both neighbours are the nearest of them.
    left = np.where(last < 0, np.minimum(following, length - 1), last)
    value = np.take_along_axis(x, left, axis=-2)
    if strategy == "interpolate":
        right = np.where(following == length, left, following)
        share = (step - left) / np.maximum(right - left, 1)
        value = value + share * (np.take_along_axis(x, right, axis=-2) - value)
    return np.where(missing, value, x).astype(x.dtype, copy=False)
