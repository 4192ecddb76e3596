"""What all regressors share."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.callback import with_callbacks
from sklearn.utils.metaestimators import available_if

from skdeep.estimators._base import BaseNetwork, is_stochastic
from skdeep.estimators._hyperparameters import check_link, component, loss_rules
from skdeep.estimators._targets import RealTargets
from skdeep.estimators._validation import Number
from skdeep.nn import REGRESSION_LOSSES, Loss, Poisson


@dataclass(eq=False, repr=False, kw_only=True)
class BaseNetworkRegressor(RegressorMixin, BaseNetwork):
    """A network that predicts numbers."""

    loss: str | Loss = "squared_error"
    quantile: float = 0.5
    delta: float = 1.0

    _numeric_targets: ClassVar[bool] = True
    _rules: ClassVar = {
        **BaseNetwork._rules,
        "loss": loss_rules(REGRESSION_LOSSES),
        "quantile": (Number(0, 1, "neither"),),
        "delta": (Number(0, closed="neither"),),
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
        """Fit the network to data X and targets y.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, of a kind that the estimator takes.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Real targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.
        X_val : array-like of shape (n_validation, ...), default=None
            Validation data of your own, in place of a part held out from X.
        y_val : array-like of shape (n_validation,), default=None
            Targets of the validation data.
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
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Real targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.
        X_val : array-like of shape (n_validation, ...), default=None
            Validation data, for the curves and for early stopping's best weights.
        y_val : array-like of shape (n_validation,), default=None
            Targets of the validation data.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation data.

        Returns
        -------
        self : estimator
            The estimator after one more epoch.
        """
        validation = (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, validation, incremental=True)

    def predict(self, X: Any) -> np.ndarray:
        """Predict targets.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, of a kind that the estimator takes.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predicted mean (median, quantile), by the loss.
        """
        return self._predict(X, lambda z: self._targets.decode(self._loss.predict(z)))

    def _validate(self, X, y, reset):
        values = np.asarray(y)
        if values.dtype.kind in "OSU":
            try:
                values.astype(float)
            except ValueError as error:
                raise ValueError(
                    f"y holds text ({error}), and {type(self).__name__} predicts "
                    "numbers: give numbers, or take the classifier for classes."
                ) from error
        X, y = super()._validate(X, y, reset)
        if isinstance(self._make_loss(), Poisson) and np.any(np.asarray(y) < 0):
            raise ValueError(
                "loss='poisson' needs y of at least 0 (counts), and y has negative "
                "values: choose another loss, such as 'squared_error'."
            )
        return X, y

    def _learn_targets(self, y, classes):
        self._targets = RealTargets(y)

    def _make_loss(self):
        if not isinstance(self.loss, str):
            check_link(self.loss, ("identity", "exp"), "real")
        return component(
            self.loss, REGRESSION_LOSSES, quantile=self.quantile, delta=self.delta
        )

    def _start_outputs(self, samples):
        if getattr(self, "initializer", "auto") == "auto":
            constant = self._loss.best_constant(*samples.rows())
            self.intercepts_[-1][...] = constant

    def _metric(self, y, sample_weight):
        """Return the coefficient of determination."""
        from sklearn.metrics import r2_score

        def r2(z):
            predicted = self._targets.decode(self._loss.predict(z))
            return r2_score(y, predicted, sample_weight=sample_weight)

        return r2

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
