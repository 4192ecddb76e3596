import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn.optimizers import minimize_lbfgs

CURVATURE = np.array([1.0, 4.0, 0.5, 10.0, 2.0, 1.0])
CENTRE = np.array([3.0, -2.0, 0.4, 0.05, -0.2, 7.0])


def quadratic(theta):
    """Return value and gradient of a bowl whose minimum is known."""
    residual = theta - CENTRE
    return 0.5 * float(CURVATURE @ residual**2), CURVATURE * residual


def soft_threshold(l1, n_penalised):
    """Return the minimum of the bowl plus an absolute penalty."""
    size = np.maximum(np.abs(CENTRE) - l1 / CURVATURE, 0)
    solution = np.copysign(size, CENTRE)
    solution[n_penalised:] = CENTRE[n_penalised:]
    return solution


def test_minimum_of_a_quadratic_is_found():
    found = minimize_lbfgs(quadratic, np.zeros(6), tol=1e-10)
    assert found.converged
    assert_allclose(found.theta, CENTRE, rtol=1e-8)
    assert found.value == pytest.approx(0, abs=1e-16)


@pytest.mark.parametrize("start", [np.zeros(6), np.full(6, -5.0), 2 * CENTRE])
@pytest.mark.parametrize("n_penalised", [6, 4])
def test_l1_solution_is_the_soft_threshold(start, n_penalised):
    found = minimize_lbfgs(quadratic, start, l1=0.5, n_penalised=n_penalised, tol=1e-10)
    expected = soft_threshold(0.5, n_penalised)
    assert found.converged
    assert_allclose(found.theta, expected, rtol=1e-7)
    assert_array_equal(found.theta == 0, expected == 0)


def test_value_includes_the_penalty():
    found = minimize_lbfgs(quadratic, np.zeros(6), l1=0.5, n_penalised=6, tol=1e-10)
    expected = quadratic(found.theta)[0] + 0.5 * np.abs(found.theta).sum()
    assert found.value == pytest.approx(expected, rel=1e-12)


def test_great_penalty_leaves_nothing_but_exempt_weights():
    found = minimize_lbfgs(quadratic, np.ones(6), l1=100.0, n_penalised=5, tol=1e-10)
    assert_array_equal(found.theta[:5], 0)
    assert found.theta[5] == pytest.approx(CENTRE[5])


def test_l1_without_penalised_weights_changes_nothing():
    plain = minimize_lbfgs(quadratic, np.zeros(6))
    assert_array_equal(
        minimize_lbfgs(quadratic, np.zeros(6), l1=1.0).theta, plain.theta
    )


def test_objective_may_reuse_its_gradient_memory():
    memory = np.empty(6)

    def reusing(theta):
        value, memory[:] = quadratic(theta)
        return value, memory

    kept = minimize_lbfgs(quadratic, np.ones(6), tol=1e-8)
    assert_array_equal(minimize_lbfgs(reusing, np.ones(6), tol=1e-8).theta, kept.theta)


def test_start_is_not_changed():
    start = np.ones(6)
    minimize_lbfgs(quadratic, start, l1=0.1, n_penalised=6)
    assert_array_equal(start, 1)


def test_float32_weights_are_accepted():
    found = minimize_lbfgs(quadratic, np.zeros(6, np.float32), tol=1e-10)
    assert_allclose(found.theta, CENTRE, rtol=1e-8)


def test_iterations_are_limited():
    found = minimize_lbfgs(quadratic, np.zeros(6), max_iter=2, tol=1e-10)
    assert found.n_iter == 2
    assert not found.converged


def test_evaluations_are_limited():
    calls = []

    def counted(theta):
        calls.append(theta)
        return quadratic(theta)

    found = minimize_lbfgs(counted, np.zeros(6), max_fun=3, tol=1e-10)
    # SciPy looks at the limit between iterations, of a few evaluations each.
    assert len(calls) <= 6
    assert not found.converged


@pytest.mark.parametrize("l1", [0.0, 0.5])
def test_callback_sees_weights_and_value_and_stops(l1):
    seen = []

    def stop_at_the_second(theta, value):
        seen.append((theta, value))
        return len(seen) == 2

    found = minimize_lbfgs(
        quadratic, np.zeros(6), l1=l1, n_penalised=6, callback=stop_at_the_second
    )
    assert len(seen) == found.n_iter == 2
    assert_array_equal(seen[-1][0], found.theta)
    assert seen[-1][1] == found.value


def test_looser_tolerance_stops_earlier():
    loose = minimize_lbfgs(quadratic, np.zeros(6), tol=1.0)
    tight = minimize_lbfgs(quadratic, np.zeros(6), tol=1e-8)
    assert loose.converged
    assert loose.n_iter < tight.n_iter
