"""Hostile X, y, weights and hyperparameters, and what may come of them."""

import linecache
import pickle
import traceback
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from scipy import sparse
from sklearn.exceptions import NotFittedError

import skdeep
from skdeep import preprocessing, resampling

N = 12
SPECIAL = [0.0, -0.0, 1e-310, 3.5e38, -1e39, 1e160, 1e308, -1e308, np.nan, np.inf]

# Few units and epochs, so that a fit takes milliseconds.
SMALL = {
    "max_iter": 2,
    "hidden_layer_sizes": (3,),
    "filters": (2,),
    "recurrent_units": (2,),
    "n_members": 2,
    "random_state": 0,
    "k_neighbors": 2,
}


def small(cls):
    """Return an instance that is fitted fast."""
    model = cls()
    known = model.get_params(deep=False)
    return model.set_params(**{k: v for k, v in SMALL.items() if k in known})


CLASSES = {
    cls.__name__: cls
    for module in (skdeep, preprocessing, resampling)
    for cls in (getattr(module, name) for name in module.__all__)
    if isinstance(cls, type)
}


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
    "read only": lambda rng, n: _frozen(numbers(rng, n, 2)),
    "fortran": lambda rng, n: np.asfortranarray(numbers(rng, n, 2)),
}
SIGNALS = {
    "series": lambda rng, n: numbers(rng, n, 5, 2),
    "images": lambda rng, n: numbers(rng, n, 5, 4, 1),
    "pixels": lambda rng, n: rng.integers(255, size=(n, 5, 4, 1)).astype("u1"),
    "videos": lambda rng, n: numbers(rng, n, 2, 3, 3, 1),
    "no steps": lambda rng, n: np.zeros((n, 0, 2)),
    "ragged": ragged,
    "ragged array": lambda rng, n: _objects(ragged(rng, n)),
    "texts": lambda rng, n: ["ab ba"[: 1 + i % 5] for i in range(n)],
    "texts with gaps": lambda rng, n: ["ab", "", None, "b"] * (n // 4) + [""] * (n % 4),
    "text series": lambda rng, n: pd.Series(["ab", "b"] * (n // 2) + ["a"] * (n % 2)),
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
}
TARGETS = {
    "binary": lambda rng, n: np.arange(n) % 2,
    "classes": lambda rng, n: np.arange(n) % 3,
    "strings": lambda rng, n: rng.choice(["a", "b"], n),
    "truth": lambda rng, n: np.arange(n) % 2 == 0,
    "one class": lambda rng, n: np.zeros(n, int),
    "each its own": lambda rng, n: np.arange(n),
    "reals": lambda rng, n: numbers(rng, n),
    "reals of steps": lambda rng, n: [numbers(rng, 1 + i % 5) for i in range(n)],
    "classes of steps": lambda rng, n: [np.arange(1 + i % 5) % 2 for i in range(n)],
    "steps": lambda rng, n: rng.integers(2, size=(n, 5)),
    "labels": lambda rng, n: rng.integers(2, size=(n, 3)),
    "sparse labels": lambda rng, n: sparse.csr_matrix(rng.integers(2, size=(n, 3))),
    "two reals": lambda rng, n: numbers(rng, n, 2),
    "column": lambda rng, n: (np.arange(n) % 2).reshape(-1, 1),
    "gaps": lambda rng, n: [0, 1, None] * (n // 3) + [0] * (n % 3),
    "mixed": lambda rng, n: [1, "a"] * (n // 2) + [1] * (n % 2),
    "mixed with gaps": lambda rng, n: [1, "a", None] * (n // 3) + [1] * (n % 3),
    "half a list": lambda rng, n: [[0], 1] * (n // 2) + [1] * (n % 2),
    "lists with gaps": lambda rng, n: [[0], None] * (n // 2) + [[1]] * (n % 2),
    "ragged steps": lambda rng, n: [[0] * (i % 3) for i in range(n)],
    "tuples": lambda rng, n: [(0, 1)] * n,
    "dicts": lambda rng, n: [{}] * n,
    "pandas gaps": lambda rng, n: pd.Series([1, pd.NA] * (n // 2) + [1] * (n % 2)),
    "Int64": lambda rng, n: pd.Series(np.arange(n) % 2, dtype="Int64"),
    "categories": lambda rng, n: pd.Series(rng.choice(["a", "b"], n), dtype="category"),
    "dates": lambda rng, n: pd.Series(pd.date_range("2020", periods=n)),
    "complex": lambda rng, n: np.ones(n) * 1j,
    "bytes": lambda rng, n: np.array([b"a", b"b"] * n)[:n],
    "large": lambda rng, n: np.arange(n) * 1e300,
    "large ints": lambda rng, n: [10**30] * n,
    "decimals": lambda rng, n: [Decimal(i) for i in range(n)],
    "float objects": lambda rng, n: np.arange(n, dtype=float).astype(object),
    "frame": lambda rng, n: pd.DataFrame({"a": np.arange(n) % 2}),
    "mixed frame": lambda rng, n: pd.DataFrame({"a": np.arange(n), "b": ["x"] * n}),
    "three axes": lambda rng, n: np.zeros((n, 2, 2)),
    "too few": lambda rng, n: np.arange(n - 1) % 2,
}
WEIGHTS = {
    "ones": lambda rng, n: np.ones(n),
    "counts": lambda rng, n: rng.integers(3, size=n),
    "zeros": lambda rng, n: np.zeros(n),
    "negative": lambda rng, n: -np.ones(n),
    "reals": lambda rng, n: abs(numbers(rng, n)),
    "large": lambda rng, n: np.full(n, 1e300),
    "strings": lambda rng, n: ["a"] * n,
    "gaps": lambda rng, n: [1, None] * (n // 2) + [1] * (n % 2),
    "too few": lambda rng, n: np.ones(n - 1),
    "two columns": lambda rng, n: np.ones((n, 2)),
    "ragged": lambda rng, n: [[1.0] * (1 + i % 2) for i in range(n)],
    "a word": lambda rng, n: "balanced",
    "a number": lambda rng, n: 2.0,
}
VALUES = [
    None,
    True,
    -1,
    0,
    1,
    2,
    0.0,
    0.5,
    1.5,
    1e-300,
    1e300,
    float("nan"),
    float("inf"),
    -float("inf"),
    "",
    "auto",
    "nonsense",
    b"bytes",
    (),
    [],
    {},
    (2, 0),
    (1.5,),
    ("a",),
    [None],
    {"a": 1},
    {0: 1.0, 1: 2.0},
    np.array([1, 2]),
    np.float32(0.5),
    np.int64(2),
    1j,
    object,
    Ellipsis,
    "balanced",
    "over",
    "roc_auc",
    "loss",
    "rotate",
    "mixup",
    "from_dtype",
    "same",
    "float32",
    "lbfgs",
    "sgd",
]


def _frozen(array):
    array.setflags(write=False)
    return array


def _objects(values):
    array = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        array[i] = value
    return array


def cases(cls):
    """Return a strategy of calls of one class: hyperparameters, X, y, weights."""
    names = sorted(cls().get_params(deep=False))
    # Those of the right kind come more often, so that half the fits run.
    xs = st.one_of(
        st.sampled_from(sorted(TABLES.items())),
        st.sampled_from(sorted(SIGNALS.items())),
        st.sampled_from(sorted(ODD.items())),
    )
    likely = st.sampled_from(sorted(TARGETS.items())[:12])
    ys = st.one_of(likely, st.sampled_from(sorted({**TARGETS, **ODD}.items())))
    ws = st.one_of(st.just(None), st.none(), st.sampled_from(sorted(WEIGHTS.items())))
    params = st.just({})
    if names:
        params = st.dictionaries(
            st.sampled_from(names), st.sampled_from(VALUES), max_size=2
        )
    return st.tuples(params, xs, ys, ws, st.integers(0, 2**32 - 1))


def attack(cls, case):
    """Fit and use a model on one case; raise AssertionError at any fault."""
    params, x, y, weights, seed = case
    rng = np.random.default_rng(seed)
    n = N if rng.random() < 0.8 else int(rng.integers(1, 5))
    X, target = x[1](rng, n), y[1](rng, n)
    given = () if weights is None else (weights[1](rng, n),)
    model = small(cls).set_params(**params)
    before = [_bytes(value) for value in (X, target, *given)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for category in (RuntimeWarning, DeprecationWarning, FutureWarning):
            warnings.simplefilter("error", category)
        try:
            outputs = list(use(model, X, target, given))
        except Warning as warning:
            raise AssertionError(f"warns: {warning!r}") from warning
        except Exception as error:
            _check_sentence(error)
            outputs = []
    assert [_bytes(value) for value in (X, target, *given)] == before, "changed"
    if hasattr(model, "predict") or not _has_gaps(X):
        for output in outputs:
            assert not _has_gaps(output), "NaN in an output"


def use(model, X, y, given):
    """Yield what a model makes of X."""
    if hasattr(model, "fit_resample"):
        yield from model.fit_resample(X, y)
        return
    takes_weights = hasattr(model, "predict") or "sample_weight" in str(
        model.fit.__code__.co_varnames
    )
    model.fit(X, y, *given) if takes_weights else model.fit(X, y)
    for name in ("predict", "predict_proba", "transform"):
        if hasattr(model, name):
            yield getattr(model, name)(X)


def _check_sentence(error):
    """Check that an error was raised on purpose, by a sentence."""
    kinds = (ValueError, TypeError, NotFittedError)
    assert isinstance(error, kinds), f"{type(error).__name__}: {error}"
    frame = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(frame.filename, frame.lineno).strip()
    where = f"{frame.filename}:{frame.lineno}"
    # imbalanced-learn checks for our samplers, narwhals for scikit-learn.
    writers = ("skdeep", "sklearn", "imblearn", "narwhals")
    ours = any(f"/{name}/" in frame.filename for name in writers)
    raised = line.startswith("raise")
    assert ours, f"{where}: {type(error).__name__}: {error}"
    assert raised, f"{where}: {type(error).__name__}: {error}"
    assert len(str(error).split()) >= 3, f"no sentence: {error}"


def _has_gaps(values):
    if sparse.issparse(values):
        values = values.data
    if isinstance(values, list | tuple):
        return any(_has_gaps(value) for value in values)
    if isinstance(values, np.ndarray) and values.dtype.kind == "O":
        return any(_has_gaps(value) for value in values.ravel().tolist())
    if isinstance(values, pd.DataFrame | pd.Series):
        return bool(np.any(values.isna()))
    if isinstance(values, float | np.ndarray) and np.asarray(values).dtype.kind in "fc":
        return not np.isfinite(values).all()
    return values is None


def _bytes(value):
    """Return what a value holds, without what pandas notes beside."""
    if isinstance(value, pd.Series):
        value = (str(value.dtype), list(value.index), list(value))
    if isinstance(value, pd.DataFrame):
        value = [_bytes(value.iloc[:, i]) for i in range(value.shape[1])]
    try:
        return pickle.dumps(value)
    except TypeError:
        return None
