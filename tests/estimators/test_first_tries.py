"""First tries that others reported: they work, or one sentence says what to do."""

import subprocess
import sys
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, r2_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skdeep
from skdeep import (
    CNNClassifier,
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    RNNClassifier,
    RNNRegressor,
    TabularClassifier,
    TabularRegressor,
)
from skdeep.nn import BatchNorm, Conv, Dense, Flatten, Mirror, ReLU, Residual
from skdeep.preprocessing import CategoricalEncoder, Imputer, SequenceVectorizer
from skdeep.resampling import SMOTE, SMOTENC
from tests.estimators.data import BINARY, MULTICLASS, REAL, flat

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
N = 80
FRAME = pd.DataFrame(
    {
        "age": RNG.normal(40, 10, N),
        "income": RNG.normal(3e4, 1e4, N),
        "city": RNG.choice(["Bonn", "Cologne", "Trier"], N),
        "owner": RNG.random(N) > 0.5,
    }
)
TRUTH = (FRAME["age"] > 38).to_numpy().astype(int)
RAGGED = [RNG.normal(size=(int(RNG.integers(3, 9)), 2)) for _ in range(N)]
STEPS = [(x[:, 0] > 0).astype(int) for x in RAGGED]
FEW = {"max_iter": 2, "random_state": 0}


# What a scorer of one's own gets.

STOPPING = {"early_stopping": True, "validation_fraction": 0.25, **FEW}
GIVEN = {
    "frame of numbers": (
        MLPClassifier((3,), **STOPPING),
        FRAME[["age", "income"]],
        TRUTH,
    ),
    "raw table": (
        MLPClassifier((3,), categorical_features="from_dtype", **STOPPING),
        FRAME,
        pd.Series(TRUTH, name="truth"),
    ),
    "table": (TabularClassifier((3,), **STOPPING), FRAME, TRUTH),
    "ragged list": (RNNClassifier(3, **STOPPING), RAGGED, list(TRUTH)),
    "steps": (RNNClassifier(3, return_sequences=True, **STOPPING), RAGGED, STEPS),
    "array": (MLPClassifier((3,), **STOPPING), FRAME[["age"]].to_numpy(), TRUTH),
}


@pytest.mark.parametrize("own", [False, True], ids=["held out", "X_val"])
@pytest.mark.parametrize("kind", GIVEN)
def test_a_scorer_gets_what_the_user_gave(kind, own):
    model, X, y = GIVEN[kind]
    seen = []

    def scorer(estimator, X, y):
        seen.append((X, y))
        estimator.predict(X)
        return 0.0

    val = {"X_val": X[:20], "y_val": y[:20]} if own else {}
    clone(model).set_params(scoring=scorer).fit(X, y, **val)
    X_seen, y_seen = seen[0]
    assert type(X_seen) is type(X)
    assert type(y_seen) is type(y)
    assert len(X_seen) == len(y_seen) == 20
    if hasattr(X, "columns"):
        assert_array_equal(X_seen.columns, X.columns)
        assert_array_equal(X_seen.dtypes, X.dtypes)


def test_a_scorer_gets_frames_of_polars():
    pl = pytest.importorskip("polars")
    X = pl.DataFrame({name: FRAME[name].tolist() for name in FRAME})
    seen = []

    def scorer(estimator, X, y):
        seen.append((X, y))
        return 0.0

    model = TabularClassifier((3,), scoring=scorer, **STOPPING)
    model.fit(X, pl.Series(TRUTH.tolist()))
    assert isinstance(seen[0][0], pl.DataFrame)
    assert isinstance(seen[0][1], pl.Series)
    assert seen[0][0].columns == list(FRAME)


@pytest.mark.parametrize("y", [STEPS, [s.astype(str) for s in STEPS]])
def test_the_scorer_for_steps_stops_early(y):
    def f1(model, X, y):
        ends = np.concatenate(y), np.concatenate(model.predict(X))
        return f1_score(*ends, average="macro")

    model = GIVEN["steps"][0].set_params(scoring=f1, max_iter=3)
    assert len(model.fit(RAGGED, y).validation_scores_) == 3


