import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import EMA, SWA, BatchNorm, Dense
from skdeep.nn.training import Outcome, Samples, Stopping
from tests.nn.training_runs import (
    LOSS,
    AfterEpoch,
    make_trainer,
    problem,
    small_network,
    weights_by_epoch,
)

SAMPLES = Samples(*problem())
EPOCHS = 12  # full batches: as many steps
AVERAGINGS = [EMA(), EMA(decay=0.5), SWA(), SWA(start=0.5), SWA(start=0.0)]
each_averaging = pytest.mark.parametrize("averaging", AVERAGINGS, ids=repr)


def trainer_with(averaging, **options):
    return make_trainer(
        small_network(), LOSS, 50, epochs=EPOCHS, averaging=averaging, **options
    )


@pytest.fixture(scope="module")
def path():
    """Return the weights after each step of a training without averaging."""
    return np.array(weights_by_epoch(trainer_with(None), SAMPLES, EPOCHS))


def averages_of(averaging, path):
    """Return the averages after each step, by their definitions."""
    if isinstance(averaging, SWA):
        start = int(averaging.start * EPOCHS)
        return [
            path[start : i + 1].mean(axis=0) if i >= start else path[i]
            for i in range(EPOCHS)
        ]
    averages, average = [], small_network().theta.copy()
    for i, theta in enumerate(path):
        decay = min(averaging.decay, (i + 1) / (i + 10))
        average = decay * average + (1 - decay) * theta
        averages.append(average)
    return averages


@each_averaging
def test_final_weights_are_the_average_by_hand(averaging, path):
    trainer = trainer_with(averaging)
    trainer.run(SAMPLES, EPOCHS)
    expected = averages_of(averaging, path)[-1]
    assert_allclose(trainer.network.theta, expected, rtol=1e-12, atol=1e-14)
    assert np.abs(expected - path[-1]).max() > 1e-4


@each_averaging
def test_observer_sees_the_average_of_every_epoch(averaging, path):
    trainer = trainer_with(averaging)
    seen = []
    observer = AfterEpoch(lambda loss: seen.append(trainer.network.theta.copy()))
    trainer.run(SAMPLES, EPOCHS, observer)
    assert_allclose(seen, averages_of(averaging, path), rtol=1e-12, atol=1e-14)


@each_averaging
def test_training_goes_on_from_the_weights_and_not_from_their_average(averaging):
    once, twice = trainer_with(averaging), trainer_with(averaging)
    once.run(SAMPLES, EPOCHS)
    twice.run(SAMPLES, 5)
    twice.run(SAMPLES, EPOCHS - 5)
    assert_array_equal(twice.network.theta, once.network.theta)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_training_goes_on_from_the_weights_after_an_interruption(error):
    once, twice = trainer_with(EMA()), trainer_with(EMA())
    once.run(SAMPLES, EPOCHS)

    def interrupt(loss):
        if twice.progress.steps == 5:
            raise error

    if error is KeyboardInterrupt:
        result = twice.run(SAMPLES, EPOCHS, AfterEpoch(interrupt))
        assert result.outcome is Outcome.INTERRUPTED
    else:
        with pytest.raises(error):
            twice.run(SAMPLES, EPOCHS, AfterEpoch(interrupt))
    twice.run(SAMPLES, EPOCHS - 5)
    assert_allclose(twice.network.theta, once.network.theta, rtol=1e-12)


def test_running_statistics_are_averaged_too():
    layers = [Dense(3), BatchNorm(), Dense(2)]
    plain, averaged = (
        make_trainer(small_network(*layers), LOSS, 50, epochs=4, averaging=averaging)
        for averaging in (None, SWA(start=0.0))
    )
    states = []
    observer = AfterEpoch(lambda loss: states.append(plain.network.state.copy()))
    plain.run(SAMPLES, 4, observer=observer)
    averaged.run(SAMPLES, 4)
    assert_allclose(averaged.network.state, np.mean(states, axis=0), rtol=1e-12)


def test_best_average_is_restored():
    trainer = trainer_with(EMA(), stopping=Stopping(keeps_best=True, patience=99))
    seen = []
    scores = iter([0.1, 0.9, 0.2, 0.3])
    observer = AfterEpoch(
        lambda loss: seen.append(trainer.network.theta.copy()), lambda: next(scores)
    )
    trainer.run(SAMPLES, 4, observer)
    assert_array_equal(trainer.network.theta, seen[1])


@pytest.mark.parametrize(("step", "expected"), [(1, 0.9), (9, 0.5), (10**6, 0.01)])
def test_first_weights_are_forgotten_by_the_exponential_average(step, expected):
    assert EMA(decay=0.99).share(step, 10**6) == pytest.approx(expected)
