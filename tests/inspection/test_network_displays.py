"""Pictures of filters, feature maps and what a prediction rests on."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

from skdeep import CNNClassifier, CNNRegressor, MLPClassifier
from skdeep.inspection import FeatureMapDisplay, FilterDisplay, OcclusionDisplay

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
IMAGES, SERIES = RNG.normal(size=(300, 8, 8, 2)), RNG.normal(size=(300, 20, 3))
# What is in one corner, and at one step, decides, and stands out.
IMAGES[:, 1, 6, 0] *= 5
SERIES[:, 15, 1] *= 2
BY_CORNER = (IMAGES[:, 1, 6, 0] > 0).astype(int)
BY_STEP = SERIES[:, 15, 1]


@pytest.fixture(autouse=True)
def _no_window():
    with plt.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def of_images():
    cnn = CNNClassifier(
        (6, 4), max_iter=15, learning_rate_init=0.01, batch_size=30, random_state=0
    )
    return cnn.fit(IMAGES, BY_CORNER)


@pytest.fixture(scope="module")
def of_series():
    cnn = CNNRegressor(
        (6, 4), max_iter=15, learning_rate_init=0.01, batch_size=30, random_state=0
    )
    return cnn.fit(SERIES, BY_STEP)


def test_filters_are_the_weights(of_images, of_series):
    first = FilterDisplay.from_estimator(of_images)
    weights = of_images.coefs_[0]
    shown = [ax.get_images()[0].get_array() for ax in first.axes_]
    assert_allclose(shown, np.moveaxis(weights.mean(axis=2), -1, 0))
    second = FilterDisplay.from_estimator(make_pipeline(of_images), 1, channel=3)
    assert len(second.axes_) == 4
    assert_array_equal(
        second.axes_[2].get_images()[0].get_array(),
        of_images.coefs_[1][:, :, 3, 2],
    )
    lines = FilterDisplay.from_estimator(of_series, channel=1)
    drawn = [ax.get_lines()[0].get_ydata() for ax in lines.axes_]
    assert_array_equal(drawn, of_series.coefs_[0][:, 1].T)


def test_feature_maps_are_the_outputs_of_the_layer(of_images, of_series):
    display = FeatureMapDisplay.from_estimator(of_images, IMAGES[3:])
    # Convolution, pooling, biases, ReLU.
    assert display.maps.shape == (4, 4, 6)
    assert display.maps.min() >= 0
    assert len(display.axes_) == 7
    assert_array_equal(display.sample, IMAGES[3])
    first = FeatureMapDisplay.from_estimator(of_images, IMAGES[:1], 0)
    assert first.maps.shape == (8, 8, 6)
    patch = IMAGES[0, 2:5, 3:6]
    expected = np.einsum("hwc,hwcf->f", patch, of_images.coefs_[0])
    assert_allclose(first.maps[3, 4], expected, rtol=1e-6)
    assert FeatureMapDisplay.from_estimator(of_series, SERIES).maps.shape == (10, 1, 6)


def test_covering_what_decides_hurts_most(of_images, of_series):
    falls = [
        OcclusionDisplay.from_estimator(of_images, IMAGES[i:], size=1).fall
        for i in range(8)
    ]
    assert np.unravel_index(np.sum(falls, axis=0).argmax(), (8, 8)) == (1, 6)
    largest = int(of_series.predict(SERIES).argmax())
    display = OcclusionDisplay.from_estimator(of_series, SERIES[largest:], size=1)
    assert display.fall.shape == (20, 1)
    assert display.fall.argmax() == 15


def test_fall_is_that_of_the_prediction(of_images):
    x = IMAGES[:1].copy()
    display = OcclusionDisplay.from_estimator(of_images, x, size=3, target=0, value=7)
    covered = x.copy()
    covered[0, 3:6, 0:2] = 7
    z = [of_images.predict_proba(a)[0, 0] for a in (x, covered)]
    assert_allclose(display.fall[4, 0], z[0] - z[1], rtol=1e-6)


def test_samples_are_not_changed(of_images):
    before = IMAGES.copy()
    OcclusionDisplay.from_estimator(of_images, IMAGES)
    FeatureMapDisplay.from_estimator(of_images, IMAGES)
    assert_array_equal(IMAGES, before)


def test_what_cannot_be_drawn_is_said(of_images):
    with pytest.raises(ValueError, match=r"no convolution number 2: .* has 2"):
        FilterDisplay.from_estimator(of_images, 2)
    with pytest.raises(ValueError, match="returns a vector"):
        FeatureMapDisplay.from_estimator(of_images, IMAGES, -1)
    with pytest.raises(ValueError, match="no layer number 99"):
        FeatureMapDisplay.from_estimator(of_images, IMAGES, 99)
    table = RNG.normal(size=(20, 4))
    mlp = MLPClassifier((3,), max_iter=1).fit(table, np.arange(20) % 2)
    with pytest.raises(ValueError, match="no convolution number 0"):
        FilterDisplay.from_estimator(mlp)
    with pytest.raises(ValueError, match="a part can be covered"):
        OcclusionDisplay.from_estimator(mlp, table)


def test_the_first_of_samples_that_differ_in_size_is_drawn():
    X = [series[: 10 + i % 5] for i, series in enumerate(SERIES[:40])]
    cnn = CNNRegressor((4,), global_pool="avg", max_iter=1, random_state=0)
    cnn.fit(X, BY_STEP[:40])
    assert OcclusionDisplay.from_estimator(cnn, X).fall.shape == (10, 1)
    assert FeatureMapDisplay.from_estimator(cnn, X).sample.shape == (10, 1, 3)
