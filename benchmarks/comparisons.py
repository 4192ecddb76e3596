"""Paired comparisons of two contestants over the folds of many tables."""

from typing import NamedTuple

import numpy as np

# Differences of more standard errors than this count as such.
CLEAR = 2.0


class Comparison(NamedTuple):
    """How large a score is beside that of a reference.

    Parameters
    ----------
    ratio : float
        Geometric mean over tables of mean score divided by mean score.
    by_folds : float
        Standard error of the logarithm of `ratio`, these tables given: from the paired
        differences of the folds of each table.
    by_tables : float
        The same with tables as a sample of all tables: from the ratios of the tables.
    better, worse : int
        Tables with a score that is `CLEAR` standard errors lower or higher.
    """

    ratio: float
    by_folds: float
    by_tables: float
    better: int
    worse: int

    def __str__(self):
        if np.isnan(self.ratio):
            return "-"
        return f"{self.ratio:.3f} ± {self.ratio * self.by_folds:.3f}"


def scores_of(results, table, score):
    """Return the scores on the folds of a table, as (fold, seed) to number."""
    return {
        place[1:]: result[score]
        for place, result in results.items()
        if place[0] == table and score in result
    }


def paired(ours, theirs, table, score):
    """Return the scores of both contestants on the folds that both have."""
    mine, others = scores_of(ours, table, score), scores_of(theirs, table, score)
    folds = sorted(mine.keys() & others.keys())
    return (np.array([scores[fold] for fold in folds]) for scores in (mine, others))


def paired_difference(ours, theirs, table, score):
    """Return the mean difference on a table and its standard error."""
    mine, others = paired(ours, theirs, table, score)
    difference = mine - others
    return difference.mean(), standard_error(difference)


def standard_error(values):
    """Return the standard error of the mean, NaN for less than two values."""
    if len(values) < 2:
        return np.nan
    return np.std(values, ddof=1) / np.sqrt(len(values))


def compare(ours, theirs, tables, score):
    """Compare two contestants by a score that is better when it is lower.

    Parameters
    ----------
    ours, theirs : dict of tuple to dict
        Results by (table, fold, seed).
    tables : iterable of str
        Those without the score do not count; without any, everything is NaN.
    score : str
        Such as ``"error"`` or ``"log_loss"``.

    Returns
    -------
    Comparison
    """
    logarithms, variances, z = [], [], []
    for table in tables:
        mine, others = paired(ours, theirs, table, score)
        if not len(mine):
            continue
        logarithms.append(np.log(mine.mean() / others.mean()))
        # To first order the logarithm of a ratio of means is a mean of these.
        relative = mine / mine.mean() - others / others.mean()
        variances.append(standard_error(relative) ** 2)
        with np.errstate(invalid="ignore", divide="ignore"):
            z.append((mine - others).mean() / standard_error(mine - others))
    if not logarithms:
        return Comparison(np.nan, np.nan, np.nan, 0, 0)
    return Comparison(
        ratio=float(np.exp(np.mean(logarithms))),
        by_folds=float(np.sqrt(np.sum(variances)) / len(variances)),
        by_tables=float(standard_error(logarithms)),
        better=int(np.sum(np.array(z) < -CLEAR)),
        worse=int(np.sum(np.array(z) > CLEAR)),
    )


def total(results, score):
    """Return the sum over tables of a cost's mean over folds."""
    tables = {place[0] for place in results}
    return sum(
        np.mean(list(scores_of(results, table, score).values())) for table in tables
    )
