"""Hyperparameters that are names: spelled in any case, with aliases."""

from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

import numpy as np

from skdeep._names import NOTHING, find_name, hint
from skdeep._spellings import other_advice


def choose(
    value: Any,
    name: str,
    owner: str,
    allowed: Iterable[str],
    aliases: Mapping[str, str] = NOTHING,
    otherwise: str = "",
) -> str:
    """Return the name that is meant.

    Parameters
    ----------
    value : object
        What a user gave.
    name, owner : str
        The hyperparameter and the class that has it, for errors.
    allowed : iterable of str
        The names there are.
    aliases : dict of str to str, default={}
        Other names in use for them.
    otherwise : str, default=""
        What else may be given, for errors.

    Returns
    -------
    str
        One of ``allowed``.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    allowed = tuple(allowed)
    found = find_name(value, allowed, aliases)
    if found is None:
        wanted = value if isinstance(value, str) else ""
        meant = other_advice(name, value) or hint(wanted, allowed, aliases)
        raise ValueError(
            f"{name}={value!r} is not allowed in {owner}: give one of "
            f"{', '.join(map(repr, allowed))}{otherwise}.{meant}"
        )
    return found


def check_flag(value: Any, name: str, owner: str) -> None:
    """Check that a hyperparameter is a truth value.

    Parameters
    ----------
    value : object
        What a user gave.
    name, owner : str
        The hyperparameter and the class that has it, for errors.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if not isinstance(value, bool | np.bool_):
        raise ValueError(
            f"{name}={value!r} is not allowed in {owner}: give True or False."
        )


def check_pair(value: Any, name: str, owner: str) -> None:
    """Check that a sequence, which scikit-learn has to look into, is two numbers.

    Parameters
    ----------
    value : object
        What a user gave; scikit-learn refuses what is no sequence.
    name, owner : str
        The hyperparameter and the class that has it, for errors.

    Raises
    ------
    ValueError
        If it is a sequence of anything else.
    """
    if not isinstance(value, tuple | list):
        return
    numbers = len(value) == 2 and all(isinstance(bound, Real) for bound in value)
    # NaN differs from itself.
    if not numbers or any(bound != bound for bound in value):
        raise ValueError(
            f"{name}={value!r} is not allowed in {owner}: give two numbers, (lowest, "
            "highest)."
        )
