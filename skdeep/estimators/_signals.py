"""Images, sequences and other samples with axes of their own: from X to arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils import check_array

from skdeep.nn.ragged import Ragged

# Of a sample, time or height and width aside: its last axis holds the channels.
LARGEST_RANK = 3


def is_ragged(X: Any) -> bool:
    """Tell whether X is a collection of samples rather than one array.

    Parameters
    ----------
    X : object
        Anything.

    Returns
    -------
    bool
        True for lists, object arrays and Series of arrays, but for a list of rows of
        equal length, which is a table.
    """
    if isinstance(X, Ragged):
        return True
    if not isinstance(X, list | tuple) and getattr(X, "ndim", None) != 1:
        return False
    first = next(iter(X), None)
    if not isinstance(first, list | tuple) and not getattr(first, "ndim", 0):
        # Spares an import that takes pandas along.
        return False
    from skdeep.preprocessing._ragged import is_ragged as is_collection

    return is_collection(X)


def refuse_text(X: Any) -> None:
    """Check that samples are no strings.

    Parameters
    ----------
    X : object
        Anything.

    Raises
    ------
    ValueError
        If the first sample is a string.
    """
    if isinstance(X, list | tuple) or getattr(X, "ndim", 0) == 1:
        first = next(iter(X), None)
        if isinstance(first, str):
            raise ValueError(
                f"X holds text, {str(first)!r}: make sequences of it by "
                "skdeep.preprocessing.SequenceVectorizer, before an RNNClassifier or "
                "RNNRegressor with embedding_dim."
            )


def read_array(X: Any, dtype: Any, owner: Any) -> np.ndarray:
    """Check samples of equal size in one array.

    Parameters
    ----------
    X : array-like of shape (n_samples, size, ..., n_channels)
        Three or four axes.
    dtype : dtype or tuple of dtype
        Type of the result, or types that may stay.
    owner : estimator
        Who asks, for errors.

    Returns
    -------
    ndarray
        The samples, not copied where they have the type.

    Raises
    ------
    ValueError
        If there are too many axes, no values, or values that are not finite.
    """
    X = check_array(X, allow_nd=True, dtype=dtype, estimator=owner, input_name="X")
    if X.ndim > LARGEST_RANK + 1:
        raise ValueError(
            f"X has {X.ndim} axes, of shape {X.shape}: give (n_samples, time, "
            "channels) or (n_samples, height, width, channels)."
        )
    if X.size == 0:
        raise ValueError(
            f"X has shape {X.shape}, which holds no values: give at least one sample "
            "of at least one step and one channel."
        )
    return X


def read_ragged(X: Any, dtype: Any) -> np.ndarray | Ragged:
    """Check samples in a collection.

    Parameters
    ----------
    X : list, object array, Series or Ragged
        Samples of shape (size, ..., n_channels); those of one axis have one channel.
    dtype : dtype or tuple of dtype
        Type of the result, or types that may stay, the first of which is the widest.

    Returns
    -------
    ndarray or Ragged
        One array if all samples are of one size.

    Raises
    ------
    ValueError
        If a sample is empty, holds values that are not finite, or has other axes or
        another number of channels than the first one.
    """
    if isinstance(X, Ragged):
        return X if isinstance(dtype, tuple) else X.astype(dtype)
    from skdeep.preprocessing._ragged import RaggedSamples

    arrays = RaggedSamples(X).sequences()
    rank = arrays[0].ndim
    for position, array in enumerate(arrays):
        _check_sample(array, position, rank)
    if isinstance(dtype, tuple):
        found = np.result_type(*{array.dtype for array in arrays})
        dtype = found if found in dtype else dtype[0]
    if len({array.shape for array in arrays}) == 1:
        return np.stack(arrays).astype(dtype, copy=False)
    return Ragged(arrays).astype(dtype)


def _check_sample(array: np.ndarray, position: int, rank: int) -> None:
    if array.ndim != rank or rank > LARGEST_RANK:
        raise ValueError(
            f"Sample {position} of X has shape {array.shape}, and the first one has "
            f"{rank} axes: give each as (time, channels), or each as (height, width, "
            "channels)."
        )
    if array.size == 0:
        raise ValueError(
            f"Sample {position} of X has shape {array.shape}, which holds no values: "
            "leave it out, or give it at least one step."
        )
    if np.isnan(array).any():
        where = np.argwhere(np.isnan(array))[0].tolist()
        raise ValueError(
            f"Sample {position} of X contains NaN, first at {where}: fill the gap, "
            "as skdeep.preprocessing.Imputer does, or leave the sample out."
        )


def shape_rows(X: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Return the rows of a table as samples of ``shape``.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Flattened samples.
    shape : sequence of int
        Shape of one sample.

    Returns
    -------
    ndarray of shape (n_samples, *shape)
        A view.

    Raises
    ------
    ValueError
        If there are not as many features as a sample has values.
    """
    if np.prod(shape) != X.shape[1]:
        raise ValueError(
            f"input_shape={tuple(shape)} has {np.prod(shape)} values a sample, and X "
            f"has {X.shape[1]} features: give the shape, the channels last, of which "
            "rows of X are the flattened samples."
        )
    return X.reshape(len(X), *shape)
