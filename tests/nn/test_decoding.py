"""Decoding of symbols, on tables of probabilities and on small networks."""

from functools import partial
from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import log_softmax
from scipy.stats import chisquare

from skdeep.architectures import encoder_decoder, language_model
from skdeep.nn import Dense, Network, decoding
from skdeep.nn.decoding import beam_search, decode, greedy, sample, symbol_step
from skdeep.nn.decoding_numbers import decode_numbers
from skdeep.nn.layers.embedding import FIRST
from skdeep.nn.ragged import Ragged

N_SYMBOLS, STOP, MAX_LENGTH = 3, 2, 3
ENDS = {"start": STOP, "stop": STOP, "max_length": MAX_LENGTH}
# Of any length up to the longest.
ALL = [
    symbols
    for length in range(MAX_LENGTH + 1)
    for symbols in product(range(STOP), repeat=length)
]
N_SAMPLES = 6


class Table:
    """Log probabilities of the next symbol that depend on all symbols so far.

    The state is the number of the sample, and the symbols so far as one number.
    """

    def __init__(self, seed=0, scale=2.0):
        rng = np.random.default_rng(seed)
        # One row more than steps, for the start symbol in front.
        shape = (N_SAMPLES, (N_SYMBOLS + 1) ** (MAX_LENGTH + 1), N_SYMBOLS)
        self.log_p = log_softmax(scale * rng.normal(size=shape), axis=-1)

    def start(self, n_samples=N_SAMPLES):
        return np.arange(n_samples)[:, np.newaxis], np.zeros((n_samples, 1), int)

    def step(self, symbols, state):
        which, past = state
        past = past * (N_SYMBOLS + 1) + symbols + 1
        return self.log_p[which, past % self.log_p.shape[1]], (which, past)

    def log_probability(self, which, symbols):
        state = (np.array([[which]]), np.zeros((1, 1), int))
        total = 0.0
        for last, following in zip((STOP, *symbols), (*symbols, STOP), strict=True):
            log_p, state = self.step(np.array([[last]]), state)
            total += log_p[0, 0, following]
        return total


def found(sequences, *where):
    """Return the symbols of one sequence."""
    symbols, lengths, _ = sequences
    return tuple(symbols[where][: lengths[where]].tolist())


def assert_same(sequences, i, others, j):
    """Check that two samples, decoded in other company, have the same sequences."""
    lengths = sequences.lengths[i]
    assert_array_equal(lengths, others.lengths[j])
    assert_allclose(
        sequences.log_probabilities[i], others.log_probabilities[j], rtol=1e-12
    )
    for k in np.ndindex(np.shape(lengths)):
        assert found(sequences, i, *k) == found(others, j, *k)


@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 1.0])
def test_a_beam_as_wide_as_all_sequences_is_exhaustive_search(length_penalty):
    table, width = Table(), N_SYMBOLS**MAX_LENGTH
    result = beam_search(
        table.step,
        table.start(),
        N_SAMPLES,
        **ENDS,
        beam_width=width,
        length_penalty=length_penalty,
    )
    for i in range(N_SAMPLES):
        log_p = {symbols: table.log_probability(i, symbols) for symbols in ALL}
        score = {s: log_p[s] / (len(s) + 1) ** length_penalty for s in ALL}
        expected = sorted(ALL, key=lambda s: -score[s])
        assert [found(result, i, k) for k in range(len(ALL))] == expected
        assert_allclose(
            result.log_probabilities[i, : len(ALL)], [log_p[s] for s in expected]
        )
        assert np.isneginf(result.log_probabilities[i, len(ALL) :]).all()
    after = np.arange(MAX_LENGTH) >= result.lengths[..., np.newaxis]
    assert_array_equal(result.symbols == STOP, after)


@pytest.mark.parametrize("seed", range(5))
def test_greedy_is_a_beam_of_one(seed):
    table = Table(seed)
    ones = greedy(table.step, table.start(), N_SAMPLES, **ENDS)
    beams = beam_search(table.step, table.start(), N_SAMPLES, **ENDS, beam_width=1)
    for a, b in zip(ones, beams, strict=True):
        assert_array_equal(a, b[:, 0])


def test_log_probability_of_what_is_found_is_that_of_the_table():
    table = Table(3)
    rng = np.random.default_rng(0)
    for result in (
        greedy(table.step, table.start(), N_SAMPLES, **ENDS),
        sample(table.step, table.start(), N_SAMPLES, rng, **ENDS),
    ):
        for i in range(N_SAMPLES):
            expected = table.log_probability(i, found(result, i))
            assert_allclose(result.log_probabilities[i], expected)


