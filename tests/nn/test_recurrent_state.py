"""Recurrent layers that take over a state, and hand one on."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Dropout,
    LayerNorm,
    Residual,
    Serial,
    SimpleRNN,
    Tanh,
)
from tests.nn.cases import LayerCase
from tests.nn.passes import Pass, draw, network_of, numeric_gradient
from tests.nn.recurrent_passes import with_garbage

N_STEPS = 6
SIZES = [None, [6, 6, 5, 3, 3, 1], [6, 1, 1, 1, 1, 1]]
CELLS = [
    SimpleRNN(4),
    LSTM(4),
    GRU(4),
    LSTM(3, return_sequences=False),
    GRU(3, return_sequences=False),
]
STACKS = [
    *CELLS,
    Bidirectional(LSTM(3)),
    Bidirectional(GRU(2, return_sequences=False)),
    Serial([LSTM(4), Dense(3), Tanh(), GRU(2)]),
    Bidirectional(Serial([SimpleRNN(3), LSTM(2)])),
    Serial([GRU(3), Residual([LSTM(3), Tanh()]), Residual([GRU(2)], Dense(2))]),
    Serial([Bidirectional(GRU(2)), LayerNorm(), Bidirectional(LSTM(2))]),
]
ONE_WAY = [
    SimpleRNN(4),
    LSTM(4),
    GRU(4),
    Serial([Dense(5), GRU(4), LayerNorm(), Dropout(0.4), LSTM(3), Dense(2)]),
    Residual([GRU(3), LSTM(4), Dense(2)], Serial([Tanh(), Dense(2)])),
]
each_stack = pytest.mark.parametrize("layer", STACKS, ids=repr)
each_sizes = pytest.mark.parametrize("lengths", SIZES)
each_one_way = pytest.mark.parametrize("layer", ONE_WAY, ids=repr)


def network(layer, n_steps=N_STEPS):
    return network_of(LayerCase("", layer, (n_steps, 3)))


def draw_state(layer, n_samples, seed):
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(size=(n_samples, size)) for size in layer.state_sizes)


def copies(arrays):
    return tuple(array.copy() for array in arrays)


def sizes_of(lengths):
    return None if lengths is None else np.array(lengths).reshape(-1, 1)


def pass_from(net, x, initial, sizes):
    """Return the function that goes back, and copies of output and final state."""
    step = Pass(net)
    step.space.sizes = sizes
    y, final, backward = net.layer.forward_from(x, initial, step.space)
    return step, y.copy(), copies(final), backward


def masked(net, dy, sizes):
    """Return the gradient of the output, zero where there is padding."""
    after = None if sizes is None else net.layer.sizes_after(sizes)
    return dy if after is None else with_garbage(dy, after)


@each_stack
@each_sizes
def test_gradients_through_the_state_equal_finite_differences(layer, lengths):
    net, sizes = network(layer), sizes_of(lengths)
    x, dy = draw(net, 6)
    dy = np.nan_to_num(masked(net, dy, sizes))
    initial, dfinal = draw_state(layer, 6, 1), draw_state(layer, 6, 2)

    def summed():
        _, y, final, _ = pass_from(net, x, initial, sizes)
        parts = zip((y, *final), (dy, *dfinal), strict=True)
        return sum(float(np.vdot(a, b)) for a, b in parts)

    step, *_, backward = pass_from(net, x, initial, sizes)
    dx, dinitial = backward(dy.copy(), dfinal)
    got = [dx.copy(), step.grad.copy(), *copies(dinitial)]
    for array, gradient in zip((x, net.theta, *initial), got, strict=True):
        expected = numeric_gradient(summed, array)
        assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)


@each_stack
@each_sizes
def test_a_missing_state_is_zeros(layer, lengths):
    net, sizes = network(layer), sizes_of(lengths)
    x, dy = draw(net, 6)
    zeros = tuple(np.zeros((6, size)) for size in layer.state_sizes)
    results = []
    for state in (zeros, None):
        step, y, final, backward = pass_from(net, x, state, sizes)
        dx, _ = backward(dy.copy(), state)
        results.append((y, *final, dx.copy(), step.grad.copy()))
    for a, b in zip(*results, strict=True):
        assert_array_equal(a, b)


@each_one_way
@pytest.mark.parametrize("cut", [1, 4])
def test_a_sequence_in_two_parts_is_the_whole(layer, cut):
    net = network(layer)
    x, _ = draw(net, 5)
    initial = draw_state(layer, 5, 1)
    space = net.workspace()
    y, final, _ = net.layer.forward_from(x, initial, space)
    first, between, _ = net.layer.forward_from(x[:, :cut], initial, net.workspace())
    second, end, _ = net.layer.forward_from(x[:, cut:], between, net.workspace())
    assert_allclose(np.concatenate((first, second), axis=1), y, rtol=1e-12)
    for a, b in zip(end, final, strict=True):
        assert_allclose(a, b, rtol=1e-12)


@each_one_way
def test_step_by_step_is_the_whole(layer):
    net = network(layer)
    x, _ = draw(net, 6)
    state = draw_state(layer, 6, 1)
    y, final, _ = net.layer.forward_from(x, state, net.workspace())
    # Samples may lie along any axes.
    state = tuple(array.reshape(3, 2, -1) for array in state)
    given, space = copies(state), net.workspace()
    for t in range(N_STEPS):
        step, after = net.layer.step(x[:, t].reshape(3, 2, -1), state, space)
        assert_allclose(step.reshape(6, -1), y[:, t], rtol=1e-12)
        if t == 0:
            for array, before in zip(state, given, strict=True):
                assert_array_equal(array, before)
        state = after
    for a, b in zip(state, final, strict=True):
        assert_allclose(a.reshape(6, -1), b, rtol=1e-12)


def test_final_state_of_a_sample_does_not_depend_on_its_batch():
    net = network(Serial([LSTM(4), Bidirectional(GRU(3))]), n_steps=40)
    x, _ = draw(net, 5)
    lengths = [40, 33, 17, 2, 1]
    space = net.workspace()
    space.sizes = sizes_of(lengths)
    _, final, _ = net.layer.forward_from(with_garbage(x, space.sizes), None, space)
    for i, length in enumerate(lengths):
        alone = net.layer.forward_from(x[i : i + 1, :length], None, net.workspace())[1]
        for a, b in zip(final, alone, strict=True):
            assert_allclose(a[i], b[0], rtol=1e-12)


def test_truncated_gradient_reaches_the_initial_state_from_the_first_block_alone():
    net = network(LSTM(3, backprop_steps=2))
    x, dy = draw(net, 4)
    initial = draw_state(net.layer, 4, 1)
    *_, backward = pass_from(net, x, initial, None)
    dinitial = copies(backward(dy.copy(), None)[1])
    dy[:, 2:] = 0
    *_, backward = pass_from(net, x, initial, None)
    for a, b in zip(dinitial, backward(dy, None)[1], strict=True):
        assert_allclose(a, b)


def test_both_directions_cannot_go_step_by_step():
    net = network(Bidirectional(GRU(3)))
    with pytest.raises(ValueError, match="whole sequence"):
        net.layer.step(np.ones((2, 3)), draw_state(net.layer, 2, 0), net.workspace())
