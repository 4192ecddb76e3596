"""scikit-learn's callbacks: one task per epoch, snapshots, a say in stopping."""

import numpy as np
import pytest
import sklearn.pipeline
from imblearn.over_sampling import RandomOverSampler
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier, TabularClassifier
from skdeep.callbacks import TrainingProgress
from skdeep.callbacks.training_progress import Bars, Begin
from skdeep.pipeline import make_pipeline
from tests.estimators.callbacks import Recorder
from tests.estimators.data import BINARY, MULTICLASS, TASKS, each, flat

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SOLVERS = pytest.mark.parametrize("solver", ["adam", "lbfgs"])


@SOLVERS
@each()
def test_there_is_one_task_per_epoch(task, solver):
    recorder = Recorder()
    model = task.make(solver=solver, max_iter=3).set_callbacks(recorder)
    model.fit(task.X, task.y)
    epochs = [(when, "epoch", i) for i in range(3) for when in ("begin", "end")]
    assert recorder.calls == [
        "setup",
        ("begin", "fit", 0),
        *epochs,
        ("end", "fit", 0),
        "teardown",
    ]


class Snapshots(Recorder):
    """Keeps what every task gives: data, weights, and the model so far."""

    def __init__(self):
        super().__init__()
        self.epochs, self.fits = [], []

    def on_fit_task_end(self, estimator, context, *, X, y, metadata, fitted_estimator):
        given = (X, y, metadata, fitted_estimator)
        (self.epochs if context.task_name == "epoch" else self.fits).append(given)


@SOLVERS
@each()
def test_a_snapshot_is_the_model_after_so_many_epochs(task, solver):
    snapshots = Snapshots()
    model = task.make(solver=solver, max_iter=4).set_callbacks(snapshots)
    model.fit(task.X, task.y)
    for epochs, (*_, snapshot) in enumerate(snapshots.epochs, start=1):
        short = task.make(solver=solver, max_iter=epochs).fit(task.X, task.y)
        assert_array_equal(task.output(snapshot), task.output(short))
    ((*_, last),) = snapshots.fits
    assert_array_equal(task.output(last), task.output(model))


def test_a_snapshot_of_averaged_weights_is_averaged():
    snapshots = Snapshots()
    model = BINARY.make(averaging="ema", max_iter=3).set_callbacks(snapshots)
    model.fit(BINARY.X, BINARY.y)
    for epochs, (*_, snapshot) in enumerate(snapshots.epochs, start=1):
        short = BINARY.make(averaging="ema", max_iter=epochs).fit(BINARY.X, BINARY.y)
        assert_array_equal(BINARY.output(snapshot), BINARY.output(short))


def test_callbacks_get_the_data_as_given():
    snapshots = Snapshots()
    X, y, weights = BINARY.X.tolist(), BINARY.y.tolist(), np.ones(120)
    BINARY.make(max_iter=2).set_callbacks(snapshots).fit(X, y, weights)
    for *data, metadata, _ in snapshots.epochs + snapshots.fits:
        assert data[0] is X
        assert data[1] is y
        assert metadata["sample_weight"] is weights


