"""Section *startup*: what importing skdeep adds to importing scikit-learn."""

import subprocess
import sys

import numpy as np

from benchmarks.report import table
from benchmarks.timing import take_turns, verdict

BAR = 0.15
FEWEST_ROUNDS = 11
# Naming an estimator loads what it needs even if the package loaded modules lazily.
IMPORT_SKDEEP = "from skdeep import MLPClassifier"

INTRODUCTION = """\
## Startup

Seconds for an import in a fresh process; median and range of {rounds} rounds. The
scikit-learn modules are those public ones that `import skdeep` itself loads:
{modules}."""


def run_python(program):
    """Run a program in a fresh interpreter and return what it prints."""
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return finished.stdout.strip()


def sklearn_modules():
    """Return the names of scikit-learn's public modules that skdeep imports."""
    loaded = run_python(f"import sys; {IMPORT_SKDEEP}; print(*sys.modules)").split()
    return sorted(
        name
        for name in loaded
        if name.startswith("sklearn.") and name.count(".") == 1 and "._" not in name
    )


def time_import(statement, after="pass"):
    """Return the seconds one import takes in a fresh process, `after` another one."""
    return float(
        run_python(
            f"import time; {after}; start = time.perf_counter(); {statement}; "
            "print(time.perf_counter() - start)"
        )
    )


def section(options):
    """Measure the imports.

    Parameters
    ----------
    options : argparse.Namespace
        With `rounds`.

    Returns
    -------
    str
        The section in Markdown.
    """
    rounds = max(FEWEST_ROUNDS, options.rounds)
    modules = sklearn_modules()
    import_sklearn = f"import {', '.join(modules)}"
    added = "what skdeep adds after them"
    seconds = take_turns(
        {
            "these scikit-learn modules": lambda: time_import(import_sklearn),
            added: lambda: time_import(IMPORT_SKDEEP, after=import_sklearn),
            "skdeep, scikit-learn included": lambda: time_import(IMPORT_SKDEEP),
        },
        rounds,
    )
    rows = []
    for name, durations in seconds.items():
        median = np.median(durations)
        bar = [f"{BAR:.2f}", verdict(median, BAR)] if name == added else ["", ""]
        spread = f"{min(durations):.3f}-{max(durations):.3f}"
        rows.append([name, f"{median:.3f} ({spread})", *bar])
    introduction = INTRODUCTION.format(
        rounds=rounds, modules=", ".join(f"`{name}`" for name in modules)
    )
    return f"{introduction}\n\n{table('import | seconds | bar | verdict', rows)}"
