import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skdeep import nn
from skdeep.nn import Network
from tests.nn.cases import (
    LAYERS,
    LayerCase,
    each,
    each_deterministic_layer,
    each_layer,
)
from tests.nn.passes import Pass, draw, network_of, numeric_gradient

both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])

# Central differences of step 1e-5 are good to about 1e-9 where values are about 1.
NUMERIC = {"rtol": 1e-6, "atol": 1e-8}


def summed(net, x, dy):
    """Return the sum whose gradients a pass computes, dropout the same each time."""
    return lambda: float(np.vdot(net.layer.forward(x, Pass(net).space)[0], dy))


@each_layer
def test_input_gradient_equals_finite_differences(case):
    net = network_of(case)
    x, dy = draw(net, 5)
    _, dx, _ = Pass(net)(x, dy)
    assert_allclose(dx, numeric_gradient(summed(net, x, dy), x), **NUMERIC)


@each_layer
def test_parameter_gradients_equal_finite_differences(case):
    net = network_of(case)
    x, dy = draw(net, 5)
    _, _, grad = Pass(net)(x, dy)
    assert_allclose(grad, numeric_gradient(summed(net, x, dy), net.theta), **NUMERIC)


@each_layer
@pytest.mark.parametrize("n_samples", [1, 6])
def test_output_has_the_planned_shape(case, n_samples):
    net = network_of(case)
    x, dy = draw(net, n_samples)
    y, dx, _ = Pass(net)(x, dy)
    assert y.shape == net.forward(x).shape == (n_samples, *net.plan.output_shape)
    assert dx.shape == x.shape


@each([case for case in LAYERS if case.layer.frees_output])
def test_gradient_may_lie_in_the_memory_of_an_output_that_is_free(case):
    net = network_of(case)
    x, dy = draw(net, 5)
    expected = Pass(net)(x, dy)[1:]
    there = Pass(net)
    y, backward = net.layer.forward(x, there.space)
    y[...] = dy
    for got, wanted in zip((backward(y), there.grad), expected, strict=True):
        assert_array_equal(got, wanted)


def test_output_of_a_last_dense_layer_is_free():
    last = nn.Serial([nn.Tanh(), nn.Dense(2)])
    assert last.frees_output
    assert not nn.Serial([nn.Dense(2), nn.Identity()]).frees_output
    assert not nn.Serial().frees_output


@each_layer
@both_dtypes
def test_dtype_is_kept(case, dtype):
    net = network_of(case, dtype)
    x, dy = draw(net, 3)
    results = *Pass(net)(x, dy), net.forward(x)
    assert {array.dtype for array in results} == {np.dtype(dtype)}


@each_deterministic_layer  # random ones draw other numbers in float32
def test_float32_agrees_with_float64(case):
    results = []
    for dtype in (np.float32, np.float64):
        net = network_of(case, dtype)
        x, dy = draw(net, 6)
        results.append((*Pass(net)(x, dy), net.forward(x)))
    for single, double in zip(*results, strict=True):
        assert_allclose(single, double, rtol=1e-4, atol=2e-5)


@each_layer
@both_dtypes
def test_prediction_of_a_batch_equals_one_by_one(case, dtype):
    net = network_of(case, dtype)
    x, _ = draw(net, 7)
    single = np.concatenate([net.forward(x[i : i + 1]) for i in range(7)])
    # BLAS adds in another order for a matrix than for a vector.
    assert_allclose(net.forward(x), single, rtol=0, atol=20 * np.finfo(dtype).eps)


@each_layer
def test_no_samples_give_no_predictions(case):
    net = network_of(case)
    x, _ = draw(net, 0)
    assert net.forward(x).shape == (0, *net.plan.output_shape)


@each_layer
def test_input_and_weights_are_not_changed(case):
    net = network_of(case)
    x, dy = draw(net, 4)
    before = x.copy(), net.theta.copy()
    net.forward(x)
    Pass(net)(x, dy)
    assert_array_equal(x, before[0])
    assert_array_equal(net.theta, before[1])


