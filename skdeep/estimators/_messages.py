"""What is said when hyperparameters clash, and when a fit ends badly."""

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skdeep.nn import Dropout, Serial
from skdeep.nn.training import Outcome, Result

INTERRUPTED = "Training interrupted by user."


def check_combinations(
    estimator: Any, validation: tuple[Any, Any, Any], incremental: bool
) -> None:
    """Check what cannot be said of one hyperparameter alone.

    Parameters
    ----------
    estimator : estimator
        With valid hyperparameters.
    validation : tuple
        ``X_val, y_val, sample_weight_val``.
    incremental : bool
        Whether in partial_fit.

    Raises
    ------
    ValueError
        If something is missing or excludes something else.
    """
    X_val, y_val, weight_val = validation
    if (X_val is None) != (y_val is None):
        given, missing = ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
        raise ValueError(f"{given} was given without {missing}: give both or none.")
    if weight_val is not None and X_val is None:
        raise ValueError(
            "sample_weight_val was given without X_val and y_val: give all three."
        )
    if incremental and getattr(estimator, "sampler", None) is not None:
        raise ValueError(
            f"sampler={estimator.sampler!r} needs all data at once, which partial_fit "
            "never sees: use balanced_batches=True or class_weight, or fit."
        )
    if estimator.solver == "lbfgs" and getattr(estimator, "balanced_batches", False):
        raise ValueError(
            "balanced_batches=True has no effect on solver='lbfgs', which takes all "
            "samples at once: use class_weight='balanced', or another solver."
        )
    if estimator.solver == "lbfgs" and estimator.early_stopping:
        warnings.warn(
            "early_stopping=True has no effect on solver='lbfgs', which trains on all "
            "samples until it converges: choose another solver, or lower max_iter.",
            stacklevel=5,
        )
    if estimator.solver == "lbfgs" and estimator.augment is not None:
        raise ValueError(
            "solver='lbfgs' needs the same loss at the same weights each time, which "
            f"augment={estimator.augment!r} prevents: choose another solver."
        )
    if incremental and estimator.early_stopping and X_val is None:
        raise ValueError(
            "partial_fit does not support early_stopping=True without validation data "
            "of its own: give X_val and y_val."
        )
    if estimator.solver == "lbfgs":
        inner = Serial(estimator._layers(1)).get_params().values()
        if any(isinstance(layer, Dropout) and layer.rate for layer in inner):
            raise ValueError(
                "solver='lbfgs' needs the same loss at the same weights each time, "
                "which dropout prevents: leave it out (dropout=0), or choose another "
                "solver."
            )


def report(estimator: Any, result: Result, incremental: bool) -> None:
    """Warn if training ended otherwise than by converging.

    Parameters
    ----------
    estimator : estimator
        Just trained.
    result : Result
        What training came to.
    incremental : bool
        Whether in partial_fit, where one epoch is all that is asked.
    """
    _check_finite(estimator)
    outcome = result.outcome
    if outcome is Outcome.INTERRUPTED:
        warnings.warn(INTERRUPTED, stacklevel=4)
    elif outcome is Outcome.DIVERGED:
        _warn(
            f"Training diverged in epoch {estimator.n_iter_}: the loss became infinite "
            "or NaN. The best weights before that are kept. Lower learning_rate_init "
            f"(it is {estimator.learning_rate_init:g}), set max_grad_norm=1, or scale "
            "the data."
        )
    elif outcome not in (Outcome.MAX_EPOCHS, Outcome.FAILED) or incremental:
        return
    elif estimator.solver == "lbfgs":
        _warn(
            f"lbfgs failed to converge after {result.n_epochs} iterations "
            f"({result.message}): raise max_iter or max_fun, or scale the data."
        )
    else:
        _warn(
            f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached "
            "and the optimization hasn't converged yet: raise max_iter or "
            "learning_rate_init, or scale the data."
        )


def _check_finite(estimator: Any) -> None:
    if not np.isfinite(estimator.network_.theta).all():
        raise ValueError(
            "Solver produced non-finite parameter weights. The input data may contain "
            "large values and need to be preprocessed. Scale X (and y, in regression), "
            "or lower learning_rate_init."
        )


def _warn(message: str) -> None:
    warnings.warn(message, ConvergenceWarning, stacklevel=5)
