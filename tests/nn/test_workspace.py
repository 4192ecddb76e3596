import numpy as np

from skdeep.nn import Dense, Network, ReLU, Residual, Serial
from tests.nn.passes import Pass


def spaces_inside(space):
    yield space
    for child in space.children:
        yield from spaces_inside(child)


def test_layers_of_a_shard_share_scratch_memory_and_nothing_else():
    layers = [Dense(8), ReLU(), Residual([Dense(8), ReLU()]), Dense(3), ReLU()]
    net = Network(Serial(layers), (4,), np.float32, np.random.default_rng(0))
    spaces, others = (list(spaces_inside(Pass(net).space)) for _ in range(2))
    assert {id(space.scratch) for space in spaces} == {id(spaces[0].scratch)}
    assert others[0].scratch is not spaces[0].scratch
    buffers = [space.empty("y", (5, 8)) for space in (*spaces, spaces[0].scratch)]
    for i, buffer in enumerate(buffers):
        assert not any(np.shares_memory(buffer, other) for other in buffers[:i])
