"""Raw tables: numbers and categories as they come in a data frame."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.estimators.penguins import (
    CATEGORICAL,
    SCORE,
    SCORE_VAL,
    SEX,
    SEX_VAL,
    X_VAL,
    X,
    changed,
    classifier,
    regressor,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@parametrize_with_checks([classifier(max_iter=100), regressor(max_iter=100)])
def test_estimator_passes_all_checks(estimator, check):
    check(estimator)


def test_classifier_learns_from_numbers_and_categories():
    before = X.copy(deep=True)
    model = classifier().fit(X, SEX)
    pd.testing.assert_frame_equal(X, before)
    assert model.score(X_VAL, SEX_VAL) > 0.8
    assert_array_equal(model.is_categorical_, X.columns.isin(CATEGORICAL))
    assert [list(c) for c in model.categories_] == [
        ["Adelie", "Chinstrap", "Gentoo"],
        ["Biscoe", "Dream"],
        [False, True],
    ]
    assert [t.shape for t in model.embeddings_] == [(5, 4), (4, 3), (4, 3)]
    assert_array_equal(model.feature_names_in_, X.columns)


def test_regressor_learns_from_numbers_and_categories():
    assert regressor().fit(X, SCORE).score(X_VAL, SCORE_VAL) > 0.75


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_is_that_of_the_network(solver, dtype):
    model = classifier(solver=solver, dtype=dtype).fit(X, SEX)
    assert {a.dtype for a in (*model.coefs_, *model.embeddings_)} == {np.dtype(dtype)}
    assert model.predict_proba(X).dtype == dtype
    assert model.score(X, SEX) > 0.85


@pytest.mark.parametrize(
    "chosen",
    [
        CATEGORICAL,
        pd.Index(CATEGORICAL),
        [1, 3, 4],
        np.array([1, 3, 4]),
        [False, True, False, True, True, False],
    ],
)
def test_columns_can_be_chosen_by_name_position_and_mask(chosen):
    expected = classifier().fit(X, SEX).predict_proba(X)
    model = classifier(categorical_features=chosen)
    assert_array_equal(clone(model).fit(X, SEX).predict_proba(X), expected)


@pytest.mark.parametrize("chosen", ["from_dtype", [1, 3, 4]])
@pytest.mark.parametrize("kind", ["array of objects", "list"])
def test_arrays_of_objects_are_tables_too(kind, chosen):
    table = X.astype(object).where(X.notna(), None).to_numpy()
    if kind == "list":
        table = table.tolist()
    model = classifier(categorical_features=chosen).fit(table, SEX)
    expected = classifier().fit(X, SEX).predict_proba(X)
    assert_array_equal(model.predict_proba(table), expected)


def test_numbers_can_be_categories():
    rng = np.random.default_rng(0)
    codes = rng.integers(5, size=(200, 1)).astype(float)
    y = np.isin(codes, [0, 3]).ravel()
    model = classifier(categorical_features=[0]).fit(codes, y)
    assert model.score(codes, y) == 1
    assert_array_equal(model.categories_[0], np.arange(5))


def test_order_of_categories_in_the_dtype_does_not_matter():
    other = X["island"].cat.reorder_categories(["Dream", "Biscoe"])
    other = other.cat.add_categories("Torgersen")
    strings = X["island"].astype(object).where(X["island"].notna(), None)
    expected = classifier().fit(X, SEX).predict_proba(X)
    for column in (other, strings, X["island"].astype("string")):
        frame = changed(island=column)
        assert_array_equal(classifier().fit(frame, SEX).predict_proba(X), expected)


@pytest.mark.filterwarnings("ignore:Most categories in")
def test_categories_never_seen_all_count_as_unseen():
    model = classifier().fit(X, SEX)
    results = [model.predict_proba(changed(species=s)) for s in ("Rockhopper", "King")]
    assert_array_equal(*results)
    missing = model.predict_proba(changed(species=None))
    assert not np.array_equal(results[0], missing)
    assert_array_equal(model.embeddings_[0][1], 0)


@pytest.mark.filterwarnings("ignore:Most categories in")
def test_unseen_categories_have_a_row_of_their_own():
    model = classifier().fit(X, SEX)
    before = model.predict_proba(X)
    for table in model.embeddings_:
        table[1] = 3.0
    assert_array_equal(model.predict_proba(X), before)
    new = changed(species="King")
    assert not np.allclose(model.predict_proba(new), before)


def test_missing_number_counts_as_the_median():
    model = classifier().fit(X, SEX)
    low_median = X["bill"].quantile(interpolation="lower")
    known = model.predict_proba(changed(bill=low_median))
    assert_allclose(model.predict_proba(changed(bill=np.nan)), known)


def test_outliers_are_clipped_and_constants_ignored():
    model = classifier().fit(X, SEX)
    far, farther = (model.predict_proba(changed(bill=b)) for b in (1e6, 1e12))
    assert_allclose(far, farther, rtol=1e-6)
    later = model.predict_proba(changed(year=2030))
    assert_array_equal(later, model.predict_proba(X))


def test_scale_of_numbers_does_not_matter():
    other = changed(bill=X["bill"] * 1024 + 65536, mass=X["mass"] * 2)
    expected = classifier().fit(X, SEX).predict_proba(X)
    model = classifier().fit(other, SEX)
    assert_allclose(model.predict_proba(other), expected, rtol=1e-6)


def test_column_that_is_mostly_one_value_is_scaled_by_its_standard_deviation():
    rng = np.random.default_rng(0)
    gain = np.where(rng.random(400) < 0.1, rng.uniform(1e5, 2e5, 400), 0.0)
    frame = pd.DataFrame({"gain": gain, "kind": "a"})
    model = classifier(max_iter=60).fit(frame, gain > 1.5e5)
    assert model.score(frame, gain > 1.5e5) > 0.97


def test_without_categories_numbers_are_still_prepared():
    numbers = X[["bill", "mass"]]
    model = classifier().fit(numbers, SEX)
    assert model.score(numbers, SEX) > 0.6
    assert model.embeddings_ == model.categories_ == []


def test_without_numbers():
    model = classifier().fit(X[CATEGORICAL], SEX)
    assert model.score(X[CATEGORICAL], SEX) > 0.7
    assert len(model.coefs_[0]) == 4 + 3 + 3


def test_fit_without_categorical_features_forgets_them():
    numbers = X[["bill", "year"]].fillna(0)
    model = classifier().fit(X, SEX).set_params(categorical_features=None)
    model.fit(numbers, SEX)
    assert not hasattr(model, "categories_")
    expected = classifier(categorical_features=None).fit(numbers, SEX)
    assert_array_equal(model.predict_proba(numbers), expected.predict_proba(numbers))
