"""Section *accuracy*: default models under cross-validation, beside scikit-learn's."""

import sys
from typing import NamedTuple

import numpy as np
from sklearn import datasets
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import KFold, StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.comparisons import standard_error
from benchmarks.libraries import (
    MODULES,
    convergence_warnings_ignored,
    estimator_class,
)
from benchmarks.report import table

N_FOLDS = 5
SEEDS = (0, 1, 2)

INTRODUCTION = f"""\
## Accuracy of the defaults

`StandardScaler` and a multilayer perceptron with its default parameters, {N_FOLDS}-fold
cross-validation repeated with {len(SEEDS)} seeds (of folds and estimator), on the data
sets that come with scikit-learn. The score is the accuracy for classes, and for numbers
R², with the squared error of a fold divided by the variance of the target over the
whole data set (the R² of folds of four rows, as in linnerud, means nothing). Targets
are taken as they are, and standardised by `TransformedTargetRegressor`. The difference
is paired over the {N_FOLDS * len(SEEDS)} folds and given with its standard error; the
verdict compares it with the standard error of scikit-learn's mean. Fit time is the
total over all folds, skdeep's divided by scikit-learn's."""


class Problem(NamedTuple):
    """A data set, and whether a regression target is standardised."""

    name: str
    load: object
    is_classification: bool = True
    standardise_target: bool = False


PROBLEMS = [
    Problem("iris", datasets.load_iris),
    Problem("wine", datasets.load_wine),
    Problem("breast_cancer", datasets.load_breast_cancer),
    Problem("digits", datasets.load_digits),
    Problem("diabetes", datasets.load_diabetes, False),
    Problem("diabetes, y standardised", datasets.load_diabetes, False, True),
    Problem("linnerud", datasets.load_linnerud, False),
    Problem("linnerud, y standardised", datasets.load_linnerud, False, True),
]


def default_model(problem, library, seed):
    """Return the pipeline of a scaler and a library's default perceptron."""
    name = "MLPClassifier" if problem.is_classification else "MLPRegressor"
    network = estimator_class(library, name)(random_state=seed)
    model = make_pipeline(StandardScaler(), network)
    if problem.standardise_target:
        return TransformedTargetRegressor(model, transformer=StandardScaler())
    return model


def explained_share(y_all):
    """Return a scorer: R² with the variance of `y_all` instead of that of the fold.

    Over folds of equal size its mean is the R² of all out-of-fold predictions.
    """
    variance = np.var(y_all, axis=0)

    def score(model, X, y):
        squared_error = np.mean((y - model.predict(X)) ** 2, axis=0)
        return float(np.mean(1 - squared_error / variance))

    return score


def cross_validated(problem, library, seed):
    """Return the scores and the fit times of all folds."""
    X, y = problem.load(return_X_y=True)
    splitter = StratifiedKFold if problem.is_classification else KFold
    with convergence_warnings_ignored():
        result = cross_validate(
            default_model(problem, library, seed),
            X,
            y,
            cv=splitter(N_FOLDS, shuffle=True, random_state=seed),
            scoring="accuracy" if problem.is_classification else explained_share(y),
            error_score="raise",
        )
    return result["test_score"], result["fit_time"]


def placement(ours, theirs):
    """Place our mean score relative to theirs and its standard error."""
    mean, error = np.mean(ours) - np.mean(theirs), standard_error(theirs)
    if mean > error:
        return "above"
    return "within one s.e." if mean >= -error else "below"


def compare(problem):
    """Cross-validate both libraries and return the row of the table."""
    scores = {library: [] for library in MODULES}
    seconds = {library: [] for library in MODULES}
    for seed in SEEDS:
        for library in MODULES:
            fold_scores, fold_seconds = cross_validated(problem, library, seed)
            scores[library] += list(fold_scores)
            seconds[library] += list(fold_seconds)
    differences = np.subtract(scores["skdeep"], scores["scikit-learn"])
    return [
        problem.name,
        *(f"{np.mean(s):.4f} ± {standard_error(s):.4f}" for s in scores.values()),
        f"{np.mean(differences):+.4f} ± {standard_error(differences):.4f}",
        placement(scores["skdeep"], scores["scikit-learn"]),
        f"{sum(seconds['skdeep']) / sum(seconds['scikit-learn']):.2f}",
    ]


def section(options):
    """Compare the default models on every data set.

    Parameters
    ----------
    options : argparse.Namespace
        Not used: the number of folds and seeds is part of the protocol.

    Returns
    -------
    str
        The section in Markdown.
    """
    rows = []
    for problem in PROBLEMS:
        print(f"  {problem.name}", file=sys.stderr)
        rows.append(compare(problem))
    header = "data | skdeep | scikit-learn | difference | verdict | fit time"
    return f"{INTRODUCTION}\n\n{table(header, rows)}"
