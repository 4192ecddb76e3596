"""Signs in a loss curve."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import kendalltau

# Fewer epochs than this tell nothing about a trend.
MIN_EPOCHS = 8


@dataclass(frozen=True)
class CurveShape:
    """The fall of a loss, in units of the trivial loss.

    Attributes
    ----------
    epochs : int
        Number of epochs.
    finite : bool
        Whether every epoch's loss was finite.
    peak : float
        Largest loss of an epoch.
    start : float
        Loss before training.
    swing : float
        Typical distance of an epoch's loss from the mean of its neighbours, in the
        second half.
    fall : float
        From the first epochs to the last.
    late_share : float
        Share of the fall that happened in the second half: about one half for a loss
        that falls along a straight line, nothing for one that has settled.
    to_come : float
        How much further the loss would fall in as many epochs again, if each half of
        the epochs continues to bring the same fraction of the half before.
    steady : bool
        Whether nearly every epoch of the second half was better than the one before.
    """

    epochs: int
    finite: bool
    peak: float
    start: float
    swing: float
    fall: float
    late_share: float
    to_come: float
    steady: bool


def shape_of(
    curve: list[float], trivial_loss: float, initial_loss: float = np.nan
) -> CurveShape:
    """Describe a loss curve.

    Parameters
    ----------
    curve : list of float
        Loss of each epoch.
    trivial_loss : float
        Loss of the best constant prediction, the unit of all results.
    initial_loss : float, default=NaN
        Loss before training; NaN where it is not known.

    Returns
    -------
    CurveShape
        The description; for fewer than 8 epochs nothing but peak and finiteness.
    """
    unit = max(trivial_loss, 1e-12)
    losses = np.asarray(curve, dtype=float) / unit
    start = initial_loss / unit
    finite = bool(np.isfinite(losses).all())
    losses = losses[np.isfinite(losses)]
    n = len(losses)
    peak = float(losses.max(initial=0.0))
    if n < MIN_EPOCHS:
        return CurveShape(n, finite, peak, start, 0.0, 0.0, 0.0, 0.0, False)
    half = losses[n // 2 :]
    bends = half[1:-1] - (half[:-2] + half[2:]) / 2
    swing = float(np.median(np.abs(bends)))
    # Means of a few epochs, which one odd epoch does not decide.
    width = max(1, n // 20)
    first, middle, last = (
        float(losses[at : at + width].mean())
        for at in (0, n // 2 - width // 2, n - width)
    )
    early, late = first - middle, middle - last
    fall = early + late
    late_share = late / fall if fall > 0 and late > 0 else 0.0
    factor = min(late / early, 1.0) if early > 0 and late > 0 else 0.0
    to_come = max(late, 0.0) * (factor + factor**2)
    order = kendalltau(np.arange(len(half)), half).statistic
    steady = bool(np.isfinite(order) and order < -0.8)
    return CurveShape(n, finite, peak, start, swing, fall, late_share, to_come, steady)
