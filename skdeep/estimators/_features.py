"""Features that hidden layers learn, for other models."""

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skdeep.estimators.targets.steps import split_rows
from skdeep.nn import Dense, MemberDense
from skdeep.nn.ragged import Ragged


def hidden_features(estimator: Any, X: Any) -> Any:
    """Return what the output layer of a network takes.

    Parameters
    ----------
    estimator : fitted estimator
        Of skdeep; of several networks, their features stand side by side.
    X : array-like of shape (n_samples, ...)
        Samples.

    Returns
    -------
    ndarray of shape (n_samples, ..., n_features_out) or list of ndarray
        Those of members stand side by side; a list where samples differ in size and
        each step or pixel has an output.
    """
    check_is_fitted(estimator)
    features = [_of_network(network, X) for network in _networks(estimator)]
    return features[0] if len(features) == 1 else np.hstack(features)


def n_hidden_features(estimator: Any) -> int:
    """Return how many features there are of each sample, step or pixel."""
    total = 0
    for model in _networks(estimator):
        network = model.network_
        *members, width = network.plan.children[-1].input_shape
        is_members = isinstance(network.layer.layers[-1], MemberDense)
        total += width * int(np.prod(members)) if is_members else width
    return total


def _networks(estimator: Any) -> list[Any]:
    return getattr(estimator, "estimators_", None) or [estimator]


def _of_network(estimator: Any, X: Any) -> Any:
    network, inputs = estimator.network_, estimator.inputs_
    last = network.layer.layers[-1]
    if not isinstance(last, Dense | MemberDense):
        raise ValueError(
            f"The network ends with {type(last).__name__}, which adds up scores of "
            "several depths: features are there where it ends with a dense layer, such "
            "as with decoder='unet'."
        )
    X = inputs.read(X, estimator, network.dtype)
    estimator.targets_.check_network(network, X)
    z = network.up_to(-1).forward(inputs.encode(X, network.dtype))
    if isinstance(z, Ragged):
        return split_rows(z.rows(), z.sizes)
    if isinstance(last, MemberDense):
        return z.reshape(len(z), -1)
    return z if isinstance(z, np.ndarray) else z.toarray()
