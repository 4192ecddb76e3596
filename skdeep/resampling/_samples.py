"""What counts as samples, how to take some, and how to see them as a table."""

from collections.abc import Callable
from numbers import Number
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_array

from skdeep._forms import check_collection
from skdeep._frames import check_names, infer_types, like, names_of, to_pandas
from skdeep._words import numbers_expected

# A table for imbalanced-learn, and the way back from a resampled one.
TableAndBack = tuple[Any, Callable[[Any], Any]]


def check_samples(X: Any) -> Any:
    """Return X in a form that :func:`take` can index.

    Parameters
    ----------
    X : array-like, sparse matrix, DataFrame, Series or list
        Samples of any kind.

    Returns
    -------
    ndarray, sparse matrix, DataFrame, Series or list
        The samples, not copied where they already are one of these.

    Raises
    ------
    ValueError
        If there are no samples, no features, numbers in one dimension or complex
        numbers.
    """
    if hasattr(X, "collect_schema") and hasattr(X, "collect"):
        X = X.collect()
    check_collection(X, "X")
    if getattr(X, "ndim", 2) == 2 and hasattr(X, "columns"):
        check_names(names_of(X))
    if is_foreign(X):
        return X
    if sparse.issparse(X):
        X = X if X.format in ("csr", "csc") else X.tocsr()
    elif isinstance(X, tuple):
        X = list(X)
    elif not isinstance(X, list) and not hasattr(X, "iloc"):
        with numbers_expected("X"):
            X = np.asarray(X)
        if not X.dtype.isnative:
            # imbalanced-learn makes sparse matrices of some, which SciPy has in this.
            X = X.astype(X.dtype.newbyteorder("="))
    if not is_collection(X) and not (hasattr(X, "columns") and X.size):
        with numbers_expected("X"):
            check_array(
                X,
                dtype=None,
                accept_sparse=True,
                allow_nd=True,
                ensure_all_finite=False,
                input_name="X",
            )
    return X


def is_foreign(X: Any) -> bool:
    """Whether X is a data frame of another library than pandas, such as polars."""
    return hasattr(X, "columns") and not _is_pandas(X)


def is_collection(X: Any) -> bool:
    """Whether X is one-dimensional and holds arrays, texts or other objects.

    Parameters
    ----------
    X : ndarray, sparse matrix, DataFrame, Series or list
        Samples.

    Returns
    -------
    bool
        False for a list of rows of equal length, which is a table.
    """
    if is_foreign(X) or getattr(X, "ndim", 1) != 1 or len(X) == 0:
        return False
    if any(isinstance(sample, Number) for sample in X):
        return False
    return not isinstance(X, list) or len(_common_shape(X) or ()) != 1


def is_table(X: Any) -> bool:
    """Whether X has the shape (n_samples, n_features).

    Parameters
    ----------
    X : ndarray, sparse matrix, DataFrame, Series or list
        Checked samples.

    Returns
    -------
    bool
        True for a list of rows of equal length too.
    """
    return not is_collection(X) and getattr(X, "ndim", 2) == 2


def n_samples(X: Any) -> int:
    """Return the number of samples.

    Parameters
    ----------
    X : ndarray, sparse matrix, DataFrame, Series or list
        Samples.

    Returns
    -------
    int
        Their number.
    """
    return X.shape[0] if hasattr(X, "shape") else len(X)


def take(X: Any, indices: np.ndarray) -> Any:
    """Return some samples of X, in X's own type.

    Parameters
    ----------
    X : ndarray, sparse matrix, DataFrame, Series or list
        Samples.
    indices : ndarray of int
        Which ones, in this order; any of them more than once.

    Returns
    -------
    same type as X
        The samples; those of a list or an object array are not copied.
    """
    if _is_pandas(X):
        return X.iloc[indices]
    if isinstance(X, list):
        return [X[i] for i in indices]
    return X[indices]


def positions(X: Any) -> TableAndBack:
    """Return a table with the position of each sample of X.

    Parameters
    ----------
    X : ndarray, sparse matrix, DataFrame, Series or list
        Samples.

    Returns
    -------
    table : ndarray of shape (n_samples, 1)
        The positions.
    back : callable
        From a table of positions to samples.
    """
    column = np.arange(n_samples(X))[:, np.newaxis]
    return column, lambda new: take(X, new[:, 0])


