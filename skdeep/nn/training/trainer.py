"""The training loop: epochs of mini-batches until there is a reason to stop."""

from collections.abc import Callable
from math import isfinite

import numpy as np

from skdeep.nn.augmentation import Augmentation
from skdeep.nn.compute import Team, count_shards, single_threaded_blas
from skdeep.nn.losses import Loss
from skdeep.nn.network import Network
from skdeep.nn.schedules import Budget, Schedule
from skdeep.nn.training.averaging import Averaging
from skdeep.nn.training.keeper import WeightKeeper
from skdeep.nn.training.objective import Objective, spawn
from skdeep.nn.training.order import Order
from skdeep.nn.training.progress import Observer, Outcome, Progress, Stopping
from skdeep.nn.training.samples import Samples
from skdeep.nn.training.update import Update

# NumPy copies operands with gaps into a buffer whose size it was given, unless rows are
# at least as long: 512 numbers let it work in place, 3 times as fast. The setting is
# that of ``np.errstate``, and ends with it.
BUFFER = 512


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
    order : Order
        Draws the order of samples anew every epoch.
    rng : numpy.random.Generator
        Order of samples, dropout.
    averaging : Averaging or None, default=None
        Average of weights to use in place of the last ones.
    augmentation : Augmentation or None, default=None
        Change of the inputs of every mini-batch.

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
        order: Order,
        rng: np.random.Generator,
        averaging: Averaging | None = None,
        augmentation: Augmentation | None = None,
    ):
        self.network, self.loss, self.update = network, loss, update
        self.schedule, self.budget, self.stopping = schedule, budget, stopping
        self.batch_size, self.order, self.rng = batch_size, order, rng
        self.augmentation = augmentation
        self.progress = Progress()
        self._shard_rngs: list[np.random.Generator] = []
        self._keeper = WeightKeeper(network, averaging, stopping.keeps_best)

    def carry_on(self, before: "Trainer") -> None:
        """Go on where another trainer of the same network has left off.

        Its progress, randomness and averages are taken over, and what its optimizer
        remembers, if that is of the same kind; everything else is this trainer's own.

        Parameters
        ----------
        before : Trainer
            Not to be used any more.
        """
        self.progress, self.rng = before.progress, before.rng
        self._shard_rngs = before._shard_rngs
        self._keeper.carry_on(before._keeper)
        if type(self.update.optimizer) is type(before.update.optimizer):
            self.update.moments = before.update.moments

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
        self._keeper.resume()
        size = min(self.batch_size, len(samples))
        shards = count_shards(network.plan.total_multiply_adds, size)
        outcome = Outcome.MAX_EPOCHS
        with single_threaded_blas() as threads, np.errstate(all="ignore"):
            np.setbufsize(BUFFER)
            # Shards that exchange sums have to run at the same time.
            at_once = shards if network.layer.synchronises else threads
            with Team(shards, at_once) as team:
                missing = team.size - len(self._shard_rngs)
                self._shard_rngs += spawn(self.rng, missing)
                rngs = self._shard_rngs[: team.size]
                objective = Objective(network, self.loss, team, rngs, self.augmentation)
                step = self.update.bind(objective.grads, team)
                rate_at = self.schedule.bind(self.budget)
                try:
                    for _ in range(epochs):
                        observer.epoch_begins()
                        self._keeper.epoch_begins()
                        loss = self._epoch(objective, step, rate_at, samples, size)
                        reason = self._judge(loss, score, observer)
                        if reason is not None:
                            outcome = reason
                            break
                except KeyboardInterrupt:
                    outcome = Outcome.INTERRUPTED
        finite = self._keeper.finish(outcome is Outcome.DIVERGED)
        return outcome if finite else Outcome.DIVERGED

    def _epoch(
        self,
        objective: Objective,
        step: Callable[[float], None],
        rate_at: Callable[[int], float],
        samples: Samples,
        size: int,
    ) -> float:
        n, progress, keeper = len(samples), self.progress, self._keeper
        n_steps = self.budget.steps
        penalty = self.update.penalty.value(self.network.theta)
        order = self.order.draw(n, size, self.rng)
        total = 0.0
        for start in range(0, n, size):
            stop = min(start + size, n)
            which = slice(start, stop) if order is None else order[start:stop]
            total += objective(samples, which)
            if progress.steps == 0:
                progress.first_loss = total / (stop - start) + penalty
            progress.rate = rate_at(progress.steps) * progress.rate_factor
            step(progress.rate)
            progress.steps += 1
            keeper.step_taken(progress.steps, n_steps)
        return total / n + penalty

    def _judge(
        self, loss: float, score: Callable[[], float] | None, observer: Observer
    ) -> Outcome | None:
        """Return the reason to stop after an epoch, if there is one."""
        progress, stopping, schedule = self.progress, self.stopping, self.schedule
        diverged = not isfinite(loss)
        # Training goes on from the last weights, after an interruption too.
        with self._keeper.candidate():
            value = -loss if score is None else score()
            stop = observer.epoch_ended(loss)
            if progress.is_best(value, stopping.tol) and not diverged:
                self._keeper.remember_best(judged=score is not None)
        if diverged:
            return Outcome.DIVERGED
        if stop:
            return Outcome.STOPPED
        if progress.stale_epochs <= stopping.patience:
            return None
        if schedule.plateau_factor is None or progress.rate <= schedule.min_rate:
            return Outcome.CONVERGED
        progress.rate_factor *= schedule.plateau_factor
        progress.stale_epochs = 0
        return None
