import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import BatchNorm, Dense, Network, ReLU, Serial
from skdeep.nn import network as network_module
from skdeep.nn.compute import Buffers
from skdeep.nn.network import takes_any_size
from skdeep.nn.ragged import Ragged, clear_padding, valid_steps
from skdeep.nn.training import BucketOrder, Samples

SEQUENCES = st.lists(st.tuples(st.integers(1, 5)), min_size=1, max_size=6)
IMAGES = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=6
)


def samples_of(sizes, n_channels=2, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(*size, n_channels)).astype(dtype) for size in sizes]


@given(sizes=st.one_of(SEQUENCES, IMAGES))
@settings(deadline=None, max_examples=50)
def test_padding_holds_samples_and_zeros(sizes):
    arrays = samples_of(sizes)
    x, extents = Ragged(arrays).pad(np.arange(len(arrays)))
    valid = valid_steps(x.shape, extents)
    for row, inside, array in zip(x, valid, arrays, strict=True):
        assert_array_equal(row[inside].reshape(array.shape), array)
        assert not row[~inside].any()


@given(sizes=st.one_of(SEQUENCES, IMAGES))
@settings(deadline=None, max_examples=50)
def test_clearing_touches_padding_alone(sizes):
    sizes = np.array(sizes)
    x = np.ones((len(sizes), *sizes.max(axis=0), 2))
    clear_padding(x, sizes)
    assert_array_equal(x[..., 0] == 1, valid_steps(x.shape, sizes))


def test_sizes_are_left_out_where_there_is_no_padding():
    ragged = Ragged(samples_of([(3,), (2,), (3,)]))
    assert ragged.pad(np.array([0, 2]))[1] is None
    clear_padding(np.ones((2, 3, 2)), None)
    assert valid_steps((2, 3, 2), None).all()


def test_buffer_of_an_earlier_mini_batch_leaves_no_trace():
    ragged = Ragged(samples_of([(4,), (2,), (1,)]))
    workspace = Buffers(np.float64)
    ragged.pad(np.array([0, 1]), workspace)
    x, _ = ragged.pad(np.array([1, 2]), workspace)
    assert_array_equal(x[1, 1:], 0)


def test_shape_is_that_of_a_sample_as_large_as_the_largest():
    ragged = Ragged(samples_of([(4, 1), (2, 3)], n_channels=5))
    assert ragged.shape == (2, 4, 3, 5)
    assert ragged[np.array([1])].shape == (1, 2, 3, 5)
    assert len(ragged[1:]) == 1


def test_type_changes_without_copies_where_it_is_the_same():
    arrays = samples_of([(4,), (2,)])
    assert Ragged(arrays).astype(np.float32).dtype == np.float32
    assert Ragged(arrays).astype(np.float64).arrays[0] is arrays[0]


def test_longest_come_first_in_a_stable_order():
    ragged = Ragged(samples_of([(2,), (3,), (2,), (5,)]))
    assert_array_equal(ragged.longest_first(np.arange(4)), [3, 1, 0, 2])


def network(*layers, shape=(5, 2)):
    return Network(Serial(layers), shape, np.float64, np.random.default_rng(0))


@pytest.mark.parametrize("chunk", [2**19, 1])
def test_outputs_of_steps_come_in_the_shape_of_samples(monkeypatch, chunk):
    monkeypatch.setattr(network_module, "CHUNK", chunk)
    net = network(Dense(4), ReLU(), Dense(3))
    arrays = samples_of([(2,), (5,), (1,), (5,)])
    result = net.forward(Ragged(arrays))
    for got, array in zip(result.arrays, arrays, strict=True):
        assert_allclose(got, net.forward(array[np.newaxis])[0], rtol=1e-12)


def test_layers_that_keep_steps_apart_take_any_size():
    assert takes_any_size(Serial([Dense(4), BatchNorm()]), (5, 2))


def test_batch_norm_counts_what_is_there_alone():
    net = network(BatchNorm())
    net.theta += np.random.default_rng(1).normal(size=net.theta.size)
    arrays = samples_of([(5,), (3,), (1,)])
    rows = np.concatenate(arrays)
    dy_rows = np.random.default_rng(2).normal(size=rows.shape)

    def run(x, dy, sizes):
        grad = np.full_like(net.theta, np.nan)
        space = net.workspace(grad)
        space.sizes, space.wants_dx = sizes, True
        y, backward = net.layer.forward(x, space)
        y = y.copy()
        return y, backward(dy.copy()).copy(), grad

    padded, sizes = Ragged(arrays).pad(np.arange(3))
    valid = valid_steps(padded.shape, sizes)
    padded[~valid] = 1e6
    dy = np.zeros_like(padded)
    dy[valid] = dy_rows
    y, dx, grad = run(padded, dy, sizes)
    state = net.state.copy()
    net.state[...] = network(BatchNorm()).state
    expected_y, expected_dx, expected_grad = run(rows, dy_rows, None)
    assert_allclose(y[valid], expected_y, rtol=1e-12)
    assert_allclose(dx[valid], expected_dx, rtol=1e-9, atol=1e-12)
    assert_array_equal(dx[~valid], 0)
    assert_allclose(grad, expected_grad, rtol=1e-12)
    assert_allclose(state, net.state, rtol=1e-12)


def test_gathered_steps_weigh_as_much_as_their_sample():
    inputs = Ragged(samples_of([(1,), (3,)]))
    targets = Ragged([np.array([[7]]), np.array([[1], [2], [3]])])
    samples = Samples(inputs, targets, np.array([0.5, 2.0]))
    scratch = Buffers(np.float64)
    batch = samples.gather(np.array([0, 1]), scratch)
    assert_array_equal(batch.targets.reshape(2, 3)[0], [1, 2, 3])
    assert batch.targets.reshape(2, 3)[1, 0] == 7
    assert_array_equal(batch.weights.reshape(2, 3), [[2, 2, 2], [0.5, 0, 0]])
    assert_array_equal(batch.sizes, [[3], [1]])


LENGTHS = np.random.default_rng(0).integers(1, 100, 403)


def padding_share(order, batch_size):
    lengths = [
        LENGTHS[order[i : i + batch_size]] for i in range(0, len(order), batch_size)
    ]
    total = sum(len(part) * part.max() for part in lengths)
    return 1 - LENGTHS.sum() / total


def test_buckets_take_every_sample_once_and_little_padding():
    rng = np.random.default_rng(0)
    order = BucketOrder(LENGTHS).draw(403, 10, rng)
    assert_array_equal(np.sort(order), range(403))
    assert padding_share(order, 10) < 0.5 * padding_share(rng.permutation(403), 10)


def test_buckets_mix_anew_every_epoch():
    rng, order = np.random.default_rng(0), BucketOrder(LENGTHS)
    first, second = (order.draw(403, 10, rng)[:400].reshape(40, 10) for _ in range(2))
    batches = {frozenset(batch.tolist()) for batch in first}
    assert not batches & {frozenset(batch.tolist()) for batch in second}
    # Mini-batches of short and long samples take turns.
    means = LENGTHS[first].mean(axis=1)
    assert abs(np.corrcoef(means, np.arange(40))[0, 1]) < 0.5


def test_one_mini_batch_of_all_needs_no_order():
    assert BucketOrder(LENGTHS).draw(403, 403, np.random.default_rng(0)) is None
