"""Averages of the weights along the path of training."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from skdeep.nn.configurable import Configurable


class Averaging(Configurable):
    """Says how much the newest weights count in the running average."""

    @abstractmethod
    def share(self, step: int, steps: int) -> float:
        """Share of the weights after ``step`` (from 1) of at most ``steps``.

        1 replaces the average by the newest weights.
        """


@dataclass(repr=False)
class EMA(Averaging):
    """Exponential moving average (Polyak and Juditsky 1992; Tarvainen 2017).

    Parameters
    ----------
    decay : float, default=0.99
        Share of the average that each step keeps; it starts smaller, as
        ``min(decay, step / (step + 9))``, so that the first weights are forgotten.
    """

    decay: float = 0.99

    def share(self, step, steps):
        return 1 - min(self.decay, step / (step + 9))


@dataclass(repr=False)
class SWA(Averaging):
    """Plain average over the last part of training (arXiv:1803.05407).

    Parameters
    ----------
    start : float, default=0.75
        Share of the steps after which averaging begins.
    """

    start: float = 0.75

    def share(self, step, steps):
        return 1 / max(1, step - int(self.start * steps))


class Average:
    """The running average of a vector.

    Parameters
    ----------
    averaging : Averaging
        The rule.
    vector : ndarray
        The weights at the start.
    """

    def __init__(self, averaging: Averaging, vector: np.ndarray):
        self.averaging = averaging
        self.vector = vector.copy()
        self._difference = np.empty_like(vector)

    def update(self, vector: np.ndarray, step: int, steps: int) -> None:
        """Take in the weights after ``step``."""
        share = self.averaging.share(step, steps)
        np.subtract(vector, self.vector, out=self._difference)
        self._difference *= share
        self.vector += self._difference


AVERAGINGS: dict[str, type[Averaging]] = {"ema": EMA, "swa": SWA}
