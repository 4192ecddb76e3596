"""Hyperparameters: default, rule and text, declared once; their check."""

import contextlib
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from math import inf
from numbers import Integral, Real
from typing import Any

import numpy as np

from skdeep._forms import warn_user
from skdeep._names import find_name, hint
from skdeep._spellings import (
    NUMBERS_BELONG,
    SCORERS,
    STRANGERS,
    aliases_of,
    other_advice,
)
from skdeep.nn import (
    ACTIVATIONS,
    INITIALIZERS,
    BatchNorm,
    Dropout,
    Initializer,
    Layer,
    Serial,
)
from skdeep.nn.reach import inner_layers


class Rule:
    """Condition on a hyperparameter."""

    def accepts(self, value: Any) -> bool:
        """Tell whether ``value`` is allowed."""
        raise NotImplementedError

    def hint(self, value: Any) -> str:
        """Return a guess at what was meant, or nothing."""
        return ""

    def meaning(self, value: Any) -> Any:
        """Return what a value that is allowed stands for."""
        return value


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
        if not isinstance(value, Real) or isinstance(value, bool | np.timedelta64):
            return False
        try:
            number = float(value)
        except OverflowError:
            return False
        if number in (self.low, self.high):
            return self.closed in ("both", "left" if number == self.low else "right")
        return self.low < number < self.high

    def hint(self, value):
        return _number_meant(value, float, self)

    def __str__(self):
        low = "at least" if self.closed in ("both", "left") else "above"
        high = "at most" if self.closed in ("both", "right") else "below"
        bounds = [f"{low} {self.low:g}"] if self.low > -inf else []
        bounds += [f"{high} {self.high:g}"] if self.high < inf else []
        return " ".join(["a number", " and ".join(bounds)]).strip()


def _number_meant(value: Any, kind: Any, rule: Rule) -> str:
    """Return the question whether the number in a string, or a whole one, was meant."""
    if not isinstance(value, str | float):
        return ""
    try:
        number = float(value)
        meant = int(number) if kind is int else number
    except (OverflowError, ValueError):
        return ""
    same = number == meant and rule.accepts(meant)
    return f" Did you mean {meant!r}?" if same else ""


@dataclass(frozen=True)
class Quantiles(Rule):
    """Several quantiles, in ascending order."""

    def accepts(self, value):
        if not isinstance(value, list | tuple | np.ndarray) or not len(value):
            return False
        inside = all(Number(0, 1, "neither").accepts(quantile) for quantile in value)
        return inside and all(low < high for low, high in pairwise(value))

    def __str__(self):
        return "a list of such numbers in ascending order, such as [0.1, 0.5, 0.9]"


@dataclass(frozen=True)
class Integer(Rule):
    """A whole number of at least ``low``, and at most ``high`` if that is given."""

    low: int = 0
    high: int | None = None

    def accepts(self, value):
        # NumPy's durations pass for integers.
        strange = isinstance(value, bool | np.timedelta64)
        whole = isinstance(value, Integral) and not strange
        return whole and value >= self.low and (self.high is None or value <= self.high)

    def hint(self, value):
        return _number_meant(value, int, self)

    def __str__(self):
        most = "" if self.high is None else f" and at most {self.high}"
        return f"an integer of at least {self.low}{most}"


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
        if not isinstance(value, str):
            # An array of None would be equal to it.
            return value is None and None in self.names
        if value in self.names or not self._given_names:
            return value in self.names
        return find_name(value, self._given_names, aliases_of(self.names)) is not None

    def meaning(self, value):
        if value in self.names:
            return value
        return find_name(value, self._given_names, aliases_of(self.names))

    @property
    def _given_names(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name is not None)

    def hint(self, value):
        nothing = value is False or str(value).strip().lower() in ("none", "null", "")
        if None in self.names and nothing:
            return " Did you mean None?"
        if not isinstance(value, str) or value.lower() in STRANGERS:
            return ""
        names = self._given_names
        # A name with something added to it, or left out, comes before one that is like.
        parts = [n for n in names if value and (n in value or value in n)]
        if parts:
            return hint(value, parts, cutoff=0.0)
        return hint(value, names, aliases_of(names))

    def __str__(self):
        among = "one of " if len(self.names) > 1 else ""
        return among + ", ".join(repr(name) for name in self.names)


