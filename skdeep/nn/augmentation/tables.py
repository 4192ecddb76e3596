"""Changes to samples of any kind."""

from dataclasses import dataclass

import numpy as np

from skdeep.nn.augmentation.base import Augmentation


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

    keeps_places = False

    def apply(self, x, rng, sizes=None):
        share = rng.beta(self.alpha, self.alpha)
        partner = rng.permutation(len(x))
        others = x[partner]
        x *= share
        others *= 1 - share
        x += others
        return share, partner
