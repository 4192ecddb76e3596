"""Between y as users give it and the targets that losses take."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, issparse
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target


class ClassTargets:
    """Classes or labels as numbers, and back.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_labels)
        Class labels, or an indicator matrix of labels.
    classes : array-like or None, default=None
        All classes that will ever be seen; None takes those in ``y``.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        Sorted classes.
    kind : {"binary", "multiclass", "multilabel"}
        What is predicted.
    n_outputs : int
        Number of raw outputs: 1 for two classes, else one for each class or label.
    """

    classes: np.ndarray

    def __init__(self, y: Any, classes: Sequence[Any] | None = None):
        self.sparse = issparse(y)
        self._class_weights: list[np.ndarray] | None = None
        if classes is None and _is_plain(y):
            self._take_classes(np.unique(y), "y")
            if 2 * len(self.classes) <= len(y):
                return
        target_type = type_of_target(y, input_name="y")
        if target_type not in ("binary", "multiclass", "multilabel-indicator"):
            check_classification_targets(y)
        if target_type == "multiclass-multioutput":
            raise ValueError(
                "y has several columns of more than two classes: give one column, or "
                "an indicator matrix of 0 and 1 for several labels (for independent "
                "columns of classes use sklearn.multioutput.MultiOutputClassifier)."
            )
        if target_type.startswith("multilabel"):
            self.kind = "multilabel"
            self.classes = np.arange(y.shape[1])
            if classes is not None and len(np.unique(classes)) != y.shape[1]:
                raise ValueError(
                    f"classes has {len(np.unique(classes))} labels but y has "
                    f"{y.shape[1]} columns: give one label per column, or none."
                )
            self.n_outputs = y.shape[1]
            return
        if classes is None:
            self._take_classes(np.unique(column_or_1d(y, warn=True)), "y")
        else:
            self._take_classes(np.unique(np.asarray(classes)), "classes")

    def _take_classes(self, classes: np.ndarray, where: str) -> None:
        """Set what follows from classes that exclude each other."""
        self.classes = classes
        if len(classes) < 2:
            raise ValueError(
                f"{where} contains one class only, {classes.tolist()}: a classifier "
                "needs at least two classes. Check the labels, or the way the data "
                "were split."
            )
        self.kind = "binary" if len(classes) == 2 else "multiclass"
        self.n_outputs = 1 if self.kind == "binary" else len(classes)

    def encode(self, y: Any, dtype: Any, name: str = "y") -> np.ndarray:
        """Return targets for a loss.

        Parameters
        ----------
        y : array-like
            Labels as given.
        dtype : dtype
            Of targets that are not class numbers.
        name : str, default="y"
            How to call ``y`` in errors.

        Returns
        -------
        ndarray of shape (n_samples,) of int, or (n_samples, n_outputs) of ``dtype``
            Class numbers, or 0 and 1.

        Raises
        ------
        ValueError
            If ``y`` holds unknown classes or is of another kind.
        """
        if self.kind == "multilabel":
            y = y.toarray() if issparse(y) else np.asarray(y)
            if y.ndim != 2 or y.shape[1] != self.n_outputs:
                raise ValueError(
                    f"{name} has shape {y.shape}; expected an indicator matrix of "
                    f"{self.n_outputs} labels as in the first fit."
                )
            return y.astype(dtype)
        y = y if _is_plain(y) else column_or_1d(y, warn=True)
        index = np.searchsorted(self.classes, y).clip(max=len(self.classes) - 1)
        if np.any(self.classes[index] != y):
            raise ValueError(
                f"`{name}` has classes not in `self.classes_`. `self.classes_` has "
                f"{self.classes}. '{name}' has {np.unique(y)}."
            )
        if self.kind == "multiclass":
            return index
        return index.astype(dtype).reshape(-1, 1)

    def decode(self, z: np.ndarray) -> Any:
        """Return the most probable labels for raw outputs ``z``."""
        if self.kind == "multilabel":
            labels = (z > 0).astype(int)
            return csr_matrix(labels) if self.sparse else labels
        index = z.argmax(axis=1) if self.kind == "multiclass" else z[:, 0] > 0
        return self.classes[index.astype(np.intp, copy=False)]

    def probabilities(self, predicted: np.ndarray) -> np.ndarray:
        """Return one column a class from the loss's predictions."""
        if self.kind == "binary":
            return np.hstack([1 - predicted, predicted])
        return predicted

    def learn_class_weights(
        self, class_weight: Any, y: Any, sample_weight: np.ndarray | None
    ) -> None:
        """Set the weight of each class, for :meth:`class_weights`.

        Parameters
        ----------
        class_weight : dict, list of dict, "balanced" or None
            The hyperparameter.
        y : array-like
            Labels of the training set, from which "balanced" is computed.
        sample_weight : ndarray of shape (n_samples,) or None
            How many times each sample counts.

        Raises
        ------
        ValueError
            If weights are given for classes that do not exist, or in a wrong form.
        """
        self._class_weights = None
        if class_weight is None:
            return
        columns, classes = self._columns(y)
        if isinstance(class_weight, str):
            self._class_weights = [
                _balanced(np.bincount(column, sample_weight, minlength=len(classes)))
                for column in columns
            ]
            return
        given = class_weight if isinstance(class_weight, list) else [class_weight]
        if len(given) != len(columns):
            raise ValueError(
                f"class_weight has {len(given)} dicts for {len(columns)} columns of y: "
                "give one dict per column, in a list."
            )
        self._class_weights = [_chosen(weights, classes) for weights in given]

    def class_weights(self, y: Any) -> np.ndarray | None:
        """Return the weight of each sample that its class brings, or None."""
        if self._class_weights is None:
            return None
        columns, _ = self._columns(y)
        weights = [w[c] for w, c in zip(self._class_weights, columns, strict=True)]
        return np.prod(weights, axis=0)

    def _columns(self, y: Any) -> tuple[Any, np.ndarray]:
        """Return class numbers, one row a column of y, and the classes they mean."""
        if self.kind != "multilabel":
            return self.encode(y, np.intp).reshape(1, -1), self.classes
        return self.encode(y, np.intp).T, np.arange(2)


