"""Signals: images, series, ragged sequences, codes of text, and text."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isqrt
from os import PathLike
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from skdeep._forms import check_collection, native
from skdeep._words import numbers_expected
from skdeep.estimators._record import warn_user
from skdeep.estimators.protocols import Inputs, check_scale, is_ragged
from skdeep.nn import ColumnEmbedding, Normal
from skdeep.nn.augmentation.of_sources import OfSources
from skdeep.nn.layers.embedding import FIRST
from skdeep.nn.network import takes_any_size
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import BucketOrder

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


class Signals(Inputs):
    """Samples with their own axes; rows of a table are flattened samples.

    Parameters
    ----------
    input_shape : sequence of int or None
        The hyperparameter.
    ranks : tuple of int
        Numbers of axes that a sample may have, its channels included.
    rows_are_series : bool, default=True
        Whether a row of a table is a series of one channel, rather than features.
    size_advice : str
        What to do where samples differ in size and the layers do not allow it.
    """

    learned: tuple[str, ...] = ("names",)
    # Whether samples that look like codes are to be refused.
    takes_codes_for_numbers = True
    # Names of the channels, if samples are data frames.
    names: list[str] | None = None

    def __init__(
        self,
        input_shape: Sequence[int] | None,
        ranks: tuple[int, ...],
        rows_are_series: bool = True,
        size_advice: str = "bring them to one size",
    ):
        # Tags are asked for before hyperparameters are checked.
        self.input_shape = tuple(input_shape) if np.iterable(input_shape) else None
        self.ranks, self.rows_are_series = ranks, rows_are_series
        self.size_advice = size_advice

    def describe(self, tags):
        tags.three_d_array = 2 in self.ranks

    def read(self, X, owner, dtype, *, reset=False):
        check_collection(X, "X")
        X = native(X)
        refuse_text(X)
        if isinstance(X, memoryview):
            # One of several axes cannot be iterated over.
            X = np.asarray(X)
        if has_axes(X) or self.input_shape is not None:
            dtype = _narrow(X, dtype)
        if reset:
            for name in ("n_features_in_", "feature_names_in_"):
                vars(owner).pop(name, None)
        if has_axes(X):
            # Layers of a user's own may embed codes.
            if reset and self.takes_codes_for_numbers and self.rows_are_series:
                with numbers_expected("X"):
                    refuse_codes(X)
            X = self._read_axes(X, owner, dtype)
            if reset and self.input_shape is None:
                self._warn_of_other_axes(X)
        else:
            if reset and self.takes_codes_for_numbers and self.input_shape is None:
                refuse_codes_in_rows(X)
            with _samples_expected(X, owner):
                X = validate_data(owner, X, dtype=dtype, reset=reset)
            if reset and self.input_shape is None and 3 in self.ranks:
                _warn_of_flat_images(X)
            if self.input_shape is not None:
                X = shape_rows(X, self.input_shape)
            elif self.rows_are_series or (not reset and owner.input_shape_[1:] == (1,)):
                X = X[:, :, np.newaxis]
        if reset:
            owner.input_shape_ = self._shape_of_samples(X)
        else:
            self._compare(X, owner)
        return X

    def _read_axes(self, X: Any, owner: Any, dtype: Any) -> Any:
        if is_ragged(X):
            self._compare_names(X, owner)
            X = read_ragged(X, dtype)
        else:
            X = read_array(X, dtype, owner)
        if self.input_shape == (*X.shape[1:], 1):
            # Grey images without an axis of channels.
            X = X.reshape(*X.shape, 1)
        rank = len(X.shape) - 1
        if rank not in self.ranks:
            forms = {1: "(n_samples, n_features)", 2: "(n_samples, time, channels)"}
            image = "(n_samples, height, width, channels)"
            allowed = " or ".join(forms.get(r, image) for r in self.ranks)
            raise ValueError(
                f"X has shape {X.shape}, and {type(owner).__name__} takes {allowed}."
            )
        return X

    def _compare_names(self, X: Any, owner: Any) -> None:
        """Check that data frames have the channels of fit, in their order."""
        found = getattr(next(iter(X)), "columns", None)
        if found is None:
            return
        names = list(map(str, found))
        if self.names is None:
            self.names = names
        elif names != self.names:
            raise ValueError(
                f"Sample 0 of X has the columns {names}, and {type(owner).__name__} "
                f"was fitted to {self.names}: give them in the same order, such as "
                f"[x[{self.names}] for x in X]."
            )

    def _warn_of_other_axes(self, X: np.ndarray | Ragged) -> None:
        """Warn of arrays that are likely to be meant otherwise than they are taken."""
        n, *sizes = X.shape
        taken = f"X has shape {X.shape}, taken for {n}"
        if len(sizes) == 2:
            series = f"{taken} series of {sizes[0]} steps and {sizes[1]} channels."
            if 3 in self.ranks and _looks_like_image(*sizes):
                warn_user(
                    f"{series} If these are grey images, give "
                    f"input_shape={(*sizes, 1)}; for series, {tuple(sizes)}."
                )
            elif isinstance(X, np.ndarray) and _channels_seem_first(X):
                warn_user(
                    f"{series} If the channels come first, give X.transpose(0, 2, 1); "
                    f"else give input_shape={tuple(sizes)}."
                )
        elif len(sizes) == 3 and sizes[0] <= MOST_COLORS <= FEW_PIXELS <= min(
            sizes[1:]
        ):
            warn_user(
                f"{taken} images of {sizes[0]} x {sizes[1]} pixels and {sizes[2]} "
                "channels. If the channels come first, give X.transpose(0, 2, 3, 1); "
                f"else give input_shape={tuple(sizes)}."
            )

    def _shape_of_samples(self, X: Any) -> tuple[int | None, ...]:
        """Return the shape of the samples, None along axes of differing size."""
        shape = X.shape[1:]
        if self.input_shape not in (None, shape):
            raise ValueError(
                f"input_shape={self.input_shape}, and X holds samples of shape "
                f"{shape}: give that shape, or None."
            )
        if not isinstance(X, Ragged):
            return shape
        differ = (X.sizes != X.sizes[0]).any(axis=0).tolist()
        sizes = zip(shape, differ, strict=False)
        return (*(None if d else s for s, d in sizes), shape[-1])

    def _compare(self, X: Any, owner: Any) -> None:
        """Check the shape of samples against those seen in fit."""
        shape, seen = X.shape[1:], owner.input_shape_
        if len(shape) != len(seen) or shape[-1] != seen[-1]:
            raise ValueError(
                f"X holds samples of shape {shape}, and {type(owner).__name__} was "
                f"fitted to samples of shape {seen}, the channels last: give samples "
                "with the same axes and channels."
            )
        self.check_network(X, owner)

    def check_network(self, X, owner):
        network = owner.network_
        if not isinstance(X, Ragged) and X.shape[1:] == network.input_shape:
            return
        if not takes_any_size(network.layer, network.input_shape):
            raise ValueError(
                f"X holds samples of shapes other than {network.input_shape}, and the "
                f"layers have weights for that size alone: {self.size_advice}."
            )
        if isinstance(X, Ragged):
            network.layer.sizes_after(X.sizes)
        elif X.ndim > 2:
            network.layer.sizes_after(np.array([X.shape[1:-1]], dtype=np.intp))

    def sample_shape(self, shape):
        return (*shape, 1) if len(shape) == 1 and self.rows_are_series else shape

    def order(self, samples, shuffle):
        if shuffle and isinstance(samples.inputs, Ragged):
            return BucketOrder(samples.inputs.sizes.prod(axis=1))
        return super().order(samples, shuffle)


class Codes(Signals):
    """Sequences of codes, such as those of the words of a text.

    Parameters
    ----------
    input_shape : sequence of int or None
        The hyperparameter.
    ranks : tuple of int
        Numbers of axes that a sample may have, its channels included.
    embedding_dim : int
        Length of the vectors of codes.
    **options : Any
        Of :class:`Signals`.

    Attributes
    ----------
    n_codes : list of int
        Number of codes of each channel.
    """

    learned = (*Signals.learned, "n_codes")
    takes_codes_for_numbers = False
    n_codes: list[int] | None = None

    def __init__(
        self,
        input_shape: Sequence[int] | None,
        ranks: tuple[int, ...],
        embedding_dim: int,
        **options: Any,
    ):
        super().__init__(input_shape, ranks, **options)
        self.embedding_dim = embedding_dim

    def read(self, X, owner, dtype, *, reset=False):
        if owner.augment is not None:
            raise ValueError(
                f"augment={owner.augment!r} would change codes, which embedding_dim "
                "takes X for: leave out one of them."
            )
        X = super().read(X, owner, dtype, reset=reset)
        largest = _largest_codes(X)
        if reset:
            _check_used(X, largest)
            self.n_codes = [max(2, int(code) + 1) for code in largest]
        return X

    def from_sampler(self, X_new, X):
        try:
            _largest_codes(X_new)
        except ValueError as error:
            raise ValueError(
                "The sampler made numbers between codes, which stand for nothing: take "
                "one that repeats samples or leaves some out, such as sampler='over'."
            ) from error
        return X_new

    def layers(self):
        if self.n_codes is None:
            raise ValueError(
                f"embedding_dim={self.embedding_dim!r} makes a vector for each code in "
                "X, and how many there are is known once the estimator is fitted: fit "
                "it first."
            )
        # Vectors of unit scale: smaller ones leave the gates half open for many epochs.
        return [ColumnEmbedding(self.n_codes, self.embedding_dim, Normal(1.0))]


class Sources(Signals):
    """Sequences that an encoder reads, of numbers or of symbols such as characters.

    Parameters
    ----------
    unit : {"auto", "char", "word", "token", "number"}
        What a sequence consists of. "auto" is characters of strings, tokens of
        sequences of strings, and numbers of anything else.

    Attributes
    ----------
    symbols : ndarray of shape (n_symbols,) or None
        Sorted symbols seen in fit; None for numbers.
    """

    learned = ("symbols", "unit")
    symbols: np.ndarray | None = None

    def __init__(self, unit: str):
        super().__init__(None, (2,))
        self.unit = unit

    def describe(self, tags):
        tags.three_d_array = True
        tags.string = True

    def read(self, X, owner, dtype, *, reset=False):
        from skdeep.preprocessing._symbols import (
            holds_symbols,
            holds_text,
            positions,
            read_symbols,
        )

        if self.unit == "auto":
            self.unit = "char" if holds_text(X) else "number"
            if self.unit == "number" and holds_symbols(X):
                self.unit = "token"
        if self.unit == "number":
            return super().read(X, owner, dtype, reset=reset)
        if owner.augment is not None:
            raise ValueError(
                f"augment={owner.augment!r} changes numbers, and X holds symbols: "
                "leave it out."
            )
        arrays = read_symbols(X, self.unit, "X")
        rows = np.concatenate(arrays)
        if reset:
            for name in ("n_features_in_", "feature_names_in_"):
                vars(owner).pop(name, None)
            self.symbols = np.unique(rows)
            owner.input_shape_ = (None, 1)
        assert self.symbols is not None
        # -1 becomes the code of what was never seen.
        codes = positions(rows, self.symbols) + FIRST
        codes = codes.astype(np.float32 if isinstance(dtype, tuple) else dtype)
        ends = np.cumsum([len(array) for array in arrays])[:-1]
        return Ragged(np.split(codes[:, np.newaxis], ends))

    def check_network(self, X, owner):
        # Encoders take sequences of any length.
        pass

    def adapt(self, augmentation):
        return None if augmentation is None else OfSources(augmentation)


class Conditions(Inputs):
    """A vector for each sample that starts a sequence, or none.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,) or None
        Sorted classes, for conditions that are one class for each sample.
    width : int
        Length of the vectors.
    """

    learned = ("classes", "width")
    classes: np.ndarray | None = None
    width: int

    def read(self, X, owner, dtype, *, reset=False):
        check_collection(X, "conditions")
        with numbers_expected("conditions"):
            given = np.asarray(X.toarray() if issparse(X) else X)
        unseen: Any = []
        try:
            if reset:
                self.classes = np.unique(given) if given.ndim == 1 else None
            if self.classes is not None and given.ndim == 1:
                unseen = np.setdiff1d(given, self.classes).tolist()
        except TypeError as error:
            raise ValueError(
                f"conditions holds classes of different types ({error}): give strings "
                "or numbers throughout."
            ) from error
        if unseen:
            raise ValueError(
                f"conditions holds {unseen[0]!r}, which fit has not seen: give some of "
                f"{np.asarray(self.classes).tolist()}."
            )
        if self.classes is not None and given.ndim == 1:
            given = given[:, np.newaxis] == self.classes
        with (
            np.errstate(over="ignore", invalid="ignore"),
            numbers_expected("conditions"),
        ):
            X = check_array(
                given,
                dtype=dtype,
                estimator=owner,
                ensure_min_features=0,
                input_name="conditions",
            )
        if reset:
            self.width = X.shape[1]
        elif X.shape[1] != self.width:
            raise ValueError(
                f"conditions has {X.shape[1]} columns, and {type(owner).__name__} was "
                f"fitted to {self.width}: give as many numbers for each sequence, or "
                "classes if fit was given classes."
            )
        if isinstance(dtype, tuple) and not self.width:
            X = X.astype(np.float32)
        return X

    def check_network(self, X, owner):
        pass

    def adapt(self, augmentation):
        if augmentation is not None:
            raise ValueError(
                f"augment={augmentation!r} changes what a network reads, and here it "
                "learns how likely X is as it stands: leave it out."
            )
        return None

    def order(self, samples, shuffle):
        if shuffle:
            return BucketOrder(samples.inputs.sizes.prod(axis=1))
        return super().order(samples, shuffle)


def _looks_like_image(height: int, width: int) -> bool:
    return height == width >= SMALLEST_IMAGE or min(height, width) >= LARGE_IMAGE


def _channels_seem_first(X: np.ndarray) -> bool:
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


def _warn_of_flat_images(X: np.ndarray) -> None:
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
def _samples_expected(X: Any, owner: Any) -> Iterator[None]:
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


def _narrow(X: Any, dtype: Any) -> Any:
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
    with _samples_expected(X, owner):
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


def _check_used(X: np.ndarray | Ragged, largest: np.ndarray) -> None:
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


def _largest_codes(X: np.ndarray | Ragged) -> np.ndarray:
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
