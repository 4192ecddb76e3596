import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep.nn.compute import Buffers


@pytest.fixture(params=[np.float32, np.float64])
def scratch(request):
    return Buffers(request.param)


def test_buffer_has_the_shape_and_dtype_asked_for(scratch):
    for shape in [(3, 4), (2, 4), (5,), (0, 4), (2, 3, 4)]:
        buffer = scratch.empty("y", shape)
        assert buffer.shape == shape
        assert buffer.dtype == scratch.dtype
        assert buffer.flags.c_contiguous


def test_buffer_is_kept_between_steps(scratch):
    assert scratch.empty("y", (3, 4)) is scratch.empty("y", (3, 4))


def test_smaller_buffer_takes_the_memory_of_the_largest(scratch):
    large = scratch.empty("y", (6, 4))
    assert np.shares_memory(scratch.empty("y", (2, 4)), large)
    assert np.shares_memory(scratch.empty("y", (6, 4)), large)


def test_buffers_of_two_names_share_no_memory(scratch):
    assert not np.shares_memory(scratch.empty("y", (3,)), scratch.empty("z", (3,)))


def test_zeros_and_ones_are_what_they_say_at_any_length(scratch):
    for length in (5, 2, 9, 5):
        assert_array_equal(scratch.zeros((length, 3)), np.zeros((length, 3)))
        assert_array_equal(scratch.ones(length), np.ones(length))


def test_a_buffer_may_have_a_type_of_its_own(scratch):
    truth = scratch.empty("positive", (3, 4), bool)
    assert truth.dtype == bool
    assert scratch.empty("positive", (2, 4), bool).dtype == bool
    assert scratch.empty("y", (3, 4)).dtype == scratch.dtype


def test_what_follows_from_shapes_is_made_once():
    space, made = Buffers(np.float32), []

    def make():
        made.append(object())
        return made[-1]

    first = space.kept("product", (3, 4), make)
    assert space.kept("product", (3, 4), make) is first
    assert space.kept("other", (3, 4), make) is not first
    # A shape that comes back is made anew: ragged samples would fill the memory.
    assert space.kept("product", (5, 4), make) is made[2]
    assert space.kept("product", (3, 4), make) is made[3]
