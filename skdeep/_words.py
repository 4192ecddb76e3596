"""Sentences in the place of NumPy's words on what it could not take for numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

# Of pandas, for sparse columns of something else than zeros.
SPARSE = "fill value must be 0"
# Of NumPy, for arrays of more values than it can count.
TOO_LARGE = ("Maximum allowed dimension", "array is too big")
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
    raise kind(
        f"{name} holds something that is no number ({error}): give numbers only, in an "
        "array, a data frame, or lists of equal length."
    ) from error


@contextmanager
def sizes_expected() -> Iterator[None]:
    """Turn words of NumPy and Python on sizes that nothing can have into a sentence."""
    try:
        yield
    except (OverflowError, ValueError) as error:
        too_large = any(sign in str(error) for sign in TOO_LARGE)
        if not too_large and isinstance(error, ValueError):
            raise
        raise ValueError(
            f"The hyperparameters ask for larger arrays than there can be ({error}): "
            "lower the number of units or filters, or the sizes of windows."
        ) from error


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
    except OverflowError as error:
        raise ValueError(
            f"{name} holds a number beyond the range of float64 ({error}): give "
            "smaller ones, such as their logarithms."
        ) from error
    except (TypeError, ValueError) as error:
        if are_words_of_numpy(error):
            say_what_is_no_number(error, name)
        raise
