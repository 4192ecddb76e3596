"""Sequences of numbers of free length."""

from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_consistent_length

from skdeep._forms import check_collection
from skdeep._words import numbers_expected
from skdeep.estimators.protocols import is_ragged, row_outputs
from skdeep.estimators.targets.numbers import Numbers, one_column, r2
from skdeep.estimators.targets.sequences import SequenceTargets
from skdeep.estimators.targets.step_arrays import Steps, sample_sizes
from skdeep.nn import Loss, StopLoss
from skdeep.nn.ragged import RaggedPairs


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
