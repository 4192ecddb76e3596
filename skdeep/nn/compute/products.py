"""Matrix products, in pieces that suit BLAS.

Before it multiplies, BLAS copies its operands into an order of its own. That pays where
each number is used often; where a matrix has a few dozen columns it takes a third of
the time. OpenBLAS has kernels that do without for products of at most 100**3
multiply-adds, on processors with AVX-512. A large product is a stack of such small ones
to NumPy, which goes through them without a step in Python: 1,024 x 288 times 288 x 32
float32 numbers at 205 in place of 140 GFLOP/s. The bits are the same up to 448 terms.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np

from skdeep.nn.compute.threads import blas_libraries

# The processors, by OpenBLAS's names, for which it has kernels for small matrices.
SMALL_KERNELS = {"SkylakeX", "Cooperlake", "SapphireRapids"}
# Multiply-adds of a product that OpenBLAS has a kernel without copies for.
SMALL = 1_000_000
# Rows that a piece has at least; terms of a sum, at most: beyond, copying pays.
LEAST_ROWS = 12
MOST_TERMS = 1024


@cache
def has_small_kernels() -> bool:
    """Tell whether BLAS multiplies small matrices without copying them first."""
    # Of a BLAS that threadpoolctl does not find, nothing is known.
    return bool(blas_libraries()) and all(
        library.internal_api == "openblas" and library.architecture in SMALL_KERNELS
        for library in blas_libraries()
    )


def multiply(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Write ``a @ b`` into ``out``, and return it.

    Parameters
    ----------
    a : ndarray of shape (..., n_rows, n_terms)
        A matrix, or a stack of them.
    b : ndarray of shape (..., n_terms, n_columns)
        A matrix, or a stack of them.
    out : ndarray of shape (..., n_rows, n_columns)
        The product.

    Returns
    -------
    ndarray of shape (..., n_rows, n_columns)
        ``out``.
    """
    n_rows, n_terms = a.shape[-2:]
    n_columns = b.shape[-1]
    rows = _rows_of_piece(n_rows, n_terms, n_columns)
    if not rows:
        return np.matmul(a, b, out=out)
    whole = n_rows - n_rows % rows
    np.matmul(
        _cut(a[..., :whole, :], rows),
        b if b.ndim == 2 else b[..., np.newaxis, :, :],
        out=_cut(out[..., :whole, :], rows),
    )
    if whole < n_rows:
        np.matmul(a[..., whole:, :], b, out=out[..., whole:, :])
    return out


def stacked(a: np.ndarray, n_columns: int) -> tuple[Callable[..., np.ndarray], Any]:
    """Return how to multiply many matrices, one after the other, by the same one.

    Parameters
    ----------
    a : ndarray of shape (n_rows, n_terms)
        Stands on the left in all products.
    n_columns : int
        Of the matrices on the right.

    Returns
    -------
    product : callable
        ``product(a, b, out=out)``.
    a : ndarray of shape (n_rows, n_terms) or (n_pieces, n_rows / n_pieces, n_terms)
        A view. ``out`` is to be cut into pieces likewise.
    """
    rows = _rows_of_piece(*a.shape, n_columns)
    if not rows or len(a) % rows:
        return np.dot, a
    return np.matmul, _cut(a, rows)


def _cut(matrices: np.ndarray, rows: int) -> np.ndarray:
    """Return a view of matrices as stacks of pieces with so many rows."""
    *stack, _, n_columns = matrices.shape
    return matrices.reshape(*stack, -1, rows, n_columns)


@lru_cache(maxsize=1024)
def _rows_of_piece(n_rows: int, n_terms: int, n_columns: int) -> int:
    """Return how many rows a piece is to have, 0 for a product in one."""
    size = n_terms * n_columns
    if n_rows * size <= SMALL or n_terms > MOST_TERMS or not has_small_kernels():
        return 0
    most = SMALL // size
    if most < LEAST_ROWS:
        return 0
    # A divisor leaves no rows over; the second best are pieces of about equal size.
    divisors = (rows for rows in range(most, most // 2, -1) if n_rows % rows == 0)
    return next(divisors, -(-n_rows // -(-n_rows // most)))