class Stopper(Recorder):
    """Asks to stop after some epochs."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_fit_task_end(self, estimator, context):
        super().on_fit_task_end(estimator, context)
        return context.task_name == "epoch" and context.task_id == self.epoch - 1


@pytest.mark.filterwarnings("error")
@SOLVERS
@each()
def test_a_true_result_stops_the_fit_without_a_warning(task, solver):
    stopper = Stopper(3)
    model = task.make(solver=solver, max_iter=20).set_callbacks(stopper)
    model.fit(task.X, task.y)
    assert model.n_iter_ == len(model.loss_curve_) == 3
    assert stopper.calls[-1] == "teardown"
    with pytest.warns(UserWarning, match="converge"):
        short = task.make(solver=solver, max_iter=3).fit(task.X, task.y)
    assert_array_equal(flat(model), flat(short))


@SOLVERS
@each()
def test_a_monitor_scores_every_epoch(task, solver):
    scoring = "accuracy" if task.estimator is MLPClassifier else "r2"
    monitor = ScoringMonitor(scoring=scoring)
    model = task.make(solver=solver, max_iter=3).set_callbacks(monitor)
    model.fit(task.X, task.y)
    epochs = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    for i, row in enumerate(epochs, start=1):
        short = task.make(solver=solver, max_iter=i).fit(task.X, task.y)
        assert row[scoring] == short.score(task.X, task.y)


def test_a_monitor_scores_with_weights():
    monitor = ScoringMonitor(scoring="accuracy")
    weights = 1.0 + BINARY.y
    model = BINARY.make(max_iter=2).set_callbacks(monitor)
    model.fit(BINARY.X, BINARY.y, weights)
    score = model.score(BINARY.X, BINARY.y, weights)
    assert monitor.get_logs().data[-1]["accuracy"] == score


def search(estimator):
    """Return a search of two candidates on two folds: five fits with the last."""
    return GridSearchCV(estimator, {"alpha": [0.01, 10.0]}, cv=2)


@SOLVERS
def test_a_callback_reaches_from_a_search_to_the_epochs(solver):
    class Propagated(Recorder):
        max_propagation_depth = None

    recorder = Propagated()
    model = search(MULTICLASS.make(solver=solver, max_iter=3))
    model.set_callbacks(recorder).fit(MULTICLASS.X, MULTICLASS.y)
    assert recorder.calls.count("setup") == 1
    for epoch in range(3):
        assert recorder.calls.count(("end", "epoch", epoch)) == 5


def test_a_monitor_scores_every_epoch_of_a_search():
    monitor = ScoringMonitor(scoring="accuracy")
    model = MULTICLASS.make(max_iter=3).set_callbacks(monitor)
    search(model).fit(MULTICLASS.X, MULTICLASS.y)
    rows = monitor.get_logs().data
    assert sum(row["task_name"] == "epoch" for row in rows) == 15


def test_clones_keep_callbacks():
    recorder = Recorder()
    model = clone(BINARY.make(max_iter=2).set_callbacks(recorder))
    model.fit(BINARY.X, BINARY.y)
    assert recorder.calls.count("setup") == 1


@each(TASKS[:1])
def test_callbacks_are_torn_down_after_an_error(task):
    class Failing(Recorder):
        def on_fit_task_end(self, estimator, context):
            raise RuntimeError("a mistake in a callback")

    failing = Failing()
    with pytest.raises(RuntimeError, match="a mistake"):
        task.make().set_callbacks(failing).fit(task.X, task.y)
    assert failing.calls[-1] == "teardown"


def test_partial_fit_calls_no_callbacks():
    recorder = Recorder()
    model = BINARY.make().set_callbacks(recorder)
    model.partial_fit(BINARY.X, BINARY.y, classes=[0, 1])
    assert recorder.calls == []


@pytest.mark.parametrize("kind", ["skdeep", "scikit-learn"])
def test_a_monitor_brings_scores_back_from_processes_and_pipelines(kind):
    monitor = ScoringMonitor(scoring="accuracy")
    model = BINARY.make(max_iter=3)
    if kind == "skdeep":
        steps = StandardScaler(), RandomOverSampler(random_state=0), model
        pipeline = make_pipeline(*steps)
    else:
        pipeline = sklearn.pipeline.make_pipeline(StandardScaler(), model)
    model.set_callbacks(monitor)
    grid = {"mlpclassifier__alpha": [0.01, 10.0]}
    GridSearchCV(pipeline, grid, cv=2, n_jobs=2).fit(BINARY.X, BINARY.y)
    runs = monitor.get_logs(select="all")
    rows = [row for run in runs for row in run.data if row["task_name"] == "epoch"]
    # Two candidates on two folds, and the last fit, three epochs each.
    assert len(rows) == 15
    assert all(0 <= row["accuracy"] <= 1 for row in rows)


def test_a_progress_bar_reaches_from_a_search_to_the_epochs_in_processes(capsys):
    pipeline = make_pipeline(StandardScaler(), BINARY.make(max_iter=3))
    grid = {"mlpclassifier__alpha": [0.01, 10.0]}
    search = GridSearchCV(pipeline, grid, cv=2, n_jobs=2)
    search.set_callbacks(ProgressBar(max_propagation_depth=None))
    search.fit(BINARY.X, BINARY.y)
    shown = capsys.readouterr().out
    for name in ("GridSearchCV - fit", "Pipeline - fit", "MLPClassifier - fit"):
        assert name in shown
    assert "100%" in shown


@pytest.mark.parametrize("held_out", [False, True])
def test_training_progress_shows_the_last_losses(held_out, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    model = TabularClassifier((8,), max_iter=7, early_stopping=held_out)
    model.set_callbacks(TrainingProgress()).fit(BINARY.X, BINARY.y)
    shown = " ".join(capsys.readouterr().out.split())
    assert "7/7" in shown
    assert f"loss {model.loss_curve_[-1]:.4g}" in shown
    assert ("validation" in shown) == held_out
    if held_out:
        assert f"validation {model.validation_loss_curve_[-1]:.4g}" in shown


@pytest.fixture
def begun(monkeypatch):
    """Descriptions of the bars that have begun, in their order."""
    descriptions = []
    read = Bars.read

    def spy(self, message):
        read(self, message)
        if isinstance(message, Begin):
            descriptions.append(self.progress.tasks[-1].description)

    monkeypatch.setattr(Bars, "read", spy)
    return descriptions


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_training_progress_names_candidates_in_all_processes(n_jobs, begun, capsys):
    pipeline = make_pipeline(StandardScaler(), BINARY.make(max_iter=3))
    grid = {"mlpclassifier__alpha": [0.25, 10.0]}
    search = GridSearchCV(pipeline, grid, cv=2, n_jobs=n_jobs)
    search.set_callbacks(TrainingProgress()).fit(BINARY.X, BINARY.y)
    assert begun[0] == "GridSearchCV"
    for alpha in ("alpha=0.25", "alpha=10.0"):
        assert sum("MLPClassifier" in text and alpha in text for text in begun) >= 2
    assert "GridSearchCV" in capsys.readouterr().out


def test_training_progress_shows_losses_of_other_processes(monkeypatch):
    losses = []
    read = Bars.read

    def spy(self, message):
        read(self, message)
        losses.extend(task.fields["losses"] for task in self.progress.tasks)

    monkeypatch.setattr(Bars, "read", spy)
    monkeypatch.setattr(Bars, "read", spy)
    net = BINARY.make(max_iter=3)
    search = GridSearchCV(net, {"alpha": [0.25, 1.0]}, cv=2, n_jobs=2, refit=False)
    search.set_callbacks(TrainingProgress()).fit(BINARY.X, BINARY.y)
    # Three epochs of two candidates on two folds.
    assert sum(text.startswith("loss ") for text in losses) >= 12


def test_training_progress_goes_no_deeper_than_asked(begun):
    search = GridSearchCV(BINARY.make(max_iter=2), {"alpha": [0.25, 10.0]}, cv=2)
    search.set_callbacks(TrainingProgress(0)).fit(BINARY.X, BINARY.y)
    assert begun == ["GridSearchCV", "  GridSearchCV: search"]
