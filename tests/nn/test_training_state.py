"""Training broken off at any epoch and taken up in a new object: the same bits."""

import io
import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import (
    EMA,
    LSTM,
    SGD,
    SWA,
    Adam,
    Adaptive,
    BatchNorm,
    Custom,
    Dense,
    Dropout,
    LastStep,
    Network,
    OneCycle,
    Serial,
    Tanh,
)
from skdeep.nn.augmentation import MixUp
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import BalancedOrder, BucketOrder, Limits, Samples, Stopping
from tests.nn.training_cases import (
    OPTIMIZERS,
    SCHEDULES,
    each_optimizer,
    each_schedule,
)
from tests.nn.training_runs import (
    LOSS,
    AfterEpoch,
    make_lbfgs,
    make_trainer,
    problem,
    small_network,
)

X, Y = problem()
SAMPLES = Samples(X, Y)
EPOCHS = 5


class Watch(AfterEpoch):
    """Keeps states as epochs begin and losses as they end; judges, if asked to."""

    def __init__(self, trainer, judges):
        self.trainer, self.judges = trainer, judges
        self.states, self.losses = [], []

    def epoch_begins(self):
        self.states.append(self.trainer.state_dict())

    def function(self, loss):
        self.losses.append(loss)

    def score(self):
        # The third epoch is the best, the last of two equal ones.
        scores = [0.1, 0.9, 0.9, 0.3, 0.2]
        return scores[self.trainer.progress.epochs - 1] if self.judges else None


def stored(state):
    """Return a state that has been in files of arrays without pickle and of JSON."""
    arrays = {k: v for k, v in state.items() if isinstance(v, np.ndarray)}
    plain = {k: v for k, v in state.items() if k not in arrays}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    text = json.dumps(plain, allow_nan=False)
    with np.load(io.BytesIO(file.getvalue()), allow_pickle=False) as loaded:
        return {**json.loads(text), **loaded}


def assert_same(state, expected):
    assert state.keys() == expected.keys()
    for key, value in expected.items():
        if isinstance(value, np.ndarray):
            assert_array_equal(state[key], value, err_msg=key)
        else:
            assert state[key] == value, key


def check_breaks(make, samples=SAMPLES, judges=False, **options):
    """Break training off at every epoch; take it up in another trainer."""
    trainer = make(seed=0)
    watch = Watch(trainer, judges)
    result = trainer.run(samples, EPOCHS, watch, **options)
    end = trainer.state_dict()
    assert len(watch.states) == result.n_epochs >= 3
    for done, state in enumerate(watch.states):
        # What the new trainer starts with is of no account.
        again = make(seed=1)
        again.network.theta[:] = 0
        again.load_state_dict(stored(state))
        assert_same(again.state_dict(), state)
        watch_again = Watch(again, judges)
        rest = again.run(samples, EPOCHS - done, watch_again, **options)
        assert rest.outcome is result.outcome
        assert rest.n_epochs == result.n_epochs - done
        assert_array_equal(rest.loss, result.loss)
        assert_array_equal(watch_again.losses, watch.losses[done:])
        for step, unbroken in zip(watch_again.states, watch.states[done:], strict=True):
            assert_same(step, unbroken)
        assert_same(again.state_dict(), end)


def maker(*layers, **options):
    options = {"batch_size": 16, "epochs": EPOCHS} | options

    def make(seed):
        return make_trainer(small_network(*layers), LOSS, 50, seed=seed, **options)

    return make


@pytest.fixture(params=[1, 2, 3], ids="{} shards".format)
def shards(request, monkeypatch):
    monkeypatch.setattr("skdeep.nn.compute.threads.SHARD_MULTIPLY_ADDS", 1)
    monkeypatch.setattr("skdeep.nn.compute.threads.MANY_SHARDS_MULTIPLY_ADDS", 1)
    monkeypatch.setattr("skdeep.nn.compute.threads.MAX_SHARDS", request.param)


@each_optimizer
def test_every_optimizer(name):
    limits = Limits(0.7, 0.2, 2.0)
    check_breaks(
        maker(optimizer=OPTIMIZERS[name], strength=0.01, l1_ratio=0.5, limits=limits)
    )


@each_schedule
def test_every_schedule(name):
    check_breaks(maker(schedule=SCHEDULES[name]))


@pytest.mark.parametrize("averaging", [EMA(decay=0.8), SWA(start=0.4)], ids=repr)
@pytest.mark.parametrize("judges", [False, True])
@pytest.mark.parametrize("keeps_best", [False, True])
def test_averages_and_best_weights(averaging, judges, keeps_best):
    stopping = Stopping(patience=99, keeps_best=keeps_best)
    layers = [Dense(4), BatchNorm(), Tanh(), Dense(2)]
    check_breaks(maker(*layers, averaging=averaging, stopping=stopping), judges=judges)


@pytest.mark.usefixtures("shards")
def test_dropout_and_normalisation_in_shards():
    layers = [Dense(6), BatchNorm(), Tanh(), Dropout(0.3), Dense(2)]
    check_breaks(maker(*layers, optimizer=Adam()))


@pytest.mark.parametrize("by_score", [False, True])
def test_early_stopping(by_score):
    stopping = Stopping(tol=0.0, patience=0, keeps_best=True, by_score=by_score)
    make = maker(stopping=stopping, rate=0.01)
    check_breaks(make, judges=True)
    trainer = make(0)
    result = trainer.run(SAMPLES, EPOCHS, Watch(trainer, judges=True))
    assert result.n_epochs == (4 if by_score else EPOCHS)


