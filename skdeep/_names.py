"""Names of a choice: spelled in any case, with aliases, the nearest one suggested."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, str] = MappingProxyType({})


def find_name(
    value: Any, allowed: Iterable[Any], aliases: Mapping[str, str] = NOTHING
) -> str | None:
    """Return the name that is meant, in any case, or None.

    Parameters
    ----------
    value : object
        What a user gave.
    allowed : iterable of str
        The names there are.
    aliases : dict of str to str, default={}
        Other names in use for them.

    Returns
    -------
    str or None
        One of ``allowed``; None if it is none of them.

    Examples
    --------
    >>> find_name("Max", ("max", "mean"))
    'max'
    >>> find_name("average", ("max", "mean"), {"average": "mean"})
    'mean'
    """
    if not isinstance(value, str):
        return None
    allowed, wanted = tuple(allowed), str(value).strip().lower()
    spellings = (wanted, wanted.replace("-", "_").replace(" ", "_"))
    for name in spellings:
        for found in (name, aliases.get(name)):
            if found is not None and found in allowed:
                return found
    return None


def hint(
    value: Any,
    allowed: Iterable[str],
    aliases: Mapping[str, str] = NOTHING,
    cutoff: float = 0.6,
) -> str:
    """Return the question whether the nearest name was meant, or nothing.

    Parameters
    ----------
    value : object
        What a user gave.
    allowed : iterable of str
        The names there are.
    aliases : dict of str to str, default={}
        Other names in use for them.
    cutoff : float, default=0.6
        How alike names are at least, of 1.

    Returns
    -------
    str
        With a blank before it.
    """
    allowed = tuple(allowed)
    others = [other for other, name in aliases.items() if name in allowed]
    close = get_close_matches(str(value).lower(), [*allowed, *others], 1, cutoff)
    return f" Did you mean {aliases.get(close[0], close[0])!r}?" if close else ""
