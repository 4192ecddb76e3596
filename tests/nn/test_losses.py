import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax
from scipy.stats import norm
from sklearn.base import clone

from skdeep import nn
from skdeep.nn import (
    GaussianMixtureLoss,
    Huber,
    LogisticDice,
    LogisticFocal,
    LogisticLogLoss,
    Poisson,
    Quantile,
    SoftmaxDice,
    SoftmaxFocal,
    SoftmaxLogLoss,
)
from skdeep.nn.compute import Buffers
from tests.nn.cases import each
from tests.nn.passes import numeric_gradient
from tests.nn.training_cases import LOSSES, each_loss

SHAPE = (7, 3)
# But for numbers so small that they have fewer digits.
EXACT = {"rtol": 1e-12, "atol": 1e-300}
logits = arrays(np.float64, SHAPE, elements=st.floats(-1000, 1000))
smoothings = st.floats(0, 1)
classes = arrays(np.intp, SHAPE[0], elements=st.integers(0, SHAPE[1] - 1))
labels = arrays(np.float64, SHAPE, elements=st.sampled_from([0.0, 1.0]))


def evaluate(loss, z, target):
    """Return copies of loss and gradient, leaving ``z`` as it is."""
    return loss.value_and_gradient(z.copy(), target, Buffers(z.dtype))


def draw(case, seed=0, dtype=np.float64, shape=SHAPE):
    rng = np.random.default_rng(seed)
    z = rng.normal(scale=2, size=shape).astype(dtype)
    return z, case.targets(rng, *shape)


@each_loss
@pytest.mark.parametrize("seed", range(3))
def test_gradient_equals_finite_differences(case, seed):
    z, target = draw(case, seed)
    _, gradient = evaluate(case.loss, z, target)
    numeric = numeric_gradient(lambda: evaluate(case.loss, z, target)[0].sum(), z)
    assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-8)


@each([case for case in LOSSES if not case.loss.joint])
def test_value_is_one_number_a_sample(case):
    z, target = draw(case)
    value, _ = evaluate(case.loss, z, target)
    alone = [evaluate(case.loss, z[[i]], target[[i]])[0] for i in range(len(z))]
    assert value.shape == (len(z),)
    assert_allclose(value, np.concatenate(alone), rtol=1e-14)


@each_loss
def test_value_is_never_negative(case):
    for seed in range(20):
        z, target = draw(case, seed)
        assert evaluate(case.loss, z, target)[0].min() >= 0


@each_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradient_takes_the_memory_of_the_output(case, dtype):
    z, target = draw(case, dtype=dtype)
    value, gradient = case.loss.value_and_gradient(z, target, Buffers(dtype))
    assert gradient is z
    assert value.dtype.kind == "f"


@each_loss
def test_target_is_not_changed(case):
    z, target = draw(case)
    before = target.copy()
    evaluate(case.loss, z, target)
    assert_array_equal(target, before)


@each_loss
def test_float32_agrees_with_float64(case):
    z, target = draw(case, dtype=np.float32)
    single = evaluate(case.loss, z, target)
    double = evaluate(case.loss, z.astype(float), target)
    for a, b in zip(single, double, strict=True):
        assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@each_loss
def test_buffers_are_reused_by_batches_of_any_length(case):
    workspace = Buffers(np.float64)
    for n_samples in (6, 2, 9, 6):
        z, target = draw(case, shape=(n_samples, 3))
        fresh = evaluate(case.loss, z, target)
        reused = case.loss.value_and_gradient(z, target, workspace)
        for a, b in zip(reused, fresh, strict=True):
            assert_array_equal(a, b)


# The loss of a Poisson mean exp(1000) is infinite.
@each([case for case in LOSSES if not isinstance(case.loss, Poisson)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_outputs_give_finite_loss_and_gradient(case, dtype):
    z = np.array([[1000, -1000, 0], [-1000, 1000, 1000], [0, 0, 0]], dtype)
    for seed in range(5):
        target = case.targets(np.random.default_rng(seed), *z.shape)
        value, gradient = evaluate(case.loss, z, target)
        assert np.isfinite(value).all()
        assert np.isfinite(gradient).all()


@each_loss
@pytest.mark.parametrize("copy_of", [copy.deepcopy, clone, "pickle"])
def test_copy_is_the_same_loss(case, copy_of):
    if copy_of == "pickle":
        twin = pickle.loads(pickle.dumps(case.loss))
    else:
        twin = copy_of(case.loss)
    assert twin.get_params() == case.loss.get_params()
    assert repr(eval(repr(twin), vars(nn).copy())) == repr(case.loss)


LINKS = {
    "identity": lambda z: z,
    "exp": np.exp,
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
    # Of a single Gaussian of one number: its mean.
    "mixture": lambda z: z[:, 1:2],
}


@each_loss
def test_prediction_applies_the_link(case):
    z, _ = draw(case)
    before = z.copy()
    linked = LINKS[case.loss.link](z)
    if case.loss.levels is not None:
        linked = np.sort(linked, axis=1)
    assert_allclose(case.loss.predict(z), linked, rtol=1e-13)
    assert_array_equal(z, before)


@each([case for case in LOSSES if case.loss.link in ("logistic", "softmax")])
def test_probabilities_of_extreme_outputs_are_probabilities(case):
    p = case.loss.predict(np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 1000.0]]))
    assert p.min() >= 0
    assert p.max() <= 1
    if case.loss.link == "softmax":
        assert_allclose(p.sum(axis=1), 1, rtol=1e-15)


