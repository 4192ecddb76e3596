"""Text through a vectorizer and an embedding into recurrent networks."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from skdeep import RNNClassifier, RNNRegressor
from skdeep.preprocessing import SequenceVectorizer

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
TEXTS = [
    "".join(RNG.choice(list("abcdef"), size=RNG.integers(1, 8))) for _ in range(120)
]
Y = np.array([text.count("a") > 0 for text in TEXTS])


def make(**params):
    params = {"embedding_dim": 4, "units": 6, "max_iter": 3, "random_state": 0} | params
    return RNNClassifier(**params)


def test_a_pipeline_classifies_strings():
    model = make_pipeline(
        SequenceVectorizer("char"), make(max_iter=30, learning_rate_init=0.02)
    )
    assert model.fit(TEXTS[:90], Y[:90]).score(TEXTS[90:], Y[90:]) > 0.9
    one_by_one = [model.predict_proba([text])[0] for text in TEXTS]
    assert_allclose(model.predict_proba(TEXTS), one_by_one, rtol=1e-9)


@pytest.mark.parametrize("kind", [pd.Series, np.array, list])
def test_texts_come_in_any_form(kind):
    model = make_pipeline(SequenceVectorizer("char"), make()).fit(kind(TEXTS), Y)
    plain = make_pipeline(SequenceVectorizer("char"), make()).fit(TEXTS, Y)
    assert_array_equal(model.predict_proba(kind(TEXTS)), plain.predict_proba(TEXTS))


def test_searches_go_over_vocabulary_and_network():
    model = make_pipeline(SequenceVectorizer("char"), make(max_iter=2))
    grid = {
        "sequencevectorizer__min_df": [1, 30],
        "rnnclassifier__embedding_dim": [2, 3],
    }
    search = GridSearchCV(model, grid, cv=3, n_jobs=2).fit(TEXTS, Y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert np.isfinite(cross_val_score(model, TEXTS, Y, cv=3)).all()


def test_each_code_has_a_vector():
    codes = SequenceVectorizer("char").fit_transform(TEXTS)
    model = make().fit(codes, Y)
    (tables,) = model.network_.parameters("tables")
    assert tables.size == (2 + 6) * 4


def test_codes_beyond_those_of_training_are_unseen():
    model = make().fit(SequenceVectorizer("char").fit_transform(TEXTS), Y)
    unseen, new = np.array([[2], [1]]), np.array([[2], [99]])
    assert_array_equal(model.predict_proba([unseen]), model.predict_proba([new]))


def test_each_channel_of_codes_has_a_table():
    X = RNG.integers(0, 4, size=(30, 5, 2))
    model = make().fit(X, Y[:30])
    assert model.coefs_[0].shape[0] == 2 * 4


def test_regressors_read_text_too():
    X = SequenceVectorizer("char").fit_transform(TEXTS)
    y = np.array([len(text) for text in TEXTS], dtype=float)
    model = RNNRegressor(
        8, embedding_dim=3, max_iter=60, learning_rate_init=0.02, random_state=0
    )
    model.set_params(units=8, cell="gru")
    assert model.fit(X, y).score(X, y) > 0.9


@pytest.mark.parametrize("wrong", [-1, 0.5])
def test_what_is_no_code_is_named(wrong):
    X = [np.array([[2.0], [3.0]]), np.array([[wrong], [1.0], [1.0]])]
    message = f"Sample 1 of X holds {wrong}.*codes"
    with pytest.raises(ValueError, match=message):
        make().fit(X * 10, Y[:20])
    model = make().fit([X[0], X[0][:1]] * 10, Y[:20])
    with pytest.raises(ValueError, match=message):
        model.predict(X)


def test_codes_are_not_augmented():
    X = SequenceVectorizer("char").fit_transform(TEXTS)
    with pytest.raises(ValueError, match="augment='noise' would change codes"):
        make(augment="noise").fit(X, Y)


@pytest.mark.parametrize("kind", [list, tuple, pd.Series, np.array])
def test_text_that_is_no_sequence_of_codes_yet_is_explained(kind):
    texts = kind(["ja", "non", "ja", "non"])
    model = RNNClassifier(embedding_dim=2, max_iter=1)
    with pytest.raises(ValueError, match=r"X holds text, 'ja': make sequences of it"):
        model.fit(texts, [0, 1, 0, 1])
    model.fit([[2, 3], [3, 2, 2]], [0, 1])
    with pytest.raises(ValueError, match="SequenceVectorizer"):
        model.predict(texts)