def test_a_wider_beam_finds_what_is_likelier():
    width = {"beam_width": 4, "length_penalty": 0.0}
    better = 0.0
    for seed in range(10):
        table = Table(seed)
        ones = greedy(table.step, table.start(), N_SAMPLES, **ENDS)
        beams = beam_search(table.step, table.start(), N_SAMPLES, **ENDS, **width)
        gain = beams.log_probabilities[:, 0] - ones.log_probabilities
        better += gain.sum()
    assert better > 0


@pytest.mark.parametrize("beam_width", [None, 1, 3])
def test_samples_do_not_depend_on_their_neighbours(beam_width):
    table = Table()

    def decode(state, n_samples):
        if beam_width is None:
            return greedy(table.step, state, n_samples, **ENDS)
        return beam_search(table.step, state, n_samples, **ENDS, beam_width=beam_width)

    together = decode(table.start(), N_SAMPLES)
    for i in range(N_SAMPLES):
        alone = decode((np.array([[i]]), np.zeros((1, 1), int)), 1)
        assert_same(together, i, alone, 0)


def drawn(table, n_draws, **options):
    """Return how often each sequence of the first sample was drawn."""
    rng = np.random.default_rng(0)
    state = (np.zeros((n_draws, 1), int), np.zeros((n_draws, 1), int))
    result = sample(table.step, state, n_draws, rng, **ENDS, **options)
    counts = dict.fromkeys(ALL, 0)
    for i in range(n_draws):
        counts[found(result, i)] += 1
    return np.array([counts[symbols] for symbols in ALL])


def chances(table, temperature=1.0, top_k=None):
    """Return the probability of each sequence, one that is cut off included."""
    result = []
    for symbols in ALL:
        state, p = (np.zeros((1, 1), int), np.zeros((1, 1), int)), 1.0
        ends = (STOP,) if len(symbols) < MAX_LENGTH else ()
        steps = zip((STOP, *symbols), (*symbols, *ends), strict=False)
        for last, following in steps:
            log_p, state = table.step(np.array([[last]]), state)
            z = log_p[0, 0] / temperature
            if top_k is not None:
                z = np.where(z >= np.sort(z)[-top_k], z, -np.inf)
            p *= np.exp(log_softmax(z)[following])
        result.append(p)
    return np.array(result)


@pytest.mark.parametrize("options", [{}, {"temperature": 0.5}, {"top_k": 2}])
def test_sequences_are_drawn_as_often_as_they_are_likely(options):
    table = Table(1, scale=1.0)
    expected = chances(table, **options)
    assert_allclose(expected.sum(), 1)
    counts, possible = drawn(table, 4000, **options), expected > 0
    assert counts[~possible].sum() == 0
    assert chisquare(counts[possible], 4000 * expected[possible]).pvalue > 0.01


@pytest.mark.parametrize("options", [{"temperature": 1e-4}, {"top_k": 1}])
def test_sampling_becomes_greedy(options):
    table, rng = Table(), np.random.default_rng(0)
    ones = greedy(table.step, table.start(), N_SAMPLES, **ENDS)
    draws = sample(table.step, table.start(), N_SAMPLES, rng, **ENDS, **options)
    for a, b in zip(ones, draws, strict=True):
        assert_array_equal(a, b)


def network(layer, source):
    net = Network(layer, (source, (4, 1)), np.float64, np.random.default_rng(0))
    # Differences that matter, from the start.
    net.theta *= 3
    return net


def log_probability(net, source, sizes, symbols):
    """Return that of one sequence, computed in one pass with teacher forcing."""
    codes = np.array([STOP, *symbols])[np.newaxis, :, np.newaxis] + FIRST
    space = net.workspace()
    space.sizes = sizes
    z, _ = net.layer.forward((source, codes.astype(float)), space)
    log_p = log_softmax(z[0], axis=-1)
    return log_p[np.arange(len(symbols) + 1), [*symbols, STOP]].sum()


TARGET = {"n_target_symbols": N_SYMBOLS}
NETWORKS = {
    "no attention": encoder_decoder("lstm", [4], N_SYMBOLS, attention=None, **TARGET),
    **{
        attention: encoder_decoder(
            "gru", [3, 4], N_SYMBOLS, attention=attention, dropout=0.1, **TARGET
        )
        for attention in ("additive", "multiplicative", "dot")
    },
    "one way": encoder_decoder("simple", [5], N_SYMBOLS, bidirectional=False, **TARGET),
}


