"""The record of a fit: curves, printing, callbacks, and numbers about the data."""

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skdeep._forms import warn_user
from skdeep.estimators._data import Validation
from skdeep.estimators._training import make_penalty
from skdeep.estimators.protocols import epoch_of_weights, row_outputs
from skdeep.nn import Loss
from skdeep.nn.compute import Buffers
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import BaseTrainer, Observer, Outcome, Result, Samples, Verdict

INTERRUPTED = "Training interrupted by user."
# Samples that are enough to tell the scale of inputs.
FEW_SAMPLES = 256
# Rows from which on means are compared; how many deviations, or times a deviation, are
# no chance; and the parts of columns that are enough, if they are wider or elsewhere,
# and if others are narrower, as by chance those of rare values are.
FEW_TO_COMPARE, OTHER_SCALE, SOME_COLUMNS, MOST_COLUMNS = 10, 5.0, 0.25, 0.5
# Steps and tolerances suit targets of standard deviation 1: times or parts of it.
LARGE_TARGET = 10.0
# Parts of the trivial loss: below the first a fit is good, whatever the scale of y;
# above the second it has hardly begun.
EXPLAINED, CLOSE_TO_CONSTANT = 0.1, 0.9
# Between two ways to compute the same loss, in single precision.
ROUNDING = 1e-4
# Copies of one row per class in place of all steps or pixels.
MANY_ROWS = 1000


