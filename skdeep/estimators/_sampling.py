"""Samplers inside fit, and the way back to the classes' shares in the data."""

import inspect
from typing import Any

import numpy as np
from sklearn.base import clone

from skdeep.nn.ragged import Ragged

NAMES = ("over", "under", "passthrough")


def resample(
    sampler: Any, X: Any, y: Any, sample_weight: Any, rng: np.random.Generator
) -> list[Any]:
    """Return the training part of the data, resampled.

    Parameters
    ----------
    sampler : str, sampler or None
        "over", "under", "passthrough", or an object with ``fit_resample``.
    X, y : array-like
        Training data.
    sample_weight : ndarray of shape (n_samples,) or None
        Weights, which follow their samples.
    rng : numpy.random.Generator
        Seeds a sampler that has no random_state of its own.

    Returns
    -------
    list
        ``[X, y, sample_weight]``.

    Raises
    ------
    ValueError
        If the sampler makes new samples and cannot tell their weights.
    """
    if sampler is None or sampler == "passthrough":
        return [X, y, sample_weight]
    if isinstance(sampler, str):
        from skdeep.resampling import RandomOverSampler, RandomUnderSampler

        kind = RandomOverSampler if sampler == "over" else RandomUnderSampler
        sampler = kind()
    else:
        sampler = clone(sampler)
    if sampler.get_params().get("random_state", 0) is None:
        sampler.set_params(random_state=int(rng.integers(2**31)))
    given = X.arrays if isinstance(X, Ragged) else X
    keeps_weights = (
        "sample_weight" in inspect.signature(sampler.fit_resample).parameters
    )
    if sample_weight is not None and keeps_weights:
        X_new, y_new, weights = sampler.fit_resample(
            given, y, sample_weight=sample_weight
        )
        return [_like(X, X_new), y_new, weights]
    X_new, y_new = sampler.fit_resample(given, y)
    if sample_weight is None:
        return [_like(X, X_new), y_new, None]
    indices = getattr(sampler, "sample_indices_", None)
    if indices is None or len(indices) != len(y_new):
        raise ValueError(
            f"sampler={sampler!r} makes new samples and does not say how much they "
            "weigh: use a sampler of skdeep.resampling, or leave out sample_weight."
        )
    return [_like(X, X_new), y_new, sample_weight[indices]]


def _like(X: Any, X_new: Any) -> Any:
    """Return new samples in the form and type of those given."""
    if isinstance(X, Ragged):
        X_new = Ragged(list(X_new))
    return X_new.astype(X.dtype, copy=False)


def class_shares(
    classes: np.ndarray, weights: np.ndarray | None, n_classes: int
) -> np.ndarray:
    """Return the share of each class in the sum of weights, shape (n_classes,)."""
    mass = np.bincount(classes, weights, minlength=n_classes).astype(np.float64)
    return mass / mass.sum()


def logit_shift(given: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """Return what to add to raw outputs to go from one prior to another.

    By Bayes' rule a posterior under the priors it was trained with turns into that
    under the given ones by the factor ``given / trained`` of each class, then
    normalised [1]_.

    Parameters
    ----------
    given, trained : ndarray of shape (n_classes,)
        Shares of the classes in the data as given, and as the loss saw them.

    Returns
    -------
    ndarray of shape (n_classes,) or (1,)
        One for each raw output; two classes have one.

    References
    ----------
    .. [1] M. Saerens, P. Latinne and C. Decaestecker, "Adjusting the outputs of a
       classifier to new a priori probabilities", Neural Computation 14, 2002.
    """
    tiny = np.finfo(np.float64).tiny
    shift = np.log(np.maximum(given, tiny)) - np.log(np.maximum(trained, tiny))
    return shift[1:] - shift[0] if len(shift) == 2 else shift
