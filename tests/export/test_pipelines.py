"""Pipelines of scikit-learn as one file, from a raw data frame to a class."""

import time
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from skdeep import (
    MLPClassifier,
    MLPRegressor,
    RNNClassifier,
    RNNGenerator,
    Seq2SeqClassifier,
    Seq2SeqRegressor,
    TabularClassifier,
)
from skdeep.export import onnx_inputs, register_skl2onnx, to_onnx
from skdeep.export.graph import Graph
from skdeep.export.loops import Iteration, add_loop
from skdeep.export.pipelines import with_visible_inputs
from skdeep.preprocessing import CategoricalEncoder, make_tabular_pipeline
from skdeep.preprocessing import StandardScaler as ScalerOfChannels
from tests.export.onnx_runs import run

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
skl2onnx = pytest.importorskip("skl2onnx")
# skl2onnx's own.
pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")

N = 1_500
NUMBERS, CATEGORIES = ["age", "income", "children"], ["town", "trade"]


def make_table():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            "age": rng.normal(40, 10, N),
            "town": rng.choice(["Rome", "Bonn", "Oslo"], N),
            "income": rng.lognormal(10, 1, N),
            "trade": rng.choice([f"trade {i}" for i in range(20)], N),
            "children": rng.integers(0, 5, N),
        }
    )
    signal = (X["age"] - 40) / 10 + 2.0 * (X["town"] == "Rome")
    y = np.where(signal + rng.logistic(size=N) > 0.5, "yes", "no")
    for name in ("age", "town", "trade"):
        X.loc[rng.random(N) < 0.1, name] = None
    # The last 1,000 rows are unseen, some of their categories too.
    unseen = np.flatnonzero(rng.random(N) < 0.1)
    X.loc[unseen[unseen >= 500], "trade"] = "trade unheard of"
    return X, y


X, Y = make_table()
TRAIN, TRAIN_Y, TEST = X[:500], Y[:500], X[500:]

net = MLPClassifier((32,), max_iter=8, random_state=0)


def columns(*before_encoding):
    """Return the usual preparation of a table in scikit-learn."""
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), NUMBERS),
            ("categories", make_pipeline(*before_encoding, encoder), CATEGORIES),
        ]
    )


fill = SimpleImputer(strategy="most_frequent")
PIPELINES = {
    "imputer, scaler, encoder, network": make_pipeline(columns(fill), net),
    "gaps as a category": make_pipeline(columns(), net),
    "make_tabular_pipeline": make_tabular_pipeline(net),
    "make_tabular_pipeline with a sampler": make_tabular_pipeline(net, sampler="over"),
    "a network for raw tables": make_pipeline(
        TabularClassifier((16,), max_iter=4, random_state=0)
    ),
    "a search": GridSearchCV(make_pipeline(columns(fill), net), {}, cv=2),
}


