"""The structure of the package: composition, imports, and the files that a fit runs."""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import skdeep
from skdeep.estimators.inputs import __all__ as INPUTS
from skdeep.estimators.targets import __all__ as TARGETS

PACKAGE = Path(skdeep.__file__).parent
ESTIMATORS = [getattr(skdeep, name) for name in skdeep.__all__]
MODULES = sorted(PACKAGE.rglob("*.py"))
# What fits an estimator, whatever X and y are.
SHELL = sorted((PACKAGE / "estimators").glob("*.py"))
READERS = [
    path for path in MODULES if path.parts[-2] in ("inspection", "model_selection")
] + sorted((PACKAGE / "inspection").rglob("*/*.py"))


def name_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def by_name(path):
    return str(path.relative_to(PACKAGE))


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(tree):
    """Yield (module, names) of imports from the package that run with the module."""
    inside = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node not in inside:
            module = node.module or ""
            if module.split(".")[0] == "skdeep":
                yield module, [alias.name for alias in node.names]


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda cls: cls.__name__)
def test_estimators_inherit_from_few_classes_of_ours(estimator):
    ours = [cls for cls in estimator.__mro__ if cls.__module__.startswith("skdeep")]
    assert len(ours) <= 6, [cls.__name__ for cls in ours]


@pytest.mark.parametrize(
    "path", [p for p in MODULES if "estimators" in p.parts], ids=by_name
)
def test_no_part_of_a_fit_is_chained_by_super(path):
    chained = [
        f"line {node.lineno}: super().{node.attr}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", None) == "super"
        and node.attr.startswith("_")
        and not node.attr.endswith("__")
    ]
    assert not chained


@pytest.mark.parametrize("path", SHELL, ids=by_name)
def test_the_shell_does_not_ask_what_inputs_and_targets_are(path):
    kinds = {*INPUTS, *TARGETS, "Steps"}
    asked = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", None) in ("isinstance", "issubclass")
        and kinds & {getattr(n, "id", getattr(n, "attr", None)) for n in ast.walk(node)}
    ]
    assert not asked


def test_what_fits_all_estimators_is_few_files():
    families = {estimator.__module__ for estimator in ESTIMATORS}
    shared = {name_of(path) for path in SHELL} - families
    assert len(shared) <= 13, shared


@pytest.mark.parametrize("path", READERS, ids=by_name)
def test_inspection_uses_protocols_and_fitted_attributes_only(path):
    tree = tree_of(path)
    private = [
        f"from {module} import {name}"
        for module, names in imports_of(tree)
        if module.startswith("skdeep.estimators")
        for name in names
        if name.startswith("_")
        or module not in ("skdeep.estimators", "skdeep.estimators.protocols")
    ]
    private += [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and getattr(node.value, "id", None) not in ("self", "cls")
    ]
    assert not private


def test_no_two_files_import_each_other():
    names = {name_of(path): path for path in MODULES}
    graph = {}
    for name, path in names.items():
        needed = set()
        for module, imported in imports_of(tree_of(path)):
            for found in imported:
                inner = f"{module}.{found}"
                # Importing a package's name needs the file that defines it.
                needed.add(inner if inner in names else module)
        # A package re-exports its own files, which is no way back into them.
        graph[name] = {
            other for other in needed - {name} if not name.startswith(f"{other}.")
        }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


# Prints the files of the package that a fit runs through, with nothing to warn of.
COUNT = """
import sys, warnings
from pathlib import Path
import numpy as np
import skdeep

warnings.simplefilter("error")
X = np.random.default_rng(0).normal(size=(90, 6))
y = (X[:, 0] > 0) * 1
net = skdeep.{estimator}((7,), learning_rate_init=0.05, tol=0.01, random_state=0)
root, files = str(Path(skdeep.__file__).parent), set()

def called(frame, event, argument):
    if event == "call" and frame.f_code.co_filename.startswith(root):
        files.add(frame.f_code.co_filename)

sys.setprofile(called)
net.fit(X, y)
sys.setprofile(None)
print(*sorted(files), sep="\\n")
"""


@pytest.mark.parametrize("estimator", ["MLPClassifier", "MLPRegressor"])
def test_a_fit_on_numbers_runs_through_few_files(estimator):
    done = subprocess.run(
        [sys.executable, "-c", COUNT.format(estimator=estimator)],
        capture_output=True,
        text=True,
        check=True,
    )
    files = done.stdout.split()
    assert 10 < len(files) <= 30, files


def test_the_map_for_contributors_names_what_there_is():
    root = PACKAGE.parent
    page = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = "\n".join(line for line in page.splitlines() if line.startswith("| "))
    named = re.findall(r"`([\w/]+(?:/|\.py))`", rows)
    folders = {
        f"skdeep/{path.name}/" for path in PACKAGE.iterdir() if any(path.glob("*.py"))
    }
    assert folders <= set(named)
    shortened = "", "docs", "tests/nn", "skdeep", "skdeep/nn", "skdeep/estimators"
    places = [root / place for place in (*shortened, "skdeep/inspection")]
    missing = [
        name for name in named if not any((place / name).exists() for place in places)
    ]
    assert not missing
