import copy
import pickle
from math import cos, pi

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone

from skdeep import nn
from skdeep.nn import (
    Adaptive,
    ConstantRate,
    Cosine,
    Custom,
    ExponentialDecay,
    FlatCosine,
    InverseScaling,
    OneCycle,
    StepDecay,
    Warmup,
)
from skdeep.nn.schedules import Budget
from tests.nn.training_cases import SCHEDULES, each_schedule, reciprocal

# 100 steps: 25 epochs of 4 mini-batches of 50 samples.
BUDGET = Budget(rate=0.4, steps_per_epoch=4, samples_per_epoch=200, epochs=25)


def rates(schedule, budget=BUDGET):
    """Return the rate of every step of the budget."""
    rate = schedule.bind(budget)
    return np.array([rate(step) for step in range(budget.steps)])


def changes(schedule):
    return np.diff(rates(schedule))


def test_budget_counts_steps():
    assert BUDGET.steps == 100


@each_schedule
def test_rates_are_positive_or_end_at_zero(name):
    values = rates(SCHEDULES[name])
    assert np.isfinite(values).all()
    assert (values[:-1] > 0).all()
    assert values[-1] >= 0


@each_schedule
@pytest.mark.parametrize(("steps_per_epoch", "epochs"), [(1, 1), (1, 2), (3, 1)])
def test_short_budgets_have_rates(name, steps_per_epoch, epochs):
    budget = Budget(0.4, steps_per_epoch, 200, epochs)
    assert np.isfinite(rates(SCHEDULES[name], budget)).all()


# Training on after the budget, as partial_fit does, keeps the last rate or falls on.
@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "custom"])
def test_rate_does_not_rise_after_the_budget(name):
    rate = SCHEDULES[name].bind(BUDGET)
    after = np.array([rate(step) for step in range(99, 300)])
    assert (np.diff(after) <= 0).all()
    assert (after >= 0).all()


@each_schedule
@pytest.mark.parametrize("copy_of", [copy.deepcopy, clone, "pickle"])
def test_copy_is_the_same_schedule(name, copy_of):
    schedule = SCHEDULES[name]
    if copy_of == "pickle":
        twin = pickle.loads(pickle.dumps(schedule))
    else:
        twin = copy_of(schedule)
    assert twin == schedule
    assert_allclose(rates(twin), rates(schedule))


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "custom"])
def test_repr_is_code_that_makes_the_schedule(name):
    schedule = SCHEDULES[name]
    assert eval(repr(schedule), vars(nn).copy()) == schedule


@pytest.mark.parametrize("schedule", [ConstantRate(), Adaptive()])
def test_constant_and_adaptive_start_at_the_rate_and_stay(schedule):
    assert_allclose(rates(schedule), 0.4)


def test_only_adaptive_lowers_the_rate_on_a_plateau():
    lowering = {n for n, s in SCHEDULES.items() if s.plateau_factor is not None}
    assert lowering == {"adaptive"}


def test_inverse_scaling_counts_samples_of_the_epochs_before():
    seen = np.repeat(np.arange(25) * 200, 4)
    assert_allclose(rates(InverseScaling(power_t=0.7)), 0.4 / (seen + 1) ** 0.7)


def test_step_decay_falls_by_its_factor_at_equal_intervals():
    values = rates(StepDecay(factor=0.1, every=0.25))
    assert_allclose(values, np.repeat([0.4, 0.04, 0.004, 0.0004], 25))


def test_exponential_decay_falls_by_the_same_factor_every_step():
    values = rates(ExponentialDecay(final=0.01))
    assert_allclose(values[[0, -1]], [0.4, 0.004])
    assert_allclose(values[1:] / values[:-1], 0.01 ** (1 / 99))


@pytest.mark.parametrize("final", [0.0, 0.1])
def test_cosine_falls_along_half_a_wave(final):
    # Loshchilov and Hutter 2017, equation 5.
    low, high = 0.4 * final, 0.4
    waves = [(1 + cos(step / 99 * pi)) / 2 for step in range(100)]
    expected = [low + (high - low) * wave for wave in waves]
    assert_allclose(rates(Cosine(final=final)), expected, atol=1e-16)
    assert (changes(Cosine(final=final)) < 0).all()


def test_flat_cosine_stays_then_falls_along_half_a_wave():
    values = rates(FlatCosine(flat=0.4))
    assert_allclose(values[:40], 0.4)
    assert_allclose(values[40:], rates(Cosine(), Budget(0.4, 1, 50, 60)), atol=1e-16)


def test_flat_cosine_without_a_flat_part_is_a_cosine():
    assert_allclose(rates(FlatCosine(flat=0)), rates(Cosine()), atol=1e-16)


@pytest.mark.parametrize("flat", [-0.1, 1.1])
def test_flat_cosine_wants_a_share(flat):
    with pytest.raises(ValueError, match="give a share of the steps"):
        FlatCosine(flat).bind(BUDGET)


def test_warmup_rises_in_a_straight_line_then_follows():
    values = rates(Warmup(share=0.2))
    assert_allclose(values[:20], 0.4 * np.arange(1, 21) / 20)
    assert_allclose(values[20:], 0.4)


def test_warmup_follows_the_schedule_it_is_given():
    values = rates(Warmup(share=0.2, then=Cosine()))
    assert_allclose(values[20:], rates(Cosine())[20:])
    assert values[0] == pytest.approx(0.4 / 20)


def test_one_cycle_starts_low_peaks_and_ends_far_lower():
    values = rates(OneCycle())
    assert values[0] == pytest.approx(0.4 * 0.04)
    assert values[30] == values.max() == pytest.approx(0.4)
    assert values[-1] == pytest.approx(0.4 * 0.04 * 1e-4)


def test_one_cycle_rises_to_the_peak_and_falls_after_it():
    steps = changes(OneCycle())
    assert (steps[:30] > 0).all()
    assert (steps[30:] < 0).all()


def test_one_cycle_is_two_halves_of_a_cosine():
    def wave(a, b, share):
        return b + (a - b) / 2 * (1 + cos(pi * share))

    low, high, last = 0.9 * 0.1, 0.9, 0.9 * 0.1 * 0.01
    rising = [wave(low, high, step / 50) for step in range(50)]
    falling = [wave(high, last, step / 49) for step in range(50)]
    schedule = OneCycle(peak=0.9, rise=0.5, start=0.1, final=0.01)
    assert_allclose(rates(schedule), rising + falling, rtol=1e-12)


def test_custom_is_the_function_itself():
    assert_allclose(rates(Custom(reciprocal)), 1 / np.arange(1, 101))
