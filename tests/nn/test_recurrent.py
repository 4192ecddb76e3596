import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import (
    GRU,
    LSTM,
    AttentionPooling,
    Bidirectional,
    ColumnEmbedding,
    Dense,
    LastStep,
    LayerNorm,
    Network,
    Serial,
    SimpleRNN,
    Tanh,
)
from skdeep.nn.layers.recurrent import runs as recurrent_runs
from skdeep.nn.layers.recurrent.runs import SPARE, cut_runs
from tests.nn.cases import LayerCase
from tests.nn.passes import Pass, draw, network_of, numeric_gradient
from tests.nn.recurrent_passes import ragged_pass
from tests.nn.textbook_recurrent import run

KINDS = [SimpleRNN, LSTM, GRU]
every_kind = pytest.mark.parametrize("kind", KINDS)

LENGTHS = [6, 6, 5, 3, 3, 1]
STACKS = [
    SimpleRNN(4),
    LSTM(4),
    GRU(4),
    Bidirectional(LSTM(3)),
    SimpleRNN(4, return_sequences=False),
    LSTM(4, return_sequences=False),
    GRU(4, return_sequences=False),
    Bidirectional(GRU(4, return_sequences=False)),
    LastStep(),
    AttentionPooling(),
    Serial([GRU(4), Dense(3), Tanh(), LSTM(2), LastStep()]),
    Serial([Bidirectional(GRU(3)), LayerNorm(), AttentionPooling(), Dense(2)]),
    Bidirectional(Serial([SimpleRNN(3), LSTM(2), LastStep()])),
    Serial([Bidirectional(SimpleRNN(3)), Bidirectional(SimpleRNN(3))]),
]
every_stack = pytest.mark.parametrize("layer", STACKS, ids=repr)
TRUNCATED = [
    GRU(4, backprop_steps=2),
    LSTM(4, backprop_steps=2, return_sequences=False),
]


def network(layer, n_steps=6, dtype=np.float64):
    return network_of(LayerCase("", layer, (n_steps, 3)), dtype)


@every_kind
def test_states_are_those_of_the_textbook(kind):
    layer = kind(5)
    net = network(layer)
    x, _ = draw(net, 4)
    expected = [run(layer, net.params.arrays, sample) for sample in x]
    assert_allclose(net.forward(x), expected, rtol=1e-12)


@every_kind
def test_dropout_hides_the_same_units_from_all_steps(kind):
    layer = kind(5, recurrent_dropout=0.5)
    net = network(layer)
    x, _ = draw(net, 4)
    step = Pass(net)
    y, _ = net.layer.forward(x, step.space)
    mask = step.space.empty("mask", (5, 4))
    assert set(np.unique(mask)) == {0.0, 2.0}
    expected = [
        run(layer, net.params.arrays, sample, seen)
        for sample, seen in zip(x, mask.T, strict=True)
    ]
    assert_allclose(y, expected, rtol=1e-12)


@every_kind
def test_prediction_knows_no_dropout(kind):
    net = network(kind(5, recurrent_dropout=0.5))
    x, _ = draw(net, 4)
    assert_allclose(net.forward(x)[2], run(kind(5), net.params.arrays, x[2]))


@pytest.mark.parametrize("layer", [*STACKS, *TRUNCATED], ids=repr)
def test_ragged_batch_equals_samples_one_by_one(layer):
    net = network(layer)
    x, dy = draw(net, len(LENGTHS))
    y, dx, grad = ragged_pass(net, x, dy, LENGTHS)
    total = 0
    for i, length in enumerate(LENGTHS):
        ends = net.layer.sizes_after(np.array([[length]]))
        there = slice(None) if ends is None else slice(length)
        alone = Pass(net)(x[i : i + 1, :length], dy[i : i + 1][:, there])
        assert_allclose(y[i][there], alone[0][0], rtol=1e-9, atol=1e-12)
        assert_allclose(dx[i, :length], alone[1][0], rtol=1e-9, atol=1e-12)
        assert_array_equal(dx[i, length:], 0)
        total = total + alone[2]
    assert_allclose(grad, total, rtol=1e-9, atol=1e-12)


@every_stack
def test_ragged_gradients_equal_finite_differences(layer):
    net = network(layer)
    x, dy = draw(net, len(LENGTHS))
    _, dx, grad = ragged_pass(net, x, dy, LENGTHS)
    sizes = np.array(LENGTHS).reshape(-1, 1)

    def summed():
        step = Pass(net)
        step.space.sizes = sizes
        y, _ = net.layer.forward(x, step.space)
        if net.layer.sizes_after(sizes) is None:
            return float(np.vdot(y, dy))
        triples = zip(y, dy, LENGTHS, strict=True)
        return float(sum(np.vdot(a[:n], b[:n]) for a, b, n in triples))

    close = {"rtol": 1e-6, "atol": 1e-8}
    assert_allclose(grad, numeric_gradient(summed, net.theta), **close)
    assert_allclose(dx, numeric_gradient(summed, x), **close)


