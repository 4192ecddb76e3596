"""A fit that is killed and begun again is the fit that was never broken off."""

import multiprocessing
import os
import time

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

import skdeep
from skdeep import MLPClassifier, MLPRegressor
from skdeep.callbacks import Checkpoint
from skdeep.nn import EMA
from skdeep.persistence import load
from tests import model_files
from tests.estimators.callbacks import Recorder
from tests.estimators.data import BINARY, MULTICLASS, REAL

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

CURVES = ("loss_curve_", "validation_loss_curve_", "validation_scores_", "n_iter_")
FACTS = (*CURVES, "t_", "loss_", "best_loss_", "best_validation_score_", "record_")


class Break(Recorder):
    """Breaks a fit off when an epoch begins."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_fit_task_begin(self, estimator, context):
        if (context.task_name, context.task_id) == ("epoch", self.epoch):
            raise InterruptedError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "fit.ckpt"


def before(path):
    return path.with_name(path.name + ".before")


def fit(model, *callbacks, X, y, **given):
    return clone(model).set_callbacks(*callbacks).fit(X, y, **given)


def assert_same_fit(model, unbroken):
    assert_array_equal(model.network_.theta, unbroken.network_.theta)
    assert_array_equal(model.network_.state, unbroken.network_.state)
    for name in FACTS:
        assert getattr(model, name) == getattr(unbroken, name), name


def check(model, path, breaks=(0, 2, 3), keep="last", every=1, **data):
    """Break a fit off several times; compare its end with that of an unbroken one."""
    unbroken = fit(model, **data)
    for epoch in breaks:
        # Counted from the last file on.
        with pytest.raises(InterruptedError):
            fit(model, Checkpoint(path, every, keep), Break(epoch), **data)
    assert_same_fit(fit(model, Checkpoint(path, every, keep), **data), unbroken)
    # Once more from the last file.
    assert_same_fit(fit(model, Checkpoint(path, every, keep), **data), unbroken)


def slower_and_slower(step):
    return 0.1 / (1 + step)


@pytest.mark.parametrize(
    "params",
    [
        {"solver": "sgd", "learning_rate": "adaptive", "n_iter_no_change": 1},
        {"learning_rate": "one_cycle", "averaging": "ema", "dropout": 0.2},
        {"averaging": EMA(0.8), "normalization": "batch", "dtype": "float32"},
        {"early_stopping": True, "n_iter_no_change": 2, "learning_rate_init": 0.1},
        {"sampler": "over", "early_stopping": True},
        {"balanced_batches": True, "class_weight": "balanced"},
        {"learning_rate": slower_and_slower},
        {"augment": "mixup"},
        {"warm_start": True},
    ],
    ids=", ".join,
)
def test_same_bits_whatever_trains(params, path):
    params = {"max_iter": 9, "batch_size": 32, "random_state": 0} | params
    check(MLPClassifier((6,), **params), path, X=MULTICLASS.X, y=MULTICLASS.y)


@pytest.mark.parametrize("every", [1, 2, 4])
def test_no_more_than_every_epochs_are_lost(every, path):
    model = MLPRegressor((6,), max_iter=9, random_state=0)
    check(model, path, every=every, X=REAL.X, y=REAL.y)
    recorder = Recorder()
    fit(model, Checkpoint(path, every), recorder, X=REAL.X, y=REAL.y)
    # The ninth epoch ended after the last file, which was written before it at best.
    assert recorder.calls.count(("end", "epoch", 0)) == 1
    n_epochs = sum(call[:2] == ("end", "epoch") for call in recorder.calls)
    assert n_epochs == 9 - 8 // every * every


def test_validation_data_of_ones_own(path):
    X, y = BINARY.X, BINARY.y
    given = {"X_val": X[:40], "y_val": y[:40], "sample_weight": np.arange(1.0, 121)}
    model = MLPClassifier((6,), max_iter=8, random_state=0, scoring="roc_auc")
    check(model, path, X=X, y=y, keep="best", **given)


NETWORKS = [n for n, (m, *_) in model_files.MODELS.items() if hasattr(m, "max_iter")]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_estimator(name, path):
    model, X, y = model_files.MODELS[name]
    model = clone(model).set_params(max_iter=6, random_state=0, batch_size=16)
    check(model, path, breaks=(2, 1), X=X, y=y, keep="best")


def test_random_state_none_goes_on_where_nothing_is_drawn_before(path):
    model = MLPClassifier((6,), max_iter=6)
    with pytest.raises(InterruptedError):
        fit(model, Checkpoint(path), Break(4), X=BINARY.X, y=BINARY.y)
    resumed = fit(model, Checkpoint(path), X=BINARY.X, y=BINARY.y)
    again = fit(model, Checkpoint(path), X=BINARY.X, y=BINARY.y)
    assert_array_equal(resumed.network_.theta, again.network_.theta)


def test_lbfgs_goes_on_to_the_same_minimum(path):
    model = MLPRegressor((), solver="lbfgs", alpha=1.0, max_iter=200, random_state=0)
    unbroken = fit(model, X=REAL.X, y=REAL.y)
    with pytest.raises(InterruptedError):
        fit(model, Checkpoint(path), Break(3), X=REAL.X, y=REAL.y)
    resumed = fit(model, Checkpoint(path), X=REAL.X, y=REAL.y)
    assert resumed.loss_ == pytest.approx(unbroken.loss_, rel=1e-6)


def test_the_model_of_the_best_epoch_can_be_loaded_meanwhile(path):
    model = MLPClassifier((6,), max_iter=9, random_state=0, early_stopping=True)
    model.set_params(n_iter_no_change=9, learning_rate_init=0.05, averaging="ema")
    data = {"X": BINARY.X, "y": BINARY.y}
    unbroken = fit(model, **data)
    fit(model, Checkpoint(path, every=4, keep="best"), **data)
    best = load(path.with_name(path.name + ".best"))
    assert_array_equal(best.predict_proba(BINARY.X), unbroken.predict_proba(BINARY.X))
    scores = unbroken.validation_scores_
    assert best.n_iter_ == len(scores) - scores[::-1].index(max(scores))


def broken_off(path, epoch=4):
    model = MLPClassifier((6,), max_iter=6, random_state=0)
    with pytest.raises(InterruptedError):
        fit(model, Checkpoint(path), Break(epoch), X=BINARY.X, y=BINARY.y)
    return model


@pytest.mark.parametrize("cut", [True, False])
def test_a_damaged_file_gives_way_to_the_one_before(path, cut):
    model = broken_off(path)
    raw, whole = path.read_bytes(), before(path).read_bytes()
    unbroken = fit(model, X=BINARY.X, y=BINARY.y)
    rng = np.random.default_rng(0)
    for place in rng.integers(len(raw), size=5).tolist():
        changed = bytearray(raw)
        changed[place] ^= 1
        path.write_bytes(raw[:place] if cut else changed)
        before(path).write_bytes(whole)
        with pytest.warns(UserWarning, match="so the file before it"):
            again = fit(model, Checkpoint(path), X=BINARY.X, y=BINARY.y)
        assert_same_fit(again, unbroken)


def test_the_whole_file_is_never_replaced_by_the_damaged_one(path):
    model = broken_off(path)
    path.write_bytes(b"damaged")
    whole = before(path).read_bytes()
    with pytest.warns(UserWarning, match="before"), pytest.raises(InterruptedError):
        fit(model, Checkpoint(path), Break(0), X=BINARY.X, y=BINARY.y)
    assert before(path).read_bytes() == whole


def test_two_damaged_files_are_an_error(path):
    model = broken_off(path)
    path.write_bytes(path.read_bytes()[:-1])
    before(path).write_bytes(b"")
    with pytest.raises(ValueError, match="is cut off"):
        fit(model, Checkpoint(path), X=BINARY.X, y=BINARY.y)


@pytest.mark.parametrize(
    ("params", "given", "message"),
    [
        ({"alpha": 0.1}, {}, "with other alpha, and only the same fit"),
        ({"random_state": 1}, {}, "with other random_state,"),
        ({}, {"X": BINARY.X + 1}, "with other X or y,"),
        ({}, {"y": 1 - BINARY.y}, "with other X or y,"),
        ({}, {"sample_weight": np.arange(1.0, 121)}, "with other sample weights,"),
        ({}, {"X_val": BINARY.X, "y_val": BINARY.y}, "with other validation data,"),
        ({"solver": "sgd", "max_iter": 7}, {}, "with other max_iter, solver,"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_another_fit_is_refused_in_one_sentence(params, given, message, path):
    model = broken_off(path).set_params(**params)
    raw = path.read_bytes()
    with pytest.raises(ValueError, match=message):
        fit(model, Checkpoint(path), **{"X": BINARY.X, "y": BINARY.y, **given})
    assert path.read_bytes() == raw


def test_verbose_is_of_no_account(path):
    model = broken_off(path).set_params(verbose=True)
    fit(model, Checkpoint(path), X=BINARY.X, y=BINARY.y)


@pytest.mark.parametrize(
    ("checkpoint", "message"),
    [
        (Checkpoint("a.ckpt", every=0), "every=0 is not allowed"),
        (Checkpoint("a.ckpt", keep="all"), "keep='all' is not allowed"),
        (Checkpoint("/no/such/folder/a.ckpt"), "which is no folder"),
    ],
)
def test_wrong_parameters_are_refused_before_training(checkpoint, message):
    with pytest.raises(ValueError, match=message):
        fit(MLPClassifier(), checkpoint, X=BINARY.X, y=BINARY.y)


def test_a_model_that_cannot_be_saved_is_refused_before_training(path):
    model = MLPClassifier(learning_rate=lambda step: 0.1)
    with pytest.raises(
        ValueError, match=r"learning_rate is .*<lambda>', which is code"
    ):
        fit(model, Checkpoint(path, keep="best"), X=BINARY.X, y=BINARY.y)


def test_a_search_goes_on_where_it_was_killed(path):
    model = MLPClassifier((6,), max_iter=6, random_state=0)
    grid = {"alpha": [0.01, 1.0]}

    def search(*callbacks):
        network = clone(model).set_callbacks(*callbacks)
        return GridSearchCV(network, grid, cv=2).fit(BINARY.X, BINARY.y)

    class BreakRefit(Break):
        def on_fit_task_begin(self, estimator, context):
            if context.parent.source_task_name == "refit-with-best-params":
                super().on_fit_task_begin(estimator, context)

    unbroken = search()
    with pytest.raises(InterruptedError):
        search(Checkpoint(path), BreakRefit(4))
    n_files = len(list(path.parent.iterdir()))
    recorder = Recorder()
    resumed = search(Checkpoint(path), recorder)
    assert len(list(path.parent.iterdir())) == n_files == 10
    # One epoch of each of four fits, and two of the last.
    assert sum(call[:2] == ("end", "epoch") for call in recorder.calls) == 6
    assert_same_fit(resumed.best_estimator_, unbroken.best_estimator_)
    name = "mean_test_score"
    assert_array_equal(resumed.cv_results_[name], unbroken.cv_results_[name])


# A class in the module, as processes started by spawn or forkserver import it.
class Count(Recorder):
    """Counts the epochs that ended, where another process can see it."""

    def __init__(self, counter):
        super().__init__()
        self.counter = counter

    def on_fit_task_end(self, estimator, context):
        if context.task_name == "epoch":
            self.counter.value += 1
            # So that kills meet epochs and writing alike.
            time.sleep(0.005)


KILLED = MLPClassifier(
    (20,),
    max_iter=40,
    n_iter_no_change=40,
    batch_size=16,
    early_stopping=True,
    averaging="ema",
    learning_rate="cosine",
    dropout=0.1,
    random_state=0,
)


def fit_in_process(path, counter):
    import warnings

    warnings.simplefilter("ignore")
    callbacks = [Checkpoint(path)]
    if counter is not None:
        callbacks.append(Count(counter))
    model = fit(KILLED, *callbacks, X=BINARY.X, y=BINARY.y)
    np.save(path.with_name("theta.npy"), model.network_.theta)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize("n_kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_kills_at_random_moments_lose_the_epoch_under_way(n_kills, path):
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    rng = np.random.default_rng(n_kills)
    done = 0
    for _ in range(n_kills):
        counter = processes.Value("i", 0)
        process = processes.Process(target=fit_in_process, args=(path, counter))
        process.start()
        # From the first epoch on, some epochs, anywhere within one.
        while counter.value == 0 and process.is_alive():
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.05))
        process.kill()
        process.join()
        assert process.exitcode in (-9, 0)
        found = n_epochs_in(path)
        # The last epoch that ended may not have been written yet.
        assert found >= done + counter.value - 1 or process.exitcode == 0
        done = found
    fit_in_process(path, None)
    unbroken = fit(KILLED, X=BINARY.X, y=BINARY.y)
    assert_array_equal(np.load(path.with_name("theta.npy")), unbroken.network_.theta)


def n_epochs_in(path):
    from skdeep import _archive

    for file in (path, before(path)):
        if file.exists():
            _, arrays = _archive.unpack(file.read_bytes(), "checkpoint", file)
            return len(arrays["curves.loss"])
    return 0


def test_version_is_in_the_file(path, monkeypatch):
    with monkeypatch.context() as later:
        later.setattr(skdeep, "__version__", "9.0.0")
        model = broken_off(path)
    with pytest.raises(ValueError, match=r"written by skdeep 9\.0\.0"):
        fit(model, Checkpoint(path), X=BINARY.X, y=BINARY.y)
