"""Real targets, one or many of each sample, or a sequence of them."""

from typing import Any

import numpy as np
from sklearn.utils import check_consistent_length, column_or_1d

from skdeep.estimators._training import check_link, component
from skdeep.estimators.protocols import (
    Targets,
    check_known,
    check_one_value,
    check_scale,
    check_targets,
    is_ragged,
    row_outputs,
)
from skdeep.estimators.targets.steps import SequenceTargets, Steps, sample_sizes
from skdeep.nn import REGRESSION_LOSSES, Loss, MemberLoss, StopLoss
from skdeep.nn.ragged import RaggedPairs


class Numbers(Targets):
    """Real targets, one or many.

    Parameters
    ----------
    loss : str or Loss
        The hyperparameter.
    quantile, delta : float
        Of the losses that have them.
    n_members : int, default=1
        Members of the network, whose losses are averaged.
    clip : bool, default=False
        Whether predictions are limited to the range of y in training.

    Attributes
    ----------
    is_1d : bool
        Whether predictions have one axis.
    range : tuple of ndarray of shape (n_outputs,)
        Smallest and largest y in the training part.
    """

    learned: tuple[str, ...] = ("n_outputs", "is_1d", "range")
    range: Any = None

    def __init__(
        self,
        loss: str | Loss,
        quantile: float = 0.5,
        delta: float = 1.0,
        n_members: int = 1,
        clip: bool = False,
    ):
        self._clip = clip
        if not isinstance(loss, str):
            check_link(loss, ("identity", "exp"), "real")
        one = component(loss, REGRESSION_LOSSES, quantile=quantile, delta=delta)
        self.loss = MemberLoss(one) if n_members > 1 else one

    def read(self, y, X, owner):
        check_one_value(y, owner)
        check_known(y)
        values = np.asarray(y)
        if values.dtype.kind in "mM":
            raise ValueError(
                f"y holds dates or durations, and {type(owner).__name__} predicts "
                "numbers: give numbers, such as days since the first date."
            )
        if values.dtype.kind in "OSU":
            try:
                values.astype(float)
            except ValueError as error:
                raise ValueError(
                    f"y holds text ({error}), and {type(owner).__name__} predicts "
                    "numbers: give numbers, or take the classifier for classes."
                ) from error
        y = check_targets(y, X, owner, y_numeric=True)
        self.check_range(y)
        return y

    def check_range(self, y: np.ndarray) -> None:
        """Check that the loss takes the values of y."""
        if self.loss.link == "exp" and np.any(np.asarray(y) < 0):
            raise ValueError(
                "loss='poisson' needs y of at least 0 (counts), and y has negative "
                "values: choose another loss, such as 'squared_error'."
            )

    def learn(self, y, classes=None, incremental=False):
        y = _one_column(y)
        self.is_1d = y.ndim == 1
        self.n_outputs = 1 if self.is_1d else y.shape[1]

    def carry_on(self, before):
        if type(before) is not type(self):
            raise ValueError(
                "standardize_targets has changed since the last fit, whose weights "
                "warm_start=True and partial_fit go on with: undo the change, or start "
                "anew by fit with warm_start=False."
            )
        super().carry_on(before)

    def weigh(self, y, sample_weight):
        # What a fit that goes on has learned stays: the weights were trained with it.
        if self.range is not None:
            return
        values = Numbers.encode(self, y, np.float64)
        if sample_weight is not None:
            counts = sample_weight > 0
            values, sample_weight = values[counts], sample_weight[counts]
        self.range = values.min(axis=0), values.max(axis=0)
        self._learn_scale(values, sample_weight)

    def _learn_scale(self, values: np.ndarray, weights: np.ndarray | None) -> None:
        """Learn from the targets that count, shape (n_samples, n_outputs)."""

    def encode(self, y, dtype, name="y"):
        y = _one_column(np.asarray(y))
        # In one order, so that sums do not depend on how a DataFrame lies in memory.
        check_scale(y, dtype, name)
        targets = y.astype(dtype, order="C").reshape(len(y), -1)
        if targets.shape[1] != self.n_outputs:
            raise ValueError(
                f"{name} has {targets.shape[1]} outputs; expected {self.n_outputs} as "
                "in the first fit."
            )
        return targets

    def decode(self, z):
        predicted = self._rescale(self.loss.predict(row_outputs(z)))
        if self.limits is not None:
            predicted = predicted.clip(*self.limits)
        return predicted.ravel() if self.is_1d else predicted

    @property
    def limits(self) -> Any:
        """Smallest and largest prediction of each output, or None."""
        return self.range if self._clip else None

    def _rescale(self, predicted: np.ndarray) -> np.ndarray:
        """Return predictions in units of y."""
        return predicted

    def metric(self, y, sample_weight):
        """Return the coefficient of determination."""
        from sklearn.metrics import r2_score

        return lambda z: r2_score(y, self.decode(z), sample_weight=sample_weight)

    def starting_outputs(self, samples):
        return self.loss.best_constant(*samples.rows())


