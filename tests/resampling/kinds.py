"""Samples of every kind, made for 40 samples of which 12 are of the small class."""

import numpy as np
import pandas as pd
from scipy import sparse

rng = np.random.default_rng(0)
N_LARGE, N_SMALL = 28, 12
N = N_LARGE + N_SMALL
Y = rng.permutation(np.repeat([0, 1], [N_LARGE, N_SMALL]))

TABLE = rng.normal(size=(N, 3))
SERIES = rng.normal(size=(N, 5, 2)).astype(np.float32)
IMAGES = rng.integers(0, 256, size=(N, 4, 4, 3), dtype=np.uint8)
RAGGED = [rng.normal(size=(length, 2)) for length in rng.integers(1, 6, size=N)]
OBJECTS = np.empty(N, dtype=object)
OBJECTS[:] = RAGGED
FRAME = pd.DataFrame(
    {
        "age": rng.integers(18, 99, size=N),
        "weight": rng.normal(70, 10, size=N).astype(np.float32),
        "smokes": rng.random(N) < 0.5,
        "town": rng.choice(["Bonn", "Ulm", None], size=N),
        "size": pd.Categorical(rng.choice(["S", "M"], size=N), categories=list("SML")),
        "visits": pd.array(rng.integers(0, 9, size=N), dtype="Int64"),
    },
    index=[f"row {i}" for i in range(N)],
)
COUNTS = sparse.csr_array(rng.integers(0, 4, size=(N, 3)))
NUMBERS = FRAME[["age", "weight", "smokes"]]

# What can be interpolated, and what can only be repeated or left out.
NUMERIC = {
    "table": TABLE,
    "list of rows": TABLE.tolist(),
    "csr matrix": sparse.csr_array(TABLE),
    "csc matrix": sparse.csc_array(TABLE),
    "csr matrix of counts": COUNTS,
    "3-D array": SERIES,
    "4-D array of uint8": IMAGES,
    "list of arrays of one shape": list(SERIES),
    "DataFrame of numbers": NUMBERS,
    "Series of arrays of one shape": pd.Series(list(SERIES), name="walk"),
}
ANY = NUMERIC | {
    "DataFrame": FRAME,
    "ragged list": RAGGED,
    "object array": OBJECTS,
    "Series of arrays": pd.Series(RAGGED, index=range(5, 5 + N), name="walk"),
    "list of texts": [f"text {i}" for i in range(N)],
    "array of texts": np.array([f"text {i}" for i in range(N)]),
    "list of lists of tokens": [["the"] * (i % 3 + 1) for i in range(N)],
}


def as_list(X):
    """The samples of X one by one, comparable with ==."""
    if sparse.issparse(X):
        X = X.toarray()
    if isinstance(X, pd.DataFrame):
        X = X.astype(object).where(X.notna(), None).to_numpy()
    return [np.asarray(sample).tolist() for sample in X]
