"""How a fit ends that goes wrong: diverged, interrupted, out of epochs."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.exceptions import ConvergenceWarning

from skdeep.nn import Custom
from tests.estimators.callbacks import Recorder
from tests.estimators.data import BINARY, REAL, TASKS, each, flat

QUIET = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


FULL_BATCH = {"solver": "sgd", "batch_size": 1000, "activation": "identity"}


def falls_apart_after(epochs):
    """Return a schedule that is reasonable for some epochs of one step each."""
    return Custom(lambda step: 0.01 if step < epochs else 1e200)


@each()
def test_divergence_is_warned_of_with_advice(task):
    model = task.make(learning_rate=falls_apart_after(5), max_iter=50, **FULL_BATCH)
    with pytest.warns(ConvergenceWarning, match="diverged in epoch") as record:
        model.fit(task.X, task.y)
    assert "Lower learning_rate_init" in str(record[0].message)
    assert "max_grad_norm=1" in str(record[0].message)
    assert 5 < model.n_iter_ < 10
    assert np.isfinite(flat(model)).all()


@each()
def test_divergence_keeps_the_best_weights(task):
    model = task.make(learning_rate=falls_apart_after(5), max_iter=50, **FULL_BATCH)
    with pytest.warns(ConvergenceWarning, match="diverged in epoch"):
        model.fit(task.X, task.y)
    model.set_params(warm_start=True, max_iter=1, learning_rate="constant")
    with pytest.warns(ConvergenceWarning, match="Maximum iterations"):
        model.fit(task.X, task.y)
    # The first loss of a second fit is that of the weights that were kept.
    assert model.loss_ == pytest.approx(np.nanmin(model.loss_curve_))


def test_without_any_finite_weights_the_fit_fails():
    model = REAL.make((20,), solver="sgd", learning_rate_init=1e200, batch_size=10)
    with pytest.raises(ValueError, match="non-finite parameter weights"):
        model.fit(REAL.X, REAL.y)


def test_weights_whose_outputs_overflow_are_refused():
    model = REAL.make((20,), solver="adam", learning_rate_init=1e300)
    with pytest.raises(ValueError, match="non-finite parameter weights"):
        model.partial_fit(REAL.X.astype(float), REAL.y)


def test_gradients_cut_short_prevent_divergence():
    params = {"solver": "sgd", "learning_rate_init": 1.0, "max_iter": 30}
    y = 1e4 * REAL.y
    with pytest.warns(ConvergenceWarning, match="diverged"):
        REAL.make(**params).fit(REAL.X, y)
    with pytest.warns(ConvergenceWarning, match="Maximum iterations"):
        REAL.make(**params, max_grad_norm=1).fit(REAL.X, y)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@each()
def test_too_few_epochs_are_warned_of(task, solver):
    with pytest.warns(ConvergenceWarning, match="raise max_iter"):
        task.make(solver=solver, max_iter=2).fit(task.X, task.y)


class Interrupter(Recorder):
    """Raises what Ctrl-C raises, at the end of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_fit_task_end(self, estimator, context):
        if context.task_name == "epoch" and context.task_id == self.epoch - 1:
            raise KeyboardInterrupt


@QUIET
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@each()
def test_an_interrupted_fit_keeps_the_epochs_so_far(task, solver):
    model = task.make(solver=solver, max_iter=20).set_callbacks(Interrupter(4))
    with pytest.warns(UserWarning, match="interrupted by user"):
        model.fit(task.X, task.y)
    short = task.make(solver=solver, max_iter=4).fit(task.X, task.y)
    assert_array_equal(flat(model), flat(short))
    assert model.loss_curve_ == short.loss_curve_
    assert model.n_iter_ == 4
    assert model.loss_ == short.loss_


@QUIET
def test_an_interrupted_fit_with_early_stopping_keeps_the_best_epoch():
    params = {"early_stopping": True, "scoring": "loss", "learning_rate_init": 0.1}
    data = {"X_val": BINARY.X[80:], "y_val": BINARY.y[80:]}
    model = BINARY.make((20,), batch_size=10, **params)
    model.set_callbacks(Interrupter(9))
    with pytest.warns(UserWarning, match="interrupted by user"):
        model.fit(BINARY.X[:80], BINARY.y[:80], **data)
    losses = model.validation_loss_curve_
    assert len(losses) == 9
    assert losses[-1] > min(losses) == pytest.approx(-model.best_validation_score_)
    short = BINARY.make((20,), batch_size=10, **params, max_iter=np.argmin(losses) + 1)
    short.fit(BINARY.X[:80], BINARY.y[:80], **data)
    assert_array_equal(flat(model), flat(short))


@QUIET
@each(TASKS[:1])
def test_training_goes_on_after_an_interruption(task):
    model = task.make(max_iter=20).set_callbacks(Interrupter(4))
    with pytest.warns(UserWarning, match="interrupted by user"):
        model.fit(task.X, task.y)
    model.partial_fit(task.X, task.y)
    whole = task.make(max_iter=5).fit(task.X, task.y)
    assert_array_equal(flat(model), flat(whole))
