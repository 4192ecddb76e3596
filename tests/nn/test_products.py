"""Products in pieces against products in one."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from skdeep.nn.compute import products

finds_small_kernels = products.has_small_kernels.__wrapped__


@pytest.fixture(autouse=True)
def pieces(monkeypatch):
    """Pieces of few numbers, whatever BLAS there is."""
    monkeypatch.setattr(products, "has_small_kernels", lambda: True)
    monkeypatch.setattr(products, "SMALL", 2_000)
    products._rows_of_piece.cache_clear()
    yield
    products._rows_of_piece.cache_clear()


@given(
    n_rows=st.integers(1, 300),
    n_terms=st.integers(1, 12),
    n_columns=st.integers(1, 12),
    stack=st.sampled_from([(), (2,), (2, 3)]),
    b_stack=st.sampled_from(["none", "own", "one"]),
    is_transposed=st.booleans(),
)
@settings(deadline=None)
def test_pieces_are_the_whole(
    n_rows, n_terms, n_columns, stack, b_stack, is_transposed
):
    rng = np.random.default_rng(0)
    a = rng.normal(size=(*stack, n_rows, n_terms))
    if is_transposed:
        a = rng.normal(size=(*stack, n_terms, n_rows)).swapaxes(-1, -2)
    lead = {"none": (), "own": stack, "one": tuple(1 for _ in stack)}[b_stack]
    b = rng.normal(size=(*lead, n_terms, n_columns))
    out = np.full((*stack, n_rows, n_columns), np.nan)
    assert products.multiply(a, b, out) is out
    assert_allclose(out, a @ b, rtol=1e-12, atol=1e-14)


def test_a_large_product_is_one_call_of_small_ones(monkeypatch):
    shapes = []

    def matmul(a, b, out):
        shapes.append(a.shape)

    monkeypatch.setattr(products.np, "matmul", matmul)
    a, b = np.ones((100, 10)), np.ones((10, 5))
    products.multiply(a, b, np.empty((100, 5)))
    products.multiply(a[:97], b, np.empty((97, 5)))
    assert shapes == [(4, 25, 10), (2, 33, 10), (31, 10)]


def test_a_matrix_that_stands_on_the_left_every_time():
    product, a = products.stacked(np.ones((100, 10)), 5)
    assert product is np.matmul
    assert a.shape == (4, 25, 10)
    product, a = products.stacked(np.ones((97, 10)), 5)
    assert product is np.dot
    assert a.shape == (97, 10)


@pytest.mark.parametrize(
    ("libraries", "expected"),
    [
        ([], False),
        ([("openblas", "SkylakeX")], True),
        ([("openblas", "SkylakeX"), ("openblas", "Haswell")], False),
        ([("mkl", "SkylakeX")], False),
    ],
)
def test_where_there_are_kernels_for_small_matrices(monkeypatch, libraries, expected):
    found = [SimpleNamespace(internal_api=a, architecture=b) for a, b in libraries]
    monkeypatch.setattr(products, "blas_libraries", lambda: found)
    assert finds_small_kernels() is expected
