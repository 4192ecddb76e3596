"""The network inside a pipeline or a search."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted


@dataclass(frozen=True)
class Unwrapped:
    """A fitted network, and how data and hyperparameters reach it.

    Attributes
    ----------
    network : estimator
        The fitted estimator of skdeep.
    prefix : str
        What comes before a hyperparameter's name in ``set_params`` of the estimator
        around it.
    outer : estimator
        What ``set_params`` is called on: the pipeline, or the estimator itself.
    X, y : array-like or None
        The data as the network takes them.
    """

    network: Any
    prefix: str
    outer: Any
    X: Any
    y: Any


def unwrap(model: Any, X: Any = None, y: Any = None) -> Unwrapped:
    """Find the network in a search, a pipeline or a transformed-target regressor.

    Parameters
    ----------
    model : fitted estimator
        An estimator of skdeep, or one of the above around it.
    X, y : array-like or None, default=None
        Data as ``model`` takes them.

    Returns
    -------
    Unwrapped
        The network, and the data as transformed for it.

    Raises
    ------
    TypeError
        If there is no network of skdeep inside.
    NotFittedError
        If it is not fitted.
    """
    check_is_fitted(model)
    while hasattr(model, "best_estimator_"):
        model = model.best_estimator_
    outer, prefix = model, ""
    while not hasattr(model, "network_"):
        if hasattr(model, "steps"):
            if X is not None and len(model.steps) > 1:
                X = model[:-1].transform(X)
            name, model = model.steps[-1]
        elif hasattr(model, "regressor_"):
            if y is not None:
                y = np.asarray(y)
                column = y.reshape(-1, 1) if y.ndim == 1 else y
                y = model.transformer_.transform(column).reshape(y.shape)
            name, model = "regressor", model.regressor_
        else:
            raise TypeError(
                f"{type(model).__name__} is no network of skdeep, and holds none: give "
                "a fitted MLPClassifier or the like, or a pipeline or search around it."
            )
        prefix += f"{name}__"
    return Unwrapped(model, prefix, outer, X, y)


def check_search(search: Any, name: str) -> Any:
    """Return a search, if it is one that was fitted with ``refit``.

    Parameters
    ----------
    search : object
        To be checked.
    name : str
        Of the class that is to draw it.

    Returns
    -------
    fitted search
        The same object.

    Raises
    ------
    TypeError
        If it has no parameters of a search, or no best estimator.
    NotFittedError
        If it is not fitted.
    """
    if not hasattr(search, "refit"):
        raise TypeError(
            f"{name}.from_search draws a fitted search such as GridSearchCV, and got "
            f"{type(search).__name__}: give the search, or call {name}.from_estimator."
        )
    check_is_fitted(search)
    if not hasattr(search, "best_estimator_"):
        raise TypeError(
            f"{name}.from_search needs the best estimator, and {type(search).__name__} "
            f"has none as refit={search.refit!r}: fit it with refit=True."
        )
    return search
