"""Section *tables*: real tables, networks beside boosting and linear models."""

import numpy as np

from benchmarks import pictures
from benchmarks.cache import version_of
from benchmarks.comparisons import compare, paired_difference, scores_of, total
from benchmarks.real_tables import MAX_ROWS, TABLES
from benchmarks.report import table as markdown
from benchmarks.study import Study, chosen, chosen_contestants, run, variants
from benchmarks.table_contestants import CONTESTANTS, MAX_CATEGORIES

REFERENCES = ("scikit-learn MLP", "RealMLP TD-S", "RealMLP TD")
PICTURE = pictures.FOLDER / "tables.png"

INTRODUCTION = f"""\
## Tables

{{n_tables}} real tables from packages that ship them, at most {MAX_ROWS:,} rows of
each, drawn with a fixed seed: {{n_of_classes}} with classes to predict, the others with
numbers. Cross-validation; folds: {{n_folds}}, repetitions: {{n_repeats}}, each with
seeds of its own for folds and estimators. All contestants see the same folds, and no
row of a test fold decides anything. The error is 1 - accuracy, or 1 - R² with the
variance of the whole table.

Perceptrons (`early_stopping=True`) and linear models get medians for gaps, standardised
numbers, and a column for each category (at most {MAX_CATEGORIES} for a column);
perceptrons get standardised targets. "skdeep MLP" stops by the loss, "by score" by
accuracy or R². Gradient boosting gets categories and gaps as they are. RealMLP is that
of pytabkit {{pytabkit}}, which gets categories as they are and medians for gaps. All
else is their defaults.

Ratios are geometric means over tables of mean error by mean error, with the standard
error that the folds leave when these tables are given, from paired differences; "over
tables" is that of tables as a sample of all tables. Clearly better or worse means by
two standard errors of the folds on that table, which with few folds are themselves
uncertain. Every probability counts as at least
1e-7 in the log loss, which is over the tables with classes, as is the AUC (one class
against the rest).

Seconds are sums over tables of the mean over folds, on one thread: those of the CPU
count, as the machine does other things too. Ratios of fits are geometric means over
tables. Peak MB is the largest memory of the contestant's process, libraries
included."""


def scores(results, tables, references):
    """Return the table that says how good everyone is.

    Parameters
    ----------
    results : dict of str to dict
        See :func:`.study.run`.
    tables : list of str
    references : list of str
        Contestants to compare with; the first one counts for all but the error.

    Returns
    -------
    str
    """
    first, *others = references
    rows = []
    for name, ours in results.items():
        error = compare(ours, results[first], tables, "error")
        rows.append(
            [
                name,
                len(ours) // len(tables),
                error,
                f"{error.ratio * error.by_tables:.3f}",
                f"{error.better}, {error.worse}",
                *(compare(ours, results[other], tables, "error") for other in others),
                compare(ours, results[first], tables, "log_loss"),
                mean_auc(ours, tables),
            ]
        )
    header = [
        "contestant",
        "fits of a table",
        f"error / {first}",
        "s.e. over tables",
        "clearly better, worse",
        *(f"error / {other}" for other in others),
        f"log loss / {first}",
        "AUC",
    ]
    return markdown(" | ".join(header), rows)


def costs(results, tables, references):
    """Return the table that says what it takes."""
    rows = []
    for name, ours in results.items():
        ratios = [
            compare(ours, results[reference], tables, "fit_cpu").ratio
            for reference in references
        ]
        rows.append(
            [
                name,
                f"{total(ours, 'fit_cpu'):.1f}",
                *(f"{ratio:.3g}" for ratio in ratios),
                f"{total(ours, 'fit_wall'):.1f}",
                f"{total(ours, 'predict_cpu'):.2f}",
                f"{max(result['peak_memory'] for result in ours.values()) / 1e6:.0f}",
            ]
        )
    header = [
        "contestant",
        "fit, CPU s",
        *(f"fit / {reference}" for reference in references),
        "fit, wall s",
        "predict, CPU s",
        "peak MB",
    ]
    return markdown(" | ".join(header), rows)


