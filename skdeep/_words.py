"""Sentences in the place of NumPy's words on what it could not take for numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

# Of pandas, for sparse columns of something else than zeros.
SPARSE = "fill value must be 0"
# Of NumPy, for arrays of more values than it can count, or than memory holds.
TOO_LARGE = ("Maximum allowed dimension", "array is too big", "Unable to allocate")
# Of NumPy and pandas, where something is no number; scikit-learn hands them on.
SIGNS = (
    "could not convert",
    "float() argument",
    "setting an array element",
    "could not be promoted",
    "Cannot cast",
    "cannot be stored in a single array",
    SPARSE,
)


def are_words_of_numpy(error: Exception) -> bool:
    """Tell whether an error says that something could not be taken for a number."""
    return any(sign in str(error) for sign in SIGNS)


def is_of_polars(error: Exception) -> bool:
    """Tell whether polars could not make an array of what it holds."""
    return type(error).__module__.startswith("polars")


def say_what_is_no_number(error: Exception, name: str) -> NoReturn:
    """Raise an error of the same type that says what is to be given.

    Parameters
    ----------
    error : Exception
        That :func:`are_words_of_numpy`.
    name : str
        What was given.
    """
    if SPARSE in str(error):
        raise ValueError(
            f"{name} has sparse columns of other values than zeros ({error}): give "
            "dense ones, as DataFrame.sparse.to_dense makes them."
        ) from error
    kind = TypeError if isinstance(error, TypeError) else ValueError
    advice = ""
    if "setting an array element" in str(error):
        advice = (
            " If a column holds the sequences, give that column alone, X['its name'], "
            "to an estimator of sequences."
        )
    raise kind(
        f"{name} holds something that is no number ({error}): give numbers only, in an "
        f"array, a data frame, or lists of equal length.{advice}"
    ) from error


def explain_sizes(error: Exception) -> None:
    """Say what words of NumPy or Python on sizes that nothing can have mean.

    Parameters
    ----------
    error : Exception
        What came of a fit; nothing is said of others.
    """
    too_large = any(sign in str(error) for sign in TOO_LARGE)
    if too_large or isinstance(error, OverflowError):
        raise ValueError(
            f"The hyperparameters ask for larger arrays than there can be ({error}): "
            "lower the number of units or filters, or the sizes of windows; of many "
            "samples, lower batch_size."
        ) from error


def explain_numbers(error: Exception, name: str) -> None:
    """Say what words of NumPy on what could not be taken for numbers mean.

    Parameters
    ----------
    error : Exception
        What came of reading an argument; nothing is said of others.
    name : str
        What was given.
    """
    if isinstance(error, OverflowError):
        raise ValueError(
            f"{name} holds a number beyond the range of float64 ({error}): give "
            "smaller ones, such as their logarithms."
        ) from error
    if are_words_of_numpy(error) or is_of_polars(error):
        say_what_is_no_number(error, name)


@contextmanager
def numbers_expected(name: str) -> Iterator[None]:
    """Turn NumPy's words inside of the block into a sentence.

    Parameters
    ----------
    name : str
        What is read.
    """
    try:
        yield
    except Exception as error:
        explain_numbers(error, name)
        raise
