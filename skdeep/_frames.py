"""Data frames of any library, and what their columns hold."""

import datetime
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

NUMBERS = (Real, Decimal, np.bool_)
# What objects in a column may not be.
REFUSED = {
    (
        datetime.date,
        datetime.time,
        datetime.timedelta,
        np.datetime64,
        np.timedelta64,
        pd.Period,
    ): "dates or times",
    (complex, np.complexfloating): "complex numbers",
}
COLLECTIONS = (list, tuple, dict, set, frozenset, np.ndarray, pd.Series)
# Packages whose objects are no frames of another library.
COMMON = ("builtins", "numpy", "pandas", "scipy")


def to_pandas(X: Any) -> Any:
    """Return a data frame or column of another library as one of pandas.

    Parameters
    ----------
    X : object
        Anything.

    Returns
    -------
    object
        A pandas.DataFrame or Series for what narwhals knows, else X itself.
    """
    if type(X).__module__.partition(".")[0] in COMMON:
        return X
    # scikit-learn depends on narwhals; without pyarrow it cannot convert by itself.
    import narwhals.stable.v2 as nw

    data = nw.from_native(X, allow_series=True, pass_through=True)
    if isinstance(data, nw.LazyFrame):
        data = data.collect()
    if isinstance(data, nw.Series):
        return _column_to_pandas(data)
    if not isinstance(data, nw.DataFrame):
        return X
    columns = [_column_to_pandas(column) for column in data.iter_columns()]
    return pd.concat(columns, axis=1) if columns else pd.DataFrame()


def take_foreign(X: Any, which: np.ndarray) -> Any:
    """Return rows of a frame or column of another library, in its own type."""
    import narwhals.stable.v2 as nw

    data = nw.from_native(X, allow_series=True)
    if isinstance(data, nw.LazyFrame):
        data = data.collect()
    return data[which].to_native()


def without_column(X: Any, name: str) -> Any:
    """Return a frame of any library without one of its columns."""
    import narwhals.stable.v2 as nw

    return nw.from_native(X).drop(name).to_native()


def like(frame: pd.DataFrame, X: Any, keep_types: bool = False) -> Any:
    """Return a frame of pandas as one of the library that X is of.

    Parameters
    ----------
    frame : pandas.DataFrame
        With the columns of X, and perhaps more.
    X : data frame
        Of any library.
    keep_types : bool, default=False
        Whether to give columns the types that they have in X.

    Returns
    -------
    data frame
        Columns of categories are such again.
    """
    if isinstance(X, pd.DataFrame):
        return frame
    import narwhals.stable.v2 as nw

    given = nw.from_native(X)
    schema = given.collect_schema()
    data, casts = {}, []
    for name, column in frame.items():
        values = column.astype(object).where(column.notna(), None)
        is_number = column.dtype.kind in "biuf"
        data[name] = column.to_numpy() if is_number else values.tolist()
        if keep_types:
            casts.append(nw.col(name).cast(schema[name]))
        elif isinstance(column.dtype, pd.CategoricalDtype):
            casts.append(nw.col(name).cast(nw.Categorical))
    result = nw.from_dict(data, backend=given.implementation)
    return (result.with_columns(*casts) if casts else result).to_native()


def column_like(column: Any, y: Any) -> Any:
    """Return a Series or frame of one column of pandas as one of the library of y."""
    import narwhals.stable.v2 as nw

    given = nw.from_native(y, allow_series=True)
    if isinstance(given, nw.Series):
        return nw.new_series(
            given.name, column.tolist(), given.dtype, backend=given.implementation
        ).to_native()
    return like(column, y, keep_types=True)


