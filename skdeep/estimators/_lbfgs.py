"""Fitting by L-BFGS: the whole training set at every step."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from skdeep.estimators._components import make_penalty
from skdeep.estimators._messages import INTERRUPTED
from skdeep.estimators._observer import EpochObserver
from skdeep.nn.compute import Team, count_shards, single_threaded_blas
from skdeep.nn.optimizers.lbfgs import Solution, minimize_lbfgs
from skdeep.nn.training import Objective, Samples
from skdeep.nn.training.objective import spawn


def fit_lbfgs(
    estimator: Any,
    samples: Samples,
    weight_sum: float,
    rng: np.random.Generator,
    observer: EpochObserver,
) -> Solution:
    """Minimise the penalised loss of an estimator's network, in place.

    Parameters
    ----------
    estimator : estimator
        Gives hyperparameters, loss and network.
    samples : Samples
        The training set.
    weight_sum : float
        Sum of sample weights.
    rng : numpy.random.Generator
        Randomness of layers.
    observer : EpochObserver
        Is told about iterations.

    Returns
    -------
    Solution
        The minimum and how it was found.
    """
    network, n = estimator.network_, len(samples)
    penalty = make_penalty(estimator, network, weight_sum)
    # The last iteration, for the case that the user interrupts.
    solution = Solution(network.theta.copy(), np.nan, 0, False, INTERRUPTED)

    with single_threaded_blas() as threads, np.errstate(all="ignore"):
        shards = count_shards(network.plan.total_multiply_adds, n)
        # Shards that exchange sums have to run at the same time.
        at_once = shards if network.layer.synchronises else threads
        with Team(shards, at_once) as team:
            objective = Objective(network, estimator._loss, team, spawn(rng, shards))

            def value_and_gradient(theta: np.ndarray) -> tuple[float, np.ndarray]:
                network.theta[...] = theta
                value = objective(samples, slice(0, n)) / n
                grad = np.asarray(sum(objective.grads), dtype=np.float64)
                weights = theta[: penalty.n_weights]
                grad[: penalty.n_weights] += penalty.l2 * weights
                return value + 0.5 * penalty.l2 * float(weights @ weights), grad

            def after_iteration(theta: np.ndarray, value: float) -> bool:
                nonlocal solution
                n_iter = solution.n_iter + 1
                solution = replace(solution, theta=theta, value=value, n_iter=n_iter)
                network.theta[...] = theta
                observer.epoch_begins()
                return observer.epoch_ended(value)

            with suppress(KeyboardInterrupt):
                solution = minimize_lbfgs(
                    value_and_gradient,
                    network.theta,
                    l1=penalty.l1,
                    n_penalised=penalty.n_weights,
                    max_iter=estimator.max_iter,
                    max_fun=estimator.max_fun,
                    tol=estimator.tol,
                    callback=after_iteration,
                )
    network.theta[...] = solution.theta
    return solution
