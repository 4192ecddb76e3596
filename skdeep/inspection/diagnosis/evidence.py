"""Evidence, measured before a verdict."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from skdeep.estimators.protocols import epoch_of_weights, make_penalty, read_samples
from skdeep.inspection.diagnosis.curves import CurveShape, shape_of
from skdeep.inspection.diagnosis.rates import excess_of_rate
from skdeep.inspection.diagnosis.signal import (
    CHANCE,
    chance_of_no_signal,
    missed_structure,
    significant,
)
from skdeep.inspection.layers import probe_layers
from skdeep.nn.compute import Buffers
from skdeep.nn.ragged import Ragged


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Losses and signs; what could not be measured is None.

    Attributes
    ----------
    epoch : int
        The one whose weights the model has, counted from 1.
    trivial_loss, trivial_validation_loss : float
        Loss of the best constant prediction on training and validation data.
    train_loss, best_train_loss : float
        Of the model as it is, and the lowest of any epoch, without the penalty.
    validation_loss, best_validation_loss : float
        Of the model as it is, and the lowest of any epoch.
    validation_error : float
        Standard error of ``validation_loss``.
    target_loss : float
        What is asked for.
    penalty, initial_penalty : float
        What the penalty adds to the training loss, and added before training.
    train_curve : CurveShape
        How the training loss went down.
    rate_excess : float
        Learning rate in units of the highest usual one.
    input_scale : tuple of float
        Root mean square of the largest and of the smallest input.
    target_scale : tuple of float
        Standard deviation of the largest and of the smallest real target, as the
        network sees them.
    layers : DataFrame
        See :func:`skdeep.inspection.layer_report`.
    no_signal : float
        Chance of a validation loss as low as this if predictions told nothing of y.
    learnable : float
        Where predictions tell nothing: what another learner can take off the trivial
        loss, 0 if that may be due to chance.
    missed, missed_error : float
        What another learner can take off the validation loss, and its standard error.
    """

    epoch: int
    trivial_loss: float
    train_loss: float
    best_train_loss: float
    penalty: float
    initial_penalty: float
    train_curve: CurveShape
    rate_excess: float
    input_scale: tuple[float, float] | None
    target_scale: tuple[float, float] | None = None
    target_loss: float | None = None
    trivial_validation_loss: float | None = None
    validation_loss: float | None = None
    best_validation_loss: float | None = None
    validation_error: float | None = None
    layers: pd.DataFrame | None = None
    no_signal: float | None = None
    learnable: float | None = None
    missed: float | None = None
    missed_error: float | None = None

    @property
    def train_level(self) -> float:
        """Training loss in units of the trivial one."""
        if not self.trivial_loss:
            # Of a constant there is nothing to learn.
            return 1.0
        return self.train_loss / self.trivial_loss

    @property
    def validation_level(self) -> float | None:
        """Validation loss in units of the trivial one."""
        if self.validation_loss is None or not self.trivial_validation_loss:
            return None
        return self.validation_loss / self.trivial_validation_loss

    @property
    def gap(self) -> float | None:
        """Validation level less training level."""
        level = self.validation_level
        return None if level is None else level - self.train_level

    @property
    def gap_error(self) -> float | None:
        """Standard error of the gap."""
        if self.validation_error is None or not self.trivial_validation_loss:
            return None
        return self.validation_error / self.trivial_validation_loss

    @property
    def missed_level(self) -> float | None:
        """``missed`` in units of the trivial loss; 0 if it may be due to chance."""
        if self.missed is None or not self.trivial_validation_loss:
            return None
        gain = significant((self.missed, self.missed_error or 0.0))
        return gain / self.trivial_validation_loss

    def to_series(self) -> pd.Series:
        """Return the numbers by name, those that could be measured."""
        curve = self.train_curve
        rows: dict[str, Any] = {
            "trivial loss": self.trivial_loss,
            "training loss": self.train_loss,
            "best training loss": self.best_train_loss,
            "penalty": self.penalty,
            "penalty before training": self.initial_penalty,
            "trivial validation loss": self.trivial_validation_loss,
            "validation loss": self.validation_loss,
            "best validation loss": self.best_validation_loss,
            "standard error of validation loss": self.validation_error,
            "target loss": self.target_loss,
            "gap / trivial loss": self.gap,
            "epochs": curve.epochs,
            "loss before training / trivial loss": curve.start,
            "peak / trivial loss": curve.peak,
            "swing / trivial loss": curve.swing,
            "fall still to come / trivial loss": curve.to_come,
            "share of the fall in the second half": curve.late_share,
            "learning rate / highest usual one": self.rate_excess,
            "largest input": self.input_scale and self.input_scale[0],
            "smallest input": self.input_scale and self.input_scale[1],
            "largest target": self.target_scale and self.target_scale[0],
            "smallest target": self.target_scale and self.target_scale[1],
            "chance of no signal": self.no_signal,
            "learnable by another": self.learnable,
            "structure missed / trivial loss": self.missed_level,
        }
        if self.layers is not None:
            rows["largest share of dead units"] = self.layers["dead"].max()
        known = {k: v for k, v in rows.items() if v is not None and not pd.isna(v)}
        return pd.Series(known, dtype=float)


