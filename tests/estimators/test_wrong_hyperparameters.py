"""A wrong hyperparameter is named in one sentence, with what is allowed."""

import re

import numpy as np
import pytest

from skdeep import MLPClassifier, MLPRegressor, NeuralNetworkClassifier
from skdeep.nn import Adam, Mirror, OneCycle
from tests.estimators.data import BINARY

# A wrong hyperparameter, and what the sentence says beside its name.
HYPERPARAMETERS = [
    ({"solver": "adamm"}, "'adamm' is not allowed", "Did you mean 'adam'?"),
    ({"solver": Adam}, "an optimizer of skdeep.nn", "'lbfgs'"),
    ({"activation": "rellu"}, "'gelu'", "Did you mean 'relu'?"),
    ({"loss": "loglos"}, "'focal'", "Did you mean 'log_loss'?"),
    ({"loss": "focal_los"}, "'log_loss'", "Did you mean 'focal'?"),
    ({"learning_rate": "constnat"}, "'cosine'", "Did you mean 'constant'?"),
    ({"learning_rate": OneCycle}, "a schedule of skdeep.nn", "function of the step"),
    ({"initializer": "he"}, "'he_normal'", "an initializer of skdeep.nn"),
    ({"initializer": "lecun"}, "Did you mean 'lecun_normal'?"),
    ({"normalization": "batchnrm"}, "'layer'", "Did you mean 'batch'?"),
    ({"averaging": "emaa"}, "'swa'", "Did you mean 'ema'?"),
    ({"dtype": "float16"}, "one of 'auto', 'float32', 'float64'", "mean 'float32'?"),
    ({"dtype": "float"}, "Did you mean 'float64'"),
    ({"dtype": int}, "one of 'auto', 'float32', 'float64'"),
    ({"activation": "softmax"}, "outputs are probabilities in any case"),
    ({"activation": None}, "Did you mean 'identity'?"),
    ({"normalization": "none"}, "Did you mean None?"),
    ({"normalization": False}, "Did you mean None?"),
    ({"normalization": True}, "Did you mean 'batch'?"),
    ({"max_grad_norm": "None"}, "Did you mean None?"),
    ({"max_grad_norm": "0.5"}, "Did you mean 0.5?"),
    ({"augment": "none"}, "Did you mean None?"),
    ({"augment": ["nois"]}, "a list of names", "Did you mean 'noise'?"),
    ({"augment": ["noise", 3]}, "3 is none of them"),
    ({"augment": [Mirror]}, "Did you mean Mirror(), an instance?"),
    ({"sampler": "smote"}, "skdeep.resampling.SMOTE(), an instance"),
    ({"solver": "nesterov"}, "Did you mean 'sgd'"),
    ({"batch_size": "32"}, "Did you mean 32?"),
    ({"random_state": 42.0}, "Did you mean 42?"),
    ({"alpha": "1e-3"}, "Did you mean 0.001?"),
    ({"shuffle": "true"}, "Did you mean True?"),
    ({"early_stopping": 1}, "Did you mean True?"),
    ({"class_weight": "auto"}, "None, or 'balanced'", "Did you mean 'balanced'?"),
    ({"categorical_features": "city"}, "Of one column give a list, ['city']"),
    ({"categorical_features": "from_type"}, "Did you mean 'from_dtype'?"),
    ({"scoring": "f1_score"}, "Did you mean 'f1'?"),
    ({"scoring": "R2_score"}, "Did you mean 'r2'?"),
    ({"scoring": "mape"}, "Did you mean 'neg_mean_absolute_percentage_error'?"),
    ({"scoring": "val_loss"}, "Did you mean 'loss'?"),
    ({"class_weight": "balance"}, "a dict", "Did you mean 'balanced'?"),
    ({"hidden_layer_sizes": (8, 0)}, "positive integers", "() for none"),
    ({"hidden_layer_sizes": (8, -3)}, "positive integers", "(100, 50)"),
    ({"hidden_layer_sizes": (8, 2.5)}, "positive integers", "(100, 50)"),
    ({"hidden_layer_sizes": 0}, "an integer of at least 1", "() for none"),
    ({"hidden_layer_sizes": -5}, "an integer of at least 1", "() for none"),
    ({"hidden_layer_sizes": 100.0}, "an integer of at least 1", "(100, 50)"),
    ({"hidden_layer_sizes": "100"}, "an integer of at least 1", "(100, 50)"),
    ({"hidden_layer_sizes": None}, "an integer of at least 1", "() for none"),
    ({"alpha": -1e-4}, "a number at least 0"),
    ({"alpha": np.nan}, "a number at least 0"),
    ({"alpha": "small"}, "a number at least 0"),
    ({"l1_ratio": 1.5}, "at least 0 and at most 1"),
    ({"batch_size": 0}, "an integer of at least 1", "'auto'"),
    ({"batch_size": 32.0}, "an integer of at least 1", "'auto'"),
    ({"batch_size": "all"}, "an integer of at least 1", "'auto'"),
    ({"learning_rate_init": 0}, "a number above 0"),
    ({"max_iter": 0}, "an integer of at least 1"),
    ({"max_iter": 10.0}, "an integer of at least 1"),
    ({"dropout": 1}, "at least 0 and below 1"),
    ({"dropout": -0.1}, "at least 0 and below 1"),
    ({"label_smoothing": 1.0}, "at least 0 and below 1"),
    ({"momentum": 1.1}, "at least 0 and at most 1"),
    ({"beta_1": 1.0}, "at least 0 and below 1"),
    ({"beta_2": 1.0}, "at least 0 and below 1"),
    ({"epsilon": 0.0}, "a number above 0"),
    ({"power_t": -1}, "a number at least 0"),
    ({"tol": -1e-4}, "a number at least 0"),
    ({"n_iter_no_change": 0}, "a number at least 1"),
    ({"max_fun": 0}, "an integer of at least 1"),
    ({"validation_fraction": 1.0}, "above 0 and below 1"),
    ({"validation_fraction": 0.0}, "above 0 and below 1"),
    ({"early_stopping": "yes"}, "True or False"),
    ({"shuffle": 1}, "True or False"),
    ({"warm_start": None}, "True or False"),
    ({"nesterovs_momentum": "no"}, "True or False"),
    ({"skip_connections": 2}, "True or False"),
    ({"verbose": -1}, "True or False"),
    ({"scoring": 3}, "the name of a scorer of scikit-learn"),
    ({"random_state": -1}, "an integer of at least 0", "RandomState"),
    ({"max_grad_norm": 0}, "a number above 0"),
    ({"max_grad_value": -1}, "a number above 0"),
    ({"max_weight_norm": 0}, "a number above 0"),
]


