"""Learning rates and decays of parameters of their own."""

import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import (
    SGD,
    AdamW,
    Dense,
    ElasticPenalty,
    Members,
    Network,
    PeriodicEmbedding,
    Serial,
    Tanh,
)
from skdeep.nn.compute import Team
from skdeep.nn.initializers import Constant
from skdeep.nn.parameters import Layout, Parameter, Plan, Span
from skdeep.nn.training import Limits, Samples, Update
from tests.nn.cases import each_layer
from tests.nn.passes import network_of
from tests.nn.training_runs import LOSS, make_trainer, problem, small_network, train

PLAIN = SGD(momentum=0.0, nesterov=False)
# Of four rates, among them that of the optimizer, for weights and for biases.
MIXED = (Dense(5, rate=2.0, bias_rate=0.1), Tanh(), Dense(4), Dense(2, rate=0.5))


def step(net, optimizer, grad, rate=0.1, n_shards=1, **options):
    """Take a step with a gradient that is cut into equal parts for the shards."""
    penalty = ElasticPenalty(
        options.pop("strength", 0.0),
        options.pop("l1_ratio", 0.0),
        net.layout.n_penalised,
    )
    update = Update(net, optimizer, penalty, Limits(**options))
    with Team(n_shards, threads=n_shards) as team:
        update.bind([grad / n_shards for _ in range(n_shards)], team)(rate)


def by_array(net, vector):
    """Return pairs of a parameter's declaration and its part of the vector."""
    views = net.layout.views(vector).walk()
    pairs = zip(net.plan.walk(), views, strict=True)
    return [(p, v.arrays[p.name]) for plan, v in pairs for p in plan.parameters]


def only(name, **multiples):
    return Parameter(name, (3,), Constant(0.0), **multiples)


def spans(*parameters):
    return Layout(Plan((1,), (1,), parameters)).spans


def test_network_without_rates_is_one_span_in_the_order_of_its_layers():
    net = small_network(Dense(5), Tanh(), Dense(2))
    assert net.layout.spans == [Span(0, net.theta.size, 1.0, 1.0)]
    # Weights, first to last, then biases: what saved models hold.
    assert net.layout.offsets() == [0, 25, 15, 30]


def test_parameters_of_one_rate_lie_side_by_side():
    made = spans(
        only("a", rate=2.0),
        only("b"),
        only("c", rate=2.0, penalised=False),
        only("d", penalised=False),
        only("e", rate=2.0),
    )
    assert made == [
        Span(0, 6, 2.0, 1.0),
        Span(6, 12, 1.0, 1.0),
        Span(12, 15, 2.0, 1.0),
    ]


def test_decay_makes_a_span_of_what_is_penalised_alone():
    assert len(spans(only("a", decay=2.0), only("b"))) == 2
    exempt = only("a", decay=2.0, penalised=False), only("b", penalised=False)
    assert len(spans(*exempt)) == 1


@each_layer
def test_spans_cover_the_vector_in_order(case):
    net = network_of(case)
    ends = [0, *(span.stop for span in net.layout.spans)]
    assert [span.start for span in net.layout.spans] == ends[:-1]
    assert ends[-1] == net.theta.size


@pytest.mark.parametrize("name", ["rate", "decay"])
@pytest.mark.parametrize("value", [-0.1, np.inf, np.nan])
def test_multiples_are_numbers_of_at_least_zero(name, value):
    with pytest.raises(ValueError, match=f"{name} of parameter 'a' is .* at least 0"):
        only("a", **{name: value})


def test_rate_by_a_wrong_name_is_refused():
    with pytest.raises(ValueError, match="rate='nkt'; give 'ntk'"):
        Dense(2, rate="nkt").plan((3,))


