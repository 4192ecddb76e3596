"""Loss and gradient of a mini-batch, computed in shards."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from skdeep.nn.augmentation import Augmentation, mixed_loss
from skdeep.nn.compute import Buffers, Team, aligned_like
from skdeep.nn.losses import Loss
from skdeep.nn.network import Network
from skdeep.nn.training.samples import Samples


def spawn(rng: np.random.Generator, count: int) -> list[np.random.Generator]:
    """Return ``count`` independent generators, seeded from ``rng``."""
    return [np.random.default_rng(rng.integers(2**63)) for _ in range(count)]


class Objective:
    """Weighted loss of a mini-batch and its gradient, one part per shard.

    Parameters
    ----------
    network : Network
        Layers and weights.
    loss : Loss
        Loss of each sample.
    team : Team
        Runs the shards.
    rngs : sequence of numpy.random.Generator
        Randomness of each shard.
    augmentation : Augmentation or None, default=None
        Change of the inputs.

    Attributes
    ----------
    grads : list of ndarray of shape (n_parameters,)
        Gradient of each shard; their sum is the gradient.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        team: Team,
        rngs: Sequence[np.random.Generator],
        augmentation: Augmentation | None = None,
    ):
        self.network, self.loss, self.team = network, loss, team
        self.augmentation, self._rngs = augmentation, list(rngs)
        self.grads = [aligned_like(network.theta) for _ in team.members]
        self._spaces = [
            network.workspace(grad, rng, member)
            for grad, rng, member in zip(self.grads, rngs, team.members, strict=True)
        ]
        self._may_overwrite = network.layer.frees_output
        self._scratch = [Buffers(network.dtype) for _ in team.members]

    def __call__(self, samples: Samples, which: np.ndarray | slice) -> float:
        """Return the summed loss; leave the gradient of the mean in ``grads``.

        Parameters
        ----------
        samples : Samples
            The training set.
        which : ndarray of int, or slice
            Positions of the mini-batch.

        Returns
        -------
        float
            Sum of weighted losses over the mini-batch.
        """
        size = which.stop - which.start if isinstance(which, slice) else len(which)
        shards = self.team.size
        if shards == 1:
            return self._run(0, samples, which, size)
        cuts = [size * i // shards for i in range(shards + 1)]
        if isinstance(which, slice):
            start = which.start
            parts: list[Any] = [slice(start + a, start + b) for a, b in pairwise(cuts)]
        else:
            parts = [which[a:b] for a, b in pairwise(cuts)]
        return sum(self.team.run(lambda r: self._run(r, samples, parts[r], size)))

    def _run(
        self, rank: int, samples: Samples, which: np.ndarray | slice, total: int
    ) -> float:
        scratch = self._scratch[rank]
        x, target, weight, sizes = samples.gather(which, scratch)
        mix = None
        if self.augmentation is not None:
            # Parts of pairs are gathered in memory of their own.
            if isinstance(which, slice) and not isinstance(x, tuple):
                x = x.copy()
            more: tuple[Any, ...] = ()
            if self.augmentation.moves_targets and _has_own_targets(x, target):
                # Copies: they may be views of the training set.
                target = target.copy()
                weight = None if weight is None else weight.copy()
                belonging = (target,) if weight is None else (target, weight)
                more = ([a.reshape(*x.shape[:-1], -1) for a in belonging],)
            mix = self.augmentation.apply(x, self._rngs[rank], sizes, *more)
        space = self._spaces[rank]
        space.sizes = sizes
        y, backward = self.network.layer.forward(x, space)
        z = y
        if not self._may_overwrite:
            # The loss writes over its input, which may be the network's own input, or
            # memory that the last layer uses in backward.
            z = scratch.empty("z", y.shape)
            np.copyto(z, y)
        if z.ndim > 2:
            z = z.reshape(-1, z.shape[-1])
        loss = self.loss if weight is None else self.loss.with_weights(weight)
        if mix is None:
            value, dz = loss.value_and_gradient(z, target, scratch)
        else:
            value, dz = mixed_loss(loss, z, target, mix, scratch)
        if weight is None:
            summed = np.add.reduce(value)
            dz *= 1 / total
        else:
            summed = value @ weight
            dz *= (weight * (1 / total)).reshape(-1, *[1] * (dz.ndim - 1))
        backward(dz.reshape(y.shape))
        return float(summed)


def _has_own_targets(x: Any, target: np.ndarray) -> bool:
    """Tell whether each step or pixel of samples has a target."""
    return x.ndim > 2 and len(target) == prod(x.shape[:-1])
