"""The record of a fit: curves, printing, callbacks, and numbers about the data."""

import copy
import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skdeep.estimators._data import Validation
from skdeep.estimators._training import make_penalty
from skdeep.nn import Loss
from skdeep.nn.compute import Buffers
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import Observer, Outcome, Result, Samples, Verdict

INTERRUPTED = "Training interrupted by user."
# Samples that are enough to tell the scale of inputs.
FEW_SAMPLES = 256


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
    """

    def __init__(
        self, estimator: Any, validation: Validation | None, context: Any, data: dict
    ):
        self.estimator, self.validation = estimator, validation
        self.losses: list[float] = []
        self._context, self._data = context, data
        self._epoch: Any = None

    def epoch_begins(self) -> None:
        """Open the epoch's context."""
        if self._context is not None:
            self._epoch = self._context.subcontext(task_name="epoch")
            self._epoch.call_on_fit_task_begin(estimator=self.estimator, **self._data)

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
        return {"network_": copy.deepcopy(self.estimator.network_)}


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
        and the smallest input that is not zero everywhere; and ``constant``, the best
        constant raw output.
    """
    network, loss = estimator.network_, estimator.targets_.loss
    targets, weights = samples.rows()
    constant = loss.best_constant(targets, weights)
    found = {
        "trivial_loss": loss_of_constant(loss, constant, targets, weights),
        "n_samples": len(samples),
        "weight_sum": weight_sum,
        "n_validation": 0,
        "validation_trivial_loss": None,
        "input_scale": input_scale(samples.inputs),
        "initial_loss": np.nan,
        "initial_penalty": make_penalty(estimator, network, weight_sum).value(
            network.theta
        ),
        # In lists, which persist without NumPy's types.
        "constant": np.asarray(constant, dtype=float).tolist(),
    }
    if validation is not None:
        judged = Samples(validation.inputs, validation.targets, validation.weights)
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


def report(estimator: Any, result: Result, incremental: bool) -> None:
    """Warn if training ended otherwise than by converging.

    Parameters
    ----------
    estimator : estimator
        Just trained.
    result : Result
        Outcome of training.
    incremental : bool
        Whether in partial_fit, where one epoch is all that is asked.
    """
    _check_finite(estimator)
    outcome = result.outcome
    if outcome is Outcome.INTERRUPTED:
        warnings.warn(INTERRUPTED, stacklevel=4)
    elif outcome is Outcome.DIVERGED:
        _warn(
            f"Training diverged in epoch {estimator.n_iter_}: the loss became infinite "
            "or NaN. The best weights before that are kept. Lower learning_rate_init "
            f"(it is {estimator.learning_rate_init:g}), set max_grad_norm=1, or scale "
            "the data."
        )
    elif (
        outcome not in (Outcome.MAX_EPOCHS, Outcome.FAILED)
        or incremental
        or estimator._ends_by_schedule
    ):
        return
    elif estimator.solver == "lbfgs":
        _warn(
            f"lbfgs failed to converge after {result.n_epochs} iterations "
            f"({result.message}): raise max_iter or max_fun, or scale the data."
        )
    else:
        _warn(
            f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached "
            "and the optimization hasn't converged yet: raise max_iter or "
            "learning_rate_init, or scale the data."
        )


def _check_finite(estimator: Any) -> None:
    if not np.isfinite(estimator.network_.theta).all():
        raise ValueError(
            "Solver produced non-finite parameter weights. The input data may contain "
            "large values and need to be preprocessed. Scale X (and y, in regression), "
            "or lower learning_rate_init."
        )


def _warn(message: str) -> None:
    warnings.warn(message, ConvergenceWarning, stacklevel=5)


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
        # One row per class is enough.
        weights = np.bincount(targets, weights)
        targets = np.arange(len(weights))
    z = np.tile(constant, (len(targets), 1))
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
    some = inputs[:: max(1, inputs.shape[0] // FEW_SAMPLES)]
    if isinstance(some, Ragged):
        some = some.rows()
    if not isinstance(some, np.ndarray):
        some = some.toarray()
    flat = some.reshape(-1, some.shape[-1]).astype(float, copy=False)
    squares = np.einsum("ij,ij->j", flat, flat) / max(1, len(flat))
    squares = squares[squares > 0]
    if not squares.size:
        return None
    return float(np.sqrt(squares.max())), float(np.sqrt(squares.min()))
