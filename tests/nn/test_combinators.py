import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import (
    BatchNorm,
    Dense,
    Identity,
    Network,
    Parallel,
    ReLU,
    Residual,
    Serial,
    Tanh,
)


def output_of(layer, x):
    return Network(layer, x.shape[1:], x.dtype, np.random.default_rng(0)).forward(x)


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(5, 4))


def test_serial_of_nothing_passes_the_input_on(x):
    assert_allclose(output_of(Serial(), x), x)


def test_residual_of_nothing_doubles_the_input(x):
    assert_allclose(output_of(Residual(), x), 2 * x)


def test_residual_adds_the_input(x):
    assert_allclose(output_of(Residual([Tanh()]), x), np.tanh(x) + x)


def test_residual_adds_the_shortcut(x):
    layer = Residual([Tanh()], shortcut=ReLU())
    assert_allclose(output_of(layer, x), np.tanh(x) + np.maximum(x, 0))


def test_parallel_lays_outputs_side_by_side(x):
    layer = Parallel([Tanh(), Identity()])
    assert_allclose(output_of(layer, x), np.hstack([np.tanh(x), x]))


def test_parallel_adds_outputs(x):
    layer = Parallel([Tanh(), Identity(), ReLU()], merge="add")
    assert_allclose(output_of(layer, x), np.tanh(x) + x + np.maximum(x, 0))


def test_residual_that_changes_the_shape_needs_a_shortcut():
    with pytest.raises(ValueError, match=r"Dense\(3, use_bias=False\)"):
        Residual([Dense(3)]).plan((4,))


@pytest.mark.parametrize(
    "layer",
    [
        Parallel([Dense(3), Dense(2)], merge="add"),
        Parallel(),
        Parallel([], merge="add"),
    ],
)
def test_parallel_refuses_shapes_that_do_not_fit(layer):
    with pytest.raises(ValueError, match="must agree in every axis"):
        layer.plan((5, 4))


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Serial([Dense(2), ReLU()]), False),
        (Serial([Dense(2), BatchNorm()]), True),
        (Residual([BatchNorm()]), True),
        (Residual([ReLU()], shortcut=BatchNorm()), True),
        (Parallel([ReLU(), Serial([Residual([BatchNorm()])])]), True),
        (Parallel([ReLU()]), False),
    ],
)
def test_combinator_synchronises_if_any_layer_inside_does(layer, expected):
    assert layer.synchronises is expected


def test_layer_used_twice_has_weights_of_its_own_in_each_place(x):
    dense = Dense(4)
    net = Network(Serial([dense, dense]), (4,), float, np.random.default_rng(0))
    first, second = net.parameters("weight")
    assert net.theta.size == 2 * 20
    assert not np.array_equal(first, second)
    assert_allclose(net.forward(x), x @ first @ second)


@pytest.fixture
def nest():
    return Serial(
        [
            Dense(8),
            Residual([Dense(8), Tanh()], shortcut=Dense(8)),
            Parallel([Dense(2), Serial([Dense(3)])]),
        ]
    )


def test_inner_layers_are_got_by_position(nest):
    params = nest.get_params()
    assert params["0"] is nest.layers[0]
    assert params["0__units"] == 8
    assert params["1__0__units"] == 8
    assert params["1__shortcut__units"] == 8
    assert params["2__1__0__units"] == 3
    assert nest.get_params(deep=False) == {"layers": nest.layers}


def test_inner_hyperparameters_are_set_by_position(nest):
    nest.set_params(**{"2__0__units": 5, "2__1__0__units": 6, "1__0__use_bias": False})
    assert nest.plan((4,)).output_shape == (11,)
    assert nest.layers[1].layers[0] == Dense(8, use_bias=False)


def test_inner_layers_are_replaced_by_position(nest):
    nest.set_params(**{"0": Dense(8, "orthogonal"), "2__1": Dense(7)})
    assert nest.layers[0] == Dense(8, "orthogonal")
    assert nest.layers[2].branches[1] == Dense(7)


def test_layer_can_be_replaced_and_set_at_once(nest):
    nest.set_params(**{"0": Dense(3), "0__use_bias": False})
    assert nest.layers[0] == Dense(3, use_bias=False)


def test_layers_given_as_a_tuple_can_be_replaced():
    layers = (Dense(2), ReLU())
    net = Serial(layers).set_params(**{"1": Tanh()})
    assert list(net.layers) == [Dense(2), Tanh()]
    assert layers[1] == ReLU()


def test_replacing_a_layer_leaves_the_callers_list_alone(nest):
    layers = nest.layers
    nest.set_params(**{"0": Tanh()})
    assert layers[0] == Dense(8)


@pytest.mark.parametrize("name", ["3", "depth", "0__width", "1__shortcut__width"])
def test_unknown_names_are_refused(nest, name):
    with pytest.raises(ValueError, match="has no hyperparameter"):
        nest.set_params(**{name: 1})


def test_repr_shows_what_differs_from_the_defaults(nest):
    assert repr(nest) == (
        "Serial(layers=[Dense(units=8), "
        "Residual(layers=[Dense(units=8), Tanh()], shortcut=Dense(units=8)), "
        "Parallel(branches=[Dense(units=2), Serial(layers=[Dense(units=3)])])])"
    )
