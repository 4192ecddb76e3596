import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from skdeep.nn.compute import arrays, rowwise
from skdeep.nn.layers import activation
from skdeep.nn.layers.activation import tiles_of


@given(
    shape=st.lists(st.integers(1, 40), min_size=1, max_size=3),
    n_columns=st.integers(1, 700),
    ufunc=st.sampled_from([np.add, np.subtract, np.multiply]),
    dtype=st.sampled_from([np.float32, np.float64]),
)
@settings(deadline=None, max_examples=100)
def test_long_rows_give_the_same_bits(shape, n_columns, ufunc, dtype):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(*shape, n_columns)).astype(dtype)
    vector = rng.normal(size=n_columns).astype(dtype)
    expected = ufunc(x, vector)
    out = np.empty_like(x)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "WORTHWHILE", 0)
        rowwise(ufunc, x, vector, out)
        rowwise(ufunc, x, vector, x)
    assert_array_equal(out, expected)
    assert_array_equal(x, expected)


@pytest.mark.parametrize("shape", [(200, 100), (8, 50, 50), (0, 64)])
@pytest.mark.parametrize("order", [(0,), (1,), (0, 1)])
def test_arrays_with_gaps_are_written_in_place(shape, order):
    x, out = np.random.default_rng(0).normal(size=(2, *shape, 2))
    parts = [x[..., 0], out[..., 0]]
    for which in order:
        parts[which] = parts[which].swapaxes(0, -2).copy().swapaxes(0, -2)
    vector = np.arange(shape[-1])
    rowwise(np.add, parts[0], vector, parts[1])
    assert_array_equal(parts[1], parts[0] + vector)


@given(
    n_rows=st.integers(0, 300),
    n_columns=st.integers(1, 40),
    in_one=st.booleans(),
    worthwhile=st.sampled_from([0, 10**6]),
)
@settings(deadline=None, max_examples=100)
def test_tiles_of_long_rows_cover_a_matrix(n_rows, n_columns, in_one, worthwhile):
    x = np.arange(n_rows * n_columns).reshape(n_rows, n_columns)
    vector, out = np.arange(n_columns) * 1000, np.zeros_like(x)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "WORTHWHILE", worthwhile)
        patch.setattr(arrays, "TILE", 500)
        long = arrays.long_rows.__wrapped__(n_rows, n_columns, in_one)
    if in_one:
        assert len(long.tiles) <= 1
    for part, there in long.cut(x, out):
        assert in_one or part.size <= max(500, long.together * n_columns)
        np.add(part, long.repeat(vector), out=there)
    assert_array_equal(out, x + vector)


@pytest.mark.parametrize("contiguous", [True, False])
def test_tiles_of_arrays_cover_them(monkeypatch, contiguous):
    monkeypatch.setattr(activation, "TILE", 100)
    x = np.arange(7 * 6 * 11).reshape(7, 6, 11)
    out = np.zeros_like(x)
    if not contiguous:
        x = x.swapaxes(0, 1).copy().swapaxes(0, 1)
    parts = [*tiles_of(x, out)]
    assert len(parts) == (5 if contiguous else 1)
    for part, there in parts:
        np.negative(part, out=there)
    assert_array_equal(out, -x)
