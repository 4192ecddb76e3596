"""Losses for real targets. Each is summed over the outputs of a sample."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skdeep.nn.losses.base import Loss


class SquaredError(Loss):
    """(z - y)^2 / 2, minimised by the mean."""

    def value_and_gradient(self, z, target, workspace):
        z -= target
        return 0.5 * np.einsum("ij,ij->i", z, z), z

    def best_constant(self, target, weights):
        return _mean(target, weights)


class AbsoluteError(Loss):
    """``|z - y|``, minimised by the median."""

    def value_and_gradient(self, z, target, workspace):
        z -= target
        value = np.abs(z).sum(axis=1)
        return value, np.sign(z, out=z)

    def best_constant(self, target, weights):
        return _quantile(target, 0.5, weights)


@dataclass(repr=False)
class Huber(Loss):
    """Squared near the target, absolute beyond ``delta``, so that outliers pull less.

    With r = z - y: r^2 / 2 for abs(r) <= delta, else delta (abs(r) - delta / 2).

    Parameters
    ----------
    delta : float, default=1.0
        Where the parabola turns into a line, in units of the target.
    """

    delta: float = 1.0

    def value_and_gradient(self, z, target, workspace):
        z -= target
        clipped = np.clip(z, -self.delta, self.delta)
        # c r - c^2 / 2 is the parabola where c = r and the line where c = +-delta.
        value = (clipped * z - 0.5 * np.square(clipped)).sum(axis=1)
        np.copyto(z, clipped)
        return value, z

    def best_constant(self, target, weights):
        # Near enough: the minimum lies between median and mean.
        return _quantile(target, 0.5, weights)


class Poisson(Loss):
    """Half the Poisson deviance, for counts: exp(z) - y + y log(y / exp(z)).

    The prediction is exp(z), never negative, and the loss is zero at a perfect fit.
    """

    link = "exp"

    def value_and_gradient(self, z, target, workspace):
        mean = np.exp(z)
        logs = np.log(np.where(target > 0, target, 1))
        value = (mean - target + target * (logs - z)).sum(axis=1)
        return value, np.subtract(mean, target, out=z)

    def best_constant(self, target, weights):
        mean = _mean(target, weights)
        return np.log(np.maximum(mean, np.finfo(target.dtype).eps))

    def predict(self, z):
        """Return the mean exp(z)."""
        return np.exp(z)


@dataclass(repr=False)
class Quantile(Loss):
    """Pinball loss, minimised by the ``quantile`` of the target [1]_.

    With r = y - z: quantile r for r >= 0, else (quantile - 1) r.

    Parameters
    ----------
    quantile : float or sequence of float, default=0.5
        Which quantile to predict, between 0 and 1; or several of one target, of which
        each has a raw output, and whose losses are added up.

    Notes
    -----
    Raw outputs of several quantiles may cross, as each is learned by itself.
    Predictions are sorted: they are no further from the true quantiles, and the loss is
    no higher [2]_.

    References
    ----------
    .. [1] R. Koenker and G. Bassett, "Regression quantiles", Econometrica 46, 1978.
    .. [2] V. Chernozhukov, I. Fernández-Val and A. Galichon, "Quantile and probability
       curves without crossing", Econometrica 78, 2010.

    Examples
    --------
    >>> import numpy as np
    >>> Quantile([0.1, 0.9]).predict(np.array([[1.0, 3.0], [3.0, 1.0]]))
    array([[1., 3.],
           [1., 3.]])
    """

    quantile: float | Sequence[float] = 0.5

    @property
    def levels(self) -> tuple[float, ...] | None:  # type: ignore[override]
        """The quantiles, if there are several; None is one for each target."""
        quantiles = np.asarray(self.quantile, dtype=float)
        return None if quantiles.ndim == 0 else tuple(quantiles.tolist())

    def value_and_gradient(self, z, target, workspace):
        quantile = np.asarray(self.quantile, dtype=z.dtype)
        np.subtract(target, z, out=z)
        value = np.maximum(quantile * z, (quantile - 1) * z).sum(axis=1)
        below = np.sign(z)
        # Slope -quantile where the target lies above, 1 - quantile where below.
        np.multiply(below, -0.5, out=z)
        z += (0.5 - quantile) * np.abs(below)
        return value, z

    def best_constant(self, target, weights):
        return _quantile(target, self.quantile, weights).ravel()

    def predict(self, z):
        """Return the quantiles, several of one target in ascending order."""
        return z if self.levels is None else np.sort(z, axis=-1)


def _mean(target, weights):
    with np.errstate(over="ignore"):
        mean = np.average(target, axis=0, weights=weights)
    if not np.isfinite(mean).all():
        # Sums may be beyond what the type holds.
        largest = np.abs(target).max()
        mean = np.average(target / largest, axis=0, weights=weights) * largest
    return mean


def _quantile(target, quantile, weights):
    return np.quantile(target, quantile, axis=0, weights=weights, method="inverted_cdf")
