"""Learned vectors in the place of categories."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from skdeep.nn.initializers import Initializer, resolve_initializer
from skdeep.nn.layers.base import Layer, flatten_samples
from skdeep.nn.parameters import Parameter, Plan

# The codes before those of the categories.
MISSING, UNSEEN, FIRST = 0, 1, 2


@dataclass(repr=False)
class ColumnEmbedding(Layer):
    """Numbers as they are, and a learned vector for each category [1]_.

    Each of the last columns of the input, along its last axis, holds the codes of one
    categorical column, such as the tokens of a text or the products in a table: 0
    is missing, 1 is a category never seen, and categories follow from 2 on. The output
    is the other columns, then for each categorical column the row of its table that
    the code names.

    Parameters
    ----------
    cardinalities : sequence of int
        Number of codes of each categorical column, the first two included.
    dims : int or sequence of int
        Length of the vectors, one number for all columns or one for each.
    initializer : str or Initializer, default="normal"
        Starting vectors of the categories, which have one input each: fans are 1 and
        ``dim``. Those of missing and of unseen start at zero, where they stay if no
        sample of the training set has them.

    Notes
    -----
    This is a dense layer without biases over one-hot columns, for the cost of a
    lookup. Accordingly, the tables count as weights in penalties, which draw the
    vectors of rare categories towards zero, where those of missing and unseen start.

    Codes are numbers of the input's type: float32 is exact up to 16,777,216. A code
    beyond the table counts as unseen. No gradient reaches the codes.

    References
    ----------
    .. [1] C. Guo and F. Berkhahn, "Entity embeddings of categorical variables", 2016,
       arXiv:1604.06737.

    Examples
    --------
    >>> layer = ColumnEmbedding([5, 4], dims=[3, 2])
    >>> layer.plan((7,)).output_shape  # 5 numbers, and vectors of 3 and of 2
    (10,)
    """

    cardinalities: Sequence[int]
    dims: int | Sequence[int]
    initializer: str | Initializer = "normal"

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Shape of each table."""
        dims = self.dims
        if not isinstance(dims, Sequence | np.ndarray):
            dims = [dims] * len(self.cardinalities)
        if len(dims) != len(self.cardinalities):
            raise ValueError(
                f"dims has {len(dims)} entries for {len(self.cardinalities)} "
                "cardinalities: give one for each, or one number for all."
            )
        return tuple(
            (int(n), int(dim)) for n, dim in zip(self.cardinalities, dims, strict=True)
        )

    def plan(self, input_shape):
        shapes = self.shapes
        if any(n < FIRST or dim < 1 for n, dim in shapes):
            raise ValueError(
                f"ColumnEmbedding cannot make tables of shapes {list(shapes)}: give "
                "cardinalities of at least 2 (missing and unseen) and dims of at "
                "least 1."
            )
        n_numbers = input_shape[-1] - len(shapes)
        if n_numbers < 0:
            raise ValueError(
                f"ColumnEmbedding with {len(shapes)} categorical columns cannot take "
                f"samples of shape {input_shape}: the last axis must hold at least as "
                "many, the categorical columns last."
            )
        size = sum(n * dim for n, dim in shapes)
        tables = Parameter("tables", (size,), _Tables(shapes, self.initializer))
        width = n_numbers + sum(dim for _, dim in shapes)
        return Plan(input_shape, (*input_shape[:-1], width), (tables,))

    def tables(self, vector: np.ndarray) -> list[np.ndarray]:
        """Return the table of each column, as views of the layer's parameter.

        Parameters
        ----------
        vector : ndarray of shape (n_parameters,)
            The parameter ``"tables"``.

        Returns
        -------
        list of ndarray of shape (cardinality, dim)
            One for each categorical column.
        """
        ends = np.cumsum([n * dim for n, dim in self.shapes])[:-1]
        parts = np.split(vector, ends)
        return [p.reshape(s) for p, s in zip(parts, self.shapes, strict=True)]

    def forward(self, x, workspace):
        rows = flatten_samples(x)
        n_numbers = rows.shape[1] - len(self.cardinalities)
        index = self._index(rows[:, n_numbers:])
        vectors = workspace.empty("vectors", index.shape)
        workspace.params["tables"].take(index, out=vectors, mode="clip")
        width = n_numbers + index.shape[1]
        y = workspace.empty("y", (len(rows), width))
        np.concatenate((rows[:, :n_numbers], vectors), axis=1, out=y)

        def backward(dy):
            dy = flatten_samples(dy)
            grad = workspace.grads["tables"]
            grad.fill(0)
            # One-dimensional indices are 10 to 20 times as fast as rows of a matrix.
            np.add.at(grad, index.ravel(), dy[:, n_numbers:].ravel())
            if not workspace.wants_dx:
                return dy
            dx = workspace.empty("dx", rows.shape)
            dx[:, :n_numbers] = dy[:, :n_numbers]
            dx[:, n_numbers:] = 0
            return dx.reshape(x.shape)

        return y.reshape(*x.shape[:-1], width), backward

    def _index(self, codes):
        """Return where in the parameter each number of each vector lies."""
        cardinalities, column, dim, start = _layout(self.shapes)
        with np.errstate(invalid="ignore"):
            codes = codes.astype(np.intp)
        # A negative code is a very large one without its sign.
        np.copyto(codes, UNSEEN, where=codes.view(np.uintp) >= cardinalities)
        index = codes.take(column, axis=1)
        index *= dim
        index += start
        return index


