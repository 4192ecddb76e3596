"""Warnings that name the user's line."""

import inspect
import warnings
from typing import Any

# Packages between a user's line and ours: pipelines, searches, callbacks.
BETWEEN = frozenset({"skdeep", "sklearn", "imblearn", "joblib", "contextlib"})


def warn_user(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn, and name the line from which the libraries were called.

    Parameters
    ----------
    message : str
        What is wrong, and what to do.
    category : type, default=UserWarning
        Kind of the warning.
    """
    level, frame = 1, inspect.currentframe()
    while frame is not None and _package(frame) in BETWEEN:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level if frame is not None else 2)


def _package(frame: Any) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
