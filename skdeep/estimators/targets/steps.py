"""Targets at every step or pixel of a sample."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_consistent_length

from skdeep._forms import check_collection, is_missing
from skdeep._words import numbers_expected
from skdeep.estimators.protocols import (
    Targets,
    row_outputs,
)
from skdeep.estimators.targets.labels import Labels
from skdeep.estimators.targets.step_arrays import Steps, sample_sizes, split_rows
from skdeep.nn.ragged import Ragged
from skdeep.nn.tiles import forward_in_tiles
from skdeep.nn.training import Samples

# The parts of a sample, by its number of axes.
STEPS = {1: "step", 2: "pixel"}


class StepTargets(Targets):
    """Targets of another kind at every step; a step is a row like any sample.

    Parameters
    ----------
    rows : Targets
        The targets of a step.
    n_axes : int
        Number of axes of a sample: 1 of steps, or 2 of pixels.
    asked_by, instead : str
        Names, in errors, of what asks for a target at each step, or for one per sample.
    void : sequence or None, default=None
        Targets of steps that do not count, NaN among them; None allows no such steps.
    in_tiles : bool, default=False
        Whether outputs see but a part of a sample, so that large ones are predicted in
        tiles.
    """

    def __init__(
        self,
        rows: Targets,
        n_axes: int,
        asked_by: str,
        instead: str,
        void: Sequence[Any] | None = None,
        in_tiles: bool = False,
    ):
        self.rows, self.n_axes = rows, n_axes
        self.asked_by, self.instead = asked_by, instead
        self.void, self.in_tiles = void, in_tiles

    def __getattr__(self, name: str) -> Any:
        # What is known of the targets of a step: classes, loss, number of outputs.
        if name.startswith("__") or name == "rows":
            raise AttributeError(name)
        return getattr(self.rows, name)

    def read(self, y, X, owner):
        y = self._read_arrays(y)
        sizes = sample_sizes(X)
        check_consistent_length(sizes, y)
        wrong = np.flatnonzero((sizes != y.sizes).any(axis=1))
        if len(wrong):
            i = wrong[0]
            raise ValueError(
                _sizes_differ(i, y.arrays[i].shape, (*sizes[i].tolist(), X.shape[-1]))
            )
        y.rows = self.rows.read(y.rows, y.rows, owner)
        self._n_channels = X.shape[-1]
        return y

    def _read_arrays(self, y: Any) -> Steps:
        n_axes, step = self.n_axes, STEPS[self.n_axes]
        check_collection(y)
        if y is None:
            raise ValueError(f"y is None: give a target for each {step}.")
        if issparse(y):
            raise ValueError("y is a sparse matrix: give an array, y.toarray().")
        if not isinstance(y, list | tuple) and not hasattr(y, "dtype"):
            y = np.asarray(y)
        with numbers_expected("y"):
            arrays = [np.asarray(sample) for sample in y]
        for position, array in enumerate(arrays):
            if array.ndim not in (n_axes, n_axes + 1):
                axes = ("time", "height, width")[n_axes - 1]
                raise ValueError(
                    f"Sample {position} of y has shape {array.shape}, and there is an "
                    f"output for each {step} ({self.asked_by}): give y of shape "
                    f"(n_samples, {axes}), or a list of arrays (several numbers for "
                    f"each in a last axis); for one value per sample, take "
                    f"{self.instead}."
                )
            if array.shape[n_axes:] != arrays[0].shape[n_axes:]:
                raise ValueError(
                    f"Sample {position} of y has shape {array.shape}, and the first "
                    f"one {arrays[0].shape}: give the same number of values for each "
                    f"{step}."
                )
            if array.dtype.kind != "f":
                unknown = is_missing(array)
            elif self.void is None:
                unknown = ~np.isfinite(array)
            else:
                # NaN marks a void step.
                unknown = np.isinf(array)
            if unknown.any():
                where = np.argwhere(unknown)[0][:n_axes].tolist()
                what, fix = "NaN (or None)", "leave the sample out"
                if self.void is not None:
                    what, fix = "None", f"NaN for a {step} that does not count"
                raise ValueError(
                    f"Sample {position} of y contains {what} or infinity, first at "
                    f"{step} {', '.join(map(str, where))}: give a value for each, or "
                    f"{fix}."
                )
        if not arrays:
            raise ValueError("y is empty: give at least one sample.")
        if arrays[0].shape[n_axes:] == (1,):
            arrays = [array[..., 0] for array in arrays]
        return Steps(*self._fill_void(arrays))

    def _fill_void(self, arrays: list[np.ndarray]) -> Any:
        """Return arrays with a target of others at void steps, and which count."""
        n_axes, step = self.n_axes, STEPS[self.n_axes]
        if self.void is None:
            return arrays, n_axes
        masks = [_is_void(array, self.void) for array in arrays]
        counted = [~mask.any(axis=tuple(range(n_axes, mask.ndim))) for mask in masks]
        if all(mask.all() for mask in counted):
            return arrays, n_axes
        first = next((i for i, mask in enumerate(counted) if mask.any()), None)
        if first is None:
            raise ValueError(
                f"All {step}s of y are void (NaN, or a label to ignore), and nothing "
                f"can be learned from them or scored: give {step}s with targets."
            )
        filler = arrays[first][counted[first]][0]
        arrays = [array.copy() for array in arrays]
        for array, mask in zip(arrays, counted, strict=True):
            array[~mask] = filler
        return arrays, n_axes, counted

    def read_weights(self, weights, X):
        is_one = np.isscalar(weights) or not np.iterable(weights)
        arrays = [] if is_one else [np.asarray(w) for w in weights]
        if not arrays or any(array.ndim != self.n_axes for array in arrays):
            return None
        steps, sizes = Steps(arrays, self.n_axes), sample_sizes(X)
        if not np.array_equal(steps.sizes, sizes):
            raise ValueError(
                f"Weights of {STEPS[self.n_axes]}s have other shapes than the samples "
                "of X: give one weight for each, or one per sample."
            )
        return steps

    def learn(self, y, classes=None, incremental=False):
        rows = np.asarray(y.rows)
        if isinstance(self.rows, Labels) and rows.ndim == 2:
            _check_labels(rows, STEPS[self.n_axes], self._n_channels)
        self.rows.learn(y.rows, classes, incremental)

    def carry_on(self, before):
        self.rows.carry_on(before.rows)

    def check_again(self, y, classes, incremental):
        self.rows.check_again(y.rows, classes, incremental)

    def check_exclusive(self, name, value):
        raise ValueError(
            f"{name}={value!r} needs one class per sample, and there is one per step "
            f"({self.asked_by}): set {name} to its default, and use class_weight, "
            "which counts steps."
        )

    def stratify(self, y):
        """Return a class for each sample: the rarest one that it has somewhere."""
        if not isinstance(self.rows, Labels):
            return None
        columns, classes = self.rows.columns(y.rows)
        sample = np.repeat(np.arange(len(y)), y.sizes.prod(axis=1))
        weights = y.repeat(None)
        counts = [
            np.bincount(
                sample * len(classes) + column, weights, len(y) * len(classes)
            ).reshape(len(y), -1)
            for column in columns
        ]
        if self.rows.kind == "multilabel":
            return _rarest(np.stack([having[:, 1] > 0 for having in counts], axis=1))
        return _rarest(counts[0] > 0)

    def check_augmentation(self, augmentation):
        if augmentation is None or augmentation.keeps_places:
            return
        if not augmentation.moves_targets:
            raise ValueError(
                f"augment={augmentation!r} mixes samples whose steps have targets of "
                f"their own ({self.asked_by}), which would stay as they are: take one "
                "that changes values in their places, such as 'noise', or moves "
                "targets along, such as 'mirror' or 'time_shift'."
            )

    def weigh(self, y, sample_weight):
        self.rows.weigh(y.rows, y.repeat(sample_weight))

    def weights(self, y, sample_weight, dtype):
        return self.rows.weights(y.rows, y.repeat(sample_weight), dtype)

    def encode(self, y, dtype, name="y"):
        return self.rows.encode(y.rows, dtype, name)

    def samples(self, inputs, y, sample_weight, dtype):
        steps, weight_sum = self.rows.samples(
            y.rows, y.rows, y.repeat(sample_weight), dtype
        )
        # Such that the weights of all steps add up to the number of samples.
        share = len(y) / len(y.rows)
        if steps.weights is None:
            weights: Any = np.full(len(y), share, dtype)
        else:
            weights = y.split(steps.weights * steps.weights.dtype.type(share))
        return Samples(inputs, y.split(steps.targets), weights), weight_sum

    def forward(self, network, x):
        return forward_in_tiles(network, x) if self.in_tiles else network.forward(x)

    def decode(self, z):
        return self._as_samples(self.rows.decode, z)

    def probabilities(self, z):
        return self._as_samples(self.rows.probabilities, z)

    def _as_samples(self, predict: Any, z: Any) -> Any:
        values = predict(row_outputs(z))
        if isinstance(z, Ragged):
            return split_rows(values, z.sizes)
        return values.reshape(*z.shape[:-1], *values.shape[1:])

    def metric(self, y, sample_weight):
        return self.rows.metric(y.rows, y.repeat(sample_weight))

    def starting_outputs(self, samples):
        return self.rows.starting_outputs(samples)

    def by_rows(self, y, weights):
        return self.rows, y.rows, y.repeat(weights)

    def check_network(self, network, X):
        plan = network.plan
        self._compare(plan.input_shape[:-1], plan.output_shape[:-1])
        sizes = np.unique(sample_sizes(X), axis=0)
        after = network.layer.sizes_after(sizes)
        if after is not None:
            for before, now in zip(sizes.tolist(), after.tolist(), strict=True):
                self._compare(tuple(before), tuple(now))

    def _compare(self, before: tuple[int, ...], after: tuple[int, ...]) -> None:
        """Check that as many steps or pixels leave the layers as entered them."""
        if after and after != before:
            given, found = (" x ".join(map(str, sizes)) for sizes in (before, after))
            raise ValueError(
                f"The layers make {found} {STEPS[len(before)]}s of {given}, and there "
                "has to be an output for each: keep the size by padding='same' and "
                "strides of 1, or bring it back by ConvTranspose or Upsample; for one "
                f"value per sample, take {self.instead}."
            )


def _rarest(there: np.ndarray) -> np.ndarray:
    """Return which class puts each sample into a stratum, from where classes are.

    Parameters
    ----------
    there : ndarray of bool of shape (n_samples, n_classes)
        Whether a sample has a class.

    Returns
    -------
    ndarray of int of shape (n_samples,)
        The class that the fewest samples have, of those that the sample has. A class
        that would be alone in its stratum leaves its sample to the next one.
    """
    n_samples, n_classes = there.shape
    stratum = np.full(n_samples, n_classes)
    for k in np.argsort(there.sum(axis=0), kind="stable"):
        chosen = there[:, k] & (stratum == n_classes)
        if np.count_nonzero(chosen) > 1:
            stratum[chosen] = k
    alone = stratum == n_classes
    if np.count_nonzero(alone) == 1:
        stratum[alone] = np.bincount(stratum[~alone]).argmax() if n_samples > 1 else 0
    return stratum


def _sizes_differ(position: int, y: tuple[int, ...], x: tuple[int, ...]) -> str:
    """Return what is wrong with a sample of y, from its shape and that of X."""
    size, n_axes = x[:-1], len(x) - 1
    found, expected = (" x ".join(map(str, s)) for s in (y[:n_axes], size))
    axes = " (height x width)" if n_axes == 2 else ""
    fix = f"give a target for each {STEPS[n_axes]}"
    if y[1:] == size:
        fix = "its channels come first, give np.moveaxis(y, 1, -1)"
    elif x[1:] == y[:n_axes]:
        fix = "the channels of X come first, give np.moveaxis(X, 1, -1)"
    elif n_axes == 2 and y[:2] == size[::-1]:
        fix = "height and width are exchanged, give np.swapaxes(y, 1, 2)"
    return (
        f"Sample {position} of y has {found} {STEPS[n_axes]}s, and that of X has "
        f"{expected}{axes}: {fix}."
    )


def _check_labels(rows: np.ndarray, step: str, n_channels: int) -> None:
    """Check that columns are labels, which do not exclude each other."""
    is_one, n_labels = rows == 1, rows.shape[1]
    found = f"y has {n_labels} values in its last axis for each {step}"
    hint = ""
    if step == STEPS[1] and n_labels == n_channels:
        hint = (
            ". X has as many channels: if it holds grey images, give it an axis of "
            "channels, X[..., np.newaxis]"
        )
    if not (is_one | (rows == 0)).all():
        raise ValueError(
            f"{found}, and they are not all 0 or 1: give the one class of each {step}, "
            "without that axis, or 0 and 1 for labels that do not exclude each other"
            f"{hint}."
        )
    if (is_one.sum(axis=1) == 1).all():
        raise ValueError(
            f"{found}, exactly one of which is 1, as in one-hot encoding: give the "
            "number of each class, y.argmax(axis=-1)."
        )


def _is_void(array: np.ndarray, void: Sequence[Any]) -> np.ndarray:
    """Return where an array is NaN or among some values."""
    # Compared one by one: NumPy would turn a mixture of labels into text.
    found = np.zeros(array.shape, dtype=bool)
    for value in void:
        found |= np.asarray(array == value, dtype=bool)
    if array.dtype.kind == "f":
        found |= np.isnan(array)
    return found