def _is_plain(y: Any) -> bool:
    """Tell whether y is one column of whole numbers, truth values or strings."""
    return type(y) is np.ndarray and y.ndim == 1 and y.dtype.kind in "biuU"


def _balanced(counts: np.ndarray) -> np.ndarray:
    present = counts > 0
    mean = counts.sum() / np.count_nonzero(present)
    return np.divide(mean, counts, out=np.ones(len(counts)), where=present)


def _chosen(weights: Mapping[Any, float], classes: np.ndarray) -> np.ndarray:
    unknown = [key for key in weights if key not in classes.tolist()]
    if unknown:
        raise ValueError(
            f"class_weight has weights for {unknown}, not among the classes "
            f"{classes.tolist()}: give weights for these only."
        )
    chosen = np.array([weights.get(c, 1.0) for c in classes.tolist()], dtype=float)
    if not np.all(chosen >= 0):
        raise ValueError(
            f"class_weight={dict(weights)!r} has a weight that is not at least 0: a "
            "weight is the number of times that each sample of its class counts."
        )
    return chosen


class RealTargets:
    """Real targets, one or many.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Targets.

    Attributes
    ----------
    n_outputs : int
        Number of targets.
    is_1d : bool
        Whether predictions have one axis.
    """

    def __init__(self, y: np.ndarray):
        y = _one_column(y)
        self.is_1d = y.ndim == 1
        self.n_outputs = 1 if self.is_1d else y.shape[1]

    def encode(self, y: Any, dtype: Any, name: str = "y") -> np.ndarray:
        """Return targets of shape (n_samples, n_outputs) and type ``dtype``."""
        y = _one_column(np.asarray(y))
        # In one order, so that sums do not depend on how a DataFrame lies in memory.
        targets = y.astype(dtype, order="C").reshape(len(y), -1)
        if targets.shape[1] != self.n_outputs:
            raise ValueError(
                f"{name} has {targets.shape[1]} outputs; expected {self.n_outputs} as "
                "in the first fit."
            )
        return targets

    def decode(self, predicted: np.ndarray) -> np.ndarray:
        """Return predictions in the shape of ``y``."""
        return predicted.ravel() if self.is_1d else predicted


def _one_column(y: np.ndarray) -> np.ndarray:
    return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
