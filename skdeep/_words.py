"""Sentences in the place of NumPy's words on what it could not take for numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

# Of NumPy and pandas, where something is no number; scikit-learn hands them on.
SIGNS = (
    "could not convert",
    "float() argument",
    "setting an array element",
    "could not be promoted",
    "Cannot cast",
    "cannot be stored in a single array",
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
    except (TypeError, ValueError) as error:
        if are_words_of_numpy(error):
            say_what_is_no_number(error, name)
        raise
