import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import SGD, Adam, AdamW, ElasticPenalty
from skdeep.nn.compute import Team
from skdeep.nn.training import Limits, Update
from skdeep.nn.training.trainer import SETTLED_EVERY
from tests.nn.training_cases import OPTIMIZERS, each_optimizer
from tests.nn.training_runs import NO_LIMITS, small_network

PLAIN = SGD(momentum=0.0, nesterov=False)
in_shards = pytest.mark.parametrize("n_shards", [1, 2, 3])


@pytest.fixture(autouse=True, params=[0, 10**6], ids=["shared out", "in one"])
def parts(request, monkeypatch):
    """Let several threads move the weights, however few they are, or one."""
    monkeypatch.setattr("skdeep.nn.training.trainer.WORTH_A_TEAM", request.param)


def make_update(optimizer=PLAIN, strength=0.0, l1_ratio=0.0, limits=NO_LIMITS):
    """Return an update of a network whose weights are all off zero."""
    net = small_network()
    net.theta[:] = np.random.default_rng(1).normal(size=net.theta.size)
    penalty = ElasticPenalty(strength, l1_ratio, net.layout.n_penalised)
    return Update(net, optimizer, penalty, limits)


def apply(update, total, n_shards=1, rate=1.0, steps=1):
    """Apply the same gradient some times, cut into one part for each shard."""
    shares = np.arange(1, n_shards + 1) / sum(range(1, n_shards + 1))
    with Team(n_shards, threads=n_shards) as team:
        for _ in range(steps):
            update.bind([share * total for share in shares], team)(rate)


def gradient_for(update, scale=1.0):
    rng = np.random.default_rng(2)
    return scale * rng.normal(size=update.network.theta.size)


def moved(update, gradient, n_shards=1):
    """Return by how much a step of rate 1 moves the weights down."""
    before = update.network.theta.copy()
    apply(update, gradient, n_shards)
    return before - update.network.theta


@in_shards
def test_gradients_of_shards_are_added(n_shards):
    update = make_update()
    gradient = gradient_for(update)
    assert_allclose(moved(update, gradient, n_shards), gradient, rtol=1e-12)


@in_shards
@each_optimizer
def test_shards_do_not_change_the_result(n_shards, name):
    options = {"strength": 0.1, "l1_ratio": 0.5, "limits": Limits(0.7, 0.2, 2.0)}
    cut, whole = (make_update(OPTIMIZERS[name], **options) for _ in range(2))
    apply(cut, gradient_for(cut), n_shards, rate=0.01, steps=5)
    apply(whole, gradient_for(whole), rate=0.01, steps=5)
    assert_allclose(cut.network.theta, whole.network.theta, rtol=1e-10, atol=1e-14)


@in_shards
def test_long_gradient_is_scaled_to_the_largest_norm(n_shards):
    update = make_update(limits=Limits(grad_norm=0.5))
    gradient = gradient_for(update)
    expected = gradient * 0.5 / np.linalg.norm(gradient)
    assert_allclose(moved(update, gradient, n_shards), expected, rtol=1e-10)


@in_shards
def test_entries_of_the_gradient_are_cut_to_the_largest_value(n_shards):
    update = make_update(limits=Limits(grad_value=0.3))
    gradient = gradient_for(update)
    expected = np.clip(gradient, -0.3, 0.3)
    assert_allclose(moved(update, gradient, n_shards), expected, rtol=1e-10)


def test_short_gradient_is_left_alone():
    update = make_update(limits=Limits(grad_norm=100.0, grad_value=100.0))
    gradient = gradient_for(update)
    assert_allclose(moved(update, gradient), gradient, rtol=1e-12)


def test_values_are_cut_before_the_norm_is_taken():
    update = make_update(limits=Limits(grad_norm=0.5, grad_value=0.3))
    gradient = gradient_for(update)
    cut = np.clip(gradient, -0.3, 0.3)
    expected = cut * 0.5 / np.linalg.norm(cut)
    assert_allclose(moved(update, gradient), expected, rtol=1e-10)


def test_clipping_stands_a_gradient_of_zero():
    update = make_update(limits=Limits(grad_norm=0.5, grad_value=0.3))
    assert_array_equal(moved(update, 0 * gradient_for(update)), 0)


@in_shards
def test_squared_penalty_pulls_weights_but_not_biases(n_shards):
    update = make_update(strength=0.1)
    net = update.network
    expected = 0.1 * net.theta
    expected[net.layout.n_penalised :] = 0
    no_gradient = np.zeros(net.theta.size)
    assert_allclose(moved(update, no_gradient, n_shards), expected, rtol=1e-10)


@in_shards
def test_absolute_penalty_shrinks_weights_but_not_biases(n_shards):
    update = make_update(strength=0.3, l1_ratio=1.0)
    net = update.network
    n, before = net.layout.n_penalised, net.theta.copy()
    apply(update, np.zeros(net.theta.size), n_shards)
    expected = np.sign(before[:n]) * np.maximum(np.abs(before[:n]) - 0.3, 0)
    assert_allclose(net.theta[:n], expected, rtol=1e-12)
    assert_array_equal(net.theta[n:], before[n:])


@in_shards
def test_decoupled_decay_shrinks_weights_but_not_biases(n_shards):
    update = make_update(AdamW(weight_decay=0.2))
    net = update.network
    n, before = net.layout.n_penalised, net.theta.copy()
    apply(update, np.zeros(net.theta.size), n_shards, rate=0.5)
    assert_allclose(net.theta[:n], 0.9 * before[:n], rtol=1e-12)
    assert_array_equal(net.theta[n:], before[n:])


def test_decay_of_zero_is_adam():
    decaying, plain = make_update(AdamW(weight_decay=0.0)), make_update(Adam())
    for update in (decaying, plain):
        apply(update, gradient_for(update), rate=0.01, steps=5)
    assert_array_equal(decaying.network.theta, plain.network.theta)


@in_shards
def test_norms_of_weights_stay_within_their_limit(n_shards):
    update = make_update(limits=Limits(weight_norm=1.0))
    apply(update, gradient_for(update), n_shards, steps=3)
    for weight in update.network.parameters("weight"):
        assert (np.linalg.norm(weight, axis=0) < 1 + 1e-12).all()


def test_time_advances_once_a_step_whatever_the_shards():
    update = make_update()
    apply(update, gradient_for(update), n_shards=3, steps=4)
    assert update.moments.t == 4


@each_optimizer
def test_moments_that_decay_do_not_end_as_subnormal_numbers(name):
    update = make_update(OPTIMIZERS[name])
    theta = update.network.theta
    apply(update, gradient_for(update, 1e-302))
    apply(update, np.zeros_like(theta), steps=4 * SETTLED_EVERY)
    tiny = np.finfo(theta.dtype).tiny
    for vector in update.moments.values():
        assert not np.any((vector != 0) & (np.abs(vector) < tiny))
