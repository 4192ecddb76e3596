"""What all classifiers share."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.callback import with_callbacks
from sklearn.utils.metaestimators import available_if

from skdeep.estimators._base import BaseNetwork, is_stochastic
from skdeep.estimators._hyperparameters import check_link, component, loss_rules
from skdeep.estimators._imbalance import ImbalanceMixin
from skdeep.estimators._targets import ClassTargets
from skdeep.estimators._validation import (
    Number,
)
from skdeep.nn import CLASSIFICATION_LOSSES, Loss


@dataclass(eq=False, repr=False, kw_only=True)
class BaseNetworkClassifier(ClassifierMixin, ImbalanceMixin, BaseNetwork):
    """A network that predicts classes or labels."""

    loss: str | Loss = "log_loss"
    label_smoothing: float = 0.0

    _rules: ClassVar = {
        **BaseNetwork._rules,
        "loss": loss_rules(CLASSIFICATION_LOSSES),
        "label_smoothing": (Number(0, 1, "left"),),
        **ImbalanceMixin._imbalance_rules,
    }

    @with_callbacks
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
        groups: Any = None,
    ) -> Self:
        """Fit the network to data X and labels y.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, of a kind that the estimator takes.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes of any type, or an indicator matrix of 0 and 1.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.
        X_val : array-like of shape (n_validation, ...), default=None
            Validation data of your own, in place of a part held out from X.
        y_val : array-like of shape (n_validation,), default=None
            Labels of the validation data.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation data.
        groups : array-like of shape (n_samples,), default=None
            Groups for a splitter given as ``validation_fraction``.

        Returns
        -------
        self : estimator
            The fitted estimator.
        """
        validation = (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, validation, groups=groups)

    @available_if(is_stochastic)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        classes: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train one epoch on the given data, going on from the last call.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, of a kind that the estimator takes.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes, or an indicator matrix of labels.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.
        classes : array-like of shape (n_classes,), default=None
            All classes that will ever be seen; needed in the first call, except for
            an indicator matrix.
        X_val : array-like of shape (n_validation, ...), default=None
            Validation data, for the curves and for early stopping's best weights.
        y_val : array-like of shape (n_validation,), default=None
            Labels of the validation data.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation data.

        Returns
        -------
        self : estimator
            The estimator after one more epoch.
        """
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight='balanced' needs all data at once, which partial_fit "
                "never sees: give a dict of weights, such as the one that "
                "sklearn.utils.class_weight.compute_class_weight computes."
            )
        self._check_classes(X, y, classes)
        return self._fit(
            X,
            y,
            sample_weight,
            (X_val, y_val, sample_weight_val),
            incremental=True,
            classes=classes,
        )

    def _check_classes(self, X: Any, y: Any, classes: Any) -> None:
        if not hasattr(self, "classes_"):
            if classes is None and np.shape(y)[1:] in [(), (1,)]:
                raise ValueError(
                    "classes must be passed on the first call to partial_fit: give "
                    "all classes that will ever be seen."
                )
        elif classes is not None and not np.array_equal(
            self.classes_, np.unique(classes)
        ):
            raise ValueError(
                f"`classes={classes!r}` is not the same as on last call to "
                f"partial_fit, was: {self.classes_!r}"
            )

    def predict(self, X: Any) -> np.ndarray:
        """Predict the most probable class, or each label.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, of a kind that the estimator takes.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
            Classes, or 0 and 1 for each label.
        """
        return self._predict(X, lambda z: self._targets.decode(z))

    def predict_proba(self, X: Any) -> np.ndarray:
        """Predict the probability of each class or label.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, of a kind that the estimator takes.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``; they sum to 1 unless labels do not
            exclude each other.
        """
        return self._predict(X, self._probabilities)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Predict the logarithm of each probability.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, of a kind that the estimator takes.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.
        """

        def logarithms(z: np.ndarray) -> np.ndarray:
            probabilities = self._probabilities(z)
            with np.errstate(divide="ignore"):
                return np.log(probabilities, out=probabilities)

        return self._predict(X, logarithms)

    def _probabilities(self, z: np.ndarray) -> np.ndarray:
        return self._targets.probabilities(self._loss.predict(z))

    def _check_warm_start(self, y):
        classes = ClassTargets(y).classes
        if set(classes) != set(self.classes_):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the "
                f"previous call to fit. Previously got {self.classes_}, `y` has "
                f"{classes}"
            )

    def _learn_targets(self, y, classes):
        self._targets = ClassTargets(y, classes)
        self.classes_ = self._targets.classes

    def _make_loss(self):
        target = self._targets.kind
        if not isinstance(self.loss, str):
            link = "softmax" if target == "multiclass" else "logistic"
            check_link(self.loss, (link,), target)
            return self.loss
        exclusive, labels = CLASSIFICATION_LOSSES[self.loss]
        kind = exclusive if target == "multiclass" else labels
        return component(
            self.loss, {self.loss: kind}, label_smoothing=self.label_smoothing
        )

    def _stratify(self, y):
        return None if self._targets.kind == "multilabel" else y

    def _metric(self, y, sample_weight):
        """Return the accuracy, for labels the share of rows without a mistake."""

        def accuracy(z):
            hits = self._targets.decode(z) == y
            if self._targets.kind == "multilabel":
                hits = np.asarray(hits).all(axis=1)
            return np.average(hits, weights=sample_weight)

        return accuracy

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
