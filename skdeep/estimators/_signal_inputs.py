"""Estimators that take images, sequences, and samples that differ in size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from sklearn.utils import check_X_y

from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._signals import (
    LARGEST_RANK,
    is_ragged,
    read_array,
    read_ragged,
    refuse_text,
    shape_rows,
)
from skdeep.estimators._validation import NOTHING, Rule, Sizes
from skdeep.nn.network import takes_any_size
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import BucketOrder, Order


@dataclass(frozen=True)
class SampleShape(Rule):
    """The shape of a sample."""

    def accepts(self, value):
        return Sizes().accepts(value) and 1 <= len(value) <= LARGEST_RANK

    def __str__(self):
        return "the shape of one sample such as (28, 28, 1), the channels last"


@dataclass(eq=False, repr=False, kw_only=True)
class SignalInputs(BaseNetwork):
    """Steps in where data enter: rows, arrays and collections become samples."""

    input_shape: Sequence[int] | None = None

    _signal_rules: ClassVar[dict[str, tuple[Rule, ...]]] = {
        "input_shape": (NOTHING, SampleShape()),
    }
    # How many axes a sample may have, its channels included.
    _ranks: ClassVar[tuple[int, ...]] = (2, 3)
    # Whether a row of a table is a signal of one channel, rather than features.
    _rows_are_signals: ClassVar[bool] = True
    # What to do where samples differ in size and the layers do not allow it.
    _size_advice: ClassVar[str] = "bring them to one size"

    def _check_data(self, X, y, reset):
        refuse_text(X)
        if reset:
            self._forget_features()
        if not self._has_axes(X):
            X, y = super()._check_data(X, y, reset)
            return self._as_samples(X, reset), y
        X = self._read_axes(X, self._input_dtype(reset), reset)
        _, y = check_X_y(
            np.broadcast_to(0.0, (X.shape[0], 1)),
            y,
            multi_output=True,
            y_numeric=self._numeric_targets,
            estimator=self,
        )
        return X, y

    def _read(self, X):
        refuse_text(X)
        if self._has_axes(X):
            return self._read_axes(X, self.network_.dtype, reset=False)
        return self._as_samples(super()._read(X), reset=False)

    @staticmethod
    def _has_axes(X: Any) -> bool:
        """Tell whether samples have axes of their own, unlike the rows of a table."""
        return np.ndim(X) > 2 if hasattr(X, "ndim") and X.ndim != 1 else is_ragged(X)

    def _sample_shape(self, X: Any) -> tuple[int, ...]:
        """Return the shape of a sample, of X as it was given."""
        if self.input_shape is not None:
            return tuple(self.input_shape)
        if is_ragged(X) and not isinstance(X, Ragged):
            shape = np.shape(next(iter(X)))
            return (*shape, 1) if len(shape) == 1 else shape
        return (X if hasattr(X, "shape") else np.asarray(X)).shape[1:]

    def _forget_features(self) -> None:
        for name in ("n_features_in_", "feature_names_in_"):
            self.__dict__.pop(name, None)

    def _read_axes(self, X: Any, dtype: Any, reset: bool) -> Any:
        if is_ragged(X):
            X = read_ragged(X, dtype)
        else:
            X = read_array(X, dtype, self)
        if self.input_shape is not None and tuple(self.input_shape) == (
            *X.shape[1:],
            1,
        ):
            # Grey images without an axis of channels.
            X = X.reshape(*X.shape, 1)
        rank = len(X.shape) - 1
        if rank not in self._ranks:
            allowed = " or ".join(
                {1: "(n_samples, n_features)", 2: "(n_samples, time, channels)"}.get(
                    r, "(n_samples, height, width, channels)"
                )
                for r in self._ranks
            )
            raise ValueError(
                f"X has shape {X.shape}, and {type(self).__name__} takes {allowed}."
            )
        return self._match(X, reset)

    def _as_samples(self, X: np.ndarray, reset: bool) -> Any:
        """Return the rows of a table as samples."""
        if self.input_shape is not None:
            X = shape_rows(X, self.input_shape)
        elif self._rows_are_signals or (not reset and self.input_shape_[1:] == (1,)):
            X = X[:, :, np.newaxis]
        return self._match(X, reset)

    def _match(self, X: Any, reset: bool) -> Any:
        """Check the shape of samples against what was given or seen in fit."""
        shape = X.shape[1:]
        if reset:
            given = self.input_shape
            if given is not None and tuple(given) != shape:
                raise ValueError(
                    f"input_shape={tuple(given)}, and X holds samples of shape "
                    f"{shape}: give that shape, or None."
                )
            self.input_shape_ = shape
            if isinstance(X, Ragged):
                differ = (X.sizes != X.sizes[0]).any(axis=0).tolist()
                sizes = zip(shape, differ, strict=False)
                self.input_shape_ = (*(None if d else s for s, d in sizes), shape[-1])
            return X
        seen = self.input_shape_
        if len(shape) != len(seen) or shape[-1] != seen[-1]:
            raise ValueError(
                f"X holds samples of shape {shape}, and {type(self).__name__} was "
                f"fitted to samples of shape {seen}, the channels last: give samples "
                "with the same axes and channels."
            )
        if isinstance(X, Ragged) or shape != self.network_.input_shape:
            self._check_sizes(X)
        return X

    def _check_sizes(self, X: Any) -> None:
        """Check that the layers take samples of these sizes."""
        network, seen = self.network_, self.input_shape_
        if not takes_any_size(network.layer, network.input_shape):
            raise ValueError(
                f"X holds samples of shapes other than {network.input_shape}, and the "
                f"layers have weights for that size alone: {self._size_advice}."
            )
        if isinstance(X, Ragged):
            network.layer.sizes_after(X.sizes)
        elif seen[:-1]:
            network.layer.sizes_after(np.array([X.shape[1:-1]], dtype=np.intp))

    def _prepare_network(self, X, rng, resumes):
        super()._prepare_network(X, rng, resumes)
        if isinstance(X, Ragged):
            self._check_sizes(X)

    def _order(self, samples):
        order = super()._order(samples)
        if isinstance(samples.inputs, Ragged) and type(order) is Order and self.shuffle:
            return BucketOrder(samples.inputs.sizes.prod(axis=1))
        return order

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = 2 in self._ranks
        return tags
