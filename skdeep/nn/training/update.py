"""From the gradient of a mini-batch to new weights."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from skdeep.nn.network import Network
from skdeep.nn.optimizers import Moments, Optimizer
from skdeep.nn.penalties import ElasticPenalty, limit_norms
from skdeep.nn.threads import Team


@dataclass(frozen=True)
class Limits:
    """Bounds on gradients and weights; None is no bound.

    Attributes
    ----------
    grad_norm : float or None
        Largest Euclidean norm of the gradient (Pascanu et al. 2013); a longer one
        is scaled down.
    grad_value : float or None
        Largest absolute value of one entry of the gradient.
    weight_norm : float or None
        Largest norm of the weights that enter one unit.
    """

    grad_norm: float | None = None
    grad_value: float | None = None
    weight_norm: float | None = None


@dataclass
class Update:
    """Applies gradients: penalty, clipping, optimizer, proximal step, constraint.

    Attributes
    ----------
    network : Network
        Whose weights change.
    optimizer : Optimizer
        The rule.
    penalty : ElasticPenalty
        Penalty on the weights.
    limits : Limits
        Bounds on gradients and weights.
    moments : Moments
        The optimizer's memory.
    """

    network: Network
    optimizer: Optimizer
    penalty: ElasticPenalty
    limits: Limits
    moments: Moments = field(init=False)

    def __post_init__(self) -> None:
        self.moments = self.optimizer.init(self.network.theta)

    def apply(self, grads: list[np.ndarray], rate: float, team: Team) -> None:
        """Take one step.

        Parameters
        ----------
        grads : list of ndarray of shape (n_parameters,)
            Gradient of each shard; used as scratch.
        rate : float
            Learning rate.
        team : Team
            Works on spans of the vectors at the same time.
        """
        self.moments.t += 1
        size = self.network.theta.size
        if team.size == 1:
            whole = slice(0, size)
            self._gather(grads, whole)
            self._clip(grads[0])
            self._step(grads[0], rate, whole)
        else:
            cuts = [size * rank // team.size for rank in range(team.size + 1)]
            spans = [slice(a, b) for a, b in pairwise(cuts)]
            team.run(lambda rank: self._gather(grads, spans[rank]))
            self._clip(grads[0])
            team.run(lambda rank: self._step(grads[0], rate, spans[rank]))
        if self.limits.weight_norm is not None:
            limit_norms(self.network.params, self.limits.weight_norm)

    def _gather(self, grads: list[np.ndarray], span: slice) -> None:
        total = grads[0]
        for other in grads[1:]:
            np.add(total[span], other[span], out=total[span])
        self.penalty.add_gradient(self.network.theta, total, span)

    def _clip(self, grad: np.ndarray) -> None:
        if self.limits.grad_value is not None:
            np.clip(grad, -self.limits.grad_value, self.limits.grad_value, out=grad)
        if self.limits.grad_norm is not None:
            norm = float(np.sqrt(grad @ grad))
            if norm > self.limits.grad_norm:
                grad *= self.limits.grad_norm / norm

    def _step(self, grad: np.ndarray, rate: float, span: slice) -> None:
        theta, optimizer = self.network.theta, self.optimizer
        if optimizer.weight_decay:
            theta[self.penalty.part(span)] *= 1 - rate * optimizer.weight_decay
        optimizer.step(theta, grad, self.moments, rate, span)
        if self.penalty.l1:
            part = self.penalty.part(span)
            gains = optimizer.gains(self.moments, rate, part)
            self.penalty.shrink(theta[part], gains)