@pytest.fixture(params=[0, 10**6], ids=["shared out", "in one"])
def parts(request, monkeypatch):
    """Let several threads move the weights, however few they are, or one."""
    monkeypatch.setattr("skdeep.nn.training.trainer.WORTH_A_TEAM", request.param)


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("n_shards", [1, 3])
def test_step_is_the_gradient_times_each_rate(n_shards):
    net = small_network(*MIXED)
    before = net.theta.copy()
    grad = np.random.default_rng(0).normal(size=before.size)
    step(net, PLAIN, grad.copy(), n_shards=n_shards)
    for (p, moved), (_, slope) in zip(
        by_array(net, before - net.theta), by_array(net, grad), strict=True
    ):
        assert_allclose(moved, 0.1 * p.rate * slope, rtol=1e-10)


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("n_shards", [1, 3])
def test_decay_is_taken_times_rate_and_multiple(n_shards):
    net = small_network(Dense(5, rate="ntk"), Dense(2, rate=0.5, bias_rate=3.0))
    before = net.theta.copy()
    step(net, AdamW(weight_decay=0.2), np.zeros(before.size), n_shards=n_shards)
    first, second = net.parameters("weight")
    old = net.layout.views(before).children
    # The decay of NTK parametrisation knows nothing of the rate of the weights.
    assert_allclose(first, old[0].arrays["weight"] * (1 - 0.1 * 0.2), rtol=1e-12)
    assert_allclose(second, old[1].arrays["weight"] * (1 - 0.05 * 0.2), rtol=1e-12)
    exempt = slice(net.layout.n_penalised, None)
    assert_array_equal(net.theta[exempt], before[exempt])


@pytest.mark.usefixtures("parts")
def test_threshold_of_the_absolute_penalty_follows_the_rate():
    net = small_network(Dense(5, rate=2.0), Dense(2))
    before = net.theta.copy()
    step(net, PLAIN, np.zeros(before.size), strength=0.3, l1_ratio=1.0)
    for (p, new), (_, old) in zip(
        by_array(net, net.theta), by_array(net, before), strict=True
    ):
        threshold = 0.1 * p.rate * 0.3 if p.penalised else 0
        expected = np.sign(old) * np.maximum(np.abs(old) - threshold, 0)
        assert_allclose(new, expected, rtol=1e-12)


def test_norm_of_the_gradient_is_taken_before_the_rates():
    net = small_network(Dense(2, rate=5.0))
    before, grad = net.theta.copy(), np.arange(1.0, 9.0)
    step(net, PLAIN, grad.copy(), grad_norm=1.0)
    moved = before - net.theta
    expected = 0.1 * grad / np.linalg.norm(grad)
    expected[:6] *= 5
    assert_allclose(moved, expected, rtol=1e-12)


def test_rate_of_zero_keeps_a_parameter():
    net = small_network(Dense(5, rate=0.0), Tanh(), Dense(2))
    first, second = (weight.copy() for weight in net.parameters("weight"))
    train(net, LOSS, *problem())
    assert_array_equal(net.parameters("weight")[0], first)
    assert (net.parameters("weight")[1] != second).all()


COPIES = [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))]


@pytest.mark.parametrize("copy_of", COPIES)
def test_copy_has_the_same_rates_and_weights(copy_of):
    net = small_network(*MIXED)
    twin = copy_of(net)
    assert twin.layout.spans == net.layout.spans
    for ours, theirs in zip(
        net.parameters("weight"), twin.parameters("weight"), strict=True
    ):
        assert_array_equal(ours, theirs)


def test_training_goes_on_after_a_copy_as_if_unbroken():
    samples = Samples(*problem())
    unbroken, broken = (
        make_trainer(small_network(*MIXED), LOSS, 50, batch_size=16, epochs=6)
        for _ in range(2)
    )
    unbroken.run(samples, 6)
    broken.run(samples, 2)
    broken = pickle.loads(pickle.dumps(broken))
    broken.run(samples, 4)
    assert_array_equal(broken.network.theta, unbroken.network.theta)


def test_layers_whose_rates_change_the_order_are_not_replaced():
    net = small_network(Dense(5), Dense(2))
    theta = net.theta.copy()
    assert not net.replace_layers(Serial([Dense(5), Dense(2, rate=3.0)]))
    assert net.replace_layers(Serial([Dense(5, rate=2.0), Dense(2)]))
    assert net.layout.spans == [Span(0, 15, 2.0, 1.0), Span(15, 32, 1.0, 1.0)]
    assert_array_equal(net.theta, theta)


@pytest.mark.parametrize(
    ("layer", "rates"),
    [
        (Dense(4, rate="ntk", bias_rate=0.1), {"weight": 0.5, "bias": 0.1}),
        (Members(2, rate=3.0), {"gain": 3.0}),
        (
            PeriodicEmbedding(rate=0.2),
            dict.fromkeys(["frequency", "phase", "amplitude", "bias"], 0.2),
        ),
    ],
)
def test_layers_declare_the_rates_they_are_given(layer, rates):
    net = Network(layer, (4,), np.float32, np.random.default_rng(0))
    assert {p.name: p.rate for p in net.plan.parameters} == rates
