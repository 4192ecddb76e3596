"""Calls of every public class with hostile arguments, and what may come of them."""

import contextlib
import inspect
import io
import linecache
import pickle
import traceback
import warnings

import numpy as np
import pandas as pd
import polars as pl
from hypothesis import strategies as st
from scipy import sparse
from sklearn.exceptions import NotFittedError

import skdeep
from skdeep import preprocessing, resampling
from tests.hostile_samples import ODD, SIGNALS, TABLES
from tests.hostile_targets import TARGETS, VALUES, WEIGHTS

N = 12

# Few units and epochs, so that a fit takes milliseconds.
SMALL = {
    "max_iter": 2,
    "hidden_layer_sizes": (3,),
    "filters": (2,),
    "units": (2,),
    "n_members": 2,
    "random_state": 0,
    "k_neighbors": 2,
}
# Allowed at any size, and then they last.
ENDLESS = ("max_iter", "n_ensembles")

CLASSES = {
    cls.__name__: cls
    for module in (skdeep, preprocessing, resampling)
    for cls in (getattr(module, name) for name in module.__all__)
    if isinstance(cls, type)
}


def small(cls):
    """Return an instance that is fitted fast."""
    model = cls()
    known = model.get_params(deep=False)
    if cls is resampling.SMOTENC:
        known["categorical_features"] = [0]
    return model.set_params(**known | {k: v for k, v in SMALL.items() if k in known})


def cases(cls):
    """Return a strategy of calls of one class, each from a seed."""
    return st.builds(Case, st.just(cls), st.integers(0, 2**63))


