"""Real targets, one or many of each sample."""

from typing import Any

import numpy as np
from sklearn.exceptions import DataConversionWarning

from skdeep._forms import warn_user
from skdeep.estimators._training import check_link, component
from skdeep.estimators.protocols import (
    Targets,
    check_one_value,
    check_scale,
    check_targets,
    row_outputs,
)
from skdeep.nn import REGRESSION_LOSSES, Loss, MemberLoss

# The squares of larger numbers may add up to more than float64 holds.
LARGEST_TO_SQUARE = 1e140


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
    range : tuple of ndarray of shape (n_targets,)
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
        elif loss != "quantile" and not np.isscalar(quantile):
            raise ValueError(
                f"quantile={quantile!r} needs loss='quantile', and loss={loss!r} "
                "predicts no quantiles: set loss='quantile'."
            )
        one = component(loss, REGRESSION_LOSSES, quantile=quantile, delta=delta)
        self.loss = MemberLoss(one) if n_members > 1 else one

    def read(self, y, X, owner):
        check_one_value(y, owner)
        values = np.asarray(y)
        if values.dtype.kind in "mM":
            raise ValueError(
                f"y holds dates or durations, and {type(owner).__name__} predicts "
                "numbers: give numbers, such as days since the first date."
            )
        if values.dtype.kind in "OSU":
            try:
                values.astype(float)
            except TypeError as error:
                raise ValueError(
                    f"y holds something else than numbers ({error}), which "
                    f"{type(owner).__name__} predicts: give numbers."
                ) from error
            except ValueError as error:
                raise ValueError(
                    f"y holds text ({error}), and {type(owner).__name__} predicts "
                    "numbers: give numbers, or take the classifier for classes."
                ) from error
        y = check_targets(y, X, owner, y_numeric=True)
        self.check_range(y)
        if not hasattr(self, "is_1d"):
            hint_at_steps(y, X, owner, "numbers to predict of each sample", "targets")
        return y

    def check_range(self, y: np.ndarray) -> None:
        """Check that the loss takes the values of y."""
        if self.loss.link == "exp" and np.any(np.asarray(y) < 0):
            raise ValueError(
                "loss='poisson' needs y of at least 0 (counts), and y has negative "
                "values: choose another loss, such as 'squared_error'."
            )

    def learn(self, y, classes=None, incremental=False):
        y, levels = one_column(y), self.loss.levels
        self.is_1d = y.ndim == 1 and levels is None
        if levels is None:
            self.n_outputs = 1 if self.is_1d else y.shape[1]
        elif y.ndim == 1:
            self.n_outputs = len(levels)
        else:
            raise ValueError(
                f"y has {y.shape[1]} targets, and several quantiles {levels} are those "
                "of one: give one target, fit an estimator for each, or give one "
                "quantile."
            )

    def carry_on(self, before):
        if before.loss.levels != self.loss.levels:
            raise ValueError(
                f"quantile was {before.loss.levels or 'one number'} in the last fit, "
                "whose weights warm_start=True and partial_fit go on with: undo the "
                "change, or start anew by fit with warm_start=False."
            )
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
        y = np.asarray(y)
        # In one order, so that sums do not depend on how a DataFrame lies in memory.
        check_scale(y, dtype, name)
        targets = y.astype(dtype, order="C").reshape(len(y), -1)
        n_targets = self.n_outputs if self.loss.levels is None else 1
        if targets.shape[1] != n_targets:
            raise ValueError(
                f"{name} has {targets.shape[1]} outputs; expected {n_targets} as in "
                "the first fit."
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
        """Return the estimator's score of raw outputs."""
        return lambda z: self.score(y, self.decode(z), sample_weight)

    def score(self, y: Any, predicted: np.ndarray, sample_weight: Any = None) -> float:
        """Return R2; of several quantiles, the mean over them of their D2.

        Parameters
        ----------
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            True targets.
        predicted : ndarray
            In the form of :meth:`decode`.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            How many times each sample counts.

        Returns
        -------
        float
            At most 1.
        """
        from sklearn.metrics import d2_pinball_score

        if self.loss.levels is None:
            return r2(y, predicted, sample_weight=sample_weight)
        columns = predicted.reshape(-1, len(self.loss.levels)).T
        scores = [
            d2_pinball_score(y, column, sample_weight=sample_weight, alpha=level)
            for level, column in zip(self.loss.levels, columns, strict=True)
        ]
        return float(np.mean(scores))

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
    center, scale : ndarray of shape (n_targets,)
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
        n_targets = values.shape[1]
        self.center, self.scale = np.zeros(n_targets), np.ones(n_targets)
        if self.loss.link == "identity":
            with np.errstate(over="ignore", invalid="ignore"):
                self.center = np.average(values, axis=0, weights=weights)
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
                self.center, self.scale = np.zeros(n_targets), np.ones(n_targets)

    def encode(self, y, dtype, name="y"):
        values = super().encode(y, np.float64, name)
        return ((values - self.center) / self.scale).astype(dtype)

    def _rescale(self, predicted):
        with np.errstate(over="ignore"):
            values = predicted * self.scale + self.center
        if not np.isfinite(values).all():
            # Of targets near the end of their range, some cannot be written down.
            largest = np.finfo(values.dtype).max
            values = values.clip(-largest, largest)
        return values


def hint_at_steps(y: Any, X: Any, owner: Any, taken: str, meant: str) -> None:
    """Warn of y with a column for each step in X, which may be meant for the steps.

    Parameters
    ----------
    y : array-like of shape (n_samples, n_targets)
        Targets.
    X : array-like of shape (n_samples, ...)
        As the inputs have read it.
    owner : estimator
        Says what to do.
    taken, meant : str
        What the columns are taken for, and what they may be for steps.
    """
    n_steps = X.shape[1:2] if len(X.shape) == 3 else None
    if n_steps == y.shape[1:] > (1,):
        warn_user(
            f"y has shape {y.shape}, a column for each of the {n_steps[0]} steps in X, "
            f"and is taken for {n_steps[0]} {taken}. If these are the {meant} of "
            f"steps, {owner._one_value_each}."
        )


def one_column(y: np.ndarray) -> np.ndarray:
    """Return y without an axis of one target, with scikit-learn's warning."""
    if y.ndim != 2 or y.shape[1] != 1:
        return y
    warn_user(
        "A column-vector y was passed when a 1d array was expected: change the shape "
        "of y to (n_samples,), for example by ravel().",
        DataConversionWarning,
    )
    return y.ravel()


def r2(y: np.ndarray, predicted: np.ndarray, sample_weight: Any = None) -> float:
    """Return the coefficient of determination, which does not depend on the scale.

    Parameters
    ----------
    y, predicted : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Finite numbers, whose squares may be beyond float64.
    sample_weight : array-like of shape (n_samples,), default=None
        How many times each sample counts.

    Returns
    -------
    float
        As :func:`sklearn.metrics.r2_score` has it.
    """
    from sklearn.metrics import r2_score

    if y.dtype.kind in "OSU":
        y = y.astype(float)
    # Of double precision, to which division then widens.
    largest = np.float64(max(np.abs(v).max(initial=0) for v in (y, predicted)))
    if largest > LARGEST_TO_SQUARE:
        y, predicted = y / largest, predicted / largest
    # Of predictions that are wide of the mark it is minus infinity.
    with np.errstate(over="ignore"):
        return r2_score(y, predicted, sample_weight=sample_weight)
