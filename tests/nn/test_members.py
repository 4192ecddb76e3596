import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, softmax
from threadpoolctl import threadpool_limits

from skdeep.nn import (
    AbsoluteError,
    Adam,
    Dense,
    LogisticLogLoss,
    MemberDense,
    MemberLoss,
    Members,
    MixUp,
    Network,
    PeriodicEmbedding,
    Poisson,
    Serial,
    SoftmaxLogLoss,
    SquaredError,
    Tanh,
)
from skdeep.nn.augmentation.base import mixed_loss
from skdeep.nn.compute import Buffers
from skdeep.nn.training import Samples
from tests.nn.cases import each
from tests.nn.passes import numeric_gradient
from tests.nn.training_cases import LossCase, classes, counts, labels, real
from tests.nn.training_runs import make_trainer, problem, train

N_SAMPLES, N_MEMBERS, N_OUTPUTS = 6, 4, 3
CASES = [
    LossCase("softmax", SoftmaxLogLoss(), classes),
    LossCase("smoothed", SoftmaxLogLoss(label_smoothing=0.2), classes),
    LossCase("logistic", LogisticLogLoss(), labels),
    LossCase("squares", SquaredError(), real),
    LossCase("absolute", AbsoluteError(), real),
    LossCase("poisson", Poisson(), counts),
]


def draw(case, seed=0):
    rng = np.random.default_rng(seed)
    z = rng.normal(scale=2, size=(N_SAMPLES, N_MEMBERS, N_OUTPUTS))
    return z, case.targets(rng, N_SAMPLES, N_OUTPUTS)


def evaluate(loss, z, target):
    rows = z.reshape(-1, N_OUTPUTS).copy()
    return loss.value_and_gradient(rows, target, Buffers(z.dtype))


@each(CASES)
def test_value_is_the_mean_over_members(case):
    z, target = draw(case)
    alone = [evaluate(case.loss, z[:, k], target)[0] for k in range(N_MEMBERS)]
    value, _ = evaluate(MemberLoss(case.loss), z, target)
    assert_allclose(value, np.mean(alone, axis=0), rtol=1e-14)


@each(CASES)
def test_gradient_equals_finite_differences(case):
    z, target = draw(case)
    loss = MemberLoss(case.loss)
    _, gradient = evaluate(loss, z, target)
    numeric = numeric_gradient(lambda: evaluate(loss, z, target)[0].sum(), z)
    assert gradient.shape == z.shape
    assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-8)


@each(CASES)
def test_prediction_is_the_mean_of_the_members_predictions(case):
    z, _ = draw(case)
    before = z.copy()
    alone = [case.loss.predict(z[:, k]) for k in range(N_MEMBERS)]
    loss = MemberLoss(case.loss)
    assert_allclose(loss.predict(z), np.mean(alone, axis=0), rtol=1e-12)
    assert_allclose(case.loss.predict(loss.combine(z)), loss.predict(z), rtol=1e-12)
    assert_array_equal(z, before)


@each(CASES)
def test_combined_outputs_are_left_alone_and_judged_as_one_member(case):
    z, target = draw(case)
    loss = MemberLoss(case.loss)
    one = loss.combine(z)
    assert one.shape == (N_SAMPLES, N_OUTPUTS)
    assert loss.combine(one) is one
    assert_array_equal(loss.predict(one), case.loss.predict(one))
    for ours, expected in zip(
        evaluate(loss, one, target), evaluate(case.loss, one, target), strict=True
    ):
        assert_array_equal(ours, expected)


@each(CASES)
def test_losses_without_members_combine_nothing(case):
    z = draw(case)[0][:, 0]
    assert case.loss.combine(z) is z


