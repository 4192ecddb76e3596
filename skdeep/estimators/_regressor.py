"""Base class of regressors."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.callback import with_callbacks
from sklearn.utils.metaestimators import available_if

from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._rules import (
    YES_NO,
    Choice,
    Instance,
    Number,
    hyperparameter,
)
from skdeep.estimators._training import is_stochastic
from skdeep.estimators.targets import Numbers, StandardizedNumbers
from skdeep.estimators.targets.numbers import r2
from skdeep.nn import REGRESSION_LOSSES, Loss

# Targets within this factor of mean 0 and deviation 1 are learned as they are.
NEAR = 3.0


@dataclass(eq=False, repr=False, kw_only=True)
class BaseNetworkRegressor(RegressorMixin, BaseNetwork):
    """A network that predicts numbers."""

    loss: str | Loss = hyperparameter(
        "squared_error",
        Choice(tuple(REGRESSION_LOSSES)),
        Instance(Loss, "a loss of skdeep.nn"),
        text="""str or Loss
        What is minimised: 'squared_error', 'absolute_error', 'huber', 'poisson'
        (for counts: prediction exp(z)), 'quantile', or an instance.
        """,
    )
    quantile: float = hyperparameter(
        0.5,
        Number(0, 1, "neither"),
        text="""float
        Which quantile loss='quantile' predicts.
        """,
    )
    delta: float = hyperparameter(
        1.0,
        Number(0, closed="neither"),
        text="""float
        Residual beyond which loss='huber' is linear, in the unit of the targets that
        the network sees: standard deviations of y if ``standardize_targets``.
        """,
    )
    standardize_targets: bool | str = hyperparameter(
        "auto",
        Choice(("auto",)),
        YES_NO,
        text="""bool or 'auto'
        Whether the network is trained on y less its mean, divided by its standard
        deviation, each output by itself, as in
        :class:`sklearn.compose.TransformedTargetRegressor`. Both are those of the
        training part, or of the first call of partial_fit. Predictions are in units of
        y, losses are not. Counts of loss='poisson' stay as they are. 'auto' is True
        unless y has a mean between -3 and 3 and a deviation between 1/3 and 3, but for
        an MLPRegressor without ``categorical_features``, which does what that of
        scikit-learn does.
        """,
    )

    def _row_targets(self) -> Numbers:
        return self._kind_of_targets(self.loss, self.quantile, self.delta)

    @property
    def _kind_of_targets(self) -> Callable[..., Numbers]:
        if isinstance(self.standardize_targets, str):
            if self._standardizes_by_default:
                return partial(StandardizedNumbers, near=NEAR)
            return Numbers
        return StandardizedNumbers if self.standardize_targets else Numbers

    @property
    def _standardizes_by_default(self) -> bool:
        """Whether standardize_targets='auto' is True."""
        return True

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
        return self._predict(X, lambda z: self.targets_.decode(z))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the coefficient of determination.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...), or list of arrays
            Samples, of a kind that the estimator takes.
        y : array-like of shape (n_samples,), or with a value for each step or pixel
            True targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts; where there are targets for each step,
            also an array for each sample, with a weight for each step.

        Returns
        -------
        float
            Over samples, or over all steps or pixels that are there.
        """
        return self._score(r2, X, y, sample_weight)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what targets are accepted."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
