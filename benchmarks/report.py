"""Markdown tables, and the page whose sections are replaced one by one."""

import datetime
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from joblib import cpu_count
from threadpoolctl import threadpool_info

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
INTRODUCTION = """\
# Benchmarks

Measured by `python -m benchmarks` and written by it with `--write`; each section can be
measured again on its own. Times depend on the machine: the ratios are what to read.

## Training speed

Every contestant trains the same layers on the same float32 data, for the same number
of epochs and with the same batch size, with Adam at a rate of 0.001, no penalty and no
early stopping. Each has a process of its own; they take turns, and a ratio is the
median (and the range) over the rounds of skdeep's time divided by that of the other
one. A bar applies to the fastest variant of a library. For estimators the time is that
of `fit` divided by the number of steps, for torch that of a hand-written loop without
building the network. The share of the sgemm peak counts the matrix products only; the
peak is that of a 2048 x 2048 float32 product in NumPy, in the same rounds. Peak MB is
the largest memory of the contestant's process, libraries included.
"""


def table(header, rows):
    """Format a table in Markdown.

    Parameters
    ----------
    header : str
        Column titles, separated by ``|``.
    rows : iterable of sequence
        Cells, written with ``str``.

    Returns
    -------
    str
    """
    titles = [title.strip() for title in header.split("|")]
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def cpu_model():
    """Return the name of the processor, as precisely as the system tells it."""
    try:
        information = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    for line in information.splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def software_versions():
    """Return the versions of Python, the libraries measured, and their BLAS."""
    versions = [f"Python {platform.python_version()}"]
    for package in ("numpy", "scipy", "scikit-learn", "torch", "skorch"):
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"no {package}")
    blas = {
        f"{library['internal_api']} {library['version']} ({library['architecture']})"
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }
    return versions + sorted(blas)


def provenance(command):
    """Say when, where and with what the section was measured, and how to repeat it."""
    day = datetime.date.today().isoformat()
    machine = f"{cpu_model()}, {cpu_count()} cores, {platform.system()}"
    versions = ", ".join(software_versions())
    return f"Measured on {day}; {machine}; {versions}. Reproduce:\n\n    {command}"


def replace_section(page, name, body):
    """Return `page` with the section `name` replaced, or appended if it is new.

    Parameters
    ----------
    page : str
        Text of the whole page.
    name : str
        Name in the comments that enclose the section.
    body : str
        New content between these comments.

    Returns
    -------
    str
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    section = f"{begin}\n{body}\n{end}"
    if begin not in page:
        return f"{page.rstrip()}\n\n{section}\n"
    before, rest = page.split(begin)
    _, after = rest.split(end)
    return before + section + after


def write_section(name, body):
    """Replace one section of the page on disk."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else INTRODUCTION
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(replace_section(page, name, body), encoding="utf-8")
