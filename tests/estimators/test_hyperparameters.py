"""Every hyperparameter has an effect: none is silently ignored."""

import inspect

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import skdeep
from skdeep import (
    CNNClassifier,
    CNNRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
    RNNClassifier,
    RNNRegressor,
    TabularClassifier,
    TabularRegressor,
)
from skdeep.nn import (
    ACTIVATIONS,
    CLASSIFICATION_LOSSES,
    INITIALIZERS,
    OPTIMIZERS,
    REGRESSION_LOSSES,
    SCHEDULES,
    Dense,
    ReLU,
)
from skdeep.nn.training import AVERAGINGS
from tests.estimators.data import BINARY, MULTICLASS, REAL, counts, flat

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def first_epoch_is_best(estimator, X, y):
    return -np.abs(flat(estimator)).sum()


NAMES = {
    "activation": tuple(ACTIVATIONS),
    "averaging": (None, *AVERAGINGS),
    "initializer": ("auto", *INITIALIZERS),
    "learning_rate": tuple(SCHEDULES),
    "normalization": (None, "batch", "layer"),
    "solver": (*OPTIMIZERS, "lbfgs"),
}

SGD = {"solver": "sgd"}
STOPPING = {"early_stopping": True, "learning_rate_init": 0.1, "max_iter": 30}
STALLING = {"tol": 0.1, "n_iter_no_change": 2, "max_iter": 30}
# Name: another value than the default, and what else must be so for it to matter.
COMMON = {
    "solver": ("sgd", {}),
    "alpha": (1.0, {}),
    "l1_ratio": (1.0, {"alpha": 10.0}),
    "batch_size": (30, {}),
    "learning_rate": ("cosine", {}),
    "learning_rate_init": (0.1, {}),
    "power_t": (0.1, {"learning_rate": "invscaling"}),
    "max_iter": (7, {}),
    "shuffle": (False, {"batch_size": 30}),
    "random_state": (1, {}),
    "tol": (0.5, STALLING),
    "momentum": (0.5, SGD),
    "nesterovs_momentum": (False, SGD),
    "early_stopping": (True, {}),
    "validation_fraction": (0.4, STOPPING),
    "scoring": (first_epoch_is_best, STOPPING),
    "beta_1": (0.5, {}),
    "beta_2": (0.9, {}),
    "epsilon": (0.1, {}),
    "n_iter_no_change": (4, STALLING),
    "max_fun": (3, {"solver": "lbfgs"}),
    "max_grad_norm": (0.01, SGD),
    "max_grad_value": (0.001, SGD),
    "max_weight_norm": (0.5, {}),
    "averaging": ("ema", {}),
    "augment": ("noise", {}),
}
CLASSIFIER = {
    "loss": ("focal", {}),
    "class_weight": ({1: 4.0}, {}),
    "label_smoothing": (0.2, {}),
    "sampler": ("over", {}),
    "balanced_batches": (True, {}),
}
REGRESSOR = {
    "loss": ("absolute_error", {}),
    "quantile": (0.9, {"loss": "quantile"}),
    "delta": (0.1, {"loss": "huber"}),
    "standardize_targets": (True, {"standardize_targets": False}),
}
PERCEPTRON = {
    "hidden_layer_sizes": ((9,), {}),
    "activation": ("tanh", {}),
    "dropout": (0.3, {}),
    "normalization": ("layer", {}),
    "skip_connections": (True, {}),
    "initializer": ("he_normal", {}),
    "categorical_features": ("from_dtype", {}),
    "embedding_dim": (2, {"categorical_features": [0]}),
}
RECURRENT = {
    "cell": ("lstm", {}),
    "units": ((8,), {}),
    "bidirectional": (True, {}),
    "pooling": ("mean", {}),
    "hidden_layer_sizes": ((9,), {}),
    "activation": ("tanh", {"hidden_layer_sizes": (9,)}),
    "dropout": (0.3, {}),
    "recurrent_dropout": (0.3, {}),
    "normalization": ("layer", {}),
    "backprop_steps": (1, {}),
    "tol": (2.0, {**STALLING, "tol": 1e-4}),
    "initializer": ("he_normal", {}),
    "input_shape": ((3, 2), {}),
    "embedding_dim": (2, {}),
}
CONVOLUTIONAL = {
    "tol": (2.0, {**STALLING, "tol": 1e-4}),
    "filters": ((8,), {}),
    "kernel_size": (2, {}),
    "strides": (2, {}),
    "padding": ("causal", {}),
    "dilation_rate": (2, {}),
    "pool": ("avg", {}),
    "pool_size": (3, {}),
    "block": ("residual", {}),
    "convs_per_block": (2, {}),
    "global_pool": ("avg", {}),
    "hidden_layer_sizes": ((9,), {}),
    "activation": ("tanh", {}),
    "normalization": ("batch", {}),
    "dropout": (0.3, {}),
    "initializer": ("he_normal", {}),
    "input_shape": ((3, 2), {}),
}
# What y is: a target for each step (test_rnn_steps).
RECURRENT_APART = {"return_sequences"}
CONVOLUTIONAL_APART = {  # the same of pixels (test_dense_prediction)
    "dense_prediction",
    "decoder",
    "skips",
    "embedding_dim",  # is for codes (test_cnn_text)
    "upsampling",
    "ignore",
}
TABULAR = {
    "hidden_layer_sizes": ((9,), {}),
    "activation": ("tanh", {}),
    "dropout": (0.3, {}),
    "numerical_embedding": (None, {}),
    "n_members": (3, {}),
    "alpha": (1.0, {}),
    "averaging": (None, {}),
    "beta_2": (0.999, {}),
    "early_stopping": (True, {}),
    "tol": (2.0, {**STALLING, "tol": 1e-4}),
}
# Whether columns are categories, and how many networks there are (test_tabular).
TABULAR_APART = {
    "categorical_features",
    "clip",
    "embedding_dim",
    "max_one_hot",
    "n_ensembles",
    "n_jobs",
    "refit",
}
LAYERS = {"layers": ([Dense(9), ReLU()], {})}
# These say how a fit goes on, what it prints, or what X is (where it decides nothing
# else, test_signal_inputs); each has a test of its own.
APART = {"verbose", "warm_start", "dtype", "input_shape"}
# This one changes predictions, not weights.
CORRECTED = {"prior_correction"}

