"""From the gradient of a mini-batch to new weights."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skdeep.nn.compute import Team, aligned_parts
from skdeep.nn.network import Network
from skdeep.nn.optimizers import Moments, Optimizer
from skdeep.nn.penalties import ElasticPenalty, limit_norms

# Weights from which on the threads of a team share them out: waking them takes as long
# as one thread needs for so many.
WORTH_A_TEAM = 65_536


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

    def bind(self, grads: list[np.ndarray], team: Team) -> Callable[[float], None]:
        """Return the function that takes one step, ``rate -> None``.

        The views that a step works on are the same every time. They are made here, as
        for a small network making them takes as long as the arithmetic.

        Parameters
        ----------
        grads : list of ndarray of shape (n_parameters,)
            Where each shard leaves its gradient; used as scratch.
        team : Team
            Works on spans of the vectors at the same time.

        Returns
        -------
        callable
            Takes the learning rate.
        """
        size = self.network.theta.size
        n_spans = team.size if size >= WORTH_A_TEAM else 1
        spans = [_Span(self, grads, part) for part in aligned_parts(size, n_spans)]
        moments, limits = self.moments, self.limits
        clips = limits.grad_value is not None or limits.grad_norm is not None

        def each(work: Callable[[_Span], None]) -> None:
            if n_spans == 1:
                work(spans[0])
            else:
                team.run(lambda rank: work(spans[rank]))

        def step(rate: float) -> None:
            moments.t += 1
            constants = self.optimizer.constants(rate, moments.t)
            if clips:
                each(_Span.gather)
                self._clip(grads[0])
                each(lambda span: span.step(rate, constants))
            else:
                each(lambda span: span.gather_and_step(rate, constants))
            if limits.weight_norm is not None:
                limit_norms(self.network.params, limits.weight_norm)

        return step

    def _clip(self, grad: np.ndarray) -> None:
        limits = self.limits
        if limits.grad_value is not None:
            np.clip(grad, -limits.grad_value, limits.grad_value, out=grad)
        if limits.grad_norm is not None:
            norm = float(np.sqrt(grad @ grad))
            if norm > limits.grad_norm:
                grad *= limits.grad_norm / norm


class _Span:
    """A part of the weights, with what a step needs of it."""

    def __init__(self, update: Update, grads: list[np.ndarray], span: slice):
        theta, total = update.network.theta, grads[0]
        self.optimizer, self.penalty = update.optimizer, update.penalty
        self.moments = update.moments
        self._shards = [grad[span] for grad in grads]
        self._penalised = self.penalty.part(span)
        self._weights, self._slope = theta[self._penalised], total[self._penalised]
        self._blocks = self.optimizer.blocks(theta, total, self.moments, span)

    def gather(self) -> None:
        """Add the gradients of all shards, and that of the penalty."""
        total, *others = self._shards
        for other in others:
            np.add(total, other, out=total)
        self.penalty.add_gradient(self._weights, self._slope)

    def gather_and_step(self, rate: float, constants: tuple[Any, ...]) -> None:
        """Do both, where nothing is to be known of all gradients in between."""
        self.gather()
        self.step(rate, constants)

    def step(self, rate: float, constants: tuple[Any, ...]) -> None:
        """Move the weights."""
        optimizer, penalty = self.optimizer, self.penalty
        if optimizer.weight_decay:
            self._weights *= 1 - rate * optimizer.weight_decay
        for block in self._blocks:
            optimizer.update(*block, *constants)
        if penalty.l1:
            gains = optimizer.gains(self.moments, rate, self._penalised)
            penalty.shrink(self._weights, gains)
