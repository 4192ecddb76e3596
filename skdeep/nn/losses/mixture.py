"""Loss of a density: a mixture of Gaussians whose parameters a network computes."""

from dataclasses import dataclass
from math import log, pi
from typing import ClassVar, NamedTuple

import numpy as np
from scipy.special import expit, log_softmax, logsumexp, softmax

from skdeep.nn.losses.base import Loss

# The least standard deviation, for targets of about 1; its square is the least variance
# that scikit-learn's GaussianMixture adds. Without it, a value that is seen twice has
# no largest density.
LEAST_SCALE = 1e-3
# Of the search for the best constant, which would take longer than training.
ENOUGH_ROWS, ITERATIONS = 1000, 100


class Mixture(NamedTuple):
    """Parameters of mixtures of Gaussians, one for each sample.

    Attributes
    ----------
    log_weights : ndarray of shape (n_samples, n_components)
        Logarithms of the weights.
    means : ndarray of shape (n_samples, n_components, n_numbers)
        Means.
    scales : ndarray of shape (n_samples, n_components, n_numbers)
        Standard deviations.
    """

    log_weights: np.ndarray
    means: np.ndarray
    scales: np.ndarray


@dataclass(repr=False)
class GaussianMixtureLoss(Loss):
    r"""Negative log density of a mixture of Gaussians, above the least there is [1]_.

    With K components and targets of d numbers, the raw outputs are K logits of the
    weights w, then K times d means m, then K times d raw scales r:

    .. math:: -\log \sum_{k=1}^K w_k \prod_{j=1}^d
              \mathcal{N}(y_j \mid m_{kj}, s_{kj}^2) - d \log(\sqrt{2 \pi}\, s_{\min}),
              \qquad s = s_{\min} + \log(1 + e^r)

    The last term makes it zero, and not less, where the density is as high as the
    least scale of 0.001 allows. Targets are best brought to a standard deviation of 1.

    Parameters
    ----------
    n_components : int, default=1
        Number of Gaussians; the numbers of a target are independent in each.

    References
    ----------
    .. [1] C. Bishop, "Mixture density networks", Aston University, NCRG/94/004, 1994.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.nn.compute import Buffers
    >>> z, target = np.array([[0.0, 1.0, 0.0]]), np.array([[3.0]])
    >>> loss = GaussianMixtureLoss()
    >>> loss.log_density(z, target).round(2)
    array([-4.7])
    >>> loss.value_and_gradient(z, target, Buffers(np.float64))[1].round(2)
    array([[ 0.  , -4.15, -5.26]])
    """

    n_components: int = 1
    link: ClassVar[str] = "mixture"

    def n_outputs(self, n_numbers):
        return self.n_components * (1 + 2 * n_numbers)

    def mixture(self, z: np.ndarray) -> Mixture:
        """Return what raw outputs stand for.

        Parameters
        ----------
        z : ndarray of shape (n_samples, n_outputs)
            Raw outputs.

        Returns
        -------
        Mixture
            New arrays, but for the means.
        """
        logits, means, raw = self._parts(z)
        scales = LEAST_SCALE + np.logaddexp(0, raw)
        return Mixture(log_softmax(logits, axis=1), means, scales)

    def log_density(self, z: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return the log density of each target.

        Parameters
        ----------
        z : ndarray of shape (n_samples, n_outputs)
            Raw outputs; not changed.
        target : ndarray of shape (n_samples, n_numbers)
            The numbers.

        Returns
        -------
        ndarray of shape (n_samples,)
            Natural logarithms.
        """
        return logsumexp(self._joint(self.mixture(z), target)[0], axis=1)

    def sample(
        self, z: np.ndarray, rng: np.random.Generator, temperature: float = 1.0
    ) -> np.ndarray:
        """Draw a target from each mixture.

        Parameters
        ----------
        z : ndarray of shape (n_samples, n_outputs)
            Raw outputs.
        rng : numpy.random.Generator
            Source of randomness.
        temperature : float, default=1.0
            Divides the log weights, and the log densities of the components, whose
            variances it multiplies therefore.

        Returns
        -------
        ndarray of shape (n_samples, n_numbers)
            The targets.
        """
        log_weights, means, scales = self.mixture(z)
        # The largest of these is each component as often as its weight says.
        noise = rng.gumbel(size=log_weights.shape)
        chosen = (log_weights / temperature + noise).argmax(axis=1)
        rows = np.arange(len(z))
        spread = temperature**0.5 * scales[rows, chosen]
        return means[rows, chosen] + spread * rng.normal(size=spread.shape)

    def value_and_gradient(self, z, target, workspace):
        found = self.mixture(z)
        joint, distances = self._joint(found, target)
        log_p = logsumexp(joint, axis=1)
        # How much of the density is due to each component.
        shares = np.exp(joint - log_p[:, np.newaxis])
        logits, means, raw = self._parts(z)
        slopes = expit(raw)
        np.subtract(np.exp(found.log_weights), shares, out=logits)
        by_scale = shares[:, :, np.newaxis] / found.scales
        np.multiply(by_scale, -distances, out=means)
        np.multiply(by_scale, 1 - distances**2, out=raw)
        raw *= slopes
        return -log_p - _least(target.shape[1]), z

    def best_constant(self, target, weights):
        """Return the raw output that suits all targets, from a start at quantiles."""
        n_numbers, k = target.shape[1], self.n_components
        levels = (np.arange(k) + 0.5) / k
        means = np.quantile(
            target, levels, axis=0, weights=weights, method="inverted_cdf"
        )
        center = np.average(target, axis=0, weights=weights)
        variance = np.average((target - center) ** 2, axis=0, weights=weights)
        spread = np.maximum(np.sqrt(variance), 2 * LEAST_SCALE)
        if k == 1:
            means = center[np.newaxis]
        else:
            spread = np.tile(spread / k, (k, 1))
        raw = np.log(np.expm1(np.broadcast_to(spread - LEAST_SCALE, (k, n_numbers))))
        start = np.concatenate([np.zeros(k), means.ravel(), raw.ravel()])
        if k == 1:
            return start
        some = slice(None, None, -(-len(target) // ENOUGH_ROWS))
        weights = None if weights is None else weights[some]
        return self._fit_constant(target[some], weights, start, maxiter=ITERATIONS)

    def predict(self, z):
        """Return the means of the mixtures, shape (n_samples, n_numbers)."""
        logits, means, _ = self._parts(z)
        return np.einsum("ik,ikj->ij", softmax(logits, axis=1), means)

    def _parts(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return views of logits, means and raw scales."""
        k = self.n_components
        shape = (len(z), k, (z.shape[1] // k - 1) // 2)
        end = k * (1 + shape[2])
        return z[:, :k], z[:, k:end].reshape(shape), z[:, end:].reshape(shape)

    def _joint(
        self, found: Mixture, target: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return log weight times density, and distances from means in scales."""
        distances = (target[:, np.newaxis] - found.means) / found.scales
        exponents = (0.5 * distances**2 + np.log(found.scales)).sum(axis=2)
        exponents += 0.5 * log(2 * pi) * target.shape[1]
        return found.log_weights - exponents, distances


def _least(n_numbers: int) -> float:
    """Return the least negative log density of so many numbers."""
    return n_numbers * (0.5 * log(2 * pi) + log(LEAST_SCALE))
