import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import Cosine, ExponentialDecay, OneCycle, StepDecay
from skdeep.nn.schedules import Budget

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

STEPS, RATE = 100, 0.4
schedulers = torch.optim.lr_scheduler


def rates_of_pytorch(make):
    """Return the rates of all steps under a scheduler."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    scheduler = make(optimizer)
    rates = []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return np.array(rates)


def rates(schedule):
    rate = schedule.bind(Budget(RATE, 1, 1, STEPS))
    return np.array([rate(step) for step in range(STEPS)])


def one_cycle(optimizer):
    # PyTorch peaks one step before the share of steps it is given.
    options = {"total_steps": STEPS, "pct_start": 31 / STEPS, "cycle_momentum": False}
    return schedulers.OneCycleLR(optimizer, max_lr=RATE, **options)


def cosine(optimizer):
    return schedulers.CosineAnnealingLR(optimizer, T_max=STEPS - 1)


def exponential(optimizer):
    return schedulers.ExponentialLR(optimizer, gamma=0.01 ** (1 / (STEPS - 1)))


def step_decay(optimizer):
    return schedulers.StepLR(optimizer, step_size=25, gamma=0.1)


@pytest.mark.parametrize(
    ("schedule", "make"),
    [
        (OneCycle(rise=0.3), one_cycle),
        (Cosine(), cosine),
        (ExponentialDecay(final=0.01), exponential),
        (StepDecay(every=0.25), step_decay),
    ],
)
def test_rates_are_pytorchs(schedule, make):
    assert_allclose(rates(schedule), rates_of_pytorch(make), rtol=1e-9, atol=1e-12)
