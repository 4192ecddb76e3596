"""What a fit writes down, for whoever judges it afterwards."""

from typing import Any, cast

import numpy as np

from skdeep.estimators._components import make_penalty
from skdeep.estimators._holdout import Holdout
from skdeep.estimators._observer import EpochObserver
from skdeep.nn import Loss, Network
from skdeep.nn.compute import Buffers
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import Samples

# Samples that are enough to tell the scale of inputs.
FEW_SAMPLES = 256


class FitRecordMixin:
    """Curves, and the few numbers about the data that a verdict needs.

    ``_facts`` holds no data, only numbers: ``n_samples``, ``weight_sum``,
    ``n_validation``, ``validation_trivial_loss``; ``initial_loss`` of the untrained
    network on the first mini-batch, ``initial_penalty`` in it; ``input_scale``, the
    root mean square of the largest and the smallest input that is not zero everywhere;
    and ``constant``, the best constant raw output.
    """

    network_: Network
    _loss: Loss
    loss_curve_: list[float]
    validation_loss_curve_: list[float] | None
    validation_scores_: list[float] | None
    best_validation_score_: float | None

    def _record_data(
        self, samples: Samples, weight_sum: float, holdout: Holdout | None
    ) -> None:
        """Set ``trivial_loss_`` and ``_facts``."""
        targets, weights = samples.rows()
        constant = self._loss.best_constant(targets, weights)
        self.trivial_loss_ = loss_of_constant(self._loss, constant, targets, weights)
        network: Any = self.network_
        penalty = make_penalty(cast(Any, self), network, weight_sum).value(
            network.theta
        )
        self._facts: dict[str, Any] = {
            "n_samples": len(samples),
            "weight_sum": weight_sum,
            "n_validation": 0,
            "validation_trivial_loss": None,
            "input_scale": input_scale(samples.inputs),
            "initial_loss": np.nan,
            "initial_penalty": penalty,
            # In lists, which persist without NumPy's types.
            "constant": np.asarray(constant, dtype=float).tolist(),
        }
        if holdout is not None:
            validation = Samples(holdout.inputs, holdout.targets, holdout.weights)
            self._facts["n_validation"] = holdout.inputs.shape[0]
            self._facts["validation_trivial_loss"] = loss_of_constant(
                self._loss, constant, *validation.rows()
            )

    def _record_curves(
        self, observer: EpochObserver, n_iter: int, loss: float, start: float
    ) -> None:
        """Set the attributes that tell how the fit went, from the loss ``start`` on."""
        self.n_iter_, self.loss_ = n_iter, loss
        if not self.loss_curve_:
            self._facts["initial_loss"] = float(start)
        self.loss_curve_ += observer.losses
        self.best_loss_: float | None = min(self.loss_curve_, default=loss)
        holdout = observer.holdout
        if holdout is None:
            return
        self.validation_scores_ = (self.validation_scores_ or []) + holdout.scores
        curve = (self.validation_loss_curve_ or []) + holdout.losses
        self.validation_loss_curve_ = curve
        best = self.best_validation_score_
        scores = [-np.inf if best is None else best, *holdout.scores]
        self.best_validation_score_ = float(np.nanmax(scores))
        if observer.judge is not None:
            self.best_loss_ = None


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
        # One row a class is enough.
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
