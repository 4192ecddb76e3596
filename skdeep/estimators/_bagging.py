"""Fits of several networks: trained apart on bags, or once more on all samples."""

import warnings
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.utils import check_consistent_length

from skdeep._forms import check_collection
from skdeep._frames import to_pandas
from skdeep._words import numbers_expected
from skdeep.estimators._data import take_rows
from skdeep.estimators._rules import check_hyperparameters
from skdeep.estimators._training import make_generator


def fit_again(estimator: Any, X: Any, y: Any, sample_weight: Any) -> Any:
    """Train a fitted estimator once more, on all samples, up to its best epoch.

    Parameters
    ----------
    estimator : TabularClassifier or TabularRegressor
        Just fitted.
    X, y, sample_weight : array-like
        As given to fit.

    Returns
    -------
    estimator
        The same one; as it was, if nothing was held out.
    """
    scores = estimator.validation_scores_
    if not scores:
        return estimator
    best = len(scores) - int(np.argmax(scores[::-1]))
    again = clone(estimator)
    again.set_params(refit=False, early_stopping=False, max_iter=best)
    again.fit(X, y, sample_weight)
    for name in ("network_", "inputs_", "targets_", "logit_shift_", "t_"):
        setattr(estimator, name, getattr(again, name))
    return estimator


def fit_bags(
    estimator: Any,
    X: Any,
    y: Any,
    sample_weight: Any,
    validation: tuple[Any, Any, Any],
    groups: Any,
) -> Any:
    """Fit ``n_ensembles`` networks, each with another part of the samples held out.

    Parameters
    ----------
    estimator : TabularClassifier or TabularRegressor
        Takes over the attributes of the first network.
    X, y, sample_weight : array-like
        As given to fit.
    validation : tuple
        Validation data of a user's own, which there may not be.
    groups : array-like or None
        Samples of a group are held out together.

    Returns
    -------
    estimator
        The same one.

    Raises
    ------
    ValueError
        If there are validation data, or fewer samples than networks.
    """
    check_hyperparameters(estimator)
    n_bags = estimator.n_ensembles
    if validation[0] is not None:
        raise ValueError(
            f"n_ensembles={n_bags} holds out another part of X for each network: leave "
            "out X_val and y_val, or set n_ensembles=1."
        )
    X, y = to_pandas(X), to_pandas(y)
    check_collection(X, "X")
    check_collection(y)
    check_consistent_length(X, y)
    y_rows = np.asarray(y)
    rng = make_generator(estimator.random_state)
    parts = _parts(y_rows, n_bags, groups, is_classifier(estimator), rng)
    if sample_weight is not None:
        check_collection(sample_weight, "sample_weight")
        with numbers_expected("sample_weight"):
            sample_weight = np.asarray(sample_weight)
        check_consistent_length(y_rows, sample_weight)

    def fit_one(part: np.ndarray, seed: int) -> Any:
        rest = np.setdiff1d(np.arange(len(y_rows)), part)
        weights: list[Any] = [None, None]
        if sample_weight is not None:
            weights = [sample_weight[rest], sample_weight[part]]
        bag = clone(estimator)
        bag.set_params(n_ensembles=1, refit=False, n_jobs=None, random_state=seed)
        return bag.fit(
            take_rows(X, rest),
            take_rows(y, rest),
            weights[0],
            X_val=take_rows(X, part),
            y_val=take_rows(y, part),
            sample_weight_val=weights[1],
        )

    seeds = rng.integers(2**31, size=n_bags).tolist()
    jobs = zip(parts, seeds, strict=True)
    bags = Parallel(estimator.n_jobs)(delayed(fit_one)(*job) for job in jobs)
    for name, value in vars(bags[0]).items():
        if name not in estimator.get_params(deep=False):
            setattr(estimator, name, value)
    predict = "predict_proba" if is_classifier(estimator) else "predict"
    predicted = [
        getattr(bag, predict)(take_rows(X, part))
        for bag, part in zip(bags, parts, strict=True)
    ]
    out_of_bag = np.full((len(y_rows), *predicted[0].shape[1:]), np.nan)
    out_of_bag[np.concatenate(parts)] = np.concatenate(predicted)
    estimator.estimators_ = bags
    estimator._set_out_of_bag(out_of_bag, y_rows)
    return estimator


def _parts(
    y: np.ndarray, n_bags: int, groups: Any, classifies: bool, rng: Any
) -> list[np.ndarray]:
    """Return the positions of what each network does not see."""
    if len(y) < n_bags:
        raise ValueError(
            f"n_ensembles={n_bags} needs at least so many samples, and X has {len(y)}."
        )
    kind: Any = KFold
    of_classes = classifies and y.ndim == 1
    if groups is not None:
        kind = GroupKFold
    elif of_classes and np.unique_counts(y).counts.max() >= n_bags:
        kind = StratifiedKFold
    folds = kind(n_bags, shuffle=True, random_state=int(rng.integers(2**31)))
    with warnings.catch_warnings():
        # Of classes with fewer samples than networks; each network keeps one of them.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        parts = [part for _, part in folds.split(np.empty(len(y)), y, groups)]
    if of_classes:
        parts = [_without_lone_classes(part, y) for part in parts]
    if min(map(len, parts)) == 0:
        raise ValueError(
            f"n_ensembles={n_bags} holds out another part of X for each network, and "
            "the classes of a part have samples in no other: set n_ensembles=1."
        )
    return parts


def _without_lone_classes(part: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Leave the samples of a class to training that has none but those held out."""
    known = np.unique(np.delete(y, part))
    return part[np.isin(y[part], known)]
