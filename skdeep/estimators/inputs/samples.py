"""Samples with their own axes: reading them, and what they may be mistaken for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isqrt
from os import PathLike
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array

from skdeep._forms import warn_user
from skdeep._words import numbers_expected
from skdeep.estimators.protocols import check_scale, is_ragged
from skdeep.nn.ragged import Ragged

# Of a sample, time or height and width aside: its last axis holds the channels.
LARGEST_RANK = 3
# Whole numbers are codes if there are so many of them, and that part of all that there
# could be.
MANY_CODES, DENSE = 20, 0.7
# Up to so many codes gaps do no harm; of more, that part has to occur.
MOST_UNUSED, USED = 100_000, 0.01
# From these sizes on, two axes look like height and width: if equal, and if not.
SMALLEST_IMAGE, LARGE_IMAGE = 8, 24
# Channels that images have at most, and pixels along an axis that they have at least.
MOST_COLORS, FEW_PIXELS = 4, 8
# Of series with so many times more channels than steps the channels may come first:
# surely with so few steps, else if what is beside one another is alike.
MANY_CHANNELS, FEW_STEPS, MORE_STEPS, ALIKE = 10, 4, 20, 0.5
SOME_SAMPLES = 64
# Of images and sounds.
FILES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".wav")


def looks_like_image(height: int, width: int) -> bool:
    """Tell whether two axes look like height and width."""
    return height == width >= SMALLEST_IMAGE or min(height, width) >= LARGE_IMAGE


def channels_seem_first(X: np.ndarray) -> bool:
    """Tell whether series are likely to have the shape (channels, time)."""
    n_steps, n_channels = X.shape[1:]
    if n_steps > MORE_STEPS or n_channels < MANY_CHANNELS * n_steps:
        return False
    if n_steps <= FEW_STEPS:
        return True
    # Word vectors and the like are long, too, and no entry resembles its neighbour.
    some = X[:SOME_SAMPLES].astype(np.float64)
    some -= some.mean(axis=2, keepdims=True)
    products, squares = (some[..., 1:] * some[..., :-1]).sum(), (some**2).sum()
    return bool(products > ALIKE * squares)


def warn_of_flat_images(X: np.ndarray) -> None:
    """Warn of rows, taken for series, that are likely to be the pixels of images."""
    n_features = X.shape[1]
    for n_channels in (1, 3):
        side = isqrt(n_features // n_channels)
        is_square = side >= SMALLEST_IMAGE and side**2 * n_channels == n_features
        # What is measured over time is seldom of whole numbers, none of them negative.
        if is_square and X.min() >= 0 and X.max() > 1 and not np.mod(X, 1).any():
            warn_user(
                f"X has shape {X.shape}, taken for {len(X)} series of {n_features} "
                "steps. If the rows are the pixels of images, give "
                f"input_shape={(side, side, n_channels)}; for series, "
                f"({n_features}, 1)."
            )
            return


@contextmanager
def samples_expected(X: Any, owner: Any) -> Iterator[None]:
    """Say what to do where scikit-learn's words lead elsewhere."""
    try:
        # Numbers beyond float32 are an error of scikit-learn's, which needs no warning.
        with np.errstate(over="ignore", invalid="ignore"), numbers_expected("X"):
            yield
    except ValueError as error:
        if "got 1D array" in str(error):
            raise ValueError(
                f"X is one series of {len(X)} values, and {type(owner).__name__} takes "
                "many samples. Reshape your data: X.reshape(1, -1) is a single sample, "
                "and numpy.lib.stride_tricks.sliding_window_view(X, 24) all windows of "
                "24 steps."
            ) from error
        if "contains NaN" in str(error):
            raise ValueError(
                "Input X contains NaN: let skdeep.preprocessing.Imputer() come first, "
                "which fills gaps, or leave such samples out."
            ) from error
        raise


def narrow(X: Any, dtype: Any) -> Any:
    """Return types that may stay, float32 first where it holds all values of X."""
    first = X
    if np.iterable(X) and not (hasattr(X, "dtype") and X.dtype != object):
        first = next(iter(X), None)
    found = getattr(first, "dtype", None)
    # Pixels of 8 bits, and the like.
    is_small = isinstance(found, np.dtype) and np.can_cast(found, np.float32)
    return (np.float32, np.float64) if isinstance(dtype, tuple) and is_small else dtype


def has_axes(X: Any) -> bool:
    """Tell whether samples have their own axes, unlike the rows of a table."""
    return np.ndim(X) > 2 if hasattr(X, "ndim") and X.ndim != 1 else is_ragged(X)