# Lone classes.


@pytest.mark.parametrize(
    "sizes", [(60, 39, 1), (3,) * 10, (50, 1, 1, 1), (40, 2, 2)], ids=str
)
@pytest.mark.parametrize("stratified_names", [False, True])
def test_rare_classes_stop_early(sizes, stratified_names):
    y = np.repeat(np.arange(len(sizes)), sizes)
    X = np.random.default_rng(0).normal(size=(len(y), 3)) + y[:, np.newaxis]
    y = np.array([f"class {c}" for c in y]) if stratified_names else y
    model = MLPClassifier((4,), early_stopping=True, **FEW).fit(X, y)
    assert_array_equal(model.classes_, np.unique(y))


@pytest.mark.parametrize("fraction", [0.1, 0.01, 0.999])
@pytest.mark.parametrize("n_samples", [2, 4, 9])
def test_messages_about_the_part_held_out_name_its_hyperparameter(n_samples, fraction):
    X, y = BINARY.X[:n_samples], np.arange(n_samples) % 2
    model = MLPClassifier((4,), early_stopping=True, validation_fraction=fraction)
    with pytest.raises(ValueError, match="validation_fraction") as found:
        model.fit(X, y)
    assert "test_size" not in str(found.value)


# Weights of classes.


@pytest.mark.parametrize("label", [int, "shade {}".format])
@pytest.mark.parametrize("estimator", [MLPClassifier, LogisticRegression])
def test_a_fold_may_lack_a_class_that_has_a_weight(estimator, label):
    y = np.array([label(c) for c in MULTICLASS.y])
    weights = {label(0): 1, label(1): 2, label(2): 3}
    two = MULTICLASS.y < 2
    estimator(class_weight=weights, max_iter=500).fit(MULTICLASS.X[two], y[two])
    lacking = {label(0): 1, label(5): 3}
    with pytest.raises(ValueError, match=r"class_weight|not in"):
        estimator(class_weight=lacking).fit(MULTICLASS.X, y)


# Batch normalisation of one sample.

ONE_ROW = {
    "hidden": MLPClassifier((4,), normalization="batch", batch_size=1),
    "layers": NeuralNetworkClassifier([Dense(4), BatchNorm()], batch_size=1),
    "branch": NeuralNetworkClassifier(
        [Dense(4), Residual([Dense(4), BatchNorm(), ReLU()])], batch_size=1
    ),
    "image": CNNClassifier(
        (2,), hidden_layer_sizes=(3,), normalization="batch", batch_size=1
    ),
}


@pytest.mark.parametrize("kind", ONE_ROW)
def test_batch_normalisation_of_one_sample_is_refused(kind):
    X, y = BINARY.X, BINARY.y
    X = X[:, :4].reshape(-1, 2, 2, 1) if kind == "image" else X
    with pytest.raises(ValueError, match="raise batch_size"):
        ONE_ROW[kind].fit(X, y)
    with pytest.raises(ValueError, match="raise batch_size"):
        clone(ONE_ROW[kind]).set_params(batch_size=50).fit(X[:1], y[:1])


def test_batch_normalisation_over_steps_needs_one_sample_only():
    layers = [Conv(2), BatchNorm(), Flatten()]
    X = BINARY.X[:, :4].reshape(-1, 4, 1)
    NeuralNetworkClassifier(layers, batch_size=1, **FEW).fit(X, BINARY.y)


