"""Docstrings of estimators, put together from one glossary."""

import inspect
from textwrap import dedent, indent
from typing import Any, TypeVar

from skdeep.estimators._glossary import ATTRIBUTES, PARAMETERS

T = TypeVar("T", bound=type)


def documented(cls: T) -> T:
    """Fill ``{parameters}`` and ``{attributes}`` in the docstring of an estimator.

    Each hyperparameter is described once for all estimators; names, order and
    defaults come from the constructor, so that they cannot drift apart.

    Parameters
    ----------
    cls : type
        The estimator; its docstring says where the sections go.

    Returns
    -------
    type
        The same class.

    Raises
    ------
    KeyError
        If a hyperparameter has no description.
    """
    kind = getattr(cls, "_estimator_type", "classifier")
    kinds = (kind, getattr(cls, "_family", ""))
    parameters = []
    # A search asks for it several times a fit; to find it again takes a while.
    init: Any = vars(cls)["__init__"]
    init.__signature__ = inspect.signature(init)
    # What makes the architecture comes first, as what readers look for.
    architecture = getattr(cls, "_architecture_rules", {})
    signature = inspect.signature(cls).parameters
    for name in sorted(signature, key=lambda name: name not in architecture):
        types, text = _entry(PARAMETERS, name, kinds)
        parameters.append(
            f"{name} : {types}, default={signature[name].default!r}\n{text}"
        )
    attributes = []
    for name in ATTRIBUTES:
        if name == "classes_" and kind != "classifier":
            continue
        if name == "input_shape_" and not hasattr(cls, "input_shape"):
            continue
        types, text = _entry(ATTRIBUTES, name, kinds)
        attributes.append(f"{name} : {types}\n{text}")
    sections = {
        "{parameters}": _section("Parameters", parameters),
        "{attributes}": _section("Attributes", attributes),
    }
    doc = inspect.cleandoc(cls.__doc__ or "")
    for place, section in sections.items():
        doc = doc.replace(place, section)
    cls.__doc__ = doc + "\n"
    return cls


def _entry(
    glossary: dict[str, str], name: str, kinds: tuple[str, ...]
) -> tuple[str, str]:
    own = [key for kind in kinds if (key := f"{name}:{kind}") in glossary]
    text = glossary[own[0] if own else name]
    types, _, description = dedent(text).strip().partition("\n")
    return types, indent(dedent(description).strip(), "    ")


def _section(title: str, entries: list[str]) -> str:
    return "\n".join([title, "-" * len(title), *entries])
