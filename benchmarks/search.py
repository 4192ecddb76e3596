"""Section *search*: a grid search over small perceptrons on two processes."""

import time

import numpy as np
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV

from benchmarks.libraries import (
    MODULES,
    convergence_warnings_ignored,
    estimator_class,
)
from benchmarks.report import table
from benchmarks.timing import ratio, take_turns, verdict

BAR = 0.35
EPOCHS = 20
N_SAMPLES = 2000
GRID = {
    "hidden_layer_sizes": [(16,), (32,), (64,), (100,)],
    "alpha": [1e-4, 1e-2],
    "learning_rate_init": [1e-3, 3e-3, 1e-2],
}

INTRODUCTION = f"""\
## Grid search

Seconds for `GridSearchCV(n_jobs=2)` over {{n_candidates}} candidates of `MLPClassifier`
(16 to 100 hidden units, two penalties, three learning rates) and five folds of
{N_SAMPLES} float32 rows, each fit of {EPOCHS} epochs; median over the rounds, and the
median (and range) of skdeep's time divided by scikit-learn's."""


def run_search(library, X, y):
    """Search the grid once.

    Returns
    -------
    seconds : float
        Duration of the search.
    score : float
        Mean accuracy of the best candidate.
    """
    network = estimator_class(library, "MLPClassifier")(
        max_iter=EPOCHS, tol=0.0, n_iter_no_change=10**9, random_state=0
    )
    search = GridSearchCV(network, GRID, cv=5, n_jobs=2, refit=False)
    with convergence_warnings_ignored():
        start = time.perf_counter()
        search.fit(X, y)
        return time.perf_counter() - start, search.best_score_


def section(options):
    """Measure the search with both libraries in turn.

    Parameters
    ----------
    options : argparse.Namespace
        With `rounds`.

    Returns
    -------
    str
        The section in Markdown.
    """
    X, y = make_classification(
        N_SAMPLES, n_features=20, n_informative=10, n_classes=3, random_state=0
    )
    X = X.astype(np.float32)
    results = take_turns(
        {
            library: lambda library=library: run_search(library, X, y)
            for library in MODULES
        },
        options.rounds,
    )
    seconds = {
        library: [duration for duration, _ in searches]
        for library, searches in results.items()
    }
    comparison = ratio(seconds["skdeep"], seconds["scikit-learn"])
    rows = []
    for library, searches in results.items():
        measured = [f"{np.median(seconds[library]):.2f}", f"{searches[-1][1]:.3f}"]
        outcome = [comparison, f"{BAR:.2f}", verdict(comparison.median, BAR)]
        rows.append(
            [library, *measured, *(["", "", ""] if library == "skdeep" else outcome)]
        )
    n_candidates = np.prod([len(values) for values in GRID.values()])
    introduction = INTRODUCTION.format(n_candidates=n_candidates)
    header = "contestant | seconds | best accuracy | skdeep / it | bar | verdict"
    return f"{introduction}\n\n{table(header, rows)}"
