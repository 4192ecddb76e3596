"""Sequences of free length, above all of symbols."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from skdeep._forms import check_collection
from skdeep._words import numbers_expected
from skdeep.estimators.protocols import Targets, check_targets
from skdeep.estimators.targets.class_weights import balanced, chosen
from skdeep.estimators.targets.numbers import one_column
from skdeep.estimators.targets.step_arrays import Steps, sample_sizes, split_rows
from skdeep.nn import SoftmaxLogLoss
from skdeep.nn.layers.embedding import FIRST
from skdeep.nn.ragged import Ragged, RaggedPairs
from skdeep.nn.training import Samples


class SequenceTargets(Targets):
    """Sequences that a network writes step by step, shown the steps before."""

    def row_sizes(self, y: Steps) -> np.ndarray:
        """Return the number of steps that the network writes for each sample."""
        raise NotImplementedError

    def check_augmentation(self, augmentation):
        if augmentation is not None and not augmentation.keeps_places:
            raise ValueError(
                f"augment={augmentation!r} mixes samples, or moves what is in them, "
                "and the sequence that each stands for would not be theirs any more: "
                "take what changes values in their places, such as 'noise', 'jitter', "
                "'scaling', 'mask' or 'masking'."
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
    class_weight : dict, "balanced" or None, default=None
        Weights of symbols in the loss; stops have 1.
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
        class_weight: Mapping[Any, float] | str | None = None,
        name: str = "y",
    ):
        self._class_weight = class_weight
        # Of each symbol, and of the stop.
        self._weight_of_code: np.ndarray | None = None
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

    def weigh(self, y, sample_weight):
        if self._class_weight is None:
            return
        if isinstance(self._class_weight, str):
            codes = self.encode(y, np.intp)
            each = super().weights(y, sample_weight, None)
            counts = np.bincount(codes, each, minlength=self.n_outputs)
            weights = balanced(counts[: self.stop])
        else:
            weights = chosen(self._class_weight, self.classes, some_unknown=True)
        if not np.any(weights):
            raise ValueError(
                f"class_weight={self._class_weight!r} leaves no symbol of {self._name} "
                "with a weight: give the symbols that there are weights above 0."
            )
        self._weight_of_code = np.append(weights, 1.0)

    def weights(self, y, sample_weight, dtype):
        each = super().weights(y, sample_weight, dtype)
        if self._weight_of_code is None:
            return each
        weights = self._weight_of_code[self.encode(y, np.intp)]
        return (weights if each is None else weights * each).astype(dtype)

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
