import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    f1_score,
    log_loss,
    make_scorer,
    mean_absolute_error,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier, TabularClassifier, TabularRegressor
from skdeep.inspection import group_report

rng = np.random.default_rng(0)


@pytest.fixture(scope="module")
def binary():
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    X, y = X[["mean radius", "mean texture"]], y.map({0: "malignant", 1: "benign"})
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    return model, X, y, rng.choice(["a", "b", "c"], size=len(y)), rng.random(len(y))


@pytest.fixture(scope="module")
def regression():
    X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
    return Ridge().fit(X, y), X, y


@pytest.mark.parametrize("weighted", [False, True])
def test_binary_classification(binary, weighted):
    model, X, y, groups, weight = binary
    w = weight if weighted else np.ones(len(y))
    report = group_report(
        model, X, y, by=groups, sample_weight=weight if weighted else None
    )
    assert report.index.tolist() == ["a", "b", "c", "all"]
    assert report["n"].tolist()[:3] == np.unique(groups, return_counts=True)[1].tolist()
    assert report.loc["all", "n"] == len(y)
    np.testing.assert_allclose(report["share"], report["n"] / len(y))
    for group, row in report.iterrows():
        part = groups == group if group != "all" else np.full(len(y), True)
        y_true, y_pred = y[part], model.predict(X[part])
        options = {"sample_weight": w[part]}
        (tn, fp), (fn, tp) = confusion_matrix(y_true, y_pred, **options)
        expected = {
            "accuracy": accuracy_score(y_true, y_pred, **options),
            "balanced_accuracy": balanced_accuracy_score(y_true, y_pred, **options),
            "log_loss": log_loss(y_true, model.predict_proba(X[part]), **options),
            "positive_rate": (tp + fn) / (tn + fp + fn + tp),
            "selection_rate": (tp + fp) / (tn + fp + fn + tp),
            "false_positive_rate": fp / (fp + tn),
            "false_negative_rate": fn / (fn + tp),
        }
        assert row.index.tolist() == ["n", "share", *expected]
        np.testing.assert_allclose(
            row[list(expected)].astype(float), [*expected.values()]
        )


@pytest.mark.parametrize("weighted", [False, True])
def test_regression(regression, weighted):
    model, X, y = regression
    weight = rng.random(len(y)) if weighted else None
    report = group_report(model, X, y, by="sex", sample_weight=weight)
    assert report.index.name == "sex"
    assert report.index.tolist() == [1, 2, "all"]
    for group, row in report.iterrows():
        part = (X["sex"] == group) | (group == "all")
        options = {"sample_weight": None if weight is None else weight[part]}
        y_true, y_pred = y[part], model.predict(X[part])
        expected = {
            "n": part.sum(),
            "share": part.mean(),
            "mean_target": np.average(y_true, weights=options["sample_weight"]),
            "mean_prediction": np.average(y_pred, weights=options["sample_weight"]),
            "mae": mean_absolute_error(y_true, y_pred, **options),
            "rmse": root_mean_squared_error(y_true, y_pred, **options),
            "r2": r2_score(y_true, y_pred, **options),
        }
        assert row.index.tolist() == list(expected)
        np.testing.assert_allclose(row, list(expected.values()))


def test_several_classes_and_no_probabilities():
    X, y = load_iris(return_X_y=True)
    model = RidgeClassifier().fit(X, y)
    report = group_report(model, X, y, by=X[:, 0] > 5.8)
    assert report.columns.tolist() == ["n", "share", "accuracy", "balanced_accuracy"]
    assert report.index.tolist() == [False, True, "all"]
    assert report.loc["all", "accuracy"] == model.score(X, y)


@pytest.mark.parametrize(
    ("by", "labels"),
    [
        (["m", None, "f", "m"], ["f", "m"]),
        (pd.Series(["m", None, "f", "m"], dtype="str"), ["f", "m"]),
        (np.array([2.0, np.nan, 1.0, 1.0]), [1.0, 2.0]),
        (pd.array([2, None, 1, 1], dtype="Int64"), [1, 2]),
        (pd.Categorical(["m", None, "f", "m"], categories=["m", "f", "x"]), ["m", "f"]),
    ],
)
def test_missing_values_are_a_group(by, labels):
    model = Ridge().fit([[0], [1], [2], [3]], [0, 1, 2, 5])
    report = group_report(model, [[0], [1], [2], [3]], [0, 1, 2, 5], by=by)
    *known, missing, whole = report.index
    assert known == labels
    assert pd.isna(missing)
    assert whole == "all"
    assert report["n"].tolist()[-2:] == [1, 4]


def test_what_is_not_defined_is_nan(binary):
    model, X, y, _, _ = binary
    malignant = (y == "malignant").to_numpy()
    by = np.where(malignant, "ill", "well")
    report = group_report(model, X, y, by=by, metrics={"auc": "roc_auc"})
    assert np.isnan(report.loc["well", "false_negative_rate"])
    assert np.isnan(report.loc["ill", "false_positive_rate"])
    assert report["auc"].isna().tolist() == [True, True, False]
    np.testing.assert_allclose(report["balanced_accuracy"][:2], report["accuracy"][:2])

    weight = np.where(malignant, 0.0, 1.0)
    report = group_report(model, X, y, by=by, sample_weight=weight)
    assert report.loc["ill", ["accuracy", "log_loss", "positive_rate"]].isna().all()
    assert report.loc["ill", "n"] == malignant.sum()


