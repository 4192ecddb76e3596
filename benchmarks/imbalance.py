"""Section *imbalance*: what to do about rare classes, on real tables."""

import numpy as np
from sklearn.model_selection import TunedThresholdClassifierCV

from benchmarks.comparisons import paired_difference, scores_of, total
from benchmarks.real_tables import IMBALANCED, loaded
from benchmarks.report import table as markdown
from benchmarks.study import Study, chosen, chosen_contestants, run, variants
from benchmarks.table_contestants import CONTESTANTS, TableContestant

REFERENCE = "logistic regression, class_weight"
SCORES = {
    "balanced_accuracy": "Balanced accuracy",
    "auc": "AUC",
    "log_loss": "Log loss",
}

INTRODUCTION = """\
## Rare classes

Tables with a rare class, prepared as in the section on tables. Cross-validation; folds:
{n_folds}, repetitions: {n_repeats}. Means over the folds; in brackets the paired
difference from balanced logistic regression, in standard errors. A threshold that is
tuned for balanced accuracy (`TunedThresholdClassifierCV`) changes decisions only; prior
correction changes the probabilities back to the shares that were given, and with them
the decisions. Seconds of CPU are the sum over tables of a fit. In the last table, the
rarer class of cells is thinned out to 1 % of the rows.

| data | rows | share of the rare class |
| --- | --- | --- |
{shares}"""


def build_tuned(is_classification, seed, *, base, **settings):
    """Build a contestant whose threshold is tuned for balanced accuracy."""
    contestant = CONTESTANTS[base]
    model = contestant.builder(
        is_classification, seed, **{**contestant.settings, **settings}
    )
    return TunedThresholdClassifierCV(
        model, scoring="balanced_accuracy", random_state=seed
    )


METHODS = {
    "plain": {},
    "class_weight": {"class_weight": "balanced"},
    "oversampling": {"sampler": "over"},
    "undersampling": {"sampler": "under"},
    "balanced batches": {"balanced_batches": True},
    "class_weight, prior correction": {
        "class_weight": "balanced",
        "prior_correction": True,
    },
    "balanced batches, prior correction": {
        "balanced_batches": True,
        "prior_correction": True,
    },
}


def methods_of(name):
    """Return a network with each method, and with a tuned threshold."""
    base = CONTESTANTS[name]
    for method, settings in METHODS.items():
        yield TableContestant(
            f"{name}, {method}",
            base.builder,
            {**base.settings, **settings},
            base.packages,
        )
    yield TableContestant(
        f"{name}, tuned threshold", build_tuned, {"base": name}, base.packages
    )


def with_class_weight(name, contestant):
    """Return a contestant without and with balanced class weights."""
    weighted = {**contestant.settings, "class_weight": "balanced"}
    for suffix, settings in (("", contestant.settings), (", class_weight", weighted)):
        yield TableContestant(
            name + suffix, contestant.builder, settings, contestant.packages
        )


ALL_METHODS = (
    *with_class_weight("logistic regression", CONTESTANTS["linear"]),
    *with_class_weight("HistGradientBoosting", CONTESTANTS["HistGradientBoosting"]),
    *methods_of("skdeep MLP"),
    TableContestant(
        "skdeep MLP, by score, class_weight",
        CONTESTANTS["skdeep MLP, by score"].builder,
        {**CONTESTANTS["skdeep MLP, by score"].settings, **METHODS["class_weight"]},
        CONTESTANTS["skdeep MLP, by score"].packages,
    ),
    *methods_of("skdeep Tabular"),
)
METHODS_BY_NAME = {contestant.name: contestant for contestant in ALL_METHODS}


def by_table(results, tables, score):
    """Return means by contestant and table, with differences from the reference."""
    reference = results.get(REFERENCE)
    rows = []
    for name, ours in results.items():
        row = [name]
        means = []
        for table in tables:
            means.append(np.mean(list(scores_of(ours, table, score).values())))
            cell = f"{means[-1]:.3f}"
            if reference and name != REFERENCE:
                difference, error = paired_difference(ours, reference, table, score)
                if error > 0:
                    cell += f" ({difference / error:+.1f})"
            row.append(cell)
        rows.append([*row, f"{np.mean(means):.3f}", f"{total(ours, 'fit_cpu'):.1f}"])
    return markdown(" | ".join(["method", *tables, "mean", "fit, CPU s"]), rows)


def shares(tables):
    """Return the rows that describe the tables."""
    for name in tables:
        _, y = loaded(name)
        _, counts = np.unique(y, return_counts=True)
        yield f"| {name} | {len(y)} | {counts.min() / len(y):.3f} |"


def section(options):
    """Compare what can be done about rare classes.

    Parameters
    ----------
    options : argparse.Namespace
        With `contestant`, `table`, `variant`, `folds`, `repeats`, `cache` and `cached`.

    Returns
    -------
    str
        The section in Markdown.
    """
    tables = [table.name for table in chosen(options.table, IMBALANCED, "--table")]
    contestants = chosen_contestants(options.contestant, METHODS_BY_NAME)
    varied, _ = variants(options.variant, METHODS_BY_NAME)
    study = Study([*contestants, *varied], tables, options.folds, options.repeats)
    results = run(study, options.cache, options.cached)
    parts = [
        INTRODUCTION.format(
            n_folds=options.folds,
            n_repeats=options.repeats,
            shares="\n".join(shares(tables)),
        )
    ]
    for score, title in SCORES.items():
        parts += [f"{title}:", by_table(results, tables, score)]
    return "\n\n".join(parts)
