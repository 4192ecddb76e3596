"""Loss of networks that have several outputs for each sample, one for each member."""

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from scipy.special import log_expit, log_softmax, logsumexp

from skdeep.nn.losses.base import Loss


@dataclass(repr=False)
class MemberLoss(Loss):
    """Mean over members of each member's own loss [1]_.

    Each member learns to predict by itself; together they predict the mean of their
    predictions, for which see :meth:`combine`.

    Parameters
    ----------
    loss : Loss
        Loss of one member.

    Notes
    -----
    In training ``z`` has n_members rows for each target, those of one sample side by
    side: the output of shape (n_samples, n_members, n_outputs) of
    :class:`skdeep.nn.MemberDense`, folded. With a row for each target it is the loss
    of one member, or that of outputs that have been combined.

    References
    ----------
    .. [1] Y. Gorishniy, A. Kotelnikov and A. Babenko, "TabM: advancing tabular deep
       learning with parameter-efficient ensembling", ICLR 2025, arXiv:2410.24210.
    """

    loss: Loss

    @property
    def link(self) -> str:  # type: ignore[override]
        """Name of the function that turns raw output into a prediction."""
        return self.loss.link

    @property
    def levels(self) -> tuple[float, ...] | None:  # type: ignore[override]
        """What each raw output predicts of one and the same target."""
        return self.loss.levels

    def value_and_gradient(self, z, target, workspace):
        n_members = len(z) // max(len(target), 1)
        if n_members <= 1:
            return self.loss.value_and_gradient(z, target, workspace)
        target = np.repeat(target, n_members, axis=0)
        value, gradient = self.loss.value_and_gradient(z, target, workspace)
        gradient *= 1 / n_members
        # With an axis for members, so that weights of samples can be applied.
        shape = (-1, n_members, z.shape[1])
        return value.reshape(shape[:2]).mean(axis=1), gradient.reshape(shape)

    def best_constant(self, target, weights):
        return self.loss.best_constant(target, weights)

    def predict(self, z):
        """Turn raw outputs into predictions, those of members into their mean."""
        return self.loss.predict(self.combine(z))

    def combine(self, z):
        if z.ndim == 2:
            return z
        if self.link == "softmax":
            return _log_mean(log_softmax(z, axis=2))
        if self.link == "logistic":
            return _log_mean(log_expit(z)) - _log_mean(log_expit(-z))
        if self.link == "exp":
            return _log_mean(z)
        return z.mean(axis=1)


def _log_mean(logarithms: np.ndarray) -> Any:
    """Return the logarithm of the mean over members."""
    return logsumexp(logarithms, axis=1) - log(logarithms.shape[1])
