"""The same seed gives the same model, however many threads or processes there are."""

import numpy as np
import pytest
from joblib import Parallel, delayed
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from threadpoolctl import threadpool_info, threadpool_limits

from skdeep import MLPClassifier
from skdeep.nn.compute import count_shards
from tests.estimators.callbacks import Recorder
from tests.estimators.data import BINARY, MULTICLASS, REAL, TASKS, each, flat, table

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

# Chance has a say in each: starting weights, order, dropout, what is held out.
RANDOM = {
    "batch_size": 20,
    "dropout": 0.2,
    "early_stopping": True,
    "max_iter": 4,
    "validation_fraction": 0.2,
}
# Wide enough for two shards, for BLAS to use threads of its own, and for neither.
SIZES = {"two shards": (700, 700), "medium": (256, 128), "small": (7,)}
EACH_SIZE = pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES.keys())


def wide_data():
    X, y = table(450)
    return X.astype(np.float32), (y > 0).astype(int)


def wide(sizes, **params):
    params = {"batch_size": 430, "max_iter": 2, "random_state": 0, **params}
    return MLPClassifier(sizes, **params)


@pytest.mark.parametrize("params", [RANDOM, {"solver": "lbfgs", "max_iter": 5}])
@each()
def test_a_seed_gives_a_model(task, params):
    model = task.make(**params)
    weights = flat(model.fit(task.X, task.y))
    assert_array_equal(flat(model.fit(task.X, task.y)), weights)
    assert_array_equal(flat(clone(model).fit(task.X, task.y)), weights)
    other = task.make(**{**params, "random_state": 1}).fit(task.X, task.y)
    assert not np.allclose(flat(other), weights)


@EACH_SIZE
def test_the_sizes_are_cut_into_shards_as_said(sizes):
    network = wide(sizes, max_iter=1).fit(*wide_data()).network_
    shards = count_shards(network.plan.total_multiply_adds, 430)
    assert shards == (2 if sizes == SIZES["two shards"] else 1)


@pytest.mark.parametrize("params", [{}, {"normalization": "batch"}, {"dropout": 0.3}])
@EACH_SIZE
def test_the_number_of_threads_has_no_say(sizes, params):
    results = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            model = wide(sizes, **params).fit(*wide_data())
            results.append((flat(model), model.predict_proba(wide_data()[0])))
    assert_array_equal(results[0][0], results[1][0])
    assert_array_equal(results[0][1], results[1][1])


@EACH_SIZE
def test_the_number_of_threads_has_no_say_in_lbfgs(sizes):
    weights = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            weights.append(flat(wide(sizes, solver="lbfgs").fit(*wide_data())))
    assert_array_equal(*weights)


@EACH_SIZE
def test_fits_at_the_same_time_do_not_disturb_each_other(sizes):
    alone = [flat(wide(sizes, random_state=i).fit(*wide_data())) for i in range(3)]
    together = Parallel(n_jobs=3, backend="threading")(
        delayed(wide(sizes, random_state=i).fit)(*wide_data()) for i in range(3)
    )
    for expected, model in zip(alone, together, strict=True):
        assert_array_equal(flat(model), expected)


def test_a_search_finds_the_same_with_two_processes():
    grid = {"alpha": [0.01, 1.0], "hidden_layer_sizes": [(7,), (256, 128)]}
    model = MULTICLASS.make(max_iter=3, dropout=0.1)
    one, two = (
        GridSearchCV(model, grid, cv=2, n_jobs=n_jobs).fit(MULTICLASS.X, MULTICLASS.y)
        for n_jobs in (1, 2)
    )
    assert one.best_params_ == two.best_params_
    assert_array_equal(flat(one.best_estimator_), flat(two.best_estimator_))
    for name, values in one.cv_results_.items():
        if "time" not in name and "params" not in name:
            assert_array_equal(values, two.cv_results_[name], err_msg=name)


@pytest.mark.parametrize(
    "source", [np.random.RandomState, np.random.default_rng], ids=["state", "generator"]
)
@each(TASKS[:1] + TASKS[3:4])
def test_a_source_of_randomness_moves_on(task, source):
    model = task.make(random_state=source(0), **RANDOM)
    first, second = (flat(model.fit(task.X, task.y)) for _ in range(2))
    assert not np.allclose(first, second)
    again = task.make(random_state=source(0), **RANDOM)
    assert_array_equal(flat(again.fit(task.X, task.y)), first)
    assert_array_equal(flat(again.fit(task.X, task.y)), second)


def test_the_global_state_is_neither_read_nor_changed():
    legacy = np.random
    models = []
    for seed in (0, 1):
        legacy.seed(seed)
        before = legacy.get_state()[1].copy()
        models.append(BINARY.make(**RANDOM).fit(BINARY.X, BINARY.y))
        unseeded = BINARY.make(**RANDOM, random_state=None).fit(BINARY.X, BINARY.y)
        models.append(unseeded)
        assert_array_equal(legacy.get_state()[1], before)
    assert_array_equal(flat(models[0]), flat(models[2]))
    assert not np.allclose(flat(models[1]), flat(models[3]))


def blas_threads():
    return [i["num_threads"] for i in threadpool_info() if i["user_api"] == "blas"]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_limit_of_blas_is_restored(threads):
    with threadpool_limits(threads):
        before = blas_threads()
        model = wide(SIZES["two shards"], max_iter=1).fit(*wide_data())
        assert blas_threads() == before
        model.predict(wide_data()[0])
        assert blas_threads() == before


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_the_limit_of_blas_is_restored_after_an_error(solver):
    class Failing(Recorder):
        def on_fit_task_end(self, estimator, context):
            raise RuntimeError("a mistake in a callback")

    before = blas_threads()
    with pytest.raises(RuntimeError, match="a mistake"):
        REAL.make(solver=solver).set_callbacks(Failing()).fit(REAL.X, REAL.y)
    assert blas_threads() == before