def _column_to_pandas(column: Any) -> pd.Series:
    import narwhals.stable.v2 as nw

    dtype = column.dtype
    values: Any = column.to_list()
    # NumPy has no such numbers.
    wide = nw.Decimal, nw.Int128, nw.UInt128
    if dtype.is_numeric() and not isinstance(dtype, wide):
        values = column.to_numpy()
    elif isinstance(dtype, nw.Categorical | nw.Enum):
        values = pd.Categorical(values)
    elif isinstance(dtype, nw.Boolean):
        values = pd.array(values, dtype="boolean" if None in values else "bool")
    elif not isinstance(dtype, nw.String):
        cells = np.empty(len(values), dtype=object)
        cells[:] = values
        values = cells
    return pd.Series(values, name=column.name)


def infer_types(frame: pd.DataFrame) -> pd.DataFrame:
    """Give columns of objects the types of what they hold.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any columns; not changed.

    Returns
    -------
    pandas.DataFrame
        Objects that are all numbers (of any types, Decimal too) are floats, truth
        values are of type bool, or boolean if some are missing. Others are as given.

    Raises
    ------
    ValueError
        For columns of dates, times or complex numbers, and names that occur twice.
    TypeError
        For columns of collections.
    """
    check_names(frame.columns)
    result = frame.copy(deep=False)
    for position, dtype in enumerate(frame.dtypes):
        column = frame.iloc[:, position]
        _refuse_type(column)
        if types.is_object_dtype(dtype):
            result.isetitem(position, _infer_type(column))
    return result


def _refuse_type(column: pd.Series) -> None:
    dtype = column.dtype
    if not (
        isinstance(dtype, pd.CategoricalDtype)
        or types.is_object_dtype(dtype)
        or types.is_string_dtype(dtype)
        or (types.is_numeric_dtype(dtype) and dtype.kind != "c")
    ):
        _refuse(column.name, f"has dtype {dtype}, which is")


def _refuse(name: Any, what: str) -> None:
    raise ValueError(
        f"Column {name!r} {what} neither number nor category: make numbers or "
        "categories of it (of a date, the days since some other date, the month, the "
        "day of the week), or leave it out."
    )


def _infer_type(column: pd.Series) -> pd.Series:
    missing = column.isna()
    found = set(map(type, column[~missing]))
    if any(issubclass(t, COLLECTIONS) for t in found):
        raise TypeError(
            f"Column {column.name!r} holds collections: each argument must be a string "
            "or a number. Sequences are given as a list of arrays, not as a column."
        )
    for kinds, what in REFUSED.items():
        if any(issubclass(t, kinds) for t in found):
            _refuse(column.name, f"holds {what}, which are")
    if not found or not all(issubclass(t, NUMBERS) for t in found):
        return column
    if all(issubclass(t, (bool, np.bool_)) for t in found):
        return column.astype("boolean" if missing.any() else bool)
    try:
        return column.mask(missing, np.nan).astype(float)
    except OverflowError as error:
        raise ValueError(
            f"Column {column.name!r} holds an integer that is too large for a float: "
            "divide it first, or take its logarithm."
        ) from error


def flat_names(columns: Sequence) -> list[str]:
    """Return the names of columns as strings.

    Parameters
    ----------
    columns : pandas.Index
        Names of any types: strings, numbers, dates, tuples.

    Returns
    -------
    list of str
        Those of several levels are joined by "_".

    Raises
    ------
    ValueError
        If two are the same.
    """
    names = [
        "_".join(map(str, name)) if isinstance(name, tuple) else str(name)
        for name in columns
    ]
    check_names(names)
    return names


def names_of(X: Any) -> Any:
    """Return the names of the columns of a data frame of any library."""
    return X.column_names if hasattr(X, "column_names") else X.columns


def check_names(names: Sequence) -> None:
    """Check that there are columns, and no two of the same name.

    Parameters
    ----------
    names : sequence
        Names of any types.

    Raises
    ------
    ValueError
        If there are none, or two are the same.
    """
    if len(names) == 0:
        raise ValueError("X has no columns: give a data frame of at least one.")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(
            f"X has several columns that are called {twice[0]!r}: give each a name of "
            "its own."
        )
