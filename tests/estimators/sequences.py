"""Small made-up sequences of differing length."""

import numpy as np


def ragged(n_samples=60, n_channels=2, seed=0, longest=9):
    """Draw sequences of 2 steps to ``longest``."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(2, longest + 1, size=n_samples)
    return [rng.normal(size=(length, n_channels)) for length in lengths]


def signs(X):
    """Return a class of each sequence."""
    return np.array(["down", "up"])[[int(x[:, 0].sum() > 0) for x in X]]


def running_signs(X):
    """Return a class of each step."""
    return [np.where(np.cumsum(x[:, 0]) > 0, "up", "down") for x in X]


def sums(X):
    """Return a number of each sequence."""
    return np.array([x.sum() for x in X])


def running_sums(X):
    """Return a number of each step."""
    return [np.cumsum(x[:, 0]) for x in X]


def as_object_array(arrays):
    """Return arrays that differ in length as scikit-learn splits them best."""
    values = np.empty(len(arrays), dtype=object)
    for i, array in enumerate(arrays):
        values[i] = array
    return values
