"""Small data sets: made up, one for each kind of X; and time series of other packages.

For images, and for tables of numbers, scikit-learn has data of its own
(:func:`sklearn.datasets.load_digits`, :func:`sklearn.datasets.load_diabetes`).
"""

from importlib.util import find_spec
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.utils import check_random_state

from skdeep._forms import check_path, check_seed

__all__ = ["load_series", "make_customers", "make_gestures", "make_reviews", "read_ts"]

# More would be no small data set.
MOST_SAMPLES = 10**8
TOWNS = ("Aarau", "Bern", "Chur", "Davos", "Genf", "Olten", "Thun", "Zug")
PLANS = ("basic", "family", "student")
GESTURES = ("circle", "circle back", "zigzag", "line")
GOOD = ("good", "great", "tasty", "friendly", "fresh")
BAD = ("bad", "awful", "cold", "rude", "stale")
THINGS = ("soup", "service", "bread", "waiter", "dessert", "coffee", "fish")
FILLERS = (
    "we came on a monday",
    "my aunt chose the place",
    "it rained",
    "there was music",
)


def make_customers(
    n_samples: int = 1000, *, random_state: Any = None
) -> tuple[Any, np.ndarray]:
    """Make up a table of customers, 1 in 15 of whom leaves.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of customers.
    random_state : int, RandomState instance or None, default=None
        Seed, for the same table again.

    Returns
    -------
    X : DataFrame of shape (n_samples, 6)
        Numbers ("age", "income", "months"), words ("plan", "town") and a truth value
        ("paperless"). Of one customer in six the income is not known, more often of
        those who leave.
    y : ndarray of str of shape (n_samples,)
        "leaves" or "stays".

    Examples
    --------
    >>> from skdeep.datasets import make_customers
    >>> X, y = make_customers(500, random_state=0)
    >>> X.dtypes.astype(str).tolist()
    ['int64', 'float64', 'int64', 'category', 'category', 'bool']
    >>> float((y == "leaves").mean())
    0.056
    """
    # Here, as pandas is slow to import.
    import pandas as pd

    rng = _check(n_samples, random_state)
    age = rng.randint(18, 80, n_samples)
    months = rng.geometric(0.03, n_samples)
    plan, town = (rng.randint(len(names), size=n_samples) for names in (PLANS, TOWNS))
    paperless = rng.uniform(size=n_samples) < 0.6
    income = np.exp(rng.normal(8, 0.5, n_samples))
    # The young leave the family plan, the old the basic one; newcomers leave anyhow.
    wants = np.where(
        plan == 1, (45 - age) / 10, np.where(plan == 0, (age - 55) / 10, 0)
    )
    score = 1.6 * wants - months / 12 - 0.6 * (income - 3000) / 2000
    score += 1.5 * (town < 2) * ~paperless
    leaves = rng.uniform(size=n_samples) < expit(score - 2.2)
    unknown = rng.uniform(size=n_samples) < np.where(leaves, 0.45, 0.13)
    X = pd.DataFrame(
        {
            "age": age.astype(np.int64),
            "income": np.where(unknown, np.nan, income.round()),
            "months": months.astype(np.int64),
            "plan": pd.Categorical.from_codes(plan, PLANS),
            "town": pd.Categorical.from_codes(town, TOWNS),
            "paperless": paperless,
        }
    )
    return X, np.where(leaves, "leaves", "stays")


