"""Where training stands, when it stops, and who is told."""

from dataclasses import dataclass
from enum import Enum
from math import inf, nan
from typing import NamedTuple


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
    """What a run came to.

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


@dataclass(frozen=True)
class Stopping:
    """When progress counts as stalled, and which weights count in the end.

    Attributes
    ----------
    tol : float
        Improvement below which an epoch counts as stale.
    patience : float
        Number of stale epochs in a row that is tolerated.
    keeps_best : bool
        Whether the best weights count in the end, not the last: those with the highest
        score where the observer gives one, the last of them if several have it, or
        else those with the lowest training loss.
    by_score : bool
        Whether it is the score that has to improve, where the observer gives one. False
        watches the training loss, whatever the score.
    """

    tol: float = 1e-4
    patience: float = 10
    keeps_best: bool = False
    by_score: bool = True


@dataclass
class Progress:
    """Where training stands; carried on from one run to the next.

    Attributes
    ----------
    epochs, steps : int
        Epochs and steps taken.
    rate, rate_factor : float
        Learning rate of the last step, and what plateaus have left of the schedule's.
    stale_epochs : int
        Epochs since the last improvement.
    best_watched : float
        Highest value so far of what has to improve.
    best_score : float
        Highest score so far, by which the best weights are chosen.
    loss, first_loss : float
        Training loss of the last epoch, and loss of the first mini-batch, before any
        step; NaN as long as there was none.
    """

    epochs: int = 0
    steps: int = 0
    rate: float = 0.0
    rate_factor: float = 1.0
    stale_epochs: int = 0
    best_watched: float = -inf
    best_score: float = -inf
    loss: float = nan
    first_loss: float = nan

    def watch(self, value: float, tol: float) -> None:
        """Count the epoch as stale unless ``value`` has improved by ``tol``."""
        # NaN is stale and never the best.
        stale = not value >= self.best_watched + tol
        self.stale_epochs = self.stale_epochs + 1 if stale else 0
        if value > self.best_watched:
            self.best_watched = value

    def is_best(self, score: float, judged: bool) -> bool:
        """Take in the score of an epoch; tell whether it is the best so far.

        Of equal scores on validation data, ``judged``, the last is the best: its
        weights have been trained for longer [1]_. Accuracies are often equal. Of equal
        training losses it is the first, as in scikit-learn.

        References
        ----------
        .. [1] D. Holzmueller, L. Grinsztajn and I. Steinwart, "Better by default:
           strong pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024,
           arXiv:2407.04491.
        """
        best = score >= self.best_score if judged else score > self.best_score
        if best:
            self.best_score = score
        return best


class Verdict(NamedTuple):
    """What an observer says at the end of an epoch.

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

    def epoch_begins(self) -> None:
        """Be told that an epoch begins."""

    def epoch_ended(self, loss: float) -> Verdict:
        """Be told an epoch's training loss, with the weights to judge in place."""
        return Verdict()
