"""The estimator that learns the distribution of sequences, and draws from it."""

import pickle
from itertools import product

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from scipy.stats import chisquare
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import make_scorer, r2_score
from sklearn.model_selection import GridSearchCV
from threadpoolctl import threadpool_limits

from skdeep import RNNGenerator

# Networks of a few epochs, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def words(n_samples=120, seed=0):
    """Draw words of a and b, in which an a is likely to follow a b."""
    rng = np.random.default_rng(seed)
    texts = []
    for _ in range(n_samples):
        text = "b"
        while rng.random() < 0.4:
            text += "ab"[int(rng.random() < (0.2 if text[-1] == "b" else 0.6))]
        texts.append(text)
    return texts


X = words()


def make(**params):
    settings = {"units": 12, "embedding_dim": 4, "max_iter": 4, "batch_size": 16}
    return RNNGenerator(**{**settings, "random_state": 0, **params})


@pytest.fixture(scope="module")
def model():
    return make(max_iter=30, learning_rate_init=0.01, dtype="float64").fit(X)


# All words up to that length.
ALL = ["".join(w) for n in range(1, 13) for w in product("ab", repeat=n)]


@pytest.mark.parametrize(
    ("dtype", "epochs"), [("float64", 1), ("float64", 30), ("float32", 30)]
)
def test_likelihoods_of_all_sequences_add_up_to_one(dtype, epochs):
    model = make(max_iter=epochs, learning_rate_init=0.01, dtype=dtype).fit(X)
    p = np.exp(model.score_samples(ALL))
    # Those that are longer begin with one of the longest, which does not end there.
    longest = [text for text in ALL if len(text) == len(ALL[-1])]
    read = model.targets_.read(longest, np.empty((len(longest), 0)), model)
    pairs = model.targets_.join(np.empty((len(longest), 0)), read, np.dtype(dtype))
    ends = np.array(
        [softmax(z[-1].astype(float))[-1] for z in model.network_.forward(pairs).arrays]
    )
    longer = p[-len(longest) :] * (1 - ends) / ends
    assert_allclose(p.sum() + longer.sum(), 1, atol=1e-6)
    if epochs > 1:
        # What is longer than anything seen in training hardly matters.
        assert_allclose(p.sum(), 1, atol=1e-4)


def test_sequences_are_drawn_as_often_as_they_are_likely(model):
    n_draws = 4000
    drawn = pd.Series(model.sample(n_draws, random_state=0)).value_counts()
    chances = np.exp(model.score_samples(ALL))
    frequent = chances * n_draws > 5
    counts = drawn.reindex(np.array(ALL)[frequent], fill_value=0).to_numpy()
    expected = n_draws * chances[frequent]
    counts, expected = (
        np.append(values, n_draws - values.sum()) for values in (counts, expected)
    )
    assert chisquare(counts, expected).pvalue > 0.01


def test_what_was_seen_is_likelier(model):
    likely, unlikely = model.score_samples(["ba", "aab"])
    assert likely > unlikely + 1
    assert model.score(X) == pytest.approx(model.score_samples(X).mean())
    n_symbols = sum(len(x) + 1 for x in X)
    bits = -model.score_samples(X).sum() / n_symbols
    assert model.perplexity(X) == pytest.approx(np.exp(bits))
    assert 1 < model.perplexity(X) < 3
    assert np.isneginf(model.score_samples(["bax"])).all()


@pytest.mark.parametrize("options", [{"temperature": 1e-3}, {"top_k": 1}])
def test_draws_become_the_likeliest_text(model, options):
    texts = model.sample(20, random_state=0, **options)
    assert len(set(texts)) == 1
    first = {letter: model.score_samples([letter])[0] for letter in "ab"}
    assert texts[0][0] == max(first, key=first.__getitem__)


def test_draws_go_on_from_a_prompt(model):
    texts = model.sample(300, prompt="aab", random_state=0)
    assert all(text.startswith("aab") for text in texts)
    ended = np.mean([text == "aab" for text in texts])
    prompt = [w for w in ALL if w.startswith("aab")]
    expected = np.exp(model.score_samples(prompt))
    assert ended == pytest.approx(expected[0] / expected.sum(), abs=0.1)
    # A letter that was never seen is one that nothing is known of.
    assert model.sample(prompt="x", random_state=0)[0].startswith("x")


def test_draws_depend_on_the_random_state_alone(model):
    texts = [model.sample(9, random_state=seed) for seed in (0, 0, 1)]
    assert texts[0] == texts[1] != texts[2]
    assert len(model.sample()) == 1


# Every other word is made of a alone, as its condition tells.
MADE = [x if i % 2 else "a" * len(x) for i, x in enumerate(X)]
CONDITIONS = {
    "classes": np.where([set(x) == {"a"} for x in MADE], "only a", "both"),
    "numbers": np.array([[len(x), set(x) == {"a"}] for x in MADE], dtype=float),
}


