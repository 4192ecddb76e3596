import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep.nn import Dropout
from tests.nn.cases import LayerCase
from tests.nn.passes import Pass, network_of

X = np.ones((200, 500))


def train(rate, seed=0, dtype=np.float64):
    """Return the output for ones, and the gradient for ones."""
    net = network_of(LayerCase("", Dropout(rate), (500,)), dtype)
    ones = X.astype(dtype)
    return Pass(net, seed=seed)(ones, ones)[:2]


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_share_of_silent_units_is_the_rate(rate, dtype):
    y, _ = train(rate, dtype=dtype)
    # Four standard deviations of a share of 100 000 coin tosses.
    assert abs((y == 0).mean() - rate) < 4 * np.sqrt(rate * (1 - rate) / X.size)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_units_left_are_scaled_up(rate):
    y, _ = train(rate)
    assert set(np.unique(y)) == {0, 1 / (1 - rate)}


def test_gradient_is_silent_where_the_unit_was():
    assert_array_equal(*train(0.3))


def test_seed_decides_which_units_are_silent():
    assert_array_equal(train(0.5, seed=1)[0], train(0.5, seed=1)[0])
    assert not np.array_equal(train(0.5, seed=1)[0], train(0.5, seed=2)[0])


def test_other_units_are_silent_in_the_next_mini_batch():
    step = Pass(network_of(LayerCase("", Dropout(), (500,))))
    assert not np.array_equal(step(X, X)[0], step(X, X)[0])


def test_prediction_passes_the_input_on():
    net = network_of(LayerCase("", Dropout(), (500,)))
    assert_array_equal(net.forward(X), X)


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5, np.nan])
def test_rate_that_is_no_probability_below_one_is_refused(rate):
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        Dropout(rate).plan((3,))
