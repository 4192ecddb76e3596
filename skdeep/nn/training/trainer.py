"""The training loop: epochs of mini-batches until there is a reason to stop."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from math import ceil, inf, isfinite
from typing import Any

import numpy as np

from skdeep.nn.blas import BlasThreads, reproducible_threads, single_threaded_blas
from skdeep.nn.losses import Loss
from skdeep.nn.network import Network
from skdeep.nn.schedules import Budget, Schedule
from skdeep.nn.threads import Team, count_shards
from skdeep.nn.training.averaging import Average, Averaging
from skdeep.nn.training.objective import Objective, spawn
from skdeep.nn.training.samples import Samples
from skdeep.nn.training.update import Update


class Outcome(Enum):
    """Why training ended."""

    MAX_EPOCHS = "the largest number of epochs was reached"
    CONVERGED = "progress stalled"
    STOPPED = "a callback asked to stop"
    INTERRUPTED = "the user interrupted"
    DIVERGED = "the loss or the weights became infinite or NaN"


@dataclass(frozen=True)
class Stopping:
    """When progress counts as stalled.

    Attributes
    ----------
    tol : float
        Improvement of the score below which an epoch counts as stale.
    patience : float
        Number of stale epochs in a row that is tolerated.
    keeps_best : bool
        Whether the weights with the best score are restored at the end.
    """

    tol: float = 1e-4
    patience: float = 10
    keeps_best: bool = False


class Observer:
    """Is told about epochs; does nothing by itself."""

    def epoch_begins(self) -> None:
        """Be told that an epoch begins."""

    def epoch_ended(self, loss: float) -> bool:
        """Be told an epoch's training loss; return whether to stop."""
        return False


@dataclass
class Progress:
    """Where training stands; carried on from one call of ``run`` to the next."""

    steps: int = 0
    samples_seen: int = 0
    rate: float = 0.0
    rate_factor: float = 1.0
    stale_epochs: int = 0
    best_score: float = -inf


