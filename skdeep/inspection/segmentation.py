"""Dense predictions as flat arrays, for the metrics of scikit-learn."""

from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import check_consistent_length

from skdeep._forms import check_collection
from skdeep._frames import to_pandas
from skdeep._words import numbers_expected


def flatten_pixels(
    y_true: Any, y_pred: Any, *, ignore: Any = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return truth and prediction of all pixels or steps, void ones left out.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples, ...), or list of arrays
        A class or number for each pixel or step.
    ignore : label, list of labels or None, default=None
        Labels in y_true of void pixels; NaN is void, too.

    Returns
    -------
    y_true, y_pred : ndarray of shape (n_pixels,)
        As the metrics of scikit-learn take them.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    Intersection over union, the mean over classes:

    >>> from sklearn.metrics import jaccard_score
    >>> from skdeep.inspection import flatten_pixels
    >>> truth = [np.array([[0, 1], [1, 255]]), np.array([[0, 0]])]
    >>> predicted = [np.array([[0, 1], [0, 1]]), np.array([[0, 0]])]
    >>> flat = flatten_pixels(truth, predicted, ignore=255)
    >>> flat
    (array([0, 1, 1, 0, 0]), array([0, 1, 0, 0, 0]))
    >>> round(float(jaccard_score(*flat, average="macro")), 3)
    0.625
    """
    truths, predictions = _arrays(y_true, "y_true"), _arrays(y_pred, "y_pred")
    check_consistent_length(truths, predictions)
    pairs = list(zip(truths, predictions, strict=True))
    for number, (truth, predicted) in enumerate(pairs):
        if truth.shape != predicted.shape:
            raise ValueError(
                f"Sample {number} of y_true has shape {truth.shape}, and that of "
                f"y_pred {predicted.shape}: give one class or number for each pixel."
            )
    truth, predicted = _flat(truths, "y_true"), _flat(predictions, "y_pred")
    counted = ~is_void(truth, ignore)
    return truth[counted], predicted[counted]


def _arrays(y: Any, name: str) -> list[np.ndarray]:
    """Return an array for each sample."""
    if y is None:
        raise ValueError(f"{name} is None: give an array, or a list of arrays.")
    check_collection(y, name)
    if issparse(y):
        y = y.toarray()
    y = to_pandas(y)
    with numbers_expected(name):
        samples = y if isinstance(y, list | tuple) else np.asarray(y)
        arrays = [np.asarray(sample) for sample in samples]
    if not arrays:
        raise ValueError(f"{name} is empty: give at least one sample.")
    return arrays


def _flat(arrays: list[np.ndarray], name: str) -> np.ndarray:
    kinds = {array.dtype.kind for array in arrays}
    is_number = kinds <= set("biuf")
    if not is_number and len(kinds) > 1:
        raise ValueError(
            f"{name} mixes numbers and other values: give classes of one type."
        )
    flat = np.concatenate([array.ravel() for array in arrays])
    if flat.dtype == object and any(np.ndim(value) for value in flat.tolist()):
        raise ValueError(f"{name} holds collections: give one class for each pixel.")
    return flat


def is_void(y: np.ndarray, ignore: Any = None) -> np.ndarray:
    """Return where an array holds NaN or a label to be ignored.

    Parameters
    ----------
    y : ndarray
        Labels or numbers.
    ignore : label, list of labels or None, default=None
        The labels.

    Returns
    -------
    ndarray of bool
        Of the shape of y.
    """
    labels = ignore if isinstance(ignore, list | tuple) else [ignore]
    if isinstance(ignore, range) or hasattr(ignore, "__array__"):
        labels = np.asarray(ignore).ravel().tolist()
    if any(np.ndim(label) for label in labels):
        raise ValueError(f"ignore={ignore!r} is not allowed: give a list of labels.")
    void = np.zeros(y.shape, dtype=bool)
    for label in labels:
        void |= np.asarray(y == label, dtype=bool)
    return void | np.isnan(y) if y.dtype.kind == "f" else void
