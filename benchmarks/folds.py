"""One contestant on one fold of a table: how good, and at what cost."""

import resource
import time

import numpy as np
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold
from threadpoolctl import threadpool_limits

from benchmarks.libraries import convergence_warnings_ignored
from benchmarks.real_tables import ALL_TABLES, loaded

# A probability of exactly 0 would make the log loss infinite. Single precision, in
# which some networks predict, tells about as much.
SMALLEST_PROBABILITY = 1e-7


def split(X, y, is_classification, n_folds, fold, seed):
    """Return the rows to train on and to test on."""
    splitter = StratifiedKFold if is_classification else KFold
    folds = splitter(n_folds, shuffle=True, random_state=seed).split(X, y)
    return list(folds)[fold]


def classification_scores(y, classes, probabilities, predicted):
    """Return error, balanced accuracy, log loss and AUC (one class against the rest).

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        True classes.
    classes : ndarray of shape (n_classes,)
        Sorted.
    probabilities : ndarray of shape (n_samples, n_classes)
    predicted : ndarray of shape (n_samples,)

    Returns
    -------
    dict of str to float
    """
    probabilities = np.asarray(probabilities, dtype=np.float64)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    of_truth = probabilities[np.arange(len(y)), np.searchsorted(classes, y)]
    if len(classes) == 2:
        auc = roc_auc_score(y == classes[1], probabilities[:, 1])
    else:
        auc = roc_auc_score(y, probabilities, multi_class="ovr", labels=classes)
    return {
        "error": float(np.mean(predicted != y)),
        "balanced_accuracy": float(balanced_accuracy_score(y, predicted)),
        "log_loss": float(-np.log(np.maximum(of_truth, SMALLEST_PROBABILITY)).mean()),
        "auc": float(auc),
    }


def regression_scores(y, predicted, variance):
    """Return 1 - R² as the error, with the variance of the whole table."""
    return {"error": float(np.mean((y - predicted) ** 2) / variance)}


def cost_of(function, *arguments):
    """Call a function; return its value, CPU seconds and wall seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    value = function(*arguments)
    return value, time.process_time() - cpu, time.perf_counter() - wall


def measure_fold(contestant, table, n_folds, fold, seed):
    """Fit a contestant on one thread and score it.

    Parameters
    ----------
    contestant : TableContestant
    table : str
        Name of a table.
    n_folds, fold, seed : int
        The seed is that of the folds and of the estimator.

    Returns
    -------
    dict of str to float
        Scores, seconds of CPU and wall time, and the largest memory of this process
        so far in bytes, libraries included.
    """
    is_classification = ALL_TABLES[table].is_classification
    X, y = loaded(table)
    train, test = split(X, y, is_classification, n_folds, fold, seed)
    X_train, X_test = X.iloc[train], X.iloc[test]
    model = contestant.build(is_classification, seed)
    with threadpool_limits(1), convergence_warnings_ignored():
        _, fit_cpu, fit_wall = cost_of(model.fit, X_train, y[train])
        predict = model.predict_proba if is_classification else model.predict
        predicted, predict_cpu, predict_wall = cost_of(predict, X_test)
        if is_classification:
            # Not the argmax: a tuned threshold decides otherwise.
            decided = model.predict(X_test)
    if is_classification:
        scores = classification_scores(y[test], model.classes_, predicted, decided)
    else:
        scores = regression_scores(y[test], np.ravel(predicted), np.var(y))
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        **scores,
        "fit_cpu": fit_cpu,
        "fit_wall": fit_wall,
        "predict_cpu": predict_cpu,
        "predict_wall": predict_wall,
        "peak_memory": 1024 * kilobytes,
    }


def prepare_folds(contestant, n_folds):
    """Prepare a worker process to measure folds of any table.

    A first fit is not counted: libraries load parts of themselves when it begins.
    """
    X, y = loaded("digits")
    small = (y[:100] > "4").astype(str)
    with threadpool_limits(1), convergence_warnings_ignored():
        contestant.build(True, 0).fit(X[:100], small)

    def measure(where):
        table, fold, seed = where
        return measure_fold(contestant, table, n_folds, fold, seed)

    return measure
