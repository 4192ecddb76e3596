"""Sequences written or judged by ONNX Runtime, against the estimators' own."""

import warnings
from copy import copy

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

import skdeep
from skdeep import RNNGenerator, Seq2SeqClassifier, Seq2SeqRegressor
from skdeep.export import onnx_inputs, to_onnx
from tests.export.onnx_runs import run
from tests.export.test_models import CLASSIFIERS, REGRESSORS

pytest.importorskip("onnxruntime")

N = 60
rng = np.random.default_rng(0)
LENGTHS = rng.integers(1, 6, N)
WORDS = ["".join(rng.choice(list("abcd"), n)) for n in LENGTHS]
PHRASES = [" ".join(word).replace("d", "ö") for word in WORDS]
TOKENS = [list(word) for word in WORDS]
CODES = [[ord(letter) for letter in word] for word in WORDS]
# Numbers in two channels that tell the letters, some steps each.
SIGNALS = [
    np.repeat([[ord(c) - 98, (ord(c) % 2) * 2 - 1.0] for c in word], 3, axis=0)
    + rng.normal(scale=0.1, size=(3 * len(word), 2))
    for word in WORDS
]
SERIES = rng.normal(size=(N, 7, 2))
ROWS = rng.normal(size=(N, 5))

UPPER = [word.upper().replace("D", "Δ") for word in WORDS]
UPPER_PHRASES = [" ".join(word + word for word in w.upper()) for w in WORDS]
REVERSED = [np.array([ord(c) - 100 for c in word[::-1]]) for word in WORDS]
UPPER_TOKENS = [list(word.upper()) for word in WORDS]
SIGNS = ["pos" if row[0] > 0 else "neg" for row in ROWS]
SIGN_TOKENS = [
    ["u" if x > 0 else "d" for x in row[: 1 + i % 3]] for i, row in enumerate(ROWS)
]
LEVELS = [np.array([ord(c) * 2.0 for c in word]) for word in WORDS]
PAIRS = [np.array([[ord(c) - 98.0, 1e3 * len(word)] for c in word]) for word in WORDS]
LATER = np.cumsum(ROWS, axis=1)[:, 2:]

small = {"units": 8, "max_iter": 25, "learning_rate_init": 0.03, "random_state": 0}
few = {**small, "max_iter": 8}

SYMBOLS = {
    "characters": (Seq2SeqClassifier(**small), WORDS, UPPER),
    "words": (
        Seq2SeqClassifier(source="word", target="word", **small),
        PHRASES,
        UPPER_PHRASES,
    ),
    "tokens": (Seq2SeqClassifier(**small), TOKENS, UPPER_TOKENS),
    "integers": (Seq2SeqClassifier(source="token", **small), CODES, REVERSED),
    "labels of integers": (
        Seq2SeqClassifier(target="label", **small),
        WORDS,
        LENGTHS,
    ),
    "labels of truth values": (
        Seq2SeqClassifier(target="label", **few),
        WORDS,
        LENGTHS > 3,
    ),
    "labels of a table": (Seq2SeqClassifier(**few), ROWS, SIGNS),
    "tokens of a table": (Seq2SeqClassifier(**small), ROWS, SIGN_TOKENS),
    "series of one length": (
        Seq2SeqClassifier(**few),
        SERIES,
        [["u" if x > 0 else "d" for x in series[:3, 0]] for series in SERIES],
    ),
    "few symbols at most": (Seq2SeqClassifier(max_length=5, **few), WORDS, UPPER),
    "lstm, two layers": (
        Seq2SeqClassifier(**small | {"units": (8, 6)}, cell="lstm"),
        WORDS,
        UPPER,
    ),
    "simple cells of one direction": (
        Seq2SeqClassifier(cell="simple", bidirectional=False, **small),
        WORDS,
        UPPER,
    ),
    "no attention": (Seq2SeqClassifier(attention=None, **small), WORDS, UPPER),
    "additive attention": (
        Seq2SeqClassifier(attention="additive", cell="lstm", **small),
        WORDS,
        UPPER,
    ),
    "attention by dot": (
        Seq2SeqClassifier(attention="dot", dropout=0.1, **small),
        WORDS,
        UPPER,
    ),
    "convolutions": (
        Seq2SeqClassifier(filters=(6, 8), kernel_size=3, strides=2, **small),
        SIGNALS,
        UPPER,
    ),
    "in float64": (Seq2SeqClassifier(dtype="float64", **few), SIGNALS, UPPER),
    "beams": (Seq2SeqClassifier(beam_width=3, **few), WORDS, UPPER),
    "beams of words": (
        Seq2SeqClassifier(
            source="word", target="word", beam_width=4, length_penalty=0.0, **few
        ),
        PHRASES,
        UPPER_PHRASES,
    ),
    "beams of tokens": (
        Seq2SeqClassifier(
            beam_width=5, cell="lstm", attention="additive", max_length=6, **few
        ),
        TOKENS,
        UPPER_TOKENS,
    ),
    "more beams than labels": (
        Seq2SeqClassifier(beam_width=9, attention=None, **few),
        ROWS,
        SIGNS,
    ),
}
NUMBERS = {
    "a number for each symbol": (Seq2SeqRegressor(**small), WORDS, LEVELS),
    "two numbers for each symbol": (Seq2SeqRegressor(**small), WORDS, PAIRS),
    "steps of a table": (Seq2SeqRegressor(**few), ROWS, LATER),
    "one number": (Seq2SeqRegressor(**few), ROWS, 5 + 3 * ROWS[:, 0]),
    "one number of each signal": (Seq2SeqRegressor(**few), SIGNALS, LENGTHS * 1.0),
    "arrays of one length": (
        Seq2SeqRegressor(loss="huber", cell="lstm", **few),
        SIGNALS,
        [np.full((4, 2), len(word)) for word in WORDS],
    ),
    "convolutions, no attention": (
        Seq2SeqRegressor(filters=6, attention=None, loss="absolute_error", **small),
        SIGNALS,
        LEVELS,
    ),
    "additive attention, two layers": (
        Seq2SeqRegressor(
            **small | {"units": (8, 8)}, attention="additive", cell="simple"
        ),
        PHRASES,
        LEVELS,
    ),
    "few steps at most": (Seq2SeqRegressor(max_length=5, **few), WORDS, LEVELS),
}
DENSITIES = {
    "characters": (RNNGenerator(**few), WORDS, None),
    "words": (RNNGenerator(unit="word", cell="lstm", **few), PHRASES, None),
    "tokens": (RNNGenerator(cell="simple", **few), TOKENS, None),
    "integers": (RNNGenerator(**few | {"units": (8, 6)}), CODES, None),
    "classes as conditions": (RNNGenerator(**few), WORDS, LENGTHS),
    "names as conditions": (
        RNNGenerator(**few),
        WORDS,
        np.where(LENGTHS > 3, "long", "short"),
    ),
    "numbers as conditions": (
        RNNGenerator(**few),
        WORDS,
        np.c_[LENGTHS, LENGTHS**0.5],
    ),
    "a table of numbers": (RNNGenerator(**few), 3 + 5 * ROWS, None),
    "series": (RNNGenerator(n_components=3, cell="lstm", **few), list(SERIES), None),
    "signals": (RNNGenerator(n_components=2, **few), SIGNALS, None),
    "levels, with conditions": (RNNGenerator(**few), LEVELS, LENGTHS % 2 == 0),
    "in float64": (RNNGenerator(dtype="float64", **few), LEVELS, None),
}
cases = pytest.mark.parametrize
FITTED = {}


