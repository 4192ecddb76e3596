"""No input ends in a crash, NaN, a changed argument, or the words of NumPy."""

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.hostile import CLASSES, attack, cases

# Of 20,000 inputs, those of one class.
MANY = -(-20_000 // len(CLASSES))
EACH = pytest.mark.parametrize("name", CLASSES)


def check(name, n_cases):
    cls = CLASSES[name]

    @seed(0)
    @settings(
        max_examples=n_cases,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(case=cases(cls))
    def run(case):
        attack(case)

    run()


@EACH
def test_a_few_hostile_inputs(name):
    check(name, 40)


@pytest.mark.slow
@EACH
def test_20_000_hostile_inputs(name):
    check(name, MANY)