@each_layer
def test_prediction_does_not_change_the_state(case):
    net = network_of(case)
    before = net.state.copy()
    net.forward(draw(net, 4)[0])
    assert_array_equal(net.state, before)


@each_layer
def test_overwriting_the_input_gives_the_same(case):
    net = network_of(case)
    x, dy = draw(net, 4)
    kept = Pass(net)(x, dy)
    overwritten = Pass(net, may_overwrite=True)(x.copy(), dy)
    for a, b in zip(kept, overwritten, strict=True):
        assert_array_equal(a, b)


@each([case for case in LAYERS if not case.layer.keeps_output])
def test_backward_reads_the_output_only_if_declared(case):
    net = network_of(case)
    x, dy = draw(net, 4)
    _, dx, grad = Pass(net)(x, dy)
    again = Pass(net)
    y, backward = net.layer.forward(x, again.space)
    y[...] = np.nan
    assert_array_equal(backward(dy.copy()), dx)
    assert_array_equal(again.grad, grad)


@each_layer
def test_parameter_gradients_do_not_depend_on_wants_dx(case):
    net = network_of(case)
    x, dy = draw(net, 4)
    with_dx, without_dx = Pass(net)(x, dy), Pass(net, wants_dx=False)(x, dy)
    # Sums may be taken in another order.
    assert_allclose(with_dx[2], without_dx[2], rtol=1e-12, atol=1e-13)


@each_layer
def test_buffers_are_reused_by_batches_of_any_length(case):
    net = network_of(case)
    reused = Pass(net)
    for n_samples in (6, 2, 6, 3, 8):
        x, dy = draw(net, n_samples, seed=n_samples)
        reused.space.rng.bit_generator.state = np.random.default_rng(
            0
        ).bit_generator.state
        results = reused(x, dy), Pass(net)(x, dy)
        for a, b in zip(*results, strict=True):
            assert_array_equal(a, b)


@each_layer
def test_scratch_memory_is_another_layers_afterwards(case):
    net = network_of(case)
    x, dy = draw(net, 5)
    run = Pass(net)

    def spoil():
        for memory in run.space.scratch._storage.values():
            memory.fill(np.nan)

    for result, expected in zip(run(x, dy, spoil), Pass(net)(x, dy), strict=True):
        assert_array_equal(result, expected)


@each_layer
@pytest.mark.parametrize(
    "copy_of", [copy.deepcopy, clone, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copy_is_the_same_layer(case, copy_of):
    twin = copy_of(case.layer)
    assert twin is not case.layer
    assert type(twin) is type(case.layer)
    assert repr(twin) == repr(case.layer)
    net = network_of(case)
    other = network_of(LayerCase("copy", twin, case.shape))
    x, _ = draw(net, 3)
    assert_array_equal(net.forward(x), other.forward(x))


@each_layer
def test_copies_share_no_inner_layer(case):
    def components(layer):
        values = layer.get_params().values()
        return {id(value) for value in values if isinstance(value, nn.Layer)}

    assert components(clone(case.layer)).isdisjoint(components(case.layer))


@each_layer
def test_parameters_that_are_set_are_got(case):
    layer = clone(case.layer)
    params = layer.get_params()
    assert layer.set_params(**params) is layer
    assert layer.get_params() == params


@each_layer
def test_repr_is_code_that_makes_the_layer(case):
    text = repr(case.layer)
    assert repr(eval(text, vars(nn).copy())) == text


@each_layer
def test_costs_equal_the_count_by_hand(case):
    net = Network(case.layer, case.shape, np.float32, np.random.default_rng(0))
    assert net.theta.size == case.n_parameters
    assert net.plan.total_multiply_adds == case.multiply_adds


def test_every_gradient_check_would_see_a_wrong_slope():
    class WrongTanh(nn.Tanh):
        def slope(self, saved, out, workspace):
            super().slope(saved, out, workspace)
            out *= 1 + 1e-5

    case = LayerCase("wrong", WrongTanh(), (4,))
    with pytest.raises(AssertionError, match="Not equal"):
        test_input_gradient_equals_finite_differences(case)
