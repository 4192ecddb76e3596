"""Signals: images, series, ragged sequences, codes of text, and text."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from skdeep._forms import check_collection, native, warn_user
from skdeep._words import numbers_expected
from skdeep.estimators.inputs.samples import (
    FEW_PIXELS,
    MOST_COLORS,
    channels_seem_first,
    check_used,
    has_axes,
    largest_codes,
    looks_like_image,
    narrow,
    read_array,
    read_ragged,
    refuse_codes,
    refuse_codes_in_rows,
    refuse_text,
    samples_expected,
    shape_rows,
    warn_of_flat_images,
)
from skdeep.estimators.protocols import Inputs, is_ragged
from skdeep.nn import ColumnEmbedding, Normal
from skdeep.nn.augmentation.of_sources import OfSources
from skdeep.nn.layers.embedding import FIRST
from skdeep.nn.network import takes_any_size
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import BucketOrder


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
            dtype = narrow(X, dtype)
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
            with samples_expected(X, owner):
                X = validate_data(owner, X, dtype=dtype, reset=reset)
            if reset and self.input_shape is None and 3 in self.ranks:
                warn_of_flat_images(X)
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
            if 3 in self.ranks and looks_like_image(*sizes):
                warn_user(
                    f"{series} If these are grey images, give "
                    f"input_shape={(*sizes, 1)}; for series, {tuple(sizes)}."
                )
            elif isinstance(X, np.ndarray) and channels_seem_first(X):
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
        largest = largest_codes(X)
        if reset:
            check_used(X, largest)
            self.n_codes = [max(2, int(code) + 1) for code in largest]
        return X

    def from_sampler(self, X_new, X):
        try:
            largest_codes(X_new)
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
