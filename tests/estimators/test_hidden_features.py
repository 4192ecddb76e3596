"""Features of hidden layers, for other models."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.datasets import load_iris, make_circles
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler

import skdeep.pipeline
from skdeep import (
    CNNClassifier,
    CNNRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    RNNClassifier,
    RNNRegressor,
)
from skdeep.nn import Dense, ReLU

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 6))
SERIES = X.reshape(60, 3, 2)
RAGGED = [series[: 1 + i % 3] for i, series in enumerate(SERIES)]
IMAGES = RNG.normal(size=(60, 6, 6, 1))
Y = np.digitize(X[:, 0], [-0.5, 0.5])
FRAME = pd.DataFrame(X).rename(columns=str).assign(kind=np.where(Y > 1, "a", "b"))
FEW = {"max_iter": 2, "random_state": 0}

# And how many features each hands on.
KINDS = {
    "mlp": (MLPClassifier((5, 4), **FEW), X, 4),
    "mlp of sparse rows": (MLPClassifier((4,), **FEW), csr_matrix(X), 4),
    "mlp of a raw table": (
        MLPClassifier((4,), categorical_features="from_dtype", **FEW),
        FRAME,
        4,
    ),
    "mlp without hidden layers": (MLPClassifier((), **FEW), X, 6),
    "mlp of numbers": (MLPRegressor((5, 4), dropout=0.5, **FEW), X, 4),
    "cnn": (CNNClassifier((3,), **FEW), SERIES, 2 * 3),
    "cnn of images": (CNNRegressor((3,), **FEW), IMAGES, 3 * 3 * 3),
    "rnn": (RNNClassifier(5, bidirectional=True, **FEW), SERIES, 10),
    "rnn of ragged samples": (RNNRegressor(5, **FEW), RAGGED, 5),
    "layers": (NeuralNetworkClassifier([Dense(7), ReLU()], **FEW), X, 7),
}
each_kind = pytest.mark.parametrize("kind", KINDS)


def fitted(kind):
    model, samples, n_features = KINDS[kind]
    return clone(model).fit(samples, Y), samples, n_features


@each_kind
def test_features_are_what_the_output_layer_takes(kind):
    model, samples, n_features = fitted(kind)
    features = model.transform(samples)
    assert features.shape == (60, n_features)
    assert len(model.get_feature_names_out()) == n_features
    weight, bias = model.coefs_[-1], model.intercepts_[-1]
    network = model.network_
    inputs = model.inputs_.read(samples, model, network.dtype)
    raw = network.forward(model.inputs_.encode(inputs, network.dtype))
    assert_allclose(features @ weight + bias, raw, rtol=1e-9, atol=1e-12)


@each_kind
def test_predictions_and_samples_stay_as_they_are(kind):
    model, samples, _ = fitted(kind)
    before = model.predict(samples)
    features = model.transform(samples)
    assert_array_equal(model.predict(samples), before)
    assert_array_equal(model.transform(samples), features)
    one = samples.iloc[7:8] if hasattr(samples, "iloc") else samples[7:8]
    assert_allclose(model.transform(one)[0], features[7], rtol=1e-9, atol=1e-12)


def test_features_are_copies():
    model = MLPClassifier((), **FEW).fit(X, Y)
    given = X.copy()
    model.transform(given)[...] = 0
    assert_array_equal(given, X)


@pytest.mark.parametrize("make", [make_pipeline, skdeep.pipeline.make_pipeline])
def test_another_model_learns_from_them(make):
    circles, y = make_circles(400, noise=0.1, factor=0.5, random_state=0)
    network = MLPClassifier((16,), solver="lbfgs", max_iter=50, random_state=0)
    model = make(StandardScaler(), network, LogisticRegression())
    alone = make(StandardScaler(), LogisticRegression())
    train, test = slice(0, 200), slice(200, None)
    assert alone.fit(circles[train], y[train]).score(circles[test], y[test]) < 0.7
    assert model.fit(circles[train], y[train]).score(circles[test], y[test]) > 0.95


def test_frames_come_out_with_names():
    iris, y = load_iris(return_X_y=True, as_frame=True)
    network = MLPClassifier((3,), **FEW).set_output(transform="pandas")
    frame = network.fit_transform(iris, y)
    expected = ["mlpclassifier0", "mlpclassifier1", "mlpclassifier2"]
    assert frame.columns.tolist() == expected
    assert_array_equal(frame.index, iris.index)
    union = FeatureUnion([("scaled", StandardScaler()), ("learned", network)])
    assert union.fit(iris, y).get_feature_names_out()[-1] == "learned__mlpclassifier2"


def test_a_search_goes_over_the_network():
    model = make_pipeline(MLPClassifier(**FEW), LogisticRegression())
    grid = {"mlpclassifier__hidden_layer_sizes": [(3,), (5,)]}
    search = GridSearchCV(model, grid, cv=2).fit(X, Y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_steps_have_features_of_their_own():
    rnn = RNNClassifier(5, return_sequences=True, **FEW)
    y = (SERIES[:, :, 0] > 0).astype(int)
    assert rnn.fit(SERIES, y).transform(SERIES).shape == (60, 3, 5)
    ragged_y = [(series[:, 0] > 0).astype(int) for series in RAGGED]
    features = rnn.fit(RAGGED, ragged_y).transform(RAGGED)
    assert [f.shape for f in features[:3]] == [(1, 5), (2, 5), (3, 5)]
    pixels = (IMAGES[..., 0] > 0).astype(int)
    unet = CNNClassifier((3, 4), dense_prediction=True, **FEW).fit(IMAGES, pixels)
    assert unet.transform(IMAGES).shape == (60, 6, 6, 3)


def test_scores_of_several_depths_are_no_features():
    pixels = (IMAGES[..., 0] > 0).astype(int)
    fcn = CNNClassifier((3, 4), dense_prediction=True, decoder="fcn", **FEW)
    with pytest.raises(ValueError, match="adds up scores of several depths"):
        fcn.fit(IMAGES, pixels).transform(IMAGES)


def test_a_fit_comes_first():
    with pytest.raises(NotFittedError):
        MLPClassifier().transform(X)
