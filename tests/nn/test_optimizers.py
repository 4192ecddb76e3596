import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skdeep import nn
from skdeep.nn.optimizers.base import BLOCK
from tests.nn.textbook import TEXTBOOK
from tests.nn.training_cases import OPTIMIZERS, each_optimizer

N = 20
STEPS = 50
RATE = 0.02


def gradients(n=N, steps=STEPS, seed=0, dtype=np.float64):
    """Draw gradients of many sizes, as the layers of a network have."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(steps, n)) * np.logspace(-3, 2, n)).astype(dtype)


def weights(n=N, dtype=np.float64):
    return np.random.default_rng(1).normal(size=n).astype(dtype)


def rate_of(t):
    """Return a rate that falls, as most schedules let it."""
    return RATE * 0.99 ** min(t, 100)


def descend(optimizer, theta, grads, moments=None, spans=(None,)):
    """Take one step for each gradient; return the optimizer's memory."""
    moments = optimizer.init(theta) if moments is None else moments
    for grad in grads.copy():  # a step uses the gradient as scratch
        moments.t += 1
        for span in spans:
            optimizer.step(theta, grad, moments, rate_of(moments.t), span)
    return moments


def descend_by_the_book(optimizer, theta, grads):
    step = TEXTBOOK[type(optimizer)](optimizer, theta)
    for i, grad in enumerate(grads):
        step(grad, rate_of(i + 1))


@each_optimizer
def test_steps_are_those_of_the_textbook(name):
    optimizer = OPTIMIZERS[name]
    theta, expected = weights(), weights()
    descend_by_the_book(optimizer, expected, gradients())
    descend(optimizer, theta, gradients())
    assert_allclose(theta, expected, rtol=1e-10, atol=1e-12)


@each_optimizer
def test_long_run_stays_with_the_textbook(name):
    optimizer = OPTIMIZERS[name]
    theta, expected = weights(3), weights(3)
    grads = gradients(3, steps=3000)
    descend_by_the_book(optimizer, expected, grads)
    descend(optimizer, theta, grads)
    assert_allclose(theta, expected, rtol=1e-9, atol=1e-11)


@each_optimizer
def test_float32_stays_float32_and_near_float64(name):
    single, double = weights(dtype=np.float32), weights()
    moments = descend(OPTIMIZERS[name], single, gradients(dtype=np.float32))
    descend(OPTIMIZERS[name], double, gradients())
    assert {m.dtype for m in moments.values()} == {np.dtype(np.float32)}
    # Errors of 6e-8 add up over 50 steps.
    assert_allclose(single, double, rtol=1e-5, atol=1e-5)


@each_optimizer
def test_blocks_do_not_change_the_result(name, monkeypatch):
    n = BLOCK + 1000
    blocked, whole = weights(n, np.float32), weights(n, np.float32)
    descend(OPTIMIZERS[name], blocked, gradients(n, steps=3, dtype=np.float32))
    monkeypatch.setattr("skdeep.nn.optimizers.base.BLOCK", 2 * n)
    descend(OPTIMIZERS[name], whole, gradients(n, steps=3, dtype=np.float32))
    assert_array_equal(blocked, whole)


@each_optimizer
def test_spans_do_not_change_the_result(name):
    spans = [slice(0, 7), slice(7, 7), slice(7, N)]
    cut, whole = weights(), weights()
    cut_moments = descend(OPTIMIZERS[name], cut, gradients(), spans=spans)
    moments = descend(OPTIMIZERS[name], whole, gradients())
    assert_array_equal(cut, whole)
    for key in moments:
        assert_array_equal(cut_moments[key], moments[key])


@each_optimizer
def test_step_leaves_weights_outside_the_span_alone(name):
    theta = weights()
    descend(OPTIMIZERS[name], theta, gradients(), spans=[slice(5, 9)])
    assert_array_equal(np.flatnonzero(theta != weights()), range(5, 9))


@each_optimizer
def test_pickled_memory_goes_on_as_if_unbroken(name):
    optimizer = OPTIMIZERS[name]
    unbroken, broken = weights(), weights()
    descend(optimizer, unbroken, gradients())
    moments = descend(optimizer, broken, gradients()[:20])
    optimizer, moments = pickle.loads(pickle.dumps((optimizer, moments)))
    descend(optimizer, broken, gradients()[20:], moments)
    assert_array_equal(broken, unbroken)


@each_optimizer
@pytest.mark.parametrize("copy_of", [copy.deepcopy, clone])
def test_copy_is_the_same_optimizer(name, copy_of):
    twin = copy_of(OPTIMIZERS[name])
    assert twin is not OPTIMIZERS[name]
    assert twin.get_params() == OPTIMIZERS[name].get_params()


@each_optimizer
def test_repr_is_code_that_makes_the_optimizer(name):
    made = eval(repr(OPTIMIZERS[name]), vars(nn).copy())
    assert type(made) is type(OPTIMIZERS[name])
    assert made.get_params() == OPTIMIZERS[name].get_params()


@each_optimizer
def test_zero_gradients_from_the_start_move_nothing(name):
    theta = weights()
    descend(OPTIMIZERS[name], theta, np.zeros((5, N)))
    assert_array_equal(theta, weights())


@each_optimizer
def test_gain_is_the_step_under_a_steady_unit_gradient(name):
    optimizer, theta = OPTIMIZERS[name], np.zeros(1)
    moments = descend(optimizer, theta, np.ones((5000, 1)))
    before = theta.copy()
    descend(optimizer, theta, np.ones((1, 1)), moments)
    gain = optimizer.gains(moments, rate_of(moments.t), slice(0, 1))
    # Nadam's momentum still changes by a few 1e-5 a step.
    assert_allclose(before - theta, gain, rtol=5e-5 if "nadam" in name else 1e-9)


@each_optimizer
def test_gains_are_those_of_the_span(name):
    optimizer = OPTIMIZERS[name]
    moments = descend(optimizer, weights(), gradients())
    every = np.broadcast_to(optimizer.gains(moments, RATE, slice(0, N)), N)
    part = np.broadcast_to(optimizer.gains(moments, RATE, slice(3, 8)), 5)
    assert_array_equal(part, every[3:8])
