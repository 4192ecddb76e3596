"""Penalties on weights, and the constraint on their norm."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.blas import daxpy, saxpy

from skdeep.nn.parameters import Views


@dataclass(frozen=True)
class ElasticPenalty:
    """``strength ((1 - l1_ratio) / 2 |w|^2 + l1_ratio |w|)`` over leading weights.

    The squared part joins the gradient. The absolute part is a proximal step after
    the optimizer's own, ``w <- sign(w) max(|w| - threshold, 0)``, which gives exact
    zeros; the threshold is measured by the optimizer's gain for each weight, so that
    the zeros are those of the objective under adaptive rates too [1]_.

    Parameters
    ----------
    strength : float, default=0.0
        The estimator's alpha divided by the sum of sample weights.
    l1_ratio : float, default=0.0
        Share of the absolute part, between 0 and 1.
    n_weights : int, default=0
        How many leading entries of the flat vector are penalised.

    References
    ----------
    .. [1] J. Yun, A. Lozano and E. Yang, "Adaptive proximal gradient methods for
       structured neural networks", NeurIPS 2021.
    """

    strength: float = 0.0
    l1_ratio: float = 0.0
    n_weights: int = 0

    @property
    def l1(self) -> float:
        """Factor of ``|w|``."""
        return self.strength * self.l1_ratio

    @property
    def l2(self) -> float:
        """Factor of ``|w|^2 / 2``."""
        return self.strength * (1 - self.l1_ratio)

    def part(self, span: slice) -> slice:
        """Return the penalised part of ``span``."""
        return slice(min(span.start, self.n_weights), min(span.stop, self.n_weights))

    def value(self, theta: np.ndarray) -> float:
        """Return the penalty at ``theta``."""
        weights = theta[: self.n_weights]
        value = 0.0
        # Of weights that go astray it is infinite, and so is the loss.
        with np.errstate(over="ignore"):
            if self.l2:
                value = 0.5 * self.l2 * float(weights @ weights)
            if self.l1:
                value += self.l1 * float(np.abs(weights).sum())
        return value

    def add_gradient(self, weights: np.ndarray, grad: np.ndarray) -> None:
        """Add the gradient of the squared part to that of penalised weights."""
        l2 = self.l2
        if l2 and weights.size:
            # One pass and no temporary, unlike NumPy's multiply and add.
            axpy = saxpy if grad.dtype == np.float32 else daxpy
            axpy(weights, grad, weights.size, l2)

    def shrink(self, weights: np.ndarray, gains: np.ndarray | float) -> None:
        """Take the proximal step of the absolute part, in place."""
        threshold = np.multiply(gains, self.l1, dtype=weights.dtype)
        size = np.abs(weights)
        size -= threshold
        np.maximum(size, 0, out=size)
        np.copysign(size, weights, out=weights)
        # Signs of zero are dropped: -0.0 would print as a weight.
        weights += 0.0


def limit_norms(views: Views, max_norm: float) -> None:
    """Scale down each unit's incoming weights to a norm of ``max_norm``, in place.

    Parameters
    ----------
    views : Views
        Weights of the network.
    max_norm : float
        The largest Euclidean norm allowed (Srivastava et al. 2014).
    """
    for layer in views.walk():
        weight = layer.arrays.get("weight")
        if weight is not None:
            _limit(weight.reshape(1, -1, weight.shape[-1]), max_norm)
        members = layer.arrays.get("member_weight")
        if members is not None:
            _limit(members, max_norm)


def _limit(weights: np.ndarray, max_norm: float) -> None:
    """Scale the columns of some matrices, shape (n_matrices, n_inputs, n_units)."""
    norms = np.sqrt(np.einsum("kij,kij->kj", weights, weights))
    weights *= np.minimum(1, max_norm / np.maximum(norms, 1e-12))[:, np.newaxis]
