"""Dense predictions beside the truth, and as flat arrays."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_array_equal
from sklearn.pipeline import make_pipeline

from skdeep import CNNClassifier, CNNRegressor
from skdeep.inspection import SegmentationDisplay, flatten_pixels
from skdeep.preprocessing import StandardScaler

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
IMAGES, SERIES = RNG.normal(size=(12, 7, 6, 2)), RNG.normal(size=(12, 9, 2))
NAMES = np.where(IMAGES[..., 0] > 0, "up", "down")
FAST = {"filters": (2, 3), "dense_prediction": True, "max_iter": 1, "random_state": 0}


@pytest.fixture(autouse=True)
def _no_window():
    with plt.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


def drawn(display, column):
    images = [ax.get_images()[0].get_array() for ax in display.axes_[:, column]]
    return np.ma.masked_invalid(images)


@pytest.mark.parametrize("scaler", [False, True])
def test_truth_prediction_and_differences(scaler):
    cnn = CNNClassifier(**FAST)
    model = make_pipeline(StandardScaler(), cnn) if scaler else cnn
    model.fit(IMAGES, NAMES)
    display = SegmentationDisplay.from_estimator(model, IMAGES, NAMES, n_samples=2)
    predicted = model.predict(IMAGES[:2])
    assert display.axes_.shape == (2, 4)
    assert_array_equal(drawn(display, 1), NAMES[:2] == "up")
    assert_array_equal(drawn(display, 2), predicted == "up")
    assert_array_equal(drawn(display, 3), predicted != NAMES[:2])
    share = np.mean(predicted[0] != NAMES[0])
    assert display.axes_[0, 3].get_xlabel() == f"{share:.1%} of pixels"
    legend = display.figure_.legends[0]
    assert [text.get_text() for text in legend.get_texts()] == ["down", "up"]


def test_void_pixels_are_neither_right_nor_wrong():
    y = NAMES.astype("<U5")
    y[:, 0] = "void"
    cnn = CNNClassifier(ignore="void", **FAST).fit(IMAGES, y)
    display = SegmentationDisplay.from_estimator(cnn, IMAGES, y)
    for column in (1, 3):
        assert drawn(display, column).mask[:, 0].all()
        assert not drawn(display, column).mask[:, 1:].any()


def test_numbers_and_series():
    y = SERIES.sum(axis=-1)
    y[0, 0] = np.nan
    cnn = CNNRegressor(**FAST).fit(SERIES, y)
    display = SegmentationDisplay.from_estimator(cnn, list(SERIES), y, n_samples=1)
    assert_array_equal(drawn(display, 1)[0, 0, 1:], y[0, 1:])
    expected = cnn.predict(SERIES)[0, 1:] - y[0, 1:]
    assert_array_equal(drawn(display, 3)[0, 0, 1:], expected)
    assert len(display.axes_[0, 0].get_lines()) == 2


@pytest.mark.parametrize("share", [0.4, 0.6])
@pytest.mark.parametrize("n_classes", [3, 11, 12])
def test_a_class_of_most_steps_is_grey(share, n_classes):
    truth = np.arange(100) % n_classes
    truth[: int(100 * share)] = 1
    display = SegmentationDisplay(
        [SERIES[0]], [truth.astype(float)], [truth], classes=range(n_classes)
    ).plot()
    patches = display.figure_.legends[0].get_patches()
    colors = [patch.get_facecolor() for patch in patches]
    assert len(set(colors)) == n_classes
    greys = [len({*color[:3]}) == 1 and color[0] > 0.5 for color in colors]
    is_most = np.mean(truth == 1) > 0.5
    assert greys == [k == 1 and is_most for k in range(n_classes)]
    assert display.axes_[0, 3].get_xlabel() == "0.0% of steps"


def test_many_classes_and_samples_of_differing_size():
    samples = [IMAGES[0], IMAGES[1, :5, :4]]
    truth = [RNG.integers(0, 15, size=x.shape[:2]) for x in samples]
    display = SegmentationDisplay(samples, truth, truth, classes=range(15)).plot()
    assert len(display.figure_.legends[0].get_texts()) == 15


def test_what_has_no_prediction_for_each_pixel_is_refused():
    labels = np.arange(12) % 2
    cnn = CNNClassifier(2, max_iter=1).fit(IMAGES, labels)
    with pytest.raises(ValueError, match="one class or number for each pixel"):
        SegmentationDisplay.from_estimator(cnn, IMAGES, labels)


def test_flat_arrays_leave_void_pixels_out():
    truth = [np.array([[0.0, np.nan], [2, 9]]), np.array([[1.0, 8]])]
    predicted = [np.array([[1, 1], [2, 2]]), np.array([[0, 0]])]
    flat = flatten_pixels(truth, predicted, ignore=[8, 9])
    assert_array_equal(flat, [[0, 2, 1], [1, 2, 0]])
    assert_array_equal(flatten_pixels(NAMES, NAMES)[0], NAMES.ravel())
    with pytest.raises(ValueError, match="Sample 1 of y_true has shape"):
        flatten_pixels(truth, [predicted[0], predicted[0]])
