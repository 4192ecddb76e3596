"""Stochastic optimizers: epochs of mini-batches until there is a reason to stop."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from skdeep.nn.augmentation import Augmentation
from skdeep.nn.losses import Loss
from skdeep.nn.network import Network
from skdeep.nn.schedules import Budget, Schedule
from skdeep.nn.training.averaging import Averaging
from skdeep.nn.training.base import BaseTrainer, Job
from skdeep.nn.training.progress import Observer, Outcome, Result, Stopping
from skdeep.nn.training.samples import Samples
from skdeep.nn.training.update import Update

# NumPy copies operands with gaps into a buffer whose size it was given, unless rows are
# at least as long: 512 numbers let it work in place, 3 times as fast. The setting is
# that of ``np.errstate``, and ends with it.
BUFFER = 512


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
