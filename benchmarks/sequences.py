"""Section *sequences*: recurrent networks on data sets with published figures."""

import sys
import time
from typing import NamedTuple

import numpy as np

from benchmarks.libraries import convergence_warnings_ignored
from benchmarks.report import table
from skdeep import RNNClassifier
from skdeep.datasets import load_series
from skdeep.pipeline import make_pipeline
from skdeep.preprocessing import StandardScaler

SEEDS = range(5)

INTRODUCTION = f"""\
## Accuracy of recurrent networks

`StandardScaler` and `RNNClassifier`, fitted to the training part and scored on the test
part of the official split, with {len(SEEDS)} seeds each: no part of the test set
decides anything while fitting. All networks are GRUs of 64 units in both directions,
with the hyperparameters listed, in single precision. The bar for MNIST-1D is the
figure that its authors publish for a GRU [1]; those for GunPoint and ItalyPowerDemand
are of a multilayer perceptron [2]; JapaneseVowels has sequences of 7 to 29 steps.

[1] S. Greydanus and D. Kobak, "Scaling down deep learning with MNIST-1D", ICML 2024.
[2] H. Ismail Fawaz et al., "Deep learning for time series classification: a review",
Data Mining and Knowledge Discovery 33, 2019."""


class Problem(NamedTuple):
    """A data set, the hyperparameters for it, and the accuracy to reach."""

    name: str
    params: dict
    bar: float


COSINE = {"learning_rate": "cosine", "learning_rate_init": 0.01}
PROBLEMS = [
    Problem(
        "MNIST-1D",
        {"pooling": "max", "batch_size": 100, "max_iter": 20, **COSINE},
        0.91,
    ),
    Problem(
        "JapaneseVowels",
        {
            "pooling": "mean",
            "dropout": 0.3,
            "max_iter": 60,
            "learning_rate_init": 0.005,
        },
        0.98,
    ),
    Problem(
        "GunPoint",
        {"pooling": "max", "batch_size": 8, "max_iter": 100, **COSINE},
        0.927,
    ),
    Problem(
        "ItalyPowerDemand",
        {"batch_size": 16, "max_iter": 100, "learning_rate_init": 0.005},
        0.954,
    ),
]


def load(name):
    """Return ``X, y, X_test, y_test`` of a data set."""
    if name != "MNIST-1D":
        return *load_series(name, "train"), *load_series(name, "test")
    from mnist1d.data import get_dataset_args, make_dataset

    data = make_dataset(get_dataset_args())
    # With an axis of channels, StandardScaler scales a series as a whole.
    return data["x"][..., None], data["y"], data["x_test"][..., None], data["y_test"]


def score(problem, seed):
    """Return accuracy on the test part and the seconds of the fit."""
    X, y, X_test, y_test = load(problem.name)
    network = RNNClassifier(
        bidirectional=True,
        dtype="float32",
        n_iter_no_change=10**9,
        random_state=seed,
        **problem.params,
    )
    model = make_pipeline(StandardScaler(), network)
    start = time.perf_counter()
    with convergence_warnings_ignored():
        model.fit(X, y)
    return model.score(X_test, y_test), time.perf_counter() - start


def row(problem):
    """Fit with every seed and return the row of the table."""
    print(f"  {problem.name}", file=sys.stderr)
    scores, seconds = np.transpose([score(problem, seed) for seed in SEEDS])
    return [
        problem.name,
        ", ".join(f"{name}={value!r}" for name, value in problem.params.items()),
        f"{scores.mean():.4f}",
        f"{scores.min():.4f}-{scores.max():.4f}",
        f"{problem.bar}",
        "met" if scores.mean() >= problem.bar else "missed",
        f"{np.median(seconds):.0f}",
    ]


def section(options):
    """Score recurrent networks on every data set.

    Parameters
    ----------
    options : argparse.Namespace
        Not used: data and seeds are part of the protocol.

    Returns
    -------
    str
        The section in Markdown.
    """
    header = "data | hyperparameters | accuracy | range | bar | verdict | s per fit"
    return f"{INTRODUCTION}\n\n{table(header, map(row, PROBLEMS))}"
