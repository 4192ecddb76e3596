"""A target for every step or pixel, on networks of layers that keep all axes."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skdeep import (
    CNNRegressor,
    MLPClassifier,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
)
from skdeep.nn import (
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Mirror,
    ReLU,
    Serial,
    Tanh,
    Upsample,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(60, 8, 6, 2))
SERIES = RNG.normal(size=(60, 9, 2))
SIZES = RNG.integers(4, 9, size=(60, 2))
RAGGED_IMAGES = [image[:h, :w] for image, (h, w) in zip(IMAGES, SIZES, strict=True)]
RAGGED_SERIES = [series[:n] for series, (n, _) in zip(SERIES, SIZES, strict=True)]
FAST = {"max_iter": 25, "batch_size": 10, "learning_rate_init": 0.02, "random_state": 0}
LAYERS = [Conv(8), ReLU()]


def before(x):
    """Return the sum of what is at the step before, along the first axis."""
    return np.concatenate([np.zeros_like(x[:1]), x[:-1]]).sum(axis=-1)


INPUTS = [
    pytest.param(SERIES, id="series"),
    pytest.param(IMAGES, id="images"),
    pytest.param(RAGGED_SERIES, id="ragged series"),
    pytest.param(RAGGED_IMAGES, id="ragged images"),
]
each_input = pytest.mark.parametrize("X", INPUTS)


def targets(X, change=lambda y: y):
    y = [change(before(x)) for x in X]
    return y if isinstance(X, list) else np.array(y)


@each_input
def test_classes_of_steps_are_learned(X):
    y = targets(X, lambda y: np.where(y > 0, "up", "down"))
    model = NeuralNetworkClassifier(LAYERS, **FAST).fit(X[:40], y[:40])
    assert model.score(X[40:], y[40:]) > 0.9
    for x, classes, p in zip(X, model.predict(X), model.predict_proba(X), strict=True):
        assert classes.shape == x.shape[:-1]
        assert p.shape == (*x.shape[:-1], 2)
        assert_array_equal(model.classes_[p.argmax(axis=-1)], classes)


@each_input
def test_numbers_of_steps_are_learned(X):
    y = targets(X, lambda y: np.stack([y, -y], axis=-1))
    model = NeuralNetworkRegressor(Conv(8), **FAST).fit(X[:40], y[:40])
    assert model.score(X[40:], y[40:]) > 0.95
    for x, numbers in zip(X, model.predict(X), strict=True):
        assert numbers.shape == (*x.shape[:-1], 2)


@each_input
def test_predictions_do_not_depend_on_company(X):
    y = targets(X, lambda y: y > 0)
    model = NeuralNetworkClassifier(LAYERS, **{**FAST, "max_iter": 2}).fit(X, y)
    alone = [model.predict_proba(X[i : i + 1])[0] for i in range(10)]
    for a, b in zip(alone, model.predict_proba(X[:10]), strict=True):
        assert_allclose(a, b, atol=1e-12)


@pytest.mark.parametrize("classes", [2, 3])
def test_dense_layers_see_pixels_as_rows_of_a_table(classes):
    y = RNG.integers(0, classes, size=IMAGES.shape[:-1])
    weights = RNG.integers(1, 4, size=60).astype(float)
    settings = {"solver": "lbfgs", "alpha": 0.0, "max_iter": 20, "random_state": 0}
    ours = NeuralNetworkClassifier([Dense(4), Tanh()], **settings)
    ours.fit(IMAGES, y, sample_weight=weights)
    rows = MLPClassifier((4,), activation="tanh", **settings)
    layers = NeuralNetworkClassifier([Dense(4), Tanh()], **settings)
    for table in (layers, rows):
        table.fit(IMAGES.reshape(-1, 2), y.ravel(), np.repeat(weights, 48))
    assert_allclose(
        ours.predict_proba(IMAGES).reshape(-1, classes)[:100],
        layers.predict_proba(IMAGES.reshape(-1, 2))[:100],
        atol=1e-6,
    )
    assert ours.loss_ == pytest.approx(layers.loss_, rel=1e-6)


def test_upsampling_brings_the_size_back():
    X, y = IMAGES[:, :, :4], targets(IMAGES)[:, :, :4]
    for up in (ConvTranspose(4, 2, 2), Upsample(2)):
        layers = [Conv(8), BatchNorm(), ReLU(), MaxPool(2), Conv(4), up]
        model = NeuralNetworkRegressor(layers, **{**FAST, "max_iter": 2}).fit(X, y)
        assert model.predict(X).shape == (60, 8, 4)
        assert model.predict(IMAGES).shape == (60, 8, 6)
        for odd in (IMAGES[:, :7], [IMAGES[0], IMAGES[1, :7, :4]]):
            with pytest.raises(
                ValueError, match=r"layers make 6 x \d pixels of 7 x \d"
            ):
                model.predict(odd)


def test_rows_of_a_table_as_images():
    y = targets(IMAGES)
    settings = {**FAST, "max_iter": 2}
    model = NeuralNetworkRegressor(LAYERS, input_shape=(8, 6, 2), **settings)
    model.fit(IMAGES.reshape(60, -1), y)
    same = NeuralNetworkRegressor(LAYERS, **settings).fit(IMAGES, y)
    assert_array_equal(model.predict(IMAGES.reshape(60, -1)), same.predict(IMAGES))


@pytest.mark.parametrize("scoring", [None, "accuracy", "loss"])
@each_input
def test_early_stopping_and_search(X, scoring):
    y = targets(X, lambda y: y > 0)
    model = NeuralNetworkClassifier(
        Serial(LAYERS),
        early_stopping=True,
        scoring=scoring,
        class_weight="balanced",
        augment="noise",
        **{**FAST, "max_iter": 5},
    )
    search = GridSearchCV(model, {"layers__0__filters": [2, 8]}, cv=2).fit(X, y)
    assert search.best_score_ > 0.6
    assert len(search.best_estimator_.validation_scores_) == 5


@each_input
def test_training_goes_on_after_a_pickle(X):
    y = targets(X, lambda y: y > 0)
    model = NeuralNetworkClassifier(LAYERS, random_state=0)
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        clone(model).partial_fit(X, y)
    other = clone(model).partial_fit(X, y, classes=[False, True])
    other = pickle.loads(pickle.dumps(other)).partial_fit(X, y)
    for _ in range(2):
        model.partial_fit(X, y, classes=[False, True])
    assert_array_equal(model.network_.theta, other.network_.theta)


@pytest.mark.parametrize(
    ("layers", "X", "y", "said"),
    [
        (LAYERS, IMAGES, np.arange(60), r"shape \(\), .* output for each pixel .*Flat"),
        (LAYERS, SERIES, np.arange(60), r"y of shape \(n_samples, time\)"),
        (LAYERS, IMAGES, targets(IMAGES)[:, :5], "5 x 6 pixels, and .* has 8 x 6"),
        (LAYERS, SERIES, targets(SERIES)[:, :5], "0 of y has 5 steps, and .* has 9"),
        (LAYERS, IMAGES, targets(IMAGES) * np.nan, "contains NaN .* at pixel 0, 0"),
        (Conv(3, strides=2), IMAGES, targets(IMAGES), "make 4 x 3 pixels of 8 x 6"),
        (Conv(3, 3, 1, "valid"), SERIES, targets(SERIES), "by padding='same'"),
        (Conv(3, strides=2), RAGGED_SERIES, targets(RAGGED_SERIES), "bring it back"),
        (
            GlobalAveragePool(),
            RAGGED_SERIES,
            targets(RAGGED_SERIES),
            "take layers that",
        ),
        (Flatten(), IMAGES, targets(IMAGES), "take layers that"),
    ],
)
def test_wrong_targets_and_sizes_are_explained(layers, X, y, said):
    with pytest.raises(ValueError, match=said):
        NeuralNetworkRegressor(layers, **FAST).fit(X, y)


@pytest.mark.parametrize(
    "params",
    [
        {"sampler": "over"},
        {"augment": "mixup"},
    ],
)
def test_what_needs_a_class_a_sample_is_refused(params):
    y = targets(IMAGES, lambda y: y > 0)
    with pytest.raises(ValueError, match="layers that keep all axes"):
        NeuralNetworkClassifier(LAYERS, **params).fit(IMAGES, y)


@pytest.mark.parametrize("augment", [Mirror(1.0), "rotate", "scale"])
def test_augmentation_moves_targets_along(augment):
    """A pixel's class is its own value, wherever it is moved."""
    X = np.sign(IMAGES[..., :1])
    y = X[..., 0] > 0
    model = NeuralNetworkClassifier([Dense(4), ReLU()], augment=augment, **FAST)
    assert model.fit(X, y).score(X, y) > 0.99
    assert model.loss_curve_[-1] < 0.2


@pytest.mark.parametrize("X", [IMAGES, RAGGED_SERIES, RAGGED_IMAGES])
def test_a_ready_architecture_says_where_to_go(X):
    with pytest.raises(ValueError, match="take dense_prediction=True"):
        CNNRegressor(global_pool="avg").fit(X, targets(X))