def fitted(table, name):
    """Return a fitted model and its X; fits once."""
    model, X, other = table[name]
    if id(model) not in FITTED:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            if isinstance(model, RNNGenerator):
                model.fit(X, conditions=other)
            else:
                model.fit(X, other)
        FITTED[id(model)] = model
    return model, X


def written(outputs):
    """Return what a graph wrote, cut to its lengths."""
    name = next(iter(outputs))
    rows = outputs[name]
    if f"{name}_lengths" not in outputs:
        return list(rows)
    return [row[:n] for row, n in zip(rows, outputs[f"{name}_lengths"], strict=True)]


def test_every_estimator_has_an_example():
    tables = (CLASSIFIERS, REGRESSORS, SYMBOLS, NUMBERS, DENSITIES)
    models = {type(case[0]).__name__ for table in tables for case in table.values()}
    assert models == set(skdeep.__all__)


@cases("name", SYMBOLS)
def test_the_same_symbols_are_written(name):
    model, X = fitted(SYMBOLS, name)
    expected = model.predict(X)
    found = written(run(to_onnx(model), onnx_inputs(model, X)))
    for a, b in zip(found, expected, strict=True):
        assert_array_equal(a, b)
    assert len({str(sequence) for sequence in expected}) > 1


def test_beam_search_finds_what_greedy_decoding_does_not():
    model, X = fitted(SYMBOLS, "beams of words")
    graphs = to_onnx(model), to_onnx(copy(model).set_params(beam_width=1))
    found, greedy = (run(graph, onnx_inputs(model, X))["label"] for graph in graphs)
    assert (found != greedy).any()


def test_padding_is_nothing_and_the_longest_sequence_tells_the_number_of_steps():
    model, X = fitted(SYMBOLS, "integers")
    found = run(to_onnx(model), onnx_inputs(model, X))
    symbols, lengths = found["label"], found["label_lengths"]
    assert symbols.shape == (N, lengths.max())
    assert len(set(lengths.tolist())) > 1
    beyond = np.arange(symbols.shape[1]) >= lengths[:, np.newaxis]
    assert (symbols[beyond] == 0).all()


@cases("name", NUMBERS)
def test_the_same_numbers_are_written(name):
    model, X = fitted(NUMBERS, name)
    expected = model.predict(X)
    found = written(run(to_onnx(model), onnx_inputs(model, X)))
    sizes = [np.shape(sequence) for sequence in expected]
    found = [a.reshape(size) for a, size in zip(found, sizes, strict=True)]
    a, b = (np.concatenate([np.ravel(s) for s in each]) for each in (found, expected))
    assert_allclose(a, b, rtol=1e-5, atol=1e-5 * abs(b).mean())
    assert np.ptp(b) > 0