@pytest.mark.parametrize(
    ("params", "said"),
    [(params, said) for params, *said in HYPERPARAMETERS],
    ids=[str(params) for params, *_ in HYPERPARAMETERS],
)
def test_a_wrong_hyperparameter_is_named_with_what_is_allowed(params, said):
    with pytest.raises(ValueError, match="is not allowed in MLPClassifier") as error:
        MLPClassifier(**params).fit(BINARY.X, BINARY.y)
    ((name, value),) = params.items()
    assert str(error.value).startswith(f"{name}={value!r} is not allowed")
    for words in said:
        assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"quantile": 1.0}, "above 0 and below 1"),
        ({"delta": 0}, "a number above 0"),
        ({"loss": "squared_eror"}, "Did you mean 'squared_error'?"),
    ],
)
def test_a_wrong_hyperparameter_of_a_regressor(params, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        MLPRegressor(**params).fit(BINARY.X, BINARY.y)


@pytest.mark.parametrize(
    ("name", "value"),
    [("solver", "amsgrad"), ("solver", "adamax"), ("loss", "hinge_loss")]
    + [("activation", name) for name in ("softsign", "relu6", "hard_sigmoid")]
    + [("learning_rate", None), ("solver", 3)],
)
def test_names_of_what_there_is_not_are_not_taken_for_others(name, value):
    with pytest.raises(ValueError, match=f"{name}=.* is not allowed") as error:
        MLPClassifier(**{name: value}).fit(BINARY.X, BINARY.y)
    assert "Did you mean" not in str(error.value)


@pytest.mark.parametrize(
    ("estimator", "params"),
    [
        (MLPClassifier(), {"solver__beta_2": 0.9}),
        (MLPClassifier(solver=Adam()), {"solver": "sgd", "solver__beta_2": 0.9}),
        (MLPClassifier(), {"augment__rotate__degrees": 5}),
        (NeuralNetworkClassifier(), {"layers__0__units": 5}),
    ],
    ids=str,
)
def test_hyperparameters_of_what_is_no_component_cannot_be_set(estimator, params):
    before = estimator.get_params()
    *_, key = params
    with pytest.raises(ValueError, match=f"^{key} cannot be set, as .* instance"):
        estimator.set_params(**params)
    assert estimator.get_params() == before


def test_hyperparameters_are_set_with_the_component_that_has_them():
    model = MLPClassifier().set_params(solver__beta_2=0.5, solver=Adam())
    assert model.solver == Adam(beta_2=0.5)
    with pytest.raises(ValueError, match="Invalid parameter 'solvers'"):
        model.set_params(solvers__beta_2=0.5)


def test_early_stopping_is_said_to_have_no_effect_on_lbfgs():
    model = MLPClassifier((3,), solver="lbfgs", early_stopping=True, random_state=0)
    with pytest.warns(UserWarning, match="early_stopping=True has no effect"):
        model.fit(BINARY.X, BINARY.y)
    assert model.validation_scores_ is None
