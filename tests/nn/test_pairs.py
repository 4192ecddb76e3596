"""Attention and encoder-decoders: layers whose input is a pair of sequences."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import (
    GRU,
    LSTM,
    AdditiveAttention,
    Bidirectional,
    Conv,
    Dense,
    DotAttention,
    Dropout,
    EncoderDecoder,
    MultiplicativeAttention,
    Network,
    Residual,
    Serial,
    SoftmaxLogLoss,
    SquaredError,
    Tanh,
)
from skdeep.nn.compute import Buffers, Team
from skdeep.nn.ragged import Ragged, RaggedPairs
from skdeep.nn.training import Samples
from tests.nn.cases import PAIRS, each, each_pair
from tests.nn.passes import Pass, network_of, numeric_gradient
from tests.nn.recurrent_passes import with_garbage
from tests.nn.training_runs import make_trainer

LENGTHS = [5, 5, 4, 2, 1]
NUMERIC = {"rtol": 1e-6, "atol": 1e-8}

ATTENTIONS = [case for case in PAIRS if not isinstance(case.layer, EncoderDecoder)]
NETWORKS = [case for case in PAIRS if isinstance(case.layer, EncoderDecoder)]
SEQUENCES = [case for case in NETWORKS if len(case.shape[0]) == 2]


def draw_pair(net, n_samples=5, seed=5):
    """Return inputs, and a gradient with respect to the output."""
    rng = np.random.default_rng(seed)
    first, second = net.input_shape
    x = tuple(rng.normal(size=(n_samples, *shape)) for shape in (first, second))
    return x, rng.normal(size=(n_samples, *net.plan.output_shape))


def run(net, x, dy, sizes=None):
    """Return output, gradients of both inputs and of the weights, as copies."""
    step = Pass(net)
    step.space.sizes = sizes
    y, backward = net.layer.forward(x, step.space)
    y = y.copy()
    dx = backward(dy.copy())
    return y, *(d.copy() for d in dx), step.grad


def assert_gradients_are_numeric(net, x, dy, sizes=None):
    _, *got = run(net, x, dy, sizes)

    def summed():
        step = Pass(net)
        step.space.sizes = sizes
        return float(np.vdot(net.layer.forward(x, step.space)[0], dy))

    for array, gradient in zip((*x, net.theta), got, strict=True):
        if array.size:
            assert_allclose(gradient, numeric_gradient(summed, array), **NUMERIC)


@each_pair
def test_gradients_equal_finite_differences(case):
    net = network_of(case)
    x, dy = draw_pair(net)
    assert_gradients_are_numeric(net, x, dy)


@each(ATTENTIONS)
def test_gradients_of_attention_with_padding_equal_finite_differences(case):
    net = network_of(case)
    x, dy = draw_pair(net)
    assert_gradients_are_numeric(net, x, dy, (None, np.c_[LENGTHS]))


@each(SEQUENCES)
def test_gradients_of_ragged_sources_equal_finite_differences(case):
    net = network_of(case)
    x, dy = draw_pair(net)
    assert_gradients_are_numeric(net, x, dy, (np.c_[LENGTHS], None))


@each_pair
def test_counts_of_parameters_and_products_are_those_by_hand(case):
    net = network_of(case)
    assert net.theta.size == case.n_parameters
    assert net.plan.total_multiply_adds == case.multiply_adds


@each_pair
def test_float32_agrees_with_float64(case):
    results = []
    for dtype in (np.float64, np.float32):
        net = network_of(case, dtype)
        x, dy = draw_pair(net)
        results.append(run(net, tuple(a.astype(dtype) for a in x), dy.astype(dtype)))
    for double, single in zip(*results, strict=True):
        assert single.dtype == np.float32
        assert_allclose(single, double, rtol=2e-3, atol=2e-4)


def softmax(scores):
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def scores_of(layer, params, query, values):
    """Return the score of each step as the papers print it."""
    if isinstance(layer, DotAttention):
        return [query @ v for v in values]
    if isinstance(layer, MultiplicativeAttention):
        scale = len(query) ** 0.5 if layer.scaled else 1.0
        return [query @ (params["key_weight"].T @ v) / scale for v in values]
    U, W = params["query_weight"], params["key_weight"]
    c, b = params["context"][:, 0], params["bias"]
    return [c @ np.tanh(query @ U + v @ W + b) for v in values]


@each(ATTENTIONS)
def test_attention_is_that_of_the_papers_over_the_steps_that_are_there(case):
    net = network_of(case)
    (queries, values), dy = draw_pair(net)
    sizes = np.c_[LENGTHS]
    garbage = with_garbage(values, sizes)
    y, _, dvalues, _ = run(net, (queries, garbage), dy, (None, sizes))
    for i, length in enumerate(LENGTHS):
        there = values[i, :length]
        for j, query in enumerate(queries[i]):
            scores = scores_of(case.layer, net.params.arrays, query, there)
            assert_allclose(y[i, j], softmax(np.array(scores)) @ there, rtol=1e-12)
        assert_array_equal(dvalues[i, length:], 0)


@each(ATTENTIONS)
def test_weights_add_up_to_one_and_ignore_padding(case):
    net = network_of(case)
    (queries, values), _ = draw_pair(net)
    space = net.workspace()
    prepared = case.layer.prepare(values, np.c_[LENGTHS], space)
    weights = case.layer.weights(queries, prepared, space)
    assert_allclose(weights.sum(axis=-1), 1)
    for row, length in zip(weights, LENGTHS, strict=True):
        assert_array_equal(row[:, length:], 0)
        assert (row[:, :length] > 0).all()


def test_dot_attention_asks_for_vectors_of_one_length():
    with pytest.raises(ValueError, match=r"4 numbers with values of 6"):
        DotAttention().plan(((3, 4), (5, 6)))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (EncoderDecoder(GRU(2), Dense(2), Dense(2)), "no recurrent layer"),
        (
            EncoderDecoder(
                GRU(2, return_sequences=False), GRU(2), Dense(2), DotAttention()
            ),
            "attention=None",
        ),
        (EncoderDecoder(GRU(2), Bidirectional(GRU(2)), Dense(2)), "step by step"),
        (
            EncoderDecoder(GRU(2), Serial([GRU(2), Residual([Conv(2)])]), Dense(2)),
            r"Conv\(filters=2\) in its decoder",
        ),
        (
            EncoderDecoder(GRU(2), GRU(2), Residual([Dense(2)], Conv(2))),
            "in its head",
        ),
        (EncoderDecoder(GRU(2), GRU(2), GRU(2)), "move it to the decoder"),
        (EncoderDecoder(GRU(0), GRU(2), Dense(2)), "units=0"),
        (EncoderDecoder(GRU(2), GRU(2), Dense(2), AdditiveAttention(0)), "units=0"),
    ],
)
def test_impossible_networks_are_refused(layer, message):
    with pytest.raises(ValueError, match=message):
        layer.plan(((5, 3), (4, 2)))


def test_an_encoder_decoder_has_no_attention_weights_without_attention():
    net = network_of(NETWORKS[0])
    x, _ = draw_pair(net)
    with pytest.raises(ValueError, match="without attention"):
        net.layer.attention_weights(x, net.workspace())


@each(SEQUENCES)
def test_ragged_batch_equals_samples_one_by_one(case):
    net = network_of(case)
    (source, target), dy = draw_pair(net)
    n_steps = target.shape[1]
    ends = np.array([1, n_steps, 2, n_steps, 1])
    sizes = (np.c_[LENGTHS], np.c_[ends])
    dy[np.arange(n_steps) >= ends[:, np.newaxis]] = 0
    x = tuple(with_garbage(a, s) for a, s in zip((source, target), sizes, strict=True))
    y, dsource, dtarget, grad = run(net, x, dy, sizes)
    total = 0
    for i, (length, end) in enumerate(zip(LENGTHS, ends, strict=True)):
        one = slice(i, i + 1)
        alone = run(net, (source[one, :length], target[one, :end]), dy[one, :end])
        assert_allclose(y[i, :end], alone[0][0], rtol=1e-9, atol=1e-12)
        assert_allclose(dsource[i, :length], alone[1][0], rtol=1e-9, atol=1e-12)
        assert_allclose(dtarget[i, :end], alone[2][0], rtol=1e-9, atol=1e-12)
        assert_array_equal(dsource[i, length:], 0)
        total = total + alone[3]
    assert_allclose(grad, total, rtol=1e-9, atol=1e-12)


@each(NETWORKS)
@pytest.mark.parametrize("n_beams", [1, 3])
def test_step_by_step_is_the_whole_with_teacher_forcing(case, n_beams):
    net = network_of(case)
    (source, _), _ = draw_pair(net)
    sizes = (np.c_[LENGTHS], None) if len(case.shape[0]) == 2 else None
    rng = np.random.default_rng(1)
    n_steps, n_inputs = case.shape[1]
    targets = rng.normal(size=(5, n_beams, n_steps, n_inputs))
    space = net.workspace()
    space.sizes = sizes
    step, state = net.layer.start(source, space)
    state = tuple(np.repeat(array, n_beams, axis=1) for array in state)
    steps = []
    for t in range(n_steps):
        y, state = step(targets[:, :, t], state)
        steps.append(y.copy())
    for beam in range(n_beams):
        whole = net.workspace()
        whole.sizes = sizes
        expected, _ = net.layer.forward((source, targets[:, beam]), whole)
        got = np.stack([y[:, beam] for y in steps], axis=1)
        assert_allclose(got, expected, rtol=1e-12)


def test_attention_weights_are_those_that_the_forward_pass_used():
    attention = MultiplicativeAttention()
    layer = EncoderDecoder(GRU(3), GRU(4), Serial(), attention)
    net = Network(layer, ((5, 2), (3, 2)), np.float64, np.random.default_rng(0))
    x, _ = draw_pair(net)
    space = net.workspace()
    space.sizes = (np.c_[LENGTHS], None)
    y = layer.forward(x, space)[0].copy()
    weights = layer.attention_weights(x, space).copy()
    encoded, *_ = layer.encoder.forward(x[0], space.children[0])
    assert_allclose(y[..., 4:], weights @ encoded)


def pairs_of(rng, n_samples, is_vector=False):
    """Return sources and decoder inputs that differ in length."""
    lengths = rng.integers(1, 7, size=(2, n_samples))
    first, second = (
        Ragged([rng.normal(size=(length, 2)) for length in row]) for row in lengths
    )
    if is_vector:
        return RaggedPairs(rng.normal(size=(n_samples, 3)), second)
    return RaggedPairs(first, second)


@pytest.mark.parametrize("is_vector", [False, True])
def test_pairs_are_gathered_in_one_order(is_vector):
    rng = np.random.default_rng(0)
    pairs = pairs_of(rng, 9, is_vector)
    targets = Ragged([array[:, :1] for array in pairs.second.arrays])
    which = np.array([4, 2, 8, 1])
    batch = Samples(pairs, targets).gather(which, Buffers(np.float64))
    (first, second), (sizes, ends) = batch.inputs, batch.sizes
    order = pairs.longest_first(which)
    assert sorted(order) == sorted(which)
    assert_array_equal(ends, pairs.second.sizes[order])
    rows = batch.targets.reshape(*second.shape[:2])
    for k, i in enumerate(order):
        sample = pairs.second.arrays[i]
        assert_array_equal(second[k, : len(sample)], sample)
        assert_array_equal(rows[k, : len(sample)], sample[:, 0])
        if is_vector:
            assert_array_equal(first[k], pairs.first[i])
        else:
            source = pairs.first.arrays[i]
            assert_array_equal(first[k, : len(source)], source)
            assert_array_equal(sizes, pairs.first.sizes[order])


def test_parts_of_pairs():
    pairs = pairs_of(np.random.default_rng(0), 5)
    some = pairs[1:3]
    assert len(some) == 2
    assert_array_equal(some.second.arrays[0], pairs.second.arrays[1])
    single = pairs.astype(np.float32)
    assert single.dtype == single.first.dtype == np.float32
    assert pairs.shape[0] == 5
    assert pairs.shape[1:] == (pairs.first.shape[1:], pairs.second.shape[1:])


@pytest.mark.parametrize("is_vector", [False, True])
def test_prediction_of_pairs_is_that_of_each_sample(is_vector):
    pairs = pairs_of(np.random.default_rng(0), 7, is_vector)
    encoder = Dense(2) if is_vector else Bidirectional(GRU(2))
    attention = None if is_vector else AdditiveAttention()
    layer = EncoderDecoder(encoder, LSTM(3), Dense(2), attention)
    net = Network(layer, pairs.shape[1:], np.float64, np.random.default_rng(0))
    outputs = net.forward(pairs)
    for i, y in enumerate(outputs.arrays):
        first = pairs.first[i] if is_vector else pairs.first.arrays[i]
        alone = (first[np.newaxis], pairs.second.arrays[i][np.newaxis])
        expected, _ = layer.forward(alone, net.workspace())
        assert_allclose(y, expected[0], rtol=1e-12)


@pytest.mark.parametrize("n_samples", [12, 600])
def test_a_trainer_trains_pairs(n_samples):
    rng = np.random.default_rng(0)
    pairs = pairs_of(rng, n_samples)
    # The target is the mean of the source, plus the decoder's input.
    targets = Ragged(
        [
            second[:, :1] + first.mean()
            for first, second in zip(
                pairs.first.arrays, pairs.second.arrays, strict=True
            )
        ]
    )
    layer = EncoderDecoder(
        Bidirectional(GRU(8)),
        GRU(8),
        Serial([Dense(8), Tanh(), Dropout(0.05), Dense(1)]),
        DotAttention() if n_samples > 100 else None,
    )
    if n_samples > 100:
        layer.decoder = GRU(16)
    net = Network(layer, pairs.shape[1:], np.float64, np.random.default_rng(0))
    losses = []
    for _ in range(2):
        trainer = make_trainer(net, SquaredError(), n_samples, rate=0.05, epochs=20)
        trainer.run(Samples(pairs, targets), 20)
        losses.append(trainer.progress.first_loss)
    assert losses[1] < 0.5 * losses[0]


def test_symbols_are_learned_with_integer_targets():
    rng = np.random.default_rng(0)
    pairs = pairs_of(rng, 20)
    targets = Ragged([(a[:, :1] > 0).astype(int) for a in pairs.second.arrays])
    layer = EncoderDecoder(GRU(4), GRU(4), Dense(2))
    net = Network(layer, pairs.shape[1:], np.float64, rng)
    loss = SoftmaxLogLoss()
    losses = []
    for _ in range(2):
        trainer = make_trainer(net, loss, 20, rate=0.1, epochs=50)
        trainer.run(Samples(pairs, targets), 50)
        losses.append(trainer.progress.first_loss)
    assert losses[1] < 0.5 * losses[0]


@each_pair
@pytest.mark.parametrize("cuts", [[0, 2, 5], [0, 5, 5]])
def test_shards_add_up_to_the_whole_batch(case, cuts):
    net = network_of(case)
    x, dy = draw_pair(net)
    whole = run(net, x, dy)
    parts = [slice(a, b) for a, b in pairwise(cuts)]
    with Team(2, threads=2) as team:
        shards = team.run(
            lambda rank: run(net, tuple(a[parts[rank]] for a in x), dy[parts[rank]])
        )
    *arrays, grads = zip(*shards, strict=True)
    for a, b in zip(map(np.concatenate, arrays), whole[:3], strict=True):
        assert_allclose(a, b, rtol=1e-12, atol=1e-13)
    assert_allclose(sum(grads), whole[3], rtol=1e-12, atol=1e-13)


@each_pair
def test_a_workspace_can_be_used_again_for_fewer_samples(case):
    net = network_of(case)
    step = Pass(net)
    for n_samples in (5, 2, 5):
        x, dy = draw_pair(net, n_samples)
        y, backward = net.layer.forward(x, step.space)
        y = y.copy()
        dx = [d.copy() for d in backward(dy.copy())]
        for a, b in zip((y, *dx, step.grad), run(net, x, dy), strict=True):
            assert_array_equal(a, b)


@each(NETWORKS)
def test_gradients_of_weights_do_not_need_those_of_the_input(case):
    net = network_of(case)
    x, dy = draw_pair(net)
    step = Pass(net, wants_dx=False)
    _, backward = net.layer.forward(x, step.space)
    backward(dy.copy())
    assert_array_equal(step.grad, run(net, x, dy)[3])