@each(CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_outputs_combine_to_what_they_mean(case, dtype):
    z = np.array([[[80, -80, 0], [-80, 80, 0]]], dtype)
    combined = MemberLoss(case.loss).combine(z)
    assert combined.dtype == dtype
    assert np.isfinite(combined).all()
    expected = case.loss.predict(z[0].astype(float)).mean(axis=0)
    assert_allclose(case.loss.predict(combined)[0], expected, rtol=1e-5, atol=1e-7)


def test_best_constant_and_link_are_those_of_one_member():
    loss, target = SoftmaxLogLoss(), np.array([0, 1, 1, 2])
    assert MemberLoss(loss).link == "softmax"
    assert_array_equal(
        MemberLoss(loss).best_constant(target, None), loss.best_constant(target, None)
    )


def test_mixed_targets_are_mixed_for_every_member():
    case = CASES[0]
    z, target = draw(case)
    partner = np.arange(N_SAMPLES)[::-1]
    rows, scratch = z.reshape(-1, N_OUTPUTS), Buffers(z.dtype)
    loss = MemberLoss(case.loss)
    value, gradient = mixed_loss(loss, rows.copy(), target, (0.3, partner), scratch)
    own, others = evaluate(loss, z, target), evaluate(loss, z, target[partner])
    assert_allclose(value, 0.3 * own[0] + 0.7 * others[0])
    assert_allclose(gradient, 0.3 * own[1] + 0.7 * others[1])


def network(n_members=N_MEMBERS, n_outputs=N_OUTPUTS, dtype=np.float64):
    layers = [Members(n_members), Dense(5), Tanh(), MemberDense(n_outputs)]
    return Network(Serial(layers), (3,), dtype, np.random.default_rng(0))


def test_member_sees_the_features_times_its_gains_and_has_its_own_weights():
    net = network()
    x = np.random.default_rng(1).normal(size=(7, 3))
    gains, shared, _, own = (child.arrays for child in net.params.children)
    for k, z in enumerate(net.forward(x).transpose(1, 0, 2)):
        hidden = np.tanh(x * gains["gain"][k] @ shared["weight"] + shared["bias"])
        expected = hidden @ own["member_weight"][k] + own["bias"][k]
        assert_allclose(z, expected, rtol=1e-12)


def problem_of_classes():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 3))
    return x, np.digitize(x[:, 0] * x[:, 1], [-0.3, 0.3])


def test_weights_of_samples_count_as_repetitions():
    x, y = problem_of_classes()
    weights = np.random.default_rng(2).integers(1, 4, size=len(x))
    weighted, repeated = network(), network()
    loss = MemberLoss(SoftmaxLogLoss())
    train(weighted, loss, x, y, weights=weights / weights.mean(), epochs=5)
    train(repeated, loss, np.repeat(x, weights, 0), np.repeat(y, weights), epochs=5)
    assert_allclose(weighted.theta, repeated.theta, rtol=1e-9, atol=1e-12)


def test_members_differ_and_their_mean_is_better_than_most():
    x, y = problem_of_classes()
    net, loss = network(), MemberLoss(SoftmaxLogLoss())
    train(net, loss, x, y, optimizer=Adam(), rate=0.02, epochs=200)
    z = net.forward(x)
    alone = [evaluate(loss.loss, z[:, k], y)[0].mean() for k in range(N_MEMBERS)]
    together = evaluate(loss, loss.combine(z), y)[0].mean()
    assert len(set(alone)) == N_MEMBERS
    # Jensen: the loss of the mean prediction is at most the mean of the losses.
    assert together < np.mean(alone)
    assert (loss.predict(z).argmax(axis=1) == y).mean() > 0.9


def test_same_seed_gives_the_same_bits_in_shards_and_with_mixup():
    x, y = problem_of_classes()
    thetas = []
    for _ in range(2):
        net = network(dtype=np.float32)
        trainer = make_trainer(
            net, MemberLoss(SoftmaxLogLoss()), len(x), batch_size=32, rate=0.01
        )
        trainer.augmentation = MixUp(0.3)
        trainer.run(Samples(x.astype(np.float32), y), 3)
        thetas.append(net.theta)
    assert_array_equal(*thetas)


@pytest.mark.parametrize("batch_size", [100, 150])
def test_training_has_the_same_bits_at_any_number_of_threads(batch_size):
    x, y = problem(300, 30, 2, dtype=np.float32)
    layers = Serial([PeriodicEmbedding(), *tabular_layers()])
    results = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            net = Network(layers, (30,), np.float32, np.random.default_rng(0))
            options = {"epochs": 2, "batch_size": batch_size, "rate": 0.001}
            train(net, MemberLoss(SquaredError()), x, y, **options)
            results.append(net.theta)
    assert np.isfinite(results[0]).all()
    assert_array_equal(*results)


def tabular_layers():
    """Return members whose outputs start at zero."""
    return [Members(4), Dense(64), Tanh(), MemberDense(2, "zeros")]


@pytest.mark.parametrize(
    ("layer", "shape"), [(Members(2), (3, 4)), (MemberDense(2), (4,))]
)
def test_samples_of_other_axes_are_refused(layer, shape):
    with pytest.raises(ValueError, match="cannot take samples of shape"):
        layer.plan(shape)


@pytest.mark.parametrize("layer", [Members(0), MemberDense(1.5)])
def test_counts_are_integers_of_at_least_one(layer):
    with pytest.raises(ValueError, match="give an integer of at least 1"):
        layer.plan((2, 3) if isinstance(layer, MemberDense) else (3,))


def test_mean_probabilities_are_probabilities():
    z = np.random.default_rng(0).normal(scale=30, size=(50, 5, 4))
    p = MemberLoss(SoftmaxLogLoss()).predict(z)
    assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    assert_allclose(p, softmax(z, axis=2).mean(axis=1), rtol=1e-10, atol=1e-300)
    p = MemberLoss(LogisticLogLoss()).predict(z)
    assert_allclose(p, expit(z).mean(axis=1), rtol=1e-10)
