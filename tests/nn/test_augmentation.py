"""Augmentations, alone and inside the objective."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import (
    AUGMENTATIONS,
    Augmentations,
    Dense,
    FeatureMask,
    InputNoise,
    MixUp,
    Network,
    Serial,
    SoftmaxLogLoss,
)
from skdeep.nn.compute import Team
from skdeep.nn.training import Objective, Samples
from skdeep.nn.training.objective import spawn

N, D = 4000, 5


def changed(augmentation, x, seed=0):
    x = x.copy()
    mix = augmentation.apply(x, np.random.default_rng(seed))
    return x, mix


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(N, D))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["noise", "mask", "mixup"])
def test_same_seed_same_change_in_the_same_type(name, dtype, x):
    augmentation = AUGMENTATIONS[name]()
    x = x.astype(dtype)
    first, second = (changed(augmentation, x)[0] for _ in range(2))
    assert first.dtype == dtype
    assert_array_equal(first, second)
    assert not np.array_equal(first, x)


def test_noise_has_its_scale(x):
    noise = changed(InputNoise(0.3), x)[0] - x
    assert_allclose(noise.std(), 0.3, rtol=0.02)
    assert_allclose(noise.mean(), 0, atol=0.01)


def test_mask_replaces_its_share(x):
    masked = changed(FeatureMask(0.2, value=7.0), x)[0]
    assert_allclose(np.mean(masked == 7.0), 0.2, atol=0.01)
    assert_array_equal(masked[masked != 7.0], x[masked != 7.0])


def test_mixup_averages_pairs(x):
    mixed, (share, partner) = changed(MixUp(1.0), x)
    assert sorted(partner) == list(range(N))
    assert_allclose(mixed, share * x + (1 - share) * x[partner])


def test_several_come_one_after_the_other(x):
    both = Augmentations([InputNoise(0.1), MixUp(1.0)])
    rng = np.random.default_rng(0)
    by_hand = x.copy()
    InputNoise(0.1).apply(by_hand, rng)
    mix = MixUp(1.0).apply(by_hand, rng)
    mixed, (share, partner) = changed(both, x)
    assert_array_equal(mixed, by_hand)
    assert share == mix[0]
    assert_array_equal(partner, mix[1])


def test_hyperparameters_are_reached_by_position():
    both = Augmentations([InputNoise(), MixUp()])
    both.set_params(**{"0__scale": 0.5, "1": FeatureMask()})
    assert both.get_params()["0__scale"] == 0.5
    assert both.steps[1] == FeatureMask()


@pytest.mark.parametrize("which", [slice(0, 50), np.arange(50)])
def test_mixture_has_the_mixed_loss_and_leaves_the_data_alone(x, which):
    rng = np.random.default_rng(0)
    net = Network(Serial([Dense(3)]), (D,), np.float64, rng)
    y = rng.integers(3, size=N)
    weights = rng.uniform(0.5, 2, size=N)
    samples, before = Samples(x, y, weights), x.copy()
    with Team(1, threads=1) as team:
        rngs = spawn(np.random.default_rng(3), 1)
        objective = Objective(net, SoftmaxLogLoss(), team, rngs, MixUp(1.0))
        total = objective(samples, which)
    assert_array_equal(x, before)

    rng = spawn(np.random.default_rng(3), 1)[0]
    mixed = x[:50].copy()
    share, partner = MixUp(1.0).apply(mixed, rng)
    z = net.forward(mixed)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    rows = np.arange(50)
    value = -share * log_p[rows, y[:50]] - (1 - share) * log_p[rows, y[:50][partner]]
    assert_allclose(total, weights[:50] @ value)
    target = share * np.eye(3)[y[:50]] + (1 - share) * np.eye(3)[y[:50][partner]]
    dz = (np.exp(log_p) - target) * weights[:50, np.newaxis] / 50
    assert_allclose(
        net.layout.views(objective.grads[0]).children[0].arrays["bias"],
        dz.sum(axis=0),
        atol=1e-12,
    )


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_what_keeps_places_shows_a_changed_step_where_it_was(name):
    one, rng = AUGMENTATIONS[name](), np.random.default_rng(2)
    x = rng.normal(size=(50, 17, 17, 1) if one.kind == "images" else (50, 30, 1))
    place = (2, 14) if one.kind == "images" else (20,)
    other = x.copy()
    other[::2, *place] += 100
    elsewhere = []
    for seed in range(5):
        moved = np.abs(changed(one, x, seed)[0] - changed(one, other, seed)[0])
        moved[::2, *place] = 0
        elsewhere.append(moved.max())
    assert one.keeps_places == (max(elsewhere) < 20)
    assert Augmentations([InputNoise(), one]).keeps_places == one.keeps_places
