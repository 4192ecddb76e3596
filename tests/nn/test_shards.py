"""Layers hold no arrays: shards of a mini-batch run in threads over the same layer."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn.compute import Team
from tests.nn.cases import LAYERS, each, each_deterministic_layer, each_layer
from tests.nn.passes import Pass, draw, network_of

CUTS = [slice(0, 3), slice(3, 8)]


def sharded(net, x, dy, cuts=CUTS, rounds=1):
    """Run shards at the same time; return outputs, input and summed gradients."""
    with Team(len(cuts), threads=len(cuts)) as team:
        passes = [Pass(net, seed=i, member=m) for i, m in enumerate(team.members)]
        for _ in range(rounds):
            results = team.run(lambda rank: passes[rank](x[cuts[rank]], dy[cuts[rank]]))
    y, dx, grad = zip(*results, strict=True)
    return np.concatenate(y), np.concatenate(dx), sum(grad)


@each_deterministic_layer
@pytest.mark.parametrize("cuts", [CUTS, [slice(0, 8), slice(8, 8)]])
def test_shards_add_up_to_the_whole_batch(case, cuts):
    net = network_of(case)
    x, dy = draw(net, 8)
    whole = Pass(net)(x, dy)
    for a, b in zip(sharded(net, x, dy, cuts), whole, strict=True):
        assert_allclose(a, b, rtol=1e-12, atol=1e-13)


@each_deterministic_layer
def test_shards_leave_the_state_of_the_whole_batch(case):
    net, twin = network_of(case), network_of(case)
    x, dy = draw(net, 8)
    sharded(net, x, dy)
    Pass(twin)(x, dy)
    assert_allclose(net.state, twin.state, rtol=1e-13)


# Shards of the other layers depend on each other on purpose.
@each([case for case in LAYERS if not case.layer.synchronises])
def test_threads_do_not_disturb_each_other(case):
    net = network_of(case)
    x, dy = draw(net, 8)
    alone = [Pass(net, seed=i)(x[cut], dy[cut]) for i, cut in enumerate(CUTS)]
    y, dx, grad = zip(*alone, strict=True)
    expected = np.concatenate(y), np.concatenate(dx), sum(grad)
    for a, b in zip(sharded(net, x, dy), expected, strict=True):
        assert_array_equal(a, b)


@each_deterministic_layer
def test_sharded_passes_can_be_repeated(case):
    net = network_of(case)
    x, dy = draw(net, 8)
    once, thrice = sharded(net, x, dy), sharded(net, x, dy, rounds=3)
    for a, b in zip(once, thrice, strict=True):
        assert_array_equal(a, b)


@each_layer
def test_layers_that_exchange_sums_say_so(case):
    net = network_of(case)
    x, dy = draw(net, 8)
    asked = []

    class Listener:
        size, rank = 1, 0

        def gather(self, array):
            asked.append(array)
            return [array]

        def sum(self, array):
            return self.gather(array)[0]

    Pass(net, member=Listener())(x, dy)
    assert bool(asked) == case.layer.synchronises
