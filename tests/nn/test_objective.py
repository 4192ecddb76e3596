import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from skdeep.nn import Dense, Dropout, Mirror, Network, Serial, SquaredError, Tanh
from skdeep.nn.compute import Team
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import Objective, Samples
from skdeep.nn.training.objective import spawn
from tests.nn.cases import LAYERS, each
from tests.nn.passes import Pass, draw, network_of

EVERYTHING = slice(0, 6)
# Layers from which each sample comes out as one vector, for which there is a target.
VECTORS = [
    case
    for case in LAYERS
    if len(case.shape) == len(case.layer.plan(case.shape).output_shape) == 1
]


def samples_for(net, weights=None, n_samples=6):
    x, y = draw(net, n_samples)
    return Samples(x, y, weights)


def evaluate(net, samples, which=EVERYTHING, n_shards=1):
    """Return the summed loss and the gradient of the mean over the mini-batch."""
    with Team(n_shards, threads=n_shards) as team:
        objective = Objective(
            net, SquaredError(), team, spawn(np.random.default_rng(0), team.size)
        )
        value = objective(samples, which)
        return value, sum(objective.grads)


def samples_of_one(samples, i):
    return Samples(samples.inputs[i : i + 1], samples.targets[i : i + 1])


def small_network(*layers):
    return Network(Serial(layers), (3,), np.float64, np.random.default_rng(0))


# Whatever layer comes last, the loss may not spoil what backward reads.
@each([case for case in VECTORS if not case.is_random])
def test_gradient_is_right_whatever_the_last_layer(case):
    net = network_of(case)
    samples = samples_for(net)
    residuals = Pass(net)(samples.inputs, samples.targets)[0] - samples.targets
    value, grad = evaluate(net, samples)
    assert value == pytest.approx(0.5 * np.square(residuals).sum(), rel=1e-13)
    expected = Pass(net)(samples.inputs, residuals / 6)[2]
    assert_allclose(grad, expected, rtol=1e-12, atol=1e-14)


@each(VECTORS)
def test_samples_are_not_changed(case):
    net = network_of(case)
    samples = samples_for(net)
    before = samples.inputs.copy(), samples.targets.copy()
    evaluate(net, samples)
    evaluate(net, samples, np.array([3, 1]))
    assert_array_equal(samples.inputs, before[0])
    assert_array_equal(samples.targets, before[1])


def test_weights_multiply_loss_and_gradient_of_their_samples():
    net = small_network(Dense(4), Tanh(), Dense(2))
    weights = np.array([0.0, 2.0, 0.5, 1.0, 1.0, 1.5])
    samples = samples_for(net, weights)
    value, grad = evaluate(net, samples)
    alone = [evaluate(net, samples_of_one(samples, i), slice(0, 1)) for i in range(6)]
    values, grads = map(np.array, zip(*alone, strict=True))
    assert value == pytest.approx(weights @ values, rel=1e-14)
    assert_allclose(grad, weights @ grads / 6, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("weights", [None, np.arange(6.0)])
@pytest.mark.parametrize("which", [slice(2, 6), np.array([5, 0, 3])])
@pytest.mark.parametrize("n_shards", [1, 2, 3, 4])
def test_positions_may_be_a_slice_or_an_array_and_cut(weights, which, n_shards):
    net = small_network(Dense(2))
    samples = samples_for(net, weights)
    x, y, w = samples.inputs[which], samples.targets[which], weights
    part = Samples(x, y, None if w is None else w[which])
    value, grad = evaluate(net, samples, which, n_shards)
    expected_value, expected_grad = evaluate(net, part, slice(0, len(x)))
    assert value == pytest.approx(expected_value, rel=1e-14)
    assert_allclose(grad, expected_grad, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("which", [EVERYTHING, np.array([4, 2])])
def test_sparse_inputs_give_the_gradient_of_dense_ones(which):
    net = small_network(Dense(4), Tanh(), Dense(2))
    samples = samples_for(net)
    samples.inputs[:, 1] = 0
    sparse = Samples(csr_array(samples.inputs), samples.targets)
    value, grad = evaluate(net, samples, which)
    sparse_value, sparse_grad = evaluate(net, sparse, which)
    assert sparse_value == pytest.approx(value, rel=1e-14)
    assert_allclose(sparse_grad, grad, rtol=1e-12, atol=1e-15)


def test_shards_draw_different_random_numbers():
    net = small_network(Dropout(0.5), Dense(1))
    samples = Samples(np.ones((40, 3)), np.zeros((40, 1)))
    with Team(2, threads=2) as team:
        objective = Objective(
            net, SquaredError(), team, spawn(np.random.default_rng(0), team.size)
        )
        objective(samples, slice(0, 40))
        # Both halves of the mini-batch are alike, hence only dropout differs.
        assert not np.array_equal(*objective.grads)


@pytest.mark.parametrize("which", [slice(0, 6), np.arange(6)])
@pytest.mark.parametrize("sizes", [[(5, 4)] * 6, [(5, 4), (3, 3), (2, 4)] * 2], ids=str)
def test_augmentation_moves_targets_and_weights_of_pixels(which, sizes):
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(*size, 1)) for size in sizes]
    before = [array.copy() for array in arrays]
    zeros = Ragged([np.zeros_like(array) for array in arrays])
    x, weights = Ragged(arrays), Ragged([np.abs(array) for array in arrays])
    net = Network(Serial([]), (5, 4, 1), np.float64, rng)
    with Team(1, threads=1) as team:
        rngs = spawn(np.random.default_rng(0), 1)
        objective = Objective(net, SquaredError(), team, rngs, Mirror(1.0))
        # Outputs are the images: the targets are if they are mirrored alike.
        assert objective(Samples(x, x, weights), which) == 0
        value = objective(Samples(x, zeros, weights), which)
    assert value == pytest.approx(sum((np.abs(a) ** 3).sum() for a in arrays) / 2)
    for array, unchanged in zip(arrays, before, strict=True):
        assert_array_equal(array, unchanged)
