import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils import estimator_checks

from skdeep.preprocessing import SequenceVectorizer

TEXTS = ["the cat sat", "The dog sat down", "a cat, a dog"]


def codes(vectorizer, texts):
    return [sequence[:, 0].tolist() for sequence in vectorizer.transform(texts)]


def test_words_get_codes_in_alphabetical_order():
    vectorizer = SequenceVectorizer().fit(TEXTS)
    words = ["a", "cat", "dog", "down", "sat", "the"]
    assert vectorizer.vocabulary_ == {word: i for i, word in enumerate(words, 2)}
    assert vectorizer.n_codes_ == 8
    assert codes(vectorizer, ["a DOG barks", "a"]) == [[2, 4, 1], [2]]


def test_words_are_those_of_scikit_learns_vectorizers():
    words = CountVectorizer(token_pattern=r"(?u)\b\w+\b").fit(TEXTS)
    assert list(SequenceVectorizer().fit(TEXTS).vocabulary_) == sorted(
        words.vocabulary_
    )


@pytest.mark.parametrize("name", ["char", "CHAR", "chars", "Characters", "letters"])
def test_characters(name):
    vectorizer = SequenceVectorizer(name).fit(["ab", "Ca"])
    assert list(vectorizer.vocabulary_) == ["a", "b", "c"]
    vectorizer = SequenceVectorizer(name, lowercase=False).fit(["aA"])
    assert list(vectorizer.vocabulary_) == ["A", "a"]


@pytest.mark.parametrize("name", ["word", "Words", "WORD"])
def test_words_in_any_case(name):
    assert codes(SequenceVectorizer(name).fit(TEXTS), ["cat sat"]) == [[3, 6]]


STRANGE = {
    "blank": ["  ", "the cat"],
    "empty": ["", "the cat"],
    "unknown words": ["xyz uvw", "the cat"],
    "signs": ["?!", "the cat"],
}


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("analyzer", ["word", str.split])
def test_texts_of_which_nothing_is_known_are_pointed_out(kind, analyzer):
    vectorizer = SequenceVectorizer(analyzer).fit(TEXTS)
    with pytest.warns(
        UserWarning, match=r"1 of 2 texts in X have no token .* sample 0"
    ):
        vectorizer.transform(STRANGE[kind])
    vectorizer.transform(["the xyz", "cat"])


@pytest.mark.parametrize(
    "texts",
    [np.array(TEXTS), pd.Series(TEXTS, index=[5, 6, 7]), pd.DataFrame({"text": TEXTS})],
)
def test_texts_come_in_any_form(texts):
    vectorizer = SequenceVectorizer("word").fit(TEXTS)
    other = SequenceVectorizer("word").fit(texts)
    assert other.vocabulary_ == vectorizer.vocabulary_
    assert codes(other, texts) == codes(vectorizer, TEXTS)


@pytest.mark.parametrize(
    ("params", "known"),
    [
        ({"min_df": 2}, ["cat", "dog", "sat", "the"]),
        ({"min_df": 0.5}, ["cat", "dog", "sat", "the"]),
        ({"min_df": 0.0}, ["a", "cat", "dog", "down", "sat", "the"]),
        ({"max_features": 2}, ["a", "cat"]),
        ({"max_features": 2, "min_df": 2}, ["cat", "dog"]),
    ],
)
def test_rare_words_are_left_out(params, known):
    vectorizer = SequenceVectorizer("word", **params).fit(TEXTS)
    assert list(vectorizer.vocabulary_) == known


def test_a_callable_takes_lists_of_tokens():
    vectorizer = SequenceVectorizer(analyzer=list).fit([["x", "y"], ["z"]])
    assert codes(vectorizer, [["z", "w"]]) == [[4, 1]]
    assert codes(SequenceVectorizer(analyzer=str.split).fit(["a-b c"]), ["c"]) == [[3]]


def test_tokens_come_back():
    vectorizer = SequenceVectorizer("word").fit(TEXTS)
    back = vectorizer.inverse_transform(vectorizer.transform(["the bird sat"]))
    assert back == [["the", None, "sat"]]


def test_results_are_sequences_of_one_channel():
    (sequence,) = SequenceVectorizer("char").fit_transform(["abc"])
    assert_array_equal(sequence, [[2], [3], [4]])
    assert sequence.dtype.kind == "i"


@pytest.mark.parametrize(
    ("params", "X", "message"),
    [
        ({}, "text", "one string"),
        ({}, ["a", np.nan], "Sample 1 of X is nan"),
        ({}, ["a", None], "Sample 1 of X is None"),
        ({}, [""], "no token"),
        ({"min_df": 4}, TEXTS, "min_df=4"),
        ({"analyzer": "wrod"}, TEXTS, "analyzer='wrod'.*Did you mean 'word'"),
        ({"analyzer": 3}, TEXTS, "analyzer=3"),
        ({"lowercase": "no"}, TEXTS, "lowercase='no' is not allowed"),
        ({}, [["a", "b"], ["c"]], "take analyzer=list"),
        ({}, [b"a b"], r"give text\.decode\(\)"),
        ({"handle_unknown": None}, TEXTS, "handle_unknown=None"),
        ({"handle_unknown": "ignore"}, TEXTS, "handle_unknown='ignore'"),
        ({"max_features": 0}, TEXTS, "max_features=0"),
        ({"min_df": 0}, TEXTS, "min_df=0"),
        ({"min_df": True}, TEXTS, "min_df=True"),
        ({"min_df": 1.5}, TEXTS, "min_df=1.5"),
    ],
)
def test_mistakes_are_explained(params, X, message):
    with pytest.raises(ValueError, match=message):
        SequenceVectorizer(**params).fit(X)


def test_an_unknown_token_is_named_if_it_is_an_error():
    vectorizer = SequenceVectorizer("char", handle_unknown="error").fit(["abc"])
    with pytest.raises(ValueError, match="Sample 1 of X holds 'd'"):
        vectorizer.transform(["ab", "ad"])


def test_it_is_cloned_and_pickled():
    vectorizer = SequenceVectorizer("word", min_df=2)
    assert clone(vectorizer).get_params() == vectorizer.get_params()
    twin = pickle.loads(pickle.dumps(vectorizer.fit(TEXTS)))
    assert codes(twin, TEXTS) == codes(vectorizer, TEXTS)


# Its suite knows no inputs but tables: these are the checks that need no data.
@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_estimator_cloneable,
    ],
)
def test_scikit_learns_checks(check):
    check("SequenceVectorizer", SequenceVectorizer())


def test_texts_in_polars():
    pl = pytest.importorskip("polars")
    vectorizer = SequenceVectorizer().fit(TEXTS)
    for texts in (pl.Series(TEXTS), pl.DataFrame({"text": TEXTS})):
        assert codes(SequenceVectorizer().fit(texts), texts) == codes(vectorizer, TEXTS)
