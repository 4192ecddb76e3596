"""Hyperparameters and the components they hold, as a search sees them."""

import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skdeep import (
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
)
from skdeep.nn import (
    EMA,
    SGD,
    Adam,
    AdamW,
    Dense,
    Dropout,
    Huber,
    LeakyReLU,
    Normal,
    OneCycle,
    ReLU,
    Residual,
    Serial,
    Tanh,
    Warmup,
)
from tests.estimators.data import BINARY, MULTICLASS, REAL, flat

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ESTIMATORS = [
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
]


def network(**params):
    """Return an estimator of which every component is an instance."""
    block = Residual([Dense(6), Dropout(0.1)], shortcut=Dense(6))
    layers = Serial([Dense(6, Normal(0.5)), ReLU(), block])
    return NeuralNetworkClassifier(
        **{
            "layers": layers,
            "solver": AdamW(beta_2=0.95),
            "learning_rate": Warmup(0.2, then=OneCycle(peak=0.05)),
            "averaging": EMA(0.9),
            "max_iter": 4,
            "random_state": 0,
            **params,
        }
    )


# A hyperparameter inside a component, and a value that it does not have yet.
INNER = {
    "layers__0__units": 3,
    "layers__0__initializer__scale": 0.1,
    "layers__1": LeakyReLU(0.3),
    "layers__2__1__rate": 0.5,
    "layers__2__shortcut__use_bias": False,
    "layers__2__0": Dense(6, use_bias=False),
    "solver__beta_1": 0.5,
    "solver__beta_2": 0.8,
    "solver__weight_decay": 5.0,
    "learning_rate__share": 0.5,
    "learning_rate__then": None,
    "learning_rate__then__peak": 0.2,
    "averaging__decay": 0.0,
}


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_defaults_have_no_inner_parameters(estimator):
    assert not [name for name in estimator().get_params() if "__" in name]


@pytest.mark.parametrize("name", INNER)
def test_inner_hyperparameters_are_listed(name):
    assert name in network().get_params()


@pytest.mark.parametrize("name", INNER)
def test_a_search_changes_inner_hyperparameters(name):
    model = network()
    X, y = MULTICLASS.X, MULTICLASS.y
    grid = {name: [model.get_params()[name], INNER[name]]}
    search = GridSearchCV(model, grid, cv=2, refit=False, scoring="neg_log_loss")
    results = search.fit(X, y).cv_results_
    assert results["mean_test_score"][0] != results["mean_test_score"][1]
    for row, value in zip(results["params"], grid[name], strict=True):
        fold = clone(model).set_params(**row)
        assert fold.get_params()[name] == value


def test_a_clone_has_components_of_its_own():
    model = network()
    copied = clone(model)
    for name in ("layers", "solver", "learning_rate", "averaging"):
        assert getattr(copied, name) == getattr(model, name)
        assert getattr(copied, name) is not getattr(model, name)
    copied.set_params(layers__0__units=9, solver__beta_2=0.5)
    assert model.layers.layers[0].units == 6
    assert model.solver.beta_2 == 0.95


def test_a_clone_is_fitted_alike():
    model = network()
    X, y = BINARY.X, BINARY.y
    assert_array_equal(flat(clone(model).fit(X, y)), flat(model.fit(X, y)))


def test_a_fitted_model_is_cloned_unfitted():
    model = clone(network().fit(BINARY.X, BINARY.y))
    assert not hasattr(model, "network_")
    assert not hasattr(model, "classes_")


def test_inner_hyperparameters_of_an_mlp():
    model = REAL.make(activation=LeakyReLU(0.1), loss=Huber(2.0), solver=SGD())
    model.set_params(activation__negative_slope=0.3, loss__delta=1.0)
    model.set_params(solver__momentum=0.5, initializer=Normal(1.0))
    model.set_params(initializer__scale=0.2)
    params = model.get_params()
    assert params["activation__negative_slope"] == 0.3
    assert params["loss"] == Huber(1.0)
    assert params["solver"] == SGD(momentum=0.5)
    assert params["initializer"] == Normal(0.2)


def test_a_component_can_be_exchanged_for_another():
    model = REAL.make(max_iter=2)
    grid = {"solver": ["adam", Adam(beta_1=0.5), SGD()], "activation": ["relu", Tanh()]}
    search = GridSearchCV(model, grid, cv=2).fit(REAL.X, REAL.y)
    assert len(set(search.cv_results_["mean_test_score"])) == 6


@pytest.mark.parametrize("wrong", ["solver__beta_3", "layers__0__size", "layers__9"])
def test_an_unknown_inner_hyperparameter_is_named(wrong):
    with pytest.raises(ValueError, match="has no hyperparameter"):
        network().set_params(**{wrong: 1})


def test_representation_shows_what_differs_from_the_defaults():
    model = MLPClassifier((8,), solver=AdamW(beta_2=0.95), dropout=0.1)
    text = (
        "MLPClassifier(dropout=0.1, hidden_layer_sizes=(8,), solver=AdamW(beta_2=0.95))"
    )
    assert repr(model) == text
    assert "AdamW" in model._repr_html_()
