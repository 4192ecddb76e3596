import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import Adaptive, BatchNorm, Custom, Dense, OneCycle
from skdeep.nn.training import Observer, Outcome, Progress, Samples, Stopping, Verdict
from tests.nn.training_runs import (
    LOSS,
    NEVER,
    AfterEpoch,
    make_trainer,
    problem,
    small_network,
    weights_by_epoch,
)

SAMPLES = Samples(*problem())
SCORES = [0.1, 0.5, 0.4, 0.7, 0.6, 0.6, 0.69, 0.2, 0.3]


def trainer_with(stopping=NEVER, layers=(), **options):
    return make_trainer(small_network(*layers), LOSS, 50, stopping=stopping, **options)


def run_on_scores(trainer, scores, epochs=99):
    """Train on the given scores; return the outcome and the weights by epoch."""
    path, rest = [], iter(scores)
    observer = AfterEpoch(
        lambda loss: path.append(trainer.network.theta.copy()),
        lambda: next(rest, scores[-1]),
    )
    return trainer.run(SAMPLES, epochs, observer).outcome, path


def after_step(limit, rate=1e30):
    """Return a schedule under which training blows up after some steps."""
    return Custom(lambda step: 0.05 if step < limit else rate)


@pytest.mark.parametrize("patience", [0, 1, 4])
def test_stalled_training_stops_after_the_patience(patience):
    trainer = trainer_with(Stopping(tol=0.0, patience=patience))
    outcome, path = run_on_scores(trainer, [0.5, 0.4])
    assert outcome is Outcome.CONVERGED
    assert len(path) == 1 + patience + 1


def test_progress_below_tol_counts_as_stale():
    scores = [0.1 * i for i in range(50)]
    slow = trainer_with(Stopping(tol=0.11, patience=3))
    assert run_on_scores(slow, scores)[0] is Outcome.CONVERGED
    fast = trainer_with(Stopping(tol=0.09, patience=3))
    assert run_on_scores(fast, scores, 40)[0] is Outcome.MAX_EPOCHS


def test_stale_epochs_are_counted_in_a_row():
    trainer = trainer_with(Stopping(tol=0.0, patience=2))
    outcome, path = run_on_scores(trainer, SCORES)
    assert outcome is Outcome.CONVERGED
    assert len(path) == 7  # the best is the fourth


def test_without_a_score_the_training_loss_decides():
    trainer = trainer_with(Stopping(tol=1e9, patience=3))
    path = weights_by_epoch(trainer, SAMPLES, 99)
    assert len(path) == 5


@pytest.mark.parametrize("layers", [(), [Dense(3), BatchNorm(), Dense(2)]])
def test_best_weights_and_state_are_restored(layers):
    trainer = trainer_with(Stopping(patience=99, keeps_best=True), layers)
    net, states = trainer.network, []
    rest = iter(SCORES)

    def score():
        states.append((net.theta.copy(), net.state.copy()))
        return next(rest)

    trainer.run(SAMPLES, len(SCORES), AfterEpoch(score=score))
    best_theta, best_state = states[int(np.argmax(SCORES))]
    assert_array_equal(net.theta, best_theta)
    assert_array_equal(net.state, best_state)
    assert trainer.progress.best_score == max(SCORES)


def test_of_equal_scores_the_last_weights_are_the_best():
    trainer = trainer_with(Stopping(patience=99, keeps_best=True))
    _, path = run_on_scores(trainer, [0.1, 0.7, 0.4, 0.7, 0.7, 0.2], 6)
    assert_array_equal(trainer.network.theta, path[4])


def test_of_equal_training_losses_the_first_is_the_best():
    progress = Progress()
    judged = [progress.is_best(score, judged=False) for score in (-2.0, -1.0, -1.0)]
    assert judged == [True, True, False]


def test_equal_scores_are_stale():
    trainer = trainer_with(Stopping(tol=0.1, patience=3, keeps_best=True))
    outcome, path = run_on_scores(trainer, [0.7])
    assert outcome is Outcome.CONVERGED
    assert len(path) == 5
    assert_array_equal(trainer.network.theta, path[-1])


@pytest.mark.parametrize("by_score", [False, True])
def test_training_loss_may_decide_when_to_stop_and_scores_what_is_kept(by_score):
    # The training loss falls in every epoch, the scores fall from the second on.
    stopping = Stopping(tol=0.0, patience=0, keeps_best=True, by_score=by_score)
    trainer = trainer_with(stopping, rate=0.01)
    outcome, path = run_on_scores(trainer, [0.1, 0.7, 0.6, 0.5, 0.4, 0.3], 6)
    assert outcome is (Outcome.CONVERGED if by_score else Outcome.MAX_EPOCHS)
    assert len(path) == (3 if by_score else 6)
    assert_array_equal(trainer.network.theta, path[1])


def test_last_weights_are_kept_unless_the_best_are_asked_for():
    trainer = trainer_with(Stopping(patience=99))
    _, path = run_on_scores(trainer, SCORES, len(SCORES))
    assert_array_equal(trainer.network.theta, path[-1])


