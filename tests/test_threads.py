"""Fits and predictions in several threads at once: the bits of one after the other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from threadpoolctl import threadpool_info

from skdeep import CNNClassifier, MLPClassifier, RNNRegressor, TabularClassifier
from tests.estimators.callbacks import Recorder
from tests.model_files import FRAME, IMAGES, RAGGED, SERIES, TABLE, waves

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

CLASSES = np.arange(40) % 3
TASKS = [
    (MLPClassifier((16,), dropout=0.2, early_stopping=True), TABLE[:40], CLASSES),
    (TabularClassifier((8,), n_members=2), FRAME.iloc[:40], CLASSES),
    (CNNClassifier((3,), augment="translate"), IMAGES, CLASSES),
    (RNNRegressor((4,), averaging="ema"), RAGGED, SERIES[:, 0, 0]),
]


def blas_threads():
    return [
        library["num_threads"]
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]


def fit(task, *callbacks):
    """Return the weights and predictions of one fit."""
    model, X, y = task
    model = clone(model).set_params(max_iter=4, random_state=0)
    model = model.set_callbacks(*callbacks).fit(X, y)
    return model.network_.theta, model.predict(X)


def at_once(function, arguments):
    """Call a function in a thread of its own for each argument, all from one moment."""
    start = Barrier(len(arguments))

    def call(argument):
        start.wait()
        return function(argument)

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(call, arguments))


def test_8_threads_that_fit_and_predict_at_once_give_the_bits_of_serial_runs():
    before = blas_threads()
    serial = [fit(task) for task in TASKS]
    for expected, found in zip(2 * serial, at_once(fit, 2 * TASKS), strict=True):
        for a, b in zip(found, expected, strict=True):
            assert_array_equal(a, b)
    assert blas_threads() == before


def test_one_model_predicts_in_8_threads_at_once():
    X = waves(3000, 4)
    model = MLPClassifier((64,), max_iter=2, random_state=0).fit(TABLE[:40], CLASSES)
    expected = model.predict_proba(X)
    for found in at_once(model.predict_proba, [X] * 8):
        assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "raised", [ValueError, KeyboardInterrupt, SystemExit, MemoryError, Warning]
)
def test_the_limit_on_blas_is_lifted_whatever_is_raised(raised):
    class Failing(Recorder):
        def on_fit_task_end(self, estimator, context):
            if context.task_name == "epoch":
                raise raised

    before = blas_threads()

    def fail(_):
        try:
            fit(TASKS[0], Failing())
        except BaseException as error:
            return type(error)

    # An interruption ends training, and is no error; the fit goes on to its end.
    found = at_once(fail, range(8))
    assert set(found) <= {raised, UserWarning, None}
    assert blas_threads() == before