def numbers(X: Any, sampler: str) -> TableAndBack:
    """Return the numbers of X as a table, those of a sample in one row.

    Whole numbers become floating-point numbers in the table, because differences of
    unsigned ones would wrap around, and are rounded on the way back.

    Parameters
    ----------
    X : ndarray, sparse matrix, DataFrame, Series or list
        Samples of equal shape.
    sampler : str
        How errors call the sampler that needs numbers.

    Returns
    -------
    table : ndarray, sparse matrix or DataFrame of shape (n_samples, n_features)
        The numbers.
    back : callable
        From a resampled table to samples of the kind and type of X.
    """
    if is_foreign(X):
        table, back = numbers(to_pandas(X), sampler)
        return table, lambda new: like(back(new), X, keep_types=True)
    if is_collection(X):
        return _numbers_of_collection(X, sampler)
    if isinstance(X, list):
        table, back = numbers(np.asarray(X), sampler)
        return table, lambda new: back(new).tolist()
    if _is_pandas(X):
        return _numbers_of_frame(X, sampler)
    check_complete(X, sampler)
    if X.ndim > 2:
        _check_no_codes(X.dtype, sampler)
        table, back = numbers(X.reshape(len(X), -1), sampler)
        return table, lambda new: back(new).reshape(-1, *X.shape[1:])
    if X.dtype.kind in "biu":
        table = X.astype(np.result_type(X.dtype, np.float32))
        return table, lambda new: _as_whole(new, X.dtype)
    # A smoothed bootstrap of imbalanced-learn's comes back in double precision.
    dtype = X.dtype if X.dtype.kind == "f" else None
    # SciPy's sparse matrices hold no half precision.
    table = X.astype(np.float32) if X.dtype == np.float16 else X
    return table, lambda new: new if dtype is None else new.astype(dtype, copy=False)


def _numbers_of_frame(X: Any, sampler: str) -> TableAndBack:
    frame = infer_types(X)
    check_complete(frame, sampler)
    whole = [j for j, dtype in enumerate(frame.dtypes) if dtype.kind in "biu"]
    for j in whole:
        frame.isetitem(j, frame.iloc[:, j].astype(float))

    def back(new: Any) -> Any:
        new = new.copy(deep=False)
        for j in whole:
            dtype = X.dtypes.iloc[j]
            if dtype.kind in "biu":
                new.isetitem(j, _as_whole(new.iloc[:, j], dtype.type))
        return new.astype(X.dtypes)

    return frame, back


def check_complete(X: Any, sampler: str) -> None:
    """Check that no numbers are missing.

    Parameters
    ----------
    X : ndarray, sparse matrix or DataFrame
        Columns that are no numbers are left out.
    sampler : str
        How errors call the sampler that needs numbers.

    Raises
    ------
    ValueError
        If some are.
    """
    where = ""
    if _is_pandas(X):
        numeric = X.loc[:, [dtype.kind in "biufc" for dtype in X.dtypes]]
        names = numeric.columns[numeric.isna().any()].tolist()
        where = f" in {names}" if names else ""
    elif isinstance(X, np.ndarray) and X.dtype.kind == "f" and np.isnan(X).any():
        where = " "
    if where:
        raise ValueError(
            f"Input X contains NaN{where.rstrip()}, and {sampler} interpolates between "
            "numbers: fill them in first, as by skdeep.preprocessing.Imputer in a "
            "pipeline, or use RandomOverSampler."
        )


def _check_no_codes(dtype: np.dtype, sampler: str) -> None:
    """Refuse sequences of wide integers, which are codes more often than amounts."""
    if dtype.kind in "iu" and dtype.itemsize >= 4:
        raise ValueError(
            f"{sampler} interpolates between numbers, and X holds sequences of type "
            f"{dtype}, which may be codes of words or categories: use "
            "RandomOverSampler for codes; if they are amounts, give X as float."
        )


def _as_whole(new: Any, dtype: Any) -> Any:
    """Round, and keep within what the type can hold."""
    if sparse.issparse(new):
        new = new.copy()
        new.data = _as_whole(new.data, dtype)
        return new
    if np.dtype(dtype).kind == "b":
        return (np.asarray(new) >= 0.5).astype(dtype)
    limits = np.iinfo(dtype)
    high = np.float64(limits.max)
    if int(high) > limits.max:
        # Rounded to a number that the type does not hold.
        high = np.nextafter(high, 0)
    return np.clip(np.rint(new), limits.min, high).astype(dtype)


def _numbers_of_collection(X: Any, sampler: str) -> TableAndBack:
    shape = _common_shape(X)
    if not shape:
        raise ValueError(
            f"{sampler} interpolates between samples, which needs arrays of one shape, "
            "but the samples in X differ in shape or are no arrays: pad the sequences "
            "first, or use RandomOverSampler, which takes samples of any kind."
        )
    stacked = np.stack(list(X))
    _check_no_codes(stacked.dtype, sampler)
    table, back = numbers(stacked.reshape(len(X), -1), sampler)

    def restore(new: Any) -> Any:
        samples = list(back(new).reshape(-1, *shape))
        if isinstance(X, list):
            return samples
        objects = np.empty(len(samples), dtype=object)
        objects[:] = samples
        return type(X)(objects, name=X.name) if _is_pandas(X) else objects

    return table, restore


def _common_shape(X: Any) -> tuple[int, ...] | None:
    """Return the shape that all samples have, or None."""
    try:
        shapes = {np.shape(sample) for sample in X}
    except ValueError:  # a nested list that is ragged itself
        return None
    return shapes.pop() if len(shapes) == 1 else None


def _is_pandas(X: Any) -> bool:
    return hasattr(X, "iloc")
