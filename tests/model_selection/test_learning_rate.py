"""The learning-rate finder."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import (
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    RNNClassifier,
)
from skdeep.model_selection import LearningRateFinder
from skdeep.nn import Conv
from tests.estimators.data import BINARY, MULTICLASS, TASKS, each, flat

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def find(model, X, y, **params):
    return LearningRateFinder(model, random_state=0, **params).fit(X, y)


@each(TASKS)
def test_the_rate_trains_better_than_tenfold_and_a_hundredth(task):
    model = task.make((16,), max_iter=30)
    rate = find(model, task.X, task.y).learning_rate_
    losses = [
        clone(model).set_params(learning_rate_init=r).fit(task.X, task.y).loss_
        for r in (rate, 30 * rate, rate / 100)
    ]
    assert losses[0] == min(losses)


def test_losses_are_those_of_the_steps():
    """One step at a time, each at its rate, is what a schedule does within a fit."""
    X, y = BINARY.X, BINARY.y
    model = BINARY.make(batch_size=len(y), max_iter=12, n_iter_no_change=100)
    finder = find(model, X, y, n_steps=12, max_rate=0.1)
    schedule = np.geomspace(1e-6, 0.1, 12).tolist()
    model.set_params(learning_rate=schedule.__getitem__).fit(X, y)
    np.testing.assert_allclose(finder.losses_, model.loss_curve_, rtol=1e-6)


def test_the_estimator_is_left_alone():
    model = BINARY.make()
    before = repr(model)
    finder = find(model, BINARY.X, BINARY.y)
    assert repr(model) == before
    assert not hasattr(model, "network_")
    assert clone(finder).get_params()["n_steps"] == 100


def test_it_stops_where_the_loss_explodes():
    finder = find(BINARY.make(solver="sgd"), BINARY.X, BINARY.y, max_rate=1e10)
    assert len(finder.rates_) < 100
    assert np.isfinite(finder.losses_).all()
    assert len(finder.rates_) == len(finder.losses_) == len(finder.smoothed_)


def test_a_pipeline_transforms_first():
    scaled = StandardScaler().fit_transform(BINARY.X * 100)
    model = BINARY.make(max_iter=2)
    chain = make_pipeline(StandardScaler(), model)
    a, b = find(chain, BINARY.X * 100, BINARY.y), find(model, scaled, BINARY.y)
    assert_array_equal(a.losses_, b.losses_)


def test_frames_and_balanced_classes():
    X = pd.DataFrame(MULTICLASS.X, columns=list("abcde"))
    y = pd.Series(MULTICLASS.y).map({0: "a", 1: "b", 2: "c"})
    finder = find(MLPClassifier(class_weight="balanced", random_state=0), X, y)
    assert 1e-4 < finder.learning_rate_ < 1


def test_it_plots():
    with plt.rc_context({"backend": "agg"}):
        finder = find(BINARY.make(), BINARY.X, BINARY.y)
        lines = {line.get_label(): line for line in finder.plot().get_lines()}
    assert_array_equal(lines["running average"].get_ydata(), finder.smoothed_)
    (marked,) = (x for name, x in lines.items() if name.startswith("learning_rate_"))
    assert set(marked.get_xdata()) == {finder.learning_rate_}
    plt.close("all")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"min_rate": 0.0}, "min_rate=0.0 and max_rate=10.0 are no range"),
        ({"max_rate": 1e-7}, "are no range of rates"),
        ({"n_steps": 3}, "n_steps=3 are too few"),
        ({"smoothing": 1.0}, "smoothing=1.0 is no share"),
    ],
)
def test_wrong_arguments_are_refused(params, message):
    with pytest.raises(ValueError, match=message):
        find(MLPRegressor(), BINARY.X, BINARY.y, **params)


def test_lbfgs_takes_no_steps_one_by_one():
    with pytest.raises(ValueError, match="has no partial_fit"):
        find(BINARY.make(solver="lbfgs"), BINARY.X, BINARY.y)


def test_wrong_data_are_refused():
    with pytest.raises(ValueError, match="contains NaN"):
        find(MLPRegressor(), np.full((20, 2), np.nan), np.zeros(20))


def test_weights_are_not_shared():
    model = BINARY.make(warm_start=True, max_iter=2).fit(BINARY.X, BINARY.y)
    weights = flat(model)
    find(model, BINARY.X, BINARY.y)
    assert_array_equal(flat(model), weights)


def test_targets_of_steps():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, 2)) for n in rng.integers(4, 9, size=40)]
    y = [np.where(x[:, 0] > 0, "up", "down") for x in X]
    for model in (
        RNNClassifier(units=4, return_sequences=True, class_weight="balanced"),
        NeuralNetworkClassifier([Conv(4)]),
    ):
        finder = find(model.set_params(random_state=0), X, y)
        assert 1e-4 < finder.learning_rate_ < 1
