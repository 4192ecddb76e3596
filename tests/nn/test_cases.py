import pytest

from skdeep import nn
from skdeep.nn import layers, losses, optimizers
from tests.nn.cases import LAYERS, PAIRS
from tests.nn.training_cases import LOSSES, OPTIMIZERS, SCHEDULES


def exported(base, *modules):
    """Return the public classes that derive from ``base``, without it."""
    values = [getattr(module, name) for module in modules for name in module.__all__]
    classes = {value for value in values if isinstance(value, type)}
    return {c for c in classes if issubclass(c, base) and c is not base}


TABLES = [
    (exported(nn.Layer, nn, layers), [case.layer for case in LAYERS + PAIRS]),
    (exported(nn.Loss, nn, losses), [case.loss for case in LOSSES]),
    (exported(nn.Optimizer, nn, optimizers), OPTIMIZERS.values()),
    (exported(nn.Schedule, nn), SCHEDULES.values()),
]


@pytest.mark.parametrize(("classes", "examples"), TABLES)
def test_every_exported_class_has_an_example(classes, examples):
    missing = classes - {type(example) for example in examples}
    assert not missing, f"add one line for each to its table of cases: {missing}"


@pytest.mark.parametrize(("classes", "examples"), TABLES)
def test_every_class_with_an_example_is_exported(classes, examples):
    assert {type(example) for example in examples} <= classes


@pytest.mark.parametrize("cases", [LAYERS + PAIRS, LOSSES])
def test_names_of_cases_are_unique(cases):
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)


def classes_of(registry):
    """Return the classes in a registry, whose values may be pairs of them."""
    values = registry.values()
    return {c for v in values for c in (v if isinstance(v, tuple) else (v,))}


@pytest.mark.parametrize(
    ("registry", "base"),
    [
        # Those that are made of another have no name.
        (
            nn.REGRESSION_LOSSES
            | nn.CLASSIFICATION_LOSSES
            | {"": nn.MemberLoss, " ": nn.StopLoss, "  ": nn.GaussianMixtureLoss},
            nn.Loss,
        ),
        (nn.OPTIMIZERS, nn.Optimizer),
        # A function has no default, hence no name.
        (nn.SCHEDULES | {"": nn.Custom}, nn.Schedule),
    ],
)
def test_every_exported_class_can_be_had_by_name(registry, base):
    assert classes_of(registry) == exported(base, nn)


def test_nothing_is_exported_twice():
    assert len(set(nn.__all__)) == len(nn.__all__)
