"""Hostile X, and other things that are none, each of n samples."""

import array
import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
from scipy import sparse
from sklearn.dummy import DummyClassifier

SPECIAL = [0.0, -0.0, 1e-310, 3.5e38, -1e39, 1e160, 1e308, -1e308, np.nan, np.inf]


def numbers(rng, *shape):
    """Return numbers, at times with a few that are no ordinary ones."""
    x = rng.normal(size=shape)
    if x.size and rng.random() < 0.4:
        for _ in range(rng.integers(1, 3)):
            x.flat[rng.integers(x.size)] = rng.choice(SPECIAL)
    return x


def ragged(rng, n):
    """Return sequences of 1 to 5 steps, at times with another rank among them."""
    n_channels = rng.integers(1, 3)
    samples = [numbers(rng, 1 + i % 5, n_channels) for i in range(n)]
    if n and rng.random() < 0.3:
        odd = [np.zeros((0, n_channels)), np.zeros(3), None, "abc", np.zeros((2, 9))]
        samples[rng.integers(n)] = odd[rng.integers(len(odd))]
    return samples


def frame(rng, n):
    """Return a table of several kinds of columns with gaps."""
    table = pd.DataFrame(
        {
            "number": numbers(rng, n),
            "word": rng.choice(["a", "b", None], n),
            "category": pd.Categorical(rng.choice(["u", "v"], n)),
            "truth": rng.random(n) < 0.5,
            "whole": pd.array(rng.choice([1, 2], n), dtype="Int64"),
            "date": pd.date_range("2020", periods=n),
            "mixed": [1, "a", None, 2.5, (1,), {}][: n % 7] + [1] * (n - min(n % 7, 6)),
        }
    )
    n_columns = rng.integers(1, len(table.columns) + 1)
    return table[list(rng.permutation(table.columns)[:n_columns])]


def one_kind(rng, n):
    """Return a frame of two columns of one of the types that pandas has."""
    kinds = {
        "nullable ints": pd.array([1, None] * n, dtype="Int8"),
        "nullable floats": pd.array([0.5, None] * n, dtype="Float32"),
        "nullable truth": pd.array([True, None] * n, dtype="boolean"),
        "strings": pd.array(["a", None] * n, dtype="string"),
        "categories with gaps": pd.Categorical(["a", None] * n),
        "categories of ints": pd.Categorical([3, 1] * n, ordered=True),
        "unused categories": pd.Categorical(["a"] * 2 * n, categories=["b", "a"]),
        "categories of dates": pd.Categorical(pd.date_range("2020", periods=2 * n)),
        "months": pd.period_range("2020", periods=2 * n, freq="M"),
        "intervals": pd.interval_range(0, 2 * n),
        "time zones": pd.date_range("2020", periods=2 * n, tz="Europe/Rome"),
        "durations": pd.timedelta_range("1h", periods=2 * n),
        "sparse": pd.arrays.SparseArray([0.0, 1.0] * n),
        "sparse gaps": pd.arrays.SparseArray([np.nan, 1.0] * n),
        "complex": np.ones(2 * n) * 1j,
        "bytes": np.array([b"a", b"b"] * n, object),
        "gaps alone": np.array([None] * 2 * n),
        "NaN alone": np.full(2 * n, np.nan),
        "NA alone": pd.array([pd.NA] * 2 * n, dtype="Int64"),
        "sets": np.array([{1}, {2}] * n, object),
        "huge ints": np.array([10**30, 1] * n, object),
    }
    values = pd.Series(kinds[rng.choice(list(kinds))])
    return pd.DataFrame({"a": values[:n], "b": values[n:].reset_index(drop=True)})


