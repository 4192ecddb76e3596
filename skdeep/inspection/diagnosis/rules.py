"""Rules that lead from evidence to a verdict and its cause.

All losses are in units of the trivial loss, that of the best constant prediction: 1 is
a network that learned nothing, 0 is perfect.
"""

from dataclasses import dataclass

import numpy as np

from skdeep.inspection.diagnosis.curves import MIN_EPOCHS
from skdeep.inspection.diagnosis.evidence import Evidence
from skdeep.inspection.diagnosis.rates import HIGHEST_RATE, LOWEST_RATE
from skdeep.inspection.diagnosis.signal import CHANCE

# Three quarters of what can be explained at best are explained: low, unless a better
# fit is in reach.
LOW = 0.25
# That much is left of any good fit: no reach is worth a change.
LITTLE = 0.05
# Part of the loss that is left, of what would make a better fit.
REACH = 0.5
# Standard deviations of targets to which steps, tolerances and starting weights suit.
LARGE_TARGET, SMALL_TARGET = 10.0, 0.1
# Part of the trivial loss that is worth a change: of the gap, of the loss that another
# learner explains.
MATTERS = 0.1
# Part of the fall so far that is still to come, from which on longer steps would help:
# at a usual learning rate, and at one below, which is suspect anyway.
STILL_FALLS, STILL_FALLS_SLOWLY = 0.2, 0.05
# A gap, beyond what chance explains, that a fit should not have.
GAP = 0.15
# A mean loss over an epoch that is twice that of a constant, and of the network before
# it was trained: steps lead away.
PEAK = 2.0
# An epoch that is off by a twentieth of the whole, in mean over all its steps.
SWING = 0.05
# Starting weights suit inputs of root mean square 1. Tenfold inputs make for a
# hundredfold variance of sums, and for gradients as much larger.
LARGE_INPUT, SMALL_INPUT = 10.0, 0.1
# A layer that has lost half of its units; one of a few units was too small before.
DEAD = 0.5
MANY_UNITS = 8
# Times the highest usual rate: what kills units then is the rate.
DEADLY = 10.0
# Between the first and the last layer, per parameter.
VANISHED = 1e-3
# Of the trivial loss: a penalty of that size on weights as large as the starting ones
# weighs as much as what there is to learn.
PENALTY = 0.2


@dataclass(frozen=True)
class Ruling:
    """A verdict, its cause and the reasons.

    Attributes
    ----------
    verdict : str
        A row of the table in :func:`skdeep.inspection.diagnose`.
    cause : str or None
        What is at fault.
    reasons : tuple of str
        One sentence each.
    """

    verdict: str
    cause: str | None
    reasons: tuple[str, ...]


def judge(e: Evidence) -> Ruling:
    """Return the verdict; the first rule that has something to say decides.

    Parameters
    ----------
    e : Evidence
        What was measured.

    Returns
    -------
    Ruling
        The verdict.
    """
    rules = (_good, _no_relation, _training, _overfitting, _underfitting, _as_good)
    for rule in rules:
        ruling = rule(e)
        if ruling is not None:
            return ruling
    return Ruling("not enough evidence", None, _what_is_missing(e))


def _is_low(e: Evidence) -> bool:
    """Tell whether the training loss is low enough."""
    if e.target_loss is not None:
        return e.train_loss <= e.target_loss
    return e.train_level <= LOW and not _is_in_reach(e)


def _is_in_reach(e: Evidence) -> bool:
    """Tell whether a loss that is not high could be much lower yet."""
    missed, left = e.missed_level or 0.0, e.train_level
    if missed >= MATTERS:
        return True
    if left <= LITTLE:
        return False
    is_slow = e.train_curve.steady and e.train_curve.to_come > REACH * left
    return missed > REACH * left or is_slow or _has_unscaled_targets(e)


def _has_unscaled_targets(e: Evidence) -> bool:
    if e.target_scale is None:
        return False
    largest, smallest = e.target_scale
    return largest > LARGE_TARGET or smallest < SMALL_TARGET


def _has_gap(e: Evidence) -> bool:
    return e.gap is not None and e.gap > GAP + 2 * (e.gap_error or 0.0)


def _closes(e: Evidence) -> bool:
    """Tell whether data suffice to say that there is no gap."""
    return e.gap is not None and 2 * (e.gap_error or 0.0) <= GAP and not _has_gap(e)


def _good(e: Evidence) -> Ruling | None:
    if not e.train_curve.finite or not _closes(e):
        return None
    if not _is_low(e):
        return None
    level = f"validation loss is {_level(e.validation_level)}"
    return Ruling("good", None, ("training loss is low", level))


def _no_relation(e: Evidence) -> Ruling | None:
    if not _has_no_signal(e) or e.learnable is None or e.learnable > 0:
        return None
    chance = f"no better than chance on validation data (p = {e.no_signal:.2g})"
    nothing = "another learner finds no relation either"
    verdict = "overfitting" if _has_gap(e) else "underfitting"
    return Ruling(verdict, "labels unrelated to inputs", (chance, nothing))