# NumPy's numbers as hyperparameters.


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batch_size", np.int8(8)),
        ("batch_size", np.uint8(120)),
        ("max_iter", np.int8(3)),
        ("alpha", np.float16(0.5)),
        ("learning_rate_init", np.float32(0.0625)),
        ("beta_2", np.float16(0.5)),
        ("momentum", np.float32(0.25)),
        ("hidden_layer_sizes", np.array([120, 3], dtype=np.int8)),
        ("hidden_layer_sizes", (np.int16(5),)),
        ("random_state", np.int16(7)),
        ("shuffle", np.bool_(False)),
        ("activation", np.str_("tanh")),
    ],
)
def test_numbers_of_numpy_mean_what_they_say(name, value):
    python = value.tolist() if isinstance(value, np.ndarray) else value
    if isinstance(value, np.generic):
        python = value.item()
    params = {"max_iter": 3, "random_state": 0, "batch_size": 50}
    given = MLPRegressor(**{**params, name: value}).fit(REAL.X, REAL.y)
    plain = MLPRegressor(**{**params, name: python}).fit(REAL.X, REAL.y)
    assert_array_equal(flat(given), flat(plain))
    assert given.get_params()[name] is value


# Weights of steps, and targets that are missing.


@pytest.mark.parametrize("per_step", [False, True])
@pytest.mark.parametrize("form", ["list", "array"])
@pytest.mark.parametrize(
    ("estimator", "metric"), [(RNNClassifier, accuracy_score), (RNNRegressor, r2_score)]
)
def test_scores_weigh_steps(estimator, metric, form, per_step):
    X = RAGGED if form == "list" else [x[:3] for x in RAGGED]
    y = [(x[:, 0] > 0).astype(int) for x in X]
    weights = [RNG.integers(0, 4, len(x)) for x in X]
    each = np.concatenate(weights)
    if not per_step:
        weights = RNG.integers(0, 4, len(X))
        each = np.repeat(weights, [len(x) for x in X])
    if form == "array":
        X, y, weights = np.array(X), np.array(y), np.array(weights)
    model = estimator(3, return_sequences=True, **FEW).fit(X, y)
    predicted = np.concatenate(list(model.predict(X)))
    expected = metric(np.concatenate(list(y)), predicted, sample_weight=each)
    assert_allclose(model.score(X, y, sample_weight=weights), expected)


def test_weights_of_steps_of_another_length_are_refused():
    model = RNNClassifier(3, return_sequences=True, **FEW).fit(RAGGED, STEPS)
    with pytest.raises(ValueError, match="Weights of steps have other shapes"):
        model.score(RAGGED, STEPS, sample_weight=[np.ones(2) for _ in RAGGED])


def with_gap(values, gap, dtype=object):
    values = np.array(values, dtype=object)
    values[3] = gap
    return values if dtype is object else pd.Series(values).astype(dtype)


NAMES, NUMBERS = np.array(["no", "yes"])[TRUTH], TRUTH.astype(float)
MISSING = {
    "None": with_gap(NAMES, None),
    "NA": with_gap(NAMES, pd.NA),
    "NaN among strings": with_gap(NAMES, np.nan),
    "string": with_gap(NAMES, pd.NA, "string"),
    "category": with_gap(NAMES, None, "category"),
    "list": list(with_gap(NAMES, None)),
    "frame": pd.DataFrame({"y": with_gap(NAMES, None)}),
    "NaN": with_gap(NUMBERS, np.nan, float),
    "Int64": with_gap(TRUTH, pd.NA, "Int64"),
    "boolean": with_gap(TRUTH == 1, pd.NA, "boolean"),
    "numbers and NA": with_gap(NUMBERS, pd.NA),
    "list of numbers": [None, *NUMBERS[1:]],
}


@pytest.mark.parametrize(
    "estimator", [MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor]
)
@pytest.mark.parametrize("form", MISSING)
def test_missing_targets_are_counted_in_one_sentence(estimator, form):
    with pytest.raises(ValueError, match=r"y contains NaN.*\b1 .*missing, the first"):
        estimator().fit(FRAME[["age", "income"]], MISSING[form])


@pytest.mark.parametrize("gap", [np.nan, None, pd.NA])
@pytest.mark.parametrize("estimator", [RNNClassifier, RNNRegressor])
def test_missing_targets_of_steps_are_located(estimator, gap):
    y = [s.astype(object) for s in STEPS]
    y[4] = y[4].copy()
    y[4][2] = gap
    with pytest.raises(ValueError, match=r"Sample 4 of y contains NaN.* at step 2"):
        estimator(return_sequences=True).fit(RAGGED, y)