@pytest.mark.parametrize("kind", KINDS)
def test_ragged_dropout_gradients_equal_finite_differences(kind):
    net = network(Serial([kind(4, recurrent_dropout=0.4), LastStep()]))
    x, dy = draw(net, len(LENGTHS))
    _, dx, _ = ragged_pass(net, x, dy, LENGTHS)

    def summed():
        step = Pass(net)
        step.space.sizes = np.array(LENGTHS).reshape(-1, 1)
        return float(np.vdot(net.layer.forward(x, step.space)[0], dy))

    assert_allclose(dx, numeric_gradient(summed, x), rtol=1e-6, atol=1e-8)


@every_kind
def test_padding_beyond_the_longest_sample_is_zero(kind):
    net = network(kind(4))
    x, dy = draw(net, 3)
    y, dx, _ = ragged_pass(net, x, dy, [4, 4, 2])
    assert_array_equal(y[0, 4:], 0)
    assert_array_equal(dx[0, 4:], 0)


@every_kind
def test_truncated_gradient_is_that_of_blocks(kind):
    net = network(kind(4, backprop_steps=2))
    x, dy = draw(net, 3)
    _, dx, _ = Pass(net)(x, dy)
    # What comes out in the last block depends on the inputs of this block alone.
    dy[:, :4] = 0
    _, last, _ = Pass(net)(x, dy)
    assert_array_equal(last[:, :4], 0)
    assert_allclose(last[:, 4:], dx[:, 4:])
    assert np.abs(dx[:, :4]).min() > 0


def test_truncated_forward_pass_is_that_of_the_whole():
    whole, truncated = network(LSTM(4)), network(LSTM(4, backprop_steps=2))
    x, dy = draw(whole, 3)
    assert_allclose(Pass(whole)(x, dy)[0], Pass(truncated)(x, dy)[0], rtol=1e-12)


@given(
    lengths=st.lists(st.integers(1, 300), min_size=1, max_size=30),
    backprop_steps=st.none() | st.integers(1, 50),
)
@settings(deadline=None, max_examples=100)
def test_runs_cover_all_steps_and_little_else(lengths, backprop_steps):
    lengths = np.sort(lengths)[::-1]
    runs = cut_runs(len(lengths), lengths[0], lengths[:, np.newaxis], backprop_steps)
    covered = np.zeros((lengths[0], len(lengths)), int)
    for part in runs:
        steps = covered[part.start : part.stop, : part.width]
        steps += 1
        part.clear(steps)
        assert part.is_cut == bool(
            backprop_steps and part.start and part.start % backprop_steps == 0
        )
        spare = part.n_steps * part.width - np.count_nonzero(steps)
        assert 0 <= spare <= SPARE
    assert_array_equal(covered, np.arange(lengths[0])[:, np.newaxis] < lengths)


def test_steps_of_products_follow_the_sum_of_lengths(monkeypatch):
    columns, dot = [], np.dot
    monkeypatch.setattr(recurrent_runs, "SPARE", 10)

    def counting(a, b, **options):
        if a.shape[0] == 3 * 4:  # the weighted sums of the gates
            columns.append(b.shape[1])
        return dot(a, b, **options)

    monkeypatch.setattr(np, "dot", counting)
    net = network(GRU(4), n_steps=50)
    x, dy = draw(net, 4)
    ragged_pass(net, x, dy, [50, 5, 4, 1])
    forward = [n for n in columns if n <= 4]
    # Up to 10 columns more in each run.
    assert 60 <= sum(forward) <= 80 < 4 * 50


@every_kind
def test_forget_gates_alone_start_at_one(kind):
    net = Network(kind(3), (4, 2), np.float32, np.random.default_rng(0))
    bias = net.params.arrays["bias"].reshape(-1, 3)
    expected = np.zeros_like(bias)
    if kind is LSTM:
        expected[1] = 1
    assert_array_equal(bias, expected)


@every_kind
def test_recurrent_weights_of_each_gate_start_orthogonal(kind):
    net = Network(kind(5), (4, 2), np.float64, np.random.default_rng(0))
    weight = net.params.arrays["recurrent_weight"]
    for gate in np.split(weight, weight.shape[1] // 5, axis=1):
        assert_allclose(gate @ gate.T, np.eye(5), atol=1e-12)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (GRU(0), (4, 2), "units=0"),
        (LSTM(2, recurrent_dropout=1.0), (4, 2), "recurrent_dropout=1.0"),
        (SimpleRNN(2, backprop_steps=0), (4, 2), "backprop_steps=0"),
        (GRU(2), (4,), r"samples of shape \(4,\)"),
        (LastStep(), (4,), r"samples of shape \(4,\)"),
        (AttentionPooling(0), (4, 2), "units=0"),
    ],
)
def test_impossible_layers_are_refused(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer.plan(shape)


def test_embedding_of_codes_at_every_step():
    layer = ColumnEmbedding([5], 2)
    net = Network(layer, (4, 1), np.float64, np.random.default_rng(0))
    (table,) = layer.tables(net.theta)
    codes = np.array([[0, 2, 4, 3], [1, 2, 9, 0]])
    expected = table[np.where(codes > 4, 1, codes)]
    assert_array_equal(net.forward(codes[..., None].astype(float)), expected)
