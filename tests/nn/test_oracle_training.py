"""Whole trainings, step by step the same as PyTorch's."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import (
    BatchNorm,
    Cosine,
    Dense,
    LayerNorm,
    ReLU,
    Residual,
    SoftmaxLogLoss,
    Tanh,
)
from skdeep.nn.training import Limits
from tests.nn.pytorch import twin_of
from tests.nn.training_cases import OPTIMIZERS, each_optimizer
from tests.nn.training_runs import LOSS, problem, small_network, train

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

RATE, EPOCHS, BATCH = 0.01, 13, 16  # 52 steps, the last of each epoch a short one
LAYERS = [Dense(8), Tanh(), Dense(6), ReLU(), Dense(2)]
NORMALISED = [
    Dense(8, use_bias=False),
    BatchNorm(),
    Residual([LayerNorm(), ReLU(), Dense(8)]),
    Dense(2),
]


class Shortcut(torch.nn.Sequential):
    """Layers with a shortcut around them."""

    def forward(self, x):
        return x + super().forward(x)


def modules():
    linear, relu = torch.nn.Linear, torch.nn.ReLU
    return torch.nn.Sequential(
        linear(3, 8), torch.nn.Tanh(), linear(8, 6), relu(), linear(6, 2)
    )


def normalised_modules():
    inner = Shortcut(torch.nn.LayerNorm(8), torch.nn.ReLU(), torch.nn.Linear(8, 8))
    return torch.nn.Sequential(
        torch.nn.Linear(3, 8, bias=False),
        torch.nn.BatchNorm1d(8),
        inner,
        torch.nn.Linear(8, 2),
    )


def pairs(net, module):
    """Yield PyTorch's parameters with our views of the same, in order."""
    ours = (a for views in net.params.walk() for a in views.arrays.values())
    for tensor, array in zip(module.parameters(), ours, strict=True):
        yield tensor, array.T


def copy_weights(net, module):
    module.to(torch.tensor(net.theta).dtype)
    with torch.no_grad():
        for tensor, array in pairs(net, module):
            tensor.copy_(torch.tensor(array))


def train_module(module, optimizer, x, y, loss, rate_at=None, clip=None, l2=0.0):
    """Train as the trainer does, without shuffling."""
    weights = [p for p in module.parameters() if p.ndim > 1]
    others = [p for p in module.parameters() if p.ndim == 1]
    groups = [{"params": weights}, {"params": others, "weight_decay": 0.0}]
    twin = twin_of(optimizer, groups)
    batches = list(zip(x.split(BATCH), y.split(BATCH), strict=True)) * EPOCHS
    for step, (inputs, targets) in enumerate(batches):
        for group in twin.param_groups:
            group["lr"] = RATE if rate_at is None else rate_at(step)
        twin.zero_grad()
        objective = loss(module(inputs), targets)
        objective += l2 / 2 * sum(w.square().sum() for w in weights)
        objective.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(module.parameters(), clip)
        twin.step()


def half_squared_error(z, y):
    return (z - y).square().sum(dim=1).mean() / 2


def assert_same(net, module, tolerance):
    for tensor, array in pairs(net, module):
        expected = tensor.detach().numpy()
        assert_allclose(array, expected, rtol=tolerance, atol=tolerance)


def ours_and_pytorchs(layers, module, dtype=np.float64):
    net = small_network(*layers, dtype=dtype)
    copy_weights(net, module)
    x, y = problem(dtype=dtype)
    return net, x, y


@each_optimizer
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("layers", "make"), [(LAYERS, modules), (NORMALISED, normalised_modules)]
)
def test_weights_after_training_are_pytorchs(name, dtype, layers, make):
    optimizer, module = OPTIMIZERS[name], make()
    net, x, y = ours_and_pytorchs(layers, module, dtype)
    options = {"rate": RATE, "epochs": EPOCHS, "batch_size": BATCH, "shuffle": False}
    train(net, LOSS, x, y, optimizer=optimizer, **options)
    train_module(
        module, optimizer, torch.tensor(x), torch.tensor(y), half_squared_error
    )
    # PyTorch keeps the factors of Nadam's momentum in float32.
    exact = dtype == "float64" and "nadam" not in name
    assert_same(net, module, 1e-9 if exact else 1e-5)


@each_optimizer
def test_training_with_schedule_penalty_and_clipping_is_pytorchs(name):
    optimizer, module = OPTIMIZERS[name], modules()
    net, x, _ = ours_and_pytorchs(LAYERS, module)
    y = (x[:, 0] > 0).astype(int)
    trainer = train(
        net,
        SoftmaxLogLoss(label_smoothing=0.1),
        x,
        y,
        optimizer=optimizer,
        rate=RATE,
        schedule=Cosine(),
        strength=0.03,
        limits=Limits(grad_norm=0.2),
        epochs=EPOCHS,
        batch_size=BATCH,
        shuffle=False,
    )
    train_module(
        module,
        optimizer,
        torch.tensor(x),
        torch.tensor(y),
        torch.nn.CrossEntropyLoss(label_smoothing=0.1),
        rate_at=trainer.schedule.bind(trainer.budget),
        clip=0.2,
        l2=0.03,
    )
    # PyTorch adds 1e-6 to the norm by which it divides.
    assert_same(net, module, 1e-5)
