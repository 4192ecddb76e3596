"""Preparing the data of a fit: weights, and what is held out."""

from numbers import Number
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from skdeep.estimators._signals import is_ragged


def check_weights(weights: Any, X: Any, name: str) -> np.ndarray:
    """Return checked sample weights.

    Parameters
    ----------
    weights : array-like of shape (n_samples,) or number
        One weight a sample, or one for all.
    X : array or sparse matrix of shape (n_samples, ...)
        The checked input.
    name : str
        How errors call the weights.

    Returns
    -------
    ndarray of shape (n_samples,)
        In the type of X.

    Raises
    ------
    ValueError
        If the shape is wrong, a weight is negative, or all are zero.
    """
    n_samples = X.shape[0]
    if is_ragged(weights):
        raise ValueError(
            f"{name} holds an array for each sample: give one weight per sample."
        )
    if isinstance(weights, Number):
        weights = np.full(n_samples, weights)
    weights = check_array(weights, ensure_2d=False, dtype=X.dtype, input_name=name)
    if weights.shape != (n_samples,):
        raise ValueError(
            f"{name}.shape == {weights.shape}, expected {(n_samples,)}: give one "
            "weight per sample."
        )
    if np.any(weights < 0) or not np.any(weights):
        raise ValueError(
            f"{name} has "
            + ("a negative weight" if np.any(weights < 0) else "only zeros")
            + ": a weight is the number of times that its sample counts, so give "
            "numbers of at least 0 that are not all 0."
        )
    return weights


def hold_out(
    X: Any,
    y: Any,
    sample_weight: np.ndarray | None,
    *,
    fraction: Any,
    stratify: Any,
    groups: Any,
    rng: np.random.Generator,
) -> tuple[list[Any], list[Any]]:
    """Split off validation data.

    Parameters
    ----------
    X, y : array-like
        The data.
    sample_weight : ndarray or None
        Weights.
    fraction : float or splitter
        Share of the samples to hold out, or a splitter of scikit-learn, whose first
        split is taken.
    stratify : array-like or None
        Classes whose shares are kept, where a share is given.
    groups : array-like or None
        Groups for the splitter.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    train, validation : list
        ``[X, y, sample_weight]`` each.
    """
    if hasattr(fraction, "split"):
        inside, outside = next(iter(fraction.split(X, y, groups)))
    else:
        from sklearn.model_selection import train_test_split

        if groups is not None:
            raise ValueError(
                f"groups was given, but validation_fraction={fraction!r} takes no "
                "heed of them: give a splitter such as GroupShuffleSplit(1)."
            )
        inside, outside = train_test_split(
            np.arange(X.shape[0]),
            test_size=fraction,
            random_state=int(rng.integers(2**31)),
            stratify=stratify,
        )
    given = [X, y, sample_weight]
    train, validation = (
        [None if part is None else part[chosen] for part in given]
        for chosen in (inside, outside)
    )
    if len(outside) < 2:
        raise ValueError(
            "The validation set is too small. Increase 'validation_fraction' or the "
            "size of your dataset."
        )
    return train, validation
