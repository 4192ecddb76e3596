"""L-BFGS as a trainer: the contract of every trainer, and its minimum."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import BatchNorm, Dense, Tanh
from skdeep.nn.training import Outcome, Samples, Stopping
from tests.nn.training_runs import (
    LOSS,
    AfterEpoch,
    make_lbfgs,
    make_trainer,
    problem,
    small_network,
    weights_by_epoch,
)

X, Y = problem()
SAMPLES = Samples(X, Y)
SCORES = [0.1, 0.5, 0.4, 0.7, 0.6, 0.7, 0.69, 0.2, 0.3]


def lbfgs(*layers, **options):
    return make_lbfgs(small_network(*layers), LOSS, **options)


def run_on_scores(trainer, scores, epochs=99):
    """Train on the given scores; return the result and the weights by epoch."""
    path, rest = [], iter(scores)
    observer = AfterEpoch(
        lambda loss: path.append(trainer.network.theta.copy()), lambda: next(rest)
    )
    return trainer.run(SAMPLES, epochs, observer), path


@pytest.mark.parametrize("l1_ratio", [0.0, 0.5])
def test_minimum_of_a_linear_model_is_stationary(l1_ratio):
    trainer = lbfgs(Dense(2), strength=0.1, l1_ratio=l1_ratio)
    result = trainer.run(SAMPLES, 500)
    assert result.outcome is Outcome.CONVERGED
    (weight,), (bias,) = (trainer.network.parameters(n) for n in ("weight", "bias"))
    residual = X @ weight + bias - Y
    slope = X.T @ residual / len(X) + 0.1 * (1 - l1_ratio) * weight
    slope += 0.1 * l1_ratio * np.sign(weight)
    assert_allclose(slope[weight != 0], 0, atol=1e-6)
    assert_allclose(residual.mean(axis=0), 0, atol=1e-6)
    value = (residual**2).sum() / 2 / len(X) + trainer.penalty.value(
        trainer.network.theta
    )
    assert result.loss == pytest.approx(value, rel=1e-10)


def test_result_tells_the_same_as_that_of_mini_batches():
    losses = []
    trainers = [make_trainer(small_network(), LOSS, 50), lbfgs()]
    by_batches, by_lbfgs = (
        trainer.run(SAMPLES, 4, AfterEpoch(losses.append)) for trainer in trainers
    )
    assert by_batches.outcome is by_lbfgs.outcome is Outcome.MAX_EPOCHS
    assert by_batches.n_epochs == by_lbfgs.n_epochs == 4
    assert (by_batches.loss, by_lbfgs.loss) == (losses[3], losses[7])
    assert by_batches.first_loss == pytest.approx(by_lbfgs.first_loss, rel=1e-12)
    assert (by_batches.rate, by_lbfgs.rate) == (0.05, None)
    assert (by_batches.n_samples_seen, by_lbfgs.n_samples_seen) == (200, 0)
    assert by_batches.message == Outcome.MAX_EPOCHS.value
    assert "LIMIT" in by_lbfgs.message


def test_evaluations_are_limited():
    result = lbfgs(max_fun=3).run(SAMPLES, 99)
    assert result.outcome is Outcome.MAX_EPOCHS
    assert result.n_epochs < 5


def test_failed_line_search_is_told():
    class Uphill(type(LOSS)):
        def value_and_gradient(self, z, target, scratch):
            value, dz = super().value_and_gradient(z, target, scratch)
            return value, -dz

    net = small_network()
    start = net.theta.copy()
    result = make_lbfgs(net, Uphill()).run(SAMPLES, 9)
    assert result.outcome is Outcome.FAILED
    assert result.n_epochs == 0
    assert result.loss == pytest.approx(result.first_loss, rel=1e-12)
    assert_allclose(net.theta, start, rtol=1e-9)


def test_observer_may_stop():
    trainer = lbfgs()
    result = trainer.run(SAMPLES, 99, AfterEpoch(lambda loss: True))
    assert result.outcome is Outcome.STOPPED
    assert result.n_epochs == trainer.progress.epochs == 1


def test_interrupt_leaves_the_weights_of_the_last_iteration():
    path = weights_by_epoch(lbfgs(), SAMPLES, 4)
    trainer = lbfgs()

    def interrupt(loss):
        if trainer.progress.epochs == 4:
            raise KeyboardInterrupt

    result = trainer.run(SAMPLES, 99, AfterEpoch(interrupt))
    assert result.outcome is Outcome.INTERRUPTED
    assert result.n_epochs == 4
    assert np.isfinite(result.loss)
    assert_array_equal(trainer.network.theta, path[-1])


def test_other_exceptions_reach_the_caller():
    def fail(loss):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lbfgs().run(SAMPLES, 3, AfterEpoch(fail))


@pytest.mark.parametrize("layers", [(), [Dense(3), BatchNorm(), Tanh(), Dense(2)]])
@pytest.mark.parametrize("by_score", [True, False])
def test_best_weights_and_state_are_restored(layers, by_score):
    stopping = Stopping(1e-12, np.inf, keeps_best=True, by_score=by_score)
    trainer = lbfgs(*layers, stopping=stopping)
    net, states = trainer.network, []

    def score():
        states.append((net.theta.copy(), net.state.copy()))
        return SCORES[len(states) - 1]

    trainer.run(SAMPLES, len(SCORES), AfterEpoch(score=score))
    theta, state = states[5]  # the last of the highest
    assert_array_equal(net.theta, theta)
    assert_array_equal(net.state, state)


def test_last_weights_are_kept_unless_the_best_are_asked_for():
    trainer = lbfgs()
    _, path = run_on_scores(trainer, SCORES, len(SCORES))
    assert_array_equal(trainer.network.theta, path[-1])


def test_training_goes_on_from_the_last_weights_though_the_best_are_kept():
    stopping = Stopping(1e-12, np.inf, keeps_best=True)
    best, last = lbfgs(stopping=stopping), lbfgs()
    run_on_scores(best, [0.3, 0.2, 0.1], 3)
    run_on_scores(last, [0.3, 0.2, 0.1], 3)
    _, path = run_on_scores(best, [0.9], 1)
    assert_array_equal(path[0], run_on_scores(last, [0.9], 1)[1][0])


def test_stalled_scores_stop_after_the_patience():
    trainer = lbfgs(stopping=Stopping(1e-9, patience=2))
    result, path = run_on_scores(trainer, SCORES)
    assert result.outcome is Outcome.CONVERGED
    assert len(path) == 7
    assert result.message == Outcome.CONVERGED.value


def test_patience_is_for_scores_alone():
    patient, impatient = (lbfgs(stopping=Stopping(1e-9, p)) for p in (99, 0))
    without = patient.run(SAMPLES, 40)
    assert impatient.run(SAMPLES, 40) == without
    deaf = lbfgs(stopping=Stopping(1e-9, 0, by_score=False))
    result, _ = run_on_scores(deaf, [0.0] * 40, 40)
    assert result == without


def test_another_trainers_memory_is_not_taken_over():
    trainer = lbfgs()
    trainer.carry_on(make_trainer(small_network(), LOSS, 50))
    trainer.carry_on(None)
    assert trainer.run(SAMPLES, 3) == lbfgs().run(SAMPLES, 3)