def make_gestures(
    n_samples: int = 200, *, random_state: Any = None
) -> tuple[list[np.ndarray], np.ndarray]:
    """Make up movements of a hand, recorded for as long as each takes.

    Parameters
    ----------
    n_samples : int, default=200
        Number of movements.
    random_state : int, RandomState instance or None, default=None
        Seed, for the same movements again.

    Returns
    -------
    X : list of ndarray of shape (time, 2)
        Position at each of 20 to 60 steps, noisy, of any size, place and angle.
    y : ndarray of str of shape (n_samples,)
        "circle", "circle back" (the other way round), "line" or "zigzag".

    Examples
    --------
    >>> from skdeep.datasets import make_gestures
    >>> X, y = make_gestures(3, random_state=0)
    >>> [x.shape for x in X], y.tolist()
    ([(20, 2), (23, 2), (36, 2)], ['circle', 'line', 'circle back'])
    """
    rng = _check(n_samples, random_state)
    kinds = rng.randint(len(GESTURES), size=n_samples)
    X = []
    for kind in kinds:
        share = np.linspace(0, 1, rng.randint(20, 61)) ** rng.uniform(0.8, 1.25)
        turn = 2 * np.pi * share * (1 if kind == 0 else -1)
        path = {
            "circle": (np.cos(turn), np.sin(turn)),
            "circle back": (np.cos(turn), np.sin(turn)),
            "zigzag": (2 * share, 0.4 * np.abs((6 * share) % 2 - 1)),
            "line": (2 * share, 0.1 * share),
        }[GESTURES[kind]]
        angle, size = rng.uniform(0, 2 * np.pi), rng.uniform(0.5, 2)
        rotation = np.array(
            [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        )
        moved = size * np.transpose(path) @ rotation + rng.normal(size=2)
        X.append(moved + 0.05 * size * rng.normal(size=moved.shape))
    return X, np.array(GESTURES)[kinds]


def make_reviews(
    n_samples: int = 1000, *, random_state: Any = None
) -> tuple[list[str], np.ndarray]:
    """Make up reviews of restaurants, in which the order of words matters.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of reviews.
    random_state : int, RandomState instance or None, default=None
        Seed, for the same reviews again.

    Returns
    -------
    X : list of str
        Sentences. Of two opinions the one after "but" counts, and "not" turns an
        opinion round.
    y : ndarray of str of shape (n_samples,)
        "good" or "bad".

    Examples
    --------
    >>> from skdeep.datasets import make_reviews
    >>> X, y = make_reviews(2, random_state=0)
    >>> for text, opinion in zip(X, y):
    ...     print(f"{opinion}: {text}")
    bad: my aunt chose the place , the waiter was rude
    bad: the coffee was awful but the bread was not fresh
    """
    rng = _check(n_samples, random_state)

    def clause() -> tuple[str, bool]:
        good, turned = rng.uniform(size=2) < (0.5, 0.4)
        word = rng.choice(GOOD if good else BAD)
        words = f"the {rng.choice(THINGS)} was {'not ' if turned else ''}{word}"
        return words, bool(good != turned)

    X, y = [], []
    for _ in range(n_samples):
        text, is_good = clause()
        if rng.uniform() < 0.5:
            other, _ = clause()
            text = f"{other} but {text}"
        if rng.uniform() < 0.5:
            filler = rng.choice(FILLERS)
            text = f"{filler} , {text}" if rng.uniform() < 0.5 else f"{text} , {filler}"
        X.append(text)
        y.append("good" if is_good else "bad")
    return X, np.array(y)


def _check(n_samples: Any, random_state: Any) -> np.random.RandomState:
    """Check what all of the above take; return the source of randomness."""
    is_count = isinstance(n_samples, Integral) and not isinstance(n_samples, bool)
    if not is_count or not 1 <= n_samples <= MOST_SAMPLES:
        raise ValueError(
            f"n_samples={n_samples!r} is not allowed: give an integer from 1 to "
            f"{MOST_SAMPLES:,}."
        )
    check_seed(random_state)
    if isinstance(random_state, np.random.Generator):
        random_state = int(random_state.integers(2**32))
    return check_random_state(random_state)


def load_series(name: str, split: str) -> tuple[Any, np.ndarray]:
    """Load a time series data set of the UCR and UEA archives [1]_ [2]_.

    The files of some of them are part of the package aeon, which need not work, let
    alone be imported: ``pip install --no-deps aeon``.

    Parameters
    ----------
    name : str
        Such as "GunPoint" or "JapaneseVowels".
    split : {"train", "test"}
        Which part of the archive's own split.

    Returns
    -------
    X : ndarray of shape (n_samples, time, channels), or list of ndarray
        The series; a list of arrays of shape (time, channels) where they differ in
        length.
    y : ndarray of shape (n_samples,)
        Classes as text, or numbers.

    Raises
    ------
    ValueError
        If the package does not have the data set.
    ModuleNotFoundError
        If aeon is not installed.

    See Also
    --------
    read_ts : Read a file of your own.

    References
    ----------
    .. [1] H. A. Dau et al., "The UCR time series archive", IEEE/CAA Journal of
       Automatica Sinica 6, 2019.
    .. [2] A. Bagnall et al., "The UEA multivariate time series classification
       archive, 2018", arXiv:1811.00075.

    Examples
    --------
    >>> X, y = load_series("GunPoint", "train")  # doctest: +SKIP
    >>> X.shape  # doctest: +SKIP
    (50, 150, 1)
    """
    if not isinstance(name, str) or split not in ("train", "test"):
        raise ValueError(
            f"There is no split {split!r} of {name!r}: give 'train' or 'test', and a "
            "name such as 'GunPoint'."
        )
    spec = find_spec("aeon")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "load_series reads files of the package aeon: pip install --no-deps aeon."
        )
    folder = Path(spec.submodule_search_locations[0], "datasets", "data")
    known = sorted({found.parent.name for found in folder.glob("*/*_TRAIN.ts")})
    if name not in known:
        raise ValueError(
            f"There is no split {split!r} of {name!r} in the package aeon: give one of "
            f"{known}."
        )
    path = folder / name / f"{name}_{split.upper()}.ts"
    return read_ts(path)


