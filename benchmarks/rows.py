"""Section *rows*: time and memory of large tables, and how many epochs they need."""

import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

import skdeep
from benchmarks.real_tables import from_r
from benchmarks.report import table
from benchmarks.scaling import in_fresh_process, peak_bytes

# Rows and columns, and whether the table lies in a memory map.
SIZES = {
    "25,000 x 50": (25_000, 50, False),
    "100,000 x 50": (100_000, 50, False),
    "1,000,000 x 20, memory map": (1_000_000, 20, True),
}
# Of more rows, its 256 epochs take half an hour and longer.
LARGEST_OF_PYTABKIT = 25_000
TEST_ROWS = 20_000
BLOCK = 100_000


def realmlp():
    """Return RealMLP (arXiv:2407.04491) as pytabkit has it."""
    kind = import_module("pytabkit").RealMLP_TD_S_Regressor
    return kind(random_state=0, device="cpu", n_threads=1)


BUILDERS = {
    "skdeep Tabular": lambda: skdeep.TabularRegressor(random_state=0),
    "skdeep MLP": lambda: skdeep.MLPRegressor(early_stopping=True, random_state=0),
    "HistGradientBoosting": lambda: HistGradientBoostingRegressor(random_state=0),
    "RealMLP TD-S": realmlp,
}

EPOCHS = (8, 16, 32, 64)
# Rows to train on, of the largest real tables at hand.
REAL = {
    "diamonds": (10_000, 43_000),
    "flights": (60_000, 250_000),
}

INTRODUCTION = """\
## Many rows

Time and memory of `fit` on large tables of normal numbers; the target is a sum of a
sine, a product, an absolute value, six numbers and noise, 0.02 of its variance.
One thread, each fit in a process of its own. Seconds are those of the CPU; peak MB is
what the process holds at most during `fit`, less what it held before it. The memory map
holds float32. RealMLP takes part up to {largest:,} rows.

{sizes}

How many epochs so many rows need, on the largest real tables at hand: held-out error
(1 - R² of the logarithm of the price of diamonds and of the delay of flights) of
`TabularRegressor` by `max_iter`, of one split, with the seconds that a fit takes.
"auto", the default, is 64 up to 50,000 rows, and beyond as many as make 3.2 million
samples seen, but no fewer than 32.

{epochs}"""


def target(X, rng):
    """Return the target of rows of normal numbers."""
    signal = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + np.abs(X[:, 3])
    signal += 0.5 * X[:, 4:10].sum(axis=1)
    return signal + rng.normal(0, 0.25, len(X))


def large_table(n_rows, n_columns, path=None):
    """Return a table and its target; the table in a memory map if there is a path."""
    rng = np.random.default_rng(0)
    X = np.empty((n_rows, n_columns), np.float32)
    if path is not None:
        X = np.lib.format.open_memmap(path, "w+", np.float32, X.shape)
    y = np.empty(n_rows)
    for start in range(0, n_rows, BLOCK):
        rows = slice(start, start + BLOCK)
        X[rows] = rng.standard_normal(X[rows].shape, dtype=np.float32)
        y[rows] = target(X[rows], rng)
    if path is not None:
        X.flush()
        X = np.load(path, mmap_mode="r")
    return X, y


def measure_size(name, size):
    """Fit a contestant to a table of some size; return error, seconds and bytes."""
    n_rows, n_columns, is_mapped = SIZES[size]
    model = BUILDERS[name]()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.npy" if is_mapped else None
        X, y = large_table(n_rows + TEST_ROWS, n_columns, path)
        before, start = peak_bytes(), time.process_time()
        model.fit(X[:n_rows], y[:n_rows])
        seconds, peak = time.process_time() - start, peak_bytes()
        error = 1 - r2_score(y[n_rows:], model.predict(X[n_rows:]))
        del X
    return error, seconds, peak - before


def diamonds():
    """Return diamonds and the logarithm of their price."""
    X = from_r("ggplot2", "diamonds")
    return X, np.log(X.pop("price").to_numpy(float))


def flights():
    """Return flights and their delay, between an hour early and three hours late."""
    X = from_r("nycflights13", "flights").dropna(subset=["arr_delay"])
    y = X.pop("arr_delay").clip(-60, 180).to_numpy(float)
    # The time of arrival would tell; the identity of a plane and flight hardly can.
    return X.drop(columns=["arr_time", "air_time", "tailnum", "flight", "time_hour"]), y


def measure_epochs(name, n_rows, max_iter):
    """Fit to so many rows of a real table; return the held-out error and seconds."""
    X, y = globals()[name]()
    n_test = min(TEST_ROWS, len(y) - n_rows)
    X, X_test, y, y_test = train_test_split(
        X, y, train_size=n_rows, test_size=n_test, random_state=0
    )
    model = skdeep.TabularRegressor(max_iter=max_iter, random_state=0)
    start = time.process_time()
    model.fit(X, y)
    seconds = time.process_time() - start
    return 1 - model.score(X_test, y_test), seconds


def sizes():
    """Yield rows of the table of sizes."""
    for size, (n_rows, *_) in SIZES.items():
        for name in BUILDERS:
            is_pytabkit = name.startswith("RealMLP")
            if is_pytabkit and (
                n_rows > LARGEST_OF_PYTABKIT or find_spec("pytabkit") is None
            ):
                continue
            error, seconds, peak = in_fresh_process(measure_size, name, size)
            yield [size, name, f"{error:.4f}", f"{seconds:.0f}", f"{peak / 1e6:.0f}"]


def epochs():
    """Yield rows of the table of epochs."""
    for name, numbers in REAL.items():
        for n_rows in numbers:
            cells = []
            for max_iter in EPOCHS:
                found = in_fresh_process(measure_epochs, name, n_rows, max_iter)
                cells.append("{:.4f} ({:.0f} s)".format(*found))
            yield [name, f"{n_rows:,}", *cells]


def section(options):
    """Measure large tables.

    Parameters
    ----------
    options : argparse.Namespace
        Nothing of it is used.

    Returns
    -------
    str
        The section in Markdown.
    """
    return INTRODUCTION.format(
        largest=LARGEST_OF_PYTABKIT,
        sizes=table("rows x columns | contestant | error | s | peak MB", sizes()),
        epochs=table(
            " | ".join(["table", "rows", *(f"{n} epochs" for n in EPOCHS)]), epochs()
        ),
    )
