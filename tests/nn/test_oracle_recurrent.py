"""PyTorch's recurrent layers, weights copied over, with packed sequences for ragged."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import GRU, LSTM, Bidirectional, Serial, SimpleRNN
from tests.nn.cases import LayerCase
from tests.nn.passes import Pass, draw, network_of
from tests.nn.recurrent_passes import ragged_pass

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

close = {"rtol": 1e-5, "atol": 1e-5}

PAIRS = [(SimpleRNN, torch.nn.RNN), (LSTM, torch.nn.LSTM), (GRU, torch.nn.GRU)]
LENGTHS = [None, [7, 7, 5, 4, 4, 1]]
N_SAMPLES, N_STEPS, N_INPUTS, UNITS = 6, 7, 3, 5

every_kind = pytest.mark.parametrize(("ours", "theirs"), PAIRS)
every_length = pytest.mark.parametrize("lengths", LENGTHS)


def names(n_layers, directions):
    """Return PyTorch's suffixes in the order in which our layers come."""
    return [
        f"l{level}{direction}"
        for level, direction in product(range(n_layers), ["", "_reverse"][:directions])
    ]


def copy_weights(views, module, suffixes, units=UNITS):
    """Give a module the weights of recurrent layers."""
    layers = [view.arrays for view in views.walk() if view.arrays]
    with torch.no_grad():
        for arrays, suffix in zip(layers, suffixes, strict=True):
            bias = torch.tensor(arrays["bias"])
            recurrent_bias = torch.zeros_like(bias)
            if "recurrent_bias" in arrays:
                recurrent_bias[-units:] = torch.tensor(arrays["recurrent_bias"])
            for name, value in [
                ("weight_ih", torch.tensor(arrays["weight"].T)),
                ("weight_hh", torch.tensor(arrays["recurrent_weight"].T)),
                ("bias_ih", bias),
                ("bias_hh", recurrent_bias),
            ]:
                getattr(module, f"{name}_{suffix}").copy_(value)


def assert_same_gradients(net, grad, module, suffixes):
    layers = [view.arrays for view in net.layout.views(grad).walk() if view.arrays]
    for arrays, suffix in zip(layers, suffixes, strict=True):
        pairs = [("weight", "weight_ih"), ("recurrent_weight", "weight_hh")]
        for ours, theirs in [*pairs, ("bias", "bias_ih")]:
            expected = getattr(module, f"{theirs}_{suffix}").grad.numpy().T
            assert_allclose(arrays[ours], expected, **close)
        if "recurrent_bias" in arrays:
            expected = getattr(module, f"bias_hh_{suffix}").grad.numpy()[-UNITS:]
            assert_allclose(arrays["recurrent_bias"], expected, **close)


def assert_same(layer, module, lengths, suffixes):
    """Check outputs and gradients, as packed sequences where there are lengths."""
    net = network_of(LayerCase("", layer, (N_STEPS, N_INPUTS)), np.float32)
    copy_weights(net.params, module, suffixes)
    x, dy = draw(net, N_SAMPLES)
    y, dx, grad = ragged_pass(net, x, dy, lengths)
    leaf = torch.tensor(x, requires_grad=True)
    if lengths is None:
        output, _ = module(leaf)
    else:
        packed = torch.nn.utils.rnn.pack_padded_sequence(leaf, lengths, True)
        output, _ = torch.nn.utils.rnn.pad_packed_sequence(module(packed)[0], True)
        dy = np.where(np.arange(N_STEPS)[:, None] < np.c_[lengths][..., None], dy, 0)
    output.backward(torch.tensor(dy))
    assert_allclose(y, output.detach().numpy(), **close)
    assert_allclose(dx, leaf.grad.numpy(), **close)
    assert_same_gradients(net, grad, module, suffixes)


@every_kind
@every_length
def test_layer_is_pytorchs(ours, theirs, lengths):
    module = theirs(N_INPUTS, UNITS, batch_first=True)
    assert_same(ours(UNITS), module, lengths, names(1, 1))


@every_kind
@every_length
def test_bidirectional_layer_is_pytorchs(ours, theirs, lengths):
    module = theirs(N_INPUTS, UNITS, batch_first=True, bidirectional=True)
    assert_same(Bidirectional(ours(UNITS)), module, lengths, names(1, 2))


@every_kind
@every_length
def test_stacked_layers_are_pytorchs(ours, theirs, lengths):
    module = theirs(N_INPUTS, UNITS, num_layers=2, batch_first=True)
    layers = Serial([ours(UNITS), ours(UNITS)])
    assert_same(layers, module, lengths, names(2, 1))


@every_kind
@every_length
def test_stacked_bidirectional_layers_are_pytorchs(ours, theirs, lengths):
    module = theirs(N_INPUTS, UNITS, 2, batch_first=True, bidirectional=True)
    layers = Serial([Bidirectional(ours(UNITS)), Bidirectional(ours(UNITS))])
    assert_same(layers, module, lengths, names(2, 2))


@every_kind
@every_length
@pytest.mark.parametrize("directions", [1, 2])
def test_states_are_handed_in_and_out_as_in_pytorch(ours, theirs, lengths, directions):
    n_carried = len(ours(UNITS).state_sizes)
    make = Bidirectional if directions == 2 else (lambda layer: layer)
    layer = Serial([make(ours(UNITS)), make(ours(UNITS))])
    net = network_of(LayerCase("", layer, (N_STEPS, N_INPUTS)))
    module = theirs(
        N_INPUTS, UNITS, 2, batch_first=True, bidirectional=directions == 2
    ).double()
    suffixes = names(2, directions)
    copy_weights(net.params, module, suffixes)
    x, dy = draw(net, N_SAMPLES)
    rng = np.random.default_rng(7)
    # PyTorch has one array for the states of all layers, and one for their cells.
    shape = (n_carried, 2 * directions, N_SAMPLES, UNITS)
    initial, dfinal = rng.normal(size=shape), rng.normal(size=shape)

    def ours_of(arrays):
        return tuple(arrays.transpose(1, 0, 2, 3).reshape(-1, N_SAMPLES, UNITS))

    step = Pass(net)
    if lengths is not None:
        step.space.sizes = np.array(lengths).reshape(-1, 1)
        dy[np.arange(N_STEPS) >= np.c_[lengths]] = 0
    y, final, backward = layer.forward_from(x, ours_of(initial), step.space)
    y, final = y.copy(), [array.copy() for array in final]
    dx, dinitial = backward(dy.copy(), ours_of(dfinal))

    leaf, start = (torch.tensor(a, requires_grad=True) for a in (x, initial))
    fed = leaf
    if lengths is not None:
        fed = torch.nn.utils.rnn.pack_padded_sequence(leaf, lengths, True)
    output, end = module(fed, tuple(start) if n_carried == 2 else start[0])
    if lengths is not None:
        output, _ = torch.nn.utils.rnn.pad_packed_sequence(output, True)
    end = torch.stack(end) if n_carried == 2 else end[None]
    ((output * torch.tensor(dy)).sum() + (end * torch.tensor(dfinal)).sum()).backward()
    assert_allclose(y, output.detach().numpy(), **close)
    assert_allclose(dx, leaf.grad.numpy(), **close)
    assert_allclose(final, ours_of(end.detach().numpy()), **close)
    assert_allclose(dinitial, ours_of(start.grad.numpy()), **close)
    assert_same_gradients(net, step.grad, module, suffixes)