@dataclass(frozen=True)
class TypeName(Choice):
    """The name of a type of numbers, or the type itself."""

    def accepts(self, value):
        return super().accepts(self._name(value))

    def meaning(self, value):
        return super().meaning(self._name(value))

    @staticmethod
    def _name(value: Any) -> Any:
        is_type = isinstance(value, type | np.dtype)
        return np.dtype(value).name if is_type else value


@dataclass(frozen=True)
class ScorerName(Rule):
    """The name of a scorer of scikit-learn."""

    def accepts(self, value):
        return isinstance(value, str) and value in self._names

    @property
    def _names(self) -> tuple[str, ...]:
        # Here, as a fit that is judged by the loss needs no metrics.
        from sklearn.metrics import get_scorer_names

        return tuple(get_scorer_names())

    def hint(self, value):
        if not isinstance(value, str):
            return ""
        # Of a scorer, the name of its function in sklearn.metrics.
        name, names = value.strip().lower(), (*self._names, "loss")
        short = name.removesuffix("_score")
        meant = SCORERS.get(short.replace("-", "_"), short)
        if meant in names:
            return f" Did you mean {meant!r}?"
        return hint(name, names, SCORERS)

    def __str__(self):
        return "the name of a scorer of scikit-learn (sklearn.metrics.get_scorer_names)"


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
class YesNo(Instance):
    """A truth value."""

    def hint(self, value):
        words = {"0": False, "1": True, "no": False, "yes": True}
        words |= {"false": False, "true": True}
        meant = words.get(str(value).strip().lower())
        return "" if meant is None else f" Did you mean {meant}?"


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


@dataclass(frozen=True)
class Several(Rule):
    """A list of components, each an instance or a name, described by ``text``."""

    kind: type
    named: Mapping[str, type]
    held_by: type
    text: str

    def accepts(self, value):
        return (
            isinstance(value, list | tuple)
            and len(value) > 0
            and all(isinstance(self._one(part), self.kind) for part in value)
        )

    def meaning(self, value):
        return self.held_by([self._one(part) for part in value])

    def hint(self, value):
        if not isinstance(value, list | tuple):
            return ""
        strangers = [p for p in value if not isinstance(self._one(p), self.kind)]
        if not strangers:
            return ""
        if isinstance(strangers[0], type):
            return f" Did you mean {strangers[0].__name__}(), an instance?"
        return (
            Choice(tuple(self.named)).hint(strangers[0])
            or f" {strangers[0]!r} is none of them."
        )

    def _one(self, part: Any) -> Any:
        name = find_name(part, self.named, aliases_of(self.named))
        return part if name is None else self.named[name]()

    def __str__(self):
        return self.text


@dataclass(frozen=True)
class ClassWeights(Rule):
    """A dict, or a list of dicts, described by ``text``."""

    text: str

    def accepts(self, value):
        parts = value if isinstance(value, list) and value else [value]
        return all(isinstance(part, Mapping) for part in parts)

    def hint(self, value):
        is_list = getattr(value, "ndim", int(isinstance(value, list | tuple))) == 1
        return " Of a list of weights make one: dict(enumerate(weights))." * is_list

    def __str__(self):
        return self.text


@dataclass(frozen=True)
class Columns(Rule):
    """Names, positions or a mask of columns."""

    def accepts(self, value):
        if isinstance(value, str) or np.ndim(value) != 1:
            return False
        columns = np.asarray(value)
        return columns.dtype.kind in "biu" or all(isinstance(c, str) for c in columns)

    def hint(self, value):
        like_a_name = Choice(("from_dtype",)).hint(value)
        is_one = isinstance(value, str) and not like_a_name
        return f" Of one column give a list, [{value!r}]." if is_one else like_a_name

    def __str__(self):
        return "a list of names or of positions of columns, or a mask of bools"


@dataclass(frozen=True)
class SampleShape(Rule):
    """The shape of a sample."""

    def accepts(self, value):
        return Sizes().accepts(value) and 1 <= len(value) <= 3

    def __str__(self):
        return "the shape of one sample such as (28, 28, 1), the channels last"


