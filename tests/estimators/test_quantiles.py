"""Several quantiles in one fit."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import d2_pinball_score, mean_pinball_loss
from sklearn.model_selection import GridSearchCV

from skdeep import (
    CNNRegressor,
    MLPRegressor,
    NeuralNetworkRegressor,
    RNNRegressor,
    TabularRegressor,
)
from skdeep.nn import Dense, Quantile, ReLU
from skdeep.persistence import load, save

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
LEVELS = [0.1, 0.5, 0.9]
X = RNG.normal(size=(400, 3))
# Wider where the second feature is large; far from unit scale.
NOISE = (0.3 + np.abs(X[:, 1])) * RNG.normal(size=400)
Y = 5000 + 1000 * (X[:, 0] + NOISE)
TRAIN, TEST = slice(0, 250), slice(250, None)
SERIES = X[:, :, np.newaxis]
FEW = {"loss": "quantile", "quantile": LEVELS, "max_iter": 20, "random_state": 0}
FEW["batch_size"] = 25

MODELS = {
    "mlp": (MLPRegressor((16,), standardize_targets=True, **FEW), X),
    "cnn": (CNNRegressor((8,), **FEW), SERIES),
    "rnn": (RNNRegressor((8,), learning_rate_init=0.01, **FEW), list(SERIES)),
    "layers": (NeuralNetworkRegressor([Dense(16), ReLU()], **FEW), X),
    "tabular": (TabularRegressor((16,), **FEW), X),
    "members": (TabularRegressor((16,), n_members=3, clip=True, **FEW), X),
    "ensembles": (TabularRegressor((16,), n_ensembles=2, **FEW), X),
}
each_model = pytest.mark.parametrize("name", MODELS)


def fitted(name, **params):
    model, samples = MODELS[name]
    model = clone(model).set_params(**params)
    return model.fit(samples[TRAIN], Y[TRAIN]), samples[TEST]


@each_model
def test_a_column_for_each_quantile_and_none_cross(name):
    model, samples = fitted(name)
    predicted = model.predict(samples)
    assert predicted.shape == (150, 3)
    assert (np.diff(predicted, axis=1) >= 0).all()
    # In units of y, and in order.
    assert (np.abs(np.mean(Y[TEST, None] < predicted, axis=0) - LEVELS) < 0.2).all()
    assert model.score(samples, Y[TEST]) > 0


@each_model
def test_copies_and_files_predict_the_same(name, tmp_path):
    model, samples = fitted(name)
    expected = model.predict(samples)
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict(samples), expected)
    save(model, tmp_path / "model")
    assert_array_equal(load(tmp_path / "model").predict(samples), expected)


def test_they_are_as_good_as_networks_for_each():
    options = {"standardize_targets": True, "max_iter": 100}
    together, samples = fitted("mlp", **options)
    predicted = together.predict(samples)
    for k, level in enumerate(LEVELS):
        alone, _ = fitted("mlp", quantile=level, **options)
        loss = mean_pinball_loss(Y[TEST], predicted[:, k], alpha=level)
        single = mean_pinball_loss(Y[TEST], alone.predict(samples), alpha=level)
        assert loss < 1.1 * single


def test_outputs_that_share_nothing_are_quantile_regressions():
    # Without hidden layers each output has weights of its own.
    linear = MLPRegressor(
        (), loss="quantile", quantile=LEVELS, alpha=0, learning_rate="cosine",
        learning_rate_init=0.05, batch_size=250, max_iter=600, tol=0,
        n_iter_no_change=600, standardize_targets=True, random_state=0,
    )  # fmt: skip
    predicted = linear.fit(X[TRAIN], Y[TRAIN]).predict(X[TRAIN])
    for k, level in enumerate(LEVELS):
        alone = clone(linear).set_params(quantile=level).fit(X[TRAIN], Y[TRAIN])
        losses = [
            mean_pinball_loss(Y[TRAIN], column, alpha=level)
            for column in (predicted[:, k], alone.predict(X[TRAIN]))
        ]
        assert_allclose(*losses, rtol=1e-3)


def test_the_score_is_the_mean_d2_and_that_of_one_quantile_stays():
    model, samples = fitted("mlp")
    weights = RNG.integers(0, 3, 150)
    predicted = model.predict(samples)
    expected = np.mean(
        [
            d2_pinball_score(
                Y[TEST], predicted[:, k], alpha=level, sample_weight=weights
            )
            for k, level in enumerate(LEVELS)
        ]
    )
    assert_allclose(model.score(samples, Y[TEST], weights), expected)
    one, _ = fitted("mlp", quantile=0.5)
    listed, _ = fitted("mlp", quantile=[0.5])
    assert_array_equal(listed.predict(samples).ravel(), one.predict(samples))
    assert listed.predict(samples).shape == (150, 1)
    assert one.score(samples, Y[TEST]) != listed.score(samples, Y[TEST])


def test_weights_are_repetitions():
    weights = RNG.integers(0, 3, 250)
    # Levels at which no two numbers are both quantiles of the sample.
    levels = [0.1234, 0.5123, 0.9012]
    model = clone(MODELS["mlp"][0])
    model.set_params(quantile=levels, solver="lbfgs", max_iter=8)
    weighted = clone(model).fit(X[TRAIN], Y[TRAIN], weights)
    repeated = model.fit(X[TRAIN].repeat(weights, 0), Y[TRAIN].repeat(weights))
    assert_allclose(weighted.predict(X[TEST]), repeated.predict(X[TEST]), rtol=1e-6)


@pytest.mark.parametrize("scoring", [None, "loss"])
def test_early_stopping_judges_them(scoring):
    model, samples = fitted("mlp", early_stopping=True, scoring=scoring, max_iter=60)
    scores = model.validation_scores_
    assert np.isfinite(scores).all()
    assert model.best_validation_score_ == max(scores) > scores[0]
    assert model.predict(samples).shape == (150, 3)


def test_steps_have_quantiles_too():
    rnn = RNNRegressor(4, return_sequences=True, **FEW)
    ragged = [x[: 1 + i % 3] for i, x in enumerate(SERIES)]
    y = [x[:, 0] for x in ragged]
    rnn.fit(ragged, y)
    assert [p.shape for p in rnn.predict(ragged[:3])] == [(1, 3), (2, 3), (3, 3)]
    assert np.isfinite(rnn.score(ragged, y))
    assert rnn.fit(SERIES, X).predict(SERIES).shape == (400, 3, 3)


def test_a_search_chooses_by_the_score():
    model, _ = MODELS["mlp"]
    grid = {"alpha": [1, 1e5], "quantile": [LEVELS, (0.2, 0.8)]}
    search = GridSearchCV(model, grid, cv=2).fit(X, Y)
    assert search.best_params_["alpha"] == 1
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("quantile", [tuple(LEVELS), np.array(LEVELS)])
def test_any_sequence_will_do_and_so_will_an_instance(quantile):
    expected = fitted("mlp")[0].predict(X)
    assert_array_equal(fitted("mlp", quantile=quantile)[0].predict(X), expected)
    loss = Quantile(LEVELS)
    assert_array_equal(fitted("mlp", loss=loss)[0].predict(X), expected)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"quantile": [0.9, 0.1]}, "in ascending order, such as"),
        ({"quantile": [0.1, 0.1]}, "in ascending order, such as"),
        ({"quantile": []}, "a list of such numbers"),
        ({"quantile": [0, 0.5]}, "above 0 and below 1"),
        ({"loss": "huber"}, "set loss='quantile'"),
    ],
)
def test_what_is_refused(params, message):
    with pytest.raises(ValueError, match=message):
        clone(MODELS["mlp"][0]).set_params(**params).fit(X, Y)


def test_several_targets_are_refused():
    with pytest.raises(ValueError, match="y has 2 targets, and several quantiles"):
        clone(MODELS["mlp"][0]).fit(X, np.c_[Y, Y])


def test_other_quantiles_are_no_continuation():
    model, _ = fitted("mlp", warm_start=True)
    model.set_params(quantile=[0.1, 0.9])
    with pytest.raises(ValueError, match="quantile was"):
        model.fit(X, Y)