@pytest.mark.parametrize("n_samples", [1, 9])
def test_decoding_in_parts_keeps_the_order_of_sources(monkeypatch, n_samples):
    monkeypatch.setattr(decoding, "ROWS", 4)
    layer = NETWORKS["additive"]
    net, rng = network(layer, (7, 2)), np.random.default_rng(1)
    lengths = rng.integers(1, 8, size=n_samples)
    sources = Ragged([rng.normal(size=(length, 2)) for length in lengths])
    search = partial(beam_search, **ENDS, beam_width=2)
    result = decode(net, sources, search)
    for i in range(n_samples):
        assert_same(result, i, decode(net, sources[[i]], search), 0)


ENDLESS = {"start": STOP, "stop": STOP, "max_length": 10**12}


@pytest.mark.parametrize(
    "search",
    [
        partial(greedy, **ENDLESS),
        partial(beam_search, **ENDLESS, beam_width=3),
        partial(sample, **ENDLESS, rng=np.random.default_rng(0)),
    ],
)
def test_memory_grows_with_what_is_written(search):
    table = Table(scale=1.0)
    result = search(table.step, table.start(), N_SAMPLES)
    assert result.symbols.shape[-1] == result.lengths.max() < 1000


def test_numbers_grow_with_what_is_written():
    layer = encoder_decoder("gru", [3], 2)
    net = Network(layer, ((4, 1), (4, 1)), np.float32, np.random.default_rng(0))
    rng = np.random.default_rng(0)

    def choose(z):
        return z[:, :1], rng.random(len(z)) < 0.2

    sources = np.ones((5, 4, 1), np.float32)
    numbers, sizes = decode_numbers(net, sources, 10**12, choose)
    assert numbers.shape == (5, sizes.max(), 1)
    assert 1 < sizes.max() < 1000


def test_decoding_needs_a_network_that_writes():
    net = Network(Dense(2), (3,), np.float64, np.random.default_rng(0))
    with pytest.raises(TypeError, match="EncoderDecoder"):
        decode(net, np.ones((2, 3)), greedy)


@pytest.mark.parametrize("name", NETWORKS)
def test_sequences_of_an_encoder_decoder_are_those_of_its_forward_pass(name):
    layer = NETWORKS[name]
    net = network(layer, (7, 2))
    x, lengths = np.random.default_rng(1).normal(size=(4, 7, 2)), [7, 5, 5, 1]
    space = net.workspace()
    space.sizes = (np.c_[lengths], None)
    step, state = layer.start(x, space)
    result = beam_search(
        symbol_step(step, np.float64), state, 4, **ENDS, beam_width=N_SYMBOLS**3
    )
    for i, length in enumerate(lengths):
        source = x[i : i + 1, :length]
        log_p = {s: log_probability(net, source, None, s) for s in ALL}
        expected = sorted(ALL, key=lambda s: -log_p[s] / (len(s) + 1))
        assert [found(result, i, k) for k in range(len(ALL))] == expected
        assert_allclose(
            result.log_probabilities[i, : len(ALL)], [log_p[s] for s in expected]
        )


@pytest.mark.parametrize("n_conditions", [0, 2])
@pytest.mark.parametrize("cell", ["gru", "lstm", "simple"])
def test_probabilities_of_a_language_model_are_those_of_its_forward_pass(
    cell, n_conditions
):
    layer = language_model(cell, [4, 3], N_SYMBOLS, n_symbols=N_SYMBOLS, dropout=0.1)
    net = network(layer, (n_conditions,))
    conditions = np.random.default_rng(1).normal(size=(3, n_conditions))
    step, state = layer.start(conditions, net.workspace())
    rng = np.random.default_rng(0)
    result = sample(symbol_step(step, np.float64), state, 3, rng, **ENDS)
    for i in range(3):
        one = conditions[i : i + 1]
        expected = log_probability(net, one, None, found(result, i))
        assert_allclose(result.log_probabilities[i], expected)


def test_likelihoods_of_all_sequences_and_of_longer_ones_add_up_to_one():
    layer = language_model("gru", [4], N_SYMBOLS, n_symbols=N_SYMBOLS)
    net = network(layer, (0,))
    nothing = np.empty((1, 0))
    whole = sum(np.exp(log_probability(net, nothing, None, s)) for s in ALL)
    longer = 0.0
    for symbols in product(range(STOP), repeat=MAX_LENGTH + 1):
        codes = np.array([STOP, *symbols])[np.newaxis, :, np.newaxis] + FIRST
        z, _ = layer.forward((nothing, codes.astype(float)), net.workspace())
        log_p = log_softmax(z[0], axis=-1)
        longer += np.exp(log_p[np.arange(MAX_LENGTH + 1), list(symbols)].sum())
    assert_allclose(whole + longer, 1, rtol=1e-12)
