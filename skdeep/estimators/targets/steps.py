"""Targets at every step or pixel of a sample, and sequences of free length."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from skdeep._forms import check_collection
from skdeep.estimators.protocols import (
    Targets,
    check_targets,
    is_missing,
    row_outputs,
)
from skdeep.estimators.targets.labels import Labels
from skdeep.nn import SoftmaxLogLoss
from skdeep.nn.layers.embedding import FIRST
from skdeep.nn.ragged import Ragged, RaggedPairs
from skdeep.nn.tiles import forward_in_tiles
from skdeep.nn.training import Samples

# The parts of a sample, by its number of axes.
STEPS = {1: "step", 2: "pixel"}


class Steps:
    """Targets of samples, an array of shape (size, ..., n_outputs) for each.

    Parameters
    ----------
    arrays : sequence of ndarray
        They agree in all but the sizes; without the last axis there is one output.
    n_axes : int, default=1
        Number of axes of a sample: 1 of steps, or 2 of pixels.
    counted : sequence of ndarray of bool or None, default=None
        Which steps count, for each sample; None is all.

    Attributes
    ----------
    sizes : ndarray of int of shape (n_samples, n_axes)
        Extent of each sample.
    rows : ndarray of shape (number of steps of all samples, ...)
        The targets of all steps, one sample after the other.

    Examples
    --------
    >>> Steps([np.array([0, 1]), np.array([1])]).rows
    array([0, 1, 1])
    """

    def __init__(
        self,
        arrays: Sequence[np.ndarray],
        n_axes: int = 1,
        counted: Sequence[np.ndarray] | None = None,
    ):
        self.arrays, self.n_axes, self.counted = list(arrays), n_axes, counted
        # How y was given, for targets that ask.
        self.form: Any = None
        self.sizes = np.array([a.shape[:n_axes] for a in self.arrays], dtype=np.intp)
        self.rows = np.concatenate(
            [a.reshape(-1, *a.shape[n_axes:]) for a in self.arrays]
        )

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, which: Any) -> "Steps":
        chosen = np.arange(len(self))[which]
        counted = self.counted and [self.counted[i] for i in chosen]
        return Steps([self.arrays[i] for i in chosen], self.n_axes, counted)

    def repeat(self, weights: Any) -> Any:
        """Return the weight of each step, from its own or from that of its sample."""
        if isinstance(weights, Steps):
            weights = weights.rows
        elif weights is not None:
            weights = np.repeat(weights, self.sizes.prod(axis=1))
        if self.counted is None:
            return weights
        counted = np.concatenate([mask.ravel() for mask in self.counted])
        return counted.astype(float) if weights is None else weights * counted

    def split(self, rows: np.ndarray) -> Ragged:
        """Return rows, one for each step, as the samples that they came from."""
        return Ragged(split_rows(rows.reshape(len(rows), -1), self.sizes))


def split_rows(rows: np.ndarray, sizes: np.ndarray) -> list[np.ndarray]:
    """Return rows as the samples of those sizes that they came from.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, ...)
        One for each step or pixel.
    sizes : ndarray of int of shape (n_samples, n_axes)
        Extent of each sample.

    Returns
    -------
    list of ndarray of shape (size, ...)
        Views.
    """
    parts = np.split(rows, np.cumsum(sizes.prod(axis=1))[:-1])
    return [
        part.reshape(*size, *rows.shape[1:])
        for part, size in zip(parts, sizes.tolist(), strict=True)
    ]


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
            found, expected = (" x ".join(map(str, s[i])) for s in (y.sizes, sizes))
            raise ValueError(
                f"Sample {i} of y has {found} {STEPS[self.n_axes]}s, and that of X has "
                f"{expected}: give a target for each."
            )
        y.rows = self.rows.read(y.rows, y.rows, owner)
        return y

    def _read_arrays(self, y: Any) -> Steps:
        n_axes, step = self.n_axes, STEPS[self.n_axes]
        check_collection(y)
        if y is None:
            raise ValueError(f"y is None: give a target for each {step}.")
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
                raise ValueError(
                    f"Sample {position} of y contains NaN (or None) or infinity, first "
                    f"at {step} {', '.join(map(str, where))}: give a value for each, "
                    "or leave the sample out."
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
        arrays = [] if np.isscalar(weights) else [np.asarray(w) for w in weights]
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
        if isinstance(self.rows, Labels) and rows.ndim == 2 and _is_one_hot(rows):
            n_axes, n_labels = self.n_axes, y.rows.shape[1]
            raise ValueError(
                f"y has {n_labels} numbers in its last axis for each {STEPS[n_axes]}, "
                "exactly one of which is 1, as in one-hot encoding: give the number of "
                "each class, y.argmax(axis=-1)."
            )
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


def _is_one_hot(rows: np.ndarray) -> bool:
    """Tell whether exactly one number of each row is 1, and the others 0."""
    is_one = rows == 1
    return bool((is_one | (rows == 0)).all() and (is_one.sum(axis=1) == 1).all())


def _is_void(array: np.ndarray, void: Sequence[Any]) -> np.ndarray:
    """Return where an array is NaN or among some values."""
    # Compared one by one: NumPy would turn a mixture of labels into text.
    found = np.zeros(array.shape, dtype=bool)
    for value in void:
        found |= np.asarray(array == value, dtype=bool)
    if array.dtype.kind == "f":
        found |= np.isnan(array)
    return found


class SequenceTargets(Targets):
    """Sequences that a network writes step by step, shown the steps before."""

    def row_sizes(self, y: Steps) -> np.ndarray:
        """Return the number of steps that the network writes for each sample."""
        raise NotImplementedError

    def weights(self, y, sample_weight, dtype):
        if sample_weight is None:
            return None
        return np.repeat(sample_weight, self.row_sizes(y))

    def samples(self, inputs, y, sample_weight, dtype):
        rows = self.encode(y, dtype)
        # Such that the weights of all steps add up to the number of samples.
        share, weight_sum = len(y) / len(rows), float(len(rows))
        weights: Any = np.full(len(y), share, dtype)
        each = self.weights(y, sample_weight, dtype)
        if each is not None:
            weight_sum = float(each.sum(dtype=np.float64))
            weights = self.split((each * (len(y) / weight_sum)).astype(dtype), y)
        pairs = self.join(inputs, y, dtype)
        return Samples(pairs, self.split(rows, y), weights), weight_sum

    def split(self, rows: np.ndarray, y: Steps) -> Ragged:
        """Return rows of all steps as the samples that they belong to."""
        rows = rows.reshape(len(rows), -1)
        return Ragged(split_rows(rows, self.row_sizes(y)[:, np.newaxis]))


class SymbolTargets(SequenceTargets):
    """Sequences of symbols, each ended by a symbol that only the network sees.

    In training the network is shown the symbols before each step.

    Parameters
    ----------
    unit : {"auto", "char", "word", "token", "label"}
        What a sequence consists of. "auto" is characters of strings, one label for each
        sample where y has one column of other values, and else tokens.
    labels : {"never", "others", "all"}
        What "auto" takes for labels where y has one column: nothing, other values than
        strings, or strings too.
    max_length : int or None
        The most symbols that a sequence may have.
    label_smoothing : float, default=0.0
        Of the loss.
    name : str, default="y"
        How errors call y.

    Attributes
    ----------
    classes : ndarray of shape (n_symbols,)
        Sorted symbols.
    longest : int
        Length of the longest sequence seen in fit.
    """

    learned = ("n_outputs", "classes", "longest", "unit", "kinds")
    classes: np.ndarray
    longest: int

    def __init__(
        self,
        unit: str,
        labels: str,
        max_length: int | None,
        label_smoothing: float = 0.0,
        name: str = "y",
    ):
        self.unit, self._labels, self._max_length = unit, labels, max_length
        self._name = name
        self.loss = SoftmaxLogLoss(label_smoothing)
        # Types of y and of its first sample.
        self.kinds: tuple[type, type] | None = None

    @property
    def stop(self) -> int:
        """The symbol that starts and ends sequences."""
        return len(self.classes)

    def read(self, y, X, owner):
        from skdeep.preprocessing._symbols import holds_text, read_symbols, samples_of

        if self.unit == "auto":
            is_text = holds_text(y)
            if is_text and self._labels != "all":
                self.unit = "char"
            elif self._labels != "never" and (is_text or _is_column(y)):
                self.unit = "label"
            else:
                self.unit = "token"
        if self.unit == "label":
            y = column_or_1d(check_targets(y, X, owner), warn=True)
            check_classification_targets(y)
            arrays = list(y[:, np.newaxis])
        else:
            if self.kinds is None:
                samples = samples_of(y, self._name)
                self.kinds = type(y), type(next(iter(samples), None))
            arrays = read_symbols(y, self.unit, self._name)
            check_consistent_length(sample_sizes(X), arrays)
        y = Steps(arrays)
        if self._max_length is not None and y.sizes.max() > self._max_length:
            longest = int(y.sizes.argmax())
            raise ValueError(
                f"Sample {longest} of {self._name} has {y.sizes[longest, 0]} symbols, "
                f"and max_length={self._max_length}: raise max_length, or leave it at "
                "None."
            )
        return y

    def learn(self, y, classes=None, incremental=False):
        self.classes = np.unique(y.rows if classes is None else np.asarray(classes))
        self.longest = int(y.sizes.max())
        self.n_outputs = len(self.classes) + 1

    def check_again(self, y, classes, incremental):
        self.longest = max(self.longest, int(y.sizes.max()))

    def encode(self, y, dtype, name="y"):
        codes = self.codes(y)
        if codes.min() < 0:
            unseen = np.setdiff1d(y.rows, self.classes)[0].item()
            raise ValueError(
                f"{name} has the symbol {unseen!r}, which fit has not "
                "seen: fit anew, or give all symbols as classes to the first call of "
                "partial_fit."
            )
        return codes

    def codes(self, y: Steps) -> np.ndarray:
        """Return the symbols and stops of all samples, -1 for what fit has not seen."""
        from skdeep.preprocessing._symbols import positions

        codes = positions(y.rows, self.classes)
        return np.insert(codes, np.cumsum(y.sizes), self.stop)

    def join(self, inputs, y, dtype):
        rows = self.codes(y)
        # Before the first symbol comes the stop of the sequence before, as a start.
        shown = np.concatenate([[self.stop], rows[:-1]]) + FIRST
        return RaggedPairs(inputs, self.split(shown.astype(dtype), y))

    def row_sizes(self, y):
        return y.sizes[:, 0] + 1

    def metric(self, y, sample_weight):
        """Return the share of sequences without a mistake, each step shown the truth.

        These are the ones that greedy decoding gets right: up to its first mistake, it
        is shown the truth.
        """
        rows = self.encode(y, np.float64)
        starts = np.cumsum(y.sizes[:, 0] + 1) - y.sizes[:, 0] - 1

        def share(z: np.ndarray) -> float:
            hits = z.argmax(axis=1) == rows
            right = np.logical_and.reduceat(hits, starts)
            return float(np.average(right, weights=sample_weight))

        return share

    def stratify(self, y):
        return y.rows if self.unit == "label" else None

    def by_rows(self, y, weights):
        return self, self.restore(y.arrays), weights

    def sequences(self, symbols: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
        """Return decoded symbols as arrays of what they stand for."""
        return [
            self.classes[codes[:length]]
            for codes, length in zip(symbols, lengths.tolist(), strict=True)
        ]

    def restore(self, arrays: list[np.ndarray]) -> Any:
        """Return sequences in the form that y had in fit."""
        if self.unit == "label":
            return np.concatenate(arrays)
        outer, inner = self.kinds or (list, list)
        values: list[Any] = arrays
        if self.unit != "token":
            between = "" if self.unit == "char" else " "
            values = [between.join(array) for array in arrays]
        elif inner in (list, tuple):
            values = [inner(array.tolist()) for array in arrays]
        if outer in (list, tuple) or (outer is np.ndarray and inner is np.ndarray):
            return values
        result = np.empty(len(values), dtype=object)
        for i, value in enumerate(values):
            result[i] = value
        return result


def _is_column(y: Any) -> bool:
    """Tell whether y has one value for each sample, if it has any."""
    if not isinstance(y, list | tuple):
        y = np.asarray(y)
        shape = y.shape
        if len(shape) != 1 or y.dtype.kind != "O":
            return len(shape) < 2 or shape[1:] == (1,)
    first: Any = next(iter(y), None)
    return not isinstance(first, list | tuple) and np.ndim(first) == 0


def sample_sizes(X: Any) -> np.ndarray:
    """Return the extent of each sample, shape (n_samples, n_axes)."""
    if isinstance(X, Ragged):
        return X.sizes
    return np.array([X.shape[1:-1]] * X.shape[0], dtype=np.intp)
