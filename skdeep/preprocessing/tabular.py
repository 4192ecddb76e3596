"""Tables of numbers and categories, as they come."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder

from skdeep.preprocessing.imputation import Imputer
from skdeep.preprocessing.standard import StandardScaler


def find_categories(X: pd.DataFrame) -> np.ndarray:
    """Tell by their types which columns hold categories.

    Parameters
    ----------
    X : DataFrame
        Columns of any types.

    Returns
    -------
    ndarray of bool of shape (n_features,)
        True for strings, categories, objects and bools, False for numbers.

    Raises
    ------
    ValueError
        For columns that are neither, such as dates, or what is no data frame.
    """
    if not isinstance(X, pd.DataFrame):
        raise ValueError(
            f"X is of type {type(X).__name__}, which does not tell numbers from "
            "categories: give a data frame, such as pandas.DataFrame(X)."
        )
    kinds = [_is_category(dtype) for dtype in X.dtypes]
    for j, (is_category, dtype) in enumerate(zip(kinds, X.dtypes, strict=True)):
        if not is_category and not types.is_numeric_dtype(dtype):
            raise ValueError(
                f"Column {X.columns[j]!r} has dtype {dtype}, which is neither number "
                "nor category: make numbers or categories of it (of a date, the days "
                "since some other date, the month, the day of the week), or leave it "
                "out."
            )
    return np.array(kinds, dtype=bool)


def _is_category(dtype: Any) -> bool:
    # Of numbers too, bool is one.
    return (
        isinstance(dtype, pd.CategoricalDtype)
        or types.is_bool_dtype(dtype)
        or types.is_object_dtype(dtype)
        or types.is_string_dtype(dtype)
    )


def _category_columns(X: pd.DataFrame) -> list:
    chosen = find_categories(X)
    return X.columns[chosen].tolist()


def _number_columns(X: pd.DataFrame) -> list:
    chosen = ~find_categories(X)
    return X.columns[chosen].tolist()


def make_tabular_pipeline(estimator, *, sampler=None, memory=None, verbose=False):
    """Build the chain that takes a raw data frame to an estimator.

    Numbers are imputed by their median and standardised. Strings, categories, objects
    and bools get the class "Missing" where they are missing, and become one column of
    0 and 1 for each category; one that was not there in fit has 0 in all of them.
    Which columns are which follows from their types in fit.

    Parameters
    ----------
    estimator : estimator
        Any classifier or regressor, of this package or of another.
    sampler : sampler or "passthrough", default=None
        Resamples the encoded training data in fit. None leaves the step out;
        "passthrough" keeps its place, for a search to fill it.
    memory : str or object with the joblib.Memory interface, default=None
        Where to cache the fitted transformers.
    verbose : bool, default=False
        Whether to print the time that each step took.

    Returns
    -------
    skdeep.pipeline.Pipeline
        Steps ``"columns"`` (a ColumnTransformer of ``"numbers"``, with steps
        ``"impute"`` and ``"scale"``, and ``"categories"``, with steps ``"impute"``
        and ``"encode"``), ``"sampler"`` and ``"estimator"``.

    See Also
    --------
    skdeep.MLPClassifier : Has all this inside, with learned vectors for categories,
        by ``categorical_features="from_dtype"``.

    Notes
    -----
    The chain learns medians and scales from all rows that it is given, also from those
    that the estimator holds out for ``early_stopping``.

    Examples
    --------
    >>> import pandas as pd
    >>> from skdeep import MLPClassifier
    >>> from skdeep.preprocessing import make_tabular_pipeline
    >>> X = pd.DataFrame(
    ...     {"age": [20.0, None, 50.0, 40.0], "town": ["Rome", "Bonn", None, "Bonn"]}
    ... )
    >>> model = make_tabular_pipeline(MLPClassifier(solver="lbfgs", random_state=0))
    >>> model.fit(X, ["no", "yes", "no", "yes"]).predict(X).tolist()
    ['no', 'yes', 'no', 'yes']
    >>> model[:-1].get_feature_names_out().tolist()
    ['age', 'town_Bonn', 'town_Missing', 'town_Rome']
    >>> model = model.set_params(columns__numbers__impute__strategy="mean")
    """
    # imbalanced-learn, on which it rests, takes a while to import.
    from skdeep.pipeline import Pipeline

    numbers = [("impute", Imputer(strategy="median")), ("scale", StandardScaler())]
    # Dense, as samplers and most networks need it.
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    categories = [("impute", Imputer(strategy="constant")), ("encode", encoder)]
    columns = ColumnTransformer(
        [
            ("numbers", Pipeline(numbers), _number_columns),
            ("categories", Pipeline(categories), _category_columns),
        ],
        verbose_feature_names_out=False,
    )
    steps = [("columns", columns), ("sampler", sampler), ("estimator", estimator)]
    return Pipeline(
        [step for step in steps if step[1] is not None], memory=memory, verbose=verbose
    )
