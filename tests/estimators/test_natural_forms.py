"""Forms of classes that a frame brings, and advice on what is nearly right."""

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import ADASYN
from imblearn.under_sampling import RandomUnderSampler, TomekLinks
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
    CNNRegressor,
    MLPClassifier,
    MLPRegressor,
    RNNClassifier,
    RNNRegressor,
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


RECORDS = pd.DataFrame(X, columns=list("abcd"))


@pytest.mark.parametrize("estimator", [MLPClassifier, TabularClassifier])
@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (RECORDS.to_dict("records"), "pandas.DataFrame(X)"),
        (RECORDS.to_dict("list"), "pandas.DataFrame(X)"),
        (lambda: (row for row in X), "list(X)"),
        (lambda: map(list, X), "list(X)"),
        (lambda: zip(*X.T, strict=True), "list(X)"),
    ],
    ids=["records", "columns", "generator", "map", "zip"],
)
def test_advice_on_what_is_no_table_works(estimator, given, advice):
    model, given = estimator(**FEW), given() if callable(given) else given
    with pytest.raises(ValueError, match=re.escape(f"give {advice}.")):
        model.fit(given, YES)
    model.fit(eval(advice, {"pandas": pd, "X": given}), YES)


def test_advice_on_one_row_and_on_samples_works():
    row = RECORDS.iloc[0].to_dict()
    model = MLPClassifier(**FEW).fit(RECORDS, YES)
    with pytest.raises(ValueError, match=r"give pandas\.DataFrame\(\[X\]\)"):
        model.predict(row)
    model.predict(pd.DataFrame([row]))
    samples = {f"patient {i}": np.ones((5, 2)) * i for i in range(10)}
    with pytest.raises(ValueError, match=r"give list\(X\.values\(\)\)"):
        RNNClassifier(**FEW).fit(samples, [0, 1] * 5)
    RNNClassifier(**FEW).fit(list(samples.values()), [0, 1] * 5)
    with pytest.raises(ValueError, match=r"give list\(X\.values\(\)\)"):
        RNNClassifier(**FEW).fit({"a": [[1.0], [2.0, 3.0]]}, [0])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("data.csv", r"'data.csv' is the name of a file.* pandas.read_csv"),
        (Path("data.csv"), r"'data.csv' is the name of a file.* pandas.read_csv"),
        (["good film", "bad film"], "a TfidfVectorizer of scikit-learn come before"),
        (pd.Series(["good film", "bad film"]), "'good film', and no columns|a single"),
        (RECORDS.groupby("a"), r"\[group for _, group in X\]"),
    ],
    ids=["name", "path", "texts", "column", "groups"],
)
def test_what_is_no_table_is_named(given, said):
    for model in (MLPClassifier(**FEW), TabularClassifier(**FEW)):
        with pytest.raises(ValueError, match=said):
            model.fit(given, [0, 1])


@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier, MLPClassifier])
def test_values_that_are_hidden_are_missing(estimator):
    y = np.ma.masked_array(CLASSES, CLASSES == 2)
    with pytest.raises(ValueError, match=r"y is a masked array.* leave these samples"):
        estimator(**FEW).fit(X, y)
    hidden = np.ma.masked_array(X, X > 1)
    with pytest.raises(ValueError, match=r"X\.astype\(float\)\.filled"):
        estimator(**FEW).fit(hidden, CLASSES)
    estimator(**FEW).fit(np.ma.masked_array(X, False), CLASSES)


SHORT = RNG.normal(size=(30, 3, 60))
WAVES = np.sin(np.arange(200) / 9 + RNG.normal(size=(30, 9, 1)))


@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
@pytest.mark.parametrize("series", [SHORT, SHORT[:, :1], WAVES, list(WAVES)])
def test_series_whose_channels_come_first_are_noticed(estimator, series):
    with pytest.warns(UserWarning, match=r"X\.transpose\(0, 2, 1\)"):
        estimator(2, **FEW).fit(series, YES)
    estimator(2, **FEW).fit(np.asarray(series).transpose(0, 2, 1), YES)
    shape = np.shape(series)[1:]
    estimator(2, input_shape=shape, **FEW).fit(series, YES)


