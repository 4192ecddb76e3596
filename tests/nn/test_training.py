from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from skdeep.nn import (
    LSTM,
    SGD,
    Adam,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    GlobalMaxPool,
    LastStep,
    LayerNorm,
    Network,
    ReLU,
    Residual,
    Serial,
    SoftmaxLogLoss,
    Tanh,
)
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import Order, Outcome, Samples
from tests.nn.training_runs import (
    LOSS,
    AfterEpoch,
    make_trainer,
    problem,
    small_network,
    train,
    weights_by_epoch,
)

X, Y = problem()
SAMPLES = Samples(X, Y)
# Without the bias, which the normalisation makes void: its gradient is rounding, of
# which Adam makes steps.
NORMALISED = [
    Dense(6, use_bias=False),
    BatchNorm(),
    ReLU(),
    Residual([LayerNorm(), Dense(6)], shortcut=BatchNorm()),
    Dense(2),
]


@pytest.fixture
def cut_into(monkeypatch):
    """Return a function that sets the number of shards of a mini-batch."""

    def cut(n_shards):
        monkeypatch.setattr("skdeep.nn.compute.threads.SHARD_MULTIPLY_ADDS", 1)
        monkeypatch.setattr("skdeep.nn.compute.threads.MANY_SHARDS_MULTIPLY_ADDS", 1)
        monkeypatch.setattr("skdeep.nn.compute.threads.MAX_SHARDS", n_shards)

    return cut


def weights_after(layers=(), *, seed=0, **options):
    net = small_network(*layers)
    options = {"optimizer": Adam(), "batch_size": 16, "epochs": 4} | options
    train(net, LOSS, X, Y, seed=seed, **options)
    return np.concatenate([net.theta, net.state])


def test_training_lowers_the_loss():
    losses = []
    trainer = make_trainer(small_network(), LOSS, 50, optimizer=Adam(), batch_size=16)
    result = trainer.run(SAMPLES, 60, AfterEpoch(losses.append))
    assert result.outcome is Outcome.MAX_EPOCHS
    assert len(losses) == 60
    assert losses[-1] < 0.2 * losses[0]


def test_classes_are_learned():
    net = small_network(Dense(8), Tanh(), Dense(3))
    y = np.digitize(X[:, 0], [-0.5, 0.5])
    train(net, SoftmaxLogLoss(), X, y, optimizer=Adam(), epochs=100, batch_size=10)
    assert np.mean(net.forward(X).argmax(axis=1) == y) > 0.95


@pytest.mark.parametrize("layers", [(), NORMALISED, [Dropout(0.3), Dense(2)]])
def test_same_seed_gives_the_same_weights(layers):
    assert_array_equal(weights_after(layers), weights_after(layers))


def test_another_seed_gives_another_order_of_samples():
    assert not np.array_equal(weights_after(seed=1), weights_after(seed=2))


def test_seed_does_not_matter_without_shuffling():
    first, second = (weights_after(seed=s, shuffle=False) for s in (1, 2))
    assert_array_equal(first, second)


def test_global_random_state_is_not_touched():
    np.random.seed(0)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    weights_after([Dropout(0.3), Dense(2)])
    assert np.random.random() == expected  # noqa: NPY002


@pytest.mark.parametrize("n_shards", [2, 3, 8])
@pytest.mark.parametrize("batch_size", [16, 7, 50])
def test_shards_change_nothing_but_rounding(cut_into, n_shards, batch_size):
    # Seeding the shards takes numbers from the generator that shuffles.
    options = {"batch_size": batch_size, "shuffle": False}
    whole = weights_after(NORMALISED, **options)
    cut_into(n_shards)
    cut = weights_after(NORMALISED, **options)
    assert_allclose(cut, whole, rtol=1e-9, atol=1e-12)
    assert not np.array_equal(cut, whole)


def test_last_batch_may_be_shorter_than_the_number_of_shards(cut_into):
    cut_into(8)
    # 50 = 3 * 16 + 2: six of eight shards are empty.
    assert np.isfinite(weights_after(NORMALISED, batch_size=16)).all()


@pytest.mark.parametrize("n_shards", [1, 2, 3])
@pytest.mark.parametrize("layers", [(), NORMALISED, [Dropout(0.3), Dense(2)]])
def test_weights_do_not_depend_on_the_callers_threads(cut_into, n_shards, layers):
    cut_into(n_shards)
    results = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            results.append(weights_after(layers))
    assert_array_equal(*results)


@pytest.mark.parametrize(
    "layers",
    [[LSTM(3), LastStep()], [Conv(3, 3), BatchNorm(), GlobalMaxPool()], [LSTM(3)]],
    ids=repr,
)
def test_last_ragged_batch_may_be_shorter_than_the_number_of_shards(cut_into, layers):
    rng = np.random.default_rng(0)
    sizes = rng.integers(1, 6, size=18)  # mini-batches of 8, 8 and 2
    x = Ragged([rng.normal(size=(size, 3)) for size in sizes])
    y = Ragged([rng.normal(size=(size, 2)) for size in sizes])
    if len(layers) > 1:
        y = Y[:18]

    def trained():
        start = np.random.default_rng(0)
        net = Network(Serial([*layers, Dense(2)]), (5, 3), np.float64, start)
        trainer = make_trainer(net, LOSS, 18, batch_size=8)
        trainer.run(Samples(x, y), 3, order=Order(shuffle=False))
        return net.theta

    whole = trained()
    cut_into(3)
    assert_allclose(trained(), whole, rtol=1e-9, atol=1e-12)


