"""The layers of a multi-layer perceptron."""

import numpy as np
import pytest

from skdeep.architectures import perceptron
from skdeep.nn import (
    ACTIVATIONS,
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    LeakyReLU,
    Network,
    Normal,
    ReLU,
    Residual,
    Serial,
)


def kinds(layers):
    return [type(layer) for layer in layers]


def network(*args, n_features=5, seed=0, **params):
    rng = np.random.default_rng(seed)
    layers = Serial(perceptron(*args, **params))
    return Network(layers, (n_features,), np.float64, rng)


def starting_weights(*args, **params):
    return network(*args, **params).parameters("weight")


def starting_biases(*args, **params):
    return network(*args, **params).parameters("bias")


def test_no_hidden_layer_is_a_linear_model():
    assert kinds(perceptron([], 3)) == [Dense]
    assert network([], 3).theta.size == 5 * 3 + 3


def test_a_block_per_hidden_layer():
    assert kinds(perceptron([8, 4], 3)) == [Dense, ReLU, Dense, ReLU, Dense]
    assert [w.shape for w in starting_weights([8, 4], 3)] == [(5, 8), (8, 4), (4, 3)]


def test_blocks_normalise_before_the_bend_and_drop_after_it():
    layers = perceptron([8], 3, normalization="layer", dropout=0.3)
    assert kinds(layers) == [Dense, LayerNorm, ReLU, Dropout, Dense]
    assert layers[3].rate == 0.3


def test_batch_normalisation_makes_the_bias_needless():
    layers = perceptron([8, 8], 3, normalization="batch")
    assert kinds(layers) == [Dense, BatchNorm, ReLU] * 2 + [Dense]
    assert [x.use_bias for x in layers if isinstance(x, Dense)] == [False, False, True]


def test_outputs_are_neither_normalised_nor_bent_nor_dropped():
    layers = perceptron([8], 3, normalization="batch", dropout=0.3, activation="tanh")
    assert isinstance(layers[-1], Dense)
    assert layers[-1].units == 3


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_by_name(name):
    assert kinds(perceptron([8], 1, activation=name))[1] is ACTIVATIONS[name]


def test_an_activation_is_copied_for_every_layer():
    bend = LeakyReLU(0.3)
    layers = perceptron([8, 8], 1, activation=bend)
    assert layers[1] == layers[3] == bend
    assert len({id(bend), id(layers[1]), id(layers[3])}) == 3


def test_skip_connections_project_where_widths_differ():
    first, second, third, _ = perceptron([8, 8, 4], 1, skip_connections=True)
    assert kinds([first, second, third]) == [Residual] * 3
    # The first layer's width is not known to be that of the input.
    assert first.shortcut.units == 8
    assert second.shortcut is None
    assert third.shortcut.units == 4
    assert not first.shortcut.use_bias


def test_a_block_of_zeros_is_the_identity_with_skip_connections():
    deep, shallow = (
        network(sizes, 2, skip_connections=True) for sizes in ([6, 6], [6])
    )
    for name in ("weight", "bias"):
        # Weights of the first block, of the second, and of the outputs.
        *first, second, last = deep.parameters(name)
        second[...] = 0
        for copied, array in zip(shallow.parameters(name), [*first, last], strict=True):
            copied[...] = array
    x = np.random.default_rng(1).normal(size=(9, 5))
    np.testing.assert_allclose(deep.forward(x), shallow.forward(x), atol=1e-12)


def test_auto_is_the_uniform_distribution_of_glorot_for_weights_and_biases():
    weights, biases = (f([300], 100) for f in (starting_weights, starting_biases))
    for array, fans in zip(weights + biases, [305, 400, 305, 400], strict=True):
        bound = np.sqrt(6 / fans)
        assert 0.95 * bound < np.abs(array).max() <= bound
        assert array.var() == pytest.approx(bound**2 / 3, rel=0.2)


def test_auto_has_a_third_of_the_variance_for_logistic_units():
    weights = starting_weights([300], 100, activation="logistic")
    assert 0.95 < np.abs(weights[1]).max() / np.sqrt(2 / 400) <= 1


def test_auto_suits_selu():
    weights = starting_weights([300], 100, activation="selu")
    assert weights[1].var() == pytest.approx(1 / 300, rel=0.05)
    assert not np.concatenate(starting_biases([300], 100, activation="selu")).any()


@pytest.mark.parametrize("initializer", ["he_uniform", Normal(0.1)])
def test_other_initializers_leave_biases_at_zero(initializer):
    params = {"initializer": initializer}
    assert not np.concatenate(starting_biases([300], 100, **params)).any()
    expected = {"he_uniform": 2 / 300}.get(str(initializer), 0.01)
    assert starting_weights([300], 100, **params)[1].var() == pytest.approx(
        expected, rel=0.05
    )
