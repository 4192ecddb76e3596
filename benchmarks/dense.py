"""Section *dense*: a class for every pixel, by the presets and by PyTorch."""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.metrics import accuracy_score, jaccard_score

from benchmarks.libraries import convergence_warnings_ignored
from benchmarks.report import table
from benchmarks.scenes import digits_on_canvases, load_motifs, texture_mosaics
from benchmarks.timing import ratio, take_turns, verdict
from skdeep import CNNClassifier
from skdeep.nn import SCHEDULES, Network, Serial

PRESETS = ("unet", "fcn8s", "fcn32s")

INTRODUCTION = """\
## A class for every pixel

Presets of `CNNClassifier` at their defaults, one fit each, in single precision; the
mean intersection over union (IoU) of the classes and the share of correct pixels, on
images that no decision was made by. *Digits*: 1000 canvases of 64 x 64 pixels with
three handwritten digits each, six scraps of other digits and noise; 11 classes, nine
of ten pixels without ink. 200 canvases of other digits to judge by. *Textures*: 200
mosaics of 96 x 96 pixels, five Voronoi cells filled with brick, grass, gravel or
galaxies, each at a brightness and contrast of its own; 100 mosaics of the other halves
of the pictures to judge by. *Motifs*: mosaics likewise, of cells under the microscope,
coins, print, roofs and petals, whose halves are less alike than those of a texture: no
bar. PyTorch trains the same U-Net from the same starting
weights with the same loss, optimizer and schedule, images channels-last."""


class Task(NamedTuple):
    """Images, and what is to be reached on them.

    Parameters
    ----------
    load : callable
        Returns X, y, X_test, y_test.
    measure : str
        Of the bar: "IoU" or "accuracy".
    bar : float or None
        What the U-Net is to reach.
    """

    load: Callable
    measure: str
    bar: float | None


TASKS = {
    "digits": Task(digits_on_canvases, "IoU", 0.80),
    "textures": Task(texture_mosaics, "accuracy", 0.90),
    "motifs": Task(partial(texture_mosaics, load=load_motifs), "accuracy", None),
}
# PyTorch may be better by so much, and skdeep's time this many times its own.
ACCURACY_MARGIN, TIME_BAR = 0.02, 1 / 0.9


def preset(name, epochs=None):
    """Return a preset as it is, or trained for so many epochs."""
    changes = {} if epochs is None else {"max_iter": epochs}
    return CNNClassifier.from_preset(name, random_state=0, **changes)


def fit(estimator, X, y):
    """Fit and return the seconds."""
    start = time.perf_counter()
    with convergence_warnings_ignored():
        estimator.fit(X, y)
    return time.perf_counter() - start


def scores(y, predicted):
    """Return mean intersection over union, and accuracy, of all pixels."""
    flat = y.ravel(), predicted.ravel()
    return {
        "IoU": jaccard_score(*flat, average="macro"),
        "accuracy": accuracy_score(*flat),
    }


def row(task, contestant, epochs, found, seconds, bar=None):
    """Return a row of the table; a bar is the least value of the task's measure."""
    # At once, too: the whole section takes an hour.
    print(f"  {contestant}: {found}, {seconds:.0f} s", file=sys.stderr)
    reached = verdict(bar, found[TASKS[task].measure]) if bar else ""
    bar = f"{TASKS[task].measure} {bar:.3g}" if bar else ""
    return [
        task,
        contestant,
        epochs,
        f"{found['IoU']:.3f}",
        f"{found['accuracy']:.3f}",
        f"{seconds:.0f}",
        bar,
        reached,
    ]


def of_presets(name, data, options):
    """Yield a row for each preset."""
    X, y, X_test, y_test = data
    for network in options.network or PRESETS:
        print(f"  {name}: {network}", file=sys.stderr)
        cnn = preset(network, options.epochs)
        seconds = fit(cnn, X, y)
        found = scores(y_test, cnn.predict(X_test))
        bar = TASKS[name].bar if network == "unet" else None
        yield row(name, network, cnn.n_iter_, found, seconds, bar)


def module_like(estimator, shape, n_classes):
    """Return the same network in PyTorch, with the same starting weights.

    Parameters
    ----------
    estimator : CNNClassifier
        Not fitted.
    shape : tuple of int
        Of an image, channels last.
    n_classes : int
        At least 3.

    Returns
    -------
    torch.nn.Module
    """
    from benchmarks.torch_twin import start_alike, twin

    layers = Serial(estimator._make_layers(n_classes, shape))
    rng = np.random.default_rng(estimator.random_state)
    module, _ = twin(layers, shape[-1])
    start_alike(module, Network(layers, shape, np.float32, rng))
    return module


def in_torch(name, data, epochs):
    """Return the row of the U-Net in PyTorch."""
    from benchmarks.torch_twin import predict, train

    X, y, X_test, y_test = data
    cnn = preset("unet", epochs)
    module = module_like(cnn, X.shape[1:], len(np.unique(y)))
    print(f"  {name}: torch", file=sys.stderr)
    start = time.perf_counter()
    train(
        module,
        X,
        y,
        epochs=cnn.max_iter,
        batch_size=cnn.batch_size,
        rate=cnn.learning_rate_init,
        schedule=SCHEDULES[cnn.learning_rate](),
    )
    seconds = time.perf_counter() - start
    found = scores(y_test, predict(module, X_test))
    return row(name, "unet in PyTorch", cnn.max_iter, found, seconds)


def race(data, rounds):
    """Return ratios of the times of one epoch of the U-Net, by torch's threads."""
    import torch

    from benchmarks.torch_twin import train

    X, y, *_ = data
    cnn = preset("unet", 1)
    module = module_like(cnn, X.shape[1:], len(np.unique(y)))

    settings = {"rate": 1e-3, "schedule": SCHEDULES["constant"]()}

    def in_torch(threads):
        torch.set_num_threads(threads)
        start = time.perf_counter()
        train(module, X, y, epochs=1, batch_size=cnn.batch_size, **settings)
        return time.perf_counter() - start

    threads = sorted({1, torch.get_num_threads()})
    actions = {count: partial(in_torch, count) for count in threads}
    times = take_turns({"skdeep": partial(fit, cnn, X, y), **actions}, rounds)
    torch.set_num_threads(threads[-1])
    return {count: ratio(times["skdeep"], times[count]) for count in threads}


def in_words(ratios):
    """Return a sentence about ratios of times, the bar that of the fastest variant."""
    each = [f"{found} ({threads} threads)" for threads, found in ratios.items()]
    slowest = max(found.median for found in ratios.values())
    return (
        f"Time of an epoch of 64 mosaics, skdeep / torch: {', '.join(each)}; bar "
        f"{TIME_BAR:.2f}, {verdict(slowest, TIME_BAR)}."
    )


def section(options):
    """Fit the presets to both kinds of images, and the U-Net in PyTorch.

    Parameters
    ----------
    options : argparse.Namespace
        With ``rounds``, ``problem``, ``network`` and ``epochs``.

    Returns
    -------
    str
        The section in Markdown.
    """
    rows, notes = [], []
    for name in options.problem or TASKS:
        data = TASKS[name].load()
        rows += of_presets(name, data, options)
        if name == "textures":
            rows.append(in_torch(name, data, options.epochs))
            notes.append(in_words(race([part[:64] for part in data], options.rounds)))
    header = "images | network | epochs | mean IoU | accuracy | s per fit | bar | "
    return "\n\n".join([INTRODUCTION, table(header + "verdict", rows), *notes])