# Rows of weight 0, and columns that say nothing of new rows.


@pytest.mark.parametrize(
    "estimator", [MLPClassifier, TabularClassifier, MLPRegressor, TabularRegressor]
)
@pytest.mark.parametrize("column", ["city", "owner", "gap"])
def test_a_category_of_weight_0_is_not_there(estimator, column):
    extra = FRAME.iloc[:3].copy()
    extra["city"] = {"city": "Aachen", "owner": "Bonn", "gap": None}[column]
    params = {"categorical_features": "from_dtype", "solver": "sgd", **FEW}
    params |= {"batch_size": 1000, "shuffle": False}
    kept = FRAME.assign(owner=True) if column == "owner" else FRAME
    X = pd.concat([kept, extra], ignore_index=True)
    weights = np.r_[np.ones(N), np.zeros(3)]
    y = np.r_[TRUTH, 0, 0, 0]
    with_them = estimator((3,), **params).fit(X, y, weights)
    without = estimator((3,), **params).fit(kept, TRUTH)
    assert_allclose(flat(with_them), flat(without), rtol=1e-5, atol=1e-7)
    assert_allclose(with_them.predict(X)[:N], without.predict(kept), rtol=1e-5)
    for ours, theirs in zip(with_them.categories_, without.categories_, strict=True):
        assert_array_equal(ours, theirs)


@pytest.mark.parametrize("make", [str, "user {}".format, lambda i: Decimal(i) / 7])
@pytest.mark.parametrize("estimator", [MLPClassifier, TabularClassifier])
def test_identifiers_are_named(estimator, make):
    X = FRAME.assign(customer=[make(i) for i in range(N)])
    model = estimator((3,), categorical_features=["city", "owner", "customer"], **FEW)
    with pytest.warns(UserWarning, match=r"\['customer'\] are different in nearly"):
        model.fit(X, TRUTH)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.set_params(categorical_features=["city", "owner"]).fit(FRAME, TRUTH)


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_one_hot_classes_are_told_from_labels(n_classes):
    y = np.eye(n_classes, dtype=int)[np.arange(N) % n_classes]
    with pytest.warns(UserWarning, match=r"y\.argmax\(axis=1\)"):
        MLPClassifier((3,), **FEW).fit(FRAME[["age"]], y)
    y[0] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        MLPClassifier((3,), **FEW).fit(FRAME[["age"]], y)


# Validation data without early stopping.


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("task", [MULTICLASS, REAL], ids=["classes", "numbers"])
def test_validation_data_give_the_best_weights(task, solver):
    model = task.make((30,), solver=solver, max_iter=60, learning_rate_init=0.05)
    X, y = task.X[:40], task.y[:40]
    model.set_params(scoring=None).fit(X, y, X_val=task.X[40:], y_val=task.y[40:])
    assert model.best_validation_score_ == max(model.validation_scores_)
    score = model.score(task.X[40:], task.y[40:])
    assert_allclose(score, model.best_validation_score_)
    # It would be hollow if the last weights were the best.
    assert model.validation_scores_[-1] < model.best_validation_score_


# Warnings point at the line that called.


