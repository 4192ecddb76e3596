"""Changes to training samples, made anew every time that they are used."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skdeep.nn.configurable import Configurable, HoldsList

# How far each sample was mixed, and with which other; None if not at all.
Mix = tuple[float, np.ndarray] | None


class Augmentation(Configurable):
    """A random change of the inputs of a mini-batch that leaves their meaning."""

    @abstractmethod
    def apply(
        self,
        x: np.ndarray,
        rng: np.random.Generator,
        sizes: np.ndarray | None = None,
    ) -> Mix:
        """Change a mini-batch in place.

        Parameters
        ----------
        x : ndarray of shape (n_samples, ...)
            Inputs of a mini-batch.
        rng : numpy.random.Generator
            Source of randomness.
        sizes : ndarray of int of shape (n_samples, n_axes) or None, default=None
            How much of each sample is there, where samples differ in size; the rest
            is padding, which may take any value.

        Returns
        -------
        tuple of (float, ndarray of int of shape (n_samples,)) or None
            For a mixture: the share of each sample itself, and the position of the
            sample that makes up the rest. Targets are mixed alike.
        """


@dataclass(repr=False)
class InputNoise(Augmentation):
    """Add normal noise [1]_.

    Parameters
    ----------
    scale : float, default=0.1
        Standard deviation, in the units of X: scale features first.

    References
    ----------
    .. [1] C. Bishop, "Training with noise is equivalent to Tikhonov regularization",
       Neural Computation 7, 1995.
    """

    scale: float = 0.1

    def apply(self, x, rng, sizes=None):
        noise = rng.standard_normal(x.shape, dtype=x.dtype)
        noise *= self.scale
        x += noise


@dataclass(repr=False)
class FeatureMask(Augmentation):
    """Replace each feature by ``value`` with probability ``rate``.

    Parameters
    ----------
    rate : float, default=0.1
        Probability, at least 0 and below 1.
    value : float, default=0.0
        The mean of a standardised feature.
    """

    rate: float = 0.1
    value: float = 0.0

    def apply(self, x, rng, sizes=None):
        np.copyto(x, self.value, where=rng.random(x.shape, dtype=x.dtype) < self.rate)


@dataclass(repr=False)
class MixUp(Augmentation):
    """Average each sample with another one, and their losses alike [1]_.

    Parameters
    ----------
    alpha : float, default=0.2
        The share of the first is drawn from Beta(alpha, alpha), once a mini-batch:
        the smaller alpha, the closer to one of the two.

    References
    ----------
    .. [1] H. Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018,
       arXiv:1710.09412.
    """

    alpha: float = 0.2

    def apply(self, x, rng, sizes=None):
        share = rng.beta(self.alpha, self.alpha)
        partner = rng.permutation(len(x))
        others = x[partner]
        x *= share
        others *= 1 - share
        x += others
        return share, partner


@dataclass(repr=False)
class Augmentations(HoldsList, Augmentation):
    """Several augmentations, one after the other, at most one of them a mixture.

    Parameters
    ----------
    steps : sequence of Augmentation
        First to last, within reach of a search by position (``augment__0__scale``).

    Examples
    --------
    >>> both = Augmentations([InputNoise(0.2), MixUp()])
    >>> both.set_params(**{"0__scale": 0.1}).steps[0]
    InputNoise()
    """

    steps: Sequence[Augmentation] = ()
    _list_name = "steps"

    def apply(self, x, rng, sizes=None):
        mixes = [step.apply(x, rng, sizes) for step in self.steps]
        return next((mix for mix in mixes if mix is not None), None)


AUGMENTATIONS: dict[str, type[Augmentation]] = {
    "noise": InputNoise,
    "mask": FeatureMask,
    "mixup": MixUp,
}


def mixed_loss(loss: Any, z: np.ndarray, target: Any, mix: Mix, workspace: Any) -> Any:
    """Return value and gradient of a loss whose targets are mixed.

    Parameters
    ----------
    loss : Loss
        Loss of each sample.
    z : ndarray of shape (n_samples, n_outputs)
        Raw outputs; overwritten with the gradient.
    target : ndarray
        Targets as the loss takes them.
    mix : tuple
        Share, and position of the partners.
    workspace : Workspace
        Reusable buffers.

    Returns
    -------
    value, gradient : ndarray
        ``share * loss(z, y) + (1 - share) * loss(z, y of the partner)``.
    """
    share, partner = mix  # type: ignore[misc]
    again = workspace.empty("z again", z.shape)
    np.copyto(again, z)
    value, dz = loss.value_and_gradient(z, target, workspace)
    value = value * share
    dz *= share
    others, more = loss.value_and_gradient(again, target[partner], workspace)
    value += (1 - share) * others
    more *= 1 - share
    dz += more
    return value, dz
