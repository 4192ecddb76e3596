"""Section *scaling*: memory and time of scaling a large array of images."""

import json
import resource
import subprocess
import sys
import time
from itertools import product

import numpy as np

from benchmarks.report import table
from benchmarks.timing import ratio, take_turns, verdict

SCALERS = ("MinMaxScaler", "StandardScaler", "RobustScaler")
MEMORY_BARS = {True: 2.2, False: 1.2}
TIME_BAR = 1.2
AXES = (0, 1, 2)
SIDE = 128
CHANNELS = (3, 1)

INTRODUCTION = """\
## Scaling images

`fit_transform` of {gigabytes:g} GB of images of {side} x {side} pixels in single
precision, against the same statistics and arithmetic in plain NumPy. Every case runs in
a process of its own. Peak memory is what the process holds at most, less what it held
before, in units of the array: the array itself is 1. The ratio of times is the median
(and the range) over the rounds."""


def statistics(name, X):
    """Return what a scaler subtracts and what it divides by, with plain NumPy."""
    if name == "MinMaxScaler":
        low = X.min(axis=AXES)
        return low, X.max(axis=AXES) - low
    if name == "StandardScaler":
        return X.mean(axis=AXES), X.std(axis=AXES)
    low, center, high = np.percentile(X, (25, 50, 75), axis=AXES).astype(X.dtype)
    return center, high - low


def scale_with_numpy(name, X, copy):
    """Scale as one would by hand: one new array, or none."""
    shift, scale = statistics(name, X)
    out = np.subtract(X, shift, out=None if copy else X)
    return np.divide(out, scale, out=out)


def scale_with_skdeep(name, X, copy):
    """Fit a scaler and transform."""
    from skdeep import preprocessing

    return getattr(preprocessing, name)(copy=copy).fit_transform(X)


def images(gigabytes, channels):
    """Return random images in single precision."""
    n_images = max(1, round(gigabytes * 2**30 / (4 * SIDE * SIDE * channels)))
    rng = np.random.default_rng(0)
    return rng.standard_normal((n_images, SIDE, SIDE, channels), dtype=np.float32)


def peak_bytes():
    """Return the most memory that this process has held so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measure_memory(name, copy, gigabytes, channels):
    """Return the peak memory of one scaling in this process, in units of X."""
    scale_with_skdeep(name, images(0.0, channels), copy)
    before = peak_bytes()
    X = images(gigabytes, channels)
    scale_with_skdeep(name, X, copy)
    return (peak_bytes() - before) / X.nbytes


def measure_time(name, copy, gigabytes, channels, rounds):
    """Return the ratios of skdeep's time to NumPy's."""
    X = images(gigabytes, channels)
    # Whoever first touches the memory of a result pays for it.
    scale_with_numpy(name, X, copy)

    def timed(scale):
        start = time.perf_counter()
        scale(name, X, copy)
        return time.perf_counter() - start

    seconds = take_turns(
        {
            "skdeep": lambda: timed(scale_with_skdeep),
            "numpy": lambda: timed(scale_with_numpy),
        },
        rounds,
    )
    return [seconds["skdeep"], seconds["numpy"]]


def in_fresh_process(function, *arguments):
    """Call a function of a module in a new process and return its result."""
    program = (
        f"import json; from {function.__module__} import {function.__name__} as call; "
        f"print(json.dumps(call(*{arguments!r})))"
    )
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(finished.stdout)


def section(options):
    """Measure all scalers, with and without a copy.

    Parameters
    ----------
    options : argparse.Namespace
        With `rounds` and `gigabytes`.

    Returns
    -------
    str
        The section in Markdown.
    """
    rows = []
    for channels, name, copy in product(CHANNELS, SCALERS, MEMORY_BARS):
        case = name, copy, options.gigabytes, channels
        memory = in_fresh_process(measure_memory, *case)
        ours, theirs = in_fresh_process(measure_time, *case, options.rounds)
        compared = ratio(ours, theirs)
        bar = MEMORY_BARS[copy]
        rows.append(
            [
                channels,
                f"`{name}(copy={copy})`",
                f"{memory:.2f}",
                f"{bar} {verdict(memory, bar)}",
                f"{np.median(ours):.2f}",
                f"{np.median(theirs):.2f}",
                compared,
                f"{TIME_BAR} {verdict(compared.median, TIME_BAR)}",
            ]
        )
    header = "channels | scaler | peak memory | bar | s | NumPy, s | skdeep / it | bar"
    introduction = INTRODUCTION.format(gigabytes=options.gigabytes, side=SIDE)
    return f"{introduction}\n\n{table(header, rows)}"
