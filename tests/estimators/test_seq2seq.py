"""Estimators that read a sequence and write a sequence."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from threadpoolctl import threadpool_limits

from skdeep import Seq2SeqClassifier
from tests.estimators.sequences import ragged

# Networks of a few epochs, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

LETTERS = "abcdef"


def words(n_samples=80, seed=0, longest=5):
    """Draw words of one to ``longest`` letters."""
    rng = np.random.default_rng(seed)
    return [
        "".join(rng.choice(list(LETTERS), size=rng.integers(1, longest + 1)))
        for _ in range(n_samples)
    ]


def turned(texts):
    """Return texts from back to front, in capitals."""
    return [text[::-1].upper() for text in texts]


X = words()
Y = turned(X)


def make(**params):
    settings = {"units": 16, "embedding_dim": 8, "max_iter": 3, "batch_size": 16}
    return Seq2SeqClassifier(**{**settings, "random_state": 0, **params})


@pytest.fixture(scope="module")
def model():
    return make(units=32, max_iter=50, learning_rate_init=0.01).fit(X, Y)


def test_words_are_turned_around(model):
    assert model.score(X, Y) > 0.9
    assert set(model.classes_) == set(LETTERS.upper())
    unseen = words(50, seed=1)
    assert model.score(unseen, turned(unseen)) > 0.5


FORMS = {
    "lists of characters": (
        [list(x) for x in X],
        [list(y) for y in Y],
        lambda written: [list(y) for y in written],
    ),
    "tuples": (X, [tuple(y) for y in Y], lambda written: [tuple(y) for y in written]),
    "arrays": (X, [np.array(list(y)) for y in Y], None),
    "a Series": (pd.Series(X), pd.Series(Y), None),
    "arrays of strings": (np.array(X), np.array(Y), None),
    "a frame of one column": (pd.DataFrame({"text": X}), Y, list),
}


@pytest.mark.parametrize("form", FORMS)
def test_predictions_are_what_y_was(form):
    X_given, y_given, restore = FORMS[form]
    written = make(max_iter=8).fit(X, Y).predict(X[:9])
    model = make(max_iter=8).fit(X_given, y_given)
    found = model.predict(X_given[:9])
    if restore is not None:
        assert found == restore(written)
    else:
        assert ["".join(y) for y in found] == written
        assert isinstance(found, list if form == "arrays" else np.ndarray)
    assert 0 <= model.score(X_given, y_given) <= 1


def test_words_are_units_too():
    texts = ["one two", "two two three", "three", "one one"]
    model = make(source="word", target="word", max_iter=1).fit(texts, texts)
    assert_array_equal(model.classes_, ["one", "three", "two"])
    assert all(set(y.split()) <= {"one", "two", "three"} for y in model.predict(texts))


def test_numbers_are_read_and_integers_written():
    sources = ragged(60)
    targets = [np.arange(len(x)) for x in sources]
    model = make(max_iter=40, learning_rate_init=0.01).fit(sources, targets)
    assert model.score(sources, targets) > 0.5
    assert all(y.dtype.kind == "i" for y in model.predict(sources))
    frames = np.stack([x[:2] for x in sources])
    written = make(max_iter=1).fit(frames, [[0, 1]] * 60).predict(frames[:2])
    assert all(type(y) is list and set(y) <= {0, 1} for y in written)


def test_a_column_of_labels_is_a_sequence_of_length_one():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(60, 3))
    labels = np.where(table[:, 0] > 0, "up", "down")
    model = make(max_iter=20, learning_rate_init=0.01).fit(table, labels)
    assert model.score(table, labels) > 0.9
    assert set(model.predict(table)) == {"up", "down"}
    assert make(target="label", max_iter=1).fit(X, labels[:1].repeat(80)).predict(
        X[:5]
    ).shape == (5,)


def test_a_prediction_does_not_depend_on_its_neighbours(model):
    for beam_width in (1, 3):
        model.set_params(beam_width=beam_width)
        together = model.predict(X)
        assert [model.predict([x])[0] for x in X[:20]] == together[:20]
    model.set_params(beam_width=1)


def test_n_best_are_sorted_and_the_first_is_the_prediction(model):
    sequences, log_p = model.predict_n_best(X[:10], 4)
    assert log_p.shape == (10, 4)
    assert (log_p <= 0).all()
    model.set_params(beam_width=4)
    assert model.predict(X[:10]) == [best[0] for best in sequences]
    model.set_params(beam_width=1)
    for best, values in zip(sequences, log_p, strict=True):
        assert len(set(best)) == 4
        scores = values / [len(y) + 1 for y in best]
        assert_array_equal(scores, sorted(scores, reverse=True))
    one, log_one = model.predict_n_best(X[:10], 1)
    assert [best[0] for best in one] == model.predict(X[:10])
    assert log_one.shape == (10, 1)


def test_all_labels_are_found_and_their_probabilities_add_up_to_one():
    labels = np.array([0, 1, 2] * 20)
    model = make(max_iter=2).fit(ragged(60), labels)
    sequences, log_p = model.predict_n_best(ragged(60)[:5], 5)
    assert all(set(best) == {0, 1, 2} for best in sequences)
    # What is left is that of longer sequences.
    assert np.isneginf(log_p[:, 3:]).all()
    assert (np.exp(log_p).sum(axis=1) < 1).all()


def test_attention_is_a_row_for_each_symbol_written(model):
    written = model.predict(X)
    for y, source, weights in zip(written, X, model.attention_weights(X), strict=True):
        assert weights.shape == (len(y), len(source))
        assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)
    given = model.attention_weights(["abc"], ["AB"])[0]
    assert given.shape == (2, 3)
    with pytest.raises(ValueError, match="attention=None"):
        make(attention=None, max_iter=1).fit(X, Y).attention_weights(X)


@pytest.mark.parametrize("attention", ["additive", "dot", None])
@pytest.mark.parametrize("cell", ["lstm", "simple"])
def test_all_cells_and_attentions_learn(cell, attention):
    model = make(cell=cell, attention=attention, bidirectional=False, max_iter=10)
    model.fit(X, Y)
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    assert len(model.recurrent_coefs_) == 2


def test_convolutions_shorten_what_is_read():
    sources = ragged(60, longest=30)
    targets = ["ab"[: 1 + (len(x) > 15)] for x in sources]
    model = make(filters=(4, 6), kernel_size=3, max_iter=15, learning_rate_init=0.01)
    model.fit(sources, targets)
    assert model.score(sources, targets) > 0.9
    together = model.predict_n_best(sources, 2)[1]
    alone = [model.predict_n_best([x], 2)[1][0] for x in sources[:10]]
    assert_allclose(alone, together[:10], rtol=1e-4)
    for x, weights in zip(sources, model.attention_weights(sources), strict=True):
        # Strides of 2, twice.
        assert weights.shape[1] == -(-len(x) // 4)
        assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)
    with pytest.raises(ValueError, match="strides=0 is not allowed"):
        make(filters=4, strides=0).fit(sources, targets)


def test_symbols_that_were_not_seen_are_no_error(model):
    assert isinstance(model.predict(["xyz"])[0], str)
    assert model.score(["abc"], ["XYZ"]) == 0


def test_a_prediction_ends():
    model = make(max_iter=1).fit(X, Y)
    longest = max(map(len, Y))
    assert max(map(len, model.predict(X))) <= 2 * longest
    assert max(map(len, model.set_params(max_length=2).predict(X))) <= 2
    assert min(map(len, model.predict(X))) >= 1


@pytest.mark.parametrize("scoring", ["loss", None, "accuracy"])
def test_early_stopping(scoring):
    model = make(early_stopping=True, scoring=scoring, max_iter=8).fit(X, Y)
    assert np.isfinite(model.validation_loss_curve_).all()
    model.fit(X[:60], Y[:60], X_val=X[60:], y_val=Y[60:])
    assert len(model.validation_scores_) == model.n_iter_
    if scoring != "loss":
        score = model.score(X[60:], Y[60:])
        assert model.best_validation_score_ == pytest.approx(score)


def test_searches_split_lists_of_strings():
    search = GridSearchCV(make(), {"units": [4, 8]}, cv=3, n_jobs=2).fit(X, Y)
    assert np.isfinite(search.best_score_)
    scores = cross_val_score(make(), X, Y, scoring="accuracy")
    assert np.isfinite(scores).all()


def test_a_copy_and_a_pickle_predict_the_same(model):
    assert pickle.loads(pickle.dumps(model)).predict(X) == model.predict(X)
    again = clone(model).fit(X, Y)
    assert again.loss_curve_ == model.loss_curve_


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bits_do_not_depend_on_threads(dtype):
    fitted = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            fitted.append(make(dtype=dtype).fit(X, Y))
            assert fitted[-1].network_.dtype == dtype
    assert_array_equal(*(m.network_.theta for m in fitted))
    assert_array_equal(*(m.predict_n_best(X, 2)[1] for m in fitted))


def test_weights_count_samples():
    weights = np.r_[np.ones(40), np.zeros(40)]
    settings = {"batch_size": 80, "shuffle": False, "dtype": "float64"}
    weighted = make(**settings).fit(X, Y, weights)
    alone = make(**settings).fit(X[:40], Y[:40])
    assert_allclose(weighted.loss_curve_, alone.loss_curve_, rtol=1e-6)
    assert_allclose(weighted.network_.theta, alone.network_.theta, rtol=1e-4)
    missed = np.array([a != b for a, b in zip(weighted.predict(X), Y, strict=True)])
    assert weighted.score(X, Y, missed + 0.0) == 0


def test_partial_fit_and_warm_start():
    model = make().partial_fit(X[:40], Y[:40], classes=list(LETTERS.upper()))
    assert model.partial_fit(X[40:], Y[40:]).t_ == 80
    with pytest.raises(ValueError, match="symbol 'Z'"):
        model.partial_fit(X[:1], ["Z"])
    warm = make(warm_start=True).fit(X, Y)
    before = warm.loss_
    assert warm.fit(X, Y).loss_ < before


def test_the_score_of_unfitted_estimators_is_refused():
    with pytest.raises(NotFittedError):
        make().predict(X)


BAD = {
    "empty source": (["", *X[1:]], Y, "Sample 0 of X is empty"),
    "empty target": (X, ["", *Y[1:]], "Sample 0 of y is empty"),
    "one string": ("abc", Y, "X is one string"),
    "mixed samples": ([*X[:-1], 5], Y, "Sample 79 of X is 5"),
    "mixed symbols": ([["a", 1]] * 80, Y, "mixes strings and other"),
    "kinds of symbols": (X, [["a"], *[[1]] * 79], "Sample 1 of y holds 1"),
    "fractions": (X, [[0.5, 1.0]] * 80, "holds 0.5, which is no symbol"),
    "NaN in y": (X, [[np.nan, 1.0]] * 80, "holds nan, which is no symbol"),
    "NaN in X": ([np.full((2, 1), np.nan)] * 80, Y, "NaN"),
    "None": (X, [None] * 80, "target of 80 samples is missing"),
    "numbers of samples": (X[:-1], Y, "inconsistent numbers of samples"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence(case):
    X_bad, y_bad, message = BAD[case]
    with pytest.raises((ValueError, TypeError), match=message):
        make(max_iter=1).fit(X_bad, y_bad)


def test_bad_hyperparameters_get_one_sentence(model):
    longest = max(map(len, Y))
    with pytest.raises(ValueError, match=f"has {longest} symbols, and max_length=2"):
        make(max_length=2).fit(X, Y)
    with pytest.raises(ValueError, match="leaves no recurrent layer"):
        make(units=()).fit(X, Y)
    with pytest.raises(ValueError, match="X holds symbols"):
        make(augment="noise").fit(X, Y)
    with pytest.raises(ValueError, match="n=0"):
        model.predict_n_best(X, 0)
    with pytest.raises(ValueError, match="'char' asks for a string"):
        model.predict([np.ones((3, 1))])


def test_nothing_given_is_changed():
    X_given, y_given = [list(x) for x in X], [list(y) for y in Y]
    make(max_iter=1).fit(X_given, y_given)
    assert ["".join(x) for x in X_given] == X
    assert ["".join(y) for y in y_given] == Y


@pytest.mark.slow
def test_dates_in_words_become_iso_dates():
    babel = pytest.importorskip("babel.dates")
    import datetime

    rng = np.random.default_rng(0)
    first, last = (datetime.date(year, 1, 1).toordinal() for year in (1950, 2050))
    days = [datetime.date.fromordinal(int(d)) for d in rng.integers(first, last, 12000)]
    languages = ["en", "de", "fr", "es", "it", "pt", "nl", "sv"]
    texts = [
        babel.format_date(
            day,
            str(rng.choice(["medium", "long", "full"])),
            str(rng.choice(languages)),
        )
        for day in days
    ]
    iso = [day.isoformat() for day in days]
    model = Seq2SeqClassifier(random_state=0).fit(texts[:10000], iso[:10000])
    assert model.score(texts[10000:], iso[10000:]) >= 0.97
