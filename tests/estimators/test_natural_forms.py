"""Forms of classes that a frame brings, and advice on what is nearly right."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_selection import SelectKBest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
)

import skdeep.pipeline
from skdeep import (
    CNNClassifier,
    MLPClassifier,
    MLPRegressor,
    RNNClassifier,
    TabularClassifier,
    TabularRegressor,
)
from skdeep.preprocessing import StandardScaler as ScalerOfChannels
from skdeep.resampling import SMOTE

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 4))
CLASSES = RNG.integers(0, 3, 30)
YES = CLASSES > 0
FEW = {"max_iter": 2, "random_state": 0}


@pytest.mark.parametrize("estimator", [MLPClassifier, TabularClassifier])
@pytest.mark.parametrize(
    ("y", "plain"),
    [
        (CLASSES.astype(object), CLASSES),
        (pd.Series(CLASSES, dtype=object), CLASSES),
        (pd.DataFrame({"class": CLASSES, "word": "a"}).iloc[:, :1], CLASSES),
        (pd.Series(CLASSES).astype("Int64"), CLASSES),
        (pd.Series(CLASSES).astype("int8"), CLASSES),
        (YES.astype(object), YES),
        (pd.Series(YES, dtype=object), YES),
        (pd.Series(YES).astype("boolean"), YES),
        (pd.DataFrame({"a": YES, "b": CLASSES > 1}).astype(object), None),
        (pd.DataFrame({"a": YES, "b": CLASSES > 1}).astype("boolean"), None),
    ],
)
@pytest.mark.filterwarnings("ignore:A column-vector y")
def test_classes_that_are_objects_are_what_they_are(estimator, y, plain):
    if plain is None:
        plain = np.c_[YES, CLASSES > 1]
    model = estimator(**FEW)
    expected = model.fit(X, plain).predict(X)
    found = model.fit(X, y).predict(X)
    assert_array_equal(found, expected)
    assert found.dtype.kind == expected.dtype.kind
    assert model.score(X, y) == model.score(X, plain)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_classes_among_objects_are_missing(missing):
    y = pd.Series([*CLASSES[:-1], missing], dtype=object)
    with pytest.raises(ValueError, match="the target of 1 samples is missing"):
        MLPClassifier(**FEW).fit(X, y)


@pytest.mark.parametrize(
    ("estimator", "params", "message"),
    [
        (MLPClassifier, {"learning_rate": 0.01}, "mean learning_rate_init=0.01"),
        (CNNClassifier, {"learning_rate": 1e-3}, "mean learning_rate_init=0.001"),
        (MLPClassifier, {"early_stopping": 5}, "mean n_iter_no_change=5"),
        (CNNClassifier, {"pool": 2}, "mean pool_size=2"),
        (RNNClassifier, {"cell": 32}, "mean units=32"),
        (MLPRegressor, {"scoring": "mse"}, "mean 'neg_mean_squared_error'"),
        (MLPRegressor, {"scoring": "mae"}, "mean 'neg_mean_absolute_error'"),
        (MLPClassifier, {"scoring": "acuracy"}, "mean 'accuracy'"),
        (MLPClassifier, {"scoring": "auc"}, "mean 'roc_auc'"),
    ],
)
def test_what_was_meant_is_named(estimator, params, message):
    with pytest.raises(ValueError, match=f"Did you {message}"):
        estimator(**params).fit(X, CLASSES)


@pytest.mark.parametrize(
    ("samples", "advice"),
    [
        ([np.ones((3, 5 + i)) for i in range(10)], r"the transpose of each, x\.T"),
        ([np.ones((5 + i, 5 + i)) for i in range(10)], "a channel, x.*newaxis"),
        (pd.DataFrame({"s": [np.ones(3 + i % 2) for i in range(10)]}), "that column"),
    ],
)
@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
def test_samples_with_other_axes_get_advice(estimator, samples, advice):
    with pytest.raises(ValueError, match=advice):
        estimator(**FEW).fit(samples, [0, 1] * 5)


@pytest.mark.parametrize("augment", ["noise", "mask", "mixup", ["noise", "mask"]])
def test_sparse_rows_are_not_augmented(augment):
    with pytest.raises(ValueError, match="a sparse X has none for its zeros"):
        MLPClassifier(augment=augment, **FEW).fit(csr_array(X), CLASSES)


@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
@pytest.mark.parametrize("form", [np.asarray, lambda c: c[:, :, np.newaxis] * 1.0])
def test_codes_are_not_interpolated(estimator, form):
    codes = RNG.integers(2, 30, (40, 5))
    y = np.repeat([0, 1], [30, 10])
    model = estimator(embedding_dim=2, sampler=SMOTE(random_state=0), **FEW)
    with pytest.raises(ValueError, match="numbers between codes"):
        model.fit(form(codes), y)
    model.set_params(sampler="over").fit(form(codes), y)


SERIES = 50 + 10 * RNG.normal(size=(40, 6, 2))
SCALED = [
    (make_pipeline(StandardScaler(), MLPClassifier(**FEW)), SERIES[:, 0]),
    (make_pipeline(ScalerOfChannels(), RNNClassifier(**FEW)), list(SERIES)),
    (make_pipeline(ScalerOfChannels(), CNNClassifier(**FEW)), SERIES),
]


@pytest.mark.parametrize(("model", "samples"), SCALED)
def test_validation_data_that_no_step_scaled_are_noticed(model, samples):
    y, name = np.arange(40) % 2, model.steps[-1][0]
    given = {f"{name}__X_val": samples[:20], f"{name}__y_val": y[:20]}
    with pytest.warns(UserWarning, match=r"X_val.* skdeep\.pipeline\.make_pipeline"):
        model.fit(samples, y, **given)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        scaled = model[:-1].transform(samples)
        model.fit(samples, y, **(given | {f"{name}__X_val": scaled[:20]}))
        skdeep.pipeline.Pipeline(model.steps).fit(samples, y, **given)


TABLE = np.exp(RNG.normal(size=(80, 6)) + np.array([-4, -3, 0, 3, 5, 7]))


@pytest.mark.parametrize(
    "step",
    [
        MinMaxScaler(),
        MaxAbsScaler(),
        QuantileTransformer(n_quantiles=20),
        PowerTransformer(),
        FunctionTransformer(np.log),
        Normalizer(),
        make_column_transformer((StandardScaler(), [0, 1, 2, 3])),
        PCA(6),
        PCA(2),
        PolynomialFeatures(2),
        SelectKBest(k=2),
    ],
    ids=lambda step: type(step).__name__,
)
def test_validation_data_that_a_step_would_have_changed_are_noticed(step):
    y = (TABLE[:, 3] > np.median(TABLE[:, 3])).astype(int)
    given = {"mlpclassifier__X_val": TABLE[:40], "mlpclassifier__y_val": y[:40]}
    plain = make_pipeline(step, MLPClassifier(**FEW))
    said = "take skdeep.pipeline.make_pipeline, or transform X_val"
    with pytest.raises((UserWarning, ValueError), match=said):
        plain.fit(TABLE, y, **given)
    skdeep.pipeline.make_pipeline(step, MLPClassifier(**FEW)).fit(TABLE, y, **given)


def _held_out(X, y):
    return {"X_val": X[:20], "y_val": y[:20]}


@pytest.mark.parametrize("scale", [1e4, 1e-4])
@pytest.mark.parametrize("estimator", [MLPRegressor, TabularRegressor])
@pytest.mark.parametrize(
    "change",
    [{"transformer": StandardScaler()}, {"func": np.log, "inverse_func": np.exp}],
    ids=["scaled", "logarithm"],
)
def test_validation_targets_that_nothing_transformed_are_noticed(
    estimator, change, scale
):
    y = TABLE[:, 3] * scale
    model = TransformedTargetRegressor(estimator((3,), **FEW), **change)
    with pytest.warns(UserWarning, match="leaves y_val as it is"):
        model.fit(TABLE, y, **_held_out(TABLE, y))
    estimator((3,), **FEW).fit(TABLE, y, **_held_out(TABLE, y))


def test_chance_is_not_taken_for_a_step_that_is_missing():
    rng = np.random.default_rng(1)
    heavy = np.exp(2 * rng.normal(size=(400, 8)))
    rare = (rng.random((400, 12)) < 0.02) * 1.0
    for X in (heavy, rare, csr_array(rare), np.c_[heavy, rare]):
        for n in (10, 20, 100):
            y = heavy[:, 0]
            MLPRegressor((3,), **FEW).fit(X, y, X_val=X[-n:], y_val=y[-n:])


def test_validation_data_of_two_lengths():
    with pytest.raises(ValueError, match="X_val has 30 samples and y_val 20"):
        MLPClassifier(**FEW).fit(X, YES, X_val=X, y_val=YES[:20])


@pytest.mark.parametrize(
    "samples", [np.ones((10, 4, 4)), [np.ones((3, 1))] * 10, np.ones((10, 4, 4, 1))]
)
def test_a_table_is_asked_for_where_samples_have_axes(samples):
    with pytest.raises(ValueError, match=r"by MLPClassifier\. It takes a table"):
        MLPClassifier(**FEW).fit(samples, [0, 1] * 5)


@pytest.mark.parametrize("n_channels", [1, 3])
def test_rows_that_look_like_pixels_are_said_to_be_taken_for_series(n_channels):
    shape = (8, 8, n_channels)
    images = np.random.default_rng(0).integers(0, 17, (30, 64 * n_channels))
    model = CNNClassifier((2,), **FEW)
    with pytest.warns(UserWarning, match=re.escape(f"input_shape={shape}")):
        model.fit(images, YES)
    # What is told, and what no image is, is taken without a word.
    model.set_params(input_shape=shape).fit(images, YES)
    model.set_params(input_shape=(64 * n_channels, 1)).fit(images, YES)
    model.set_params(input_shape=None).fit(images - 8, YES)
    model.fit(images / 16, YES)


@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
@pytest.mark.parametrize(
    ("X", "said"),
    [
        (np.sin(np.arange(30.0)), "X is one series of 30 values"),
        (np.full((30, 8), np.nan), r"preprocessing.Imputer\(\) come first"),
        (np.full((30, 8, 2), np.nan), r"preprocessing.Imputer\(\) come first"),
        (["a.png", "b.JPG"], "names of files, 'a.png'"),
    ],
    ids=["one series", "gaps in rows", "gaps in an array", "files"],
)
def test_what_is_no_set_of_samples(estimator, X, said):
    with pytest.raises(ValueError, match=said):
        estimator(**FEW).fit(X, np.arange(len(X)) % 2)


@pytest.mark.parametrize("X", [np.zeros((6, 8, 8)), np.zeros((6, 8, 8, 3))])
def test_tables_that_are_images_or_series(X):
    for model in (MLPClassifier(**FEW), TabularClassifier(**FEW)):
        with pytest.raises(ValueError, match="give images and series to a CNNClass"):
            model.fit(X, np.arange(6) % 2)
