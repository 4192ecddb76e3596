"""The losses, optimizers and schedules over which the tests run."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from skdeep.nn import (
    SGD,
    AbsoluteError,
    AdaGrad,
    Adam,
    AdamW,
    Adaptive,
    ConstantRate,
    Cosine,
    Custom,
    ExponentialDecay,
    FlatCosine,
    GaussianMixtureLoss,
    Huber,
    InverseScaling,
    LogisticDice,
    LogisticFocal,
    LogisticJaccard,
    LogisticLogLoss,
    Loss,
    MemberLoss,
    Nadam,
    OneCycle,
    Optimizer,
    Poisson,
    Quantile,
    RMSProp,
    Schedule,
    SoftmaxDice,
    SoftmaxFocal,
    SoftmaxJaccard,
    SoftmaxLogLoss,
    SquaredError,
    StepDecay,
    StopLoss,
    Warmup,
)
from tests.nn.cases import each


def real(rng, n_samples, n_outputs):
    """Draw real targets."""
    return rng.normal(size=(n_samples, n_outputs))


def one_number(rng, n_samples, n_outputs):
    """Draw one number for each sample."""
    return rng.normal(size=(n_samples, 1))


def counts(rng, n_samples, n_outputs):
    """Draw counts, zeros among them."""
    return rng.poisson(1.5, size=(n_samples, n_outputs)).astype(float)


def classes(rng, n_samples, n_outputs):
    """Draw one class for each sample."""
    return rng.integers(n_outputs, size=n_samples)


def labels(rng, n_samples, n_outputs):
    """Draw labels, 0 or 1."""
    return rng.integers(2, size=(n_samples, n_outputs)).astype(float)


@dataclass(frozen=True)
class LossCase:
    """A loss and how its targets are drawn."""

    name: str
    loss: Loss
    targets: Callable[[np.random.Generator, int, int], np.ndarray]


LOSSES = [
    LossCase("squared error", SquaredError(), real),
    LossCase("absolute error", AbsoluteError(), real),
    LossCase("huber", Huber(), real),
    LossCase("huber 0.3", Huber(delta=0.3), real),
    LossCase("poisson", Poisson(), counts),
    LossCase("quantile", Quantile(), real),
    LossCase("quantile 0.9", Quantile(quantile=0.9), real),
    LossCase("three quantiles", Quantile(quantile=[0.1, 0.5, 0.9]), one_number),
    LossCase("softmax", SoftmaxLogLoss(), classes),
    LossCase("softmax smoothed", SoftmaxLogLoss(label_smoothing=0.2), classes),
    LossCase("logistic", LogisticLogLoss(), labels),
    LossCase("logistic smoothed", LogisticLogLoss(label_smoothing=0.2), labels),
    LossCase("softmax focal", SoftmaxFocal(), classes),
    LossCase("softmax focal 0.5", SoftmaxFocal(gamma=0.5), classes),
    LossCase("softmax focal 1", SoftmaxFocal(gamma=1.0), classes),
    LossCase("softmax focal 0", SoftmaxFocal(gamma=0.0), classes),
    LossCase("logistic focal", LogisticFocal(), labels),
    LossCase("logistic focal 0.5", LogisticFocal(gamma=0.5), labels),
    LossCase("logistic focal 0", LogisticFocal(gamma=0.0), labels),
    LossCase("softmax dice", SoftmaxDice(), classes),
    LossCase("softmax dice alone", SoftmaxDice(0.1, log_loss_share=0.0), classes),
    LossCase("logistic dice", LogisticDice(), labels),
    LossCase("logistic dice alone", LogisticDice(0.1, log_loss_share=0.0), labels),
    LossCase("softmax jaccard", SoftmaxJaccard(), classes),
    LossCase("softmax jaccard alone", SoftmaxJaccard(0.1, 0.0), classes),
    LossCase("logistic jaccard", LogisticJaccard(2.0, 0.2), labels),
    LossCase("logistic jaccard alone", LogisticJaccard(0.1, 0.0), labels),
    LossCase("one member", MemberLoss(SoftmaxLogLoss()), classes),
    LossCase("numbers that end", StopLoss(SquaredError()), labels),
    LossCase("a Gaussian", GaussianMixtureLoss(), one_number),
    LossCase("one member's squares", MemberLoss(SquaredError()), real),
]

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd plain": SGD(momentum=0.0, nesterov=False),
    "sgd momentum": SGD(momentum=0.8, nesterov=False),
    "sgd nesterov": SGD(),
    "adagrad": AdaGrad(),
    "rmsprop": RMSProp(),
    "rmsprop 0.9": RMSProp(rho=0.9, epsilon=1e-4),
    "adam": Adam(),
    "adam 0.5": Adam(beta_1=0.5, beta_2=0.9, epsilon=1e-4),
    "adamw": AdamW(),
    "adamw 0.1": AdamW(weight_decay=0.1),
    "nadam": Nadam(),
    "nadam 0.5": Nadam(beta_1=0.5, beta_2=0.9, epsilon=1e-4),
}


def reciprocal(step):
    """Return a rate; named, so that it can be pickled."""
    return 1 / (step + 1)


SCHEDULES: dict[str, Schedule] = {
    "constant": ConstantRate(),
    "invscaling": InverseScaling(),
    "adaptive": Adaptive(),
    "step": StepDecay(),
    "exponential": ExponentialDecay(),
    "cosine": Cosine(),
    "cosine to 0.1": Cosine(final=0.1),
    "flat cosine": FlatCosine(),
    "flat cosine 0.2": FlatCosine(flat=0.2),
    "warmup": Warmup(),
    "warmup then cosine": Warmup(share=0.2, then=Cosine()),
    "one cycle": OneCycle(),
    "one cycle to 0.5": OneCycle(peak=0.5, rise=0.5),
    "custom": Custom(reciprocal),
}

each_loss = each(LOSSES)
each_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)
each_schedule = pytest.mark.parametrize("name", SCHEDULES)
