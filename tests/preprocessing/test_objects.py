"""Columns of objects, frames of other libraries, spellings: Imputer and encoder."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from skdeep.preprocessing import CategoricalEncoder, Imputer, SequencePadder

NUMBERS = {
    "objects": pd.Series([1, None, 3], dtype=object),
    "floats": pd.Series([1.0, np.nan, 3.0], dtype=object),
    "NA": pd.Series([1, pd.NA, 3], dtype=object),
    "Decimal": pd.Series([Decimal(1), None, Decimal(3)], dtype=object),
    "mixed numbers": pd.Series([np.int8(1), None, Decimal(3)], dtype=object),
    "nullable": pd.Series([1, None, 3], dtype="Int64"),
    "floats proper": pd.Series([1, None, 3.0]),
}


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("with_text", [False, True])
def test_numbers_in_objects_are_numbers_to_the_imputer(kind, with_text):
    X = pd.DataFrame({"a": NUMBERS[kind]})
    if with_text:
        X["town"] = ["Rome", None, "Bonn"]
    before = X.copy()
    imputer = Imputer(add_indicator=True).fit(X)
    assert imputer.is_text_.tolist() == [False, True][: 1 + with_text]
    filled = np.asarray(imputer.transform(X))
    assert filled[:, 0].tolist() == [1, 2, 3]
    for other in NUMBERS.values():
        assert np.asarray(imputer.transform(X.assign(a=other)))[1, 0] == 2
    row = X.iloc[1].to_frame().T
    assert np.asarray(imputer.transform(row))[0, 0] == 2
    pd.testing.assert_frame_equal(X, before)


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_in_objects_are_numbers_to_the_encoder(kind):
    X = pd.DataFrame({"a": NUMBERS[kind]})
    encoder = CategoricalEncoder().fit(X)
    for other in NUMBERS.values():
        codes = encoder.transform(X.assign(a=other))
        assert codes.tolist() == [[2], [0], [3]]


TRUTH = {
    "objects": pd.Series([True, None, False], dtype=object),
    "NaN": pd.Series([True, np.nan, False], dtype=object),
    "nullable": pd.Series([True, None, False], dtype="boolean"),
}


@pytest.mark.parametrize("kind", TRUTH)
def test_truth_values_with_gaps_are_those_without(kind):
    X = pd.DataFrame({"a": TRUTH[kind]})
    full = pd.DataFrame({"a": [True, False]})
    assert Imputer().fit(full).transform(X).tolist() == [[1], [0.5], [0]]
    assert Imputer().fit(X).transform(full).tolist() == [[1], [0]]
    encoder = CategoricalEncoder().fit(full)
    assert encoder.transform(X).tolist() == [[3], [0], [2]]


DAY = datetime.date(2020, 1, 1)
NEITHER = {
    "date objects": [DAY, None],
    "datetime objects": [datetime.datetime(2020, 1, 1)] * 2,
    "time objects": [datetime.time(1)] * 2,
    "dates": pd.to_datetime(["2020-01-01", None]),
    "durations": pd.to_timedelta([1, 2]),
    "periods": pd.period_range("2020", periods=2, freq="D"),
    "complex": [1j, 2],
    "complex objects": pd.Series([1j, "a"], dtype=object),
    "lists": [[1], [2]],
    "sets": [{1}, {2}],
    "huge": pd.Series([10**400, 1], dtype=object),
}


@pytest.mark.parametrize("kind", NEITHER)
@pytest.mark.parametrize("transformer", [Imputer(), CategoricalEncoder()], ids=repr)
def test_what_is_neither_number_nor_category_is_named(transformer, kind):
    X = pd.DataFrame({"b": ["x", "y"], "a": NEITHER[kind]})
    with pytest.raises((ValueError, TypeError), match=r"Column 'a' (has|holds)"):
        transformer.fit(X)


@pytest.mark.parametrize("transformer", [Imputer(), CategoricalEncoder()], ids=repr)
def test_names_that_are_the_same(transformer):
    X = pd.DataFrame([["x", 1], ["y", 2]], columns=["a", "a"])
    with pytest.raises(ValueError, match="several columns that are called 'a'"):
        transformer.fit(X)
    with pytest.raises(ValueError, match="X has no columns"):
        transformer.fit(X[[]])


UNEVEN = {
    "empty rows": [np.zeros(0), np.ones(2)],
    "rows of two lengths": [["a"], ["b", "c"]],
    "empty sequences": [np.zeros((0, 2)), np.ones((3, 2))],
    "tuples": (("a", "b"), ("c",)),
}


@pytest.mark.parametrize("kind", UNEVEN)
def test_rows_of_different_lengths_are_no_table(kind):
    for method in ("fit", "fit_transform"):
        with pytest.raises(ValueError, match="list of rows of different lengths"):
            getattr(CategoricalEncoder(), method)(UNEVEN[kind])


@pytest.mark.parametrize(
    "values", [[1, "a"], [None, 2, "b"], [Decimal(1), "x"], [True, "no"]]
)
def test_columns_of_mixed_kinds_are_named(values):
    X = pd.DataFrame({"a": pd.Series(values, dtype=object), "b": "x"})
    with pytest.raises(
        TypeError, match="'a' of X must be uniformly strings or numbers"
    ):
        CategoricalEncoder().fit(X)


CHANGED = {
    "numbers as strings": ([1, 2, 3, 1], ["1", "2", "3", "1"]),
    "strings as numbers": (["1", "2", "3", "1"], [1, 2, 3, 1]),
    "other case": (["a", "b", "c", "a"], ["A", "B", "C", "a"]),
    "with gaps": (["a", "b", "c", "a"], [" a", None, " b", "c "]),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_columns_of_strangers_are_pointed_out(kind):
    first, later = (pd.DataFrame({"a": values}) for values in CHANGED[kind])
    encoder = CategoricalEncoder().fit(first)
    with pytest.warns(UserWarning, match=r"Most categories in \['a'\] were not there"):
        encoder.transform(later)
    with pytest.warns(UserWarning, match=r"Most categories in \[0\] were not there"):
        CategoricalEncoder().fit(first.to_numpy(object)).transform(
            later.to_numpy(object)
        )


GAPS = [np.array([[1.0], [np.nan], [3.0]]), np.array([[np.nan], [5.0]])]


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("forward_fill", "ffill"),
        ("forward_fill", "FFILL"),
        ("forward_fill", "Forward_Fill"),
        ("forward_fill", "pad"),
        ("interpolate", "linear"),
        ("interpolate", "Interpolate"),
        ("most_frequent", "mode"),
        ("mean", "MEAN"),
    ],
)
def test_strategies_by_other_names(name, alias):
    expected = Imputer(name).fit_transform(GAPS)
    imputer = Imputer(alias)
    for x, z in zip(imputer.fit_transform(GAPS), expected, strict=True):
        np.testing.assert_array_equal(x, z)
    assert imputer.strategy == alias


@pytest.mark.parametrize(
    ("given", "meant"), [("medain", "median"), ("ffil", "forward_fill")]
)
def test_strategies_that_are_misspelled(given, meant):
    with pytest.raises(ValueError, match=f"Did you mean '{meant}'"):
        Imputer(given).fit(GAPS)


@pytest.mark.parametrize("name", ["PRE", "before", "start"])
def test_ends_by_other_names(name):
    padder = SequencePadder(padding=name, truncating=name)
    expected = SequencePadder(padding="pre", truncating="pre").fit_transform(GAPS)
    np.testing.assert_array_equal(padder.fit_transform(GAPS), expected)


SIZES = [(1e39, float), (1.7e308, float), (3e38, np.float32)]


@pytest.mark.parametrize(("size", "dtype"), SIZES)
@pytest.mark.parametrize(
    "strategy", ["mean", "median", "most_frequent", "constant", "interpolate"]
)
@pytest.mark.parametrize("kind", ["table", "3d", "list"])
def test_numbers_that_overflow_work_or_are_named(kind, strategy, size, dtype):
    X = np.array([[size], [size], [-size], [np.nan]], dtype=dtype)
    X = {"table": X, "3d": X[None], "list": [X, X[:2]]}[kind]
    if kind == "table" and strategy == "interpolate":
        X = X[:, :, None]
    try:
        filled = Imputer(strategy).fit_transform(X)
    except ValueError:
        with pytest.raises(ValueError, match=r"0 of X .* beyond the range of its type"):
            Imputer(strategy).fit_transform(X)
        assert size == 1.7e308 or dtype == np.float32
    else:
        assert all(np.isfinite(x).all() for x in filled)


def test_frames_of_polars():
    pl = pytest.importorskip("polars")
    X = pl.DataFrame(
        {
            "age": [20, None, 40],
            "town": ["Rome", None, "Bonn"],
            "size": pl.Series(["S", "L", None], dtype=pl.Categorical),
        }
    )
    filled = Imputer(add_indicator=True).fit_transform(X)
    assert isinstance(filled, pl.DataFrame)
    assert filled["age"].to_list() == [20, 30, 40]
    assert filled["town"].to_list() == ["Rome", "Missing", "Bonn"]
    assert filled["size"].to_list() == ["S", "L", "Missing"]
    assert filled["size"].dtype == pl.Categorical
    assert filled.columns[3:] == [f"missingindicator_{name}" for name in X.columns]
    numbers = Imputer().fit(X[["age"]])
    assert numbers.feature_names_in_.tolist() == ["age"]
    assert numbers.transform(X[["age"]]).tolist() == [[20], [30], [40]]
    frame = numbers.set_output(transform="polars").transform(X[["age"]])
    assert isinstance(frame, pl.DataFrame)
    encoder = CategoricalEncoder().fit(X[["town", "size"]])
    assert encoder.transform(X[["town", "size"]]).tolist() == [[3, 3], [0, 2], [2, 0]]
    assert encoder.feature_names_in_.tolist() == ["town", "size"]
    with pytest.raises(ValueError, match="Column 'day' holds dates"):
        Imputer().fit(X.with_columns(day=pl.lit(DAY)))
