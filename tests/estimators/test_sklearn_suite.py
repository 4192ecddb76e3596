"""scikit-learn's tests of its own MLP, run with only the import changed."""

import inspect
from types import ModuleType

import pytest
from sklearn.neural_network.tests import test_mlp as original

import skdeep

# Tests of what is no public behaviour.
LEFT_OUT = {
    "test_fit": "sets private attributes of an estimator that was never fitted",
    "test_gradient": "calls _loss_grad_lbfgs; gradients are checked in tests/nn",
    "test_learning_rate_warmstart": "reads _optimizer",
    "test_adaptive_learning_rate": "reads _optimizer",
    "test_n_iter_no_change": "reads _no_improvement_count",
    "test_n_iter_no_change_inf": "reads _no_improvement_count",
}
IMPORT = "from sklearn.neural_network import MLPClassifier, MLPRegressor"


def _with_changed_import() -> ModuleType:
    source = inspect.getsource(original)
    assert source.count(IMPORT) == 1
    changed = ModuleType("test_mlp_with_changed_import")
    source = source.replace(IMPORT, "from skdeep import MLPClassifier, MLPRegressor")
    exec(compile(source, original.__file__, "exec"), vars(changed))
    return changed


_module = _with_changed_import()
_tests = {
    name: function
    for name, function in vars(_module).items()
    if name.startswith("test_") and name not in LEFT_OUT
}
for _function in _tests.values():
    _function.__module__ = __name__
globals().update(_tests)

# scikit-learn does not run its tests with warnings as errors.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(name="global_random_seed")
def fixture_global_random_seed():
    return 42


def test_what_is_left_out_exists():
    assert set(LEFT_OUT) <= set(vars(original))


def test_the_changed_import_took_effect():
    assert _module.MLPClassifier is skdeep.MLPClassifier