@pytest.mark.parametrize("shape", [(9, 200), (12, 12 * 7), (20, 120), (60, 3), (8, 1)])
@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
def test_vectors_at_each_step_are_not_taken_for_channels(estimator, shape):
    # Such as those of words, of which none resembles its neighbour.
    vectors = np.random.default_rng(0).normal(size=(30, *shape))
    estimator(2, **FEW).fit(vectors, YES)


@pytest.mark.parametrize("shape", [(4, 8, 8), (2, 16, 20), (1, 9, 30), (3, 28, 28)])
def test_images_whose_channels_come_first_are_noticed(shape):
    images = RNG.normal(size=(30, *shape))
    model = CNNClassifier((2,), **FEW)
    with pytest.warns(UserWarning, match=r"X\.transpose\(0, 2, 3, 1\)"):
        model.fit(images, YES)
    model.fit(images.transpose(0, 2, 3, 1), YES)
    model.set_params(input_shape=shape).fit(images, YES)


@pytest.mark.parametrize(
    "estimator", [RNNRegressor, CNNRegressor, RNNClassifier, CNNClassifier]
)
def test_targets_of_steps_are_told_from_several_of_each_sample(estimator):
    X, y = RNG.normal(size=(30, 5, 2)), RNG.integers(0, 2, (30, 5))
    with pytest.warns(UserWarning, match="a column for each of the 5 steps"):
        estimator(3, **FEW).fit(X, y)
    # The advice works, and fewer targets than steps say nothing.
    name = "return_sequences" if "RNN" in estimator.__name__ else "dense_prediction"
    estimator(3, **FEW, **{name: True}).fit(X, y)
    estimator(3, **FEW).fit(X, y[:, :4])


@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
def test_columns_of_frames_keep_their_order(estimator):
    frames = [pd.DataFrame(RNG.normal(size=(6, 2)), columns=["a", "b"])] * 30
    other = [frame[["b", "a"]] for frame in frames]
    model = estimator(3, **FEW).fit(frames, YES)
    with pytest.raises(ValueError, match=r"has the columns \['b', 'a'\].*\['a', 'b'\]"):
        model.predict(other)
    expected = model.predict_proba(frames)
    assert_array_equal(
        model.predict_proba([x[["a", "b"]] for x in other]),
        expected,
    )
    for mixed in (model, ScalerOfChannels()):
        with pytest.raises(ValueError, match=r"Sample 15 of X has the columns"):
            mixed.fit(frames[:15] + other[:15], YES)
    assert_array_equal(model.predict_proba([x.to_numpy() for x in frames]), expected)


class Tensor:
    """An array of another library."""

    def __init__(self, array):
        self.array, self.ndim, self.shape = array, array.ndim, array.shape
        self.dtype = "float32 of another library"

    def __array__(self, dtype=None, copy=None):
        return self.array

    def __len__(self):
        return len(self.array)

    def __getitem__(self, i):
        return Tensor(self.array[i])


@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
def test_tensors_are_arrays(estimator):
    X = RNG.normal(size=(30, 5, 2)).astype(np.float32)
    model = estimator(3, **FEW)
    expected = model.fit(X, YES).predict_proba(X)
    for given in (Tensor(X), [Tensor(x) for x in X]):
        assert_array_equal(model.fit(given, YES).predict_proba(given), expected)
    scaled = ScalerOfChannels().fit_transform(Tensor(X))
    assert_array_equal(scaled, ScalerOfChannels().fit_transform(X))