def _training(e: Evidence) -> Ruling | None:
    """Judge what keeps training from getting anywhere."""
    curve = e.train_curve
    stuck, bad_steps = not _is_low(e), []
    if not curve.finite:
        bad_steps.append("the loss became infinite or NaN")
    if curve.peak > PEAK * np.fmax(1.0, curve.start):
        bad_steps.append(f"the loss of an epoch rose to {_level(curve.peak)}")
    if curve.swing > SWING and stuck:
        bad_steps.append(f"from epoch to epoch it swings by {_level(curve.swing)}")
    largest = 1.0 if e.input_scale is None else e.input_scale[0]
    if not SMALL_INPUT <= largest <= LARGE_INPUT and (
        bad_steps or stuck or _has_gap(e)
    ):
        scale = f"the root mean square of the largest input is {largest:.3g}"
        return Ruling("underfitting", "unscaled inputs", (scale, *bad_steps))
    if stuck and _has_unscaled_targets(e):
        # Of several, the one that is further off.
        worst = max(e.target_scale or (), key=lambda s: abs(np.log(s)))
        scale = f"the standard deviation of a target is {worst:.3g}, as training saw it"
        return Ruling("underfitting", "unscaled targets", (scale, *bad_steps))
    if bad_steps:
        return Ruling("underfitting", "learning rate too high", tuple(bad_steps))
    if not stuck or _has_gap(e):
        return None
    inside = _inside(e)
    if inside is not None:
        return inside
    if _still_falls(e):
        reason = f"{curve.late_share:.0%} of the fall came in the second half"
        return Ruling("underfitting", "learning rate too low", (reason,))
    return None


def _still_falls(e: Evidence) -> bool:
    curve = e.train_curve
    if curve.epochs < MIN_EPOCHS or not curve.steady:
        return False
    # L-BFGS has no rate.
    is_slow = 0 < e.rate_excess < LOWEST_RATE / HIGHEST_RATE
    part = STILL_FALLS_SLOWLY if is_slow else STILL_FALLS
    return curve.to_come > min(part * min(1.0, curve.fall), REACH * e.train_level)


def _inside(e: Evidence) -> Ruling | None:
    if e.layers is None:
        return None
    many = e.layers[e.layers["units"] >= MANY_UNITS]
    dead = many["dead"].max()
    if dead >= DEAD:
        reason = f"{dead:.0%} of the units of a layer pass no gradient on"
        if e.rate_excess >= DEADLY:
            killed = f"the rate is {e.rate_excess:.2g} times the highest usual one"
            return Ruling("underfitting", "learning rate too high", (reason, killed))
        return Ruling("underfitting", "dead units", (reason,))
    gradients = e.layers["gradient_rms"].dropna()
    if len(gradients) > 2 and gradients.iloc[0] < VANISHED * gradients.iloc[-1]:
        ratio = gradients.iloc[0] / gradients.iloc[-1]
        reason = f"the first layer's gradient is {ratio:.1g} of the last one's"
        return Ruling("underfitting", "vanishing gradients", (reason,))
    return None


def _has_no_signal(e: Evidence) -> bool:
    return e.no_signal is not None and e.no_signal > CHANCE


def _overfitting(e: Evidence) -> Ruling | None:
    if not _has_gap(e):
        return None
    reason = (
        f"training loss is {_level(e.train_level)}, validation loss "
        f"{_level(e.validation_level)}"
    )
    if _has_no_signal(e):
        chance = f"no better than chance on validation data (p = {e.no_signal:.2g})"
        return Ruling("overfitting", "labels unrelated to inputs", (reason, chance))
    return Ruling("overfitting", "network too big", (reason,))


def _underfitting(e: Evidence) -> Ruling | None:
    gap, error = e.gap, e.gap_error or 0.0
    if gap is not None and gap < -GAP - 2 * error and not _is_low(e):
        reason = "validation loss is far below training loss"
        return Ruling(
            "unlikely", "validation data easier than training data", (reason,)
        )
    if not _closes(e):
        return None
    level = f"training loss is {_level(e.train_level)}"
    penalty = max(e.penalty, e.initial_penalty) / e.trivial_loss
    if penalty > PENALTY:
        share = f"the penalty was up to {_level(penalty)}"
        return Ruling("underfitting", "penalty too strong", (level, share))
    if e.missed_level is not None and e.missed_level >= MATTERS / 2:
        missed = f"another learner takes {_level(e.missed_level)} off validation loss"
        return Ruling("underfitting", "network too small", (level, missed))
    if e.target_loss is not None:
        target = f"the target is {_level(e.target_loss / e.trivial_loss)}"
        return Ruling("underfitting", "network too small", (level, target))
    return None


def _as_good(e: Evidence) -> Ruling | None:
    """Judge a loss that is not low, but has nothing against it."""
    if not _closes(e) or e.target_loss is not None or e.missed_level is None:
        return None
    if _has_no_signal(e) or e.train_level > 1 - MATTERS / 2:
        return None
    level = f"validation loss is {_level(e.validation_level)}"
    return Ruling("good", None, (level, "another learner finds nothing more in X"))


def _what_is_missing(e: Evidence) -> tuple[str, ...]:
    if e.gap is None:
        return ("no validation loss: give X_val and y_val, or fit with early_stopping",)
    if not _closes(e):
        return (
            f"the validation loss is known to {_level(e.gap_error)} only: give more "
            "validation data",
        )
    if e.target_loss is None and e.no_signal is None:
        return (
            "no telling how low the loss could be: give X_val, y_val or target_loss",
        )
    return (f"training loss is {_level(e.train_level)}, and nothing tells why",)


def _level(value: float | None) -> str:
    return f"{0.0 if value is None else value:.2g} of the trivial loss"