@pytest.mark.filterwarnings("default::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("inside", ["alone", "pipeline", "search"])
def test_a_warning_points_at_the_users_line(inside, solver):
    model = MLPClassifier((3,), solver=solver, max_iter=2)
    if inside == "pipeline":
        model = make_pipeline(FunctionTransformer(), model)
    elif inside == "search":
        model = GridSearchCV(model, {"alpha": [0.1]}, cv=2)
    with pytest.warns(ConvergenceWarning) as caught:
        model.fit(BINARY.X, BINARY.y)
    assert {w.filename for w in caught} == {__file__}


WORDS = pd.DataFrame({"city": ["Bonn", "Trier"] * 10, "gap": [np.nan] * 20})
WARN = {
    "unseen categories": (CategoricalEncoder(), WORDS[["city"]], WORDS[["city"]] + "?"),
    "unseen words": (SequenceVectorizer(), list(WORDS["city"]), ["unheard of"]),
    "no value": (Imputer(), WORDS[["gap"]], None),
}


@pytest.mark.parametrize("inside", ["alone", "pipeline", "ours"])
@pytest.mark.parametrize("kind", WARN)
def test_a_warning_of_preprocessing_points_at_the_users_line(kind, inside):
    step, X, new = WARN[kind]
    make = skdeep.pipeline.make_pipeline if inside == "ours" else make_pipeline
    model = clone(step) if inside == "alone" else make(clone(step))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X)
        if new is not None:
            model.transform(new)
    assert {w.filename for w in caught} == {__file__}


# Spellings.


@pytest.mark.parametrize(
    ("estimator", "name", "given", "meant"),
    [
        (RNNClassifier, "cell", "LSTM", "lstm"),
        (RNNClassifier, "pooling", "Attention", "attention"),
        (RNNRegressor, "loss", "mse", "squared_error"),
        (RNNRegressor, "loss", "MAE", "absolute_error"),
        (MLPClassifier, "activation", "sigmoid", "logistic"),
        (MLPClassifier, "activation", "ReLU", "relu"),
        (MLPClassifier, "activation", "Leaky-ReLU", "leaky_relu"),
        (MLPClassifier, "activation", "swish", "silu"),
        (MLPClassifier, "solver", "Adam", "adam"),
        (MLPClassifier, "solver", "L-BFGS", "lbfgs"),
        (MLPClassifier, "loss", "cross_entropy", "log_loss"),
        (MLPClassifier, "initializer", "kaiming_normal", "he_normal"),
        (MLPClassifier, "class_weight", "Balanced", "balanced"),
        (MLPClassifier, "normalization", "Batch", "batch"),
        (MLPClassifier, "dtype", "Float32", "float32"),
        (CNNClassifier, "global_pool", "mean", "avg"),
        (CNNClassifier, "block", "Residual", "residual"),
        (MLPClassifier, "loss", "bce", "log_loss"),
        (MLPClassifier, "loss", "CrossEntropyLoss", "log_loss"),
        (MLPClassifier, "loss", "NLL", "log_loss"),
        (MLPClassifier, "loss", "binary:logistic", "log_loss"),
        (MLPClassifier, "loss", "focal_loss", "focal"),
        (MLPRegressor, "loss", "l1", "absolute_error"),
        (MLPRegressor, "loss", "reg:squarederror", "squared_error"),
        (MLPRegressor, "loss", "SmoothL1Loss", "huber"),
        (RNNRegressor, "loss", "pinball loss", "quantile"),
        (RNNClassifier, "cell", "SimpleRNN", "simple"),
        (RNNClassifier, "pooling", "average", "mean"),
        (RNNClassifier, "pooling", "avg", "mean"),
        (CNNClassifier, "pool", "MaxPool", "max"),
        (CNNClassifier, "block", "ResNet", "residual"),
        (CNNClassifier, "normalization", "batchnorm", "batch"),
        (MLPClassifier, "learning_rate", "OneCycleLR", "one_cycle"),
        (MLPClassifier, "learning_rate", "ReduceLROnPlateau", "adaptive"),
        (MLPClassifier, "augment", "gaussian_noise", "noise"),
        (MLPClassifier, "augment", ["GaussianNoise"], ["noise"]),
        (MLPClassifier, "sampler", "RandomOverSampler", "over"),
        (MLPClassifier, "categorical_features", "auto", "from_dtype"),
        (MLPClassifier, "dtype", np.float32, "float32"),
        (MLPClassifier, "dtype", float, "float64"),
        (MLPClassifier, "dtype", np.dtype("f4"), "float32"),
    ],
)
def test_names_in_any_case_and_other_names(estimator, name, given, meant):
    X = BINARY.X
    if estimator in (RNNClassifier, RNNRegressor, CNNClassifier):
        X = X[:, :, np.newaxis]
    one = estimator(4, **FEW, **{name: given}).fit(X, BINARY.y)
    other = estimator(4, **FEW, **{name: meant}).fit(X, BINARY.y)
    assert_array_equal(flat(one), flat(other))
    assert one.get_params()[name] == given