@given(logits, classes, smoothings)
def test_smoothed_softmax_is_the_loss_of_soft_targets(z, y, smoothing):
    soft = np.eye(SHAPE[1])[y] * (1 - smoothing) + smoothing / SHAPE[1]
    value, gradient = evaluate(SoftmaxLogLoss(label_smoothing=smoothing), z, y)
    assert_allclose(value, -(soft * log_softmax(z, axis=1)).sum(axis=1), atol=1e-9)
    assert_allclose(gradient, softmax(z, axis=1) - soft, atol=1e-12)


@given(logits, labels, smoothings)
def test_smoothed_logistic_is_the_loss_of_soft_targets(z, y, smoothing):
    soft = y * (1 - smoothing) + smoothing / 2
    value, gradient = evaluate(LogisticLogLoss(label_smoothing=smoothing), z, y)
    expected = -(soft * -np.logaddexp(0, -z) + (1 - soft) * -np.logaddexp(0, z))
    assert_allclose(value, expected.sum(axis=1), atol=1e-9)
    assert_allclose(gradient, expit(z) - soft, atol=1e-12)


@given(logits, classes)
def test_softmax_focal_without_focus_is_log_loss(z, y):
    focal, plain = SoftmaxFocal(gamma=0.0), SoftmaxLogLoss()
    for a, b in zip(evaluate(focal, z, y), evaluate(plain, z, y), strict=True):
        assert_allclose(a, b, atol=1e-12)


@given(logits, labels)
def test_logistic_focal_without_focus_is_log_loss(z, y):
    focal, plain = LogisticFocal(gamma=0.0), LogisticLogLoss()
    for a, b in zip(evaluate(focal, z, y), evaluate(plain, z, y), strict=True):
        assert_allclose(a, b, atol=1e-12)


@given(logits, classes, st.floats(0, 5))
@settings(max_examples=50)
def test_softmax_focal_is_its_formula(z, y, gamma):
    log_q = log_softmax(z, axis=1)[np.arange(len(y)), y]
    value, _ = evaluate(SoftmaxFocal(gamma=gamma), z, y)
    assert_allclose(value, -((1 - np.exp(log_q)) ** gamma) * log_q, atol=1e-9)


@given(logits)
def test_median_loss_is_half_the_absolute_error(z):
    target = np.zeros(SHAPE)
    value, _ = evaluate(Quantile(), z, target)
    assert_allclose(value, np.abs(z).sum(axis=1) / 2, **EXACT)


@given(logits, st.floats(0.1, 10))
def test_huber_is_a_parabola_that_turns_into_lines(z, delta):
    size = np.abs(z)
    expected = np.where(size <= delta, z**2 / 2, delta * (size - delta / 2))
    value, gradient = evaluate(Huber(delta=delta), z, np.zeros(SHAPE))
    assert_allclose(value, expected.sum(axis=1), **EXACT)
    assert_allclose(gradient, np.clip(z, -delta, delta), rtol=0)


@each([case for case in LOSSES if not case.loss.joint])
@pytest.mark.parametrize("weighted", [False, True])
def test_no_other_constant_is_better(case, weighted):
    rng = np.random.default_rng(0)
    n_samples = 400
    target = case.targets(rng, n_samples, SHAPE[1])
    weights = rng.uniform(0, 2, n_samples) if weighted else None
    best = case.loss.best_constant(target, weights)

    def mean(constant):
        z = np.tile(np.asarray(constant, dtype=float), (n_samples, 1))
        return np.average(evaluate(case.loss, z, target)[0], weights=weights)

    for step in rng.choice([-0.3, 0.3], size=(20, SHAPE[1])):
        # Adding the same to every class would change nothing.
        step[0] = 0
        assert mean(best) < mean(best + step)


# Components and numbers of a target.
MIXTURES = [(1, 1), (1, 3), (3, 1), (4, 2)]


def draw_mixture(n_components, n_numbers, n_samples=6):
    rng = np.random.default_rng(0)
    loss = GaussianMixtureLoss(n_components)
    z = rng.normal(size=(n_samples, loss.n_outputs(n_numbers)))
    return loss, z, rng.normal(size=(n_samples, n_numbers))


@pytest.mark.parametrize("sizes", MIXTURES)
def test_gradient_of_a_mixture_equals_finite_differences(sizes):
    loss, z, target = draw_mixture(*sizes)
    _, gradient = evaluate(loss, z, target)
    numeric = numeric_gradient(lambda: evaluate(loss, z, target)[0].sum(), z)
    assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("sizes", MIXTURES)
