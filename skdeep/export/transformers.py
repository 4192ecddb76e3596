"""Fitted transformers in the form in which skl2onnx takes them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn import preprocessing
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from skdeep.export.inputs import NO_TEXT
from skdeep.preprocessing import Imputer, MinMaxScaler, RobustScaler, StandardScaler
from skdeep.preprocessing.tabular import ColumnReader

# Of two-dimensional tables, they do what their base in scikit-learn does.
SAME = {
    MinMaxScaler: preprocessing.MinMaxScaler,
    RobustScaler: preprocessing.RobustScaler,
    StandardScaler: preprocessing.StandardScaler,
}


def as_scikit_learn(model: Any) -> Any:
    """Return a copied model with transformers in the form that skl2onnx knows.

    skdeep's pipelines and transformers of tables become those of scikit-learn that do
    the same, and what is missing among strings becomes "".

    Parameters
    ----------
    model : fitted estimator
        A copy, which is changed.

    Returns
    -------
    fitted estimator
        That of scikit-learn.

    Raises
    ------
    ValueError
        If an encoder has a category for what is missing that skl2onnx would get wrong.
    """
    if isinstance(model, Pipeline):
        model = _of_class(Pipeline, model)
        steps = [(name, as_scikit_learn(step)) for name, step in model.steps]
        # Samplers resample in fit alone.
        model.steps = [s for s in steps if not hasattr(s[1], "fit_resample")]
    elif isinstance(model, ColumnTransformer):
        model = _of_class(ColumnTransformer, model)
        model.transformers_ = [
            (name, as_scikit_learn(step), columns)
            for name, step, columns in model.transformers_
            if np.size(columns)
        ]
    elif isinstance(model, OneHotEncoder | OrdinalEncoder):
        model.categories_ = [_named(model, c) for c in model.categories_]
    elif isinstance(model, SimpleImputer):
        _mark_missing(model)
    elif isinstance(model, Imputer):
        imputer = SimpleImputer(strategy="constant")
        model = _of_class(SimpleImputer, imputer, vars(model))
        _mark_missing(model)
    elif type(model) in SAME:
        kind = SAME[type(model)]
        model = _of_class(kind, kind(), vars(model))
    return model


def _of_class(kind: Any, model: Any, state: Any = None) -> Any:
    result = kind.__new__(kind)
    vars(result).update(vars(model))
    vars(result).update(state or {})
    return result


def _mark_missing(imputer: Any) -> None:
    if any(isinstance(value, str) for value in imputer.statistics_):
        imputer.missing_values = NO_TEXT


def _named(encoder: Any, categories: np.ndarray) -> np.ndarray:
    """Return categories of strings with "" for what is missing."""
    missing = pd.isna(categories)
    is_text = any(isinstance(c, str) for c in categories)
    if missing.any() and (not is_text or isinstance(encoder, OrdinalEncoder)):
        raise ValueError(
            f"{type(encoder).__name__} was fitted to a column with gaps, whose code "
            "skl2onnx does not know: put an imputer before it, or take "
            "skdeep.preprocessing.CategoricalEncoder."
        )
    if not is_text:
        return categories
    return np.where(missing, NO_TEXT, categories.astype(object))


def texts_of(model: Any) -> set[str]:
    """Return the names of columns that a model reads as strings, whatever they are."""
    return {
        name
        for step in _steps(model)
        if isinstance(step, ColumnReader)
        for name in step.categories_
    }


def _steps(model: Any) -> Iterator[Any]:
    while hasattr(model, "best_estimator_"):
        model = model.best_estimator_
    yield model
    for _, step in getattr(model, "steps", ()):
        yield from _steps(step)
