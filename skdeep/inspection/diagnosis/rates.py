"""Usual learning rates."""

from typing import Any

import numpy as np

from skdeep.estimators.protocols import count_epochs, make_batch_size
from skdeep.nn import SGD

# Between these, rates of adaptive solvers are rarely wrong; of plain SGD ten times so.
LOWEST_RATE, HIGHEST_RATE = 1e-3, 1e-2


def _unit(network: Any) -> float:
    solver = network.solver
    return 10.0 if solver == "sgd" or isinstance(solver, SGD) else 1.0


def excess_of_rate(network: Any) -> float:
    """Return the learning rate in units of the highest usual one.

    Parameters
    ----------
    network : estimator
        Of skdeep.

    Returns
    -------
    float
        0 for L-BFGS, which takes no rate.
    """
    if network.solver == "lbfgs":
        return 0.0
    return network.learning_rate_init / (HIGHEST_RATE * _unit(network))


def suitable_rate(network: Any) -> float:
    """Return the rate at which weights can move by about 3 in the steps there are.

    An adaptive solver moves a weight by at most the rate in each step, and weights of
    scaled inputs are to grow to about 1.

    Parameters
    ----------
    network : fitted estimator
        Of skdeep.

    Returns
    -------
    float
        Within the usual rates.
    """
    n_samples = network.record_["n_samples"]
    n_epochs = count_epochs(network, n_samples)
    steps = n_epochs * -(-n_samples // make_batch_size(network, n_samples))
    rate = float(np.clip(3 / steps, LOWEST_RATE, HIGHEST_RATE)) * _unit(network)
    return float(f"{rate:.1g}")
