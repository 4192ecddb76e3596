"""Targets, scorers and numbers that cannot serve: one sentence before any training."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from skdeep import (
    CNNClassifier,
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    RNNClassifier,
    TabularClassifier,
    TabularRegressor,
)
from skdeep.nn import LSTM

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 3))
SERIES = RNG.normal(size=(12, 5, 2))
# Form of y, and what is said of it.
FORMS = {
    "gaps": (
        [0, 1, None] * 4,
        "NaN or None: the target of 4 samples is missing",
    ),
    "nothing else": (
        [None] * 12,
        "of 12 samples is missing, the first of them sample 0",
    ),
    "NA": (pd.Series([1, pd.NA] * 6), "Input y contains NaN or None"),
    "collections": ([{}] * 12, "y holds a dict for sample 0"),
    "one list": ([0] * 11 + [[0]], "y holds a list for sample 11"),
    "a value": (3, "y is a int: give an array or a list"),
    "a word": ("word", "y is a str: give an array or a list"),
    "a dict": ({"a": 1}, "y is a dict: give"),
    "a generator": ((i for i in range(12)), "y is a generator: give"),
    "no axes": (np.array(1), "y is a single value"),
}


@pytest.mark.parametrize(("y", "message"), FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    "model", [MLPClassifier(), MLPRegressor(), TabularClassifier(), RNNClassifier()]
)
def test_a_form_that_no_estimator_takes(model, y, message):
    data = SERIES if isinstance(model, RNNClassifier) else X
    with pytest.raises(ValueError, match=message):
        model.fit(data, y)


@pytest.mark.parametrize(
    "y",
    [
        [1, "a"] * 6,
        np.array([1, "a"] * 6, object),
        pd.DataFrame({"a": [1] * 12, "b": ["x"] * 12}),
    ],
    ids=["list", "array", "frame"],
)
def test_classes_of_several_types(y):
    with pytest.raises(ValueError, match=r"classes of different types \(int, str\)"):
        MLPClassifier().fit(X, y)


@pytest.mark.parametrize("y", [None, 3, np.array(1)], ids=["None", "3", "no axes"])
def test_steps_without_targets(y):
    with pytest.raises(ValueError, match=r"^y is "):
        NeuralNetworkClassifier([LSTM(3)]).fit(SERIES, y)


def test_large_numbers_for_classes_are_no_classes_and_no_warning():
    with pytest.raises(ValueError, match="Unknown label type"):
        MLPClassifier().fit(X, np.arange(12) * 1e300)


@pytest.mark.parametrize("augment", ["rotate", "jitter", "mirror", "masking"])
def test_augmentation_of_other_samples(augment):
    with pytest.raises(ValueError, match=r"changes (images|series), and X holds"):
        MLPClassifier(augment=augment).fit(X, np.arange(12) % 2)


@pytest.mark.parametrize("scoring", ["roc_auc", "accuracy", "neg_log_loss", "f1"])
def test_a_score_that_cannot_judge_is_named_before_training(scoring, capsys):
    model = MLPRegressor(scoring=scoring, early_stopping=True, verbose=True)
    X = RNG.normal(size=(60, 3))
    with pytest.raises(ValueError, match=rf"^scoring='{scoring}' cannot judge MLPReg"):
        model.fit(X, X[:, 0])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("large", [1e39, -1e200, 1e308])
def test_numbers_beyond_float32(large):
    table, series = X.copy(), SERIES.copy()
    table[1, 2] = series[1, 2, 1] = large
    y = np.arange(12) % 2
    ragged = [sample[: 3 + i % 3] for i, sample in enumerate(series)]
    said = r"too large for dtype\('float32'\)|beyond the range of float32"
    for model, data in (
        (MLPClassifier(dtype="float32"), table),
        (MLPClassifier(dtype="float32"), csr_matrix(table)),
        (CNNClassifier(dtype="float32"), series),
        (RNNClassifier(dtype="float32"), ragged),
    ):
        with pytest.raises(ValueError, match=said):
            model.fit(data, y)
    with pytest.raises(ValueError, match="Column 0 of y holds"):
        MLPRegressor(dtype="float32").fit(X, table[:, 2])


def test_numbers_whose_squares_are_beyond_float64():
    with pytest.raises(ValueError, match="Column 0 of y holds values whose squares"):
        TabularRegressor().fit(X, X[:, 0] * 1e200)


@pytest.mark.parametrize("data", [object(), {"a": 1}, [object()] * 12, [["a"]] * 12])
def test_x_that_holds_no_numbers(data):
    for model in (MLPClassifier(), CNNClassifier()):
        with pytest.raises((TypeError, ValueError), match=r"\bX\b"):
            model.fit(data, np.arange(12) % 2)