def read_ts(path: str | Path) -> tuple[Any, np.ndarray]:
    r"""Read a file of time series in the ``.ts`` format of the UEA archive.

    Parameters
    ----------
    path : str or Path
        The file. Each line of data holds the channels of a series, separated by
        colons, values by commas, "?" for a gap, and at last its class or number.

    Returns
    -------
    X : ndarray of shape (n_samples, time, channels), or list of ndarray
        The series; a list of arrays of shape (time, channels) where they differ in
        length.
    y : ndarray of shape (n_samples,)
        Classes as text; numbers if the header has ``@targetlabel true``.

    Raises
    ------
    ValueError
        If there is no such file, or a line of its data is not of that form.

    Examples
    --------
    >>> import os, tempfile
    >>> from skdeep.datasets import read_ts
    >>> text = "@classlabel true a b\n@data\n1,2,3:4,5,6:a\n7,8:9,?:b\n"
    >>> path = os.path.join(tempfile.mkdtemp(), "two.ts")
    >>> with open(path, "w") as file:
    ...     _ = file.write(text)
    >>> X, y = read_ts(path)
    >>> [x.shape for x in X], X[1][1], y.tolist()
    ([(3, 2), (2, 2)], array([ 8., nan]), ['a', 'b'])
    """
    path = check_path(path)
    if not path.is_file():
        raise ValueError(
            f"There is no file {str(path)!r}: give the path of a .ts file."
        )
    header, _, body = path.read_text(encoding="utf-8").partition("@data")
    is_real = "@targetlabel true" in header.lower()
    X: list[np.ndarray] = []
    y: list[Any] = []
    for line in filter(None, map(str.strip, body.splitlines())):
        *channels, target = line.split(":")
        series = [c.replace("?", "nan").split(",") for c in channels]
        try:
            X.append(np.array(series, dtype=np.float64).T)
            y.append(float(target) if is_real else target)
        except ValueError as error:
            raise ValueError(
                f"Line {line[:60]!r} of {path} is no series and its target ({error}): "
                "give channels of one length, separated by colons, and then the target."
            ) from error
    if not X:
        raise ValueError(
            f"{path} has no series behind a line '@data': give a .ts file."
        )
    targets = np.array(y)
    if len({x.shape for x in X}) == 1:
        return np.stack(X), targets
    return X, targets
