"""Fitted models survive pickling, copying and skops, and stay small."""

import copy
import io
import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep import NeuralNetworkClassifier
from skdeep.nn import BatchNorm, Dense, LayerNorm, PReLU, Residual, Serial
from tests.estimators.data import BINARY, MULTICLASS, REAL, each, flat

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def by_joblib(model):
    file = io.BytesIO()
    joblib.dump(model, file, compress=3)
    file.seek(0)
    return joblib.load(file)


WAYS = {
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "joblib": by_joblib,
    "deepcopy": copy.deepcopy,
}
EACH_WAY = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())

BLOCK = Residual([Dense(6), BatchNorm(), PReLU()], shortcut=Dense(6, use_bias=False))
CUSTOM = Serial([Dense(6), LayerNorm(), BLOCK])


@EACH_WAY
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"solver": "lbfgs"},
        {"early_stopping": True, "class_weight": "balanced"},
        {"normalization": "batch", "skip_connections": True, "averaging": "ema"},
        {"dtype": "float32", "warm_start": True},
    ],
    ids=str,
)
@each()
def test_predictions_survive(task, params, way):
    if task.estimator is not BINARY.estimator:
        params = {k: v for k, v in params.items() if k != "class_weight"}
    model = task.make(**params, max_iter=4).fit(task.X, task.y)
    copied = way(model)
    assert_array_equal(task.output(copied), task.output(model))
    assert_array_equal(copied.predict(task.X), model.predict(task.X))
    assert copied.loss_curve_ == model.loss_curve_
    assert repr(copied) == repr(model)


@EACH_WAY
def test_layers_of_ones_own_survive(way):
    model = NeuralNetworkClassifier(CUSTOM, max_iter=4, random_state=0)
    model.fit(MULTICLASS.X, MULTICLASS.y)
    copied = way(model)
    assert_array_equal(MULTICLASS.output(copied), MULTICLASS.output(model))


# Views into the flat vector would come back as arrays of their own.
@EACH_WAY
def test_weights_are_the_model_after_a_round_trip(way):
    model = REAL.make(max_iter=2).fit(REAL.X, REAL.y)
    copied = way(model)
    copied.coefs_[0][...] = 0
    copied.intercepts_[0][...] = 0
    assert np.ptp(copied.predict(REAL.X)) == 0
    assert np.ptp(model.predict(REAL.X)) > 0


@EACH_WAY
def test_training_goes_on_after_a_round_trip(way):
    model = REAL.make(max_iter=2, warm_start=True).fit(REAL.X, REAL.y)
    copied = way(model)
    for each_model in (model, copied):
        each_model.fit(REAL.X, REAL.y).partial_fit(REAL.X, REAL.y)
    assert_array_equal(flat(copied), flat(model))


@EACH_WAY
def test_an_unfitted_estimator_survives(way):
    model = way(NeuralNetworkClassifier(CUSTOM, alpha=0.1))
    assert model.layers == CUSTOM
    assert model.alpha == 0.1


def rows(task, n_samples):
    """Return the task's data, over and over."""
    repeats = -(-n_samples // len(task.X))
    tile = (repeats,) + (1,) * (task.y.ndim - 1)
    return np.tile(task.X, (repeats, 1)), np.tile(task.y, tile)


@pytest.mark.parametrize("params", [{}, {"solver": "lbfgs"}, {"early_stopping": True}])
@each()
def test_a_file_holds_no_training_data_and_no_scratch(task, params):
    def size(n_samples):
        model = task.make((64, 64), **params, max_iter=3, batch_size=500)
        model.fit(*rows(task, n_samples))
        return len(pickle.dumps(model)), flat(model).nbytes

    (small, weights), (large, _) = size(600), size(6000)
    assert abs(large - small) < 200
    assert small < 1.02 * weights + 8_000


@each([BINARY])
def test_a_file_of_a_running_training_holds_the_optimizer_too(task):
    model = task.make((64, 64)).partial_fit(task.X, task.y, classes=[0, 1])
    weights = flat(model).nbytes
    assert 3 * weights < len(pickle.dumps(model)) < 3.1 * weights + 8_000
    # After fit, which begins anew each time, the weights alone are kept.
    model.set_params(max_iter=2).fit(task.X, task.y)
    assert len(pickle.dumps(model)) < 1.02 * weights + 8_000


def test_a_file_of_a_running_training_holds_no_positions_of_samples():
    def size(n_samples):
        X, y = rows(BINARY, n_samples)
        model = BINARY.make((8,), balanced_batches=True, batch_size=50)
        return len(pickle.dumps(model.partial_fit(X, y, classes=[0, 1])))

    assert abs(size(6000) - size(600)) < 200


def test_a_prediction_leaves_nothing_behind():
    model = REAL.make((64, 64), max_iter=2).fit(REAL.X, REAL.y)
    before = len(pickle.dumps(model))
    model.predict(np.tile(REAL.X, (100, 1)))
    assert len(pickle.dumps(model)) == before


@each()
def test_skops_round_trip(task):
    skops = pytest.importorskip("skops.io")
    model = task.make(max_iter=3, normalization="batch").fit(task.X, task.y)
    file = skops.dumps(model)
    untrusted = skops.get_untrusted_types(data=file)
    # Nothing but our own classes, and few of them: no functions.
    assert len(untrusted) <= 10
    assert {name.partition(".")[0] for name in untrusted} <= {"numpy", "skdeep"}
    copied = skops.loads(file, trusted=untrusted)
    assert_array_equal(task.output(copied), task.output(model))