class Trainer:
    """Trains a network; may be run again to train on.

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
    shuffle : bool
        Whether every epoch takes the samples in a new order.
    rng : numpy.random.Generator
        Order of samples, dropout.
    averaging : Averaging or None, default=None
        Average of weights to use in place of the last ones.

    Attributes
    ----------
    progress : Progress
        Where training stands.
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
        shuffle: bool,
        rng: np.random.Generator,
        averaging: Averaging | None = None,
    ):
        self.network, self.loss, self.update = network, loss, update
        self.schedule, self.budget, self.stopping = schedule, budget, stopping
        self.batch_size, self.shuffle, self.rng = batch_size, shuffle, rng
        self.progress = Progress()
        self._shard_rngs: list[np.random.Generator] = []
        self._best: tuple[np.ndarray, np.ndarray] | None = None
        self._averages: list[Average] = []
        if averaging is not None:
            vectors = (network.theta, network.state)
            self._averages = [Average(averaging, vector) for vector in vectors]
        self._raw: tuple[np.ndarray, np.ndarray] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_best": None}

    def run(
        self,
        samples: Samples,
        epochs: int,
        score: Callable[[], float] | None = None,
        observer: Observer | None = None,
    ) -> Outcome:
        """Train for at most ``epochs`` epochs.

        Parameters
        ----------
        samples : Samples
            The training set.
        epochs : int
            Largest number of epochs.
        score : callable or None, default=None
            Judges the network after each epoch, higher is better; None takes minus
            the training loss.
        observer : Observer or None, default=None
            Is told about epochs and may stop training.

        Returns
        -------
        Outcome
            Why training ended.
        """
        network = self.network
        observer = observer if observer is not None else Observer()
        if self._raw is not None:
            self._put(self._raw)
        size = min(self.batch_size, len(samples))
        shards = count_shards(network.plan.total_multiply_adds, size)
        outcome = Outcome.MAX_EPOCHS
        with single_threaded_blas() as threads, np.errstate(all="ignore"):
            concurrent = threads > 1 or network.layer.synchronises
            with Team(shards, concurrent) as team:
                missing = team.size - len(self._shard_rngs)
                self._shard_rngs += spawn(self.rng, missing)
                rngs = self._shard_rngs[: team.size]
                objective = Objective(network, self.loss, team, rngs)
                blas = BlasThreads(
                    reproducible_threads(network.plan, size, network.dtype, threads)
                    if shards == 1
                    else 1
                )
                try:
                    for _ in range(epochs):
                        observer.epoch_begins()
                        loss = self._epoch(objective, samples, size, blas)
                        reason = self._judge(loss, score, observer)
                        if reason is not None:
                            outcome = reason
                            break
                except KeyboardInterrupt:
                    outcome = Outcome.INTERRUPTED
        return self._finish(outcome)

    def _epoch(
        self, objective: Objective, samples: Samples, size: int, blas: BlasThreads
    ) -> float:
        n, progress = len(samples), self.progress
        penalty = self.update.penalty.value(self.network.theta)
        rate_at = self.schedule.bind(self.budget)
        order = self.rng.permutation(n) if self.shuffle and size < n else None
        total = 0.0
        for i in range(ceil(n / size)):
            batch = slice(i * size, min((i + 1) * size, n))
            count = batch.stop - batch.start
            which = batch if order is None else order[batch]
            work = partial(objective, samples, which, count, count)
            # The bits of a last, short mini-batch were not compared.
            total += blas.run(work) if count == size else work()
            progress.rate = rate_at(progress.steps) * progress.rate_factor
            self.update.apply(objective.grads, progress.rate, objective.team)
            progress.steps += 1
            for average, vector in zip(self._averages, self._vectors(), strict=False):
                average.update(vector, progress.steps, self.budget.steps)
        progress.samples_seen += n
        return total / n + penalty

    def _judge(
        self,
        loss: float,
        score: Callable[[], float] | None,
        observer: Observer,
    ) -> Outcome | None:
        progress, stopping = self.progress, self.stopping
        raw = self._swap_in_average()
        try:
            value = -loss if score is None else score()
            stop = observer.epoch_ended(loss)
            diverged = not isfinite(loss)
            stale = not value >= progress.best_score + stopping.tol
            progress.stale_epochs = progress.stale_epochs + 1 if stale else 0
            if not diverged and (value > progress.best_score or self._best is None):
                progress.best_score = max(progress.best_score, value)
                if all(np.isfinite(vector).all() for vector in self._vectors()):
                    self._best = self._copies()
        finally:
            # Training goes on from the raw weights, after an interruption too.
            if raw is not None:
                self._put(raw)
        if diverged:
            return Outcome.DIVERGED
        if stop:
            return Outcome.STOPPED
        if progress.stale_epochs <= stopping.patience:
            return None
        schedule = self.schedule
        if schedule.plateau_factor is None or progress.rate <= schedule.min_rate:
            return Outcome.CONVERGED
        progress.rate_factor *= schedule.plateau_factor
        progress.stale_epochs = 0
        return None

    def _finish(self, outcome: Outcome) -> Outcome:
        self._raw = self._swap_in_average()
        if not all(np.isfinite(vector).all() for vector in self._vectors()):
            outcome = Outcome.DIVERGED
        if self._best is not None and (
            outcome is Outcome.DIVERGED or self.stopping.keeps_best
        ):
            self._put(self._best)
        return outcome

    @property
    def has_weights(self) -> bool:
        """Whether the network's weights are finite."""
        return bool(np.isfinite(self.network.theta).all())

    def _vectors(self) -> tuple[np.ndarray, np.ndarray]:
        return self.network.theta, self.network.state

    def _copies(self) -> tuple[np.ndarray, np.ndarray]:
        theta, state = self._vectors()
        return theta.copy(), state.copy()

    def _put(self, values: tuple[np.ndarray, np.ndarray]) -> None:
        for vector, value in zip(self._vectors(), values, strict=True):
            np.copyto(vector, value)

    def _swap_in_average(self) -> tuple[np.ndarray, np.ndarray] | None:
        if not self._averages:
            return None
        raw = self._copies()
        theta, state = self._averages
        self._put((theta.vector, state.vector))
        return raw