@dataclass(frozen=True)
class Nested(Rule):
    """A positive integer, a tuple of them for axes, or a list of these for blocks."""

    def accepts(self, value):
        if isinstance(value, list | tuple | np.ndarray):
            return len(value) > 0 and all(self.accepts(part) for part in value)
        return Integer(1).accepts(value)

    def __str__(self):
        return (
            "a positive integer, a tuple with one for each axis, or a list with one of "
            "these for each block"
        )


@dataclass(frozen=True)
class NotEmpty(Sizes):
    """A sequence of positive integers with one entry at least."""

    def accepts(self, value):
        return super().accepts(value) and len(value) > 0

    def __str__(self):
        return "a sequence of positive integers such as (32, 64), one for each block"


def as_sizes(value: Any) -> list[int]:
    """Return the units of each layer, of which an integer is one."""
    return [int(size) for size in np.atleast_1d(value)]


YES_NO = YesNo((bool, np.bool_), "True or False")
NOTHING = Choice((None,))
# Of blocks: one number, or one for each of them.
COUNTS = (Integer(1), NotEmpty())
SIZES = (Integer(1), Sizes())
SHARE = Number(0, 1, "left")
ACTIVATION = (Choice(tuple(ACTIVATIONS)), Instance(Layer, "a layer of skdeep.nn"))
INITIALIZER = (
    Choice(("auto", *INITIALIZERS)),
    Instance(Initializer, "an initializer of skdeep.nn"),
)


def hyperparameter(default: Any, *rules: Rule, text: str = "", **options: Any) -> Any:
    """Declare a hyperparameter of an estimator, which is a dataclass.

    Parameters
    ----------
    default : object
        Default value; not an instance that could be shared and changed.
    *rules : Rule
        One rule is enough to allow a value.
    text : str, default=""
        Type, and below it the meaning, for the docstrings of all estimators that
        share it. What only some have stands in their docstrings as plain text.
    **options : dict
        Of :func:`dataclasses.field`, such as ``kw_only``.

    Returns
    -------
    dataclasses.Field
        The field.
    """
    return field(default=default, metadata={"rules": rules, "text": text}, **options)


def with_default(owner: type, name: str, default: Any, text: str = "") -> Any:
    """Declare a hyperparameter of a base class again, with another default, or text."""
    metadata = dict(next(f.metadata for f in fields(owner) if f.name == name))
    metadata["text"] = text or metadata["text"]
    return field(default=default, metadata=metadata, kw_only=True)


def meanings(estimator: Any) -> dict[str, Any]:
    """Return what hyperparameters stand for, of those that stand for something else.

    Parameters
    ----------
    estimator : dataclass instance
        Its attributes are the values.

    Returns
    -------
    dict
        Names in our spelling, and numbers of Python in place of NumPy's, whose
        arithmetic overflows in their own type.
    """
    found = {}
    for declared in fields(estimator):
        value = meant = getattr(estimator, declared.name)
        for rule in declared.metadata["rules"]:
            if _accepts(rule, value):
                meant = rule.meaning(value)
                break
        meant = _without_numpy(meant)
        if meant is not value:
            found[declared.name] = meant
    return found


