"""Tables of numbers and categories, as they come."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.validation import check_is_fitted

from skdeep._frames import flat_names, infer_types, to_pandas
from skdeep._learned import all_or_nothing
from skdeep._spellings import aliases_of
from skdeep.preprocessing._choices import choose
from skdeep.preprocessing.encoding import FEWEST, warn_of_unseen
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
    dtypes = infer_types(X).dtypes
    # Of numbers too, bool is one.
    return np.array(
        [types.is_bool_dtype(t) or not types.is_numeric_dtype(t) for t in dtypes],
        dtype=bool,
    )


class ColumnReader(ColumnTransformer):
    """A ColumnTransformer that reads data frames of any library and any types.

    What holds numbers and what holds categories follows from the types in fit
    (:func:`find_categories`). The transformers get a data frame with names of strings,
    numbers as they are, and categories as strings, None where they are missing. What
    is a number or a category in fit is read as such later, whatever its type.

    Attributes
    ----------
    categories_ : dict of str to ndarray
        The categories that fit has seen, by the names of their columns.
    names_ : list of str
        The names of all columns.
    """

    @all_or_nothing
    def fit_transform(self, X, y=None, **params):
        """Fit all transformers and transform X.

        Parameters
        ----------
        X : DataFrame of shape (n_samples, n_features)
            Of pandas, polars or any other library that narwhals knows.
        y : array-like of shape (n_samples,), default=None
            Targets, for transformers that take them.
        **params : dict
            What else ``fit`` of the transformers takes.

        Returns
        -------
        ndarray or DataFrame of shape (n_samples, n_features_out)
        """
        X = to_pandas(X)
        is_category = find_categories(X)
        self.names_ = flat_names(X.columns)
        chosen = np.array(self.names_, dtype=object)[is_category]
        self.categories_ = dict.fromkeys(chosen)
        frame = self._read(X)
        self.categories_ = {name: frame[name].dropna().unique() for name in chosen}
        return super().fit_transform(frame, y, **params)

    def transform(self, X, **params):
        """Transform X by the fitted transformers.

        Parameters
        ----------
        X : DataFrame of shape (n_samples, n_features)
            With the columns of fit; others are ignored.
        **params : dict
            What else ``transform`` of the transformers takes.

        Returns
        -------
        ndarray or DataFrame of shape (n_samples, n_features_out)
        """
        check_is_fitted(self, "names_")
        frame = self._read(to_pandas(X))
        strange = []
        for name in filter(self.categories_.__contains__, frame.columns):
            observed = frame[name].dropna()
            is_unseen = ~observed.isin(self.categories_[name])
            if len(observed) >= FEWEST and is_unseen.mean() > 0.5:
                strange.append(name)
        warn_of_unseen(strange)
        return super().transform(frame, **params)

    def _read(self, X: Any) -> pd.DataFrame:
        """Return the columns that were there in fit, each of its kind."""
        if not isinstance(X, pd.DataFrame):
            find_categories(X)
        frame = X.set_axis(flat_names(X.columns), axis=1)
        known = set(self.names_)
        frame = frame[[name for name in frame.columns if name in known]]
        # Columns of other names may hold what is neither number nor category.
        frame = infer_types(frame)
        for name in frame.columns:
            column = frame[name]
            if name in self.categories_:
                frame[name] = _as_category(column)
            elif types.is_numeric_dtype(column.dtype):
                frame[name] = _as_number(column)
            elif column.isna().all():
                frame[name] = np.nan
            else:
                raise ValueError(
                    f"Column {name!r} has dtype {column.dtype}, and was numeric in "
                    "fit: give numbers, or fit again on data with categories."
                )
        return frame


def _as_number(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, np.dtype):
        return column.astype(float) if column.dtype == bool else column
    return column.astype("Float64").astype(float)


def _as_category(column: pd.Series) -> pd.Series:
    """Return strings: 2, 2.0 and "2" are the same category."""
    missing = column.isna()
    column = column.astype(object)
    names = {value: _name(value) for value in column[~missing].unique()}
    return column.map(names).astype(object).where(~missing, None)


def _name(value: Any) -> str:
    is_whole = isinstance(value, float | np.floating) and value.is_integer()
    return str(int(value) if is_whole else value)


def make_tabular_pipeline(estimator, *, sampler=None, memory=None, verbose=False):
    """Build the chain that takes a raw data frame to an estimator.

    Numbers are imputed by their median and standardised. Strings, categories, objects
    and bools get the class "Missing" where they are missing, and become one column of
    0 and 1 for each category; one that was not there in fit has 0 in all of them.
    Which columns are which follows from their types in fit: objects that are all
    numbers are numbers. Data frames of pandas and polars are taken, with column names
    of any type.

    Parameters
    ----------
    estimator : estimator
        Any classifier or regressor, of this package or of another.
    sampler : sampler, {"over", "under", "passthrough"} or None, default=None
        Resamples the encoded training data in fit: any sampler, or "over" for a
        :class:`~skdeep.resampling.RandomOverSampler` and "under" for a
        :class:`~skdeep.resampling.RandomUnderSampler`. None leaves the step out;
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
        and ``"encode"``), ``"sampler"``, and the estimator, whose step is named after
        its class in lower case, as by :func:`~skdeep.pipeline.make_pipeline`.

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
    from skdeep.resampling import RandomOverSampler, RandomUnderSampler

    if isinstance(sampler, str):
        choices = {"over": RandomOverSampler(), "under": RandomUnderSampler()}
        name = choose(
            sampler,
            "sampler",
            "make_tabular_pipeline",
            (*choices, "passthrough"),
            aliases_of(choices),
            ", or an object with fit_resample",
        )
        sampler = choices.get(name, name)
    elif sampler is not None and (
        isinstance(sampler, type) or not hasattr(sampler, "fit_resample")
    ):
        is_class = isinstance(sampler, type)
        meant = f" Did you mean {sampler.__name__}(), an instance?" if is_class else ""
        raise ValueError(
            f"sampler={sampler!r} is not allowed in make_tabular_pipeline: give one of "
            f"'over', 'under', 'passthrough', or an object with fit_resample.{meant}"
        )
    numbers = [("impute", Imputer(strategy="median")), ("scale", StandardScaler())]
    # Dense, as samplers and most networks need it.
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    categories = [("impute", Imputer(strategy="constant")), ("encode", encoder)]
    columns = ColumnReader(
        [
            (
                "numbers",
                Pipeline(numbers),
                make_column_selector(dtype_include="number"),
            ),
            (
                "categories",
                Pipeline(categories),
                make_column_selector(dtype_exclude="number"),
            ),
        ],
        verbose_feature_names_out=False,
    )
    name = type(estimator).__name__.lower()
    steps = [("columns", columns), ("sampler", sampler), (name, estimator)]
    return Pipeline(
        [step for step in steps if step[1] is not None], memory=memory, verbose=verbose
    )
