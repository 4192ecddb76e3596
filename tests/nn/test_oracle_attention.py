"""Attention and encoder-decoders by PyTorch's layers and automatic derivatives."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import (
    GRU,
    LSTM,
    AdditiveAttention,
    Bidirectional,
    Dense,
    DotAttention,
    EncoderDecoder,
    MultiplicativeAttention,
    Network,
    Serial,
    Tanh,
)
from tests.nn.passes import Pass
from tests.nn.test_oracle_recurrent import copy_weights, names

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

close = {"rtol": 1e-8, "atol": 1e-10}

LENGTHS = [6, 6, 4, 2, 1]
N_SAMPLES, N_STEPS, N_QUERIES, N_INPUTS, UNITS = 5, 6, 4, 3, 5
ATTENTIONS = [
    DotAttention(),
    MultiplicativeAttention(),
    MultiplicativeAttention(scaled=True),
    AdditiveAttention(3),
]
each_attention = pytest.mark.parametrize("attention", ATTENTIONS, ids=repr)
each_lengths = pytest.mark.parametrize("lengths", [None, LENGTHS])


def leaf(array):
    return torch.tensor(array, requires_grad=True)


def attend(attention, params, queries, values, lengths):
    """Return the means of values as PyTorch computes them."""
    keys, mask = values, None
    if lengths is not None:
        steps = torch.arange(values.shape[1])
        mask = steps < torch.tensor(lengths)[:, None]
        mask = mask[:, None]
    if isinstance(attention, AdditiveAttention):
        projected = (queries @ params["query_weight"])[:, :, None]
        keys = (values @ params["key_weight"] + params["bias"])[:, None]
        scores = (torch.tanh(projected + keys) @ params["context"])[..., 0]
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        return torch.softmax(scores, dim=-1) @ values
    scale: float | None = 1.0
    if isinstance(attention, MultiplicativeAttention):
        keys = values @ params["key_weight"]
        # PyTorch's own is that of Vaswani et al.
        scale = None if attention.scaled else 1.0
    return torch.nn.functional.scaled_dot_product_attention(
        queries, keys, values, attn_mask=mask, scale=scale
    )


def leaves(views):
    return {name: leaf(array) for name, array in views.arrays.items()}


def assert_same_gradients(views, tensors):
    assert views.arrays.keys() == tensors.keys()
    for name, array in views.arrays.items():
        assert_allclose(array, tensors[name].grad.numpy(), **close)


@each_attention
@each_lengths
def test_attention_is_pytorchs(attention, lengths):
    shapes = ((N_QUERIES, UNITS), (N_STEPS, UNITS))
    rng = np.random.default_rng(0)
    net = Network(attention, shapes, np.float64, rng)
    net.theta += rng.normal(size=net.theta.size)
    queries, values = (rng.normal(size=(N_SAMPLES, *shape)) for shape in shapes)
    dy = rng.normal(size=queries.shape)
    step = Pass(net)
    if lengths is not None:
        step.space.sizes = (None, np.c_[lengths])
    y, backward = attention.forward((queries, values), step.space)
    y = y.copy()
    dqueries, dvalues = backward(dy.copy())

    params, q, v = leaves(net.params), leaf(queries), leaf(values)
    output = attend(attention, params, q, v, lengths)
    output.backward(torch.tensor(dy))
    assert_allclose(y, output.detach().numpy(), **close)
    assert_allclose(dqueries, q.grad.numpy(), **close)
    assert_allclose(dvalues, v.grad.numpy(), **close)
    assert_same_gradients(net.layout.views(step.grad), params)


@each_attention
@each_lengths
@pytest.mark.parametrize(
    ("cell", "theirs"), [(GRU, torch.nn.GRU), (LSTM, torch.nn.LSTM)]
)
def test_encoder_decoder_is_pytorchs(attention, lengths, cell, theirs):
    width = 2 * UNITS
    layer = EncoderDecoder(
        Bidirectional(cell(UNITS)),
        cell(width),
        Serial([Dense(4), Tanh(), Dense(2)]),
        attention,
    )
    shapes = ((N_STEPS, N_INPUTS), (N_QUERIES, N_INPUTS))
    rng = np.random.default_rng(0)
    net = Network(layer, shapes, np.float64, rng)
    net.theta += rng.normal(scale=0.3, size=net.theta.size)
    source, target = (rng.normal(size=(N_SAMPLES, *shape)) for shape in shapes)
    step = Pass(net)
    if lengths is not None:
        step.space.sizes = (np.c_[lengths], None)
    y, backward = layer.forward((source, target), step.space)
    y = y.copy()
    dy = rng.normal(size=y.shape)
    dsource, dtarget = backward(dy.copy())

    views = net.params.children
    encoder_views, bridge_views, decoder_views, attention_views, head_views = views
    encoder = theirs(N_INPUTS, UNITS, batch_first=True, bidirectional=True).double()
    decoder = theirs(N_INPUTS, width, batch_first=True).double()
    copy_weights(encoder_views, encoder, names(1, 2), UNITS)
    copy_weights(decoder_views, decoder, names(1, 1), width)
    bridge = leaves(bridge_views.children[0])
    first, last = (leaves(head_views.children[k]) for k in (0, 2))
    params, x, z = leaves(attention_views), leaf(source), leaf(target)

    fed = x
    if lengths is not None:
        fed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
    encoded, final = encoder(fed)
    if lengths is not None:
        encoded, _ = torch.nn.utils.rnn.pad_packed_sequence(encoded, batch_first=True)
    final = final if isinstance(final, tuple) else (final,)
    # Forward states, then backward states; of each the state, then the cell.
    summary = torch.cat([array[k] for k in (0, 1) for array in final], dim=1)
    states = torch.tanh(summary @ bridge["weight"] + bridge["bias"])
    parts = tuple(part[None].contiguous() for part in states.split(width, dim=1))
    queries, _ = decoder(z, parts if len(parts) == 2 else parts[0])
    context = attend(attention, params, queries, encoded, lengths)
    joined = torch.cat([queries, context], dim=2)
    hidden = torch.tanh(joined @ first["weight"] + first["bias"])
    output = hidden @ last["weight"] + last["bias"]
    output.backward(torch.tensor(dy))

    assert_allclose(y, output.detach().numpy(), **close)
    assert_allclose(dsource, x.grad.numpy(), **close)
    assert_allclose(dtarget, z.grad.numpy(), **close)
    grads = net.layout.views(step.grad).children
    assert_same_gradients(grads[1].children[0], bridge)
    assert_same_gradients(grads[3], params)
    assert_same_gradients(grads[4].children[0], first)
    assert_same_gradients(grads[4].children[2], last)
    for views, module, suffix in (
        (grads[0].children[0], encoder, "l0"),
        (grads[0].children[1], encoder, "l0_reverse"),
        (grads[2], decoder, "l0"),
    ):
        for ours, name in (("weight", "weight_ih"), ("recurrent_weight", "weight_hh")):
            expected = getattr(module, f"{name}_{suffix}").grad.numpy().T
            assert_allclose(views.arrays[ours], expected, **close)