def refuse_codes(X: Any) -> None:
    """Check that sequences are no codes, whose size means nothing.

    Parameters
    ----------
    X : object
        Samples with axes of their own.

    Raises
    ------
    ValueError
        If they hold a single channel of whole numbers, of a type for whole numbers,
        from 0 on, nearly all of those up to the largest, and many different ones.
    """
    if isinstance(X, Ragged):
        arrays = X.arrays
    elif hasattr(X, "dtype") and X.dtype != object:
        arrays = [X] if X.ndim == 3 else []
    else:
        arrays = [np.asarray(sample) for sample in X]
    wide = [a for a in arrays if a.dtype.kind in "iu" and a.dtype.itemsize >= 4]
    if len(wide) < len(arrays) or not arrays:
        return
    series = [X.ndim == 3] if arrays and arrays[0] is X else [a.ndim < 3 for a in wide]
    one_channel = (a.ndim == 1 or a.shape[-1] == 1 for a in arrays)
    if not all(series) or not all(one_channel) or not any(a.size for a in arrays):
        return
    seen = np.unique(np.concatenate([np.unique(a) for a in arrays]))
    if seen[0] >= 0 and len(seen) >= MANY_CODES and len(seen) > DENSE * seen[-1]:
        raise ValueError(
            f"X holds sequences of {len(seen)} different whole numbers from {seen[0]} "
            f"to {seen[-1]}, which look like codes, such as SequenceVectorizer makes "
            "of text: give embedding_dim, the length of a learned vector for each; or, "
            "if they are quantities, X as floats (X.astype(float))."
        )


def refuse_codes_in_rows(X: Any) -> None:
    """Check that rows of whole numbers, taken for series, are no padded codes."""
    if issparse(X):
        return
    try:
        rows = np.asarray(X)
    except Exception:
        # What is wrong is said where X is read, by errors of polars' own types too.
        return
    if rows.ndim == 2 and rows.dtype.kind in "iu":
        refuse_codes(rows[:, :, np.newaxis])


def refuse_text(X: Any) -> None:
    """Check that samples are no strings.

    Parameters
    ----------
    X : object
        Anything.

    Raises
    ------
    ValueError
        If the first sample is a string, such as the name of a file.
    """
    if isinstance(X, list | tuple) or getattr(X, "ndim", 0) == 1:
        first = next(iter(X), None)
        is_path = isinstance(first, PathLike)
        if is_path or (isinstance(first, str) and first.lower().endswith(FILES)):
            raise ValueError(
                f"X holds names of files, {str(first)!r}: read them before, such as "
                "[numpy.asarray(PIL.Image.open(name)) for name in X]."
            )
        if isinstance(first, str):
            raise ValueError(
                f"X holds text, {str(first)!r}: make sequences of it by "
                "skdeep.preprocessing.SequenceVectorizer, before a recurrent or "
                "convolutional network with embedding_dim."
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
    with samples_expected(X, owner):
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
    check_scale(arrays, dtype, "X")
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
            f"input_shape={tuple(shape)} has {np.prod(shape)} values per sample, and X "
            f"has {X.shape[1]} features: give the shape, the channels last, of which "
            "rows of X are the flattened samples."
        )
    return X.reshape(len(X), *shape)


def check_used(X: np.ndarray | Ragged, largest: np.ndarray) -> None:
    """Check that codes are numbered without large gaps, as each gets a vector."""
    rows = X.rows() if isinstance(X, Ragged) else X.reshape(-1, X.shape[-1])
    for channel in np.flatnonzero(largest > MOST_UNUSED):
        n_used = len(np.unique(rows[:, channel]))
        if n_used < USED * largest[channel]:
            raise ValueError(
                f"X holds codes up to {largest[channel]:.0f}, of which {n_used} occur, "
                "and embedding_dim makes a vector for every number up to the largest: "
                "number codes without gaps, as SequenceVectorizer does of tokens, or "
                "numpy.unique(X, return_inverse=True) of other numbers."
            )


def largest_codes(X: np.ndarray | Ragged) -> np.ndarray:
    """Return the largest code of each channel.

    Raises
    ------
    ValueError
        If a sample holds something else than codes.
    """
    samples = X.arrays if isinstance(X, Ragged) else X
    for position, sample in enumerate(samples):
        wrong = (sample < 0) | (sample != np.floor(sample))
        if wrong.any():
            raise ValueError(
                f"Sample {position} of X holds {sample[wrong][0]}, and embedding_dim "
                "takes codes: integers of at least 0, such as SequenceVectorizer makes "
                "of text (0 is missing, 1 unseen in training)."
            )
    rows = X.rows() if isinstance(X, Ragged) else X.reshape(-1, X.shape[-1])
    return rows.max(axis=0)