def test_density_of_a_mixture_is_its_formula(sizes):
    loss, z, target = draw_mixture(*sizes)
    log_weights, means, scales = loss.mixture(z)
    each = norm(means, scales).pdf(target[:, np.newaxis]).prod(axis=2)
    expected = np.log((np.exp(log_weights) * each).sum(axis=1))
    assert_allclose(loss.log_density(z, target), expected, rtol=1e-12)
    assert_allclose(np.exp(log_weights).sum(axis=1), 1, rtol=1e-14)
    values = evaluate(loss, z, target)[0]
    # The loss is the same but for a constant, which makes it 0 at its least.
    assert_allclose(values + expected, (values + expected)[0], rtol=1e-12)
    sharp = np.full_like(z, -1000)
    assert_allclose(evaluate(loss, sharp, -1000 + 0 * target)[0], 0, atol=1e-12)


@pytest.mark.parametrize("sizes", MIXTURES)
def test_the_best_constant_of_a_mixture_is_that_of_a_search_from_there(sizes):
    loss, _, target = draw_mixture(*sizes, n_samples=300)
    target = np.where(target > 0, target + 3, target)
    weights = np.random.default_rng(1).uniform(0.5, 2, len(target))
    best = loss.best_constant(target, weights)

    def mean(constant):
        z = np.tile(constant, (len(target), 1))
        return np.average(evaluate(loss, z, target)[0], weights=weights)

    assert minimize(mean, best).fun > mean(best) - 1e-4
    if sizes[0] > 1:
        single = GaussianMixtureLoss().best_constant(target, weights)
        alone = evaluate(
            GaussianMixtureLoss(), np.tile(single, (len(target), 1)), target
        )
        assert mean(best) < np.average(alone[0], weights=weights) - 0.1


JOINT = [case for case in LOSSES if case.loss.joint]


def coefficients(case, p, target, weights):
    """Return the overlap of each class or label, one after the other."""
    truth = target if target.ndim == 2 else np.eye(p.shape[1])[target]
    found, s = [], case.loss.smooth
    for k in range(p.shape[1]):
        both = (weights * p[:, k] * truth[:, k]).sum()
        total = (weights * p[:, k]).sum() + (weights * truth[:, k]).sum()
        if isinstance(case.loss, SoftmaxDice | LogisticDice):
            found.append((2 * both + s) / (total + s))
        else:
            found.append((both + s) / (total - both + s))
    return found


@each(JOINT)
def test_overlap_is_its_formula_for_all_rows_together(case):
    z, target = draw(case)
    weights = np.random.default_rng(0).uniform(0.5, 2, len(z))
    weights /= weights.mean()
    alone = clone(case.loss).set_params(log_loss_share=0.0)
    value, _ = evaluate(alone.with_weights(weights), z, target)
    expected = 1 - np.mean(coefficients(case, alone.predict(z), target, weights))
    assert_allclose(value, expected, rtol=1e-13)


@each(JOINT)
def test_share_mixes_overlap_with_the_log_loss(case):
    z, target = draw(case)
    log_loss = {"softmax": SoftmaxLogLoss, "logistic": LogisticLogLoss}
    parts = (
        clone(case.loss).set_params(log_loss_share=0.0),
        log_loss[case.loss.link](),
    )
    (overlap, log_loss), mixed = (
        (evaluate(part, z, target) for part in parts),
        evaluate(clone(case.loss).set_params(log_loss_share=0.3), z, target),
    )
    for got, a, b in zip(mixed, overlap, log_loss, strict=True):
        assert_allclose(got, 0.7 * a + 0.3 * b, rtol=1e-12, atol=1e-14)


@each(JOINT)
def test_gradient_of_a_weighted_mean_equals_finite_differences(case):
    z, target = draw(case)
    weights = np.random.default_rng(1).uniform(0.2, 3, len(z))
    weights[2] = 0
    loss = case.loss.with_weights(weights)
    _, gradient = evaluate(loss, z, target)
    numeric = numeric_gradient(lambda: evaluate(loss, z, target)[0] @ weights, z)
    expected = gradient * weights[:, np.newaxis]
    assert_allclose(expected, numeric, rtol=1e-6, atol=1e-8)


@each(JOINT)
def test_rows_of_weight_zero_have_no_influence(case):
    z, target = draw(case, shape=(9, 3))
    weights = np.random.default_rng(1).uniform(0.2, 3, 9)
    weights[[1, 5]] = 0
    counted = np.flatnonzero(weights)
    value, gradient = evaluate(case.loss.with_weights(weights), z, target)
    fewer = case.loss.with_weights(weights[counted])
    alone = evaluate(fewer, z[counted], target[counted])
    assert_allclose(value[counted], alone[0], rtol=1e-12)
    assert_allclose(gradient[counted], alone[1], rtol=1e-12, atol=1e-15)
    nothing = case.loss.with_weights(np.zeros(9))
    assert np.isfinite(evaluate(nothing, z, target)[1]).all()


@each(JOINT)
def test_binding_weights_leaves_the_loss_alone(case):
    z, target = draw(case)
    before = evaluate(case.loss, z, target)
    case.loss.with_weights(np.arange(len(z)) + 1.0)
    for a, b in zip(evaluate(case.loss, z, target), before, strict=True):
        assert_array_equal(a, b)