def test_coefficient_of_determination_of_a_constant(regression):
    model, X, _ = regression
    report = group_report(model, X, np.ones(len(X)), by="sex")
    assert report["r2"].isna().all()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("routing", [False, True])
def test_further_metrics(binary, weighted, routing):
    model, X, y, groups, weight = binary
    w = weight if weighted else None

    def share_of_benign(y_true, y_pred, sample_weight=None):
        assert (sample_weight is not None) == weighted
        return np.average(y_pred == "benign", weights=sample_weight)

    metrics = {
        "auc": "roc_auc",
        "f1": make_scorer(f1_score, pos_label="benign"),
        "benign": share_of_benign,
    }
    with config_context(enable_metadata_routing=routing):
        report = group_report(model, X, y, by=groups, metrics=metrics, sample_weight=w)
    part = groups == "b"
    options = {"sample_weight": weight[part] if weighted else None}
    y_true, y_pred = y[part], model.predict(X[part])
    proba = model.predict_proba(X[part])[:, 1]
    row = report.loc["b"]
    np.testing.assert_allclose(row["auc"], roc_auc_score(y_true, proba, **options))
    np.testing.assert_allclose(
        row["f1"], f1_score(y_true, y_pred, pos_label="benign", **options)
    )
    expected = 1 - row["selection_rate"]
    np.testing.assert_allclose(row["benign"], expected)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_networks_searches_and_pipelines(binary):
    _, X, y, groups, _ = binary
    select = make_column_transformer((StandardScaler(), ["mean radius"]))
    net = MLPClassifier((), max_iter=3, random_state=0)
    search = GridSearchCV(make_pipeline(select, net), {"mlpclassifier__alpha": [0, 1]})
    search.fit(X, y)
    X = X.assign(clinic=groups)
    report = group_report(search, X, y, by="clinic")
    assert report.loc["all", "accuracy"] == search.score(X, y)
    pd.testing.assert_frame_equal(report, group_report(search, X, y, by=X["clinic"]))


def test_samples_that_are_no_table():
    class Lengths(Ridge):
        def predict(self, X):
            return np.array([float(len(sample)) for sample in X])

    X = [np.zeros((length, 1)) for length in (1, 2, 3, 5)]
    metrics = {"r2 again": "r2"}
    report = group_report(
        Lengths(), X, [1, 2, 3, 4], by=["a", "a", "b", "b"], metrics=metrics
    )
    assert report["mae"].tolist() == [0, 0.5, 0.25]
    np.testing.assert_allclose(report["r2"], report["r2 again"])


def test_column_that_the_model_does_not_know(binary):
    model, X, y, groups, _ = binary
    X, y = X.assign(clinic=groups), y.copy()
    before = X.copy(), y.copy()
    metrics = {"auc": "roc_auc"}
    report = group_report(model, X, y, by="clinic", metrics=metrics)
    assert report.index.tolist() == ["a", "b", "c", "all"]
    pd.testing.assert_frame_equal(X, before[0])
    pd.testing.assert_series_equal(y, before[1])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"model": KMeans()}, TypeError, "takes a fitted classifier or regressor"),
        ({"by": "gender"}, ValueError, "by='gender' is no column of X, which has"),
        ({"X": np.zeros((442, 10))}, ValueError, "X is of type ndarray: give a"),
        ({"by": ["m", "f"]}, ValueError, "inconsistent numbers of samples"),
        ({"sample_weight": [1, 2]}, ValueError, "inconsistent numbers of samples"),
        ({"y": np.zeros((442, 2))}, ValueError, "one target, but y has shape"),
    ],
)
def test_messages(regression, change, error, message):
    model, X, y = regression
    arguments = {"model": model, "X": X, "y": y, "by": "sex"} | change
    with pytest.raises(error, match=message):
        group_report(**arguments)


@pytest.mark.parametrize("kind", ["numbers", "raw table"])
@pytest.mark.parametrize("by", ["name", "column"])
@pytest.mark.parametrize("classifies", [True, False])
def test_frames_of_polars(kind, by, classifies):
    pl = pytest.importorskip("polars")
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=60), "b": rng.normal(size=60)})
    if kind == "raw table":
        X["c"] = rng.choice(["x", "y"], 60)
    group = pd.Series(rng.choice(["f", "m"], 60), name="sex")
    y = pd.Series((X["a"] > 0).astype(int), name="y")
    estimator = TabularClassifier if classifies else TabularRegressor
    model = estimator((4,), max_iter=2, random_state=0).fit(X, y)
    scorer = "accuracy" if classifies else "r2"
    whole = X.assign(sex=group)
    expected = group_report(model, whole, y, by="sex", metrics={"own": scorer})
    polars = [
        pl.DataFrame({k: v.tolist() for k, v in data.items()})
        for data in (X, whole, y.to_frame(), group.to_frame())
    ]
    samples, group_of = (
        (polars[1], "sex") if by == "name" else (polars[0], polars[3]["sex"])
    )
    found = group_report(
        model, samples, polars[2]["y"], by=group_of, metrics={"own": scorer}
    )
    pd.testing.assert_frame_equal(found, expected, check_names=by == "name")
