"""The state of training as a flat dict of arrays and plain values, and back.

Keys are words joined by dots. Values are arrays, or what JSON has: int, str, bool.
Floats are arrays of no axes, as JSON has no infinity.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

State = dict[str, Any]


def flatten(nested: Mapping[str, Any]) -> State:
    """Return the entries of dicts in dicts under joined keys.

    Examples
    --------
    >>> flatten({"a": {"b": 1, "c": {"d": 2}}, "e": 3})
    {'a.b': 1, 'a.c.d': 2, 'e': 3}
    """
    flat: State = {}
    for key, value in nested.items():
        if isinstance(value, Mapping):
            flat.update({f"{key}.{k}": v for k, v in flatten(value).items()})
        elif isinstance(value, np.ndarray):
            flat[key] = value.copy()
        else:
            flat[key] = np.asarray(value) if isinstance(value, float) else value
    return flat


def part(state: Mapping[str, Any], name: str) -> State:
    """Return the entries under ``name``, without it.

    Examples
    --------
    >>> part({"a.b": 1, "a.c.d": 2, "e": 3}, "a")
    {'b': 1, 'c.d': 2}
    """
    start = f"{name}."
    return {k.removeprefix(start): v for k, v in state.items() if k.startswith(start)}


def generator_state(rng: np.random.Generator) -> dict[str, Any]:
    """Return what decides the numbers that ``rng`` draws next."""
    return dict(rng.bit_generator.state)


def restore_generator(rng: np.random.Generator, flat: Mapping[str, Any]) -> None:
    """Let ``rng`` draw the numbers that the generator of that state would have drawn.

    Parameters
    ----------
    rng : numpy.random.Generator
        Changed in place.
    flat : dict
        The generator's state, flat.
    """
    nested: dict[str, Any] = {}
    for key, value in flat.items():
        *outer, last = key.split(".")
        place = nested
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = value
    rng.bit_generator.state = nested


def check_alike(state: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Check that a state has the same entries as another, of the same kinds.

    Parameters
    ----------
    state, expected : dict
        The one to check, and the other. Strings are names, which have to be the same.

    Raises
    ------
    ValueError
        If an entry is missing, is too many, or is of another kind.
    """
    for key, like in expected.items():
        if key not in state:
            raise ValueError(
                f"The state of training has no entry {key!r}, which this trainer "
                "needs: load it into a trainer with the settings it was taken from."
            )
        found, needed = _kind(state[key]), _kind(like)
        if found != needed:
            raise ValueError(
                f"The state of training has {found} for {key!r}, where this trainer "
                f"needs {needed}: load it into a trainer with the settings it was "
                "taken from."
            )
    extra = sorted(state.keys() - expected.keys())
    if extra:
        raise ValueError(
            f"The state of training has an entry {extra[0]!r}, which this trainer has "
            "no use for: load it into a trainer with the settings it was taken from."
        )


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    return repr(value) if isinstance(value, str) else type(value).__name__
