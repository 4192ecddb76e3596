"""Base class of trainers, observers of epochs, and the result of a run."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from skdeep.nn.augmentation import Augmentation
from skdeep.nn.compute import Team, count_shards, single_threaded_blas
from skdeep.nn.losses import Loss
from skdeep.nn.network import Network
from skdeep.nn.training.averaging import Averaging
from skdeep.nn.training.objective import Objective, spawn
from skdeep.nn.training.progress import Progress, Stopping, WeightKeeper
from skdeep.nn.training.samples import Order, Samples
from skdeep.nn.training.state import (
    State,
    check_alike,
    flatten,
    generator_state,
    part,
    restore_generator,
)


class Outcome(Enum):
    """Why training ended."""

    MAX_EPOCHS = "the largest number of epochs or of evaluations was reached"
    CONVERGED = "progress stalled"
    STOPPED = "a callback asked to stop"
    INTERRUPTED = "the user interrupted"
    DIVERGED = "the loss or the weights became infinite or NaN"
    FAILED = "the line search found no better weights"


@dataclass(frozen=True)
class Result:
    """Result of a run.

    Attributes
    ----------
    outcome : Outcome
        Why training ended.
    message : str
        The same in the words of the solver.
    n_epochs : int
        Epochs of this run; iterations of L-BFGS.
    loss : float
        Training loss of the last epoch, if need be of an earlier run; NaN if there was
        none.
    first_loss : float
        Loss before the first step ever taken; NaN if it is not known.
    rate : float or None
        Learning rate of the last step; None where the solver has none.
    n_samples_seen : int
        Samples shown in mini-batches; 0 where the solver takes none.
    """

    outcome: Outcome
    message: str
    n_epochs: int
    loss: float
    first_loss: float
    rate: float | None = None
    n_samples_seen: int = 0


class Verdict(NamedTuple):
    """Judgement of an observer at the end of an epoch.

    Attributes
    ----------
    score : float or None
        How good the weights are, higher is better; None leaves that to minus the
        training loss.
    stop : bool
        Whether to stop.
    """

    score: float | None = None
    stop: bool = False


class Observer:
    """Is told about epochs and judges them; does nothing by itself."""

    def run_begins(self, trainer: "BaseTrainer", samples: Samples) -> None:
        """Be told what is about to run.

        This is the moment to load the state of a run that was broken off. Its epochs
        then count as epochs of this run.
        """

    def epoch_begins(self) -> None:
        """Be told that an epoch begins."""

    def epoch_ended(self, loss: float) -> Verdict:
        """Be told an epoch's training loss, with the weights to judge in place."""
        return Verdict()


class Job(NamedTuple):
    """Everything a solver works with during one run.

    Attributes
    ----------
    samples : Samples
        The training set.
    size : int
        Samples taken at once.
    epochs : int
        Largest number of epochs.
    order : Order
        Order of samples.
    observer : Observer
        Is told about epochs.
    objective : Objective
        Loss and gradient.
    team : Team
        Runs the shards.
    """

    samples: Samples
    size: int
    epochs: int
    order: Order
    observer: Observer
    objective: Objective
    team: Team


