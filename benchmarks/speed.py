"""Section *speed*: one training step, and ``predict`` of a single row."""

import sys

import numpy as np

from benchmarks.contestants import contestants, missing_libraries, prepare_predict
from benchmarks.libraries import MODULES
from benchmarks.report import table
from benchmarks.timing import prepare_sgemm, race, ratio, verdict
from benchmarks.workloads import KINDS, WORKLOADS

PREDICT_BAR = 1.0
PREDICT_CALLS = 300
SGEMM_REPETITIONS = 3

PREDICT_INTRODUCTION = """\
#### Predicting a single row

Median duration of `predict` of one row by the fitted networks, the two libraries
alternating call by call in one process."""


def run_fits(workload, rounds):
    """Let all contestants that can train `workload` take turns.

    Returns
    -------
    entries : list of Contestant
        Those that took part, skdeep first.
    fits : dict of str to list of Fit
        Name of the contestant to its fits, one per round.
    peak : float
        Floating-point operations per second of the fastest large matrix product.
    """
    entries = [entry for entry in contestants() if entry.network in workload.builders]
    prepared = {
        entry.name: (workload.epochs, entry.prepare_fit, workload) for entry in entries
    }
    prepared["sgemm"] = (SGEMM_REPETITIONS, prepare_sgemm)
    results = race(prepared, rounds)
    return entries, results, max(results.pop("sgemm"))


def fastest_variants(entries, seconds):
    """Return, for every library, the name of its contestant with the least median."""
    fastest = {}
    for entry in sorted(entries, key=lambda entry: -np.median(seconds[entry.name])):
        fastest[entry.library] = entry.name
    return fastest


def fit_rows(workload, entries, fits, peak):
    """Return the rows of one workload in the table of training steps."""
    seconds = {name: [fit.seconds for fit in runs] for name, runs in fits.items()}
    fastest = fastest_variants(entries, seconds)
    rows = []
    for entry in entries:
        comparison = bar = outcome = ""
        if entry.library != "skdeep":
            comparison = ratio(seconds["skdeep"], seconds[entry.name])
            if fastest[entry.library] == entry.name and entry.library in workload.bars:
                bar = workload.bars[entry.library]
                outcome = verdict(comparison.median, bar)
        steps = workload.epochs * workload.steps_per_epoch
        step = np.median(seconds[entry.name]) / steps
        rows.append(
            [
                workload.name,
                entry.name,
                f"{1000 * step:.3f}",
                comparison,
                f"{bar:.2f}" if bar else "",
                outcome,
                f"{workload.flops_per_step / step / peak:.0%}",
                f"{fits[entry.name][-1].loss:.3f}",
                f"{fits[entry.name][-1].peak_memory / 2**20:.0f}",
            ]
        )
    return rows


def predict_row(workload, rounds):
    """Measure ``predict`` of one row and return the row of its table."""
    results = race(
        {"predict": (PREDICT_CALLS, prepare_predict, list(MODULES), workload)}, rounds
    )
    ours, theirs = np.transpose(results["predict"])
    comparison = ratio(ours, theirs)
    return [
        workload.name,
        f"{1e6 * np.median(ours):.0f}",
        f"{1e6 * np.median(theirs):.0f}",
        comparison,
        f"{PREDICT_BAR:.2f}",
        verdict(comparison.median, PREDICT_BAR),
    ]


def section(options):
    """Measure the chosen workloads.

    Parameters
    ----------
    options : argparse.Namespace
        With `workload`, names of networks of one kind, and `rounds`.

    Returns
    -------
    str
        The section in Markdown.
    """
    runs, predictions, peaks = [], [], []
    for workload in map(WORKLOADS.get, options.workload):
        print(f"  {workload.name}", file=sys.stderr)
        entries, fits, peak = run_fits(workload, options.rounds)
        runs.append((workload, entries, fits))
        peaks.append(peak)
        if "scikit-learn" in workload.builders:
            predictions.append(predict_row(workload, options.rounds))
    peak = max(peaks)
    step_table = table(
        "workload | contestant | ms per step | skdeep / it | bar | verdict |"
        " of sgemm peak | last loss | peak MB",
        [row for run in runs for row in fit_rows(*run, peak)],
    )
    predict_table = table(
        "workload | skdeep, us | scikit-learn, us | skdeep / it | bar | verdict",
        predictions,
    )
    kinds = [k for k, names in KINDS.items() if runs[0][0].name in names]
    parts = [
        f"### {kinds[0].capitalize()} networks",
        step_table,
        f"sgemm peak: {peak / 1e9:.0f} GFLOP/s.",
    ]
    if missing := missing_libraries():
        parts.append(f"Not installed, and so left out: {', '.join(missing)}.")
    if predictions:
        parts += [PREDICT_INTRODUCTION, predict_table]
    return "\n\n".join(parts)