@dataclass(repr=False)
class Embedding(Layer):
    """A learned vector for each code, such as that of a word of a text [1]_.

    Samples have the shape (time,) or (time, 1); of either, the output has the shape
    (time, dim). As in :class:`ColumnEmbedding`, which takes tables, code 0 is missing
    and 1 is never seen, and so is a code beyond the last.

    Parameters
    ----------
    n_codes : int
        Number of codes, 0 and 1 included: the largest code plus 1.
    dim : int
        Length of the vectors.
    initializer : str or Initializer, default="standard_normal"
        Starting vectors. Those of codes 0 and 1 start at zero.

    References
    ----------
    .. [1] Y. Bengio et al., "A neural probabilistic language model", Journal of Machine
       Learning Research 3, 2003.

    Examples
    --------
    >>> from skdeep.nn import GRU, Serial
    >>> network = Serial([Embedding(1000, dim=16), GRU(32, return_sequences=False)])
    >>> network.plan((20, 1)).output_shape
    (32,)
    """

    n_codes: int
    dim: int
    initializer: str | Initializer = "standard_normal"

    @property
    def _columns(self) -> ColumnEmbedding:
        return ColumnEmbedding([self.n_codes], self.dim, self.initializer)

    def plan(self, input_shape):
        if len(input_shape) > 2 or (len(input_shape) == 2 and input_shape[-1] != 1):
            raise ValueError(
                f"Embedding takes samples of shape (time,) or (time, 1), one code for "
                f"each step, and not {input_shape}."
            )
        plan = self._columns.plan((input_shape[0], 1))
        return replace(plan, input_shape=input_shape)

    def forward(self, x, workspace):
        codes = x if x.ndim == 3 else x[:, :, np.newaxis]
        y, columns_backward = self._columns.forward(codes, workspace)

        def backward(dy):
            dx = columns_backward(dy)
            return dx.reshape(x.shape) if workspace.wants_dx else dx

        return y, backward


@lru_cache(maxsize=32)
def _layout(shapes):
    """Return the cardinalities, and where the numbers of the output come from.

    These are, for each number: its column, the length of its vector, and its place in
    the first row of the table.
    """
    cardinalities, dims = np.array(shapes, dtype=np.intp).reshape(-1, 2).T
    column = np.repeat(np.arange(len(shapes)), dims)
    sizes = cardinalities * dims
    within = np.arange(dims.sum()) - np.repeat(np.cumsum(dims) - dims, dims)
    start = np.repeat(np.cumsum(sizes) - sizes, dims) + within
    return cardinalities.astype(np.uintp), column, dims[column], start


@dataclass(repr=False)
class _Tables(Initializer):
    """Draws one table after the other, with zeros for missing and unseen."""

    shapes: Sequence[tuple[int, int]]
    initializer: str | Initializer

    def __call__(self, shape, fans, rng):
        draw = resolve_initializer(self.initializer)
        vector = np.empty(shape)
        end = 0
        for n, dim in self.shapes:
            start, end = end, end + n * dim
            table = vector[start:end].reshape(n, dim)
            table[:FIRST] = 0
            table[FIRST:] = draw((n - FIRST, dim), (1, dim), rng)
        return vector