def gather(network: Any, X_val: Any, y_val: Any, target_loss: float | None) -> Evidence:
    """Measure what can be measured.

    Parameters
    ----------
    network : fitted estimator
        Of skdeep.
    X_val, y_val : array-like or None
        Validation data, as the network takes them.
    target_loss : float or None
        What is asked for.

    Returns
    -------
    Evidence
        The numbers.
    """
    facts, curve = network.record_, list(network.loss_curve_)
    theta = network.network_.theta
    penalty = make_penalty(network, network.network_, facts["weight_sum"]).value(theta)
    epoch = epoch_of_weights(network)
    finite = [loss for loss in curve if np.isfinite(loss)] or [np.inf]
    train_loss = curve[epoch] if np.isfinite(curve[epoch]) else min(finite)
    found: dict[str, Any] = {
        "epoch": epoch + 1,
        "trivial_loss": network.trivial_loss_,
        "train_loss": max(train_loss - penalty, 0.0),
        "best_train_loss": max(min(finite) - penalty, 0.0),
        "penalty": penalty,
        "initial_penalty": facts["initial_penalty"],
        "train_curve": shape_of(curve, network.trivial_loss_, facts["initial_loss"]),
        "rate_excess": excess_of_rate(network),
        "input_scale": None if _scales_inputs(network) else facts["input_scale"],
        "target_scale": facts["target_scale"],
        "target_loss": target_loss,
    }
    past = network.validation_loss_curve_
    if past:
        finite = [loss for loss in past if np.isfinite(loss)] or [np.inf]
        trivial = facts["validation_trivial_loss"] or network.trivial_loss_
        found["trivial_validation_loss"] = trivial
        found["validation_loss"] = past[epoch] if epoch < len(past) else past[-1]
        found["best_validation_loss"] = min(finite)
        # Losses of single samples spread about as wide as the trivial loss is high.
        found["validation_error"] = trivial / max(1, facts["n_validation"]) ** 0.5
    if X_val is not None:
        found |= _on_validation_data(network, X_val, y_val)
        lowest = found.get("best_validation_loss", np.inf)
        found["best_validation_loss"] = min(lowest, found["validation_loss"])
    return Evidence(**found)


def _scales_inputs(network: Any) -> bool:
    return getattr(network, "categorical_features", None) is not None


# The squares of a diverged network's losses may be infinite.
@np.errstate(over="ignore", invalid="ignore")
def _on_validation_data(network: Any, X: Any, y: Any) -> dict[str, Any]:
    samples = read_samples(network, X, y)
    found: dict[str, Any] = {"layers": probe_layers(network, samples)}
    loss = network.targets_.loss
    outputs = loss.combine(network.network_.forward(samples.inputs))
    if isinstance(outputs, Ragged):
        outputs = outputs.rows()
    z = np.asarray(outputs, dtype=float).reshape(-1, outputs.shape[-1])
    if network.logit_shift_ is not None:
        z += network.logit_shift_
    targets, weights = samples.rows()

    def losses(outputs: np.ndarray, targets: np.ndarray = targets) -> np.ndarray:
        scratch = Buffers(outputs.dtype)
        judged = loss.with_weights(weights if len(outputs) == len(z) else None)
        with np.errstate(all="ignore"):
            values, _ = judged.value_and_gradient(outputs.copy(), targets, scratch)
        return values.copy()

    def mean(values: np.ndarray) -> float:
        return float(np.average(values, weights=weights))

    values = losses(z)
    constant = np.tile(np.array(network.record_["constant"]), (len(z), 1))
    found["trivial_validation_loss"] = mean(losses(constant))
    found["validation_loss"] = mean(values)
    # Steps of one sequence tell about the same.
    found["validation_error"] = float(values.std() / max(1, len(samples) - 1) ** 0.5)
    if len(z) > len(samples):
        return found
    found["no_signal"] = chance_of_no_signal(losses, z, targets)
    missed = missed_structure(network.targets_.loss, losses, samples, z)
    if missed is not None:
        found["missed"], found["missed_error"] = missed
        if found["no_signal"] > CHANCE:
            found["learnable"] = significant(
                missed_structure(network.targets_.loss, losses, samples, constant)
            )
    return found
