"""Validation data: how a network is judged while it is trained."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from skdeep.nn import Loss, Network
from skdeep.nn.compute import Buffers
from skdeep.nn.ragged import Ragged

Metric = Callable[[np.ndarray], float]


class Holdout:
    """Validation data of one fit, and the curves of loss and score over them.

    Parameters
    ----------
    network : Network
        The network under training.
    loss : Loss
        Loss of each sample.
    inputs, targets : ndarray
        As the network and the loss take them.
    weights : ndarray of shape (n_samples,) or None
        Weights in the loss.
    metric : callable or None
        ``metric(z) -> score`` from raw outputs, higher is better; None takes minus
        the loss.
    shift : ndarray of shape (n_outputs,) or None, default=None
        Added to raw outputs.

    Attributes
    ----------
    losses, scores : list of float
        One entry an epoch.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        inputs: Any,
        targets: np.ndarray,
        weights: np.ndarray | None,
        metric: Metric | None,
        shift: np.ndarray | None = None,
    ):
        self.network, self.loss, self.metric = network, loss, metric
        self.inputs, self.targets, self.weights = inputs, targets, weights
        self.shift = shift
        self.losses: list[float] = []
        self.scores: list[float] = []
        self._scratch = Buffers(network.dtype)

    def judge(self) -> float:
        """Append to the curves; return the score."""
        with np.errstate(all="ignore"):
            z = self.network.forward(self.inputs)
            z = z.rows() if isinstance(z, Ragged) else z.reshape(-1, z.shape[-1])
            if self.shift is not None:
                z += self.shift
            finite = bool(np.isfinite(z).all())
            score = np.nan
            if finite and self.metric is not None:
                score = float(self.metric(z))
            values, _ = self.loss.value_and_gradient(z, self.targets, self._scratch)
            loss = float(np.average(values, weights=self.weights))
        if finite and self.metric is None:
            score = -loss
        self.losses.append(loss)
        self.scores.append(score)
        return score


def scorer_metric(
    estimator: Any, scorer: Callable[..., float], X: Any, y: Any, sample_weight: Any
) -> Metric:
    """Return a metric that asks a scorer of scikit-learn.

    Parameters
    ----------
    estimator : estimator
        Being fitted; its network is judged.
    scorer : callable
        ``scorer(estimator, X, y)``.
    X, y, sample_weight : array-like
        Validation data.

    Returns
    -------
    callable
        Of raw outputs, which it leaves aside.
    """
    # X is what the network takes by now: the names of columns would only raise
    # warnings, and categories are codes already.
    nameless = copy.copy(estimator)
    nameless.__dict__.pop("feature_names_in_", None)
    nameless.__dict__.pop("_table", None)
    # Where steps have targets of their own, scorers take a row for each.
    nameless._by_rows = True
    arguments = {} if sample_weight is None else {"sample_weight": sample_weight}

    def metric(z: np.ndarray) -> float:
        nameless.network_ = estimator.network_
        return scorer(nameless, X, y, **arguments)

    return metric