def test_columns_of_lists_of_polars_are_series():
    pl = pytest.importorskip("polars")
    lists = [RNG.normal(size=4 + i % 3).tolist() for i in range(30)]
    model = RNNClassifier(3, **FEW)
    expected = model.fit(lists, YES).predict_proba(lists)
    given = pl.Series(lists)
    assert_array_equal(model.fit(given, YES).predict_proba(given), expected)
    pipeline = make_pipeline(ScalerOfChannels(), model).fit(given, YES)
    pipeline.predict(given)


@pytest.mark.parametrize("name", ["kernel_size", "pool_size", "strides"])
def test_tuples_of_tuples_are_said_to_be_lists(name):
    images, sizes = RNG.normal(size=(30, 8, 8, 1)), ((2, 1), (1, 2))
    model = CNNClassifier((2, 2), **FEW)
    with pytest.raises(ValueError, match=re.escape(f"give {name}=[(2, 1), (1, 2)]")):
        model.set_params(**{name: sizes}).fit(images, YES)
    model.set_params(**{name: list(sizes)}).fit(images, YES)


@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
@pytest.mark.parametrize("sampler", [ADASYN(), RandomUnderSampler(), TomekLinks()])
@pytest.mark.parametrize("is_ragged", [False, True])
def test_samplers_of_tables_are_told_from_those_of_series(
    estimator, sampler, is_ragged
):
    series = list(RNG.normal(size=(30, 5, 2)))
    series = [x[: 3 + i % 3] for i, x in enumerate(series)] if is_ragged else series
    model = estimator(3, sampler=sampler, **FEW)
    if estimator is CNNClassifier:
        model.set_params(global_pool="max")
    with pytest.raises(ValueError, match=r"takes tables alone.* sampler='over' or"):
        model.fit(series, YES)
    for sampler in ("over", "under"):
        model.set_params(sampler=sampler).fit(series, YES)


@pytest.mark.parametrize(
    "weights", [[1, 2, 3], (1, 2, 3), np.ones(3), pd.Series([1]), [[1], [1, 2]]]
)
def test_weights_of_classes_are_a_dict(weights):
    model = MLPClassifier(class_weight=weights, **FEW)
    with pytest.raises(ValueError, match=r"dict\(enumerate\(weights\)\)"):
        model.fit(X, CLASSES)
    if len(weights) == 3:
        model.set_params(class_weight=dict(enumerate(weights))).fit(X, CLASSES)


@pytest.mark.parametrize("score", [None, "good", np.ones(2), {"f1": 0.5}])
def test_what_a_scorer_returns_is_one_number(score):
    model = MLPClassifier(scoring=lambda *_: score, early_stopping=True, **FEW)
    with pytest.raises(ValueError, match="return one number"):
        model.fit(X, YES)


@pytest.mark.parametrize(
    ("scoring", "other"), [("f1", "f1_macro"), ("roc_auc", "roc_auc_ovr")]
)
def test_a_score_of_two_classes_has_one_of_more(scoring, other):
    params = {"early_stopping": True, "validation_fraction": 0.4, **FEW}
    model = MLPClassifier(scoring=scoring, **params)
    with pytest.raises(ValueError, match=f"such targets, '{other}'"):
        model.fit(X, CLASSES)
    model.set_params(scoring=other).fit(X, CLASSES)


def test_columns_of_unseen_categories_are_named():
    frame = pd.DataFrame({"n": X[:, 0], "city": ["Bonn", "Trier", "Aachen"] * 10})
    model = TabularClassifier(**FEW).fit(frame, YES)
    with pytest.warns(UserWarning, match=r"Most categories in \['city'\]"):
        model.predict(frame.assign(city=frame["city"].str.upper()))


@pytest.mark.parametrize("X", [np.zeros((6, 8, 8)), np.zeros((6, 8, 8, 3))])
def test_tables_that_are_images_or_series(X):
    for model in (MLPClassifier(**FEW), TabularClassifier(**FEW)):
        with pytest.raises(ValueError, match="give images and series to a CNNClass"):
            model.fit(X, np.arange(6) % 2)
