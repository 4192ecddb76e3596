"""Where training stands, when it stops, and who is told."""

from dataclasses import dataclass
from enum import Enum
from math import inf, nan


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
        Whether the weights with the best score count in the end.
    """

    tol: float = 1e-4
    patience: float = 10
    keeps_best: bool = False


@dataclass
class Progress:
    """Where training stands; carried on from one run to the next.

    Attributes
    ----------
    steps : int
        Steps taken.
    rate, rate_factor : float
        Learning rate of the last step, and what plateaus have left of the schedule's.
    stale_epochs : int
        Epochs since the last improvement.
    best_score : float
        Highest score so far.
    first_loss : float
        Loss of the first mini-batch, before any step; NaN as long as there was none.
    """

    steps: int = 0
    rate: float = 0.0
    rate_factor: float = 1.0
    stale_epochs: int = 0
    best_score: float = -inf
    first_loss: float = nan

    def is_best(self, score: float, tol: float) -> bool:
        """Take in the score of an epoch; tell whether it is the best so far."""
        # A score of NaN is stale and never the best.
        stale = not score >= self.best_score + tol
        self.stale_epochs = self.stale_epochs + 1 if stale else 0
        if not score > self.best_score:
            return False
        self.best_score = score
        return True


class Observer:
    """Is told about epochs; does nothing by itself."""

    def epoch_begins(self) -> None:
        """Be told that an epoch begins."""

    def epoch_ended(self, loss: float) -> bool:
        """Be told an epoch's training loss; return whether to stop."""
        return False