@pytest.mark.parametrize("kind", CONDITIONS)
def test_sequences_depend_on_conditions(kind):
    texts, conditions = MADE, CONDITIONS[kind]
    model = make(max_iter=20, learning_rate_init=0.01)
    model.fit(texts, conditions=conditions)
    plain = make(max_iter=20, learning_rate_init=0.01).fit(texts)
    assert model.score(texts, conditions=conditions) > plain.score(texts) + 0.3
    drawn = model.sample(len(texts), conditions=conditions, random_state=0)
    assert len(drawn) == len(texts)
    one = model.sample(20, conditions=conditions[:1], random_state=0)
    assert np.mean([set(x) == {"a"} for x in one]) > 0.8
    with pytest.raises(ValueError, match="conditions has 5 columns"):
        model.sample(3, conditions=np.ones((3, 5)))
    with pytest.raises(ValueError, match="conditions has 0 columns"):
        model.sample(3)
    with pytest.raises(ValueError, match="one for each sequence"):
        model.sample(4, conditions=conditions[:3])


FORMS = {
    "lists": ([list(x) for x in X], list),
    "arrays of integers": ([np.array([ord(c) for c in x]) for x in X], np.ndarray),
    "a table of integers": (np.arange(60).reshape(20, 3) % 4, np.ndarray),
    "a Series": (pd.Series(X), str),
}


@pytest.mark.parametrize("form", FORMS)
def test_draws_are_what_x_was(form):
    given, kind = FORMS[form]
    model = make(max_iter=1).fit(given)
    assert all(isinstance(x, kind) for x in model.sample(5, random_state=0))
    assert np.isfinite(model.score_samples(given)).all()


def test_words_are_units_too():
    texts = ["one two", "two two three", "three"] * 5
    drawn = make(unit="word").fit(texts).sample(5, prompt="two two", random_state=0)
    assert all(text.startswith("two two") for text in drawn)
    assert {word for text in drawn for word in text.split()} <= {"one", "two", "three"}


def test_early_stopping():
    model = make(early_stopping=True, max_iter=8).fit(X)
    assert np.isfinite(model.validation_loss_curve_).all()
    model.fit(X[:80], X_val=X[80:])
    assert len(model.validation_scores_) == model.n_iter_
    labels = CONDITIONS["numbers"]
    model.fit(X[:80], conditions=labels[:80], X_val=X[80:], conditions_val=labels[80:])
    assert np.isfinite(model.validation_scores_).all()


def test_searches_score_by_likelihood():
    search = GridSearchCV(make(), {"units": [4, 8]}, cv=3, n_jobs=2).fit(X)
    assert np.isfinite(search.best_score_)


def test_a_copy_and_a_pickle_score_the_same(model):
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.score_samples(X), model.score_samples(X))
    assert clone(model).fit(X).loss_curve_ == model.loss_curve_


def test_bits_do_not_depend_on_threads():
    fitted = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            fitted.append(make().fit(X))
    assert_array_equal(*(m.network_.theta for m in fitted))
    assert_array_equal(*(m.score_samples(X) for m in fitted))


def test_weights_count_samples():
    settings = {"batch_size": 120, "shuffle": False, "dtype": "float64"}
    weighted = make(**settings).fit(X, sample_weight=np.r_[np.ones(60), np.zeros(60)])
    alone = make(**settings).fit(X[:60])
    assert_allclose(weighted.score_samples(X), alone.score_samples(X), rtol=1e-6)


def test_partial_fit_and_warm_start():
    model = make().partial_fit(X[:60], classes=["a", "b", "c"])
    assert model.partial_fit(["ccc"] * 60).t_ == 120
    warm = make(warm_start=True).fit(X)
    before = warm.loss_
    assert warm.fit(X).loss_ < before


BAD = {
    "empty": (["", *X[1:]], {}, "Sample 0 of X is empty"),
    "one string": ("abc", {}, "X is one string"),
    "mixed": ([*X[:-1], 5], {}, "Sample 119 of X is 5"),
    "fractions": (np.full((9, 2), 0.5), {"unit": "token"}, "holds 0.5, which is no"),
    "NaN": (np.full((9, 2), np.nan), {}, "Sample 0 of X contains NaN"),
    "numbers": ([1, 2, 3], {}, "not a sequence of symbols"),
    "too long": (X, {"max_length": 2}, "max_length=2"),
    "no layer": (X, {"units": ()}, "leaves no recurrent layer"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence(case):
    given, params, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        make(max_iter=1, **params).fit(given)


@pytest.mark.parametrize(
    "options",
    [{"n_samples": 0}, {"temperature": 0}, {"top_k": 0}, {"temperature": "high"}],
)
def test_bad_options_of_sampling_get_one_sentence(model, options):
    with pytest.raises(ValueError, match="is not allowed: give"):
        model.sample(**options)


def test_an_unfitted_one_draws_nothing():
    with pytest.raises(NotFittedError):
        make().sample()


def test_scores_that_judge_predictions_are_refused():
    words = ["ab", "ba", "abb"] * 4
    scoring = make_scorer(r2_score)
    model = RNNGenerator(units=(2,), max_iter=1, early_stopping=True, scoring=scoring)
    with pytest.raises(ValueError, match="cannot judge RNNGenerator"):
        model.fit(words)
