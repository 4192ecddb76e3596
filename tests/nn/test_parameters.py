import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep.nn import (
    Adam,
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    PReLU,
    Residual,
    Serial,
)
from skdeep.nn.parameters import Layout, Plan
from skdeep.nn.training import Samples
from tests.nn.cases import each_layer
from tests.nn.passes import draw, network_of
from tests.nn.training_runs import LOSS, make_trainer, problem, small_network

COPIES = {
    "pickle": lambda x: pickle.loads(pickle.dumps(x)),
    "deepcopy": copy.deepcopy,
}
each_copy = pytest.mark.parametrize("copy_of", COPIES.values(), ids=COPIES)

MIXED = Serial(
    [
        Dense(4),
        BatchNorm(),
        Residual([LayerNorm(), PReLU(), Dense(4)], shortcut=Dense(4, use_bias=False)),
        Dense(2),
    ]
)


def mixed_network():
    return Network(MIXED, (3,), np.float64, np.random.default_rng(0))


def arrays_by_name(net):
    """Return pairs of a parameter's declaration and its view."""
    pairs = zip(net.plan.walk(), net.params.walk(), strict=True)
    return [(p, v.arrays[p.name]) for plan, v in pairs for p in plan.parameters]


def address(array):
    return array.__array_interface__["data"][0]


@each_layer
def test_views_cover_the_vector_without_gaps_or_overlaps(case):
    net = network_of(case)
    views = [array for _, array in arrays_by_name(net)]
    for i, view in enumerate(views):
        view[...] = i
    covered = [np.sum(net.theta == i) for i in range(len(views))]
    assert covered == [view.size for view in views]
    assert sum(covered) == net.theta.size


@each_layer
def test_penalised_parameters_come_first(case):
    net = network_of(case)
    start = address(net.theta)
    for parameter, array in arrays_by_name(net):
        position = (address(array) - start) // net.theta.itemsize
        is_first = position < net.layout.n_penalised
        assert is_first == parameter.penalised or not array.size


def test_weights_are_penalised_and_nothing_else():
    net = mixed_network()
    penalised = {p.name for p, _ in arrays_by_name(net) if p.penalised}
    exempt = {p.name for p, _ in arrays_by_name(net) if not p.penalised}
    assert penalised == {"weight"}
    assert exempt == {"bias", "gain", "slope"}
    assert net.layout.n_penalised == 12 + 16 + 16 + 8


def test_network_without_parameters_has_an_empty_vector():
    layout = Layout(Plan((3,), (3,)))
    assert layout.size == layout.n_penalised == 0


def test_parameters_are_found_by_name_from_first_to_last():
    net = mixed_network()
    shapes = [weight.shape for weight in net.parameters("weight")]
    assert shapes == [(3, 4), (4, 4), (4, 4), (4, 2)]
    assert net.parameters("nonsense") == []
    assert all(np.shares_memory(w, net.theta) for w in net.parameters("weight"))


def test_starting_values_are_drawn_layer_by_layer():
    deep = small_network(Dense(5), Dense(4))
    flat = small_network(Dense(5))
    # What follows a layer does not change how it starts.
    assert_array_equal(deep.parameters("weight")[0], flat.parameters("weight")[0])


def test_state_starts_at_its_declared_values():
    assert_array_equal(mixed_network().state, [0, 0, 0, 0, 1, 1, 1, 1])


@each_layer
@each_copy
def test_copy_predicts_the_same(case, copy_of):
    net = network_of(case)
    x, _ = draw(net, 4)
    assert_array_equal(copy_of(net).forward(x), net.forward(x))


@each_layer
@each_copy
def test_views_of_a_copy_lie_in_its_own_vectors(case, copy_of):
    net = network_of(case)
    theta, state = net.theta.copy(), net.state.copy()
    twin = copy_of(net)
    twin.theta[:], twin.state[:] = 7, 7
    for views in (*twin.params.walk(), *twin._state_views.walk()):
        for array in views.arrays.values():
            assert_array_equal(array, 7)
    assert_array_equal(net.theta, theta)
    assert_array_equal(net.state, state)


def test_pickle_holds_little_but_the_weights():
    net = small_network(Dense(300), BatchNorm(), Dense(300), n_features=50)
    x, y = problem(20, 50, 300)
    trainer = make_trainer(net, LOSS, 20)
    trainer.run(Samples(x, y), 2)
    assert len(pickle.dumps(net)) < net.theta.nbytes + net.state.nbytes + 2_000


def trainer_of(*layers, **options):
    net = small_network(*layers, Dense(2))
    options = {"optimizer": Adam(), "batch_size": 16} | options
    return make_trainer(net, LOSS, 50, epochs=6, **options)


LAYERS = [Dense(5), BatchNorm(), Dropout(0.2)]


@each_copy
@pytest.mark.parametrize("layers", [LAYERS[:1], LAYERS[:2], LAYERS])
def test_training_goes_on_after_a_copy_as_if_unbroken(copy_of, layers):
    samples = Samples(*problem())
    unbroken, broken = trainer_of(*layers), trainer_of(*layers)
    unbroken.run(samples, 6)
    broken.run(samples, 2)
    broken = copy_of(broken)
    broken.run(samples, 4)
    assert_array_equal(broken.network.theta, unbroken.network.theta)
    assert_array_equal(broken.network.state, unbroken.network.state)


@each_copy
def test_copy_trains_apart_from_the_original(copy_of):
    trainer = trainer_of(Dense(5))
    samples = Samples(*problem())
    trainer.run(samples, 2)
    before = trainer.network.theta.copy()
    copy_of(trainer).run(samples, 2)
    assert_array_equal(trainer.network.theta, before)