TABLES = {
    MLPClassifier: {**COMMON, **CLASSIFIER, **PERCEPTRON},
    MLPRegressor: {**COMMON, **REGRESSOR, **PERCEPTRON},
    NeuralNetworkClassifier: {**COMMON, **CLASSIFIER, **LAYERS},
    NeuralNetworkRegressor: {**COMMON, **REGRESSOR, **LAYERS},
    CNNClassifier: {**COMMON, **CLASSIFIER, **CONVOLUTIONAL},
    CNNRegressor: {**COMMON, **REGRESSOR, **CONVOLUTIONAL},
    RNNClassifier: {**COMMON, **CLASSIFIER, **RECURRENT},
    RNNRegressor: {**COMMON, **REGRESSOR, **RECURRENT},
    TabularClassifier: {**COMMON, **CLASSIFIER, **TABULAR},
    TabularRegressor: {
        **COMMON,
        **REGRESSOR,
        **TABULAR,
        "standardize_targets": (False, {}),
    },
}
EACH_ESTIMATOR = pytest.mark.parametrize("estimator", TABLES)


def fit(estimator, X=None, **params):
    params = {"max_iter": 5, "learning_rate_init": 0.01, "random_state": 0, **params}
    task = MULTICLASS if "Classifier" in estimator.__name__ else REAL
    return estimator(**params).fit(task.X if X is None else X, task.y)


def suited(name, estimator):
    """Return the X that a hyperparameter needs to matter; None is any."""
    if name == "input_shape":
        return np.c_[MULTICLASS.X, MULTICLASS.X[:, ::-1]][:, :6]
    if name == "embedding_dim" and "RNN" in estimator.__name__:
        return np.digitize(MULTICLASS.X, [-1, 0, 1]).astype(float)
    return None


def test_every_public_estimator_is_here():
    # Those that write sequences have tests of their own.
    written = {"RNNGenerator", "Seq2SeqClassifier", "Seq2SeqRegressor"}
    public = [getattr(skdeep, name) for name in skdeep.__all__ if name not in written]
    assert {x for x in public if inspect.isclass(x) and hasattr(x, "fit")} == set(
        TABLES
    )


@EACH_ESTIMATOR
def test_the_table_is_complete(estimator):
    names = set(inspect.signature(estimator).parameters)
    corrected = CORRECTED & names
    apart = APART | (RECURRENT_APART & names if "cell" in names else set())
    apart |= CONVOLUTIONAL_APART & names if "filters" in names else set()
    apart |= TABULAR_APART & names if "n_members" in names else set()
    assert names | apart == set(TABLES[estimator]) | apart | corrected


