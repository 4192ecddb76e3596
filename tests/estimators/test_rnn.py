"""Recurrent estimators on sequences of one target each."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skdeep import RNNClassifier, RNNRegressor
from skdeep.architectures.recurrent import CELLS, POOLINGS
from skdeep.nn.ragged import Ragged
from tests.estimators.sequences import as_object_array, ragged, signs, sums

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = ragged()
Y = {RNNClassifier: signs(X), RNNRegressor: sums(X)}
EACH = pytest.mark.parametrize("estimator", [RNNClassifier, RNNRegressor])


def fitted(estimator, inputs=X, y=None, **params):
    params = {"units": 5, "max_iter": 3, "random_state": 0, **params}
    return estimator(**params).fit(inputs, Y[estimator] if y is None else y)


def outputs(model, inputs):
    name = "predict_proba" if hasattr(model, "classes_") else "predict"
    return getattr(model, name)(inputs)


@EACH
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize(
    ("dtype", "normalization", "tolerance"),
    # LayerNorm divides by what may be small, and float32 holds 7 digits.
    [("float64", "layer", 1e-12), ("float32", None, 1e-6)],
)
def test_padding_never_changes_a_prediction(
    estimator, cell, pooling, bidirectional, dtype, normalization, tolerance
):
    model = fitted(
        estimator,
        cell=cell,
        pooling=pooling,
        bidirectional=bidirectional,
        units=(4, 3),
        normalization=normalization,
        dtype=dtype,
    )
    close = {"rtol": tolerance, "atol": tolerance}
    together = outputs(model, X)
    alone = np.concatenate([outputs(model, [x]) for x in X])
    assert_allclose(together, alone, **close)
    some = np.random.default_rng(0).permutation(len(X))[:7]
    assert_allclose(outputs(model, [X[i] for i in some]), alone[some], **close)


@EACH
@pytest.mark.parametrize("kind", [as_object_array, pd.Series, tuple])
def test_every_collection_is_the_same(estimator, kind):
    collection = pd.Series(list(X)) if kind is pd.Series else kind(X)
    model = fitted(estimator, collection)
    assert_array_equal(outputs(model, collection), outputs(fitted(estimator), X))


@EACH
def test_fixed_and_ragged_sequences_meet_in_one_model(estimator):
    model = fitted(estimator)
    assert model.input_shape_ == (None, 2)
    five = np.stack([x[:2] for x in X])
    assert_allclose(outputs(model, five), outputs(model, list(five)))


@EACH
def test_rows_of_a_table_are_sequences_of_one_channel(estimator):
    table = np.stack([x[:2, 0] for x in X])
    assert_allclose(
        outputs(fitted(estimator, table), table),
        outputs(fitted(estimator, table[..., None]), table[..., None]),
    )
    flat = np.stack([x[:2].ravel() for x in X])
    model = fitted(estimator, flat, input_shape=(2, 2))
    assert_allclose(
        outputs(model, flat),
        outputs(fitted(estimator, flat.reshape(-1, 2, 2)), flat.reshape(-1, 2, 2)),
    )


@EACH
@pytest.mark.parametrize("cell", CELLS)
def test_it_learns_sequences_of_differing_length(estimator, cell):
    many = ragged(400, 1)
    y = signs(many) if estimator is RNNClassifier else sums(many)
    params = {"cell": cell, "units": 16, "learning_rate_init": 0.01, "max_iter": 40}
    model = fitted(estimator, many[:300], y[:300], **params)
    assert model.score(many[300:], y[300:]) > 0.9


@EACH
def test_weights_of_samples_equal_repetitions(estimator):
    counts = np.arange(len(X)) % 3
    repeated = [x for x, n in zip(X, counts, strict=True) for _ in range(n)]
    y = np.repeat(Y[estimator], counts)
    params = {
        "units": 3,
        "solver": "lbfgs",
        "max_iter": 10,
        "random_state": 0,
        "initializer": "glorot_uniform",
    }
    weighted = estimator(**params).fit(X, Y[estimator], sample_weight=counts)
    plain = estimator(**params).fit(repeated, y)
    assert_allclose(outputs(weighted, X), outputs(plain, X), atol=1e-6)


@EACH
def test_the_same_seed_gives_the_same_model(estimator):
    a, b = fitted(estimator, dropout=0.2), fitted(estimator, dropout=0.2)
    assert_array_equal(a.network_.theta, b.network_.theta)


@EACH
def test_a_pickled_model_goes_on(estimator):
    model = fitted(estimator, warm_start=True, bidirectional=True)
    twin = pickle.loads(pickle.dumps(model))
    assert_array_equal(outputs(model, X), outputs(twin, X))
    model.fit(X, Y[estimator])
    twin.fit(X, Y[estimator])
    assert_array_equal(model.network_.theta, twin.network_.theta)


@EACH
def test_clone_is_unfitted_and_fit_leaves_hyperparameters(estimator):
    model = fitted(estimator)
    params = model.get_params()
    assert clone(model).get_params() == params
    assert not hasattr(clone(model), "network_")


@EACH
def test_partial_fit_takes_ragged_chunks(estimator):
    model = estimator(units=5, random_state=0)
    classes = {"classes": ["down", "up"]} if estimator is RNNClassifier else {}
    for part in (slice(0, 30), slice(30, 60)):
        model.partial_fit(X[part], Y[estimator][part], **classes)
    assert model.t_ == 60


@EACH
def test_early_stopping_holds_out_ragged_samples(estimator):
    model = fitted(estimator, early_stopping=True)
    assert len(model.validation_scores_) == 3
    inside = estimator(units=5, max_iter=3, random_state=0)
    inside.fit(X[:50], Y[estimator][:50], X_val=X[50:], y_val=Y[estimator][50:])
    assert len(inside.validation_scores_) == 3


def test_class_weights_and_samplers_take_ragged_samples():
    for params in (
        {"class_weight": "balanced"},
        {"sampler": "over"},
        {"sampler": "under"},
        {"balanced_batches": True},
        {"class_weight": "balanced", "prior_correction": True},
    ):
        model = fitted(RNNClassifier, **params)
        assert model.predict(X).shape == (len(X),)


def test_weights_of_the_recurrence_are_shown_and_are_the_networks_own():
    model = fitted(RNNClassifier, cell="lstm", units=(4, 3))
    assert [w.shape for w in model.coefs_] == [(2, 16), (4, 12), (3, 1)]
    assert [w.shape for w in model.recurrent_coefs_] == [(4, 16), (3, 12)]
    assert [b.shape for b in model.intercepts_] == [(16,), (12,), (1,)]
    assert model.n_layers_ == 4
    before = model.predict_proba(X)
    model.recurrent_coefs_[0][...] = 0
    assert not np.allclose(model.predict_proba(X), before)


def test_work_of_training_follows_the_sum_of_lengths(monkeypatch):
    padded = []
    pad = Ragged.pad

    def counting(self, which, workspace=None):
        x, sizes = pad(self, which, workspace)
        # Mini-batches of training reuse memory.
        if workspace is not None:
            padded.append((x.shape[0] * x.shape[1], self.sizes[which].sum()))
        return x, sizes

    monkeypatch.setattr(Ragged, "pad", counting)
    many = ragged(640, 1, longest=60)
    fitted(RNNClassifier, many, signs(many), max_iter=4, units=2)
    taken, there = np.sum(padded, axis=0)
    assert there == 4 * sum(map(len, many))
    # Mini-batches of samples of about one length leave little padding.
    assert taken < 1.25 * there < 0.8 * 4 * len(many) * 60


@EACH
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: [*X[:4], np.zeros((0, 2)), *X[5:]], r"Sample 4 .*shape \(0, 2\)"),
        (lambda X: [*X[:4], np.zeros((3, 1)), *X[5:]], "Sample 4 .*1 channels"),
        (lambda X: [*X[:4], np.full((3, 2), np.nan), *X[5:]], "Sample 4 .*NaN"),
        (lambda X: [*X[:4], np.full((3, 2), np.inf), *X[5:]], "sample 4"),
        (lambda X: [*X[:4], np.zeros((3, 2, 1)), *X[5:]], "Sample 4 "),
        (lambda X: [*X[:4], ["a", "b"], *X[5:]], "Sample 4 .*numbers"),
    ],
)
def test_wrong_samples_are_named(estimator, change, message):
    for act in (
        lambda wrong: fitted(estimator, wrong),
        fitted(estimator).predict,
    ):
        with pytest.raises(ValueError, match=message):
            act(change(X))


@EACH
@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"cell": "grü"}, "Did you mean 'gru'"),
        ({"pooling": None}, "pooling=None"),
        ({"units": ()}, r"units=\(\) leaves no recurrent layer"),
        ({"units": 0}, "units=0"),
        ({"recurrent_dropout": 1.0}, "recurrent_dropout=1.0"),
        ({"backprop_steps": 0}, "backprop_steps=0"),
        ({"normalization": "batch"}, "normalization='batch'"),
    ],
)
def test_wrong_hyperparameters_are_named(estimator, params, message):
    with pytest.raises(ValueError, match=message):
        fitted(estimator, **params)


@EACH
def test_images_are_refused(estimator):
    with pytest.raises(ValueError, match="takes"):
        fitted(estimator, np.zeros((60, 4, 4, 2)))
