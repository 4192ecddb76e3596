import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize_scalar

from skdeep.nn import Dense, ElasticPenalty, MemberDense, Members, Parallel, Tanh
from skdeep.nn.penalties import limit_norms
from tests.nn.passes import numeric_gradient
from tests.nn.training_runs import small_network

both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def vector(seed=0, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=6).astype(dtype)


def test_value_is_the_elastic_formula():
    w = vector()
    penalty = ElasticPenalty(strength=0.3, l1_ratio=0.25, n_weights=4)
    squares, sizes = (w[:4] ** 2).sum(), np.abs(w[:4]).sum()
    expected = 0.3 * (0.75 / 2 * squares + 0.25 * sizes)
    assert penalty.value(w) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(("l1_ratio", "expected"), [(0.0, 0.6 * 2), (1.0, 0.6 * 2)])
def test_value_of_pure_penalties(l1_ratio, expected):
    w = np.array([2.0, 0.0, 0.0])  # half its square is its size
    assert ElasticPenalty(0.6, l1_ratio, 3).value(w) == pytest.approx(expected)


def test_no_strength_costs_nothing():
    assert ElasticPenalty(0.0, 0.5, 6).value(vector()) == 0
    assert ElasticPenalty(0.3, 0.5, 0).value(vector()) == 0


@both_dtypes
def test_gradient_of_the_squared_part_is_added(dtype):
    w, grad = vector(dtype=dtype), vector(1, dtype)
    penalty = ElasticPenalty(strength=0.3, l1_ratio=0.25, n_weights=4)
    penalty.add_gradient(w[:4], grad[:4])
    expected = vector(1)
    expected[:4] += 0.3 * 0.75 * vector()[:4]
    assert_allclose(grad, expected, rtol=1e-6 if dtype == np.float32 else 1e-14)
    assert_array_equal(w, vector(dtype=dtype))


def test_gradient_equals_finite_differences():
    w, grad = vector(), np.zeros(6)
    penalty = ElasticPenalty(strength=0.3, l1_ratio=0.0, n_weights=4)
    penalty.add_gradient(w[:4], grad[:4])
    assert_allclose(grad, numeric_gradient(lambda: penalty.value(w), w), atol=1e-9)


@pytest.mark.parametrize(
    ("span", "part"),
    [
        (slice(0, 6), slice(0, 4)),
        (slice(1, 3), slice(1, 3)),
        (slice(3, 6), slice(3, 4)),
        (slice(4, 6), slice(4, 4)),
        (slice(5, 6), slice(4, 4)),
    ],
)
def test_part_of_a_span_is_what_is_penalised(span, part):
    penalty = ElasticPenalty(strength=1.0, n_weights=4)
    assert penalty.part(span) == part
    grad = np.zeros(6)
    penalty.add_gradient(vector()[part], grad[part])
    assert_array_equal(np.flatnonzero(grad), range(6)[part])


@given(
    w=st.floats(-3, 3),
    gain=st.floats(1e-3, 2),
    strength=st.floats(0, 2),
)
def test_shrinking_solves_the_proximal_problem_of_one_weight(w, gain, strength):
    weights = np.array([w])
    ElasticPenalty(strength, 1.0, 1).shrink(weights, gain)

    def objective(v):
        return (v - w) ** 2 / (2 * gain) + strength * abs(v)

    solved = minimize_scalar(objective, bounds=(-4, 4), options={"xatol": 1e-10})
    # A search by values alone is good to the root of the rounding error.
    assert objective(weights[0]) <= solved.fun + 1e-12
    assert weights[0] == pytest.approx(solved.x, abs=1e-4)


@both_dtypes
def test_shrinking_is_soft_thresholding_and_keeps_the_dtype(dtype):
    w = np.array([-2.0, -0.3, -0.0, 0.0, 0.3, 2.0], dtype)
    ElasticPenalty(1.0, 0.5, 6).shrink(w, 1.0)
    assert_allclose(w, [-1.5, 0, 0, 0, 0, 1.5])
    assert w.dtype == dtype


def test_gains_weight_by_weight_give_thresholds_weight_by_weight():
    w = np.ones(4)
    ElasticPenalty(0.5, 1.0, 4).shrink(w, np.array([0.0, 0.5, 1.0, 3.0]))
    assert_allclose(w, [1, 0.75, 0.5, 0])


def test_zeros_have_no_sign():
    w = np.array([-0.1, -0.0, 0.1])
    ElasticPenalty(1.0, 1.0, 3).shrink(w, 1.0)
    assert not np.signbit(w).any()


@both_dtypes
def test_norms_of_incoming_weights_are_limited(dtype):
    net = small_network(dtype=dtype)
    net.theta[:] = np.random.default_rng(0).normal(size=net.theta.size)
    weights = net.parameters("weight")
    before = [w.copy() for w in weights]
    biases = [b.copy() for b in net.parameters("bias")]
    limit_norms(net.params, 1.5)
    for w, old in zip(weights, before, strict=True):
        norms = np.linalg.norm(old, axis=0)
        assert_allclose(w, old * np.minimum(1, 1.5 / norms), rtol=1e-6)
        assert (norms > 1.5).any()
    for b, old in zip(net.parameters("bias"), biases, strict=True):
        assert_array_equal(b, old)


def test_weights_within_the_limit_are_not_changed():
    net = small_network()
    net.theta[:] = np.random.default_rng(0).normal(scale=0.01, size=net.theta.size)
    before = net.theta.copy()
    limit_norms(net.params, 1.5)
    assert_array_equal(net.theta, before)


def test_limit_stands_weights_of_zero():
    net = small_network(Dense(2, "zeros"))
    limit_norms(net.params, 1.0)
    assert_array_equal(net.theta, 0)


def test_limit_reaches_layers_inside_combinators():
    net = small_network(Parallel([Dense(2), Tanh()]))
    net.theta[:] = 10
    limit_norms(net.params, 1.0)
    assert_allclose(np.linalg.norm(net.parameters("weight")[0], axis=0), 1)


def test_limit_holds_for_each_member_by_itself():
    net = small_network(Members(3), MemberDense(2), n_features=5)
    net.theta[:] = np.random.default_rng(0).normal(size=net.theta.size)
    (weight,) = net.parameters("member_weight")
    before, gain = weight.copy(), net.parameters("gain")[0].copy()
    limit_norms(net.params, 1.5)
    norms = np.linalg.norm(before, axis=1, keepdims=True)
    assert norms.min() < 1.5 < norms.max()
    assert_allclose(weight, before * np.minimum(1, 1.5 / norms), rtol=1e-12)
    assert_array_equal(net.parameters("gain")[0], gain)
