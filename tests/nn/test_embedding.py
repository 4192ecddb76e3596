import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import ColumnEmbedding, Embedding, Network
from tests.nn.passes import Pass

CODES = np.array([[0, 2], [4, 1], [3, 0], [2, 2], [2, 1]])
NUMBERS = np.random.default_rng(0).normal(size=(5, 2))


def embedding(dims=(3, 2), dtype=np.float64, initializer="normal"):
    layer = ColumnEmbedding([5, 3], dims, initializer)
    return Network(layer, (4,), dtype, np.random.default_rng(1))


def tables(net):
    return net.layer.tables(net.parameters("tables")[0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("dims", [(3, 2), 4])
def test_output_is_numbers_then_rows_of_the_tables(dims, dtype):
    net = embedding(dims, dtype)
    x = np.c_[NUMBERS, CODES].astype(dtype)
    rows = [t[c] for t, c in zip(tables(net), CODES.T, strict=True)]
    assert_array_equal(net.forward(x), np.hstack([x[:, :2], *rows]))


def test_gradients_are_those_of_a_dense_layer_over_one_hot_columns():
    net = embedding()
    dy = np.random.default_rng(2).normal(size=(5, 7))
    _, dx, grad = Pass(net)(np.c_[NUMBERS, CODES], dy)
    expected = [
        np.eye(5)[CODES[:, 0]].T @ dy[:, 2:5],
        np.eye(3)[CODES[:, 1]].T @ dy[:, 5:],
    ]
    for table, other in zip(net.layer.tables(grad), expected, strict=True):
        assert_allclose(table, other, rtol=1e-13)
    assert_array_equal(dx, np.c_[dy[:, :2], np.zeros((5, 2))])


@pytest.mark.parametrize("code", [5, -1, 1e6])
def test_code_beyond_the_table_counts_as_unseen(code):
    net = embedding()
    net.theta[...] = np.arange(len(net.theta))
    x = np.array([[0.0, 0.0, code, 2.0], [0.0, 0.0, 1.0, 2.0]])
    strange, unseen = net.forward(x)
    assert_array_equal(strange, unseen)


@pytest.mark.parametrize("initializer", ["glorot_uniform", "normal", "orthogonal"])
def test_missing_and_unseen_start_at_zero(initializer):
    for table in tables(embedding(initializer=initializer)):
        assert_array_equal(table[:2], 0)
        assert np.all(table[2:] != 0)


def test_tables_count_as_weights():
    net = embedding()
    assert net.layout.n_penalised == net.theta.size == 5 * 3 + 3 * 2


@pytest.mark.parametrize(
    ("cardinalities", "dims", "shape", "message"),
    [
        ([5, 3], [2], (4,), "dims has 1 entries for 2 cardinalities"),
        ([5, 1], 2, (4,), "cardinalities of at least 2"),
        ([5, 3], 0, (4,), "dims of at least 1"),
        ([5, 3], 2, (1,), "the categorical columns last"),
    ],
)
def test_wrong_shapes_are_refused(cardinalities, dims, shape, message):
    with pytest.raises(ValueError, match=message):
        ColumnEmbedding(cardinalities, dims).plan(shape)


@pytest.mark.parametrize("shape", [(5,), (5, 1)])
def test_vectors_of_steps_are_those_of_columns(shape):
    x = np.random.default_rng(0).integers(0, 6, (7, 5, 1)).astype(float)
    columns = ColumnEmbedding([4], 3, "standard_normal")
    one, other = (
        Network(layer, size, np.float64, np.random.default_rng(1))
        for layer, size in ((Embedding(4, 3), shape), (columns, (5, 1)))
    )
    assert_array_equal(one.forward(x.reshape(7, *shape)), other.forward(x))


@pytest.mark.parametrize("shape", [(5, 2), (4, 4, 1)])
def test_embedding_takes_one_code_for_each_step(shape):
    with pytest.raises(ValueError, match="one code for each step"):
        Embedding(4, 3).plan(shape)
