"""Wrong data and wrong combinations are explained before any training."""

import re

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from skdeep import MLPClassifier, MLPRegressor, NeuralNetworkClassifier
from skdeep.nn import (
    Dense,
    Dropout,
    LogisticFocal,
    Residual,
    Serial,
    SoftmaxFocal,
    SquaredError,
)
from tests.estimators.data import BINARY, MULTICLASS, MULTILABEL, REAL, counts

X, Y = BINARY.X, BINARY.y
WITH_NAN = np.where(np.arange(X.size).reshape(X.shape) == 7, np.nan, X)
WITH_INF = np.where(np.isnan(WITH_NAN), np.inf, X)
NEGATIVE = -np.ones(120)


CLASSIFIER, REGRESSOR = MLPClassifier(), MLPRegressor()
VALIDATION = {"X_val": X, "y_val": Y}
# A way to call an estimator, and what the sentence says.
CALLS = {
    "NaN": (CLASSIFIER, (WITH_NAN, Y), {}, "Input X contains NaN"),
    "infinity": (CLASSIFIER, (WITH_INF, Y), {}, "Input X contains infinity"),
    "sparse NaN": (CLASSIFIER, (csr_matrix(WITH_NAN), Y), {}, "Input X contains NaN"),
    "NaN in y": (REGRESSOR, (X, WITH_NAN[:, 2]), {}, "Input y contains NaN"),
    "one axis": (CLASSIFIER, (X[:, 0], Y), {}, "Expected 2D array, got 1D array"),
    "three axes": (CLASSIFIER, (X[None], Y[:1]), {}, "Found array with dim 3"),
    "no rows": (CLASSIFIER, (X[:0], Y[:0]), {}, "0 sample(s)"),
    "no columns": (CLASSIFIER, (X[:, :0], Y), {}, "0 feature(s)"),
    "lengths": (CLASSIFIER, (X, Y[:50]), {}, "inconsistent numbers of samples"),
    "no y": (CLASSIFIER, (X, None), {}, "requires y to be passed"),
    "real y": (CLASSIFIER, (X, REAL.y), {}, "Unknown label type: continuous"),
    "strings": (REGRESSOR, (X, Y.astype(str) + "a"), {}, "could not convert string"),
    "several columns of classes": (
        CLASSIFIER,
        (X, np.c_[MULTICLASS.y, MULTICLASS.y]),
        {},
        "sklearn.multioutput.MultiOutputClassifier",
    ),
    "X_val alone": (CLASSIFIER, (X, Y), {"X_val": X}, "X_val was given without y_val"),
    "y_val alone": (CLASSIFIER, (X, Y), {"y_val": Y}, "y_val was given without X_val"),
    "weights of nothing": (
        CLASSIFIER,
        (X, Y),
        {"sample_weight_val": np.ones(9)},
        "sample_weight_val was given without X_val and y_val",
    ),
    "narrow X_val": (
        CLASSIFIER,
        (X, Y),
        {"X_val": X[:, :3], "y_val": Y},
        "X has 3 features, but MLPClassifier is expecting 5",
    ),
    "NaN in X_val": (
        CLASSIFIER,
        (X, Y),
        {"X_val": WITH_NAN, "y_val": Y},
        "contains NaN",
    ),
    "unknown class in y_val": (
        CLASSIFIER,
        (X, Y),
        {"X_val": X, "y_val": Y + 1},
        "`y_val` has classes not in `self.classes_`",
    ),
    "negative weight": (CLASSIFIER, (X, Y, NEGATIVE), {}, "sample_weight has a negat"),
    "weights of zero": (CLASSIFIER, (X, Y, 0 * Y), {}, "sample_weight has only zeros"),
    "few weights": (
        CLASSIFIER,
        (X, Y, Y[:9]),
        {},
        "sample_weight.shape == (9,), expected (120,)",
    ),
    "wide weights": (CLASSIFIER, (X, Y, X), {}, "one weight per sample"),
    "NaN weight": (
        CLASSIFIER,
        (X, Y, WITH_NAN[:, 2]),
        {},
        "sample_weight contains NaN",
    ),
    "negative validation weight": (
        CLASSIFIER,
        (X, Y),
        {**VALIDATION, "sample_weight_val": NEGATIVE},
        "sample_weight_val has a negative weight",
    ),
    "negative counts": (
        MLPRegressor(loss="poisson"),
        (X, -counts()[1]),
        {},
        "loss='poisson' needs y of at least 0",
    ),
    "weight of no class": (
        MLPClassifier(class_weight={0: 1, "yes": 2}),
        (X, Y),
        {},
        "class_weight has weights for ['yes'], not among the classes [0, 1]",
    ),
    "negative class weight": (
        MLPClassifier(class_weight={1: -1.0}),
        (X, Y),
        {},
        "class_weight={1: -1.0} has a weight that is not at least 0",
    ),
    "class weights of zero": (
        MLPClassifier(class_weight={0: 0, 1: 0}),
        (X, Y),
        {},
        "leaves no sample with a weight",
    ),
    "loss for more classes": (
        MLPClassifier(loss=SoftmaxFocal()),
        (X, Y),
        {},
        "has the link 'softmax', but binary targets need 'logistic'",
    ),
    "loss for two classes": (
        MLPClassifier(loss=LogisticFocal()),
        (X, MULTICLASS.y),
        {},
        "has the link 'logistic', but multiclass targets need 'softmax'",
    ),
    "loss for real targets": (
        MLPClassifier(loss=SquaredError()),
        (X, MULTILABEL.y),
        {},
        "has the link 'identity', but multilabel targets need 'logistic'",
    ),
    "loss for classes": (
        MLPRegressor(loss=LogisticFocal()),
        (X, REAL.y),
        {},
        "but real targets need 'identity' or 'exp'",
    ),
    "one dict for labels": (
        MLPClassifier(class_weight={0: 1}),
        (X, MULTILABEL.y),
        {},
        "class_weight has 1 dicts for 3 columns of y: give one dict per column",
    ),
    "lbfgs with dropout": (
        MLPClassifier(solver="lbfgs", dropout=0.5),
        (X, Y),
        {},
        "which dropout prevents: leave it out (dropout=0), or choose another solver",
    ),
    "lbfgs with a dropout layer": (
        NeuralNetworkClassifier(
            Serial([Residual([Dropout(0.1)]), Dense(3)]), solver="lbfgs"
        ),
        (X, Y),
        {},
        "which dropout prevents",
    ),
    "no layer": (
        NeuralNetworkClassifier([Dense(3), "relu"]),
        (X, Y),
        {},
        "layers holds 'relu', which is no layer",
    ),
    "one string for layers": (
        NeuralNetworkClassifier("relu"),
        (X, Y),
        {},
        "layers='relu' is not allowed",
    ),
    "impossible layers": (
        NeuralNetworkClassifier([Residual([Dense(3)])]),
        (X, Y),
        {},
        "give it a shortcut= layer that returns (3,)",
    ),
    "unknown scorer": (
        MLPClassifier(scoring="acuracy", early_stopping=True),
        (X, Y),
        {},
        "scoring",
    ),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_wrong_call_is_explained_before_training(call):
    estimator, data, keywords, said = call
    with pytest.raises(ValueError, match=re.escape(said)):
        estimator.fit(*data, **keywords)
    assert not hasattr(estimator, "loss_")


@pytest.mark.parametrize(
    ("params", "keywords", "said"),
    [
        ({}, {}, "classes must be passed on the first call to partial_fit"),
        ({"class_weight": "balanced"}, {"classes": [0, 1]}, "give a dict of weights"),
        ({"early_stopping": True}, {"classes": [0, 1]}, "give X_val and y_val"),
        ({}, {"classes": [0]}, "classes not in `self.classes_`"),
        ({}, {"classes": [0, 2]}, "classes not in `self.classes_`"),
    ],
)
def test_a_wrong_call_of_partial_fit_is_explained(params, keywords, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        MLPClassifier(**params).partial_fit(X, Y, **keywords)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_log_proba"])
def test_prediction_checks_its_input(method):
    model = MLPClassifier((3,)).partial_fit(X, Y, classes=[0, 1])
    for wrong, said in ((WITH_NAN, "NaN"), (X[:, :3], "3 features"), (X[0], "2D")):
        with pytest.raises(ValueError, match=said):
            getattr(model, method)(wrong)
