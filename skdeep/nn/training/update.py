"""From the gradient of a mini-batch to new weights."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skdeep.nn.compute import Team, aligned_parts
from skdeep.nn.network import Network
from skdeep.nn.optimizers import Moments, Optimizer
from skdeep.nn.parameters import Span
from skdeep.nn.penalties import ElasticPenalty, limit_norms

# Weights from which on the threads of a team share them out: waking them takes as long
# as one thread needs for so many.
WORTH_A_TEAM = 65_536

# What ``Optimizer.constants`` returns, for each multiple of the learning rate.
Constants = dict[float, tuple[Any, ...]]


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
            Works on parts of the vectors at the same time.

        Returns
        -------
        callable
            Takes the learning rate.
        """
        size = self.network.theta.size
        n_parts = team.size if size >= WORTH_A_TEAM else 1
        parts = [_Part(self, grads, part) for part in aligned_parts(size, n_parts)]
        multiples = {span.rate for span in self.network.layout.spans}
        moments, limits = self.moments, self.limits
        clips = limits.grad_value is not None or limits.grad_norm is not None

        def each(work: Callable[[_Part], None]) -> None:
            if n_parts == 1:
                work(parts[0])
            else:
                team.run(lambda rank: work(parts[rank]))

        def step(rate: float) -> None:
            moments.t += 1
            constants = {
                m: self.optimizer.constants(rate * m, moments.t) for m in multiples
            }
            if clips:
                each(_Part.gather)
                self._clip(grads[0])
                each(lambda part: part.step(rate, constants))
            else:
                each(lambda part: part.gather_and_step(rate, constants))
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


class _Part:
    """A part of the weights that one thread works on, with what a step needs of it."""

    def __init__(self, update: Update, grads: list[np.ndarray], part: slice):
        theta, total = update.network.theta, grads[0]
        self.penalty = update.penalty
        self._shards = [grad[part] for grad in grads]
        penalised = self.penalty.part(part)
        self._weights, self._slope = theta[penalised], total[penalised]
        self._spans = [
            _Span(update, total, slice(start, stop), span)
            for span in update.network.layout.spans
            if (start := max(part.start, span.start))
            < (stop := min(part.stop, span.stop))
        ]

    def gather(self) -> None:
        """Add the gradients of all shards, and that of the penalty."""
        total, *others = self._shards
        for other in others:
            np.add(total, other, out=total)
        self.penalty.add_gradient(self._weights, self._slope)

    def gather_and_step(self, rate: float, constants: Constants) -> None:
        """Do both, where nothing is to be known of all gradients in between."""
        self.gather()
        self.step(rate, constants)

    def step(self, rate: float, constants: Constants) -> None:
        """Move the weights."""
        for span in self._spans:
            span.step(rate, constants)


class _Span:
    """Weights of one part that learn at one rate."""

    def __init__(self, update: Update, total: np.ndarray, where: slice, span: Span):
        theta = update.network.theta
        self.optimizer, self.penalty = update.optimizer, update.penalty
        self.moments = update.moments
        self._rate, self._decay = span.rate, span.decay
        self._penalised = self.penalty.part(where)
        self._weights = theta[self._penalised]
        self._blocks = self.optimizer.blocks(theta, total, self.moments, where)

    def step(self, rate: float, constants: Constants) -> None:
        """Move the weights, given the optimizer's rate and the constants of each."""
        optimizer, penalty = self.optimizer, self.penalty
        rate *= self._rate
        if optimizer.weight_decay:
            self._weights *= 1 - rate * self._decay * optimizer.weight_decay
        for block in self._blocks:
            optimizer.update(*block, *constants[self._rate])
        if penalty.l1:
            gains = optimizer.gains(self.moments, rate, self._penalised)
            penalty.shrink(self._weights, gains)
