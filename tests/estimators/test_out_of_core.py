"""Data in chunks, in memory maps and from generators; processes that end early."""

import pickle
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep import MLPClassifier, MLPRegressor
from tests.estimators.data import BINARY, MULTICLASS, REAL, each, flat

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def mapped(array, path):
    """Write an array to a file and return it as a read-only memory map."""
    np.save(path, array)
    return np.load(path, mmap_mode="r")


@each()
def test_a_memory_map_is_as_good_as_an_array(task, tmp_path):
    model = task.make(max_iter=3)
    X, y = mapped(task.X, tmp_path / "X.npy"), mapped(task.y, tmp_path / "y.npy")
    expected = flat(model.fit(task.X, task.y)).copy()
    assert_array_equal(flat(model.fit(X, y)), expected)
    assert_array_equal(model.predict(X), model.predict(task.X))


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_memory_map_is_not_read_into_memory_as_a_whole(tmp_path, shuffle):
    rng = np.random.default_rng(0)
    X = mapped(rng.normal(size=(20_000, 100)).astype(np.float32), tmp_path / "X.npy")
    y = rng.normal(size=len(X))
    model = MLPRegressor((4,), max_iter=1, batch_size=100, shuffle=shuffle)
    model.fit(X[:100], y[:100])
    tracemalloc.start()
    model.fit(X, y)
    model.predict(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < X.nbytes / 4


@each([BINARY, MULTICLASS, REAL])
def test_a_generator_of_chunks_is_learned_from(task):
    def chunks(n_epochs, size=40):
        for epoch in range(n_epochs):
            order = np.random.default_rng(epoch).permutation(len(task.X))
            for start in range(0, len(order), size):
                part = order[start : start + size]
                yield task.X[part], task.y[part]

    model = task.make(learning_rate_init=0.02)
    known = {} if task is REAL else {"classes": np.unique(task.y)}
    for X, y in chunks(40):
        model.partial_fit(X, y, **known)
    whole = task.make(learning_rate_init=0.02, max_iter=120).fit(task.X, task.y)
    assert model.score(task.X, task.y) > whole.score(task.X, task.y) - 0.1


RESUME = """
import pickle, sys
from tests.estimators.data import {task} as task
path, n_calls = sys.argv[1:]
with open(path, "rb") as file:
    model = pickle.load(file)
for _ in range(int(n_calls)):
    model.partial_fit(task.X, task.y)
with open(path, "wb") as file:
    pickle.dump(model, file)
"""


@each([BINARY, REAL])
def test_another_process_resumes_as_if_unbroken(task, tmp_path):
    name = "BINARY" if task is BINARY else "REAL"
    path = tmp_path / "checkpoint.pickle"
    known = {} if task is REAL else {"classes": np.unique(task.y)}
    options = {"learning_rate": "one_cycle", "max_iter": 6, "batch_size": 25}
    unbroken, model = (task.make(**options, dropout=0.2) for _ in range(2))
    for _ in range(6):
        unbroken.partial_fit(task.X, task.y, **known)
    for _ in range(2):
        model.partial_fit(task.X, task.y, **known)
    path.write_bytes(pickle.dumps(model))
    program = RESUME.format(task=name)
    subprocess.run([sys.executable, "-c", program, path, "4"], check=True)
    resumed = pickle.loads(path.read_bytes())
    assert_array_equal(flat(resumed), flat(unbroken))
    assert resumed.loss_curve_ == unbroken.loss_curve_


PREDICT = """
import pickle, sys
path = sys.argv[1]
with open(path, "rb") as file:
    model, X, expected = pickle.load(file)
assert (model.predict(X) == expected).all()
assert not {"imblearn", "matplotlib", "torch"} & set(sys.modules)
"""


@pytest.mark.parametrize("params", [{}, {"sampler": "over"}, {"augment": "noise"}])
def test_a_file_is_loaded_by_a_process_that_only_predicts(tmp_path, params):
    X, y = MULTICLASS.X, MULTICLASS.y
    model = MLPClassifier((5,), max_iter=3, **params).fit(X, y)
    path = tmp_path / "model.pickle"
    path.write_bytes(pickle.dumps((model, X, model.predict(X))))
    subprocess.run([sys.executable, "-c", PREDICT, path], check=True)