# Lists of components.

IMAGES = RNG.normal(size=(N, 6, 6, 1))


def test_a_list_of_augmentations():
    model = CNNClassifier((2,), augment=["rotate", "Translate", Mirror()], **FEW)
    once = flat(model.fit(IMAGES, TRUTH))
    model.set_params(augment__rotate__degrees=90)
    assert not np.array_equal(flat(model.fit(IMAGES, TRUTH)), once)
    with pytest.raises(ValueError, match="Did you mean 'rotate'"):
        CNNClassifier((2,), augment=["rotat"]).fit(IMAGES, TRUTH)


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_search_reaches_layers_in_a_list(kind):
    layers = kind([Dense(4), ReLU()])
    grid = {"layers__0__units": [3, 5]}
    search = GridSearchCV(NeuralNetworkClassifier(layers, **FEW), grid, cv=2)
    search.fit(BINARY.X, BINARY.y)
    widths = search.best_params_["layers__0__units"]
    assert search.best_estimator_.coefs_[0].shape == (BINARY.X.shape[1], widths)
    assert layers[0].units == 4


# Gaps.


@pytest.mark.parametrize("as_array", [False, True])
@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
def test_gaps_in_numbers_lead_to_what_takes_them(estimator, as_array):
    X = FRAME[["age", "income"]].copy()
    X.iloc[2, 0] = np.nan
    X = X.to_numpy() if as_array else X
    with pytest.raises(ValueError, match="categorical_features='from_dtype'") as found:
        estimator().fit(X, TRUTH)
    for name in ("Tabular", "Imputer"):
        assert name in str(found.value)
    assert "HistGradient" not in str(found.value)


@pytest.mark.parametrize("estimator", [MLPClassifier, TabularClassifier])
@pytest.mark.parametrize(
    "sampler",
    [SMOTENC(), SMOTENC(["city", "owner"]), SMOTENC([2, 3]), "over", "under"],
    ids=str,
)
def test_samplers_inside_take_the_users_table(sampler, estimator):
    X = FRAME.copy()
    X.iloc[::9, 0] = np.nan
    X.iloc[::7, 2] = None
    y = (FRAME["income"] > 3.8e4).to_numpy()
    params = {"categorical_features": "from_dtype", "sampler": sampler, **FEW}
    model = estimator((3,), **params).fit(X, y)
    assert_array_equal(model.predict_proba(X).shape, (N, 2))


@pytest.mark.parametrize("estimator", [MLPClassifier, TabularClassifier])
def test_samplers_of_numbers_get_no_gaps(estimator):
    X = FRAME[["age", "income"]].copy()
    X.iloc[::9, 0] = np.nan
    y = (FRAME["income"] > 3.8e4).to_numpy()
    model = estimator((3,), categorical_features=[], sampler=SMOTE(), **FEW)
    assert_array_equal(model.fit(X, y).predict(X).shape, (N,))


# Codes without embedding_dim.

TEXTS = [" ".join(RNG.choice([f"word{i}" for i in range(40)], 9)) for _ in range(N)]
CODES = SequenceVectorizer().fit_transform(TEXTS)
COUNTS = [100 * RNG.integers(0, 90, (7, 1)) for _ in range(N)]


