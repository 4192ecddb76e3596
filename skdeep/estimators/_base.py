"""The shell around a network: how every estimator is fitted."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackSupportMixin
from sklearn.utils.validation import validate_data

from skdeep.estimators._components import make_generator, make_trainer
from skdeep.estimators._data import check_weights, hold_out
from skdeep.estimators._fitted import FittedNetworkMixin
from skdeep.estimators._holdout import Holdout, scorer_metric
from skdeep.estimators._hooks import Hooks
from skdeep.estimators._hyperparameters import TrainingHyperparameters
from skdeep.estimators._messages import check_combinations, report
from skdeep.estimators._observer import EpochObserver
from skdeep.estimators._record import FitRecordMixin
from skdeep.estimators._validation import check_hyperparameters
from skdeep.nn import Network, Serial
from skdeep.nn.training import Samples

Validation = tuple[Any, Any, Any]
NO_VALIDATION: Validation = (None, None, None)


def is_stochastic(estimator: Any) -> bool:
    """Tell whether the solver takes mini-batches, without which no partial_fit."""
    if estimator.solver == "lbfgs":
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. lbfgs is not "
            "stochastic."
        )
    return True


@dataclass(eq=False, repr=False, kw_only=True)
class BaseNetwork(
    Hooks,
    FitRecordMixin,
    FittedNetworkMixin,
    CallbackSupportMixin,
    TrainingHyperparameters,
    BaseEstimator,
):
    """What all estimators share."""

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what input is accepted."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self._sparse_input
        return tags

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        validation: Validation = NO_VALIDATION,
        *,
        groups: Any = None,
        incremental: bool = False,
        classes: Any = None,
    ) -> Self:
        check_hyperparameters(self, self._rules)
        check_combinations(self, validation, incremental)
        given = {"X": X, "y": y, "metadata": {"sample_weight": sample_weight}}
        resumes = hasattr(self, "network_") and (incremental or self.warm_start)
        X, y = self._validate(X, y, reset=not resumes)
        if sample_weight is not None:
            sample_weight = check_weights(sample_weight, X, "sample_weight")
        if not resumes:
            self._learn_targets(y, classes)
        elif not incremental:
            self._check_warm_start(y)
        if not (resumes and incremental):
            self.best_validation_score_: float | None = None
        rng = make_generator(self.random_state)
        self._prepare_network(X, rng, resumes)
        train, held_out = self._hold_out(X, y, sample_weight, validation, groups, rng)
        X, y, sample_weight = train
        X, y, sample_weight = self._resample(X, y, sample_weight, rng)
        self._learn_class_weights(y, sample_weight)
        samples, weight_sum = self._samples(X, y, sample_weight)
        if not resumes:
            self._start_outputs(samples)
        self._learn_priors(samples)
        holdout = None if held_out is None else self._holdout(*held_out)
        if not resumes:
            self._record_data(samples, weight_sum, holdout)

        context = None
        if not incremental:
            context = self._init_callback_context(max_subtasks=self.max_iter)
            context.call_on_fit_task_begin(estimator=self, **given)
        observer = EpochObserver(self, holdout, context, given)
        trainer = make_trainer(
            self,
            self.network_,
            self._loss,
            n_samples=len(samples),
            weight_sum=weight_sum,
            augmentation=self._augmentation(),
            rng=rng,
        )
        if incremental:
            trainer.carry_on(self._trainer)
        self._trainer = trainer
        self._keep_trainer = incremental or self.warm_start
        epochs = 1 if incremental else self.max_iter
        result = trainer.run(samples, epochs, observer, self._order(samples))
        self._record_curves(observer, result)
        report(self, result, incremental)
        if context is not None:
            context.call_on_fit_task_end(
                estimator=self, reconstruction_attributes=dict, **given
            )
        return self

    def _validate(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        """Check the data given; targets of some kinds are checked further."""
        return self._check_data(X, y, reset)

    def _check_data(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        """Return X and y as arrays; inputs of some kinds are read another way."""
        return validate_data(
            self,
            X,
            y,
            accept_sparse="csr" if self._sparse_input else False,
            multi_output=True,
            y_numeric=self._numeric_targets,
            dtype=self._input_dtype(reset),
            reset=reset,
        )

    def _input_dtype(self, reset: bool) -> Any:
        if not reset:
            return self.network_.dtype
        if self.dtype != "auto":
            return np.dtype(self.dtype)
        return (np.float64, np.float32)

    def _prepare_network(self, X: Any, rng: np.random.Generator, resumes: bool) -> None:
        self.n_outputs_ = self._targets.n_outputs
        self._loss = self._make_loss()
        layers = Serial(self._layers(self.n_outputs_))
        if resumes:
            if not self.network_.replace_layers(layers):
                raise ValueError(
                    "The layers have changed since the last fit, whose weights "
                    "warm_start=True and partial_fit go on with: undo the change, or "
                    "start anew by fit with warm_start=False."
                )
            return
        self.network_ = Network(layers, X.shape[1:], X.dtype, rng)
        self.out_activation_ = self._loss.link
        self.t_ = 0
        self.loss_curve_: list[float] = []
        self.validation_loss_curve_: list[float] | None = None
        self.validation_scores_: list[float] | None = None
        self._trainer = None

    def _hold_out(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        validation: Validation,
        groups: Any,
        rng: Any,
    ) -> tuple[list[Any], Any]:
        X_val, y_val, weight_val = validation
        if X_val is not None:
            X_val, y_val = self._validate(X_val, y_val, reset=False)
            if weight_val is not None:
                weight_val = check_weights(weight_val, X_val, "sample_weight_val")
            return [X, y, sample_weight], [X_val, y_val, weight_val]
        if not self.early_stopping or self.solver == "lbfgs":
            return [X, y, sample_weight], None
        return hold_out(
            X,
            y,
            sample_weight,
            fraction=self.validation_fraction,
            stratify=self._stratify(y),
            groups=groups,
            rng=rng,
        )

    def _samples(self, X: Any, y: Any, sample_weight: Any) -> tuple[Samples, float]:
        dtype = self.network_.dtype
        targets = self._targets.encode(y, dtype)
        weights = self._loss_weights(y, sample_weight)
        if weights is None:
            return Samples(X, targets), float(X.shape[0])
        weight_sum = float(weights.sum(dtype=np.float64))
        weights = (weights * (len(weights) / weight_sum)).astype(dtype)
        return Samples(X, targets, weights), weight_sum

    def _holdout(self, X: Any, y: Any, sample_weight: Any) -> Holdout:
        metric: Any = None
        if self.scoring is None:
            metric = self._metric(y, sample_weight)
        elif self.scoring != "loss":
            from sklearn.metrics import check_scoring

            scorer = check_scoring(self, self.scoring)
            metric = scorer_metric(self, scorer, X, y, sample_weight)
        targets = self._targets.encode(y, self.network_.dtype, "y_val")
        weights = self._loss_weights(y, sample_weight)
        return Holdout(
            self.network_,
            self._loss,
            X,
            targets,
            weights,
            metric,
            self._logit_shift,
        )
