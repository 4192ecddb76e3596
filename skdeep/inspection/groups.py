"""Report on a fitted model per group of samples."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import (
    accuracy_score,
    get_scorer,
    log_loss,
    mean_absolute_error,
    r2_score,
    recall_score,
    root_mean_squared_error,
)
from sklearn.utils import column_or_1d
from sklearn.utils.validation import check_array, check_consistent_length

from skdeep._frames import to_pandas, without_column
from skdeep._words import numbers_expected
from skdeep.estimators.protocols import is_ragged

WHOLE = "all"


def group_report(
    model: Any,
    X: Any,
    y: Any,
    *,
    by: Any,
    metrics: Mapping[str, str | Callable[..., float]] | None = None,
    sample_weight: Any = None,
) -> pd.DataFrame:
    """Count the samples of each group, and measure how a fitted model does on them.

    Parameters
    ----------
    model : fitted classifier or regressor
        Any of scikit-learn's interface, pipelines and searches included. It has one
        target.
    X : array-like, sparse matrix, data frame (pandas, polars) or list
        Samples, as ``model.predict`` takes them; best ones that the model has not seen.
    y : array-like of shape (n_samples,)
        Their targets.
    by : str or array-like of shape (n_samples,)
        What tells the groups apart: the name of a column of X, if that is a DataFrame,
        or the group of each sample, by position. Missing values are a group of their
        own. A column that the model was fitted without is kept from it.
    metrics : dict, default=None
        Further metrics, by the name of the column that they make. Each is a function
        ``metric(y_true, y_pred)``, called with ``sample_weight=`` too if there are
        weights; or a scorer or its name, such as ``"roc_auc"``.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the samples, for all columns but ``n`` and ``share``.

    Returns
    -------
    DataFrame
        One row for each group, in sorted order, and a last row ``"all"``. What is not
        defined for a group, such as a rate of errors on no samples, is NaN.

        ==========================  ==================================================
        ``n``, ``share``            number of samples, and share of all samples
        ``accuracy``                share of samples that are predicted right
        ``balanced_accuracy``       mean of that share over the classes in the group
        ``log_loss``                if the model has ``predict_proba``
        ``positive_rate``           two classes only: share of samples that are of the
                                    positive class, the second one in ``classes_``
        ``selection_rate``          likewise: share that is predicted to be
        ``false_positive_rate``     likewise: share of the others predicted to be
        ``false_negative_rate``     likewise: share of those predicted not to be
        ``mean_target``             regression, as all of the following
        ``mean_prediction``         the difference to ``mean_target`` is the bias
        ``mae``, ``rmse``, ``r2``   mean absolute error, root mean squared error, and
                                    coefficient of determination within the group
        ==========================  ==================================================

    See Also
    --------
    sklearn.metrics.classification_report : Metrics for each class.

    Notes
    -----
    Small groups have noisy metrics: a rate p measured on n samples has a standard error
    of about sqrt(p (1 - p) / n). Look at ``n`` first.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> from skdeep.inspection import group_report
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
    >>> model = Ridge().fit(X[::2], y[::2])
    >>> age = pd.cut(X["age"], [0, 40, 60, 100])
    >>> group_report(model, X[1::2], y[1::2], by=age[1::2])[["n", "mae"]].round(0)
                 n   mae
    age
    (0, 40]     62  49.0
    (40, 60]   113  45.0
    (60, 100]   46  36.0
    all        221  44.0
    """
    if not (is_classifier(model) or is_regressor(model)):
        raise TypeError(
            "group_report takes a fitted classifier or regressor, but model is of type "
            f"{type(model).__name__}."
        )
    groups = _groups(X, by)
    if not np.ndim(by) and by not in getattr(model, "feature_names_in_", [by]):
        X = X.drop(columns=by) if hasattr(X, "iloc") else without_column(X, by)
    with numbers_expected("y"):
        y = _one_target(to_pandas(y))
    check_consistent_length(y, groups, sample_weight)
    weight = None
    if sample_weight is not None:
        with numbers_expected("sample_weight"):
            weight = check_array(
                column_or_1d(sample_weight),
                ensure_2d=False,
                dtype=np.float64,
                input_name="sample_weight",
            )
    y_pred = _one_target(to_pandas(model.predict(X)))
    proba = model.predict_proba(X) if hasattr(model, "predict_proba") else None
    further = {
        name: _as_function(metric, model, X) for name, metric in (metrics or {}).items()
    }

    codes, labels = pd.factorize(groups, sort=True, use_na_sentinel=False)
    rows = []
    for members in [*(codes == i for i in range(len(labels))), codes >= 0]:
        at = np.flatnonzero(members)
        part = y[at], y_pred[at], None if weight is None else weight[at]
        row = {"n": len(at), "share": len(at) / len(codes)}
        # Without any weight there is nothing to average: the row stays NaN.
        if weight is None or weight[at].any():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UndefinedMetricWarning)
                warnings.filterwarnings("ignore", "The number of unique classes")
                if is_regressor(model):
                    row |= _regression(*part)
                else:
                    row |= _classification(
                        *part, None if proba is None else proba[at], model.classes_
                    )
                row |= {name: metric(at, *part) for name, metric in further.items()}
        rows.append(row)
    index = pd.Index([*labels, WHOLE], name=groups.name, dtype=object)
    return pd.DataFrame(rows, index=index)


def _groups(X: Any, by: Any) -> pd.Series:
    """Return the group of each sample."""
    by = to_pandas(by)
    if np.ndim(by):
        groups = pd.Series(by if np.ndim(by) == 1 else column_or_1d(by))
        return groups if groups.name is not None else groups.rename("group")
    if not hasattr(X, "columns"):
        raise ValueError(
            f"by={by!r} names a column, but X is of type {type(X).__name__}: give a "
            "DataFrame as X, or the group of each sample as by."
        )
    if by not in X.columns:
        raise ValueError(
            f"by={by!r} is no column of X, which has {list(X.columns)}: name one of "
            "them, or give the group of each sample."
        )
    return to_pandas(X)[by]


def _one_target(y: Any) -> np.ndarray:
    if is_ragged(y):
        raise ValueError(
            "group_report takes one target for each sample, and there is one for each "
            "step or pixel: make them flat, such as by flatten_pixels."
        )
    shape = np.shape(y)
    if len(shape) > 1 and shape[1] > 1:
        raise ValueError(
            f"group_report takes one target, but y has shape {shape}: report on the "
            "outputs one by one."
        )
    return column_or_1d(y)


def _as_function(metric: Any, model: Any, X: Any) -> Callable[..., float]:
    """Return a function of positions, targets, predictions and weights."""

    def options(weight):
        return {} if weight is None else {"sample_weight": weight}

    if isinstance(metric, str):
        metric = get_scorer(metric)
    if not callable(metric):
        raise ValueError(
            f"metrics holds {metric!r}: give the name of a scorer of scikit-learn, a "
            "scorer, or a function of y_true and y_pred."
        )
    # What tells a scorer from a function of y_true and y_pred.
    if not hasattr(metric, "set_score_request"):
        return lambda at, y, y_pred, w: metric(y, y_pred, **options(w))

    # Here, as it brings imbalanced-learn.
    from skdeep.resampling._samples import check_samples, take

    samples = check_samples(X)
    return lambda at, y, y_pred, w: metric(model, take(samples, at), y, **options(w))


def _regression(
    y: np.ndarray, y_pred: np.ndarray, weight: np.ndarray | None
) -> dict[str, float]:
    is_constant = len(np.unique(y)) < 2
    return {
        "mean_target": _mean(y, weight),
        "mean_prediction": _mean(y_pred, weight),
        "mae": mean_absolute_error(y, y_pred, sample_weight=weight),
        "rmse": root_mean_squared_error(y, y_pred, sample_weight=weight),
        "r2": np.nan if is_constant else r2_score(y, y_pred, sample_weight=weight),
    }


def _classification(
    y: np.ndarray,
    y_pred: np.ndarray,
    weight: np.ndarray | None,
    proba: np.ndarray | None,
    classes: np.ndarray,
) -> dict[str, float]:
    metrics = {
        "accuracy": accuracy_score(y, y_pred, sample_weight=weight),
        # balanced_accuracy_score warns where a group lacks a class.
        "balanced_accuracy": recall_score(
            y, y_pred, labels=np.unique(y), average="macro", sample_weight=weight
        ),
    }
    if proba is not None:
        metrics["log_loss"] = log_loss(y, proba, labels=classes, sample_weight=weight)
    if len(classes) == 2:
        positive, selected = y == classes[1], y_pred == classes[1]
        metrics |= {
            "positive_rate": _mean(positive, weight),
            "selection_rate": _mean(selected, weight),
            "false_positive_rate": _mean(selected, weight, ~positive),
            "false_negative_rate": _mean(~selected, weight, positive),
        }
    return metrics


def _mean(
    values: np.ndarray, weight: np.ndarray | None, where: np.ndarray | None = None
) -> float:
    """Return a weighted mean, or NaN if it is one of nothing."""
    weight = np.ones(len(values)) if weight is None else weight
    weight = weight if where is None else weight * where
    return np.average(values, weights=weight) if weight.any() else np.nan
