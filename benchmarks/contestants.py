"""Who takes part in the speed section, and how each trains a workload.

Every ``prepare_*`` function is called once, in the worker process of its contestant,
and returns the function that is then timed again and again.
"""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import product, starmap
from typing import NamedTuple

import numpy as np
from joblib import cpu_count

from benchmarks.libraries import LEARNING_RATE, convergence_warnings_ignored


class Fit(NamedTuple):
    """Duration of one fit in seconds, and the mean training loss of its last epoch.

    The last entry is the largest memory of the process so far, in bytes.
    """

    seconds: float
    loss: float
    peak_memory: int


def fit_result(seconds, loss):
    """Return a `Fit` with the memory of this process."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Fit(seconds, loss, 1024 * kilobytes)


@dataclass(frozen=True)
class Contestant:
    """One library with one choice of threads and optimizer.

    Parameters
    ----------
    name : str
        Name in the table.
    library : str
        The library that the bar of a workload names; of several contestants with the
        same library the fastest counts.
    network : str
        The builder of the workload that this contestant trains.
    prepare_fit : callable
        Takes a workload, returns a function from a number of epochs to a `Fit`.
    """

    name: str
    library: str
    network: str
    prepare_fit: Callable


def prepare_estimator_fit(library, workload):
    """Prepare the fit of an estimator with scikit-learn's parameter names."""
    X, y = workload.data()

    def fit(epochs):
        estimator = workload.build(library).set_params(max_iter=epochs)
        with convergence_warnings_ignored():
            start = time.perf_counter()
            estimator.fit(X, y)
            seconds = time.perf_counter() - start
        if estimator.n_iter_ != epochs:
            raise RuntimeError(f"{library} ran {estimator.n_iter_} of {epochs} epochs")
        return fit_result(seconds, float(estimator.loss_))

    return fit


def prepare_predict(libraries, workload):
    """Prepare ``predict`` of one row; the function takes a number of calls.

    It returns the median duration of a call in seconds for each library. The libraries
    share a process and alternate call by call: a call is so short that the luck of a
    process (its memory layout, its core) would weigh more than the library.
    """
    X, y = workload.data()
    row = X[:1]
    with convergence_warnings_ignored():
        fitted = [
            workload.build(library).set_params(max_iter=1).fit(X, y)
            for library in libraries
        ]

    def predict(calls):
        seconds = np.empty((calls, len(fitted)))
        for durations in seconds:
            for position, estimator in enumerate(fitted):
                start = time.perf_counter()
                estimator.predict(row)
                durations[position] = time.perf_counter() - start
        return np.median(seconds, axis=0)

    return predict


def prepare_torch_fit(workload, threads, fused, channels_last=False):
    """Prepare the loop that a torch user writes by hand."""
    import torch

    torch.set_num_threads(threads)
    X, y = map(torch.from_numpy, workload.torch_data(channels_last))

    def fit(epochs):
        torch.manual_seed(0)
        network = workload.build("torch channels last" if channels_last else "torch")
        optimizer = torch.optim.Adam(
            network.parameters(), lr=LEARNING_RATE, fused=fused or None
        )
        start = time.perf_counter()
        for _ in range(epochs):
            total = 0.0
            for batch in torch.randperm(len(X)).split(workload.batch_size):
                optimizer.zero_grad()
                loss = torch.nn.functional.cross_entropy(network(X[batch]), y[batch])
                loss.backward()
                optimizer.step()
                # scikit-learn and skdeep sum the loss of every step too.
                total += loss.item() * len(batch)
        return fit_result(time.perf_counter() - start, total / len(X))

    return fit


def prepare_skorch_fit(workload, threads):
    """Prepare the fit of a ``skorch.NeuralNetClassifier``."""
    import skorch
    import torch

    torch.set_num_threads(threads)
    X, y = workload.torch_data()

    def fit(epochs):
        torch.manual_seed(0)
        classifier = skorch.NeuralNetClassifier(
            workload.build("torch"),
            criterion=torch.nn.CrossEntropyLoss,
            optimizer=torch.optim.Adam,
            lr=LEARNING_RATE,
            batch_size=workload.batch_size,
            max_epochs=epochs,
            iterator_train__shuffle=True,
            train_split=None,
            verbose=0,
        )
        start = time.perf_counter()
        classifier.fit(X, y)
        seconds = time.perf_counter() - start
        return fit_result(seconds, classifier.history[-1, "train_loss"])

    return fit


def estimator_contestant(library):
    """Return the contestant that chooses its threads itself."""
    return Contestant(
        library, library, library, partial(prepare_estimator_fit, library)
    )


def torch_contestant(threads, fused, channels_last=False):
    """Return torch with a number of threads, one of its Adams and of its layouts."""
    layout = "torch channels last" if channels_last else "torch"
    return Contestant(
        f"{layout}, threads: {threads}{', fused Adam' if fused else ''}",
        "torch",
        layout,
        partial(
            prepare_torch_fit,
            threads=threads,
            fused=fused,
            channels_last=channels_last,
        ),
    )


def skorch_contestant(threads):
    """Return skorch with a number of threads."""
    return Contestant(
        f"skorch, threads: {threads}",
        "skorch",
        "torch",
        partial(prepare_skorch_fit, threads=threads),
    )


def contestants():
    """List the contestants whose libraries are installed, skdeep first.

    Returns
    -------
    list of Contestant
    """
    entries = [estimator_contestant("skdeep"), estimator_contestant("scikit-learn")]
    missing = missing_libraries()
    thread_counts = sorted({1, cpu_count()})
    if "torch" not in missing:
        entries += starmap(torch_contestant, product(thread_counts, (False, True)))
        entries += [torch_contestant(n, True, True) for n in thread_counts]
    if not missing:
        entries += map(skorch_contestant, thread_counts)
    return entries


def missing_libraries():
    """Return the names of the optional libraries that are not installed."""
    return [library for library in ("torch", "skorch") if not find_spec(library)]
