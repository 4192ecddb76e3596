"""Networks as transformers: features that hidden layers learn, for other models."""

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skdeep.estimators.targets.steps import split_rows
from skdeep.nn import Dense
from skdeep.nn.ragged import Ragged


def transform(self: Any, X: Any) -> Any:
    """Return what the last hidden layer computes, as features for another model.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n_samples, ...)
        Samples, of a kind that the estimator takes.

    Returns
    -------
    ndarray of shape (n_samples, n_features_out)
        Units of the last hidden layer; without hidden layers, X as the network takes
        it. Where y has a target for each step or pixel, an array (n_samples, ...,
        n_features_out), or a list of arrays.

    Notes
    -----
    In a pipeline, a network before the last step hands on what it learned of the same
    samples as those that the next model is fitted to. That model is then surer of
    itself than it should be: regularise it, or fit the network to other samples.
    """
    check_is_fitted(self)
    network, inputs = self.network_, self.inputs_
    last = network.layer.layers[-1]
    if not isinstance(last, Dense):
        raise ValueError(
            f"The network ends with {type(last).__name__}, which adds up scores of "
            "several depths: features are there where it ends with a dense layer, such "
            "as with decoder='unet'."
        )
    X = inputs.read(X, self, network.dtype)
    self.targets_.check_network(network, X)
    z = network.up_to(-1).forward(inputs.encode(X, network.dtype))
    if isinstance(z, Ragged):
        return split_rows(z.rows(), z.sizes)
    return z if isinstance(z, np.ndarray) else z.toarray()


def n_features_out(self: Any) -> int:
    """Return the number of columns of :func:`transform`."""
    return self.network_.plan.children[-1].input_shape[-1]
