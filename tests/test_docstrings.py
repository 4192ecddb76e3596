"""Docstrings of everything public are complete, in numpydoc's form."""

import importlib
import inspect
import re
from dataclasses import fields

import pytest

import skdeep

validate = pytest.importorskip("numpydoc.validate")
docscrape = pytest.importorskip("numpydoc.docscrape")

MODULES = dict.fromkeys(re.findall(r"``(skdeep[.\w]*)``", skdeep.__doc__))

# What is asked of all, but for:
EXEMPT = {
    "ES01",  # no extended summary: the first line often says it all
    "EX01",  # no example: asked of estimators and functions below
    "PR03",  # order of parameters: those of the architecture come first
    "RT02",  # "self : estimator" in Returns, as in scikit-learn
    "RT05",  # a table does not end with a full stop
    "SA01",  # no See Also
    "SS02",  # "f(x) = ..." begins with a small letter
    "SS05",  # takes nouns for verbs
}
# A method of the engine says in one line what it is for; the contract is with the base.
METHOD_OF_ENGINE = {"PR01", "RT01"}


def things():
    """Yield the path of every public class, function and method of ours."""
    for module_name in MODULES:
        module = importlib.import_module(module_name)
        for name in getattr(module, "__all__", vars(module)):
            thing = getattr(module, name)
            if not getattr(thing, "__module__", "").startswith("skdeep"):
                continue
            if not (inspect.isclass(thing) or inspect.isfunction(thing)):
                continue
            path = f"{module_name}.{name}"
            yield path
            if inspect.isclass(thing):
                yield from methods(thing, path)


def methods(cls, path):
    """Yield the paths of a class's public methods that it documents itself."""
    for name, method in vars(cls).items():
        is_method = inspect.isfunction(method) or isinstance(method, classmethod)
        if is_method and not name.startswith("_") and method.__doc__:
            yield f"{path}.{name}"


PATHS = sorted(things())


def section(docstring, title):
    """Tell whether a docstring has a section."""
    return f"{title}\n{'-' * len(title)}" in docstring


@pytest.mark.parametrize("path", PATHS)
def test_docstring(path):
    report = validate.validate(path)
    docstring = report["docstring"]
    exempt = set(EXEMPT)
    if path.startswith("skdeep.nn.") and path.count(".") > 2:
        exempt |= METHOD_OF_ENGINE
    if section(docstring, "Attributes") and not section(docstring, "Parameters"):
        exempt.add("PR01")  # a result, whose fields are attributes
    errors = [error for error in report["errors"] if error[0] not in exempt]
    assert errors == []


@pytest.mark.parametrize("path", [p for p in PATHS if not p.startswith("skdeep.nn.")])
def test_example(path):
    docstring = validate.validate(path)["docstring"]
    is_method = path.rpartition(".")[0] not in MODULES
    is_result = not section(docstring, "Parameters")
    assert is_method or is_result or section(docstring, "Examples")


@pytest.mark.parametrize(
    "estimator", [getattr(skdeep, name) for name in skdeep.__all__], ids=str
)
def test_the_docstring_has_every_name_that_a_hyperparameter_takes(estimator):
    documented = docscrape.NumpyDocString(estimator.__doc__)["Parameters"]
    texts = {entry.name: f"{entry.type} {' '.join(entry.desc)}" for entry in documented}
    missing = [
        (field.name, name)
        for field in fields(estimator)
        for rule in field.metadata["rules"]
        for name in getattr(rule, "names", ())
        if repr(name) not in texts[field.name]
        and "as in :class:" not in texts[field.name]
    ]
    assert not missing
