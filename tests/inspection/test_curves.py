"""What a loss curve tells by itself."""

import numpy as np
import pytest

from skdeep.inspection.diagnosis.curves import shape_of

EPOCHS = np.arange(100)


def test_a_straight_line_falls_as_far_again():
    shape = shape_of((2 - EPOCHS / 100).tolist(), trivial_loss=2.0)
    assert shape.steady
    assert shape.late_share == pytest.approx(0.5, abs=0.02)
    assert shape.to_come == pytest.approx(shape.fall, rel=0.1)
    assert shape.swing == pytest.approx(0, abs=1e-9)


def test_an_exponential_is_continued():
    curve = np.exp(-EPOCHS / 50)
    shape = shape_of(curve.tolist(), trivial_loss=1.0)
    assert shape.to_come == pytest.approx(np.exp(-2) - np.exp(-4), rel=0.1)


def test_a_settled_loss_has_nothing_to_come():
    rng = np.random.default_rng(0)
    curve = 0.5 + np.exp(-EPOCHS / 3) + rng.normal(scale=0.01, size=100)
    shape = shape_of(curve.tolist(), trivial_loss=1.0)
    assert not shape.steady
    assert shape.to_come < 0.01


def test_swings_are_measured_about_the_trend():
    curve = 2 - EPOCHS / 100 + 0.2 * (-1.0) ** EPOCHS
    assert shape_of(curve.tolist(), 1.0).swing == pytest.approx(0.4)


def test_peaks_and_infinities():
    shape = shape_of([1.0, 50.0, np.inf, np.nan], 2.0, initial_loss=3.0)
    assert (shape.peak, shape.start, shape.finite) == (25.0, 1.5, False)
    assert shape.epochs == 2
