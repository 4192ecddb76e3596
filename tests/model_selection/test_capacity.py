"""Ladders of networks, and searches over them."""

import numpy as np
import pytest
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier, MLPRegressor, NeuralNetworkClassifier
from skdeep.model_selection import capacity_grid, count_parameters
from skdeep.model_selection.capacity import _LADDERS
from skdeep.nn import BatchNorm, Dense
from tests.estimators.data import BINARY, MULTICLASS, REALS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("kind", _LADDERS)
def test_rungs_go_from_small_to_large(kind):
    estimator = _LADDERS[kind][0]
    shape = {"mlp": (20,), "cnn": (16, 16, 1), "rnn": (10, 3)}[kind]
    grid = capacity_grid(kind, shape, 4)
    sizes = [
        count_parameters(estimator(**{k: v[0] for k, v in rung.items()}), shape, 4)
        for rung in grid
    ]
    assert sizes == sorted(sizes)
    assert len(grid) >= 5
    limit = sizes[2]
    assert capacity_grid(kind, shape, 4, max_parameters=limit) == grid[:3]


def test_the_first_rung_is_a_linear_model():
    assert capacity_grid("mlp", 7)[0] == {"hidden_layer_sizes": [()]}


@pytest.mark.parametrize("task", [BINARY, MULTICLASS, REALS], ids=lambda t: t.name)
def test_parameters_are_counted_as_they_are(task):
    model = task.make((7, 3), normalization="batch", max_iter=1).fit(task.X, task.y)
    counted = count_parameters(model, (5,), model.n_outputs_)
    assert counted == model.network_.theta.size


def test_layers_of_ones_own_are_counted():
    network = NeuralNetworkClassifier([Dense(4), BatchNorm()])
    assert count_parameters(network, (5,), 3) == 5 * 4 + 4 + 8 + 4 * 3 + 3


def test_a_grid_search_takes_the_ladder():
    grid = capacity_grid("mlp", 5, 3, max_parameters=300, prefix="mlpclassifier__")
    model = make_pipeline(StandardScaler(), MLPClassifier(max_iter=2, random_state=0))
    search = GridSearchCV(model, grid, cv=2).fit(MULTICLASS.X, MULTICLASS.y)
    tried = [
        p["mlpclassifier__hidden_layer_sizes"] for p in search.cv_results_["params"]
    ]
    assert tried == [(), (8,), (32,)]


def test_epochs_are_a_resource_of_successive_halving():
    grid = capacity_grid("mlp", 5, max_parameters=3000)
    search = HalvingGridSearchCV(
        MLPRegressor(random_state=0),
        grid,
        resource="max_iter",
        min_resources=3,
        max_resources=27,
        cv=2,
        random_state=0,
    )
    X, y = REALS.X, REALS.y[:, 0]
    search.fit(X, y)
    assert search.n_resources_ == [3, 9]
    assert search.n_candidates_ == [5, 2]
    fitted = {
        (i, r)
        for i, r in zip(
            *map(search.cv_results_.get, ("iter", "n_resources")), strict=True
        )
    }
    assert fitted == {(0, 3), (1, 9)}
    assert search.best_estimator_.n_iter_ == 9


@pytest.mark.parametrize("kind", ["MLP", "transformer"])
def test_unknown_kinds_are_refused(kind):
    with pytest.raises(ValueError, match=f"kind='{kind}' is not known: give one of"):
        capacity_grid(kind, 5)


def test_a_limit_that_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match="max_parameters=3 leaves no network"):
        capacity_grid("mlp", 5, max_parameters=3)


def test_sizes_may_be_numpy_integers():
    assert capacity_grid("mlp", np.int64(5)) == capacity_grid("mlp", (5,))
