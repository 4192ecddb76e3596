"""Docstrings of estimators, put together from what hyperparameters declare."""

import inspect
from dataclasses import fields
from textwrap import dedent, indent
from typing import Any, TypeVar

T = TypeVar("T", bound=type)

# Attributes that all fitted estimators have.
ATTRIBUTES = """coefs_ : list of ndarray of shape (n_inputs, n_units)
    Weights of each layer. Writing into them changes the model.
intercepts_ : list of ndarray of shape (n_units,)
    Biases of each layer.
loss_ : float
    Training loss of the last epoch, penalty included.
best_loss_ : float or None
    Lowest training loss; None if validation data decided when to stop.
trivial_loss_ : float
    Training loss of the best constant prediction: what a network that learned
    nothing of X would have.
loss_curve_ : list of float
    Training loss of each epoch, summed over several targets.
validation_loss_curve_ : list of float or None
    Validation loss of each epoch, without the penalty.
validation_scores_ : list of float or None
    Validation score of each epoch.
history_ : DataFrame
    These curves in the columns "loss", "validation_loss" and "validation_score", a row
    for each epoch.
best_validation_score_ : float or None
    Highest validation score.
n_iter_ : int
    Number of epochs of the last fit.
t_ : int
    Number of samples seen, each as often as it was used.
learning_rate_ : float
    Rate of the last update.
n_layers_ : int
    Number of layers of units, input and output included.
n_outputs_ : int
    Number of raw outputs.
out_activation_ : str
    Function from raw output to prediction: 'softmax', 'logistic', 'identity' or
    'exp'.
sparsity_ : float
    Share of weights that are exactly zero, of all those that ``alpha`` penalises.
network_ : Network
    Layers and weights.
n_features_in_ : int
    Number of features seen in fit.
feature_names_in_ : ndarray of shape (n_features_in_,)
    Names of features, if X had names that are all strings.
inputs_ : Inputs
    What turned X into arrays.
targets_ : Targets
    What turned y into targets, and turns outputs into predictions.
record_ : dict
    A few numbers about the training data, for :mod:`skdeep.inspection`.
logit_shift_ : ndarray of shape (n_outputs,) or None
    Added to raw outputs by ``prior_correction``."""


def documented(cls: T) -> T:
    """Fill in the parts of an estimator's docstring that several estimators share.

    ``{architecture}`` stands for the hyperparameters that the estimator's own file
    declares, for both a classifier and a regressor, ``{training}`` for those of all
    estimators, ``{attributes}`` for attributes. Names, order and defaults come from
    the declarations, so that they cannot drift apart.

    Parameters
    ----------
    cls : type
        The estimator.

    Returns
    -------
    type
        The same class.
    """
    # A search asks for it several times a fit; to find it again takes a while.
    init: Any = vars(cls)["__init__"]
    init.__signature__ = inspect.signature(init)
    parts: dict[str, list[str]] = {"{architecture}": [], "{training}": []}
    for declared in fields(cls):
        types, _, meaning = dedent(declared.metadata["text"]).strip().partition("\n")
        if types:
            meaning = indent(dedent(meaning).strip(), "    ")
            part = "{architecture}" if _is_own(declared.name, cls) else "{training}"
            parts[part].append(
                f"{declared.name} : {types}, default={declared.default!r}\n{meaning}"
            )
    doc = inspect.cleandoc(cls.__doc__ or "")
    for part, entries in parts.items():
        doc = doc.replace(part, "\n".join(entries))
    cls.__doc__ = doc.replace("{attributes}", ATTRIBUTES) + "\n"
    return cls


def _is_own(name: str, cls: type) -> bool:
    """Tell whether a hyperparameter was first declared in the file of a class."""
    first = next(
        c for c in reversed(cls.__mro__) if name in vars(c).get("__annotations__", {})
    )
    return first.__module__ == cls.__module__
