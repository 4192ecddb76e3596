"""What convolutional networks add to what all estimators do."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from skdeep import CNNClassifier, CNNRegressor
from skdeep.nn import Augmentations, Dropout, Mirror, ReLU, Rotate, Translate
from skdeep.preprocessing import StandardScaler

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
y = np.arange(60) % 3
# The class is the place of a bump, in series and images.
SERIES = RNG.normal(scale=0.3, size=(60, 24, 2))
IMAGES = RNG.normal(scale=0.3, size=(60, 9, 8, 2))
for _i, _label in enumerate(y):
    SERIES[_i, 4 + 6 * _label : 8 + 6 * _label, 0] += 2
    IMAGES[_i, 2 * _label : 2 * _label + 3, 2:5, 1] += 2
# Where samples differ in size, it is the length of the bump.
RAGGED = [RNG.normal(scale=0.3, size=(20 + i % 5, 2)) for i in range(60)]
RAGGED_IMAGES = [RNG.normal(scale=0.3, size=(8 + i % 2, 6 + i % 3, 2)) for i in y]
for _i, _label in enumerate(y):
    RAGGED[_i][5 : 6 + 2 * _label, 0] += 2
    RAGGED_IMAGES[_i][2 : 3 + 2 * _label, 2:4, 1] += 2
FAST = {
    "filters": (6, 8),
    "max_iter": 15,
    "batch_size": 10,
    "learning_rate_init": 0.01,
    "random_state": 0,
}
POOLED = {**FAST, "global_pool": "max"}
INPUTS = [
    pytest.param(SERIES, FAST, id="series"),
    pytest.param(IMAGES, FAST, id="images"),
    pytest.param(IMAGES.reshape(60, -1), {**FAST, "input_shape": (9, 8, 2)}, id="rows"),
    pytest.param(RAGGED, POOLED, id="ragged series"),
    pytest.param(RAGGED_IMAGES, POOLED, id="ragged images"),
]
each_input = pytest.mark.parametrize(("X", "settings"), INPUTS)


@each_input
def test_classifier_learns(X, settings):
    cnn = CNNClassifier(**settings).fit(X, y)
    assert cnn.score(X, y) > 0.9
    assert cnn.predict_proba(X).shape == (60, 3)


@each_input
def test_regressor_learns(X, settings):
    cnn = CNNRegressor(**settings).fit(X, y)
    assert cnn.score(X, y) > 0.7


@pytest.mark.parametrize("block", ["residual", "inception", "separable"])
@pytest.mark.parametrize("X", [SERIES, IMAGES], ids=["series", "images"])
def test_every_block_learns(block, X):
    cnn = CNNClassifier(**FAST, block=block, normalization="batch").fit(X, y)
    assert cnn.score(X, y) > 0.9


@each_input
def test_clone_and_pickle_predict_the_same(X, settings):
    cnn = CNNClassifier(**settings).set_params(max_iter=2).fit(X, y)
    again = clone(cnn).fit(X, y)
    copy = pickle.loads(pickle.dumps(cnn))
    expected = cnn.predict_proba(X)
    assert_array_equal(again.predict_proba(X), expected)
    assert_array_equal(copy.predict_proba(X), expected)


@pytest.mark.parametrize("X", [RAGGED, RAGGED_IMAGES], ids=["series", "images"])
def test_prediction_does_not_depend_on_the_other_samples(X):
    cnn = CNNClassifier(**POOLED, normalization="batch").fit(X, y)
    alone = np.concatenate([cnn.predict_proba(X[i : i + 1]) for i in range(10)])
    assert_allclose(cnn.predict_proba(X)[:10], alone, atol=1e-6)


def test_other_lengths_than_in_fit_are_predicted():
    cnn = CNNClassifier(**POOLED).fit(SERIES, y)
    assert cnn.predict(SERIES[:, 2:]).shape == (60,)
    assert cnn.predict([SERIES[0], SERIES[1, 5:]]).shape == (2,)


def test_labels_of_pandas_come_back():
    labels = pd.Series(np.array(["low", "mid", "high"])[y], dtype="category")
    cnn = CNNClassifier(**FAST).fit(SERIES, labels)
    assert set(cnn.classes_) == {"low", "mid", "high"}
    assert np.mean(cnn.predict(SERIES) == labels) > 0.9


def test_rows_of_a_frame_are_signals():
    frame = pd.DataFrame(SERIES[:, :, 0], columns=[f"t{i}" for i in range(24)])
    cnn = CNNClassifier(**FAST).fit(frame, y)
    assert cnn.input_shape_ == (24, 1)
    assert list(cnn.feature_names_in_) == list(frame.columns)
    assert cnn.score(frame, y) > 0.9
    with pytest.raises(ValueError, match="feature names"):
        cnn.predict(frame[frame.columns[::-1]])


def test_grid_search_in_two_processes():
    augment = Augmentations([Rotate(5), Translate(0.05)])
    cnn = CNNClassifier(**{**FAST, "max_iter": 3}, augment=augment)
    grid = {
        "filters": [(4,), (4, 6)],
        "kernel_size": [3],
        "augment__rotate__degrees": [0, 10],
    }
    search = GridSearchCV(cnn, grid, cv=2, n_jobs=2).fit(IMAGES, y)
    alone = GridSearchCV(cnn, grid, cv=2, n_jobs=1).fit(IMAGES, y)
    assert_array_equal(
        search.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"]
    )
    assert search.best_estimator_.score(IMAGES, y) > 0.5


def test_scaler_and_cross_validation():
    model = make_pipeline(StandardScaler(), CNNClassifier(**FAST))
    assert cross_val_score(model, 100 * SERIES + 5, y, cv=2).mean() > 0.8


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_same_seed_same_network(solver):
    fits = [
        CNNClassifier(**{**FAST, "max_iter": 4}, solver=solver).fit(IMAGES, y)
        for _ in range(2)
    ]
    assert_array_equal(*(fit.network_.theta for fit in fits))


def test_augmentation_is_seeded_and_changes_training_alone():
    settings = {**FAST, "max_iter": 3, "augment": Mirror()}
    a, b = (CNNClassifier(**settings).fit(IMAGES, y) for _ in range(2))
    assert_array_equal(a.network_.theta, b.network_.theta)
    plain = CNNClassifier(**{**settings, "augment": None}).fit(IMAGES, y)
    assert not np.array_equal(a.network_.theta, plain.network_.theta)
    before = IMAGES.copy()
    a.predict(IMAGES)
    assert_array_equal(IMAGES, before)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_type_of_the_arithmetic(dtype):
    cnn = CNNClassifier(**{**FAST, "max_iter": 1}, dtype=dtype).fit(SERIES, y)
    assert cnn.network_.dtype == dtype


def test_weights_and_biases_belong_together():
    cnn = CNNClassifier(**{**FAST, "max_iter": 1}, hidden_layer_sizes=(5,))
    cnn.fit(IMAGES, y)
    shapes = [w.shape for w in cnn.coefs_]
    assert shapes[:2] == [(3, 3, 2, 6), (3, 3, 6, 8)]
    assert [len(b) for b in cnn.intercepts_] == [6, 8, 5, 3]
    assert [w.shape[-1] for w in cnn.coefs_] == [6, 8, 5, 3]


@pytest.mark.parametrize("name", ["lenet", "fcn", "resnet", "inception_time"])
@pytest.mark.parametrize("estimator", [CNNClassifier, CNNRegressor])
def test_preset_gives_visible_parameters(name, estimator):
    cnn = estimator.from_preset(name, max_iter=1, random_state=0)
    assert type(cnn) is estimator
    params = cnn.get_params()
    assert params["max_iter"] == 1
    assert params["filters"] != estimator().filters
    assert clone(cnn).get_params() == params
    X = IMAGES if name == "lenet" else SERIES
    assert cnn.fit(X[:20], y[:20]).predict(X).shape == (60,)


def test_unknown_preset_is_refused_with_a_hint():
    with pytest.raises(ValueError, match="Did you mean 'resnet'"):
        CNNClassifier.from_preset("resnet18")


@pytest.mark.parametrize(
    ("settings", "X", "message"),
    [
        (
            {"filters": (4, 4, 4, 4), "padding": "valid"},
            IMAGES,
            "leaves no output: use fewer or smaller pooling",
        ),
        ({"kernel_size": 30, "padding": "valid"}, SERIES, "30 steps .* only 24 steps"),
        ({"filters": ()}, SERIES, "filters=.. is not allowed in CNNClassifier"),
        ({"filters": (4, 0)}, SERIES, "filters=.4, 0. is not allowed"),
        ({"pool": "maxi"}, SERIES, "Did you mean 'max'"),
        ({"kernel_size": "3"}, SERIES, "kernel_size='3' is not allowed"),
        ({"block": "dense"}, SERIES, "block='dense' is not allowed"),
        ({"strides": [1, 2, 3]}, SERIES, "strides has 3 entries and filters 2"),
        (
            {"kernel_size": (8, 5, 3), "filters": (4, 4, 4)},
            SERIES,
            r"one axis, time\. .* give a list, kernel_size=\[8, 5, 3\]",
        ),
        ({"pool_size": (2, 2, 1)}, IMAGES, "two axes, height and width"),
        ({"strides": [1, (2, 1)]}, SERIES, r"strides=\(2, 1\): a tuple has one"),
        ({}, RAGGED, "global_pool='avg' or 'max'"),
        (
            {"global_pool": "avg", "padding": "valid", "kernel_size": 12},
            [series[:8] if i == 3 else series for i, series in enumerate(RAGGED)],
            "leaves no output",
        ),
    ],
)
def test_impossible_architectures_fail_before_training(settings, X, message):
    cnn = CNNClassifier(**settings)
    with pytest.raises(ValueError, match=message):
        cnn.fit(X, y)
    assert not hasattr(cnn, "loss_")


def test_wrong_channels_at_predict_are_refused():
    cnn = CNNClassifier(**{**FAST, "max_iter": 1}).fit(SERIES, y)
    with pytest.raises(ValueError, match=r"samples of shape \(24, 1\), and CNN"):
        cnn.predict(SERIES[:, :, :1])
    with pytest.raises(ValueError, match="shapes other than"):
        cnn.predict(SERIES[:, :20])


def test_hyperparameters_are_left_alone():
    filters, kernels = [6, 8], np.array([3, 5])
    cnn = CNNClassifier(**{**FAST, "filters": filters, "kernel_size": kernels})
    cnn.set_params(activation=ReLU(), max_iter=1).fit(SERIES, y)
    assert cnn.filters is filters
    assert cnn.kernel_size is kernels


def test_dropout_stands_before_the_dense_layers():
    cnn = CNNClassifier(**{**FAST, "max_iter": 1}, dropout=0.5).fit(SERIES, y)
    kinds = [type(layer) for layer in cnn.network_.layer.layers]
    assert kinds.index(Dropout) == len(kinds) - 2


def test_digits():
    X, labels = load_digits(return_X_y=True)
    cnn = CNNClassifier(
        (16, 32),
        input_shape=(8, 8, 1),
        learning_rate="one_cycle",
        learning_rate_init=0.01,
        max_iter=40,
        augment="translate",
        random_state=0,
    )
    half = len(X) // 2
    with pytest.warns(ConvergenceWarning):
        cnn.fit(X[:half] / 16, labels[:half])
    # scikit-learn's multilayer perceptron has 0.944 here: others wrote this half.
    assert cnn.score(X[half:] / 16, labels[half:]) > 0.944


def test_training_starts_with_equal_probabilities():
    still = {**FAST, "learning_rate_init": 1e-12, "max_iter": 1}
    cnn = CNNClassifier(**still).fit(SERIES, y)
    assert_allclose(cnn.predict_proba(SERIES), 1 / len(cnn.classes_), atol=1e-6)
    drawn = CNNClassifier(**still, initializer="he_normal").fit(SERIES, y)
    assert np.ptp(drawn.predict_proba(SERIES)) > 0.1


def test_grey_images_without_an_axis_of_channels():
    grey, settings = IMAGES[..., 1], {**FAST, "max_iter": 2}
    model = CNNClassifier(input_shape=(9, 8, 1), **settings).fit(grey, y)
    same = CNNClassifier(**settings).fit(grey[..., np.newaxis], y)
    assert model.input_shape_ == same.input_shape_ == (9, 8, 1)
    expected = same.predict_proba(grey[..., np.newaxis])
    for X in (grey, list(grey), grey[..., np.newaxis], grey.reshape(60, -1)):
        assert_array_equal(model.predict_proba(X), expected)


GREY = RNG.normal(size=(20, 8, 8))
LABELS = np.arange(20) % 2


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (GREY, r"20 series of 8 steps and 8 channels.*input_shape=\(8, 8, 1\)"),
        (RNG.normal(size=(20, 24, 30)), r"input_shape=\(24, 30, 1\)"),
        ([x[: 5 + i % 4] for i, x in enumerate(GREY)], "grey images"),
        (RNG.normal(size=(20, 3, 24, 30)), r"X.transpose\(0, 2, 3, 1\)"),
        (GREY[:, np.newaxis], "20 images of 1 x 8 pixels and 8 channels"),
    ],
    ids=["square", "large", "ragged", "colours first", "grey first"],
)
def test_shapes_that_may_mean_something_else_are_said_once(X, message):
    cnn = CNNClassifier(filters=2, global_pool="avg", max_iter=1)
    with pytest.warns(UserWarning, match=message) as caught:
        cnn.fit(X, LABELS)
    assert len([w for w in caught if w.category is UserWarning]) == 1
    assert caught[0].filename == __file__
    cnn.predict(X)


@pytest.mark.parametrize(
    ("X", "shape"),
    [
        (GREY, (8, 8)),
        (GREY, (8, 8, 1)),
        (GREY[:, np.newaxis], (1, 8, 8)),
        (RNG.normal(size=(20, 128, 9)), None),
        (RNG.normal(size=(20, 8, 8, 3)), None),
        (RNG.normal(size=(20, 3, 8, 3)), None),
    ],
    ids=lambda x: str(getattr(x, "shape", x)),
)
def test_shapes_that_are_told_or_plain_need_no_warning(X, shape):
    CNNClassifier(filters=2, max_iter=1, input_shape=shape).fit(X, LABELS)


def test_classes_of_steps_taken_for_labels_are_said():
    labels = (SERIES[..., 0] > 0).astype(int)
    with pytest.warns(UserWarning, match="24 labels of each.*take dense_prediction=T"):
        CNNClassifier(**{**FAST, "max_iter": 1}).fit(SERIES, labels)
    settings = {**FAST, "max_iter": 1, "dense_prediction": True}
    assert CNNClassifier(**settings).fit(SERIES, labels).predict(SERIES).ndim == 2


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "int64"])
def test_small_numbers_train_in_single_precision(dtype):
    X = RNG.integers(0, 100, size=(20, 8, 8, 1)).astype(dtype)
    expected = "float64" if dtype == "int64" else "float32"
    settings = {**FAST, "max_iter": 1}
    rows = CNNClassifier(input_shape=(8, 8, 1), **settings)
    for cnn, samples in (
        (CNNClassifier(**settings), X),
        (CNNClassifier(global_pool="avg", **settings), [*X, X[0, :5]]),
        (rows, X.reshape(20, -1)),
    ):
        cnn.fit(samples, np.arange(len(samples)) % 2)
        assert cnn.network_.dtype == expected
    assert CNNClassifier(dtype="float64", **settings).fit(X, LABELS).predict(X).size
