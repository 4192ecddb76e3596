"""warm_start: fit goes on with the weights of the last fit."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep import NeuralNetworkClassifier
from skdeep.nn import Dense, Dropout, ReLU, Serial
from tests.estimators.data import BINARY, MULTICLASS, REAL, REALS, each, flat

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SOLVERS = pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])


def fitted(task, **params):
    params = {"warm_start": True, "max_iter": 4, **params}
    return task.make(**params).fit(task.X, task.y)


def first_loss(task, model):
    """Return the loss at the weights that the model has now."""
    weights = flat(model)
    other = task.make(
        warm_start=True, max_iter=1, batch_size=1000, learning_rate_init=1e-12
    )
    other.fit(task.X, task.y)
    other.coefs_, other.intercepts_ = model.coefs_, model.intercepts_
    loss = other.fit(task.X, task.y).loss_
    assert_array_equal(flat(model), weights)
    return loss


@SOLVERS
@each()
def test_training_goes_on(task, solver):
    model = fitted(task, solver=solver, batch_size=1000)
    before = first_loss(task, model)
    model.fit(task.X, task.y)
    if solver != "lbfgs":
        # An epoch's loss is that at its beginning; L-BFGS tells that at the end.
        assert model.loss_curve_[4] == pytest.approx(before)
    assert model.loss_curve_[-1] < before
    assert len(model.loss_curve_) == 8
    assert model.n_iter_ == 4


@each([BINARY, REAL])
def test_without_it_training_starts_anew(task):
    model = fitted(task, warm_start=False)
    weights, curve = flat(model), model.loss_curve_
    model.fit(task.X, task.y)
    assert_array_equal(flat(model), weights)
    assert model.loss_curve_ == curve


@SOLVERS
def test_the_solver_may_change(solver):
    model = fitted(BINARY)
    model.set_params(solver=solver, max_iter=2).fit(BINARY.X, BINARY.y)
    assert len(model.loss_curve_) == 6


def test_learning_rate_and_penalty_may_change():
    model = fitted(REAL)
    model.set_params(learning_rate_init=0.1, alpha=1e4, l1_ratio=1.0, max_iter=30)
    assert model.fit(REAL.X, REAL.y).sparsity_ == 1


@pytest.mark.parametrize("before", [0.1, 0.0])
def test_dropout_may_change(before):
    model = fitted(BINARY, dropout=before, hidden_layer_sizes=(50,))
    weights = flat(model)
    model.set_params(dropout=0.5, learning_rate_init=1e-12).fit(BINARY.X, BINARY.y)
    assert_allclose(flat(model), weights, atol=1e-8)
    # The curve shows that half of the units were silent.
    assert np.ptp(model.loss_curve_[-4:]) > 0.01


@pytest.mark.parametrize(
    "change",
    [
        {"hidden_layer_sizes": (8,)},
        {"hidden_layer_sizes": (7, 7)},
        {"hidden_layer_sizes": ()},
        {"normalization": "batch"},
        {"skip_connections": True},
        {"activation": "prelu"},
    ],
)
def test_another_architecture_is_refused(change):
    model = fitted(BINARY)
    weights = flat(model)
    model.set_params(**change)
    with pytest.raises(ValueError, match="The layers have changed since the last fit"):
        model.fit(BINARY.X, BINARY.y)
    assert_array_equal(flat(model), weights)


def test_a_change_of_layers_inside_a_serial_is_noticed():
    layers = Serial([Dense(4), ReLU(), Dropout(0.1)])
    model = NeuralNetworkClassifier(layers, warm_start=True, max_iter=2, random_state=0)
    model.fit(BINARY.X, BINARY.y)
    model.set_params(layers__2__rate=0.4).fit(BINARY.X, BINARY.y)
    model.set_params(layers__0__units=5)
    with pytest.raises(ValueError, match="The layers have changed since the last fit"):
        model.fit(BINARY.X, BINARY.y)


@pytest.mark.parametrize("y", [BINARY.y + 1, MULTICLASS.y])
def test_other_classes_are_refused(y):
    with pytest.raises(ValueError, match="same classes as in the previous call"):
        fitted(BINARY).fit(BINARY.X, y)


def test_another_number_of_targets_is_refused():
    with pytest.raises(ValueError, match="y has 2 outputs; expected 1"):
        fitted(REAL).fit(REALS.X, REALS.y)


def test_another_number_of_features_is_refused():
    with pytest.raises(ValueError, match="X has 3 features"):
        fitted(REAL).fit(REAL.X[:, :3], REAL.y)