TABLES = {
    "numbers": lambda rng, n: numbers(rng, n, rng.integers(1, 5)),
    "float32": lambda rng, n: rng.normal(size=(n, 2)).astype("f4"),
    "float16": lambda rng, n: rng.normal(size=(n, 2)).astype("f2"),
    "ints": lambda rng, n: rng.integers(-9, 9, (n, 3)),
    "bytes": lambda rng, n: rng.integers(255, size=(n, 2)).astype("u1"),
    "large ints": lambda rng, n: rng.integers(2**62, 2**63 - 1, (n, 2)),
    "truth": lambda rng, n: rng.random((n, 2)) < 0.5,
    "constant": lambda rng, n: np.full((n, 2), rng.choice(SPECIAL)),
    "complex": lambda rng, n: rng.normal(size=(n, 2)) * 1j,
    "dates": lambda rng, n: np.array(["2020"] * n, "M8[D]").reshape(-1, 1),
    "words": lambda rng, n: rng.choice(["a", "b", ""], (n, 2)),
    "objects": lambda rng, n: rng.choice(np.array([1, "a", None, 2.0], object), (n, 2)),
    "number objects": lambda rng, n: numbers(rng, n, 2).astype(object),
    "no columns": lambda rng, n: np.zeros((n, 0)),
    "no rows": lambda rng, n: np.zeros((0, 2)),
    "csr": lambda rng, n: sparse.csr_matrix(numbers(rng, n, 3)),
    "csc": lambda rng, n: sparse.csc_array(numbers(rng, n, 3)),
    "coo": lambda rng, n: sparse.coo_matrix(numbers(rng, n, 3)),
    "frame": frame,
    "frame of numbers": lambda rng, n: pd.DataFrame(numbers(rng, n, 2)),
    "doubled names": lambda rng, n: pd.DataFrame(numbers(rng, n, 2), columns=["a"] * 2),
    "rows": lambda rng, n: numbers(rng, n, 2).tolist(),
    "read only": lambda rng, n: frozen(numbers(rng, n, 2)),
    "fortran": lambda rng, n: np.asfortranarray(numbers(rng, n, 2)),
    "backwards": lambda rng, n: numbers(rng, n, 3)[::-1, ::-1],
    "every other": lambda rng, n: numbers(rng, 2 * n, 4)[::2, ::2],
    "one for all": lambda rng, n: np.broadcast_to(numbers(rng, 1, 2), (n, 2)),
    "big-endian": lambda rng, n: numbers(rng, n, 2).astype(">f8"),
    "longdouble": lambda rng, n: rng.normal(size=(n, 2)).astype(np.longdouble),
    "overflown float16": lambda rng, n: (numbers(rng, n, 2) * 1e4).astype("f4"),
    "masked": lambda rng, n: np.ma.masked_greater(rng.normal(size=(n, 2)), 1),
    "matrix": lambda rng, n: np.asmatrix(rng.normal(size=(n, 2))),
    "record": lambda rng, n: np.zeros(n, [("a", float), ("b", int)]),
    "void": lambda rng, n: np.zeros((n, 2), "V4"),
    "durations": lambda rng, n: rng.integers(9, size=(n, 2)).astype("m8[s]"),
    "byte strings": lambda rng, n: rng.choice([b"a", b"b"], (n, 2)),
    "huge ints": lambda rng, n: [[10**30, i] for i in range(n)],
    "huge uints": lambda rng, n: np.full((n, 2), 2**64 - 1, "u8"),
    "decimals": lambda rng, n: [[Decimal(i), Fraction(1, 3)] for i in range(n)],
    "days": lambda rng, n: [[datetime.date(2020, 1, 1 + i % 9)] for i in range(n)],
    "no rows or columns": lambda rng, n: np.zeros((0, 0)),
    "empty rows": lambda rng, n: [[] for _ in range(n)],
    "unequal rows": lambda rng, n: [[1.0] * (1 + i % 2) for i in range(n)],
    "rows of arrays": lambda rng, n: list(numbers(rng, n, 2)),
    "rows of series": lambda rng, n: [pd.Series(row) for row in numbers(rng, n, 2)],
    "rows of dicts": lambda rng, n: [{"a": 1.0, "b": i} for i in range(n)],
    "rows of sparse": lambda rng, n: [sparse.csr_matrix([[0.0, i]]) for i in range(n)],
    "rows with None": lambda rng, n: [[1.0, None if i % 3 else 2.0] for i in range(n)],
    "number words": lambda rng, n: np.array([["1", "2.5"]] * n),
    "array-like": lambda rng, n: ArrayLike(numbers(rng, n, 2)),
    "sparse truth": lambda rng, n: sparse.csr_matrix(rng.random((n, 3)) < 0.5),
    "sparse ints": lambda rng, n: sparse.csr_array(rng.integers(3, size=(n, 3))),
    "sparse vector": lambda rng, n: sparse.coo_array(np.arange(n) % 3),
    "dok": lambda rng, n: sparse.dok_array(numbers(rng, n, 2)),
    "lil": lambda rng, n: sparse.lil_matrix(numbers(rng, n, 2)),
    "bsr": lambda rng, n: sparse.bsr_matrix(numbers(rng, n, 2)),
    "dia": lambda rng, n: sparse.dia_matrix(numbers(rng, n, 3)),
    "no entries": lambda rng, n: sparse.csr_matrix((n, 3)),
    "frame of one kind": lambda rng, n: one_kind(rng, n),
    "two levels": lambda rng, n: _relabelled(numbers(rng, n, 2), levels=True),
    "odd names": lambda rng, n: _relabelled(numbers(rng, n, 2), levels=False),
    "index of dates": lambda rng, n: _of_dates(numbers(rng, n, 2)),
    "frame without columns": lambda rng, n: pd.DataFrame(index=range(n)),
    "frame without rows": lambda rng, n: pd.DataFrame({"a": [1.0], "b": ["u"]})[:0],
    "frame of lists": lambda rng, n: pd.DataFrame({"a": [[1.0, 2.0]] * n}),
    "polars": lambda rng, n: pl.DataFrame({"a": numbers(rng, n), "b": ["u"] * n}),
    "polars gaps": lambda rng, n: pl.DataFrame(
        {"a": [1, None] * n, "b": [True] * 2 * n}
    ),
}
SIGNALS = {
    "series": lambda rng, n: numbers(rng, n, 5, 2),
    "images": lambda rng, n: numbers(rng, n, 5, 4, 1),
    "pixels": lambda rng, n: rng.integers(255, size=(n, 5, 4, 1)).astype("u1"),
    "videos": lambda rng, n: numbers(rng, n, 2, 3, 3, 1),
    "no steps": lambda rng, n: np.zeros((n, 0, 2)),
    "ragged": ragged,
    "ragged array": lambda rng, n: as_objects(ragged(rng, n)),
    "texts": lambda rng, n: ["ab ba"[: 1 + i % 5] for i in range(n)],
    "texts with gaps": lambda rng, n: ["ab", "", None, "b"] * (n // 4) + [""] * (n % 4),
    "text series": lambda rng, n: pd.Series(["ab", "b"] * (n // 2) + ["a"] * (n % 2)),
    "no channels": lambda rng, n: np.zeros((n, 5, 0)),
    "no series": lambda rng, n: np.zeros((0, 5, 2)),
    "six axes": lambda rng, n: np.zeros((n, 2, 2, 2, 1, 1)),
    "object series": lambda rng, n: numbers(rng, n, 4, 2).astype(object),
    "word series": lambda rng, n: np.full((n, 4, 2), "a"),
    "nested lists": lambda rng, n: numbers(rng, n, 4, 2).tolist(),
    "nested ragged lists": lambda rng, n: [
        [[1.0, 2.0]] * (1 + i % 3) for i in range(n)
    ],
    "deep lists": lambda rng, n: [[[[[[1.0]]]]]] * n,
    "unequal depth": lambda rng, n: [[[1.0]], [1.0], 1.0, []] * n,
    "frames": lambda rng, n: [pd.DataFrame(numbers(rng, 3, 2)) for _ in range(n)],
    "sequences of series": lambda rng, n: [
        pd.Series(numbers(rng, 3)) for _ in range(n)
    ],
    "sequences of words": lambda rng, n: [["a", "b"][: 1 + i % 2] for i in range(n)],
    "sequences of ints": lambda rng, n: [list(range(1 + i % 4)) for i in range(n)],
    "sequences of gaps": lambda rng, n: [[None, "a", 1.0]] * n,
    "sequences of huge ints": lambda rng, n: [[10**30, 1]] * n,
    "sequences of truth": lambda rng, n: [np.ones(1 + i % 3, bool) for i in range(n)],
    "complex sequences": lambda rng, n: [np.ones((2, 1)) * 1j for _ in range(n)],
    "masked sequences": lambda rng, n: [np.ma.masked_less(np.ones((2, 1)), 2)] * n,
    "object frames": lambda rng, n: pd.Series([np.ones((2, 1))] * n, index=["i"] * n),
    "bytes": lambda rng, n: [b"ab", b"b"] * n,
    "byte arrays": lambda rng, n: [bytearray(b"ab")] * n,
    "numpy words": lambda rng, n: np.array(["ab", "b"] * n)[:n],
    "odd characters": lambda rng, n: ["a\x00b", "\ud800", " ", "\n\t", "é" * 9] * n,
    "text table": lambda rng, n: pd.DataFrame({"text": ["ab", "b"] * n}),
    "text and numbers": lambda rng, n: ["ab", 3, 2.5, ("a",)] * n,
}
ODD = {
    "None": lambda rng, n: None,
    "a number": lambda rng, n: 3.5,
    "a word": lambda rng, n: "word",
    "a dict": lambda rng, n: {"a": [1] * n},
    "a set": lambda rng, n: set(range(n)),
    "a generator": lambda rng, n: (i for i in range(n)),
    "no axes": lambda rng, n: np.array(1.0),
    "nothing": lambda rng, n: [],
    "one axis": lambda rng, n: numbers(rng, n),
    "objects": lambda rng, n: [object() for _ in range(n)],
    "truth": lambda rng, n: True,
    "a huge int": lambda rng, n: 10**400,
    "bytes": lambda rng, n: b"bytes",
    "a range": lambda rng, n: range(n),
    "an array of Python": lambda rng, n: array.array("d", range(n)),
    "a memory view": lambda rng, n: memoryview(np.ones((n, 2))),
    "a dict of arrays": lambda rng, n: {"a": np.ones(n), "b": np.ones(n)},
    "keys": lambda rng, n: dict.fromkeys(range(n)).keys(),
    "a class": lambda rng, n: np.ndarray,
    "a function": lambda rng, n: np.mean,
    "a type of pandas": lambda rng, n: pd.NA,
    "gaps": lambda rng, n: [None] * n,
    "NaN": lambda rng, n: [float("nan")] * n,
    "no objects": lambda rng, n: np.array([], object),
    "an index": lambda rng, n: pd.RangeIndex(n),
    "two indices": lambda rng, n: pd.MultiIndex.from_product([["a"], range(n)]),
    "itself": lambda rng, n: _endless(),
    "a scalar array": lambda rng, n: np.array("word"),
    "an estimator": lambda rng, n: DummyClassifier(),
    "a view of many axes": lambda rng, n: memoryview(np.ones((n, 3, 2))),
    "values": lambda rng, n: dict.fromkeys(range(n), 1.0).values(),
    "wide integers": lambda rng, n: pl.DataFrame({"a": [1] * n}).cast(pl.Int128),
    "dates and words": lambda rng, n: [datetime.date(2020, 1, 1), "a"] * n,
}


def frozen(array):
    array.setflags(write=False)
    return array


def as_objects(values):
    array = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        array[i] = value
    return array


class ArrayLike:
    """What NumPy takes for an array, and no more than that."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype=dtype)


def _relabelled(values, levels):
    names = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]) if levels else [0, None]
    return pd.DataFrame(values, columns=names)


def _of_dates(values):
    index = pd.MultiIndex.from_product(
        [["a"], pd.date_range("2020", periods=len(values))]
    )
    return pd.DataFrame(values, index=index, columns=["a", "b"])


def _endless():
    values = []
    values.append(values)
    return values