def test_sequences_of_numbers_differ_in_length():
    model, X = fitted(NUMBERS, "a number for each symbol")
    found = run(to_onnx(model), onnx_inputs(model, X))
    lengths = found["variable_lengths"]
    assert lengths.tolist() == [len(sequence) for sequence in model.predict(X)]
    assert len(set(lengths.tolist())) > 2
    assert found["variable"].shape == (N, lengths.max(), 1)


@cases("name", DENSITIES)
def test_log_likelihoods_are_the_same(name):
    model, X = fitted(DENSITIES, name)
    conditions = DENSITIES[name][2]
    expected = model.score_samples(X, conditions=conditions)
    feed = onnx_inputs(model, X, conditions=conditions)
    found = run(to_onnx(model), feed)["log_likelihood"]
    assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * abs(expected).mean())


ALONE = {
    "symbols": (SYMBOLS, "tokens"),
    "symbols of signals": (SYMBOLS, "convolutions"),
    "beams": (SYMBOLS, "beams"),
    "numbers": (NUMBERS, "two numbers for each symbol"),
    "densities of numbers": (DENSITIES, "signals"),
    "probabilities of words": (DENSITIES, "words"),
}


@cases("name", ALONE)
def test_a_sample_alone_is_as_in_a_batch(name):
    table = ALONE[name][0]
    model, X = fitted(*ALONE[name])
    graph = to_onnx(model)
    together = written(run(graph, onnx_inputs(model, X)))
    for i in range(0, N, 7):
        (alone,) = written(run(graph, onnx_inputs(model, X[i : i + 1])))
        if table is SYMBOLS:
            assert_array_equal(alone, together[i])
        else:
            assert_allclose(alone, together[i], rtol=1e-5, atol=1e-5)


PADDED = {
    "symbols": (SYMBOLS, "tokens"),
    "symbols of signals": (SYMBOLS, "convolutions"),
    "integers": (SYMBOLS, "integers"),
    "densities of numbers": (DENSITIES, "signals"),
    "probabilities of integers": (DENSITIES, "integers"),
}


@cases("name", PADDED)
def test_anything_may_be_beyond_the_lengths(name):
    model, X = fitted(*PADDED[name])
    graph, feed = to_onnx(model), onnx_inputs(model, X)
    expected = run(graph, feed)
    beyond = np.arange(feed["X"].shape[1]) >= feed["lengths"][:, np.newaxis]
    assert beyond.any()
    kind = feed["X"].dtype.kind
    feed["X"][beyond] = {"O": "a", "i": 98, "f": np.nan}[kind]
    for key, found in run(graph, feed).items():
        assert_array_equal(found, expected[key])


@cases(
    ("table", "X"),
    [(SYMBOLS, [*"abxy", "ß?"]), (NUMBERS, [*"abxy", "ß?"])],
    ids=["symbols", "numbers"],
)
def test_unseen_symbols_are_read_the_same(table, X):
    name = "characters" if table is SYMBOLS else "a number for each symbol"
    model, _ = fitted(table, name)
    found = written(run(to_onnx(model), onnx_inputs(model, X)))
    for a, b in zip(found, model.predict(X), strict=True):
        if table is SYMBOLS:
            assert a == b
        else:
            assert_allclose(a[:, 0], b, rtol=1e-5)


def test_unseen_symbols_have_no_likelihood():
    model, _ = fitted(DENSITIES, "characters")
    X = ["ab?", "ab", "?"]
    found = run(to_onnx(model), onnx_inputs(model, X))["log_likelihood"]
    assert np.isneginf(found).tolist() == [True, False, True]
    assert_allclose(found, model.score_samples(X), rtol=1e-5)


def test_a_search_is_exported_as_what_it_found():
    search = GridSearchCV(Seq2SeqClassifier(**few), {"units": [4]}, cv=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(WORDS, UPPER)
    found = run(to_onnx(search), onnx_inputs(search, WORDS))["label"]
    assert found.tolist() == search.predict(WORDS)


def test_inputs_that_the_graph_does_not_take_are_refused():
    model, X = fitted(SYMBOLS, "characters")
    with pytest.raises(ValueError, match="Seq2SeqClassifier takes no conditions"):
        onnx_inputs(model, X, conditions=LENGTHS)
    with pytest.raises(ValueError, match="X holds the symbol 1, and the model was"):
        onnx_inputs(fitted(SYMBOLS, "tokens")[0], [[1, 2]])
    with pytest.raises(ValueError, match="fitted to sequences of 7 steps"):
        onnx_inputs(fitted(DENSITIES, "series")[0], list(SERIES[:, :5]))
    with pytest.raises(ValueError, match="conditions has 0 columns"):
        onnx_inputs(fitted(DENSITIES, "numbers as conditions")[0], WORDS)
