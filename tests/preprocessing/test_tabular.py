"""Raw data frames: names, types, and libraries of all kinds."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from skdeep.preprocessing import (
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
    make_tabular_pipeline,
)
from skdeep.resampling import SMOTE, RandomOverSampler, RandomUnderSampler

RNG = np.random.default_rng(0)
N = 40
FRAME = pd.DataFrame(
    {
        "town": RNG.choice(["Bonn", "Rome", None], N),
        "age": np.where(RNG.random(N) < 0.2, np.nan, RNG.normal(40, 9, N)),
        "member": RNG.random(N) < 0.5,
        "children": RNG.integers(0, 4, N),
    }
)
Y = np.where(FRAME["age"].fillna(40) + 9 * FRAME["member"] > 44, "yes", "no")


def chain(**options):
    return make_tabular_pipeline(LogisticRegression(), **options)


MODEL = chain().fit(FRAME, Y)
EXPECTED = MODEL.predict_proba(FRAME)

NAMES = {
    "whole numbers": [3, 0, 1, 2],
    "whole numbers beyond": [10, 20, 30, 40],
    "NumPy numbers": list(np.array([2, 1, 0, 3])),
    "numbers and strings": ["town", 0, "member", 1],
    "fractions": [0.5, 1.5, 2.5, 3.5],
    "dates": pd.date_range("2020", periods=4),
    "date objects": [datetime.date(2020, 1, i) for i in range(1, 5)],
    "truth values and None": [True, False, None, "x"],
    "tuples": pd.MultiIndex.from_product([["a", "b"], [0, 1]]),
    "categories": pd.CategoricalIndex(list("dcba")),
}


@pytest.mark.parametrize("kind", NAMES)
def test_names_of_columns_are_names(kind):
    X = FRAME.set_axis(NAMES[kind], axis=1)
    model = chain().fit(X, Y)
    np.testing.assert_allclose(model.predict_proba(X), EXPECTED)
    assert list(X.columns) == list(NAMES[kind])
    # As with names of strings, their order does not matter.
    np.testing.assert_allclose(model.predict_proba(X.iloc[:, ::-1]), EXPECTED)
    names = model[:-1].get_feature_names_out()
    assert len(names) == model[-1].n_features_in_


@pytest.mark.parametrize("names", [["a", "b", "a", "c"], [1, "1", 2, 3]])
def test_names_that_are_the_same(names):
    with pytest.raises(ValueError, match="several columns that are called"):
        chain().fit(FRAME.set_axis(names, axis=1), Y)


def decimals(X):
    X = X.astype(object)
    age = [None if pd.isna(v) else decimal.Decimal(v) for v in X["age"]]
    return X.assign(age=pd.Series(age, dtype=object))


AS_OBJECTS = {
    "objects": lambda X: X.astype(object),
    "objects with None": lambda X: X.astype(object).where(X.notna(), None),
    "objects with NA": lambda X: X.astype(object).where(X.notna(), pd.NA),
    "Decimal": decimals,
    "NumPy numbers": lambda X: X.assign(age=pd.Series(list(X["age"]), dtype=object)),
    "nullable": lambda X: X.convert_dtypes(),
    "turned twice": lambda X: X.T.T,
}


@pytest.mark.parametrize("kind", AS_OBJECTS)
@pytest.mark.parametrize("when", ["fit", "predict", "both"])
def test_objects_are_what_they_hold(kind, when):
    given = AS_OBJECTS[kind](FRAME)
    before = given.copy()
    model = chain().fit(FRAME if when == "predict" else given, Y)
    found = model.predict_proba(FRAME if when == "fit" else given)
    np.testing.assert_allclose(found, EXPECTED)
    pd.testing.assert_frame_equal(given, before)


def test_rows_one_by_one():
    rows = [FRAME.iloc[i].to_frame().T for i in range(N)]
    found = [MODEL.predict_proba(row)[0] for row in rows]
    np.testing.assert_allclose(found, EXPECTED)


def test_truth_values_with_gaps_are_categories():
    member = FRAME["member"].astype(object).where(np.arange(N) % 5 > 0, None)
    for column in (member, member.astype("boolean"), member.where(member.notna())):
        names = chain().fit(FRAME.assign(member=column), Y)[0].get_feature_names_out()
        found = [name for name in names if name.startswith("member")]
        assert found == ["member_False", "member_Missing", "member_True"]


@pytest.mark.parametrize("later", [int, float, str, object, "category", "Int64"])
@pytest.mark.parametrize("first", [int, float, str, object])
def test_categories_are_the_same_whatever_their_type(first, later):
    codes = FRAME["children"]
    X = FRAME.assign(children=codes.astype(first).astype("category"))
    new = FRAME.assign(children=codes.astype(later))
    if first is str and later is float:
        new["children"] = new["children"].map(lambda v: f"{v:.0f}")
    model = chain().fit(X, Y)
    np.testing.assert_allclose(model.predict_proba(new), model.predict_proba(X))


@pytest.mark.parametrize("n", [5, N])
def test_a_column_of_strangers_is_pointed_out(n):
    new = FRAME.assign(town=FRAME["town"].str.upper())[:n]
    with pytest.warns(UserWarning, match=r"Most categories in \['town'\]"):
        MODEL.predict(new)


def test_a_few_strangers_are_nothing_to_speak_of():
    new = FRAME.assign(town=["Oslo", "Bern"] + ["Rome"] * (N - 2))
    MODEL.predict(new)
    MODEL.predict(new[:1])


DAY = datetime.date(2020, 1, 1)
REFUSED = {
    "dates": pd.Timestamp("2020-01-01"),
    "dates with a zone": pd.Timestamp("2020-01-01", tz="UTC"),
    "date objects": pd.Series([DAY] * N, dtype=object),
    "date objects with gaps": pd.Series([None, DAY] * (N // 2), dtype=object),
    "datetime objects": pd.Series([datetime.datetime(2020, 1, 1)] * N, dtype=object),
    "times": pd.Series([datetime.time(1)] * N, dtype=object),
    "durations": pd.Timedelta(1),
    "periods": pd.Period("2020"),
    "intervals": pd.Interval(0, 1),
    "complex": 1j,
    "complex objects": pd.Series([1j, 2.0] * (N // 2), dtype=object),
    "lists": pd.Series([[1, 2]] * N, dtype=object),
    "arrays": pd.Series([np.ones(2)] * N, dtype=object),
    "dicts": pd.Series([{"a": 1}] * N, dtype=object),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_neither_number_nor_category(kind):
    X = FRAME.assign(other=REFUSED[kind])
    message = r"'other' .* (neither number nor category|must be a string or a number)"
    with pytest.raises((ValueError, TypeError), match=message):
        chain().fit(X, Y)
    # A column that was not there in fit is nobody's concern.
    np.testing.assert_allclose(MODEL.predict_proba(X), EXPECTED)


def test_numbers_that_become_words():
    with pytest.raises(ValueError, match=r"'age' has dtype .*, and was numeric in fit"):
        MODEL.predict(FRAME.assign(age="old"))
    with pytest.raises(ValueError, match="columns are missing"):
        MODEL.predict(FRAME.drop(columns="age"))
    huge = pd.Series([10**400] * N, dtype=object)
    with pytest.raises(ValueError, match="'age' holds an integer that is too large"):
        chain().fit(FRAME.assign(age=huge), Y)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("over", RandomOverSampler),
        ("Over", RandomOverSampler),
        ("oversample", RandomOverSampler),
        ("under", RandomUnderSampler),
        ("RandomUnderSampler", RandomUnderSampler),
    ],
)
def test_samplers_by_name(name, kind):
    model = chain(sampler=name).fit(FRAME, Y)
    assert type(model["sampler"]) is kind


@pytest.mark.parametrize(
    ("name", "hint"), [("ovre", "Did you mean 'over'"), ("smote", "object with fit_re")]
)
def test_samplers_that_do_not_exist(name, hint):
    with pytest.raises(ValueError, match=f"sampler='{name}' is not allowed.*{hint}"):
        chain(sampler=name)


def test_the_last_step_has_the_name_of_its_class():
    names = ["columns", "sampler", "logisticregression"]
    assert list(chain(sampler="passthrough").named_steps) == names


def test_frames_of_polars():
    pl = pytest.importorskip("polars")
    data = {
        name: FRAME[name].where(FRAME[name].notna(), None).tolist() for name in FRAME
    }
    data["age"] = [None if pd.isna(v) else v for v in FRAME["age"]]
    data["town"] = [None if pd.isna(v) else v for v in FRAME["town"]]
    X = pl.DataFrame(data)
    for kind in (X, X.lazy(), X.with_columns(pl.col("town").cast(pl.Categorical))):
        model = chain().fit(kind, pl.Series(list(Y)))
        np.testing.assert_allclose(model.predict_proba(kind), EXPECTED)
        np.testing.assert_allclose(model.predict_proba(FRAME), EXPECTED)
    with pytest.raises(ValueError, match="'day' holds dates"):
        chain().fit(X.with_columns(day=pl.lit(DAY)), Y)


def test_it_is_cloned_and_refitted():
    np.testing.assert_allclose(
        clone(MODEL).fit(FRAME, Y).predict_proba(FRAME), EXPECTED
    )
    assert clone(MODEL).set_params(columns__numbers__impute__strategy="mean")


@pytest.mark.parametrize("name", ["oversampling", "upsample", "under_sampling"])
def test_other_names_of_samplers(name):
    kind = RandomUnderSampler if name.startswith("under") else RandomOverSampler
    assert type(chain(sampler=name)["sampler"]) is kind


@pytest.mark.parametrize(
    ("sampler", "said"),
    [
        ("smote", r"Did you mean skdeep\.resampling\.SMOTE\(\), an instance"),
        ("balanced", "class_weight='balanced'"),
        (SMOTE, r"Did you mean SMOTE\(\), an instance"),
        (True, "an object with fit_resample"),
        (StandardScaler(), "an object with fit_resample"),
    ],
    ids=str,
)
def test_what_is_no_sampler(sampler, said):
    with pytest.raises(ValueError, match=f"is not allowed in make_tab.*{said}"):
        chain(sampler=sampler)


@pytest.mark.parametrize("step", [StandardScaler(), MinMaxScaler(), RobustScaler()])
def test_scalers_name_the_columns_that_are_not_numbers(step):
    with pytest.raises(ValueError, match=r"not numbers, \['town'\].*make_tabular"):
        step.fit(FRAME)
    step.fit(FRAME.drop(columns="town"))
