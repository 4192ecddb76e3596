"""Learning-rate finder: trains at ever higher rates, and watches the loss."""

import warnings
from collections.abc import Iterator
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state, gen_batches
from sklearn.utils.validation import check_is_fitted

from skdeep._forms import check_seed
from skdeep.estimators.protocols import learn_targets, make_batch_size

# A loss this many times the lowest one: there is nothing more to see.
EXPLODED = 4.0
MOST_STEPS = 10**7


class LearningRateFinder(BaseEstimator):
    """Train at ever higher learning rates until the loss goes up [1]_.

    A copy of the estimator takes one step after the other, each at a rate that is a
    little higher. The loss first hardly moves, then falls, then rises as steps become
    too long. A good rate is as high as can be while the loss still falls: a tenth of
    the rate at which the smoothed loss is lowest.

    Parameters
    ----------
    estimator : estimator
        A classifier or regressor of skdeep with a stochastic solver, or a pipeline that
        ends with one. It is copied, not changed.
    min_rate : float, default=1e-6
        First rate.
    max_rate : float, default=10.0
        Last rate.
    n_steps : int, default=100
        Number of steps, evenly spaced on a logarithmic scale.
    smoothing : float, default=0.9
        Share of the running average that a step keeps of the steps before it.
    random_state : int or None, default=None
        Order of samples; the estimator has a seed of its own.

    Attributes
    ----------
    learning_rate_ : float
        The rate to take, for ``learning_rate_init``.
    steepest_rate_ : float
        The rate at which the smoothed loss falls most.
    rates_, losses_ : ndarray of shape (n_steps_taken,)
        Rate of each step, and the loss of its mini-batch before the step.
    smoothed_ : ndarray of shape (n_steps_taken,)
        Running average of the losses.

    References
    ----------
    .. [1] L. Smith, "Cyclical learning rates for training neural networks", WACV 2017,
       arXiv:1506.01186.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skdeep import MLPClassifier
    >>> from skdeep.model_selection import LearningRateFinder
    >>> X, y = load_digits(return_X_y=True)
    >>> finder = LearningRateFinder(MLPClassifier(random_state=0), random_state=0)
    >>> rate = finder.fit(X / 16, y).learning_rate_
    >>> 1e-3 < rate < 0.1
    True
    >>> mlp = MLPClassifier(learning_rate_init=rate)
    """

    def __init__(
        self,
        estimator: Any,
        *,
        min_rate: float = 1e-6,
        max_rate: float = 10.0,
        n_steps: int = 100,
        smoothing: float = 0.9,
        random_state: Any = None,
    ):
        self.estimator = estimator
        self.min_rate = min_rate
        self.max_rate = max_rate
        self.n_steps = n_steps
        self.smoothing = smoothing
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Try rate after rate.

        Parameters
        ----------
        X : array-like
            Training data.
        y : array-like
            Targets.

        Returns
        -------
        self : LearningRateFinder
            With the rates and losses.
        """
        self._check()
        network = clone(self.estimator)
        if hasattr(network, "steps"):
            if len(network.steps) > 1:
                before = network[:-1]
                X = before.fit_transform(X, y)
            network = network[-1]
        if not hasattr(network, "partial_fit"):
            raise ValueError(
                f"{network!r} has no partial_fit, and so takes no steps one by one: "
                "give an estimator of skdeep with a solver other than 'lbfgs'."
            )
        options = _prepare(network, X, y)
        self.rates_ = np.geomspace(self.min_rate, self.max_rate, self.n_steps)
        losses: list[float] = []
        batches = self._batches(network, X, y)
        for rate in self.rates_:
            network.set_params(learning_rate_init=float(rate))
            loss = _step(network, *next(batches), options)
            losses.append(loss)
            if not np.isfinite(loss) or loss > EXPLODED * min(losses):
                break
            options = {}
        self._conclude(np.array(losses))
        return self

    def plot(self, ax: Any = None) -> Any:
        """Draw the loss over the rate.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        matplotlib Axes
            With the curve, and a line at ``learning_rate_``.
        """
        check_is_fitted(self)
        import matplotlib.pyplot as plt

        if ax is None:
            _, ax = plt.subplots()
        ax.plot(self.rates_, self.losses_, ".", color="0.7", label="mini-batch")
        ax.plot(self.rates_, self.smoothed_, "k-", label="running average")
        ax.axvline(
            self.learning_rate_,
            color="k",
            linestyle="--",
            label=f"learning_rate_ = {self.learning_rate_:.2g}",
        )
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss")
        top = self.smoothed_[0] + (self.smoothed_[0] - self.smoothed_.min())
        ax.set_ylim(top=max(top, self.smoothed_[0] * 1.05))
        ax.legend()
        return ax

    def _check(self) -> None:
        rates = self.min_rate, self.max_rate
        if not (all(map(_is_number, rates)) and 0 < rates[0] < rates[1]):
            raise ValueError(
                f"min_rate={self.min_rate!r} and max_rate={self.max_rate!r} are no "
                "range of rates: give numbers with 0 < min_rate < max_rate."
            )
        whole = isinstance(self.n_steps, Integral)
        if not whole or not 10 <= self.n_steps < MOST_STEPS:
            raise ValueError(
                f"n_steps={self.n_steps!r} are too few for a curve, or no number of "
                f"steps: give an integer of at least 10, and below {MOST_STEPS:,}."
            )
        if not (_is_number(self.smoothing) and 0 <= self.smoothing < 1):
            raise ValueError(
                f"smoothing={self.smoothing!r} is no share: give a number from 0 to "
                "below 1."
            )
        check_seed(self.random_state)

    def _batches(self, network: Any, X: Any, y: Any) -> Iterator[tuple[Any, Any]]:
        """Yield mini-batches of one size, epoch after epoch."""
        rng, n = check_random_state(self.random_state), len(y)
        size = make_batch_size(network, n)
        while True:
            order = rng.permutation(n)
            for batch in gen_batches(n - n % size, size):
                yield _take(X, order[batch]), _take(y, order[batch])

    def _conclude(self, losses: np.ndarray) -> None:
        finite = np.isfinite(losses)
        self.losses_, self.rates_ = losses[finite], self.rates_[: len(losses)][finite]
        average, smoothed = 0.0, []
        for step, loss in enumerate(self.losses_, start=1):
            average = self.smoothing * average + (1 - self.smoothing) * loss
            smoothed.append(average / (1 - self.smoothing**step))
        self.smoothed_ = np.array(smoothed)
        lowest = int(self.smoothed_.argmin())
        self.learning_rate_ = float(self.rates_[lowest] / 10)
        slopes = np.gradient(self.smoothed_, np.log(self.rates_))
        self.steepest_rate_ = float(self.rates_[slopes[: lowest + 1].argmin()])


def _is_number(value: Any) -> bool:
    plain = isinstance(value, Real) and not isinstance(value, bool)
    return plain and abs(value) <= np.finfo(np.float64).max


def _prepare(network: Any, X: Any, y: Any) -> dict[str, Any]:
    """Make an estimator ready for steps one by one; return what the first one needs."""
    network.set_params(learning_rate="constant", early_stopping=False)
    if not is_classifier(network):
        return {}
    network.set_params(sampler=None)
    targets: Any
    targets, rows = learn_targets(network, X, y)
    if targets.kind == "multilabel":
        return {}
    classes, counts = np.unique(rows, return_counts=True)
    if isinstance(network.class_weight, str):
        weights = len(rows) / (len(classes) * counts)
        balanced = dict(zip(classes.tolist(), weights.tolist(), strict=True))
        network.set_params(class_weight=balanced)
    return {"classes": classes}


def _step(network: Any, X: Any, y: Any, options: dict[str, Any]) -> float:
    """Take one step; return the loss before it, infinite if the step went astray."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            return float(network.partial_fit(X, y, **options).loss_)
        except ValueError:
            # Weights that are not finite any more, or wrong data at the first step.
            if options or not hasattr(network, "loss_"):
                raise
            return np.inf


def _take(data: Any, which: np.ndarray) -> Any:
    if hasattr(data, "iloc"):
        return data.iloc[which]
    return [data[i] for i in which] if isinstance(data, list) else data[which]
