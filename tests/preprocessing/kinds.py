"""The same samples in every kind of container."""

import numpy as np
import pandas as pd

KINDS = ("3d", "4d", "list", "object array", "series", "images of all sizes")


def make(kind, seed=0, dtype=np.float64, missing=True):
    """Return samples of three channels, some values of which are missing."""
    rng = np.random.default_rng(seed)
    scale, shift = np.array([1.0, 10.0, 0.1]), np.array([0.0, -5.0, 100.0])

    def values(*shape):
        x = (rng.gamma(2.0, size=(*shape, 3)) * scale + shift).astype(dtype)
        if missing:
            x[rng.random(x.shape) < 0.1] = np.nan
        return x

    if kind == "3d":
        return values(20, 7)
    if kind == "4d":
        return values(10, 4, 5)
    if kind == "images of all sizes":
        return [values(height, 4) for height in (3, 5, 2)]
    return collect(kind, [values(length) for length in (5, 9, 1, 0, 30)])


def collect(kind, arrays):
    """Put arrays into a list, an object array or a Series."""
    if kind == "list":
        return arrays
    cells = np.empty(len(arrays), dtype=object)
    cells[:] = arrays
    if kind == "object array":
        return cells
    index = [f"patient {position}" for position in range(len(arrays))]
    return pd.Series(cells, index=index, name="visits")


def rows(X):
    """Return the table that one would make by hand: every position is a row."""
    return np.concatenate([x.reshape(-1, x.shape[-1]) for x in X])


def copied(X):
    """Return an independent copy."""
    if isinstance(X, np.ndarray) and X.dtype != object:
        return X.copy()
    arrays = [x.copy() for x in X]
    return arrays if isinstance(X, list) else collect_like(X, arrays)


def collect_like(X, arrays):
    """Put arrays into a container of the kind of X."""
    if isinstance(X, pd.Series):
        return pd.Series(arrays, index=X.index, name=X.name)
    return collect("object array", arrays)


def assert_same(X, Y, **tolerance):
    """Check that containers, shapes and values agree."""
    assert type(X) is type(Y)
    assert len(X) == len(Y)
    if isinstance(X, pd.Series):
        pd.testing.assert_index_equal(X.index, Y.index)
        assert X.name == Y.name
    for x, y in zip(X, Y, strict=True):
        assert x.shape == y.shape
        assert x.dtype == y.dtype
        np.testing.assert_allclose(x, y, **tolerance)
