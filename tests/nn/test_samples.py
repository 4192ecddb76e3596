import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from skdeep.nn.compute import Buffers
from skdeep.nn.training import Samples

X = np.arange(24.0).reshape(6, 4)
Y = np.arange(6)
WEIGHTS = np.linspace(0, 2, 6)
WHICH = [np.array([4, 0, 0, 5]), slice(1, 4), np.array([], int)]


@pytest.fixture
def scratch():
    return Buffers(np.float64)


@pytest.mark.parametrize("which", WHICH)
@pytest.mark.parametrize("x", [X, X.reshape(6, 2, 2)])
def test_rows_asked_for_are_gathered(scratch, which, x):
    batch = Samples(x, Y, WEIGHTS).gather(which, scratch)
    for got, expected in zip(batch[:3], (x, Y, WEIGHTS), strict=True):
        assert_array_equal(got, expected[which])


@pytest.mark.parametrize("which", WHICH)
def test_rows_of_a_sparse_matrix_are_gathered(scratch, which):
    x, _, weights, _ = Samples(csr_array(X), Y).gather(which, scratch)
    assert_array_equal(x.toarray(), X[which])
    assert weights is None


def test_slice_gives_views(scratch):
    x, y, weights, _ = Samples(X, Y, WEIGHTS).gather(slice(1, 4), scratch)
    assert all(map(np.shares_memory, (x, y, weights), (X, Y, WEIGHTS)))


def test_gathered_rows_are_copies_in_memory_that_is_reused(scratch):
    samples = Samples(X, Y)
    first = samples.gather(np.array([0, 1]), scratch)[0]
    second = samples.gather(np.array([2, 3]), scratch)[0]
    assert not np.shares_memory(first, X)
    assert np.shares_memory(first, second)


@pytest.mark.parametrize("x", [X, csr_array(X)])
def test_length_is_the_number_of_samples(x):
    assert len(Samples(x, Y)) == 6