class StandardizedNumbers(Numbers):
    """Real targets that the network sees at mean 0 and standard deviation 1.

    Targets of a loss with another link than "identity", such as counts, stay as they
    are.

    Parameters
    ----------
    *arguments, **options
        As of :class:`Numbers`; delta is in standard deviations of y.
    near : float, default=1.0
        Targets whose standard deviation is less than this factor from 1, and whose mean
        is less than that from 0, stay as they are.

    Attributes
    ----------
    center, scale : ndarray of shape (n_outputs,)
        Mean and standard deviation of y, weighted, in the training part.
    """

    learned = (*Numbers.learned, "center", "scale")
    center: Any = None
    scale: Any = None
    _near: float = 1.0

    def __init__(self, *arguments: Any, near: float = 1.0, **options: Any):
        super().__init__(*arguments, **options)
        self._near = near

    def _learn_scale(self, values, weights):
        self.center, self.scale = np.zeros(self.n_outputs), np.ones(self.n_outputs)
        if self.loss.link == "identity":
            self.center = np.average(values, axis=0, weights=weights)
            with np.errstate(over="ignore", invalid="ignore"):
                squares = (values - self.center) ** 2
                spread = np.sqrt(np.average(squares, axis=0, weights=weights))
            if not np.isfinite(spread).all():
                raise ValueError(
                    f"Column {np.flatnonzero(~np.isfinite(spread))[0]} of y holds "
                    "values whose squares are beyond the range of float64: divide y "
                    "by a large number first."
                )
            # What is left of a constant after rounding is no spread.
            noise = np.finfo(np.float64).eps * np.abs(self.center)
            self.scale = np.where(spread > noise, spread, 1.0)
            near = self._near
            if (
                (spread < near) & (spread * near > 1) & (abs(self.center) < near)
            ).all():
                self.center = np.zeros(self.n_outputs)
                self.scale = np.ones(self.n_outputs)

    def encode(self, y, dtype, name="y"):
        values = super().encode(y, np.float64, name)
        return ((values - self.center) / self.scale).astype(dtype)

    def _rescale(self, predicted):
        return predicted * self.scale + self.center


class NumberSequences(SequenceTargets):
    """Sequences of numbers, which end where the network says so.

    It sees them at mean 0 and standard deviation 1. In training it is shown the numbers
    before each step.

    Parameters
    ----------
    loss : str
        Loss of the numbers, by name.
    max_length : int or None
        The most steps that a sequence may have.

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

    def __init__(self, loss: str, max_length: int | None):
        self.loss = StopLoss(REGRESSION_LOSSES[loss]())
        self._max_length = max_length

    def read(self, y, X, owner):
        if not isinstance(y, list | tuple | type(None)) and not hasattr(y, "shape"):
            y = np.asarray(y)
        if not is_ragged(y) and np.ndim(y) < 3 and np.shape(y)[1:] in [(), (1,)]:
            y = _one_column(Numbers("squared_error").read(y, X, owner))
            return self._steps(list(y.reshape(-1, 1, 1)), 1, True)
        is_array = not isinstance(y, list | tuple) and np.ndim(y) > 1
        arrays = (
            [_as_numbers(sample, i) for i, sample in enumerate(np.asarray(y))]
            if is_array
            else [_as_numbers(s, i) for i, s in enumerate(y)]
        )
        check_consistent_length(sample_sizes(X), arrays)
        shapes = {array.shape[1:] for array in arrays}
        if len(shapes) > 1:
            raise ValueError(
                "Samples of y have differing numbers of values for a step: give the "
                "same number of them in all."
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
                f"Sample {longest} of y has {n_steps} steps, and max_length="
                f"{self._max_length}: raise max_length, or leave it at None."
            )
        return steps

    def learn(self, y, classes=None, incremental=False):
        self.n_axes, self.is_array = y.form
        self.n_outputs = y.rows.shape[1] + 1
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
        self.center = np.average(values, axis=0, weights=weights)
        squares = (values - self.center) ** 2
        spread = np.sqrt(np.average(squares, axis=0, weights=weights))
        self.scale = np.where(spread > 0, spread, 1.0)

    def row_sizes(self, y):
        return y.sizes[:, 0]

    def encode(self, y, dtype, name="y"):
        if y.rows.shape[1] != self.n_outputs - 1:
            raise ValueError(
                f"{name} has {y.rows.shape[1]} numbers for each step; expected "
                f"{self.n_outputs - 1} as in the first fit."
            )
        is_last = np.zeros((len(y.rows), 1))
        is_last[np.cumsum(y.sizes) - 1] = 1
        return np.hstack([(y.rows - self.center) / self.scale, is_last]).astype(dtype)

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
        from sklearn.metrics import r2_score

        weights = self.weights(y, sample_weight, None)
        return lambda z: r2_score(y.rows, self.decode(z), sample_weight=weights)

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


def _as_numbers(sample: Any, position: int) -> np.ndarray:
    try:
        array = np.asarray(sample, dtype=float)
    except (TypeError, ValueError):
        array = np.empty(())
    if array.ndim not in (1, 2):
        raise ValueError(
            f"Sample {position} of y is not a sequence of numbers: give arrays of "
            "shape (time,) or (time, n_numbers), one for each sample."
        )
    if not array.size:
        raise ValueError(
            f"Sample {position} of y is empty: leave it out, or give it at least one "
            "step."
        )
    if not np.isfinite(array).all():
        raise ValueError(
            f"Sample {position} of y contains NaN or infinity: give a number for each "
            "step, or leave the sample out."
        )
    return array


def _one_column(y: np.ndarray) -> np.ndarray:
    return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