def fit(model, X=TRAIN, y=TRAIN_Y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


@pytest.mark.parametrize("name", PIPELINES)
def test_unseen_rows_are_predicted_the_same(name):
    model = fit(PIPELINES[name])
    found = run(to_onnx(model, TRAIN[:1]), onnx_inputs(model, TEST))
    assert list(found) == ["label", "probabilities"]
    assert_array_equal(found["label"], model.predict(TEST))
    expected = model.predict_proba(TEST)
    assert_allclose(found["probabilities"], expected, rtol=1e-5, atol=1e-5)
    assert len(set(found["label"])) == 2


def make_columns():
    """Return columns of all kinds that a data frame may have."""
    rng = np.random.default_rng(2)
    gaps = rng.random(N) < 0.2
    town = pd.Series(rng.choice(["Rome", "Bonn"], N)).mask(pd.Series(gaps), None)
    return pd.DataFrame(
        {
            "truth": rng.random(N) < 0.5,
            "grade": rng.integers(0, 4, N),
            "grade with gaps": np.where(gaps, np.nan, rng.integers(0, 4, N)),
            "category": pd.Categorical(rng.choice(["u", "v", "w"], N)),
            "category of numbers": pd.Categorical(rng.integers(0, 4, N)),
            "town": town,
        }
    )


KINDS = make_columns()
ENCODERS = {
    "one-hot": OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    "ordinal": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    "codes": CategoricalEncoder(),
}


@pytest.mark.parametrize("encoder", [*ENCODERS, "make_tabular_pipeline"])
@pytest.mark.parametrize("kind", KINDS)
def test_columns_of_every_kind_are_read_the_same_or_refused(kind, encoder):
    frame = pd.DataFrame({"number": X["income"] / 1e4, "column": KINDS[kind]})
    train, test = frame[:500], frame[500:]
    small = MLPClassifier((8,), max_iter=3, random_state=0)
    if encoder in ENCODERS:
        encode = [("encode", ENCODERS[encoder], ["column"])]
        model = make_pipeline(ColumnTransformer(encode, remainder="passthrough"), small)
        gaps_alone = encoder == "ordinal" or kind == "grade with gaps"
        if train["column"].isna().any() and gaps_alone and encoder != "codes":
            if encoder == "ordinal":
                model.set_params(columntransformer__encode__encoded_missing_value=9)
            fit(model, train)
            with pytest.raises(ValueError, match="Encoder was fitted to a column with"):
                to_onnx(model, train)
            return
    else:
        model = make_tabular_pipeline(small)
    fit(model, train)
    found = run(to_onnx(model, train[:1]), onnx_inputs(model, test))["probabilities"]
    assert_allclose(found, model.predict_proba(test), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("scaler", [StandardScaler(), ScalerOfChannels()])
def test_a_regressor_of_an_array_predicts_the_same(scaler):
    rng = np.random.default_rng(1)
    rows = rng.normal(5, 3, (200, 4))
    model = fit(make_pipeline(scaler, MLPRegressor((8,), max_iter=5)), rows, rows[:, 0])
    found = run(to_onnx(model, rows), onnx_inputs(model, rows))["variable"]
    assert_allclose(found[:, 0], model.predict(rows), rtol=1e-5, atol=1e-5)


def test_skl2onnx_takes_networks_inside_of_other_estimators():
    register_skl2onnx()
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(200, 4)).astype(np.float32)
    members = [("net", net), ("line", LogisticRegression())]
    vote = VotingClassifier(members, voting="soft", flatten_transform=False)
    model = fit(vote, rows, np.digitize(rows[:, 0], [-1, 1]))
    graph = skl2onnx.to_onnx(model, rows[:1], options={"zipmap": False})
    found = run(graph, {"X": rows})["probabilities"]
    assert_allclose(found, model.predict_proba(rows), rtol=1e-5, atol=1e-5)


def test_a_pipeline_needs_samples_that_tell_its_columns():
    model = fit(make_pipeline(columns(fill), net))
    with pytest.raises(ValueError, match="to_onnx needs X beside a Pipeline"):
        to_onnx(model)


def test_a_model_stays_as_it_was():
    model = fit(make_tabular_pipeline(net))
    before = model.predict_proba(TEST)
    to_onnx(model, TRAIN[:1])
    assert_array_equal(model.predict_proba(TEST), before)


@pytest.mark.slow
@pytest.mark.parametrize("name", PIPELINES)
def test_one_row_takes_a_tenth_of_the_time(name):
    model = fit(PIPELINES[name])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    graph = to_onnx(model, TRAIN[:1]).SerializeToString()
    session = onnxruntime.InferenceSession(graph, options)
    row = TEST[:1]
    feed, ratios = onnx_inputs(model, row), []
    for _ in range(50):
        start = time.perf_counter()
        model.predict(row)
        middle = time.perf_counter()
        session.run(None, feed)
        ratios.append((time.perf_counter() - middle) / (middle - start))
    # Before a network for raw tables there are no steps of scikit-learn.
    assert np.median(ratios) < (0.5 if name == "a network for raw tables" else 0.1)


def test_networks_that_are_transformers_are_refused():
    network = MLPClassifier(max_iter=2, random_state=0)
    model = make_pipeline(network, LogisticRegression())
    X = np.random.default_rng(0).normal(size=(20, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, X[:, 0] > 0)
    with pytest.raises(ValueError, match="MLPClassifier is a transformer"):
        to_onnx(model, X)


def sequences_of_rows():
    rows = 5 + 3 * np.random.default_rng(3).normal(size=(80, 4))
    signs = [
        ["u" if x > 5 else "d" for x in row[: 1 + i % 3]] for i, row in enumerate(rows)
    ]
    quick = {"units": 8, "max_iter": 15, "learning_rate_init": 0.03, "random_state": 0}
    return {
        "symbols": (Seq2SeqClassifier(**quick), rows, signs),
        "labels": (
            Seq2SeqClassifier(target="label", **quick),
            rows,
            np.where(rows[:, 0] > 5, "yes", "no"),
        ),
        "numbers": (Seq2SeqRegressor(**quick), rows, np.cumsum(rows, axis=1)),
        "densities": (RNNGenerator(**quick), rows, None),
    }


@pytest.mark.parametrize("name", sequences_of_rows())
def test_sequences_at_the_end_of_a_pipeline_are_the_same(name):
    network, rows, y = sequences_of_rows()[name]
    model = fit(make_pipeline(StandardScaler(), network), rows, y)
    graph = to_onnx(model, rows)
    onnx.checker.check_model(graph)
    found = run(graph, onnx_inputs(model, rows))
    if name == "symbols":
        symbols, lengths = found["label"], found["label_lengths"].tolist()
        written = [s[:n].tolist() for s, n in zip(symbols, lengths, strict=True)]
        assert written == model.predict(rows)
    elif name == "labels":
        assert_array_equal(found["label"], model.predict(rows))
    elif name == "numbers":
        expected = model.predict(rows)
        assert_allclose(found["variable"][:, :, 0], expected, rtol=1e-5, atol=1e-5)
    else:
        expected = model.score_samples(rows)
        assert_allclose(found["log_likelihood"], expected, rtol=1e-5, atol=1e-5)


def test_a_recurrent_network_of_rows_predicts_the_same():
    rows = np.random.default_rng(3).normal(size=(80, 4))
    network = RNNClassifier(4, max_iter=2, random_state=0)
    model = fit(make_pipeline(StandardScaler(), network), rows, rows[:, 0] > 0)
    found = run(to_onnx(model, rows), onnx_inputs(model, rows))["probabilities"]
    assert_allclose(found, model.predict_proba(rows), rtol=1e-5, atol=1e-5)


def test_pipelines_of_text_are_refused():
    network = Seq2SeqClassifier(units=4, max_iter=1)
    text = pd.DataFrame({"text": ["ab", "abab"] * 9})
    model = fit(make_pipeline(network), text, ["x", "y"] * 9)
    with pytest.raises(ValueError, match="inputs X, lengths in ONNX, and a pipeline"):
        to_onnx(model, text)
    with pytest.raises(ValueError, match="A Pipeline becomes one file for tables"):
        to_onnx(model, ["ab"])


def test_a_loop_depends_on_all_that_it_sees():
    # skl2onnx sorts operators by their inputs.
    graph = Graph()
    outside = graph.add("Neg", graph.add("Exp", "x"))
    add_loop(
        graph,
        2,
        [("x", "float")],
        lambda body, number, x: Iteration([body.add("Add", x[0], outside)]),
    )
    operations = with_visible_inputs(graph)
    makers = {name: o for o in operations for name in o.outputs}
    (loop,) = [o for o in operations if o.kind == "Loop"]
    needed, found = list(loop.inputs), set()
    while needed:
        name = needed.pop()
        found.add(name)
        needed += makers[name].inputs if name in makers else ()
    assert outside in found
