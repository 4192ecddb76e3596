"""Weights of symbols in the loss of those that write sequences."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.model_selection import cross_val_score
from sklearn.utils.class_weight import compute_sample_weight

from skdeep import Seq2SeqClassifier

# Networks of a few epochs, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = ["ab", "ba", "abab", "b", "aabc", "bb"] * 8
Y = [text[::-1] for text in X]
SYMBOLS = list("".join(Y))
SETTINGS = {"units": 6, "embedding_dim": 4, "max_iter": 3, "random_state": 0}


def fit(class_weight, sample_weight=None, y=Y, **params):
    model = Seq2SeqClassifier(**{**SETTINGS, **params}, class_weight=class_weight)
    return model.fit(X, y, sample_weight=sample_weight)


@pytest.mark.parametrize("class_weight", ["balanced", {"a": 3.0, "b": 0.5, "c": 7}])
def test_symbols_have_the_weights_of_classes_and_ends_have_one(class_weight):
    model = fit(class_weight)
    read = model.targets_.read(Y, model._sources(X), model)
    found = model.targets_.weights(read, None, np.float64)
    is_end = model.targets_.codes(read) == model.targets_.stop
    expected = compute_sample_weight(class_weight, SYMBOLS)
    assert_allclose(found[~is_end], expected)
    assert_allclose(found[is_end], 1)
    counts = np.arange(len(X)) % 3
    both = model.targets_.weights(read, counts, np.float64)
    assert_allclose(both, found * np.repeat(counts, [len(y) + 1 for y in Y]))


def test_balanced_is_a_dict_of_inverse_shares():
    balanced = {s: len(SYMBOLS) / 3 / SYMBOLS.count(s) for s in "abc"}
    named, given = fit("balanced"), fit(balanced)
    assert_allclose(named.network_.theta, given.network_.theta)
    assert not np.allclose(named.network_.theta, fit(None).network_.theta)


def test_weights_of_one_change_nothing():
    assert fit({"a": 1, "b": 1}).loss_curve_ == fit(None).loss_curve_


def test_the_trivial_loss_is_the_entropy_of_weighted_symbols():
    weights = {"a": 3.0, "c": 5.0}
    mass = np.array([SYMBOLS.count(s) * weights.get(s, 1.0) for s in "abc"] + [len(X)])
    shares = mass / mass.sum()
    entropy = -shares @ np.log(shares)
    model = fit(weights)
    # Of a sample: all steps together count as often as there are samples.
    assert model.trivial_loss_ == pytest.approx(entropy, rel=1e-4)


def test_weights_of_samples_equal_repetitions():
    counts = np.arange(len(X)) % 3
    params = {"solver": "lbfgs", "max_iter": 6, "dtype": "float64"}
    weighted = fit("balanced", counts, **params)
    indices = np.repeat(np.arange(len(X)), counts)
    plain = Seq2SeqClassifier(**{**SETTINGS, **params}, class_weight="balanced")
    plain.fit([X[i] for i in indices], [Y[i] for i in indices])
    assert_allclose(weighted.loss_curve_, plain.loss_curve_, rtol=1e-6)


def overlapping(n_samples, seed):
    """Draw steps that are rare with a value near 1, and frequent with one near 0."""
    rng = np.random.default_rng(seed)
    y = [rng.random(size) < 0.06 for size in rng.integers(1, 5, n_samples)]
    X = [(is_rare + rng.normal(0, 0.8, len(is_rare)))[:, np.newaxis] for is_rare in y]
    return X, [np.where(is_rare, "rare", "frequent") for is_rare in y]


@pytest.mark.parametrize("class_weight", ["balanced", {"rare": 15}])
def test_rare_symbols_are_written_more_often(class_weight):
    sources, targets = overlapping(400, 0)
    unseen, truth = overlapping(200, 1)

    def recall(weights):
        model = Seq2SeqClassifier(
            **{**SETTINGS, "units": 16, "max_iter": 15}, class_weight=weights
        )
        written = model.fit(sources, targets).predict(unseen)
        hits = [
            value == "rare"
            for y, found in zip(truth, written, strict=True)
            for true, value in zip(y, found, strict=False)
            if true == "rare"
        ]
        return np.mean(hits)

    assert recall(class_weight) > recall(None) + 0.3


def test_labels_have_weights_too():
    rng = np.random.default_rng(0)
    y = rng.random(300) < 0.1
    table = y[:, np.newaxis] + rng.normal(0, 0.8, (300, 3))
    settings = {**SETTINGS, "max_iter": 15, "units": 16}

    def share_of_rare(class_weight):
        model = Seq2SeqClassifier(**settings, class_weight=class_weight)
        return model.fit(table, y).predict(table)[y].mean()

    assert share_of_rare({True: 9.0}) > share_of_rare(None) + 0.2


def test_validation_data_have_the_weights_of_training():
    model = fit({"a": 5.0}, y=Y, early_stopping=True)
    plain = fit(None, y=Y, early_stopping=True)
    assert model.validation_loss_curve_[0] != plain.validation_loss_curve_[0]


def test_rare_symbols_may_be_missing():
    fit({"a": 2, "b": 1, "c": 1, "z": 3})
    unseen_too = {"a": 2, "z": 3}
    assert fit(unseen_too).loss_curve_ == fit({"a": 2}).loss_curve_
    model = Seq2SeqClassifier(**SETTINGS, class_weight=unseen_too)
    assert np.isfinite(cross_val_score(model, X, Y, cv=2)).all()


BAD = {
    "a key of another kind": ({"x": 1, 2: 3}, r"weights for \['x', 2\], not among"),
    "a weight below 0": ({"a": -1}, "not at least 0"),
    "no number": ({"a": "much"}, "no number"),
    "no symbol is left": ({"a": 0, "b": 0, "c": 0}, "leaves no symbol of y"),
    "a list": ([{"a": 1}], "a dict from symbol to weight"),
    "another name": ("balance", "Did you mean 'balanced'"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_weights_get_one_sentence(case):
    class_weight, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        fit(class_weight)


def test_balance_needs_all_data():
    model = Seq2SeqClassifier(**SETTINGS, class_weight="balanced")
    with pytest.raises(ValueError, match="give a dict of weights"):
        model.partial_fit(X, Y)
    model.set_params(class_weight={"a": 2.0, "z": 3.0}).partial_fit(X, Y)
