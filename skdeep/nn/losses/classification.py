"""Losses for classes and labels."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from scipy.special import expit, logit, softmax

from skdeep.nn.losses.base import Loss


def _softmax_by_class(z, workspace):
    """Return softmax(z), z less its maximum, and the log of the sum of exponentials.

    The first two have one row per class: reductions then run over rows. Along the few
    classes of each sample they would be several times slower.
    """
    n_samples, n_classes = z.shape
    shifted = workspace.empty("shifted", (n_classes, n_samples))
    np.copyto(shifted, z.T)
    row = np.maximum.reduce(shifted, axis=0, out=workspace.empty("row", (n_samples,)))
    np.subtract(shifted, row, out=shifted)
    p = np.exp(shifted, out=workspace.empty("p", shifted.shape))
    np.add.reduce(p, axis=0, out=row)
    np.divide(p, row, out=p)
    return p, shifted, np.log(row, out=row)


def _positions(target, n_samples):
    """Return where in a flat (n_classes, n_samples) array each target lies."""
    # Small integer types, as labels may come in, cannot hold the product.
    positions = np.multiply(target, n_samples, dtype=np.intp)
    positions += _count(n_samples)
    return positions


@lru_cache(maxsize=8)
def _count(n_samples):
    """Return 0, 1, ... up to ``n_samples``, not to be written to."""
    return np.arange(n_samples)


class SoftmaxLoss(Loss):
    """Base of losses for classes that exclude each other."""

    link: ClassVar[str] = "softmax"

    def predict(self, z):
        """Return the probabilities softmax(z)."""
        return softmax(z, axis=1)


class LogisticLoss(Loss):
    """Base of losses for two classes, or for labels."""

    link: ClassVar[str] = "logistic"

    def predict(self, z):
        """Return the probabilities 1 / (1 + exp(-z))."""
        return expit(z)


@dataclass(repr=False)
class SoftmaxLogLoss(SoftmaxLoss):
    """-log p[y] with p = softmax(z), for exclusive classes.

    Parameters
    ----------
    label_smoothing : float, default=0.0
        Share e of the target's certainty that is spread evenly over all K classes:
        the target becomes 1 - e + e / K for the true class and e / K for the others
        (Szegedy et al. 2016).
    """

    label_smoothing: float = 0.0

    def value_and_gradient(self, z, target, workspace):
        n_samples, n_classes = z.shape
        p, shifted, log_sum = _softmax_by_class(z, workspace)
        where = _positions(target, n_samples)
        certainty, share = 1 - self.label_smoothing, self.label_smoothing / n_classes
        value = shifted.take(where)
        if share:
            value *= certainty
            value += share * np.add.reduce(shifted, axis=0)
            p -= share
        np.subtract(log_sum, value, out=value)
        p.reshape(-1)[where] -= certainty
        np.copyto(z, p.T)
        return value, z

    def best_constant(self, target, weights):
        shares = np.bincount(target, weights)
        shares = shares / shares.sum()
        shares *= 1 - self.label_smoothing
        shares += self.label_smoothing / len(shares)
        return np.log(np.maximum(shares, np.finfo(shares.dtype).tiny))


@dataclass(repr=False)
class LogisticLogLoss(LogisticLoss):
    """log(1 + exp(z)) - y z for each label: two classes, or many labels at a time.

    Parameters
    ----------
    label_smoothing : float, default=0.0
        Share e by which targets are drawn to one half: y (1 - e) + e / 2.
    """

    label_smoothing: float = 0.0

    def value_and_gradient(self, z, target, workspace):
        if self.label_smoothing:
            target = target * (1 - self.label_smoothing) + self.label_smoothing / 2
        softplus = np.logaddexp(z, 0, out=workspace.empty("softplus", z.shape))
        softplus -= np.multiply(z, target, out=workspace.empty("product", z.shape))
        expit(z, out=z)
        z -= target
        return softplus.sum(axis=1), z

    def best_constant(self, target, weights):
        share = np.average(target, axis=0, weights=weights).astype(float)
        share += self.label_smoothing * (0.5 - share)
        tiny = np.finfo(share.dtype).eps
        return logit(np.clip(share, tiny, 1 - tiny))


@dataclass(repr=False)
class SoftmaxFocal(SoftmaxLoss):
    """-(1 - p[y])^gamma log p[y]: well-classified samples count less [1]_.

    Parameters
    ----------
    gamma : float, default=2.0
        Strength of the focus on hard samples; 0 is the log loss.

    References
    ----------
    .. [1] T.-Y. Lin et al., "Focal loss for dense object detection", ICCV 2017,
       arXiv:1708.02002.
    """

    gamma: float = 2.0

    def value_and_gradient(self, z, target, workspace):
        p, shifted, log_sum = _softmax_by_class(z, workspace)
        where = _positions(target, len(z))
        log_q = shifted.reshape(-1).take(where) - log_sum
        value, slope = _focal(np.exp(log_q), log_q, self.gamma)
        # d log q / dz = onehot - p, hence dz = -slope (p - onehot).
        flat = p.reshape(-1)
        flat[where] = flat[where] - 1
        p *= -slope
        np.copyto(z, p.T)
        return value, z


@dataclass(repr=False)
class LogisticFocal(LogisticLoss):
    """Focal loss of each label, q being the probability given to the truth.

    Parameters
    ----------
    gamma : float, default=2.0
        Strength of the focus on hard samples; 0 is the log loss.
    """

    gamma: float = 2.0

    def value_and_gradient(self, z, target, workspace):
        sign = 2 * target - 1
        log_q = -np.logaddexp(0, -sign * z)
        value, slope = _focal(np.exp(log_q), log_q, self.gamma)
        # d log q / dz = sign (1 - q)
        np.multiply(slope, sign * -np.expm1(log_q), out=z)
        return value.sum(axis=1), z


def _focal(q, log_q, gamma):
    """Return the focal loss of truth probability q, and its slope in log q."""
    miss = 1 - q
    weight = miss**gamma
    value = -weight * log_q
    # d/dlog q of -(1-q)^g log q = g q (1-q)^(g-1) log q - (1-q)^g
    slope = gamma * q * miss ** max(gamma - 1, 0) * log_q if gamma else 0.0
    if 0 < gamma < 1:
        # (1-q)^(g-1) diverges where q rounds to 1, but log q vanishes faster.
        safe = np.where(miss > 0, miss, 1)
        slope = gamma * q * safe ** (gamma - 1) * log_q
    return value, slope - weight
