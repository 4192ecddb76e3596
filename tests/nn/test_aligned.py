import numpy as np
import pytest

from skdeep.nn import Adam, Dense, Network, Serial
from skdeep.nn.compute import Buffers, aligned_empty, aligned_like
from skdeep.nn.compute.memory import LINE


def address(x):
    return x.__array_interface__["data"][0]


@pytest.mark.parametrize("dtype", [bool, np.int8, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(4096,), (5001, 1), (1000, 100)])
def test_arrays_begin_a_cache_line(shape, dtype):
    x = aligned_empty(shape, dtype)
    assert address(x) % LINE == 0
    assert (x.shape, x.dtype, x.flags.c_contiguous) == (shape, dtype, True)
    x.fill(1)
    filled = aligned_like(x, 0)
    assert address(filled) % LINE == 0
    assert (filled == np.zeros(shape, dtype)).all()


@pytest.mark.parametrize("shape", [(0,), (3, 5), (0, 10_000)])
def test_small_arrays_have_shape_and_type_too(shape):
    x = aligned_empty(shape, np.float32)
    assert (x.shape, x.dtype) == (shape, np.float32)


def test_what_training_works_on_begins_cache_lines():
    layer = Serial([Dense(30), Dense(2)])
    net = Network(layer, (500,), np.float32, np.random.default_rng(0))
    moments = Adam().init(net.theta)
    space = Buffers(np.float32)
    arrays = [net.theta, *(moments[name] for name in ("mean", "square"))]
    arrays += [space.empty("a", (700, 30)), space.zeros((500, 20)), space.ones(9000)]
    assert [address(x) % LINE for x in arrays] == [0] * len(arrays)
