"""The estimator that reads a sequence and writes a sequence of numbers."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV
from threadpoolctl import threadpool_limits

from skdeep import Seq2SeqRegressor
from tests.estimators.sequences import as_object_array, ragged

# Networks of a few epochs, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
X = ["".join(RNG.choice(list("ab"), size=n)) for n in RNG.integers(1, 6, size=90)]
# Two steps up or down for each letter.
Y = [
    np.repeat([{"a": 3.0, "b": 1.0}[letter] for letter in text], 2)
    + np.tile([0, 1], len(text))
    for text in X
]


def make(**params):
    settings = {"units": 16, "embedding_dim": 8, "max_iter": 3, "batch_size": 16}
    return Seq2SeqRegressor(**{**settings, "random_state": 0, **params})


@pytest.fixture(scope="module")
def model():
    return make(max_iter=40, learning_rate_init=0.01).fit(X, Y)


def test_lengths_and_numbers_are_learned(model):
    written = model.predict(X)
    right = [len(a) == len(b) for a, b in zip(written, Y, strict=True)]
    assert np.mean(right) > 0.9
    assert model.score(X, Y) > 0.8
    together = [i for i, same in enumerate(right) if same]
    score = r2_score(
        np.concatenate([Y[i] for i in together]),
        np.concatenate([written[i] for i in together]),
    )
    assert score > 0.8


def test_the_score_is_that_of_predictions_as_long_as_the_truth(model):
    weights = RNG.uniform(size=len(X))
    assert model.score(X, Y, weights) != model.score(X, Y)
    halves = [y[: len(y) // 2] for y in Y]
    assert np.isfinite(model.score(X, halves))


def test_a_prediction_does_not_depend_on_its_neighbours(model):
    together = model.predict(X)
    for text, expected in zip(X[:15], together, strict=False):
        assert_allclose(model.predict([text])[0], expected, rtol=1e-4)


FORMS = {
    "a number each": (np.arange(40.0), (40,)),
    "a column": (np.arange(40.0).reshape(-1, 1), (40,)),
    "an array": (np.ones((40, 3)) * np.arange(3), (40, 3)),
    "an array of channels": (np.random.default_rng(1).normal(size=(40, 3, 2)), None),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.DataConversionWarning")
def test_regular_targets_give_regular_predictions(form):
    y, shape = FORMS[form]
    sources = ragged(40)
    model = make().fit(sources, y)
    assert model.predict(sources).shape == (shape or y.shape)
    assert np.isfinite(model.score(sources, y))


def test_lists_of_arrays_give_lists_of_arrays():
    sources = ragged(40)
    targets = [np.c_[x[:, 0], -x[:, 0]] for x in sources]
    model = make().fit(sources, targets)
    written = model.predict(sources)
    assert all(y.shape[1:] == (2,) for y in written)
    longest = max(map(len, targets))
    assert max(map(len, written)) <= 2 * longest
    assert max(map(len, model.set_params(max_length=2).predict(sources))) <= 2
    equal = make().fit(sources, [np.zeros(3)] * 40).predict(sources)
    assert [len(y) for y in equal] == [3] * 40


def test_targets_of_any_scale_are_learned():
    settings = {"max_iter": 20, "learning_rate_init": 0.01, "dtype": "float64"}
    plain = make(**settings).fit(X, Y)
    large = make(**settings).fit(X, [1e6 * y + 1e7 for y in Y])
    assert_allclose(large.loss_curve_, plain.loss_curve_, rtol=1e-4)


@pytest.mark.parametrize("loss", ["absolute_error", "huber"])
def test_all_losses_learn(loss):
    model = make(loss=loss, max_iter=8).fit(X, Y)
    assert model.loss_curve_[-1] < model.loss_curve_[0]


@pytest.mark.parametrize("scoring", ["loss", None])
def test_early_stopping(scoring):
    model = make(early_stopping=True, scoring=scoring).fit(X, Y)
    assert np.isfinite(model.validation_scores_).all()
    model.fit(X[:60], Y[:60], X_val=X[60:], y_val=Y[60:])
    assert len(model.validation_scores_) == model.n_iter_


def test_searches_split_lists():
    search = GridSearchCV(make(), {"units": [4, 8]}, cv=3, n_jobs=2)
    assert np.isfinite(search.fit(X, as_object_array(Y)).best_score_)


def test_copies_pickles_and_threads_give_the_same_bits(model):
    again = pickle.loads(pickle.dumps(model))
    for a, b in zip(again.predict(X), model.predict(X), strict=True):
        assert_array_equal(a, b)
    assert clone(model).fit(X, Y).loss_curve_ == model.loss_curve_
    fitted = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            fitted.append(make().fit(X, Y).network_.theta)
    assert_array_equal(*fitted)


def test_partial_fit_and_warm_start():
    model = make().partial_fit(X[:45], Y[:45])
    assert model.partial_fit(X[45:], Y[45:]).t_ == 90
    warm = make(warm_start=True).fit(X, Y)
    before = warm.loss_
    assert warm.fit(X, Y).loss_ < before


BAD = {
    "empty": ([np.array([]), *Y[1:]], "Sample 0 of y is empty"),
    "NaN": ([np.array([np.nan]), *Y[1:]], "Sample 0 of y contains NaN"),
    "text": (["up"] * 90, "predicts numbers"),
    "lists of text": ([["up"], ["up", "down"]] * 45, "Sample 0 of y is not a sequence"),
    "channels": ([np.ones((2, 1)), np.ones((2, 2))] * 45, "differing numbers"),
    "too few": (Y[:-1], "inconsistent numbers of samples"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence(case, model):
    y, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        make().fit(X, y)
    with pytest.raises(ValueError, match="max_length=2"):
        make(max_length=2).fit(X, Y)
    with pytest.raises(ValueError, match="2 numbers for each step; expected 1"):
        model.partial_fit(X, [np.ones((2, 2))] * 90)
