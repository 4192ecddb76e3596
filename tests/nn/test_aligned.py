import numpy as np
import pytest

from skdeep.nn import Adam, Dense, Network, Serial
from skdeep.nn.aligned import LINE, aligned_empty, aligned_like
from skdeep.nn.workspace import Workspace


def address(x):
    return x.__array_interface__["data"][0]


@pytest.mark.parametrize("dtype", [bool, np.int8, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(0,), (1,), (3, 5), (1000, 100)])
def test_arrays_begin_a_cache_line(shape, dtype):
    x = aligned_empty(shape, dtype)
    assert address(x) % LINE == 0 or not x.size
    assert (x.shape, x.dtype, x.flags.c_contiguous) == (shape, dtype, True)
    x.fill(1)
    filled = aligned_like(x, 0)
    assert address(filled) % LINE == 0 or not x.size
    assert (filled == np.zeros(shape, dtype)).all()


def test_what_training_works_on_begins_cache_lines():
    layer = Serial([Dense(3), Dense(2)])
    net = Network(layer, (5,), np.float32, np.random.default_rng(0))
    moments = Adam().init(net.theta)
    space = Workspace.scratch(np.float32)
    arrays = [net.theta, *(moments[name] for name in ("mean", "square"))]
    arrays += [space.empty("a", (7, 3)), space.zeros((5, 2)), space.ones(9)]
    assert [address(x) % LINE for x in arrays] == [0] * len(arrays)
