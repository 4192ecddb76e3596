"""Memory and time of scaling a large array of images: ``python -m benchmarks.scaling``.

Every case runs in a process of its own. Peak memory is what the process holds at most,
less what it held after its imports, in units of the array: the array itself is 1.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np

from benchmarks.report import provenance, table
from benchmarks.timing import ratio, take_turns, verdict

SCALERS = ("MinMaxScaler", "StandardScaler", "RobustScaler")
MEMORY_BARS = {True: 2.2, False: 1.2}
TIME_BAR = 1.2
AXES = (0, 1, 2)
SIDE = 128


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
    """Call a function of this module in a new process and return its result."""
    program = (
        "import json; from benchmarks import scaling; "
        f"print(json.dumps(scaling.{function.__name__}(*{arguments!r})))"
    )
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(finished.stdout)


def measure(options):
    """Run all cases.

    Parameters
    ----------
    options : argparse.Namespace
        With ``gigabytes``, ``channels`` and ``rounds``.

    Returns
    -------
    str
        A table in Markdown.
    """
    rows = []
    for name in SCALERS:
        for copy, memory_bar in MEMORY_BARS.items():
            case = name, copy, options.gigabytes, options.channels
            memory = in_fresh_process(measure_memory, *case)
            ours, theirs = in_fresh_process(measure_time, *case, options.rounds)
            compared = ratio(ours, theirs)
            rows.append(
                [
                    f"`{name}(copy={copy})`",
                    f"{memory:.2f}",
                    f"{memory_bar} {verdict(memory, memory_bar)}",
                    f"{np.median(ours):.2f}",
                    f"{np.median(theirs):.2f}",
                    compared,
                    f"{TIME_BAR} {verdict(compared.median, TIME_BAR)}",
                ]
            )
    header = "scaler | peak memory | bar | seconds | NumPy's seconds | ratio | bar"
    return table(header, rows)


def main():
    """Measure with the options of the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling")
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--channels", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    command = (
        f"python -m benchmarks.scaling --gigabytes {options.gigabytes:g} "
        f"--channels {options.channels} --rounds {options.rounds}"
    )
    print(
        f"Fit and transform of {options.gigabytes:g} GB of images in single precision "
        f"with {options.channels} channels. Peak memory is in units of that array, "
        f"which is 1 of it.\n\n{measure(options)}\n\n{provenance(command)}"
    )


if __name__ == "__main__":
    main()
