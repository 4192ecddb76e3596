"""Training on mini-batches: epochs, and the update of weights after each mini-batch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np

from skdeep.nn.augmentation import Augmentation
from skdeep.nn.compute import Team, aligned_parts
from skdeep.nn.losses import Loss
from skdeep.nn.network import Network
from skdeep.nn.optimizers import Moments, Optimizer
from skdeep.nn.parameters import Span
from skdeep.nn.penalties import ElasticPenalty, limit_norms
from skdeep.nn.schedules import Budget, Schedule
from skdeep.nn.training.averaging import Averaging
from skdeep.nn.training.base import BaseTrainer, Job, Observer, Outcome, Result
from skdeep.nn.training.progress import Stopping
from skdeep.nn.training.samples import Samples

# NumPy copies operands with gaps into a buffer whose size it was given, unless rows are
# at least as long: 512 numbers let it work in place, 3 times as fast. The setting is
# that of ``np.errstate``, and ends with it.
BUFFER = 512
# Weights from which on the threads of a team share them out: waking them takes as long
# as one thread needs for so many.
WORTH_A_TEAM = 65_536
# Steps after which moments are looked at for subnormal numbers.
SETTLED_EVERY = 128

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
            if moments.t % SETTLED_EVERY == 0:
                moments.settle()

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


class Trainer(BaseTrainer):
    """Trains a network on mini-batches; may be run again to train on.

    Parameters
    ----------
    network : Network
        Layers and weights; changed in place.
    loss : Loss
        Loss of each sample.
    update : Update
        Optimizer, penalty and limits.
    schedule : Schedule
        Learning rate of every step.
    budget : Budget
        What the schedule is bound to.
    stopping : Stopping
        When to stop.
    batch_size : int
        Samples in a mini-batch; the last of an epoch may be shorter.
    rng : numpy.random.Generator
        Order of samples, dropout.
    averaging : Averaging or None, default=None
        Average of weights to use in place of the last ones.
    augmentation : Augmentation or None, default=None
        Change of the inputs of every mini-batch.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        update: Update,
        schedule: Schedule,
        budget: Budget,
        stopping: Stopping,
        *,
        batch_size: int,
        rng: np.random.Generator,
        averaging: Averaging | None = None,
        augmentation: Augmentation | None = None,
    ):
        super().__init__(network, loss, stopping, rng, averaging, augmentation)
        self.update, self.schedule, self.budget = update, schedule, budget
        self.batch_size = batch_size

    def carry_on(self, before: BaseTrainer | None) -> None:
        if not isinstance(before, Trainer):
            return
        self.progress, self.rng = before.progress, before.rng
        self._shard_rngs = before._shard_rngs
        self._keeper.carry_on(before._keeper)
        if type(self.update.optimizer) is type(before.update.optimizer):
            self.update.moments = before.update.moments

    @property
    def _solver(self) -> str:
        return type(self.update.optimizer).__name__

    def _nested_state(self) -> dict[str, Any]:
        moments = self.update.moments
        return {**super()._nested_state(), "moments": {"t": moments.t, **moments}}

    def _restore(self, state: Mapping[str, Any]) -> None:
        super()._restore(state)
        moments = self.update.moments
        moments.t = state["moments.t"]
        for name, vector in moments.items():
            vector[...] = state[f"moments.{name}"]

    def _size_at_once(self, samples: Samples) -> int:
        return min(self.batch_size, len(samples))

    def _train(self, job: Job) -> tuple[Outcome, str]:
        np.setbufsize(BUFFER)
        step = self.update.bind(job.objective.grads, job.team)
        rate_at = self.schedule.bind(self.budget)
        outcome = Outcome.MAX_EPOCHS
        for _ in range(job.epochs):
            job.observer.epoch_begins()
            self._within_epoch = True
            self._keeper.epoch_begins()
            loss = self._epoch(job, step, rate_at)
            reason = self._reason_to_stop(loss, job.observer)
            self._within_epoch = False
            if reason is not None:
                outcome = reason
                break
        return outcome, outcome.value

    def _epoch(
        self,
        job: Job,
        step: Callable[[float], None],
        rate_at: Callable[[int], float],
    ) -> float:
        samples, objective, size = job.samples, job.objective, job.size
        n, progress, keeper = len(samples), self.progress, self._keeper
        n_steps = self.budget.steps
        penalty = self.update.penalty.value(self.network.theta)
        order = job.order.draw(n, size, self.rng)
        total = 0.0
        for start in range(0, n, size):
            stop = min(start + size, n)
            which = slice(start, stop) if order is None else order[start:stop]
            total += objective(samples, which)
            if progress.steps == 0:
                progress.first_loss = total / (stop - start) + penalty
            progress.rate = float(rate_at(progress.steps) * progress.rate_factor)
            step(progress.rate)
            progress.steps += 1
            keeper.step_taken(progress.steps, n_steps)
        return total / n + penalty

    def _reason_to_stop(self, loss: float, observer: Observer) -> Outcome | None:
        progress, schedule = self.progress, self.schedule
        verdict = self._epoch_ended(loss, observer)
        if not isfinite(loss):
            return Outcome.DIVERGED
        if verdict.stop:
            return Outcome.STOPPED
        if progress.stale_epochs <= self.stopping.patience:
            return None
        if schedule.plateau_factor is None or progress.rate <= schedule.min_rate:
            return Outcome.CONVERGED
        progress.rate_factor *= schedule.plateau_factor
        progress.stale_epochs = 0
        return None

    def _result(self, outcome: Outcome, message: str, n_epochs: int, n: int) -> Result:
        result = super()._result(outcome, message, n_epochs, n)
        return replace(result, rate=self.progress.rate, n_samples_seen=n * n_epochs)