def test_integer_weights_equal_repeated_rows():
    counts = np.random.default_rng(0).integers(0, 4, size=50)
    weighted, repeated = small_network(), small_network()
    options = {"optimizer": SGD(), "epochs": 30, "strength": 0.01}
    train(weighted, LOSS, X, Y, weights=counts / counts.mean(), **options)
    train(repeated, LOSS, X.repeat(counts, 0), Y.repeat(counts, 0), **options)
    assert_allclose(weighted.theta, repeated.theta, rtol=1e-9, atol=1e-12)


def test_loss_is_the_weighted_mean_plus_the_penalty():
    weights = np.linspace(0, 2, 50)
    net = small_network()
    residuals = net.forward(X) - Y
    losses = []
    trainer = make_trainer(net, LOSS, 50, strength=0.1, l1_ratio=0.5)
    expected = weights @ (residuals**2).sum(axis=1) / 2 / 50
    expected += trainer.update.penalty.value(net.theta)
    trainer.run(Samples(X, Y, weights), 1, AfterEpoch(losses.append))
    assert losses == [pytest.approx(expected, rel=1e-12)]


def gradient(net, rows):
    """Return the gradient of the mean loss of some samples, by hand."""
    weight, bias = net.parameters("weight")[0], net.parameters("bias")[0]
    residuals = X[rows] @ weight + bias - Y[rows]
    return X[rows].T @ residuals / len(rows), residuals.mean(axis=0)


def test_last_short_batch_is_used_and_averaged_over_its_own_length():
    net, twin = small_network(Dense(2)), small_network(Dense(2))
    sgd = SGD(momentum=0.0, nesterov=False)
    options = {"optimizer": sgd, "shuffle": False, "epochs": 1, "rate": 0.1}
    train(net, LOSS, X, Y, batch_size=20, **options)
    for rows in (range(20), range(20, 40), range(40, 50)):
        for name, slope in zip(("weight", "bias"), gradient(twin, rows), strict=True):
            twin.parameters(name)[0][...] -= 0.1 * slope
    assert_allclose(net.theta, twin.theta, rtol=1e-12)


def test_batch_greater_than_the_training_set_is_the_whole_set():
    assert_array_equal(weights_after(batch_size=50), weights_after(batch_size=5000))


def test_every_epoch_shows_every_sample_once():
    class Listening(Samples):
        def gather(self, which, workspace):
            seen.extend(which)
            return super().gather(which, workspace)

    trainer = make_trainer(small_network(), LOSS, 50, batch_size=16)
    orders = []
    for _ in range(3):
        seen = []
        trainer.run(Listening(X, Y), 1)
        orders.append(seen)
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert orders[0] != orders[1] != orders[2]


def test_sparse_inputs_train_like_dense_ones():
    x = np.where(X > 0.3, X, 0)
    dense, sparse = small_network(), small_network()
    train(dense, LOSS, x, Y, batch_size=16)
    train(sparse, LOSS, csr_array(x), Y, batch_size=16)
    assert_allclose(sparse.theta, dense.theta, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("layers", [(), NORMALISED, [Dropout(0.3), Dense(2)]])
@pytest.mark.parametrize("n_shards", [1, 2])
def test_two_runs_equal_one(cut_into, layers, n_shards):
    cut_into(n_shards)
    once, twice = (
        make_trainer(small_network(*layers), LOSS, 50, batch_size=16) for _ in range(2)
    )
    once.run(SAMPLES, 6)
    twice.run(SAMPLES, 2)
    twice.run(SAMPLES, 4)
    assert_array_equal(twice.network.theta, once.network.theta)
    assert twice.progress == once.progress


@pytest.mark.parametrize("layers", [(), [Dropout(0.3), Dense(2)]])
def test_another_trainer_carries_on(layers):
    options = {"batch_size": 16, "optimizer": Adam()}
    whole, first = (
        make_trainer(small_network(*layers), LOSS, 50, **options) for _ in range(2)
    )
    whole.run(SAMPLES, 6)
    first.run(SAMPLES, 2)
    second = make_trainer(first.network, LOSS, 50, seed=9, **options)
    second.carry_on(first)
    result = second.run(SAMPLES, 4)
    assert_array_equal(second.network.theta, whole.network.theta)
    assert (result.n_epochs, result.n_samples_seen) == (4, 200)
    assert second.progress == whole.progress


def test_progress_counts_epochs_and_steps():
    trainer = make_trainer(small_network(), LOSS, 50, batch_size=16, rate=0.03)
    trainer.run(SAMPLES, 3)
    progress = trainer.progress
    assert (progress.epochs, progress.steps, progress.rate) == (3, 12, 0.03)


def test_no_epochs_change_nothing():
    net = small_network()
    before = net.theta.copy()
    trainer = make_trainer(net, LOSS, 50)
    assert trainer.run(SAMPLES, 0).outcome is Outcome.MAX_EPOCHS
    assert_array_equal(net.theta, before)


def test_weights_change_in_every_epoch():
    trainer = make_trainer(small_network(), LOSS, 50, batch_size=16)
    path = weights_by_epoch(trainer, SAMPLES, 4)
    assert all((a != b).all() for a, b in pairwise(path))
