"""Text through a vectorizer and an embedding into convolutional networks."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skdeep import CNNClassifier, CNNRegressor, NeuralNetworkClassifier
from skdeep.nn import GRU, Embedding, GlobalMaxPool
from skdeep.preprocessing import SequenceVectorizer

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
# 0 is missing, and its vector is learned like others.
CODES = [RNG.integers(0, 6, (length, 1)) for length in RNG.integers(3, 12, 120)]
Y = np.array([(codes == 5).any() for codes in CODES])
EQUAL = np.array([codes[:3, 0] for codes in CODES])
LEARN = {"learning_rate_init": 0.02, "batch_size": 20, "random_state": 0}


def make(**params):
    params = {"global_pool": "max", "max_iter": 20, **LEARN} | params
    return CNNClassifier((8,), embedding_dim=4, **params)


def test_a_pipeline_classifies_sentences():
    # Which word stands before "good" tells, and no word by itself.
    rng = np.random.default_rng(0)
    words = np.array(["not", "very", "good", "bad", "it"])
    texts = [" ".join(rng.choice(words, rng.integers(4, 10))) for _ in range(400)]
    y = ["not good" in text for text in texts]
    model = make_pipeline(
        SequenceVectorizer(), make(max_iter=30, learning_rate_init=0.01)
    )
    assert model.fit(texts[:300], y[:300]).score(texts[300:], y[300:]) > 0.95


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"global_pool": "avg", "padding": "causal"},
        {"block": "residual", "normalization": "batch"},
        {"block": "inception", "pool": "avg"},
    ],
)
def test_padding_never_changes_a_prediction(params):
    model = make(**params).fit(CODES, Y)
    one_by_one = [model.predict_proba([codes])[0] for codes in CODES]
    assert_allclose(model.predict_proba(CODES), one_by_one, rtol=1e-9)
    assert model.score(CODES, Y) > 0.9


def test_sequences_of_one_length_need_no_pooling():
    model = CNNRegressor((8,), embedding_dim=3, max_iter=60, **LEARN)
    y = (EQUAL == 2).sum(axis=1) * 1000.0
    assert model.fit(EQUAL, y).score(EQUAL, y) > 0.9


def test_each_step_has_a_class():
    model = make(global_pool=None, dense_prediction=True)
    y = [(codes[:, 0] > 2).astype(int) for codes in CODES]
    assert model.fit(CODES, y).score(CODES, y) > 0.95


def test_searches_go_over_the_length_of_vectors():
    search = GridSearchCV(make(), {"embedding_dim": [2, 5]}, cv=2)
    assert np.isfinite(search.fit(CODES, Y).best_score_)


@pytest.mark.parametrize("estimator", [CNNClassifier, CNNRegressor])
def test_codes_are_no_numbers(estimator):
    codes = np.random.default_rng(0).integers(0, 40, (60, 12, 1))
    with pytest.raises(ValueError, match=r"which look like codes.* give embedding_dim"):
        estimator(max_iter=1).fit(codes, np.arange(60) % 2)


def test_what_is_no_code_is_named():
    with pytest.raises(
        ValueError, match=r"X holds \d.5, and embedding_dim takes codes"
    ):
        make().fit([codes + 0.5 for codes in CODES], Y)
    with pytest.raises(ValueError, match="augment='jitter' would change codes"):
        make(augment="jitter").fit(CODES, Y)


def test_images_have_no_codes():
    with pytest.raises(ValueError, match=r"takes \(n_samples, time, channels\)"):
        make().fit(np.zeros((10, 4, 4, 1)), Y[:10])


@pytest.mark.parametrize(
    ("layers", "X"),
    [
        ([Embedding(6, 4), GRU(8, return_sequences=False)], CODES),
        ([Embedding(6, 4), GlobalMaxPool()], EQUAL),
    ],
)
def test_networks_of_your_own_layers_embed_codes(layers, X):
    y = np.array([(np.asarray(codes) == 5).any() for codes in X])
    model = NeuralNetworkClassifier(layers, max_iter=60, **LEARN)
    assert model.fit(X, y).score(X, y) > 0.95
