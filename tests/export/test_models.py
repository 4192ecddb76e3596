"""Estimators through ONNX Runtime, against their own predictions."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning

from skdeep import (
    CNNClassifier,
    CNNRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
    RNNClassifier,
    RNNRegressor,
    TabularClassifier,
    TabularRegressor,
)
from skdeep.export import onnx_inputs, to_onnx
from skdeep.nn import Conv, Embedding, GlobalAveragePool, Layer, ReLU
from skdeep.nn.parameters import Plan
from tests.export.onnx_runs import run

pytest.importorskip("onnxruntime")

N = 90
rng = np.random.default_rng(0)
ROWS = rng.normal(size=(N, 6))
SERIES = rng.normal(size=(N, 9, 2))
IMAGES = rng.normal(size=(N, 6, 5, 1))
LENGTHS = rng.integers(3, 9, N)
RAGGED = [series[:length] for series, length in zip(SERIES, LENGTHS, strict=True)]
RAGGED_IMAGES = [
    image[:h, :w]
    for image, h, w in zip(
        IMAGES, rng.integers(3, 7, N), rng.integers(3, 6, N), strict=True
    )
]
CODES = [rng.integers(0, 7, (length, 1)) for length in LENGTHS]
TABLE = pd.DataFrame(
    {
        "size": rng.normal(size=N) * 10,
        "gap": np.where(rng.random(N) < 0.2, np.nan, rng.normal(size=N)),
        "town": rng.choice(["Rome", "Bonn", "Oslo"], N),
        "street": rng.choice([f"street {i}" for i in range(12)], N),
        "grade": rng.choice([1.5, 2.0, 7.0], N),
        "new": rng.random(N) < 0.5,
    }
)
TABLE.loc[rng.random(N) < 0.1, "town"] = None
NUMBERS = TABLE[["size", "gap"]]
GRADES = ["town", "street", "grade", "new"]

BINARY = np.where(ROWS[:, 0] > 0, "yes", "no")
CLASSES = np.digitize(ROWS[:, 0], [-0.5, 0.5])
LABELS = (ROWS[:, :3] > 0).astype(int)
REAL = ROWS[:, 0] * 3 + 20
SEVERAL = ROWS[:, :2] * [1, 5]
COUNTS = rng.poisson(3, N)

few = {"max_iter": 3, "random_state": 0}
tabular = {"hidden_layer_sizes": (16,), **few}
raw = {"categorical_features": "from_dtype", **few}
conv = {"filters": (4,), **few}

CLASSIFIERS = {
    "mlp of two classes": (MLPClassifier(**few), ROWS, BINARY),
    "mlp of truth values": (MLPClassifier(**few), ROWS, BINARY == "yes"),
    "mlp of numbers": (MLPClassifier(**few), ROWS, CLASSES * 1.0),
    "mlp of three classes": (MLPClassifier(**few), ROWS, CLASSES),
    "mlp of one class": (MLPClassifier(**few), ROWS, np.full(N, "only")),
    "mlp of labels": (MLPClassifier(**few), ROWS, LABELS),
    "rnn of labels of steps": (
        RNNClassifier(4, return_sequences=True, **few),
        SERIES,
        (SERIES > 0).astype(int),
    ),
    "mlp with prior correction": (
        MLPClassifier(class_weight="balanced", prior_correction=True, **few),
        ROWS,
        CLASSES,
    ),
    "mlp in float64": (MLPClassifier(dtype="float64", **few), ROWS, CLASSES),
    "mlp of a raw table": (MLPClassifier(**raw), TABLE, BINARY),
    "mlp of a raw array": (
        MLPClassifier(categorical_features=[2], **few),
        np.c_[ROWS[:, :2], CLASSES],
        BINARY,
    ),
    "tabular": (TabularClassifier(**tabular), TABLE, BINARY),
    "tabular of numbers": (TabularClassifier(**tabular), NUMBERS, CLASSES),
    "tabular, categories of numbers": (
        TabularClassifier(categorical_features=GRADES, max_one_hot=2, **tabular),
        TABLE,
        CLASSES,
    ),
    "tabular of categories alone": (
        TabularClassifier(**tabular),
        TABLE[["town"]],
        BINARY,
    ),
    "tabular periodic": (
        TabularClassifier(numerical_embedding="periodic", **tabular),
        TABLE,
        CLASSES,
    ),
    "tabular of members": (TabularClassifier(n_members=3, **tabular), TABLE, BINARY),
    "tabular of members, three classes": (
        TabularClassifier(n_members=3, **tabular),
        TABLE,
        CLASSES,
    ),
    "tabular of members, labels": (
        TabularClassifier(n_members=3, **tabular),
        TABLE,
        LABELS,
    ),
    "tabular ensemble": (TabularClassifier(n_ensembles=2, **tabular), TABLE, CLASSES),
    "tabular ensemble of labels": (
        TabularClassifier(n_ensembles=2, **tabular),
        TABLE,
        LABELS,
    ),
    "cnn of images": (CNNClassifier(**conv), IMAGES, CLASSES),
    "cnn of rows": (
        CNNClassifier(input_shape=(6, 5, 1), **conv),
        IMAGES.reshape(N, -1),
        CLASSES,
    ),
    "cnn of series of one channel": (CNNClassifier(**conv), ROWS, BINARY),
    "cnn of images of unequal size": (
        CNNClassifier(global_pool="avg", **conv),
        RAGGED_IMAGES,
        CLASSES,
    ),
    "rnn": (RNNClassifier(4, **few), SERIES, CLASSES),
    "rnn of unequal length": (RNNClassifier(4, **few), RAGGED, CLASSES),
    "rnn of codes": (RNNClassifier(4, embedding_dim=3, **few), CODES, BINARY),
    "cnn of codes": (
        CNNClassifier(embedding_dim=3, global_pool="max", **conv),
        CODES,
        BINARY,
    ),
    "network of codes": (
        NeuralNetworkClassifier([Embedding(8, 3), GlobalAveragePool()], **few),
        np.stack([codes[:3, 0] for codes in CODES]),
        BINARY,
    ),
    "network of a table": (NeuralNetworkClassifier(**few), ROWS, CLASSES),
    "network of pixels": (
        NeuralNetworkClassifier([Conv(3), ReLU()], **few),
        IMAGES,
        (IMAGES[..., 0] > 0).astype(int),
    ),
    "network of any size": (
        NeuralNetworkClassifier([Conv(3), GlobalAveragePool()], **few),
        IMAGES,
        CLASSES,
    ),
}
REGRESSORS = {
    "mlp": (MLPRegressor(**few), ROWS, REAL),
    "mlp of several outputs": (MLPRegressor(**few), ROWS, SEVERAL),
    "mlp of counts": (MLPRegressor(loss="poisson", **few), ROWS, COUNTS),
    "mlp of a raw table": (MLPRegressor(**raw), TABLE, REAL),
    "tabular": (TabularRegressor(**tabular), TABLE, REAL),
    "tabular within the range of training": (
        TabularRegressor(clip=True, **tabular),
        TABLE,
        np.clip(REAL, 18, 22),
    ),
    "tabular of several outputs": (TabularRegressor(**tabular), TABLE, SEVERAL),
    "tabular of members": (TabularRegressor(n_members=3, **tabular), TABLE, REAL),
    "tabular of members, counts": (
        TabularRegressor(n_members=3, loss="poisson", **tabular),
        TABLE,
        COUNTS,
    ),
    "tabular ensemble": (TabularRegressor(n_ensembles=2, **tabular), TABLE, REAL),
    "mlp of quantiles": (
        MLPRegressor(loss="quantile", quantile=[0.1, 0.5, 0.9], **few),
        ROWS,
        REAL,
    ),
    "tabular ensemble of quantiles": (
        TabularRegressor(
            loss="quantile", quantile=[0.2, 0.8], n_ensembles=2, clip=True, **tabular
        ),
        TABLE,
        REAL,
    ),
    "rnn of quantiles of steps": (
        RNNRegressor(
            4, return_sequences=True, loss="quantile", quantile=[0.2, 0.8], **few
        ),
        RAGGED,
        [series[:, 0] for series in RAGGED],
    ),
    "cnn": (CNNRegressor(**conv), SERIES, REAL),
    "rnn of steps": (
        RNNRegressor(4, return_sequences=True, **few),
        RAGGED,
        [series[:, 0] for series in RAGGED],
    ),
    "network": (NeuralNetworkRegressor(**few), ROWS, REAL),
}


def fitted(model, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


def as_arrays(samples, like):
    """Return predictions, a list of arrays or an array, as rows that are there."""
    if not isinstance(samples, list):
        return samples, like
    pairs = zip(samples, like, strict=True)
    return np.concatenate(samples), np.concatenate([x[: len(s)] for s, x in pairs])


def assert_close(found, expected):
    # Large numbers in float32 have an error in proportion to their size.
    assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifiers_predict_the_same(name):
    model = fitted(*CLASSIFIERS[name])
    X = CLASSIFIERS[name][1]
    found = run(to_onnx(model), onnx_inputs(model, X))
    assert list(found) == ["label", "probabilities"]
    assert_close(found["probabilities"], model.predict_proba(X))
    assert_array_equal(found["label"], model.predict(X))


@pytest.mark.parametrize("name", REGRESSORS)
def test_regressors_predict_the_same(name):
    model = fitted(*REGRESSORS[name])
    X = REGRESSORS[name][1]
    found = run(to_onnx(model), onnx_inputs(model, X))
    assert list(found) == ["variable"]
    expected, variable = as_arrays(model.predict(X), found["variable"])
    assert_close(variable.reshape(expected.shape), expected)


def test_unseen_and_missing_categories_are_predicted_the_same():
    model = fitted(TabularClassifier(max_one_hot=3, **tabular), TABLE, BINARY)
    X = TABLE.assign(town="Paris", street=None, size=np.nan, gap=1e6)
    with pytest.warns(UserWarning, match="Most categories in"):
        expected = model.predict_proba(X)
    found = run(to_onnx(model), onnx_inputs(model, X))
    assert_close(found["probabilities"], expected)


def test_columns_that_were_empty_in_fit_are_predicted_the_same():
    X = TABLE.assign(street=None, gap=np.nan)
    with pytest.warns(UserWarning, match="No value of"):
        model = TabularClassifier(**tabular).fit(X, BINARY)
    for later in (X, X.assign(street="Main Street")):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Most categories in")
            expected = model.predict_proba(later)
        found = run(to_onnx(model), onnx_inputs(model, later))
        assert_close(found["probabilities"], expected)


def test_images_of_another_size_are_predicted_the_same():
    model = fitted(*CLASSIFIERS["network of any size"])
    larger = np.random.default_rng(1).normal(size=(4, 11, 8, 1))
    found = run(to_onnx(model), onnx_inputs(model, larger))
    assert_close(found["probabilities"], model.predict_proba(larger))


def test_the_file_is_small_in_operators_and_states_its_inputs():
    graph = to_onnx(fitted(*CLASSIFIERS["tabular"])).graph
    assert [x.name for x in graph.input] == [*TABLE.columns]
    assert len(graph.node) < 80


def test_a_category_that_stands_for_missing_is_refused():
    model = fitted(
        TabularClassifier(**tabular),
        TABLE.assign(town=[""] * 9 + ["x"] * (N - 9)),
        BINARY,
    )
    with pytest.raises(ValueError, match="'town' has the category ''"):
        to_onnx(model)


class Strange(Layer):
    """A layer that nothing knows of."""

    def plan(self, input_shape):
        return Plan(input_shape, input_shape)

    def forward(self, x, workspace):
        return x, lambda dy: dy


def test_the_layer_that_cannot_be_exported_is_named():
    model = fitted(NeuralNetworkClassifier([Strange()], **few), ROWS, BINARY)
    with pytest.raises(ValueError, match=r"Strange\(\) cannot be exported"):
        to_onnx(model)


def test_samples_of_unequal_size_need_a_model_that_was_fitted_to_such():
    model = fitted(RNNClassifier(4, **few), SERIES, CLASSES)
    with pytest.raises(ValueError, match="samples of one size"):
        onnx_inputs(model, RAGGED)


def test_operators_have_names_of_their_own():
    graph = to_onnx(fitted(*CLASSIFIERS["mlp of three classes"])).graph
    names = [node.name for node in graph.node]
    assert all(names)
    assert len(set(names)) == len(names)