class EpochObserver(Observer):
    """Judges epochs, prints progress and tells scikit-learn's callbacks.

    Parameters
    ----------
    estimator : estimator
        Being fitted.
    validation : Validation or None
        Validation data.
    context : sklearn.callback.CallbackContext or None
        Of the fit; None where callbacks take no part.
    data : dict
        ``X``, ``y`` and ``metadata`` for callbacks, as given to fit.

    Attributes
    ----------
    losses : list of float
        Training loss of each epoch.
    trainer : BaseTrainer
        That runs.
    samples : Samples
        The training set.
    fingerprint : dict or None
        Of data and hyperparameters; a place for a callback that compares them.
    """

    trainer: BaseTrainer
    samples: Samples

    def __init__(
        self, estimator: Any, validation: Validation | None, context: Any, data: dict
    ):
        self.estimator, self.validation = estimator, validation
        self.losses: list[float] = []
        self._context, self._data = context, data
        self._epoch: Any = None
        self.fingerprint: dict[str, str] | None = None

    def run_begins(self, trainer: BaseTrainer, samples: Samples) -> None:
        """Open the fit's task; a callback may take up a run that was broken off."""
        self.trainer, self.samples = trainer, samples
        if self._context is not None:
            self._tell_begin(self._context)

    def epoch_begins(self) -> None:
        """Open the epoch's context."""
        if self._context is not None:
            self._epoch = self._context.subcontext(task_name="epoch")
            self._tell_begin(self._epoch)

    def _tell_begin(self, task: Any) -> None:
        task.call_on_fit_task_begin(
            estimator=self.estimator,
            # A callback that asks for a fitted estimator finds the run in it.
            reconstruction_attributes=lambda: {"training_": self},
            **self._data,
        )

    def state_dict(self) -> dict[str, Any]:
        """Return the trainer's state, and the curves so far, when an epoch begins."""
        curves = {name: np.array(curve) for name, curve in self._curves().items()}
        return self.trainer.state_dict() | {f"curves.{k}": v for k, v in curves.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up the run of that state, as a run begins.

        Parameters
        ----------
        state : dict
            From ``state_dict`` of a fit with the same data and hyperparameters.
        """
        curves = {f"curves.{name}": curve for name, curve in self._curves().items()}
        self.trainer.load_state_dict(
            {key: value for key, value in state.items() if key not in curves}
        )
        for key, curve in curves.items():
            curve[:] = state[key].tolist()

    def _curves(self) -> dict[str, list[float]]:
        curves = {"loss": self.losses}
        if self.validation is not None:
            curves["validation_loss"] = self.validation.losses
            curves["validation_score"] = self.validation.scores
        return curves

    def epoch_ended(self, loss: float) -> Verdict:
        """Record, judge and print; ask callbacks whether to stop."""
        self.losses.append(loss)
        score = None if self.validation is None else self.validation.judge()
        if self.estimator.verbose:
            print(self._line(loss))
        stop = False
        if self._epoch is not None:
            stop = self._epoch.call_on_fit_task_end(
                estimator=self.estimator,
                reconstruction_attributes=self._snapshot,
                **self._data,
            )
        return Verdict(score, stop)

    @property
    def stops_early(self) -> bool:
        """Whether validation data decide when to stop."""
        estimator = self.estimator
        judged = self.validation is not None and estimator.solver != "lbfgs"
        return judged and estimator.early_stopping

    def _line(self, loss: float) -> str:
        line = f"Iteration {len(self.losses)}, loss = {loss:.8f}"
        if self.validation is not None and self.validation.losses:
            line += f", validation loss = {self.validation.losses[-1]:.8f}"
            if self.validation.metric is not None:
                line += f", validation score: {self.validation.scores[-1]:.6f}"
        return line

    def _snapshot(self) -> dict[str, Any]:
        # A copy: the weights change as training goes on.
        return {
            "network_": copy.deepcopy(self.estimator.network_),
            "loss_curve_": self.estimator.loss_curve_ + self.losses,
            "n_iter_": len(self.losses),
            "training_": self,
        }


def describe_data(
    estimator: Any, samples: Samples, weight_sum: float, validation: Validation | None
) -> dict[str, Any]:
    """Return the few numbers about the data that a verdict needs.

    Parameters
    ----------
    estimator : estimator
        With a new network.
    samples : Samples
        The training set.
    weight_sum : float
        Sum of the weights.
    validation : Validation or None
        Validation data.

    Returns
    -------
    dict
        No data, only numbers: ``trivial_loss`` of the best constant prediction,
        ``n_samples``, ``weight_sum``, ``n_validation``, ``validation_trivial_loss``;
        ``initial_loss`` of the untrained network on the first mini-batch,
        ``initial_penalty`` in it; ``input_scale``, the root mean square of the largest
        and the smallest input that is not zero everywhere; ``target_scale``, likewise
        the standard deviations of real targets; and ``constant``, the best constant
        raw output.
    """
    network, loss = estimator.network_, estimator.targets_.loss
    targets, weights = samples.rows()
    constant = loss.best_constant(targets, weights)
    found: dict[str, Any] = {
        "trivial_loss": loss_of_constant(loss, constant, targets, weights),
        "n_samples": len(samples),
        "weight_sum": weight_sum,
        "n_validation": 0,
        "validation_trivial_loss": None,
        "input_scale": input_scale(samples.inputs),
        "target_scale": target_scale(loss, targets, weights),
        "initial_loss": np.nan,
        "initial_penalty": make_penalty(estimator, network, weight_sum).value(
            network.theta
        ),
        # In lists, which persist without NumPy's types.
        "constant": np.asarray(constant, dtype=float).tolist(),
    }
    if validation is not None:
        judged = Samples(validation.inputs, validation.targets, validation.weights)
        _compare_scales(samples, judged, loss)
        found["n_validation"] = validation.inputs.shape[0]
        found["validation_trivial_loss"] = loss_of_constant(
            loss, constant, *judged.rows()
        )
    return found


def record_curves(estimator: Any, observer: EpochObserver, result: Result) -> None:
    """Set the attributes of an estimator that tell how its training went."""
    estimator.n_iter_, estimator.loss_ = result.n_epochs, result.loss
    estimator.t_ += result.n_samples_seen
    if result.rate is not None:
        estimator.learning_rate_ = result.rate
    if not estimator.loss_curve_:
        estimator.record_["initial_loss"] = float(result.first_loss)
    estimator.loss_curve_ += observer.losses
    estimator.best_loss_ = min(estimator.loss_curve_, default=result.loss)
    validation = observer.validation
    if validation is None:
        return
    scores = estimator.validation_scores_ or []
    estimator.validation_scores_ = scores + validation.scores
    losses = estimator.validation_loss_curve_ or []
    estimator.validation_loss_curve_ = losses + validation.losses
    best = estimator.best_validation_score_
    scores = [-np.inf if best is None else best, *validation.scores]
    estimator.best_validation_score_ = float(np.nanmax(scores))
    if observer.stops_early:
        estimator.best_loss_ = None


def report(estimator: Any, samples: Samples, result: Result, incremental: bool) -> None:
    """Warn if training ended otherwise than by converging, or at a poor fit.

    Parameters
    ----------
    estimator : estimator
        Just trained.
    samples : Samples
        The training set.
    result : Result
        Outcome of training.
    incremental : bool
        Whether in partial_fit, where one epoch is all that is asked.
    """
    _check_finite(estimator, samples)
    outcome = result.outcome
    if outcome is Outcome.INTERRUPTED:
        warn_user(INTERRUPTED)
    elif outcome is Outcome.DIVERGED:
        warn_user(
            f"Training diverged in epoch {estimator.n_iter_}: the loss became infinite "
            "or NaN. The best weights before that are kept. Lower learning_rate_init "
            f"(it is {estimator.learning_rate_init:g}), set max_grad_norm=1, or scale "
            "the data.",
            ConvergenceWarning,
        )
    elif not incremental:
        sentences = [_ending(estimator, result), describe_poor_fit(estimator, samples)]
        if any(sentences):
            warn_user(" ".join(filter(None, sentences)), ConvergenceWarning)


def _ending(estimator: Any, result: Result) -> str:
    """Return what to say of a fit that came to the end of its epochs."""
    if (
        result.outcome not in (Outcome.MAX_EPOCHS, Outcome.FAILED)
        or estimator._ends_by_schedule
    ):
        return ""
    if estimator.solver == "lbfgs":
        return (
            f"lbfgs failed to converge after {result.n_epochs} iterations "
            f"({result.message}): raise max_iter or max_fun, or scale the data."
        )
    return (
        f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached "
        "and the optimization hasn't converged yet: raise max_iter or "
        "learning_rate_init, or scale the data."
    )


def describe_poor_fit(estimator: Any, samples: Samples) -> str:
    """Return what to say of a fit that is worse than it need be, or nothing.

    Parameters
    ----------
    estimator : estimator
        Just trained.
    samples : Samples
        The training set.

    Returns
    -------
    str
        Whether the best constant prediction does better, or has about the same loss
        where targets are far from a standard deviation of 1.
    """
    facts, trivial = estimator.record_, estimator.trivial_loss_
    scale, loss = facts["target_scale"], estimator.targets_.loss
    nothing_to_learn = scale is None if loss.link == "identity" else trivial < 1e-7
    if not estimator.loss_curve_ or nothing_to_learn or loss.joint:
        return ""
    network = estimator.network_
    penalty = make_penalty(estimator, network, facts["weight_sum"])
    reached = estimator.loss_curve_[epoch_of_weights(estimator)]
    level = (reached - penalty.value(network.theta)) / trivial
    if not level < 1:
        # An epoch's loss is one of changing weights, and of augmented samples.
        level = _level_of(network, loss, samples)
    worse = (
        f"The loss is {level:.3g} times that of the best constant prediction "
        "(trivial_loss_)"
    )
    enough = CLOSE_TO_CONSTANT if estimator.solver == "lbfgs" else EXPLAINED
    if level > enough and not is_usual_scale(scale):
        spread = " and ".join(f"{s:.3g}" for s in dict.fromkeys(scale))
        return (f"{worse}. " if level > 1 else "") + (
            f"y has a standard deviation of {spread}, far from 1, and the network sees "
            "it as it is: set standardize_targets=True."
        )
    if level > 1:
        return (
            f"{worse}: nothing useful was learned. Lower learning_rate_init or tol, "
            "raise n_iter_no_change, or scale X."
        )
    return ""


def _level_of(network: Any, loss: Loss, samples: Samples) -> float:
    """Return the loss of a network in units of that of the best constant."""
    targets, weights = samples.rows()
    if (targets == targets[:1]).all():
        # Of a single class there is nothing to learn but that.
        return 1.0
    trivial = loss_of_constant(
        loss, loss.best_constant(targets, weights), targets, weights
    )
    z = row_outputs(network.forward(samples.inputs))
    with np.errstate(all="ignore"):
        values, _ = loss.value_and_gradient(z, targets, Buffers(z.dtype))
    level = float(np.average(values, weights=weights)) / trivial
    return level if level > 1 + ROUNDING else min(level, 1.0)


def is_usual_scale(scale: tuple[float, float] | None) -> bool:
    """Tell whether targets of such a scale suit the usual steps and tolerances.

    Parameters
    ----------
    scale : (float, float) or None
        Standard deviation of the largest and the smallest target; None is of no
        matter.

    Returns
    -------
    bool
        True if both are within a factor of ten of 1.
    """
    if scale is None:
        return True
    return scale[0] <= LARGE_TARGET and scale[1] >= 1 / LARGE_TARGET


def _check_finite(estimator: Any, samples: Samples) -> None:
    network = estimator.network_
    finite = bool(np.isfinite(network.theta).all())
    if finite and abs(network.theta).max() > np.sqrt(np.finfo(network.dtype).max):
        # Products of such weights overflow, if it comes to any.
        finite = bool(np.isfinite(row_outputs(network.forward(samples.inputs))).all())
    if not finite:
        raise ValueError(
            "Solver produced non-finite parameter weights. The input data may contain "
            "large values and need to be preprocessed. Scale X (and y, in regression), "
            "or lower learning_rate_init."
        )


def loss_of_constant(
    loss: Loss, constant: Any, targets: np.ndarray, weights: np.ndarray | None
) -> float:
    """Return the weighted mean loss of one raw output for all samples.

    Parameters
    ----------
    loss : Loss
        Loss of each sample.
    constant : array-like of shape (n_outputs,)
        The raw output.
    targets : ndarray
        As the loss takes them.
    weights : ndarray or None
        Weights of the samples; None are ones.

    Returns
    -------
    float
        The mean.
    """
    constant = np.atleast_1d(np.asarray(constant, dtype=float))
    if targets.ndim == 1:
        # One row per class is enough, or so many that smoothing means no more than it
        # does for rows judged together.
        copies = MANY_ROWS if loss.joint else 1
        weights = np.tile(np.bincount(targets, weights), copies)
        targets = np.tile(np.arange(len(weights) // copies), copies)
    z = np.tile(constant, (len(targets), 1))
    if loss.joint:
        loss = loss.with_weights(weights)
    # Of targets near the end of their range, it is infinite.
    with np.errstate(all="ignore"):
        values, _ = loss.value_and_gradient(z, targets, Buffers(z.dtype))
        return float(np.average(values, weights=weights))


def input_scale(inputs: Any) -> tuple[float, float] | None:
    """Return the root mean square of the largest and the smallest input.

    Parameters
    ----------
    inputs : ndarray, CSR matrix or Ragged
        What the network takes; a few hundred samples are looked at.

    Returns
    -------
    (float, float) or None
        None if nothing but zeros was seen.
    """
    flat = _some_rows(inputs)
    if not flat.size:
        return None
    squares = np.einsum("ij,ij->j", flat, flat) / max(1, len(flat))
    squares = squares[squares > 0]
    if not squares.size:
        return None
    return float(np.sqrt(squares.max())), float(np.sqrt(squares.min()))


def _some_rows(inputs: Any) -> np.ndarray:
    """Return rows, steps or pixels of a few hundred samples, as float64."""
    some = inputs[:: max(1, inputs.shape[0] // FEW_SAMPLES)]
    if isinstance(some, Ragged):
        some = some.rows()
    if not isinstance(some, np.ndarray):
        some = some.toarray()
    if not some.size:
        return np.empty((0, 0))
    return some.reshape(-1, some.shape[-1]).astype(float, copy=False)


def _compare_scales(samples: Samples, judged: Samples, loss: Loss) -> None:
    """Warn of validation data whose numbers are not those of the training set."""
    if _are_of_other_scale(samples.inputs, judged.inputs):
        warn_user(
            "Columns or channels of X_val have other means or deviations than those of "
            "X, by a factor beyond chance. Pipelines of scikit-learn transform X and "
            "leave X_val as it is: take skdeep.pipeline.make_pipeline, or transform "
            "X_val before."
        )
    if loss.link != "identity":
        return
    targets, others = samples.rows()[0], judged.rows()[0]
    # Of targets with a few large ones, a part may well have a smaller deviation.
    if targets.ndim > 1 and _are_of_other_scale(targets, others, OTHER_SCALE**2):
        warn_user(
            "y_val has another mean or deviation than y, by a factor beyond chance. "
            "TransformedTargetRegressor transforms y and leaves y_val as it is: leave "
            "it out, as networks standardise targets inside (an MLPRegressor with "
            "standardize_targets=True), or transform y_val before."
        )


def _are_of_other_scale(
    first: Any, second: Any, n_times_narrower: float = OTHER_SCALE
) -> bool:
    """Tell whether columns of the second lie elsewhere, or vary otherwise."""
    rows = [_some_rows(given) for given in (first, second)]
    if min(map(len, rows)) < FEW_TO_COMPARE:
        return False
    # Of values whose squares are beyond the range of the type, nothing is said.
    with np.errstate(all="ignore"):
        (center, spread), (other_center, other_spread) = (
            (part.mean(axis=0), part.std(axis=0)) for part in rows
        )
        varies = spread > 0
        if not varies.any():
            return False
        moved = np.abs(other_center - center)[varies] / spread[varies]
        wider = other_spread[varies] / spread[varies]
    far = np.maximum(moved, wider) > OTHER_SCALE
    narrow = (wider > 0) & (wider < 1 / n_times_narrower)
    return bool(far.mean() >= SOME_COLUMNS or (far | narrow).mean() > MOST_COLUMNS)


def target_scale(
    loss: Loss, targets: np.ndarray, weights: np.ndarray | None
) -> tuple[float, float] | None:
    """Return the standard deviations of the targets that vary most and least.

    Parameters
    ----------
    loss : Loss
        Loss of each sample.
    targets : ndarray of shape (n_rows, n_outputs)
        As the loss takes them.
    weights : ndarray of shape (n_rows,) or None
        Weights of the rows.

    Returns
    -------
    (float, float) or None
        None for classes, counts and constants.
    """
    if loss.link != "identity" or targets.ndim == 1:
        return None
    values = targets.astype(float, copy=False)
    # Squares beyond the range of the type are infinite, and so is the scale.
    with np.errstate(over="ignore", invalid="ignore"):
        center = np.average(values, axis=0, weights=weights)
        spread = np.sqrt(np.average((values - center) ** 2, axis=0, weights=weights))
    spread = spread[spread > np.finfo(targets.dtype).eps * np.abs(center)]
    if not spread.size:
        return None
    return float(spread.max()), float(spread.min())
