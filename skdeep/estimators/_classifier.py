"""Base class of classifiers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.callback import with_callbacks
from sklearn.metrics import accuracy_score
from sklearn.utils.metaestimators import available_if

from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._imbalance import SAMPLERS, Imbalance, refuse_balanced
from skdeep.estimators._rules import (
    NOTHING,
    YES_NO,
    Choice,
    ClassWeights,
    Having,
    Instance,
    Number,
    hyperparameter,
)
from skdeep.estimators._training import is_stochastic
from skdeep.estimators.targets import Labels
from skdeep.nn import CLASSIFICATION_LOSSES, Loss


@dataclass(eq=False, repr=False, kw_only=True)
class BaseNetworkClassifier(ClassifierMixin, BaseNetwork):
    """A network that predicts classes or labels."""

    class_weight: Mapping[Any, float] | list[Mapping[Any, float]] | str | None = (
        hyperparameter(
            None,
            NOTHING,
            Choice(("balanced",)),
            ClassWeights("a dict from class to weight (a list of them)"),
            text="""dict, list of dict, 'balanced' or None
        Weight of each class, multiplied with sample_weight. 'balanced' is
        ``n_samples / (n_classes * np.bincount(y))``, a sample counting as often as
        its sample_weight says. Validation data have the weights of the training set.
        """,
        )
    )
    sampler: Any = hyperparameter(
        None,
        Choice((None, *SAMPLERS)),
        Having("fit_resample", "a sampler with fit_resample"),
        text="""{'over', 'under', 'passthrough'}, sampler or None
        Over- or undersampling of the training part, after validation data were held
        out: 'over' repeats samples of rare classes, 'under' leaves out some of frequent
        ones, any object with ``fit_resample`` will do.
        """,
    )
    balanced_batches: bool = hyperparameter(
        False,
        YES_NO,
        text="""bool
        Whether every mini-batch holds as many samples of each class.
        """,
    )
    prior_correction: bool = hyperparameter(
        False,
        YES_NO,
        text="""bool
        Whether to bring predictions back from the shares of classes that training saw
        (by class_weight, sampler or balanced_batches) to those in the data given.
        """,
    )
    loss: str | Loss = hyperparameter(
        "log_loss",
        Choice(tuple(CLASSIFICATION_LOSSES)),
        Instance(Loss, "a loss of skdeep.nn"),
        text="""{'log_loss', 'focal', 'dice', 'jaccard'} or Loss
        What is minimised. 'focal' counts well-classified samples less; 'dice' and
        'jaccard' judge the overlap with the truth, as of pixels. An instance must
        suit y: ``SoftmaxFocal(gamma=1)`` for three classes or more,
        ``LogisticFocal(gamma=1)`` for two and for labels.
        """,
    )
    label_smoothing: float = hyperparameter(
        0.0,
        Number(0, 1, "left"),
        text="""float
        Share of the certainty of targets that is spread over all classes.
        """,
    )

    def _row_targets(self) -> Labels:
        return Labels(self.loss, self.label_smoothing, self.class_weight)

    def _make_imbalance(self) -> Imbalance:
        return Imbalance(self.sampler, self.balanced_batches, self.prior_correction)

    @property
    def classes_(self) -> np.ndarray:
        """Class labels, shape (n_classes,)."""
        return self.targets_.classes

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
        refuse_balanced(self.class_weight)
        return self._fit(
            X,
            y,
            sample_weight,
            (X_val, y_val, sample_weight_val),
            incremental=True,
            classes=classes,
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
        return self._predict(X, lambda z: self.targets_.decode(z))

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
        return self._predict(X, lambda z: self.targets_.probabilities(z))

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
        probabilities = self.predict_proba(X)
        with np.errstate(divide="ignore"):
            if isinstance(probabilities, list):
                return [np.log(sample) for sample in probabilities]
            return np.log(probabilities)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...), or list of arrays
            Samples, of a kind that the estimator takes.
        y : array-like of shape (n_samples,), or with a value for each step or pixel
            True labels.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts; where there are targets for each step,
            also an array for each sample, with a weight for each step.

        Returns
        -------
        float
            Over samples, or over all steps or pixels that are there.
        """
        return self._score(accuracy_score, X, y, sample_weight)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what targets are accepted."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