@pytest.mark.parametrize(
    "form", ["list", "array", "int32", "one axis", "rows", "frame", "lists"]
)
@pytest.mark.parametrize(
    "estimator",
    [RNNClassifier(3, **FEW), RNNRegressor(3, **FEW), CNNClassifier((3,), **FEW)],
    ids=lambda e: type(e).__name__,
)
def test_codes_are_not_taken_for_quantities(estimator, form):
    X = np.array([c[:7] for c in CODES]) if form == "array" else CODES
    if form == "int32":
        X = [c.astype(np.int32) for c in CODES]
    elif form in ("rows", "frame", "lists"):
        # As of keras.utils.pad_sequences.
        rows = np.array([np.r_[0, 0, c[:7, 0]] for c in CODES])
        X = {"rows": rows, "frame": pd.DataFrame(rows), "lists": rows.tolist()}[form]
    elif form == "one axis":
        X = [c[: 5 + i % 3, 0] for i, c in enumerate(CODES)]
    with pytest.raises(ValueError, match=r"which look like codes.* give embedding_dim"):
        estimator.fit(X, TRUTH)
    model = clone(estimator).set_params(embedding_dim=2)
    if isinstance(model, CNNClassifier):
        model.set_params(global_pool="max")
    model.fit(X, TRUTH)


@pytest.mark.parametrize("estimator", [RNNClassifier, CNNClassifier])
@pytest.mark.parametrize("is_ragged", [False, True])
def test_codes_with_large_gaps_are_refused(estimator, is_ragged):
    X = RNG.integers(0, 10**8, (N, 5, 1))
    unique, codes = np.unique(X, return_inverse=True)
    assert len(unique) > 9
    codes = codes.reshape(X.shape)
    if is_ragged:
        X, codes = ([x[: 3 + i % 3] for i, x in enumerate(x)] for x in (X, codes))
    model = estimator(3, embedding_dim=2, **FEW)
    if estimator is CNNClassifier:
        model.set_params(global_pool="max")
    with pytest.raises(ValueError, match=r"of which .* occur"):
        model.fit(X, TRUTH)
    model.fit(codes, TRUTH)


@pytest.mark.parametrize(
    "X",
    [
        [c.astype(float) for c in CODES],
        COUNTS,
        [c - 30 for c in CODES],
        [c % 10 for c in CODES],
        [np.c_[c, c] for c in CODES],
        [c.astype(np.uint8) for c in CODES],
        np.array([c[:7, 0] for c in CODES]) * 1.0,
        np.array([c[:7, 0] for c in CODES]) - 30,
        np.array([c[:7, 0] for c in CODES]) % 10,
    ],
    ids=[
        *("floats", "counts", "signed", "few", "channels", "bytes"),
        *("rows of floats", "signed rows", "rows of few"),
    ],
)
def test_quantities_are_not_taken_for_codes(X):
    RNNClassifier(3, **FEW).fit(X, TRUTH)


# History.


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_the_history_is_one_frame(solver):
    model = MLPClassifier((3,), solver=solver, max_iter=4, warm_start=True)
    with pytest.raises(AttributeError, match="before a fit"):
        model.history_  # noqa: B018
    history = model.fit(BINARY.X, BINARY.y).history_
    assert list(history) == ["loss"]
    assert_array_equal(history["loss"], model.loss_curve_)
    val = {"X_val": BINARY.X[:30], "y_val": BINARY.y[:30]}
    history = model.fit(BINARY.X, BINARY.y, **val).history_
    n = model.n_iter_
    assert_array_equal(history.index, np.arange(1, len(history) + 1))
    assert_array_equal(history["validation_loss"][-n:], model.validation_loss_curve_)
    assert_array_equal(history["validation_score"][-n:], model.validation_scores_)
    assert history["validation_loss"][:-n].isna().all()


# Submodules.


def test_subpackages_come_when_asked_for():
    names = ("preprocessing", "resampling", "inspection", "model_selection", "pipeline")
    code = "import skdeep\n" + "\n".join(f"skdeep.{name}" for name in names)
    subprocess.run([sys.executable, "-c", code], check=True)
    assert set(names) <= set(dir(skdeep))
    with pytest.raises(AttributeError, match="preprocesing"):
        skdeep.preprocesing  # noqa: B018