def test_best_weights_of_an_earlier_run_are_not_forgotten():
    trainer = trainer_with(Stopping(patience=99, keeps_best=True))
    _, path = run_on_scores(trainer, [0.1, 0.9, 0.3], 3)
    run_on_scores(trainer, [0.2, 0.4], 2)
    assert_array_equal(trainer.network.theta, path[1])


def test_best_weights_survive_a_copy():
    trainer = trainer_with(Stopping(patience=99, keeps_best=True))
    _, path = run_on_scores(trainer, [0.1, 0.9, 0.3], 3)
    trainer = pickle.loads(pickle.dumps(trainer))
    run_on_scores(trainer, [0.2, 0.4], 2)
    assert_array_equal(trainer.network.theta, path[1])


def test_rate_falls_on_a_plateau_until_it_is_too_small():
    schedule = Adaptive(plateau_factor=0.1, min_rate=2e-4)
    stopping = Stopping(tol=1e-4, patience=1)
    trainer = trainer_with(stopping, schedule=schedule, rate=0.1)
    rates = []
    observer = AfterEpoch(
        lambda loss: rates.append(trainer.progress.rate), lambda: -1.0
    )
    result = trainer.run(SAMPLES, 99, observer)
    assert result.outcome is Outcome.CONVERGED
    # The first epoch is progress; two stale ones in a row lower the rate.
    expected = [0.1] * 3 + [0.01] * 2 + [0.001] * 2 + [0.0001] * 2
    assert_allclose(rates, expected)


def test_observer_may_stop():
    trainer = trainer_with()
    result = trainer.run(
        SAMPLES, 99, AfterEpoch(lambda loss: trainer.progress.steps == 3)
    )
    assert result.outcome is Outcome.STOPPED
    assert trainer.progress.steps == 3


def test_observer_is_told_when_epochs_begin_and_end():
    class Recorder(Observer):
        def epoch_begins(self):
            events.append("begin")

        def epoch_ended(self, loss):
            events.append(loss)
            return Verdict()

    events = []
    trainer_with().run(SAMPLES, 2, observer=Recorder())
    assert events[0::2] == ["begin", "begin"]
    assert all(isinstance(loss, float) for loss in events[1::2])


@pytest.mark.parametrize("keeps_best", [True, False])
@pytest.mark.parametrize("rate", [1e30, 1e200, np.inf, np.nan])
def test_divergence_restores_the_best_finite_weights(keeps_best, rate):
    stopping = Stopping(tol=-np.inf, patience=99, keeps_best=keeps_best)
    schedule = after_step(5, rate)
    trainer = trainer_with(stopping, schedule=schedule, batch_size=25)
    calm = trainer_with(NEVER, schedule=after_step(99), batch_size=25)
    path = weights_by_epoch(calm, SAMPLES, 2)
    result = trainer.run(SAMPLES, 99)
    assert result.outcome is Outcome.DIVERGED
    assert np.isfinite(trainer.network.theta).all()
    assert_array_equal(trainer.network.theta, path[1])


def test_divergence_after_one_finite_epoch_goes_back_to_the_start():
    trainer = trainer_with(schedule=after_step(0, np.inf))
    start = trainer.network.theta.copy()
    assert trainer.run(SAMPLES, 99).outcome is Outcome.DIVERGED
    assert_array_equal(trainer.network.theta, start)


def test_steps_too_long_diverge():
    trainer = trainer_with(schedule=after_step(5, 1e30))
    assert trainer.run(SAMPLES, 99).outcome is Outcome.DIVERGED
    assert np.isfinite(trainer.network.theta).all()


def test_score_that_is_nan_counts_as_no_progress():
    trainer = trainer_with(Stopping(patience=2, keeps_best=True))
    outcome, path = run_on_scores(trainer, [0.1, 0.5, np.nan])
    assert outcome is Outcome.CONVERGED
    assert len(path) == 5
    assert_array_equal(trainer.network.theta, path[1])


def test_interrupt_in_the_observer_keeps_the_best_weights():
    trainer = trainer_with(Stopping(patience=99, keeps_best=True))
    path, scores = [], iter(SCORES)

    def interrupt(loss):
        path.append(trainer.network.theta.copy())
        if len(path) == 6:
            raise KeyboardInterrupt

    result = trainer.run(SAMPLES, 99, AfterEpoch(interrupt, lambda: next(scores)))
    assert result.outcome is Outcome.INTERRUPTED
    assert_array_equal(trainer.network.theta, path[3])


def test_interrupt_without_keeping_the_best_leaves_the_last_weights():
    trainer = trainer_with(schedule=OneCycle(), epochs=10)
    path = []

    def interrupt(loss):
        path.append(trainer.network.theta.copy())
        if len(path) == 4:
            raise KeyboardInterrupt

    result = trainer.run(SAMPLES, 10, AfterEpoch(interrupt))
    assert result.outcome is Outcome.INTERRUPTED
    assert_array_equal(trainer.network.theta, path[-1])


def test_other_exceptions_reach_the_caller():
    def fail(loss):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        trainer_with().run(SAMPLES, 3, AfterEpoch(fail))
