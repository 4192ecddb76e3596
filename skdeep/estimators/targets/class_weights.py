"""Weights of classes, from the hyperparameter ``class_weight``."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from skdeep._words import numbers_expected


def balanced(counts: np.ndarray) -> np.ndarray:
    """Return weights by which all classes that are there count alike.

    Parameters
    ----------
    counts : ndarray of shape (n_classes,)
        How often each class is there.

    Returns
    -------
    ndarray of shape (n_classes,)
        ``counts.sum() / (n_present * counts)``; 1 for what is not there.
    """
    present = counts > 0
    mean = counts.sum() / max(1, np.count_nonzero(present))
    return np.divide(mean, counts, out=np.ones(len(counts)), where=present)


def chosen(
    weights: Mapping[Any, float], classes: np.ndarray, *, some_unknown: bool = False
) -> np.ndarray:
    """Return the weight that a dict gives each class, 1 for those that it lacks.

    Parameters
    ----------
    weights : mapping from class to float
        The hyperparameter.
    classes : ndarray of shape (n_classes,)
        Those of y.
    some_unknown : bool, default=False
        Whether a dict that lacks some classes may have others that y lacks. Of many
        classes, rare ones are not in every part of the data.

    Returns
    -------
    ndarray of shape (n_classes,)
        At least 0 each.

    Raises
    ------
    ValueError
        If a weight is no number of at least 0, or keys look like classes spelled
        otherwise.
    """
    # As in scikit-learn, a key that a fold lacks is fine, and a class may be left at 1,
    # but not both, which is a class spelled otherwise.
    known = classes.tolist()
    unknown = [key for key in weights if key not in known]
    lacking = [c for c in known if c not in weights]
    if some_unknown and len(unknown) < len(weights):
        unknown = []
    if unknown and lacking:
        raise ValueError(
            f"class_weight has weights for {unknown}, not among the classes "
            f"{known}, and none for {lacking}: give a weight for each class."
        )
    with numbers_expected("class_weight"):
        found = np.array([weights.get(c, 1.0) for c in known], dtype=float)
    if not np.all(found >= 0):
        raise ValueError(
            f"class_weight={dict(weights)!r} has a weight that is not at least 0: a "
            "weight is the number of times that each sample of its class counts."
        )
    return found
