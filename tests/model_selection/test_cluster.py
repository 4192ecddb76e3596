"""Searches on the workers of Dask and of Ray, against those in one process."""

import os
import signal
import threading
from concurrent.futures import CancelledError
from contextlib import contextmanager

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.callback import ScoringMonitor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier, RNNClassifier
from skdeep.callbacks import TrainingProgress
from skdeep.callbacks.training_progress import Bars, End

pytestmark = [
    pytest.mark.slow,
    # Those of the clusters; what is ours runs in other processes.
    pytest.mark.filterwarnings("ignore"),
]


@contextmanager
def on_dask(**options):
    """Run joblib's tasks on two local workers of Dask."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config("dask", **options),
    ):
        yield client


@contextmanager
def on_dask_with_its_own_scheduler():
    """Run joblib's tasks on Dask, whose scheduler is another process."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.SubprocessCluster(
            n_workers=2,
            worker_kwargs={"nthreads": 1},
            scheduler_kwargs={"dashboard": False},
        ) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config("dask"),
    ):
        yield client


@contextmanager
def on_ray():
    """Run joblib's tasks on two local workers of Ray."""
    ray = pytest.importorskip("ray")
    from ray.util.joblib import register_ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    register_ray()
    try:
        with joblib.parallel_config("ray"):
            yield ray
    finally:
        ray.shutdown()


def table_search(n_samples=200):
    """Return a search over a table, and its data."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_samples, 5))
    net = MLPClassifier(max_iter=5, random_state=0)
    pipeline = make_pipeline(StandardScaler(), net)
    grid = {"mlpclassifier__hidden_layer_sizes": [(4,), (8,)]}
    return GridSearchCV(pipeline, grid, cv=3), X, X[:, 0] > 0


def ragged_search():
    """Return a search over sequences of unequal length, and its data."""
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, 2)) for n in rng.integers(3, 9, 60)]
    y = [series[:, 0].mean() > 0 for series in X]
    net = RNNClassifier(max_iter=3, random_state=0)
    return GridSearchCV(net, {"units": [2, 4]}, cv=3), X, np.array(y)


def scores(search):
    """Return the score of each fit."""
    return np.array([search.cv_results_[f"split{k}_test_score"] for k in range(3)])


@pytest.mark.parametrize("cluster", [on_dask, on_ray])
@pytest.mark.parametrize("make", [table_search, ragged_search])
def test_scores_are_those_of_one_process(make, cluster):
    search, X, y = make()
    alone = scores(search.fit(X, y))
    with cluster():
        assert_array_equal(scores(search.fit(X, y)), alone)
    assert len(np.unique(alone)) > 1


@pytest.mark.parametrize("cluster", [on_dask_with_its_own_scheduler, on_ray])
def test_logs_of_epochs_come_back(cluster):
    search, X, y = table_search()
    monitor = ScoringMonitor(scoring="accuracy")
    search.estimator[-1].set_callbacks(monitor)
    with cluster():
        search.fit(X, y)
    runs = monitor.get_logs(select="all")
    rows = [row for run in runs for row in run.data if row["task_name"] == "epoch"]
    # Two candidates on three folds, and the last fit, five epochs each.
    assert len(rows) == 35


@pytest.mark.parametrize("cluster", [on_dask, on_ray])
def test_bars_come_back(cluster, monkeypatch):
    losses = []

    def spy(self, message):
        if isinstance(message, End) and message.losses:
            losses.append(message.losses)

    monkeypatch.setattr(Bars, "read", spy)
    search, X, y = table_search()
    search.set_callbacks(TrainingProgress())
    with cluster():
        search.fit(X, y)
    assert len(losses) == 35


def test_fits_of_a_killed_worker_are_done_again():
    # Data that are scattered are on both workers, and positions of so few samples are
    # sent with each fit: joblib would leave larger ones with one worker.
    search, X, y = table_search(n_samples=100)
    alone = scores(search.fit(X, y))
    for attempt in range(3):
        with on_dask(scatter=[X, y]) as client:
            pids = client.run(os.getpid)
            client.run(_kill_later, workers=[next(iter(pids))])
            try:
                assert_array_equal(scores(search.fit(X, y)), alone)
            except CancelledError:
                # Now and then Dask itself loses a task of a worker that dies.
                if attempt == 2:
                    raise
                continue
            assert set(client.run(os.getpid).values()) != set(pids.values())
            return


class Counted(list):
    """Samples that count how often they are sent to another process."""

    n_sent = 0

    def __reduce__(self):
        Counted.n_sent += 1
        return list, (list(self),)


def test_data_are_sent_once():
    search, X, y = ragged_search()
    X = Counted(X)
    alone = scores(search.fit(X, y))
    with on_dask(scatter=[X]):
        assert_array_equal(scores(search.fit(X, y)), alone)
    # And not for each of the 6 fits.
    assert Counted.n_sent == 1


def _kill_later():
    """Let a worker die in the midst of the search."""
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGKILL)).start()