def _without_numpy(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufU":
        return value.tolist()
    if isinstance(value, Real) and not isinstance(value, int | float):
        # Fractions, whose arithmetic NumPy does not know.
        return float(value)
    if type(value) in (list, tuple):
        plain = [_without_numpy(part) for part in value]
        if any(a is not b for a, b in zip(plain, value, strict=True)):
            return type(value)(plain)
    return value


def plain(estimator: Any) -> Any:
    """Return the estimator, or a copy whose hyperparameters are what they stand for."""
    changed = meanings(estimator)
    if changed:
        estimator = copy.copy(estimator)
        vars(estimator).update(changed)
    return estimator


@contextlib.contextmanager
def in_plain_words(estimator: Any) -> Iterator[None]:
    """Let hyperparameters be what they stand for as long as a fit runs."""
    changed = meanings(estimator)
    given = {name: getattr(estimator, name) for name in changed}
    vars(estimator).update(changed)
    try:
        yield
    finally:
        vars(estimator).update(given)


def check_hyperparameters(estimator: Any) -> None:
    """Check every hyperparameter of an estimator against its rules.

    Parameters
    ----------
    estimator : dataclass instance
        Its attributes are the values.

    Raises
    ------
    ValueError
        At the first value that no rule allows; the message says what is.
    """
    for declared in fields(estimator):
        name, rules = declared.name, declared.metadata["rules"]
        value = getattr(estimator, name)
        if any(_accepts(rule, value) for rule in rules):
            continue
        allowed = ", or ".join(str(rule) for rule in rules)
        # What a later rule says is more to the point than names that are alike.
        found = filter(None, (rule.hint(value) for rule in reversed(rules)))
        hints = other_advice(name, value) or next(found, "")
        other = NUMBERS_BELONG.get(name)
        if (
            other
            and Number().accepts(value)
            and not hints
            and hasattr(estimator, other)
        ):
            hints = f" Did you mean {other}={value!r}?"
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
    except Exception:
        return False


def check_combinations(
    estimator: Any, given: tuple[Any, Any, Any], incremental: bool
) -> None:
    """Check what cannot be said of one hyperparameter alone.

    Parameters
    ----------
    estimator : estimator
        With valid hyperparameters.
    given : tuple
        ``X_val, y_val, sample_weight_val``.
    incremental : bool
        Whether in partial_fit.

    Raises
    ------
    ValueError
        If something is missing or excludes something else.
    """
    X_val, y_val, weight_val = given
    if (X_val is None) != (y_val is None):
        name, missing = ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
        raise ValueError(f"{name} was given without {missing}: give both or none.")
    if weight_val is not None and X_val is None:
        raise ValueError(
            "sample_weight_val was given without X_val and y_val: give all three."
        )
    if incremental and getattr(estimator, "sampler", None) is not None:
        raise ValueError(
            f"sampler={estimator.sampler!r} needs all data at once, which partial_fit "
            "never sees: use balanced_batches=True or class_weight, or fit."
        )
    if estimator.solver == "lbfgs" and getattr(estimator, "balanced_batches", False):
        raise ValueError(
            "balanced_batches=True has no effect on solver='lbfgs', which takes all "
            "samples at once: use class_weight='balanced', or another solver."
        )
    if estimator.solver == "lbfgs" and estimator.early_stopping not in (False, "auto"):
        warn_user(
            "early_stopping=True has no effect on solver='lbfgs', which trains on all "
            "samples until it converges: choose another solver, or lower max_iter."
        )
    if estimator.solver == "lbfgs" and estimator.augment is not None:
        raise ValueError(
            "solver='lbfgs' needs the same loss at the same weights each time, which "
            f"augment={estimator.augment!r} prevents: choose another solver."
        )
    if incremental and estimator.early_stopping and X_val is None:
        raise ValueError(
            "partial_fit does not support early_stopping=True without validation data "
            "of its own: give X_val and y_val."
        )


def check_layers(
    estimator: Any, layers: Serial, input_shape: tuple[int, ...], n_samples: int
) -> None:
    """Check that the layers suit the solver and the size of mini-batches.

    Parameters
    ----------
    estimator : estimator
        With valid hyperparameters.
    layers : Serial
        All its layers.
    input_shape : tuple of int
        Shape of a sample.
    n_samples : int
        Number of samples in fit.
    """
    if estimator.solver == "lbfgs":
        inner = layers.get_params().values()
        if any(isinstance(layer, Dropout) and layer.rate for layer in inner):
            raise ValueError(
                "solver='lbfgs' needs the same loss at the same weights each time, "
                "which dropout prevents: leave it out (dropout=0), or choose another "
                "solver."
            )
    elif 1 in (estimator.batch_size, n_samples) and _normalizes_single_rows(
        layers, layers.plan(input_shape)
    ):
        raise ValueError(
            "Batch normalisation learns nothing from mini-batches of one sample, whose "
            "mean is the sample itself: raise batch_size (it is "
            f"{estimator.batch_size!r}, of {n_samples} samples), or take "
            "normalization='layer'."
        )


def _normalizes_single_rows(layer: Any, plan: Any) -> bool:
    if isinstance(layer, BatchNorm):
        # Steps and pixels count as samples; their number may not be known.
        return all(size == 1 for size in plan.output_shape[:-1])
    # Some recurrent layers keep those inside, which never normalise, to themselves.
    parts = zip(inner_layers(layer, plan), plan.children, strict=False)
    return any(_normalizes_single_rows(part, inner) for part, inner in parts)
