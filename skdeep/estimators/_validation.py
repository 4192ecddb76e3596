"""Rules for hyperparameters: what is allowed, said in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf
from numbers import Integral, Real
from typing import Any

import numpy as np


class Rule:
    """What a hyperparameter may be."""

    def accepts(self, value: Any) -> bool:
        """Tell whether ``value`` is allowed."""
        raise NotImplementedError

    def hint(self, value: Any) -> str:
        """Return a guess at what was meant, or nothing."""
        return ""


@dataclass(frozen=True)
class Number(Rule):
    """A real number between two bounds.

    Parameters
    ----------
    low, high : float
        Bounds.
    closed : {"both", "left", "right", "neither"}
        Which bounds are allowed themselves.
    """

    low: float = -inf
    high: float = inf
    closed: str = "both"

    def accepts(self, value):
        if not isinstance(value, Real) or isinstance(value, bool):
            return False
        number = float(value)
        if number in (self.low, self.high):
            return self.closed in ("both", "left" if number == self.low else "right")
        return self.low < number < self.high

    def __str__(self):
        low = "at least" if self.closed in ("both", "left") else "above"
        high = "at most" if self.closed in ("both", "right") else "below"
        bounds = [f"{low} {self.low:g}"] if self.low > -inf else []
        bounds += [f"{high} {self.high:g}"] if self.high < inf else []
        return " ".join(["a number", " and ".join(bounds)]).strip()


@dataclass(frozen=True)
class Integer(Rule):
    """A whole number of at least ``low``."""

    low: int = 0

    def accepts(self, value):
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        return whole and value >= self.low

    def __str__(self):
        return f"an integer of at least {self.low}"


@dataclass(frozen=True)
class Sizes(Rule):
    """A sequence of positive integers, which may be empty."""

    def accepts(self, value):
        if isinstance(value, str | bytes) or not isinstance(
            value, Sequence | np.ndarray
        ):
            return False
        return all(Integer(1).accepts(size) for size in value)

    def __str__(self):
        return "a sequence of positive integers such as (100, 50), or () for none"


@dataclass(frozen=True)
class Choice(Rule):
    """One of some names, or None where ``None`` is among them."""

    names: tuple[str | None, ...]

    def accepts(self, value):
        return value is None or isinstance(value, str) if value in self.names else False

    def hint(self, value):
        names = [name for name in self.names if name is not None]
        given = str(value)
        # A name with something added to it, or left out, comes before one that is like.
        parts = [n for n in names if given and (n in given or given in n)]
        close = get_close_matches(given, parts or names, 1, 0.0 if parts else 0.6)
        return f" Did you mean {close[0]!r}?" if close else ""

    def __str__(self):
        return "one of " + ", ".join(repr(name) for name in self.names)


@dataclass(frozen=True)
class Instance(Rule):
    """An instance of a class, described by ``text``."""

    kind: type | tuple[type, ...]
    text: str

    def accepts(self, value):
        return isinstance(value, self.kind)

    def __str__(self):
        return self.text


@dataclass(frozen=True)
class Function(Rule):
    """Anything callable, described by ``text``."""

    text: str

    def accepts(self, value):
        # A class is a mistake for an instance of it.
        return callable(value) and not isinstance(value, type)

    def __str__(self):
        return self.text


@dataclass(frozen=True)
class Having(Rule):
    """An instance with a certain method, described by ``text``."""

    method: str
    text: str

    def accepts(self, value):
        return hasattr(value, self.method) and not isinstance(value, str | type)

    def __str__(self):
        return self.text


YES_NO = Instance((bool, np.bool_), "True or False")
NOTHING = Choice((None,))


def check_hyperparameters(
    estimator: Any, rules: Mapping[str, tuple[Rule, ...]]
) -> None:
    """Check every hyperparameter that has rules.

    Parameters
    ----------
    estimator : object
        Its attributes are the values.
    rules : mapping of str to tuple of Rule
        One rule is enough to allow a value.

    Raises
    ------
    ValueError
        At the first value that no rule allows; the message says what is.
    """
    for name, alternatives in rules.items():
        value = getattr(estimator, name)
        for rule in alternatives:
            if _accepts(rule, value):
                break
        else:
            allowed = ", or ".join(str(rule) for rule in alternatives)
            hints = "".join(rule.hint(value) for rule in alternatives)
            if isinstance(value, type):
                hints = f" Did you mean {value.__name__}(), an instance?"
            raise ValueError(
                f"{name}={value!r} is not allowed in {type(estimator).__name__}: "
                f"give {allowed}.{hints}"
            )


def _accepts(rule: Rule, value: Any) -> bool:
    # Arrays and other objects may refuse to be compared with a name.
    try:
        return bool(rule.accepts(value))
    except (TypeError, ValueError):
        return False