def fit_X(name, rng, n):
    """Return samples that a class takes."""
    if name in ("RNNGenerator", "Seq2SeqClassifier", "SequenceVectorizer"):
        return ["ab", "b", "ba"] * (n // 3) + ["a"] * (n % 3)
    if name.startswith(("CNN", "RNN", "Seq", "Sample")):
        return rng.normal(size=(n, 5, 2))
    return rng.normal(size=(n, 3))


def fit_y(name, rng, n):
    """Return targets that a class takes."""
    if name == "Seq2SeqRegressor":
        return [np.arange(1.0 + i % 3) for i in range(n)]
    return rng.normal(size=n) if name.endswith("Regressor") else np.arange(n) % 2


class Case:
    """A call of one class: hyperparameters, X, y, weights, and another X for later.

    All of it follows from one seed, so that kinds of values meet each other at random.
    """

    def __init__(self, cls, seed):
        rng = np.random.default_rng(seed)
        self.cls, self.n = cls, N if rng.random() < 0.8 else int(rng.integers(1, 5))
        # One thing alone gets further than all of them at once.
        wild = rng.choice(["params", "X", "y", "weights", "asked", "all"])
        self.way = rng.choice(["fit", "fit", "partial_fit", "validation"])
        self.kinds = []
        self.params = self._params(rng) if wild in ("params", "all") else {}
        self.X = self._draw(
            rng, {**TABLES, **SIGNALS, **ODD}, wild in ("X", "all"), fit_X
        )
        self.y = self._draw(rng, {**TARGETS, **ODD}, wild in ("y", "all"), fit_y)
        self.weights = ()
        if wild in ("weights", "all"):
            self.weights = (self._draw(rng, WEIGHTS),)
        self.asked = self.X
        if wild in ("asked", "all"):
            self.asked = self._draw(rng, {**TABLES, **SIGNALS, **ODD})

    def _params(self, rng):
        names = sorted(self.cls().get_params(deep=False))
        chosen = rng.permutation(names)[: rng.integers(1, 3)].tolist()
        params = {name: VALUES[rng.integers(len(VALUES))] for name in chosen}
        endless = [n for n in ENDLESS if type(params.get(n)) is int and params[n] > 9]
        return {name: value for name, value in params.items() if name not in endless}

    def _draw(self, rng, kinds, wild=True, ordinary=None):
        if not wild:
            return ordinary(self.cls.__name__, rng, self.n)
        self.kinds.append(rng.choice(list(kinds)))
        with warnings.catch_warnings():
            # Of overflows, and of matrices of NumPy.
            warnings.simplefilter("ignore")
            return kinds[self.kinds[-1]](rng, self.n)

    def __repr__(self):
        name, kinds = self.cls.__name__, ", ".join(self.kinds)
        return f"{name}, {self.params}, n={self.n}, {self.way}: {kinds}"


def attack(case):
    """Fit and use a model on one case; raise AssertionError at any fault."""
    X, asked, arguments = (
        case.X,
        case.asked,
        (case.X, case.y, *case.weights, case.asked),
    )
    model = small(case.cls).set_params(**case.params)
    before = [_bytes(value) for value in arguments]
    outputs = []
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for category in (RuntimeWarning, DeprecationWarning, FutureWarning):
            warnings.simplefilter("error", category)
        try:
            for output in use(model, X, case.y, case.weights, asked, case.way):
                outputs.append(output)
        except Warning as warning:
            raise AssertionError(
                f"{_place(warning, '/skdeep/')} warns: {warning!r}"
            ) from warning
        except Exception as error:
            _check_sentence(error)
            _check_what_is_left(model, asked)
    assert [_bytes(value) for value in arguments] == before, "an argument was changed"
    if hasattr(model, "predict") or not (_has_gaps(X) or _has_gaps(asked)):
        for output in outputs:
            assert not _has_gaps(output), "NaN in an output"


def _check_what_is_left(model, asked):
    """Check that a model, whatever failed, says what it is, or works."""
    for name in ("predict", "transform"):
        try:
            if hasattr(model, name):
                getattr(model, name)(asked)
        except Warning as warning:
            raise AssertionError(f"{_place(warning)} warns: {warning!r}") from warning
        except Exception as error:
            _check_sentence(error)


def use(model, X, y, given, asked, way):
    """Yield what a model makes of X, and then of another X."""
    if hasattr(model, "fit_resample"):
        yield from model.fit_resample(X, y, *given)
        return
    is_network = hasattr(model, "max_iter")
    takes_weights = "sample_weight" in inspect.signature(model.fit).parameters
    weights = given if takes_weights else ()
    if way == "partial_fit" and hasattr(model, "partial_fit"):
        model.partial_fit(X, y, *weights)
    elif way == "validation" and is_network and weights:
        named = "conditions_val" if hasattr(model, "sample") else "y_val"
        model.fit(X, y, X_val=asked, sample_weight_val=given[0], **{named: y})
    else:
        model.fit(X, y, *weights)
    for name in ("predict", "predict_proba", "transform", "score_samples"):
        if hasattr(model, name):
            yield getattr(model, name)(X)
            output = getattr(model, name)(asked)
            # Of what fit has not seen, score_samples says minus infinity.
            if name != "score_samples":
                yield output
            if name == "transform" and hasattr(model, "inverse_transform"):
                # Of codes for what is missing, nothing comes back.
                model.inverse_transform(output)
    if is_network:
        scores_weigh = "sample_weight" in inspect.signature(model.score).parameters
        model.score(asked, y, *(weights if scores_weigh else ()))


def _place(error, writer=""):
    frames = traceback.extract_tb(error.__traceback__)
    frame = [f for f in frames if writer in f.filename][-1]
    return f"{frame.filename}:{frame.lineno}"


def _check_sentence(error):
    """Check that an error was raised on purpose, by a sentence."""
    kinds = (ValueError, TypeError, NotFittedError)
    where = _place(error)
    assert isinstance(error, kinds), f"{where}: {type(error).__name__}: {error}"
    frame = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(frame.filename, frame.lineno).strip()
    # imbalanced-learn checks for our samplers, narwhals for scikit-learn.
    writers = ("skdeep", "sklearn", "imblearn", "narwhals")
    ours = any(f"/{name}/" in frame.filename for name in writers)
    assert ours, f"{where}: {type(error).__name__}: {error}"
    assert line.startswith("raise"), f"{where}: {type(error).__name__}: {error}"
    assert len(str(error).split()) >= 3, f"{where}: no sentence: {error}"


def _has_gaps(values):
    if sparse.issparse(values):
        values = values.tocoo().data
    if hasattr(values, "__array__") and not hasattr(values, "dtypes"):
        values = np.asarray(values) if not isinstance(values, type) else None
    if isinstance(values, list | tuple):
        # A list may hold itself.
        return any(_has_gaps(value) for value in values if value is not values)
    if isinstance(values, np.ndarray) and values.dtype.kind == "O":
        return any(_has_gaps(value) for value in values.ravel().tolist())
    if isinstance(values, pd.DataFrame | pd.Series):
        return bool(np.any(values.isna()))
    if isinstance(values, pl.DataFrame):
        return any(values.null_count().row(0))
    if isinstance(values, float | np.ndarray) and np.asarray(values).dtype.kind in "fc":
        return not np.isfinite(values).all()
    return values is None or values is pd.NA


def _bytes(value):
    """Return what a value holds, without what pandas and SciPy note beside."""
    if isinstance(value, pd.Series):
        value = (str(value.dtype), list(value.index), list(value))
    if isinstance(value, pd.DataFrame):
        value = [_bytes(value.iloc[:, i]) for i in range(value.shape[1])]
    if sparse.issparse(value):
        # SciPy notes beside them whether they are sorted.
        entries = value.tocoo()
        value = (value.format, value.shape, entries.data, entries.coords)
    if isinstance(value, list) and any(isinstance(v, np.ma.MaskedArray) for v in value):
        value = [(v.data, v.mask) for v in value]
    if isinstance(value, pd.api.typing.DataFrameGroupBy):
        # Notes the groups, once they are asked for.
        return None
    try:
        return pickle.dumps(value)
    except (TypeError, AttributeError):
        return None