def mean_auc(results, tables):
    """Return the mean AUC over the tables with classes, for a cell."""
    by_table = [list(scores_of(results, name, "auc").values()) for name in tables]
    means = [np.mean(aucs) for aucs in by_table if aucs]
    return f"{np.mean(means):.4f}" if means else "-"


def by_table(results, tables, score, reference):
    """Return mean scores by table, with differences from the reference.

    In brackets is the paired difference in its own standard errors.
    """
    rows = []
    for table in tables:
        row = [table]
        for name, ours in results.items():
            mean = np.mean(list(scores_of(ours, table, score).values()))
            cell = f"{mean:.4f}"
            if name != reference:
                difference, error = paired_difference(
                    ours, results[reference], table, score
                )
                if error > 0:
                    cell += f" ({difference / error:+.1f})"
            row.append(cell)
        rows.append(row)
    return markdown(" | ".join(["data", *results]), rows)


def in_units(ratio, error):
    """Return the logarithm of a ratio in its standard errors, for a cell."""
    return f"{np.log(ratio) / error:+.1f}" if error > 0 else "-"


def by_base(results, tables, bases):
    """Compare every variant with the contestant that it is a variant of."""
    rows = []
    for name, base in bases.items():
        ours, theirs = results[name], results[base]
        error = compare(ours, theirs, tables, "error")
        loss = compare(ours, theirs, tables, "log_loss")
        seconds = total(ours, "fit_cpu") / total(theirs, "fit_cpu")
        rows.append(
            [
                name,
                error,
                in_units(error.ratio, error.by_folds),
                in_units(error.ratio, error.by_tables),
                f"{error.better}, {error.worse}",
                loss,
                in_units(loss.ratio, loss.by_folds),
                f"{seconds:.2f}",
            ]
        )
    header = (
        "variant | error / its base | in s.e. of folds | in s.e. over tables | "
        "clearly better, worse | log loss / its base | in s.e. of folds | "
        "fit time / its base"
    )
    return markdown(header, rows)


def points(results, tables, reference):
    """Return name to seconds, relative error and its standard error."""
    drawn = {}
    for name, ours in results.items():
        error = compare(ours, results[reference], tables, "error")
        drawn[name] = total(ours, "fit_cpu"), error.ratio, error.ratio * error.by_folds
    return drawn


def section(options):
    """Compare all contestants on all tables.

    Parameters
    ----------
    options : argparse.Namespace
        With `contestant`, `table`, `variant`, `folds`, `repeats`, `cache`, `cached`
        and `write`.

    Returns
    -------
    str
        The section in Markdown.
    """
    tables = [table.name for table in chosen(options.table, TABLES, "--table")]
    contestants = chosen_contestants(options.contestant, CONTESTANTS)
    varied, bases = variants(options.variant, CONTESTANTS)
    study = Study([*contestants, *varied], tables, options.folds, options.repeats)
    results = run(study, options.cache, options.cached)
    bases = {
        name: base for name, base in bases.items() if {name, base} <= results.keys()
    }
    plain = {name: ours for name, ours in results.items() if name not in bases}
    references = [name for name in REFERENCES if name in plain] or list(plain)[:1]
    parts = [
        INTRODUCTION.format(
            n_tables=len(tables),
            n_of_classes=sum(TABLES[name].is_classification for name in tables),
            n_folds=options.folds,
            n_repeats=options.repeats,
            pytabkit=version_of("pytabkit"),
        ),
        scores(plain, tables, references),
        costs(plain, tables, references),
    ]
    if options.write:
        drawn = points(plain, tables, references[0])
        pictures.draw_error_against_seconds(drawn, references[0], PICTURE)
        parts.append(f"![Errors and the seconds they cost](images/{PICTURE.name})")
    for score, title in (("error", "Error"), ("log_loss", "Log loss")):
        with_score = [name for name in tables if has_score(plain, name, score)]
        if with_score:
            parts += [
                f"{title} by table; in brackets the paired difference from "
                f"{references[0]}, in standard errors.",
                by_table(plain, with_score, score, references[0]),
            ]
    if bases:
        parts += [
            "Variants, each beside what it is a variant of.",
            by_base(results, tables, bases),
        ]
    return "\n\n".join(parts)


def has_score(results, table, score):
    """Return whether a table is scored so."""
    return any(scores_of(ours, table, score) for ours in results.values())
