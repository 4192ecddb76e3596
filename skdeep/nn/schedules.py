"""Schedules: the learning rate as a function of the step."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi
from numbers import Real
from typing import Any

import numpy as np

from skdeep.nn.configurable import Configurable

RateFunction = Callable[[int], float]
# Of float64, above which there are integers.
LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True)
class Budget:
    """Length of a fit, and its initial rate.

    Attributes
    ----------
    rate : float
        Initial learning rate.
    steps_per_epoch, samples_per_epoch, epochs : int
        Optimizer steps and samples in an epoch, and the largest number of epochs.
    """

    rate: float
    steps_per_epoch: int
    samples_per_epoch: int
    epochs: int

    @property
    def steps(self) -> int:
        """Largest number of optimizer steps."""
        return self.steps_per_epoch * self.epochs


class Schedule(Configurable):
    """Gives the learning rate of every step, once it knows the budget.

    Attributes
    ----------
    plateau_factor : float or None
        What the rate is multiplied by when progress stalls; None stops the fit.
    min_rate : float
        Rate below which a stalled fit stops nevertheless.
    """

    plateau_factor: float | None = None
    min_rate: float = 0.0

    @abstractmethod
    def bind(self, budget: Budget) -> RateFunction:
        """Return the function ``step -> rate``, steps counted from 0.

        Parameters
        ----------
        budget : Budget
            What the fit may spend.

        Returns
        -------
        callable
            The rate of each step.
        """


class ConstantRate(Schedule):
    """The same rate throughout."""

    def bind(self, budget):
        return lambda step: budget.rate


@dataclass(repr=False)
class InverseScaling(Schedule):
    """``rate / (t + 1)^power_t``, t the samples seen in the epochs before.

    Parameters
    ----------
    power_t : float, default=0.5
        Exponent.
    """

    power_t: float = 0.5

    def bind(self, budget):
        def rate(step):
            seen = step // budget.steps_per_epoch * budget.samples_per_epoch
            return budget.rate / (seen + 1) ** self.power_t

        return rate


@dataclass(repr=False)
class Adaptive(Schedule):
    """Constant until progress stalls, then ``plateau_factor`` times as much.

    Parameters
    ----------
    plateau_factor : float, default=0.2
        What the rate is multiplied by each time.
    min_rate : float, default=1e-6
        Rate below which the fit stops.
    """

    plateau_factor: float = 0.2
    min_rate: float = 1e-6

    def bind(self, budget):
        return lambda step: budget.rate


@dataclass(repr=False)
class StepDecay(Schedule):
    """Multiply the rate by ``factor`` each ``every`` share of the epochs.

    Parameters
    ----------
    factor : float, default=0.1
        What the rate is multiplied by.
    every : float, default=1/3
        Share of the epochs between two drops.
    """

    factor: float = 0.1
    every: float = 1 / 3

    def bind(self, budget):
        interval = max(1, round(self.every * budget.steps))
        return lambda step: budget.rate * self.factor ** (step // interval)


@dataclass(repr=False)
class ExponentialDecay(Schedule):
    """Fall evenly on a logarithmic scale, down to ``final`` times the rate.

    Parameters
    ----------
    final : float, default=0.01
        Last rate, relative to the first.
    """

    final: float = 0.01

    def bind(self, budget):
        return lambda step: budget.rate * self.final ** _progress(step, budget.steps)


@dataclass(repr=False)
class Cosine(Schedule):
    """Half a cosine from the rate down to ``final`` times the rate [1]_.

    Parameters
    ----------
    final : float, default=0.0
        Last rate, relative to the first.

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm
       restarts", ICLR 2017, arXiv:1608.03983.
    """

    final: float = 0.0

    def bind(self, budget):
        def rate(step):
            wave = (1 + cos(pi * _progress(step, budget.steps))) / 2
            return budget.rate * (self.final + (1 - self.final) * wave)

        return rate


@dataclass(repr=False)
class FlatCosine(Schedule):
    """The rate itself for a share of the steps, then half a cosine down to 0 [1]_.

    Parameters
    ----------
    flat : float, default=0.5
        Share of the steps before the rate begins to fall, at least 0 and at most 1.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024,
       arXiv:2407.04491, which lets dropout and weight decay fall like this.
    """

    flat: float = 0.5

    def bind(self, budget):
        if not 0 <= self.flat <= 1:
            raise ValueError(
                f"FlatCosine got flat={self.flat!r}; give a share of the steps, at "
                "least 0 and at most 1."
            )
        begin = round(self.flat * budget.steps)

        def rate(step):
            if step < begin:
                return budget.rate
            share = _progress(step - begin, budget.steps - begin)
            return budget.rate * (1 + cos(pi * share)) / 2

        return rate


@dataclass(repr=False)
class Warmup(Schedule):
    """Rise in a straight line to the rate, then follow another schedule [1]_.

    Parameters
    ----------
    share : float, default=0.05
        Share of the steps spent rising.
    then : Schedule or None, default=None
        What follows; None keeps the rate.

    References
    ----------
    .. [1] P. Goyal et al., "Accurate, large minibatch SGD", arXiv:1706.02677.
    """

    share: float = 0.05
    then: Schedule | None = None

    def bind(self, budget):
        rise = max(1, round(self.share * budget.steps))
        follow = (self.then or ConstantRate()).bind(budget)
        return lambda step: follow(step) * min(1.0, (step + 1) / rise)


@dataclass(repr=False)
class OneCycle(Schedule):
    """Rise to a peak, then fall far below the start, both along a cosine [1]_.

    Parameters
    ----------
    peak : float or None, default=None
        Highest rate; None is the estimator's initial rate.
    rise : float, default=0.3
        Share of the steps before the peak.
    start : float, default=0.04
        First rate, relative to the peak.
    final : float, default=1e-4
        Last rate, relative to the first.

    References
    ----------
    .. [1] L. Smith and N. Topin, "Super-convergence", arXiv:1708.07120.
    """

    peak: float | None = None
    rise: float = 0.3
    start: float = 0.04
    final: float = 1e-4

    def bind(self, budget):
        peak = budget.rate if self.peak is None else self.peak
        low, last = peak * self.start, peak * self.start * self.final
        top = max(1, round(self.rise * budget.steps))

        def rate(step):
            a, b, share = low, peak, step / top
            if step >= top:
                a, b, share = peak, last, _progress(step - top, budget.steps - top)
            return b + (a - b) * (1 + cos(pi * share)) / 2

        return rate


@dataclass(repr=False)
class Custom(Schedule):
    """Any function of the step, counted from 0, that returns the rate.

    Parameters
    ----------
    function : callable
        ``step -> rate``.
    """

    function: RateFunction

    def bind(self, budget):
        return self._rate

    def _rate(self, step: int) -> float:
        rate: Any = self.function(step)
        number: Any = rate
        if isinstance(rate, np.ndarray) and not rate.ndim:
            number = rate.item()
        is_number = isinstance(number, Real)
        # Infinity and NaN are numbers, with which training diverges.
        if not is_number or number < 0:
            raise ValueError(
                f"The function given as learning_rate returned {rate!r} for step "
                f"{step}: return a number of at least 0."
            )
        return float(min(number, LARGEST))


def _progress(step: int, steps: int) -> float:
    return min(1.0, step / max(1, steps - 1))


SCHEDULES: dict[str, type[Schedule]] = {
    "constant": ConstantRate,
    "invscaling": InverseScaling,
    "adaptive": Adaptive,
    "step": StepDecay,
    "exponential": ExponentialDecay,
    "cosine": Cosine,
    "flat_cosine": FlatCosine,
    "warmup": Warmup,
    "one_cycle": OneCycle,
}
