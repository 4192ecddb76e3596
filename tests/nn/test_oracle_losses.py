import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import (
    AbsoluteError,
    GaussianMixtureLoss,
    Huber,
    LogisticJaccard,
    LogisticLogLoss,
    Poisson,
    SoftmaxDice,
    SoftmaxLogLoss,
    SquaredError,
)
from skdeep.nn.compute import Buffers
from tests.nn.training_cases import classes, counts, labels, real

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

F = torch.nn.functional


def half_squared_error(z, y, reduction):
    return F.mse_loss(z, y, reduction=reduction) / 2


def half_deviance(z, y, reduction):
    """Return PyTorch's Poisson loss, less its value at a perfect fit."""
    perfect = y - torch.xlogy(y, y)
    return F.poisson_nll_loss(z, y, reduction=reduction) - perfect


def smoothed_logistic(z, y, reduction):
    return F.binary_cross_entropy_with_logits(z, y * 0.8 + 0.1, reduction=reduction)


def smoothed_softmax(z, y, reduction):
    return F.cross_entropy(z, y, reduction=reduction, label_smoothing=0.2)


def wide_huber(z, y, reduction):
    return F.huber_loss(z, y, reduction=reduction, delta=2.5)


def dice(z, y, reduction):
    p, truth = torch.softmax(z, 1), F.one_hot(y, z.shape[1])
    total = p.sum(0) + truth.sum(0)
    overlap = (2 * (p * truth).sum(0) + 1) / (total + 1)
    return (F.cross_entropy(z, y, reduction=reduction) + 1 - overlap.mean()) / 2


def jaccard(z, y, reduction):
    p = torch.sigmoid(z)
    both, either = (p * y).sum(0), (p + y - p * y).sum(0)
    log_loss = F.binary_cross_entropy_with_logits(z, y, reduction=reduction).sum(1)
    return 0.2 * log_loss + 0.8 * (1 - ((both + 2) / (either + 2)).mean())


PAIRS = {
    "squared error": (SquaredError(), half_squared_error, real),
    "absolute error": (AbsoluteError(), F.l1_loss, real),
    "huber": (Huber(), F.huber_loss, real),
    "huber 2.5": (Huber(delta=2.5), wide_huber, real),
    "poisson": (Poisson(), half_deviance, counts),
    "softmax": (SoftmaxLogLoss(), F.cross_entropy, classes),
    "softmax smoothed": (SoftmaxLogLoss(0.2), smoothed_softmax, classes),
    "logistic": (LogisticLogLoss(), F.binary_cross_entropy_with_logits, labels),
    "softmax dice": (SoftmaxDice(), dice, classes),
    "logistic jaccard": (LogisticJaccard(2.0, 0.2), jaccard, labels),
    "logistic smoothed": (LogisticLogLoss(0.2), smoothed_logistic, labels),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("seed", range(3))
def test_loss_and_gradient_are_pytorchs(name, seed):
    loss, function, targets = PAIRS[name]
    rng = np.random.default_rng(seed)
    z = rng.normal(scale=3, size=(20, 4)).astype(np.float32)
    target = targets(rng, 20, 4)
    target = target if targets is classes else target.astype(np.float32)
    leaf = torch.tensor(z, requires_grad=True)
    expected = function(leaf, torch.tensor(target), reduction="none")
    expected.sum().backward()
    expected = expected.detach().numpy().reshape(20, -1).sum(axis=1)
    value, gradient = loss.value_and_gradient(z, target, Buffers(z.dtype))
    assert_allclose(value, expected, rtol=1e-5, atol=1e-5)
    assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("n_components", [1, 4])
@pytest.mark.parametrize("n_numbers", [1, 3])
def test_the_density_of_a_mixture_is_pytorchs(n_components, n_numbers):
    rng = np.random.default_rng(0)
    loss = GaussianMixtureLoss(n_components)
    z = rng.normal(size=(20, loss.n_outputs(n_numbers)))
    target = rng.normal(size=(20, n_numbers))
    ours = torch.tensor(z, requires_grad=True)
    logits, means, raw = torch.split(
        ours, [n_components, n_components * n_numbers, n_components * n_numbers], dim=1
    )
    shape = (20, n_components, n_numbers)
    scales = 1e-3 + F.softplus(raw.reshape(shape))
    dist = torch.distributions
    mixture = dist.MixtureSameFamily(
        dist.Categorical(logits=logits),
        dist.Independent(dist.Normal(means.reshape(shape), scales), 1),
    )
    log_p = mixture.log_prob(torch.tensor(target))
    (-log_p.sum()).backward()
    assert_allclose(loss.log_density(z, target), log_p.detach().numpy(), rtol=1e-10)
    _, gradient = loss.value_and_gradient(z, target, Buffers(np.float64))
    assert_allclose(gradient, ours.grad.numpy(), rtol=1e-7, atol=1e-12)
