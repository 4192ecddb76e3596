import subprocess
import sys
from importlib.metadata import version

import pytest

import skdeep

OPTIONAL = {"imblearn", "matplotlib", "pandas", "rich", "skorch", "torch"}


def modules_after(*imports):
    """Names of the modules that a fresh interpreter holds after some imports."""
    code = "\n".join(f"import {name}" for name in imports)
    code += "\nimport sys\nprint(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_brings_no_optional_package():
    ours = modules_after("skdeep")
    # scikit-learn imports pandas and rich itself where they are installed.
    scikit_learn = modules_after(*sorted(n for n in ours if n.startswith("sklearn.")))
    brought = {name.partition(".")[0] for name in ours - scikit_learn}
    assert brought & OPTIONAL == set()


def test_a_table_of_lists_brings_no_tools_for_sequences():
    fit = "fit([[0.0], [1.0]] * 9, [0, 1] * 9, [1.0] * 18)"
    ours = modules_after(f"skdeep; skdeep.MLPClassifier(max_iter=1).{fit}")
    assert "skdeep.estimators.mlp" in ours
    assert "skdeep.preprocessing" not in ours


def test_version_is_the_distributions():
    assert skdeep.__version__ == version("scikit-deep")


USER = """
from skdeep import MLPClassifier, TabularRegressor
from skdeep.nn import Dense
from skdeep.preprocessing import make_tabular_pipeline

net: MLPClassifier = MLPClassifier((32,), alpha=0.1).fit([[0.0]], [1])
share: float = net.score([[0.0]], [1])
make_tabular_pipeline(net, sampler="over")
TabularRegressor(max_iter="many")  # line 9
MLPClassifier(alpha="small")  # line 10
Dense(units="wide")  # line 11
"""


@pytest.mark.slow
def test_type_hints_reach_those_who_use_the_package(tmp_path):
    pytest.importorskip("mypy")
    program = tmp_path / "program.py"
    program.write_text(USER)
    command = [sys.executable, "-m", "mypy", "--ignore-missing-imports"]
    command += ["--follow-imports=silent", f"--cache-dir={tmp_path}", program.name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    wrong = {line.split(":")[1] for line in errors}
    assert wrong == {"9", "10", "11"}, done.stdout + done.stderr
