"""What fit is given is never changed: data, weights, hyperparameter objects."""

import copy
import inspect

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.base import clone

import skdeep
from skdeep import MLPClassifier, NeuralNetworkClassifier
from skdeep.nn import (
    EMA,
    Adam,
    Dense,
    Dropout,
    LeakyReLU,
    Normal,
    OneCycle,
    PReLU,
    Serial,
    SoftmaxFocal,
    Warmup,
)
from tests.estimators.data import BINARY, MULTICLASS, each, flat, integer_weights

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SOLVERS = pytest.mark.parametrize("solver", ["adam", "lbfgs"])


# Activations work in place where they may, and a network may begin with one.
@SOLVERS
@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("sizes", [(), (6, 6)])
@each()
def test_data_are_not_changed(task, sizes, read_only, solver):
    data = [task.X.copy(), task.y.copy(), integer_weights().astype(float)]
    before = [array.copy() for array in data]
    for array in data:
        array.flags.writeable = not read_only
    model = task.make(sizes, solver=solver, max_iter=2, batch_size=30, dtype="float64")
    model.fit(*data, X_val=data[0], y_val=data[1], sample_weight_val=data[2])
    task.output(model, data[0])
    for array, copied in zip(data, before, strict=True):
        assert_array_equal(array, copied)


@SOLVERS
def test_an_activation_as_first_layer_leaves_the_data_alone(solver):
    X = BINARY.X.copy()
    layers = [LeakyReLU(0.1), Dropout(0.0), Dense(3), PReLU()]
    model = NeuralNetworkClassifier(layers, solver=solver, max_iter=2, batch_size=120)
    model.set_params(shuffle=False).fit(X, BINARY.y).predict(X)
    assert_array_equal(X, BINARY.X)


def test_sparse_data_are_not_changed():
    X = csr_matrix(np.where(BINARY.X > 0, BINARY.X, 0))
    before = X.copy()
    BINARY.make(max_iter=2).fit(X, BINARY.y).predict(X)
    assert_array_equal(X.toarray(), before.toarray())


def test_hyperparameter_objects_are_not_changed():
    params = {
        "layers": Serial([Dense(4, Normal(0.3)), PReLU(), Dropout(0.2)]),
        "solver": Adam(beta_2=0.95),
        "learning_rate": Warmup(0.2, OneCycle(peak=0.1)),
        "loss": SoftmaxFocal(gamma=1.0),
        "averaging": EMA(0.9),
        "class_weight": {0: 1, 1: 2, 2: 3},
    }
    before = copy.deepcopy(params)
    model = NeuralNetworkClassifier(**params, max_iter=3, random_state=0)
    model.fit(MULTICLASS.X, MULTICLASS.y).partial_fit(MULTICLASS.X, MULTICLASS.y)
    for name, value in params.items():
        assert getattr(model, name) is value
    assert params == before


def test_a_list_of_layers_may_be_shared_by_two_estimators():
    layers = [Dense(4), PReLU()]
    one, two = (
        NeuralNetworkClassifier(layers, max_iter=3, random_state=seed)
        for seed in (0, 1)
    )
    alone = flat(clone(one).fit(BINARY.X, BINARY.y))
    one.fit(BINARY.X, BINARY.y)
    two.fit(MULTICLASS.X, MULTICLASS.y)
    assert_array_equal(flat(one), alone)


@pytest.mark.parametrize("kind", [Serial, list])
def test_a_layer_changed_after_fit_waits_for_the_next_fit(kind):
    layers = [Dense(4), PReLU()]
    model = NeuralNetworkClassifier(kind(layers), max_iter=3, random_state=0)
    model.fit(BINARY.X, BINARY.y)
    before = model.predict_proba(BINARY.X)
    layers[0].set_params(units=9)
    assert_array_equal(model.predict_proba(BINARY.X), before)
    assert model.fit(BINARY.X, BINARY.y).coefs_[0].shape == (5, 9)


def test_hidden_layer_sizes_may_be_any_sequence():
    kinds = [(6, 4), [6, 4], np.array([6, 4])]
    models = [MLPClassifier(sizes, max_iter=2, random_state=0) for sizes in kinds]
    weights = [flat(model.fit(BINARY.X, BINARY.y)) for model in models]
    assert_array_equal(weights[0], weights[1])
    assert_array_equal(weights[0], weights[2])
    single = MLPClassifier(6, max_iter=2, random_state=0).fit(BINARY.X, BINARY.y)
    assert [w.shape for w in single.coefs_] == [(5, 6), (6, 1)]


@pytest.mark.parametrize("name", skdeep.__all__)
def test_only_the_architecture_is_given_by_position(name):
    estimator = getattr(skdeep, name)
    parameters = inspect.signature(estimator).parameters.values()
    by_position = {p.name for p in parameters if p.kind is not p.KEYWORD_ONLY}
    bases = [c for c in estimator.__mro__ if c.__module__.startswith("skdeep.estim")]
    others = [c for c in bases if c.__module__.rpartition(".")[2].startswith("_")]
    shared = {name for c in others for name in vars(c).get("__annotations__", {})}
    assert not by_position & shared
    assert len(shared) > 20
