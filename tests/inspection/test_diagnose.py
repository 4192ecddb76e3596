"""diagnose names known faults, and its advice helps."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier, MLPRegressor
from skdeep.inspection import diagnose
from tests.inspection.faults import (
    DEVELOPMENT,
    EXPECTED,
    FRESH_SEEDS,
    OTHERS,
    is_right,
    make,
    rings,
    waves,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SMALL = {"learning_rate_init": 0.02, "max_iter": 80, "random_state": 0}


def split_rings(n_train=300, seed=0):
    X, y = rings(n_train + 300, np.random.default_rng(seed))
    return (X[:n_train], y[:n_train]), (X[n_train:], y[n_train:])


def improves(diagnosis, model, train, validation):
    """Tell whether the first advice lowers the loss on validation data."""
    better = clone(model).set_params(**diagnosis.advice[0].params).fit(*train)
    after = diagnose(better, *validation).measured.validation_loss
    return after < diagnosis.measured.validation_loss


@pytest.mark.parametrize("fault", EXPECTED)
def test_a_fault_is_named(fault):
    model, train, validation = make(fault, DEVELOPMENT[0], seed=0)
    diagnosis = diagnose(model, *validation)
    assert is_right(fault, diagnosis), diagnosis
    assert bool(diagnosis.advice) == (fault != "healthy")
    if diagnosis.advice:
        assert improves(diagnosis, model, train, validation)
        for advice in diagnosis.advice:
            clone(model).set_params(**advice.params)


@pytest.mark.slow
@pytest.mark.parametrize("source", OTHERS, ids=lambda source: source.name)
@pytest.mark.parametrize("fault", EXPECTED)
def test_faults_are_named_at_seeds_that_the_rules_have_not_seen(fault, source):
    named = helped = 0
    for seed in FRESH_SEEDS:
        model, train, validation = make(fault, source, seed)
        diagnosis = diagnose(model, *validation)
        named += is_right(fault, diagnosis)
        if fault != "healthy" and diagnosis.advice:
            helped += improves(diagnosis, model, train, validation)
    assert named >= 9
    assert fault == "healthy" or helped >= 8


def test_curves_alone_are_not_enough_for_a_verdict():
    train, _ = split_rings()
    diagnosis = diagnose(MLPClassifier((16,), **SMALL).fit(*train))
    assert diagnosis.verdict == "not enough evidence"
    assert diagnosis.cause is None
    assert diagnosis.advice == []
    assert "X_val" in str(diagnosis)


def test_few_validation_data_are_not_enough():
    train, (X_val, y_val) = split_rings()
    model = MLPClassifier((16,), **SMALL).fit(*train)
    diagnosis = diagnose(model, X_val[:12] * 0.6, y_val[:12])
    assert diagnosis.verdict == "not enough evidence"
    assert "more validation data" in str(diagnosis)


def test_curves_of_early_stopping_will_do():
    train, _ = split_rings(2000)
    model = MLPClassifier((16,), early_stopping=True, scoring="loss", **SMALL)
    diagnosis = diagnose(model.fit(*train))
    assert diagnosis.verdict == "good"
    assert diagnosis.measured.validation_loss == min(model.validation_loss_curve_)


def test_curves_alone_show_steps_that_are_too_long_or_too_short():
    train, _ = split_rings()
    long = MLPClassifier((16,), **{**SMALL, "learning_rate_init": 5.0}).fit(*train)
    assert diagnose(long).cause == "learning rate too high"
    short = MLPClassifier((16,), **{**SMALL, "learning_rate_init": 1e-5}).fit(*train)
    assert diagnose(short).cause == "learning rate too low"


def test_a_target_decides_what_is_low():
    train, validation = split_rings(1000)
    model = MLPClassifier((3,), **SMALL).fit(*train)
    reached = diagnose(model, *validation).measured.train_loss
    easy = diagnose(model, *validation, target_loss=1.1 * reached)
    hard = diagnose(model, *validation, target_loss=0.5 * reached)
    assert easy.verdict == "good"
    assert hard.verdict == "underfitting"


def test_noise_is_no_fault_of_the_network():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3000, 2))
    y = X[:, 0] + rng.normal(size=3000) > 0
    model = MLPClassifier((), **SMALL).fit(X[:2000], y[:2000])
    diagnosis = diagnose(model, X[2000:], y[2000:])
    assert diagnosis.verdict == "good"
    assert diagnosis.measured.train_level > 0.4


def test_a_strong_penalty_is_to_blame_before_the_size():
    train, validation = split_rings(600)
    model = MLPClassifier((32,), alpha=300.0, **SMALL).fit(*train)
    diagnosis = diagnose(model, *validation)
    assert diagnosis.cause == "penalty too strong"
    assert improves(diagnosis, model, train, validation)


def test_vanishing_gradients():
    train, validation = split_rings(600)
    deep = (8,) * 12
    params = {**SMALL, "max_iter": 20}
    model = MLPClassifier(deep, activation="logistic", **params).fit(*train)
    assert diagnose(model, *validation).cause == "vanishing gradients"


def test_advice_for_a_pipeline_has_the_names_of_the_pipeline():
    (X, y), validation = split_rings()
    model = make_pipeline(StandardScaler(), MLPClassifier((), **SMALL)).fit(X, y)
    diagnosis = diagnose(model, *validation)
    assert next(iter(diagnosis.advice[0].params)) == "mlpclassifier__hidden_layer_sizes"
    assert improves(diagnosis, model, (X, y), validation)


def test_unscaled_inputs_of_a_pipeline_get_a_scaler():
    (X, y), (X_val, y_val) = split_rings()
    scales = np.array([1e3, 1e3, 1, 1])
    model = make_pipeline(MLPClassifier((16,), **SMALL)).fit(X * scales, y)
    diagnosis = diagnose(model, X_val * scales, y_val)
    assert diagnosis.cause == "unscaled inputs"
    better = clone(model).set_params(**diagnosis.advice[0].params)
    assert isinstance(better[0], StandardScaler)
    assert diagnose(better.fit(X * scales, y), X_val * scales, y_val).verdict == "good"


def test_a_search_is_judged_by_its_best_estimator():
    train, validation = split_rings()
    grid = {"hidden_layer_sizes": [(), (16,)]}
    search = GridSearchCV(MLPClassifier(**SMALL), grid, cv=2).fit(*train)
    best = diagnose(search.best_estimator_, *validation)
    assert str(diagnose(search, *validation)) == str(best)


def test_a_transformed_target_is_judged_as_the_network_sees_it():
    X, y = waves(900, np.random.default_rng(0))
    mlp = MLPRegressor((), **SMALL)
    plain = mlp.fit(X[:500], (y[:500] - y[:500].mean()) / y[:500].std())
    expected = diagnose(plain, X[500:], (y[500:] - y[:500].mean()) / y[:500].std())
    model = TransformedTargetRegressor(clone(mlp), transformer=StandardScaler())
    diagnosis = diagnose(model.fit(X[:500], 100 * y[:500]), X[500:], 100 * y[500:])
    assert diagnosis.evidence["validation loss"] == pytest.approx(
        expected.evidence["validation loss"]
    )
    assert next(iter(diagnosis.advice[0].params)) == "regressor__hidden_layer_sizes"


def test_a_loaded_model_is_judged_alike_and_stays_as_it_is():
    train, validation = split_rings()
    model = MLPClassifier((16,), normalization="batch", dropout=0.1, **SMALL)
    before = pickle.dumps(model.fit(*train))
    found = diagnose(model, *validation)
    assert str(diagnose(pickle.loads(before), *validation)) == str(found)
    assert pickle.dumps(model) == before


@pytest.mark.parametrize("weights", [None, "balanced"])
def test_losses_are_those_of_the_curve(weights):
    (X, y), _ = split_rings()
    few = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:30]]
    X, y = X[few], y[few]
    model = MLPClassifier((8,), class_weight=weights, **SMALL)
    model.fit(X, y, X_val=X, y_val=y)
    evidence = diagnose(model, X, y).evidence
    last = model.validation_loss_curve_[-1]
    assert evidence["validation loss"] == pytest.approx(last)
    assert evidence["trivial validation loss"] == pytest.approx(model.trivial_loss_)


def test_wrong_arguments_are_refused():
    train, (X_val, y_val) = split_rings()
    model = MLPClassifier((4,), max_iter=2).fit(*train)
    with pytest.raises(ValueError, match="X_val was given without y_val"):
        diagnose(model, X_val)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        diagnose(model, X_val, y_val[1:])
    with pytest.raises(TypeError, match="LogisticRegression is no network of skdeep"):
        diagnose(LogisticRegression().fit(*train), X_val, y_val)
