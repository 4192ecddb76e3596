"""Full-batch training goes through the same weights as scikit-learn's MLP."""

import pytest
from numpy.testing import assert_allclose
from sklearn import neural_network as theirs

import skdeep
from tests.estimators.data import BINARY, TASKS, counts, each, flat, integer_weights

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

EPOCHS = 20
# Their epsilon is added before the correction for the first steps, ours after it, as
# in algorithm 1 of the paper: the smaller, the less it matters.
ADAM = {"solver": "adam", "epsilon": 1e-14}
SOLVERS = {
    "adam": ADAM,
    "adam, other betas": {**ADAM, "beta_1": 0.8, "beta_2": 0.95},
    "sgd": {"solver": "sgd", "momentum": 0.0},
    "momentum": {"solver": "sgd", "nesterovs_momentum": False},
    "nesterov": {"solver": "sgd", "momentum": 0.8},
    # Without momentum: their velocity holds the rates of the past, ours does not.
    "invscaling": {
        "solver": "sgd",
        "learning_rate": "invscaling",
        "power_t": 0.2,
        "momentum": 0.0,
    },
}


def train_both(name, X, y, sample_weight=None, **params):
    """Return their model and ours, trained from the same weights."""
    start = {
        "hidden_layer_sizes": (6, 4),
        "activation": "tanh",
        "alpha": 0.5,
        "batch_size": len(X),
        "learning_rate_init": 0.05,
        "n_iter_no_change": EPOCHS,
        "random_state": 0,
        "shuffle": False,
        "tol": 0.0,
        "warm_start": True,
        "max_iter": 1,
    }
    pair = [getattr(m, name)(**{**start, **params}) for m in (theirs, skdeep)]
    their, our = (model.fit(X, y, sample_weight) for model in pair)
    # warm_start goes on from the weights, with a new optimizer.
    our.coefs_, our.intercepts_ = their.coefs_, their.intercepts_
    # Their time runs on, and the rate of "invscaling" with it.
    their.t_ = 0
    for model in pair:
        model.set_params(max_iter=EPOCHS).fit(X, y, sample_weight)
    return pair


def assert_same_path(their, our):
    # Adam divides by the size of the gradient: where that is near zero, the rounding
    # of it is not.
    atol = 1e-8 if our.solver == "adam" else 1e-12
    assert_allclose(flat(our), flat(their), rtol=0, atol=atol)


def assert_same_curve(their, our):
    curve = our.loss_curve_[-EPOCHS:]
    assert_allclose(curve, their.loss_curve_[-EPOCHS:], rtol=1e-6)
    # The comparison would be hollow if nothing had been learned.
    assert curve[-1] < 0.99 * curve[0]


@each()
@pytest.mark.parametrize("solver", SOLVERS)
def test_same_path(solver, task):
    their, our = train_both(task.estimator.__name__, task.X, task.y, **SOLVERS[solver])
    assert_same_path(their, our)
    # Theirs shows the mean over targets, although it trains by the sum.
    if task.name != "two targets":
        assert_same_curve(their, our)


@each()
@pytest.mark.parametrize("solver", ["adam", "nesterov"])
def test_same_path_with_sample_weight(solver, task):
    name, weights = task.estimator.__name__, integer_weights()
    their, our = train_both(name, task.X, task.y, weights, **SOLVERS[solver])
    assert_same_path(their, our)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_same_path_with_each_activation(activation):
    params = {"activation": activation, "alpha": 0.0, **SOLVERS["nesterov"]}
    their, our = train_both("MLPClassifier", BINARY.X, BINARY.y, **params)
    assert_same_path(their, our)


def test_same_path_with_poisson_loss():
    their, our = train_both("MLPRegressor", *counts(), loss="poisson", **ADAM)
    assert_same_path(their, our)
    assert_allclose(our.predict(counts()[0]), their.predict(counts()[0]))


@each()
def test_same_attributes(task):
    their, our = train_both(task.estimator.__name__, task.X, task.y, **ADAM)
    for name in ("n_layers_", "n_outputs_", "n_iter_", "out_activation_", "best_loss_"):
        if task.name != "two targets" or name != "best_loss_":
            assert getattr(our, name) == pytest.approx(getattr(their, name)), name
    assert our.t_ == their.t_ + len(task.X)
    assert len(our.loss_curve_) == EPOCHS + 1


# For two targets theirs has the mean as value and the slope of the sum.
@each([task for task in TASKS if task.name != "two targets"])
def test_same_path_by_lbfgs(task):
    their, our = train_both(task.estimator.__name__, task.X, task.y, solver="lbfgs")
    assert_same_path(their, our)
    assert our.n_iter_ == their.n_iter_ == EPOCHS


def test_same_path_with_the_usual_epsilon():
    their, our = train_both("MLPClassifier", BINARY.X, BINARY.y)
    assert_allclose(flat(our), flat(their), rtol=0, atol=1e-4)