# Any column will do for one of categories.
@pytest.mark.filterwarnings("ignore:Categories in")
@pytest.mark.parametrize(
    ("estimator", "name"),
    [(estimator, name) for estimator, table in TABLES.items() for name in table],
)
def test_a_hyperparameter_changes_the_model(estimator, name):
    value, context = TABLES[estimator][name]
    assert value != inspect.signature(estimator).parameters[name].default
    X = suited(name, estimator)
    usual = fit(estimator, X, **context)
    other = fit(estimator, X, **{**context, name: value})
    a, b = flat(usual), flat(other)
    assert a.shape != b.shape or not np.allclose(a, b, rtol=1e-6, atol=0)


@pytest.mark.parametrize("estimator", [e for e in TABLES if "Class" in e.__name__])
def test_a_correction_changes_predictions(estimator):
    X, params = MULTICLASS.X, {"class_weight": {0: 5.0}}
    plain = fit(estimator, **params).predict_proba(X)
    corrected = fit(estimator, prior_correction=True, **params).predict_proba(X)
    assert np.abs(plain - corrected).max() > 0.1


# "adaptive" differs once progress stalls, "step", "warmup", "flat_cosine" after some
# steps.
STEPS = {"batch_size": 12, "max_iter": 12, "tol": 1.0, "n_iter_no_change": 8}
CONTEXTS = {"learning_rate": STEPS}


# The walk above sees one other name; this sees all, each unlike all the others.
@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("name", NAMES)
def test_every_name_means_something_else(name, estimator):
    context = CONTEXTS.get(name, {})
    models = {
        value: fit(estimator, **context, **{name: value}) for value in NAMES[name]
    }
    unlike = {flat(model).tobytes() for model in models.values()}
    assert len(unlike) == len(models)
    task = MULTICLASS if estimator is MLPClassifier else REAL
    untrained = {
        value: fit(estimator, **{name: value, "learning_rate_init": 1e-12})
        for value in NAMES[name]
        if value != "lbfgs"
    }
    for value, model in untrained.items():
        assert np.abs(flat(models[value]) - flat(model)).max() > 1e-4, value
        assert np.isfinite(task.output(models[value])).all()


@pytest.mark.parametrize("loss", CLASSIFICATION_LOSSES)
@pytest.mark.parametrize("task", [BINARY, MULTICLASS], ids=lambda task: task.name)
def test_every_loss_of_a_classifier_learns(loss, task):
    model = task.make(loss=loss, learning_rate_init=0.05, max_iter=100)
    assert model.fit(task.X, task.y).score(task.X, task.y) > 0.75
    assert model.loss_curve_[-1] < 0.8 * model.loss_curve_[0]


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_every_loss_of_a_regressor_learns(loss):
    X, y = counts() if loss == "poisson" else (REAL.X, REAL.y)
    model = REAL.make(loss=loss, learning_rate_init=0.05, max_iter=100).fit(X, y)
    assert model.score(X, y) > 0.5
    assert model.loss_curve_[-1] < 0.8 * model.loss_curve_[0]


@EACH_ESTIMATOR
def test_verbose_prints_every_epoch_and_changes_nothing(estimator, capsys):
    quiet = fit(estimator)
    assert capsys.readouterr().out == ""
    loud = fit(estimator, verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[2] == f"Iteration 3, loss = {loud.loss_curve_[2]:.8f}"
    assert_array_equal(flat(loud), flat(quiet))


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_verbose_prints_validation_too(solver, capsys):
    model = REAL.make(solver=solver, max_iter=2, scoring=None, verbose=1)
    model.fit(REAL.X, REAL.y, X_val=REAL.X[:30], y_val=REAL.y[:30])
    line = capsys.readouterr().out.splitlines()[-1]
    assert f"validation loss = {model.validation_loss_curve_[-1]:.8f}" in line
    assert f"validation score: {model.validation_scores_[-1]:.6f}" in line


@EACH_ESTIMATOR
def test_warm_start_matters_from_the_second_fit_on(estimator):
    task = MULTICLASS if "Classifier" in estimator.__name__ else REAL
    model = fit(estimator, warm_start=True)
    assert_array_equal(flat(model), flat(fit(estimator)))
    assert not np.allclose(flat(model.fit(task.X, task.y)), flat(fit(estimator)))


@EACH_ESTIMATOR
def test_dtype_rounds_the_weights(estimator):
    # Adam makes whole steps of gradients that are nothing but rounding errors, such as
    # those that cancel out where outputs start at zero; epsilon keeps it from that.
    single = fit(estimator, dtype="float32", epsilon=1e-5)
    double = fit(estimator, epsilon=1e-5)
    assert flat(single).dtype == np.float32
    np.testing.assert_allclose(flat(single), flat(double), atol=1e-4)
    assert not np.array_equal(flat(single), flat(double))
