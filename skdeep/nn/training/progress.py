"""Progress of training, when it stops, and the weights that it keeps."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import numpy as np

from skdeep.nn.network import Network
from skdeep.nn.training.averaging import Average, Averaging
from skdeep.nn.training.state import part

Copies = tuple[np.ndarray, ...]
# What the vectors of a copy are called in a state.
NAMES = ("theta", "state")


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
    """Progress of training, carried on from one run to the next.

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


class WeightKeeper:
    """Copies of a network's weights and state, at moments that matter.

    Training goes on from the last weights. What is judged, and kept in the end, may be
    their average, or the best of those judged.

    Parameters
    ----------
    network : Network
        The network under training.
    averaging : Averaging or None
        Rule of the average.
    keeps_best : bool
        Whether the best weights count in the end.
    """

    def __init__(self, network: Network, averaging: Averaging | None, keeps_best: bool):
        self.network, self.keeps_best = network, keeps_best
        self._averages: list[Average] = []
        if averaging is not None:
            self._averages = [Average(averaging, v) for v in self._vectors()]
        self._last: Copies | None = None
        self._best: Copies | None = None
        self._before: Copies | None = None

    def __getstate__(self) -> dict[str, Any]:
        best = self._best if self.keeps_best else None
        return {**self.__dict__, "_best": best, "_before": None}

    def carry_on(self, before: "WeightKeeper") -> None:
        """Take over the last and best weights, and the average if there is one."""
        self._last, self._best = before._last, before._best
        if self._averages and before._averages:
            for average, old in zip(self._averages, before._averages, strict=True):
                average.vector[...] = old.vector

    def resume(self) -> None:
        """Go back to the last weights of the run before."""
        if self._last is not None:
            self._put(self._last)
            self._last = None

    def state_dict(self) -> dict[str, Any]:
        """Return all weights kept: those in place, last, averaged and best."""
        kept = {
            "weights": self._vectors(),
            "last": self._last,
            "average": tuple(average.vector for average in self._averages) or None,
            "best": self._best,
        }
        return {
            name: dict(zip(NAMES, vectors, strict=True))
            for name, vectors in kept.items()
            if vectors is not None
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go back to the weights of ``state_dict``, flat."""

        def kept(name: str) -> Copies | None:
            found = part(state, name)
            return tuple(found[n].copy() for n in NAMES) if found else None

        self._last, self._best, self._before = kept("last"), kept("best"), None
        weights, averages = kept("weights"), kept("average")
        if weights is not None:
            self._put(weights)
        for average, vector in zip(self._averages, averages or (), strict=True):
            average.vector[...] = vector

    def epoch_begins(self) -> None:
        """Remember the weights that the epoch's training loss will tell about."""
        self._before = self._copies()

    def step_taken(self, step: int, steps: int) -> None:
        """Take the weights after ``step`` into the average."""
        if self._averages:
            for average, vector in zip(self._averages, self._vectors(), strict=True):
                average.update(vector, step, steps)

    @contextmanager
    def candidate(self) -> Iterator[None]:
        """Put the average in place, if there is one, and the last weights back."""
        last = self._swap_in_average()
        try:
            yield
        finally:
            if last is not None:
                self._put(last)

    def remember_best(self, judged: bool) -> None:
        """Take the weights for the best so far.

        Parameters
        ----------
        judged : bool
            Whether it was the weights in place that were judged, on validation data,
            or those before the epoch, by the training loss.
        """
        best = self._copies() if judged else self._before
        if best is not None and all(np.isfinite(vector).all() for vector in best):
            self._best = best

    def finish(self, diverged: bool) -> bool:
        """Leave in the network the weights that count; return whether all is finite."""
        self._last = self._swap_in_average()
        finite = all(np.isfinite(vector).all() for vector in self._vectors())
        if self._best is not None and (diverged or not finite or self.keeps_best):
            if finite and self._last is None:
                self._last = self._copies()
            self._put(self._best)
        return finite

    def _vectors(self) -> Copies:
        return self.network.theta, self.network.state

    def _copies(self) -> Copies:
        return tuple(vector.copy() for vector in self._vectors())

    def _put(self, values: Copies) -> None:
        for vector, value in zip(self._vectors(), values, strict=True):
            np.copyto(vector, value)

    def _swap_in_average(self) -> Copies | None:
        if not self._averages:
            return None
        last = self._copies()
        self._put(tuple(average.vector for average in self._averages))
        return last