class BaseTrainer(ABC):
    """Trains a network, by any solver.

    Parameters
    ----------
    network : Network
        Layers and weights; changed in place.
    loss : Loss
        Loss of each sample.
    stopping : Stopping
        When to stop.
    rng : numpy.random.Generator
        Source of all randomness.
    averaging : Averaging or None, default=None
        Average of weights to use in place of the last ones.
    augmentation : Augmentation or None, default=None
        Change of the inputs.

    Attributes
    ----------
    progress : Progress
        Where training stands.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        stopping: Stopping,
        rng: np.random.Generator,
        averaging: Averaging | None = None,
        augmentation: Augmentation | None = None,
    ):
        self.network, self.loss = network, loss
        self.stopping, self.rng = stopping, rng
        self.augmentation = augmentation
        self.progress = Progress()
        self._shard_rngs: list[np.random.Generator] = []
        self._keeper = WeightKeeper(network, averaging, stopping.keeps_best)
        self._within_epoch = False

    @abstractmethod
    def carry_on(self, before: "BaseTrainer | None") -> None:
        """Go on where another trainer of the same network has left off.

        Its progress, randomness and averages are taken over, and what its optimizer
        remembers, if that is of the same kind; everything else is this trainer's own.

        Parameters
        ----------
        before : BaseTrainer or None
            Not to be used any more. Of None, or of a trainer with another solver,
            there is nothing to take over.
        """

    def state_dict(self) -> State:
        """Return all that the rest of training depends on, besides the settings.

        Returns
        -------
        dict of str to ndarray, int, str or bool
            Copies: weights, averages, best weights so far, what the optimizer
            remembers, progress, and the states of random generators. Nothing in it is
            code, and nothing is taken from the training set.

        Raises
        ------
        RuntimeError
            In the middle of an epoch. The state is whole when an observer is told that
            an epoch begins, and before and after a run.
        """
        if self._within_epoch:
            raise RuntimeError(
                "The state of training is whole only between epochs: ask for it when "
                "an epoch begins, or after the run."
            )
        return flatten(self._nested_state())

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up training where the trainer of that state stood.

        The next run then does what the run that was broken off would have done, to the
        same bits, given the same samples, order of samples and observer, and as many
        epochs as were left. (By L-BFGS it goes on from the same weights by another
        path: what it has learned of the curvature is not in the state.)

        Parameters
        ----------
        state : dict
            From ``state_dict`` of a trainer with the same settings.

        Raises
        ------
        ValueError
            If it does not fit this trainer, which is left as it was.
        """
        expected = self._nested_state()
        for name in ("last", "best"):
            expected.pop(name, None)
            if part(state, name):
                expected[name] = expected["weights"]
        any_shard = generator_state(np.random.default_rng(0))
        n_shards = state.get("n_shards", 0)
        expected["shards"] = {str(rank): any_shard for rank in range(n_shards)}
        check_alike(state, flatten(expected))
        self._restore(state)

    def _nested_state(self) -> dict[str, Any]:
        shards = {str(i): generator_state(r) for i, r in enumerate(self._shard_rngs)}
        return {
            "solver": self._solver,
            "progress": asdict(self.progress),
            "rng": generator_state(self.rng),
            "n_shards": len(shards),
            "shards": shards,
            **self._keeper.state_dict(),
        }

    def _restore(self, state: Mapping[str, Any]) -> None:
        progress = part(state, "progress").items()
        self.progress = Progress(
            **{k: v.item() if isinstance(v, np.ndarray) else v for k, v in progress}
        )
        restore_generator(self.rng, part(state, "rng"))
        self._shard_rngs = [np.random.default_rng(0) for _ in range(state["n_shards"])]
        for rank, rng in enumerate(self._shard_rngs):
            restore_generator(rng, part(state, f"shards.{rank}"))
        self._keeper.load_state_dict(state)

    @property
    @abstractmethod
    def _solver(self) -> str:
        """Name of the solver."""

    def run(
        self,
        samples: Samples,
        epochs: int,
        observer: Observer | None = None,
        order: Order | None = None,
    ) -> Result:
        """Train for at most ``epochs`` epochs.

        Parameters
        ----------
        samples : Samples
            The training set.
        epochs : int
            Largest number of epochs.
        observer : Observer or None, default=None
            Is told about epochs, judges the weights and may stop training.
        order : Order or None, default=None
            Draws the order of samples anew every epoch; None shuffles them. A solver
            that takes all samples at once ignores it.

        Returns
        -------
        Result
            Why training ended, and where.
        """
        network = self.network
        observer = Observer() if observer is None else observer
        order = Order(shuffle=True) if order is None else order
        epochs_before = self.progress.epochs
        self._keeper.resume()
        observer.run_begins(self, samples)
        epochs -= self.progress.epochs - epochs_before
        size = self._size_at_once(samples)
        shards = count_shards(network.plan.total_multiply_adds, size)
        with single_threaded_blas() as threads, np.errstate(all="ignore"):
            # Shards that exchange sums have to run at the same time.
            at_once = shards if network.layer.synchronises else threads
            with Team(shards, at_once) as team:
                self._shard_rngs += spawn(self.rng, shards - len(self._shard_rngs))
                rngs = self._shard_rngs[:shards]
                objective = Objective(network, self.loss, team, rngs, self.augmentation)
                job = Job(samples, size, epochs, order, observer, objective, team)
                try:
                    outcome, message = self._train(job)
                except KeyboardInterrupt:
                    outcome = Outcome.INTERRUPTED
                    message = outcome.value
                finally:
                    self._within_epoch = False
        if not self._keeper.finish(outcome is Outcome.DIVERGED):
            outcome = Outcome.DIVERGED
            message = outcome.value
        n_epochs = self.progress.epochs - epochs_before
        return self._result(outcome, message, n_epochs, len(samples))

    @abstractmethod
    def _size_at_once(self, samples: Samples) -> int:
        """Return how many samples are taken at once."""

    @abstractmethod
    def _train(self, job: Job) -> tuple[Outcome, str]:
        """Train; return why it ended, and the same in the solver's words."""

    def _epoch_ended(self, loss: float, observer: Observer) -> Verdict:
        """Return what the observer says, having taken it in."""
        progress, stopping = self.progress, self.stopping
        progress.epochs += 1
        progress.loss = loss
        # Training goes on from the last weights, after an interruption too.
        with self._keeper.candidate():
            verdict = observer.epoch_ended(loss)
            judged = verdict.score is not None
            score = -loss if verdict.score is None else float(verdict.score)
            progress.watch(score if stopping.by_score else -loss, stopping.tol)
            if progress.is_best(score, judged) and isfinite(loss):
                self._keeper.remember_best(judged)
        return verdict

    def _result(self, outcome: Outcome, message: str, n_epochs: int, n: int) -> Result:
        progress = self.progress
        return Result(outcome, message, n_epochs, progress.loss, progress.first_loss)
