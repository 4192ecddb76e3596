"""What a fit writes down about its data: the trivial loss, and a few numbers."""

import pickle

import numpy as np
import pytest

from skdeep import MLPClassifier
from skdeep.estimators._record import input_scale
from skdeep.nn.ragged import Ragged
from tests.estimators.data import BINARY, MULTICLASS, REALS, each

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def blind_loss(task, **params):
    """Return the loss that a network reaches which sees nothing of X."""
    model = task.make((), solver="lbfgs", alpha=0.0, tol=1e-8, max_iter=1000, **params)
    return model.fit(np.zeros((len(task.y), 1)), task.y).loss_


@each()
def test_the_trivial_loss_is_that_of_a_network_which_sees_nothing(task):
    model = task.make(max_iter=1).fit(task.X, task.y)
    assert model.trivial_loss_ == pytest.approx(blind_loss(task), rel=1e-6)


@pytest.mark.parametrize(
    "params",
    [{"class_weight": "balanced"}, {"label_smoothing": 0.2}, {"loss": "focal"}],
)
@pytest.mark.parametrize("task", [BINARY, MULTICLASS], ids=lambda task: task.name)
def test_weights_and_other_losses_count(task, params):
    model = task.make(max_iter=1, **params).fit(task.X, task.y)
    assert model.trivial_loss_ == pytest.approx(blind_loss(task, **params), rel=1e-5)


def test_validation_data_are_judged_by_the_constant_of_the_training_data():
    X, y = REALS.X, REALS.y
    model = REALS.make(max_iter=1).fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    expected = ((y[60:] - y[:60].mean(axis=0)) ** 2).sum(axis=1).mean() / 2
    assert model.record_["validation_trivial_loss"] == pytest.approx(expected)
    assert model.record_["n_validation"] == 60


def test_no_data_are_kept():
    sizes = []
    for n in (200, 2000):
        X = np.random.default_rng(0).normal(size=(n, 5))
        model = MLPClassifier((4,), max_iter=2, early_stopping=True, random_state=0)
        sizes.append(len(pickle.dumps(model.fit(X, X[:, 0] > 0))))
    assert abs(sizes[0] - sizes[1]) < 50


def test_the_scale_of_inputs():
    X = np.array([[3.0, 0.0, 0.1], [-3.0, 0.0, 0.1]])
    assert input_scale(X) == pytest.approx((3.0, 0.1))
    assert input_scale(X[:, 1:2]) is None
    images = np.full((4, 2, 2, 1), 255, dtype=np.uint8)
    assert input_scale(images) == (255.0, 255.0)
    assert input_scale(Ragged([np.full((2, 1), 2.0), np.full((5, 1), 2.0)])) == (2, 2)


@each()
def test_the_loss_before_training_is_that_of_the_first_step(task):
    model = task.make(max_iter=1, batch_size=1000, alpha=3.0).fit(task.X, task.y)
    assert model.record_["initial_loss"] == pytest.approx(model.loss_curve_[0])


def test_the_loss_before_lbfgs_is_that_of_its_starting_point():
    X, y = MULTICLASS.X, MULTICLASS.y
    start = MLPClassifier((4,), max_iter=1, batch_size=1000, random_state=0).fit(X, y)
    model = MLPClassifier((4,), solver="lbfgs", max_iter=3, random_state=0).fit(X, y)
    before = start.record_["initial_loss"]
    assert model.record_["initial_loss"] == pytest.approx(before, rel=1e-4)
    assert model.loss_curve_[0] < before
