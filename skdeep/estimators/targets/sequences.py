"""Sequences of free length, of symbols or of numbers."""

from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from skdeep._forms import check_collection
from skdeep._words import numbers_expected
from skdeep.estimators.protocols import Targets, check_targets, is_ragged, row_outputs
from skdeep.estimators.targets.numbers import Numbers, one_column, r2
from skdeep.estimators.targets.step_arrays import Steps, sample_sizes, split_rows
from skdeep.nn import Loss, SoftmaxLogLoss, StopLoss
from skdeep.nn.layers.embedding import FIRST
from skdeep.nn.ragged import Ragged, RaggedPairs
from skdeep.nn.training import Samples


class SequenceTargets(Targets):
    """Sequences that a network writes step by step, shown the steps before."""

    def row_sizes(self, y: Steps) -> np.ndarray:
        """Return the number of steps that the network writes for each sample."""
        raise NotImplementedError

    def check_augmentation(self, augmentation):
        if augmentation is not None:
            raise ValueError(
                f"augment={augmentation!r} changes samples of one part, and here a "
                "network is shown the sequence that it writes beside them: leave it "
                "out."
            )

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
            y = column_or_1d(one_column(np.asarray(check_targets(y, X, owner))))
            with np.errstate(invalid="ignore"):
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
        rows = y.rows if classes is None else _read_classes(classes, y.rows)
        self.classes = np.unique(rows)
        self.longest = int(y.sizes.max())
        self.n_outputs = len(self.classes) + 1

    def check_again(self, y, classes, incremental):
        self.longest = max(self.longest, int(y.sizes.max()))

    def encode(self, y, dtype, name=""):
        from skdeep.preprocessing._symbols import positions

        codes = self.codes(y)
        if codes.min() < 0:
            unseen = y.rows[positions(y.rows, self.classes) < 0].tolist()[0]
            raise ValueError(
                f"{name or self._name} has the symbol {unseen!r}, which fit has not "
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


def _read_classes(classes: Any, symbols: np.ndarray) -> np.ndarray:
    """Return all symbols that will ever be seen, of the kind of those seen."""
    check_collection(classes, "classes")
    with numbers_expected("classes"):
        found = np.asarray(classes)
    kinds = "U" if symbols.dtype.kind == "U" else "biuf"
    if found.dtype == object and kinds == "U":
        found = np.array([str(symbol) for symbol in found.ravel()])
    if found.ndim != 1 or found.dtype.kind not in kinds or not found.size:
        raise ValueError(
            f"classes={classes!r} are no symbols like {symbols[0].item()!r}: give one "
            "list of all symbols that will ever be seen."
        )
    return found


def _is_column(y: Any) -> bool:
    """Tell whether y has one value for each sample, if it has any."""
    if not isinstance(y, list | tuple):
        with numbers_expected("y"):
            y = np.asarray(y)
        shape = y.shape
        if len(shape) != 1 or y.dtype.kind != "O":
            return len(shape) < 2 or shape[1:] == (1,)
    first: Any = next(iter(y), None)
    return not isinstance(first, list | tuple) and np.ndim(first) == 0


class NumberSequences(SequenceTargets):
    """Sequences of numbers, which end where the network says so.

    It sees them at mean 0 and standard deviation 1. In training it is shown the numbers
    before each step.

    Parameters
    ----------
    loss : Loss
        Loss of the numbers.
    max_length : int or None
        The most steps that a sequence may have.
    name : str, default="y"
        How errors call y.

    Attributes
    ----------
    n_axes : int
        Number of axes of y in fit: 1 is a number for each sample; those of an object
        array are counted with those of its arrays.
    is_array : bool
        Whether y was one array in fit.
    center, scale : ndarray of shape (n_numbers,)
        Mean and standard deviation of all steps of the training part.
    longest, shortest : int
        Lengths seen in fit.
    """

    learned = (
        *("n_outputs", "n_axes", "is_array", "longest", "shortest"),
        *("center", "scale"),
    )
    center: Any = None

    def __init__(self, loss: Loss, max_length: int | None, name: str = "y"):
        self.loss = StopLoss(loss)
        self._max_length, self._name = max_length, name

    def read(self, y, X, owner):
        check_collection(y)
        if issparse(y):
            raise ValueError("y is a sparse matrix: give an array, y.toarray().")
        with numbers_expected(self._name):
            if not isinstance(y, list | tuple | type(None)) and not hasattr(y, "dtype"):
                y = np.asarray(y)
            if not is_ragged(y) and np.ndim(y) < 3 and np.shape(y)[1:] in [(), (1,)]:
                y = one_column(Numbers("squared_error").read(y, X, owner)).astype(float)
                return self._steps(list(y.reshape(-1, 1, 1)), 1, True)
            return self.read_arrays(y, X)

    def read_arrays(self, y: Any, X: Any) -> Steps:
        """Return sequences of numbers, one for each sample of X."""
        is_array = not isinstance(y, list | tuple) and np.ndim(y) > 1
        arrays = (
            [_as_numbers(s, i, self._name) for i, s in enumerate(np.asarray(y))]
            if is_array
            else [_as_numbers(s, i, self._name) for i, s in enumerate(y)]
        )
        check_consistent_length(sample_sizes(X), arrays)
        shapes = {array.shape[1:] for array in arrays}
        if len(shapes) > 1:
            raise ValueError(
                f"Samples of {self._name} have differing numbers of values for a step: "
                "give the same number of them in all."
            )
        n_axes = 1 + arrays[0].ndim
        return self._steps([a.reshape(len(a), -1) for a in arrays], n_axes, is_array)

    def _steps(self, arrays: list[np.ndarray], n_axes: int, is_array: bool) -> Steps:
        steps = Steps(arrays)
        steps.form = n_axes, is_array
        longest = int(steps.sizes.argmax())
        n_steps = int(steps.sizes[longest, 0])
        if self._max_length is not None and n_steps > self._max_length:
            raise ValueError(
                f"Sample {longest} of {self._name} has {n_steps} steps, and max_length="
                f"{self._max_length}: raise max_length, or leave it at None."
            )
        return steps

    def learn(self, y, classes=None, incremental=False):
        self.n_axes, self.is_array = y.form
        self.n_outputs = self.loss.n_outputs(y.rows.shape[1])
        self.longest, self.shortest = int(y.sizes.max()), int(y.sizes.min())

    def check_again(self, y, classes, incremental):
        self.longest = max(self.longest, int(y.sizes.max()))
        self.shortest = min(self.shortest, int(y.sizes.min()))

    def weigh(self, y, sample_weight):
        # What a fit that goes on has learned stays: the weights were trained with it.
        if self.center is not None:
            return
        values, weights = (
            y.rows.astype(np.float64),
            self.weights(y, sample_weight, None),
        )
        with np.errstate(over="ignore", invalid="ignore"):
            self.center = np.average(values, axis=0, weights=weights)
            squares = (values - self.center) ** 2
            spread = np.sqrt(np.average(squares, axis=0, weights=weights))
        if not np.isfinite(spread).all():
            raise ValueError(
                f"{self._name} holds values whose squares are beyond the range of "
                f"float64: divide {self._name} by a large number first."
            )
        self.scale = np.where(spread > 0, spread, 1.0)

    def row_sizes(self, y):
        return y.sizes[:, 0]

    def encode(self, y, dtype, name=""):
        if y.rows.shape[1] != len(self.center):
            raise ValueError(
                f"{name or self._name} has {y.rows.shape[1]} numbers for each step; "
                f"expected {len(self.center)} as in the first fit."
            )
        is_last = np.zeros((len(y.rows), 1))
        is_last[np.cumsum(y.sizes) - 1] = 1
        with np.errstate(over="ignore"):
            scaled = (y.rows - self.center) / self.scale
            rows = np.hstack([scaled, is_last]).astype(dtype)
        if not np.isfinite(rows).all():
            raise ValueError(
                f"{name or self._name} holds values so far from those in fit that they "
                f"are beyond the range of {rows.dtype}: leave them out, or fit to such "
                "values too."
            )
        return rows

    def join(self, inputs, y, dtype):
        rows = self.encode(y, dtype)[:, :-1]
        shown = np.concatenate([np.zeros_like(rows[:1]), rows[:-1]])
        shown[np.cumsum(y.sizes) - y.sizes[:, 0]] = 0
        return RaggedPairs(inputs, self.split(shown, y))

    def decode(self, z):
        """Return the numbers of rows of raw outputs, without the ends."""
        return self.loss.predict(row_outputs(z))[:, :-1] * self.scale + self.center

    def metric(self, y, sample_weight):
        """Return the coefficient of determination, each step shown the truth."""
        weights = self.weights(y, sample_weight, None)
        return lambda z: r2(y.rows, self.decode(z), sample_weight=weights)

    def starting_outputs(self, samples):
        return self.loss.best_constant(*samples.rows())

    def by_rows(self, y, weights):
        return self, self.restore(y.arrays), weights

    def restore(self, arrays: list[np.ndarray]) -> Any:
        """Return sequences in the form that y had in fit."""
        if self.n_axes == 1:
            return np.concatenate(arrays)[:, 0]
        if self.n_axes == 2:
            arrays = [array[:, 0] for array in arrays]
        return np.stack(arrays) if self.is_array else arrays


def _as_numbers(sample: Any, position: int, name: str) -> np.ndarray:
    try:
        array = np.asarray(sample, dtype=float)
    except (OverflowError, TypeError, ValueError):
        array = np.empty(())
    if array.ndim not in (1, 2):
        raise ValueError(
            f"Sample {position} of {name} is not a sequence of numbers: give arrays of "
            "shape (time,) or (time, n_numbers), one for each sample."
        )
    if not array.size:
        raise ValueError(
            f"Sample {position} of {name} is empty: leave it out, or give it at least "
            "one step."
        )
    if not np.isfinite(array).all():
        raise ValueError(
            f"Sample {position} of {name} contains NaN or infinity: give a number for "
            "each step, or leave the sample out."
        )
    return array