def test_plateaus():
    schedule = Adaptive(plateau_factor=0.1)
    make = maker(schedule=schedule, stopping=Stopping(tol=1e9, patience=0))
    check_breaks(make)
    trainer = make(0)
    trainer.run(SAMPLES, EPOCHS)
    assert trainer.progress.rate_factor == pytest.approx(1e-4)


def test_divergence_restores_the_best_weights_of_before_the_break():
    schedule = Custom(lambda step: 0.05 if step < 9 else 1e200)
    check_breaks(maker(schedule=schedule))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_augmentation_and_both_types(dtype):
    def make(seed):
        net = small_network(dtype=dtype)
        trainer = make_trainer(net, LOSS, 50, batch_size=16, seed=seed)
        trainer.augmentation = MixUp()
        return trainer

    check_breaks(make, Samples(X.astype(dtype), Y.astype(dtype)))


@pytest.mark.parametrize("bits", [np.random.MT19937, np.random.Philox])
def test_other_random_generators(bits):
    def make(seed):
        trainer = maker(Dense(5), Dropout(0.2), Dense(2))(seed)
        trainer.rng = np.random.Generator(bits(seed))
        return trainer

    check_breaks(make)


def test_balanced_mini_batches():
    check_breaks(maker(), order=BalancedOrder(np.repeat([0, 1, 2], [30, 15, 5])))


@pytest.mark.usefixtures("shards")
def test_ragged_sequences():
    rng = np.random.default_rng(0)
    lengths = rng.integers(2, 9, size=50)
    x = Ragged([rng.normal(size=(length, 3)) for length in lengths])

    def make(seed):
        layers = Serial([LSTM(4, recurrent_dropout=0.2), LastStep(), Dense(2)])
        net = Network(layers, (8, 3), np.float64, np.random.default_rng(seed))
        return make_trainer(net, LOSS, 50, batch_size=16, optimizer=Adam(), seed=seed)

    check_breaks(make, Samples(x, Y), order=BucketOrder(lengths))


@pytest.mark.parametrize("averaging", [None, EMA()])
def test_state_after_a_run_and_in_another(averaging):
    make = maker(averaging=averaging, stopping=Stopping(keeps_best=True, patience=9))
    unbroken = make(0)
    unbroken.run(SAMPLES, 2, Watch(unbroken, judges=True))
    between, theta = unbroken.state_dict(), unbroken.network.theta.copy()
    watch = Watch(unbroken, judges=True)
    unbroken.run(SAMPLES, 3, watch)
    for epochs, state in ((3, between), (2, watch.states[1]), (1, watch.states[2])):
        again = make(1)
        again.load_state_dict(stored(state))
        if state is between:
            assert_array_equal(again.network.theta, theta)
        again.run(SAMPLES, epochs, Watch(again, judges=True))
        assert_same(again.state_dict(), unbroken.state_dict())


def test_state_is_a_copy():
    trainer = maker()(0)
    trainer.run(SAMPLES, 2)
    state, kept = trainer.state_dict(), stored(trainer.state_dict())
    again = maker()(1)
    again.load_state_dict(state)
    trainer.run(SAMPLES, 2)
    again.run(SAMPLES, 2)
    assert_same(state, kept)


def test_lbfgs_goes_on_from_the_same_weights_to_the_same_minimum():
    def make(seed):
        return make_lbfgs(small_network(Dense(2)), LOSS, strength=0.1, seed=seed)

    unbroken, broken, again = make(0), make(0), make(1)
    unbroken.run(SAMPLES, 500)
    broken.run(SAMPLES, 4)
    again.load_state_dict(stored(broken.state_dict()))
    assert_array_equal(again.network.theta, broken.network.theta)
    assert again.progress == broken.progress
    again.run(SAMPLES, 500)
    assert_allclose(again.network.theta, unbroken.network.theta, atol=1e-8)


@pytest.mark.parametrize(
    "trainer", [maker()(0), make_lbfgs(small_network(), LOSS)], ids=["batches", "lbfgs"]
)
def test_state_is_refused_within_an_epoch(trainer):
    observer = AfterEpoch(lambda loss: trainer.state_dict())
    with pytest.raises(RuntimeError, match="when an epoch begins"):
        trainer.run(SAMPLES, 3, observer)
    assert trainer.state_dict()["progress.epochs"] == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (maker(optimizer=Adam()), "'SGD' for 'solver', .* needs 'Adam'"),
        (maker(averaging=EMA()), "no entry 'average.theta'"),
        (maker(Dense(7), Dense(2)), r"shape \(32,\) for 'weights.theta'.*\(44,\)"),
        (lambda seed: make_lbfgs(small_network(), LOSS), "needs 'L-BFGS'"),
    ],
    ids=["optimizer", "averaging", "network", "lbfgs"],
)
def test_state_of_another_trainer_is_refused(make, message):
    trainer = maker(optimizer=SGD())(0)
    trainer.run(SAMPLES, 2)
    other = make(0)
    before = other.state_dict()
    with pytest.raises(ValueError, match=message):
        other.load_state_dict(trainer.state_dict())
    assert_same(other.state_dict(), before)


def test_state_with_more_than_is_needed_is_refused():
    trainer = maker(averaging=EMA(), schedule=OneCycle())(0)
    with pytest.raises(ValueError, match=r"an entry 'average\.state'.*no use"):
        maker()(0).load_state_dict(trainer.state_dict())


def test_generator_of_another_kind_is_refused():
    trainer = maker()(0)
    trainer.rng = np.random.Generator(np.random.MT19937(0))
    with pytest.raises(ValueError, match=r"'MT19937' for 'rng\.bit_generator'"):
        maker()(0).load_state_dict(trainer.state_dict())
