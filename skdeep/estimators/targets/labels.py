"""Classes, and indicator matrices of labels."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, issparse
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skdeep._forms import check_collection, plain_classes, warn_user
from skdeep._words import numbers_expected
from skdeep.estimators._training import check_link, component
from skdeep.estimators.protocols import Targets, check_targets, row_outputs
from skdeep.estimators.targets.class_weights import balanced, chosen
from skdeep.estimators.targets.numbers import hint_at_steps, one_column
from skdeep.nn import CLASSIFICATION_LOSSES, Loss, MemberLoss

# A raw output whose loss is 0 for all purposes: logistic(-20) is 2e-9.
CERTAIN = 20.0


# Labels of fewer rows may sum to 1 in each by chance.
FEWEST_ROWS = 10


class Labels(Targets):
    """Classes or labels as numbers, and back.

    Parameters
    ----------
    loss : str or Loss
        The hyperparameter.
    label_smoothing : float, default=0.0
        Of the losses that have it.
    class_weight : dict, list of dict, "balanced" or None, default=None
        The hyperparameter.
    n_members : int, default=1
        Members of the network, whose losses are averaged.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        Sorted classes.
    kind : {"binary", "multiclass", "multilabel"}
        What is predicted; a single class counts as binary.
    sparse : bool
        Whether labels came, and are predicted, as a sparse matrix.
    """

    learned = ("n_outputs", "kind", "classes", "sparse")
    classes: np.ndarray
    kind: str

    def __init__(
        self,
        loss: str | Loss,
        label_smoothing: float = 0.0,
        class_weight: Any = None,
        n_members: int = 1,
    ):
        self._n_members = n_members
        self._loss, self._label_smoothing = loss, label_smoothing
        self._class_weight = class_weight
        self._weight_of_class: list[np.ndarray] | None = None

    def read(self, y, X, owner):
        if not _is_plain(y):
            y = plain_classes(y)
        y = check_targets(y, X, owner)
        if y.ndim > 1 and not hasattr(self, "classes"):
            hint_at_steps(y, X, owner, "labels of each sample", "classes")
        return y

    def learn(self, y, classes=None, incremental=False):
        self._learn_classes(y, classes, incremental)
        self._make_loss()

    def carry_on(self, before):
        super().carry_on(before)
        self._make_loss()

    def check_again(self, y, classes, incremental):
        if not incremental:
            fresh = Labels("log_loss")
            fresh.learn(y)
            if set(fresh.classes) != set(self.classes):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in "
                    f"the previous call to fit. Previously got {self.classes}, `y` has "
                    f"{fresh.classes}"
                )
        elif classes is not None and not np.array_equal(
            self.classes, np.unique(classes)
        ):
            raise ValueError(
                f"`classes={classes!r}` is not the same as on last call to "
                f"partial_fit, was: {self.classes!r}"
            )

    def _learn_classes(
        self, y: Any, classes: Sequence[Any] | None, incremental: bool
    ) -> None:
        self.sparse = issparse(y)
        if classes is None and incremental and np.shape(y)[1:] in [(), (1,)]:
            raise ValueError(
                "classes must be passed on the first call to partial_fit: give all "
                "classes that will ever be seen."
            )
        known = None if classes is None else _read_classes(classes)
        if classes is None and _is_plain(y):
            self._take_classes(np.unique(y))
            if 2 * len(self.classes) <= len(y):
                return
        # Whether large numbers are whole is asked by a cast, which would warn.
        with np.errstate(invalid="ignore"):
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
            if known is not None and len(known) != y.shape[1]:
                raise ValueError(
                    f"classes has {len(known)} labels but y has {y.shape[1]} "
                    "columns: give one label per column, or none."
                )
            self.n_outputs = y.shape[1]
            _hint_at_one_hot(y)
        elif known is None:
            self._take_classes(np.unique(column_or_1d(one_column(np.asarray(y)))))
        else:
            self._take_classes(known)

    def _take_classes(self, classes: np.ndarray) -> None:
        """Set what follows from classes that exclude each other."""
        self.classes = classes
        self.kind = "binary" if len(classes) <= 2 else "multiclass"
        self.n_outputs = 1 if self.kind == "binary" else len(classes)

    def _make_loss(self) -> None:
        loss, exclusive = self._loss, self.kind == "multiclass"
        if not isinstance(loss, str):
            check_link(loss, ("softmax" if exclusive else "logistic",), self.kind)
        else:
            kind = CLASSIFICATION_LOSSES[loss][0 if exclusive else 1]
            smoothing = {"label_smoothing": self._label_smoothing}
            loss = component(loss, {loss: kind}, **smoothing)
        self.loss = MemberLoss(loss) if self._n_members > 1 else loss

    def encode(self, y, dtype, name="y"):
        if self.kind == "multilabel":
            y = y.toarray() if issparse(y) else np.asarray(y)
            if y.ndim != 2 or y.shape[1] != self.n_outputs:
                raise ValueError(
                    f"{name} has shape {y.shape}; expected an indicator matrix of "
                    f"{self.n_outputs} labels as in the first fit."
                )
            return y.astype(dtype)
        y = y if _is_plain(y) else column_or_1d(y)
        try:
            index = np.searchsorted(self.classes, y).clip(max=len(self.classes) - 1)
        except TypeError as error:
            raise ValueError(
                f"{name} holds classes of other types than {self.classes} ({error}): "
                "give classes of one type."
            ) from error
        if np.any(self.classes[index] != y):
            raise ValueError(
                f"`{name}` has classes not in `self.classes_`. `self.classes_` has "
                f"{self.classes}. '{name}' has {np.unique(y)}."
            )
        if self.kind == "multiclass":
            return index
        return index.astype(dtype).reshape(-1, 1)

    def decode(self, z):
        z = row_outputs(z)
        if self.kind == "multilabel":
            labels = (z > 0).astype(int)
            return csr_matrix(labels) if self.sparse else labels
        if len(self.classes) == 1:
            return np.repeat(self.classes, len(z))
        index = z.argmax(axis=1) if self.kind == "multiclass" else z[:, 0] > 0
        return self.classes[index.astype(np.intp, copy=False)]

    def probabilities(self, z):
        predicted = self.loss.predict(row_outputs(z))
        if len(self.classes) == 1 and self.kind == "binary":
            return np.ones_like(predicted)
        if self.kind == "binary":
            return np.hstack([1 - predicted, predicted])
        return predicted

    def starting_outputs(self, samples):
        # Of a single class a network is certain from the start.
        return -CERTAIN if len(self.classes) == 1 else None

    def metric(self, y, sample_weight):
        """Return the accuracy, for labels the share of rows without a mistake."""

        def accuracy(z: np.ndarray) -> float:
            hits = self.decode(z) == y
            if self.kind == "multilabel":
                hits = np.asarray(hits).all(axis=1)
            return np.average(hits, weights=sample_weight)

        return accuracy

    def check_exclusive(self, name, value):
        if self.kind == "multilabel":
            raise ValueError(
                f"{name}={value!r} needs classes that exclude each other, and y is an "
                f"indicator matrix of labels: set {name} to its default."
            )

    def stratify(self, y):
        if self.kind == "multilabel":
            return None
        # Named in an error if too rare, 0 and 1 as in scikit-learn's MLP.
        is_truth = self.kind == "binary" and self.classes.tolist() == [0, 1]
        return np.where(y, "True", "False") if is_truth else y

    def weigh(self, y, sample_weight):
        given: Any = self._class_weight
        if given is None:
            return
        columns, classes = self.columns(y)
        if isinstance(given, str):
            self._weight_of_class = [
                balanced(np.bincount(column, sample_weight, minlength=len(classes)))
                for column in columns
            ]
            return
        given = given if isinstance(given, list) else [given]
        if len(given) != len(columns):
            raise ValueError(
                f"class_weight has {len(given)} dicts for {len(columns)} columns of y: "
                "give one dict per column, in a list."
            )
        if not all(isinstance(weights, Mapping) for weights in given):
            raise ValueError(
                f"class_weight={given!r} is a list of something else than dicts: give "
                "one dict from class to weight for each column of y."
            )
        self._weight_of_class = [chosen(weights, classes) for weights in given]

    def weights(self, y, sample_weight, dtype):
        if self._weight_of_class is None:
            return sample_weight
        columns, _ = self.columns(y)
        each = [w[c] for w, c in zip(self._weight_of_class, columns, strict=True)]
        weights = np.prod(each, axis=0)
        if sample_weight is not None:
            weights = weights * sample_weight
        if not np.any(weights):
            raise ValueError(
                "class_weight times sample_weight leaves no sample with a weight: "
                "give the classes that there are weights above 0."
            )
        return weights.astype(dtype)

    def columns(self, y: Any) -> tuple[Any, np.ndarray]:
        """Return class numbers, one row per column of y, and the classes they mean."""
        if self.kind != "multilabel":
            return self.encode(y, np.intp).reshape(1, -1), self.classes
        return self.encode(y, np.intp).T, np.arange(2)


def _read_classes(classes: Any) -> np.ndarray:
    """Return all classes that will ever be seen, sorted."""
    check_collection(classes, "classes")
    if issparse(classes):
        raise ValueError("classes is a sparse matrix: give a list.")
    with numbers_expected("classes"):
        found = np.asarray(classes)
    try:
        return np.unique(found)
    except TypeError as error:
        raise ValueError(
            f"classes are of different types ({error}): give strings or numbers "
            "throughout."
        ) from error


def _hint_at_one_hot(y: Any) -> None:
    """Warn of labels that look like classes, which exclude each other."""
    if y.shape[0] < FEWEST_ROWS or y.shape[1] < 2:
        return
    if np.all(np.asarray(y.sum(axis=1)) == 1):
        warn_user(
            "y is an indicator matrix, each row of which sums to 1: labels are "
            "predicted independently of each other, of which there may be none or "
            "several. If they are one-hot classes, which exclude each other, give "
            "y.argmax(axis=1)."
        )


def _is_plain(y: Any) -> bool:
    """Tell whether y is one column of whole numbers, truth values or strings."""
    return type(y) is np.ndarray and y.ndim == 1 and y.dtype.kind in "biuU"
