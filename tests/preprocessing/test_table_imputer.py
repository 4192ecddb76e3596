"""Data frames, strings and categories in the imputer."""

import numpy as np
import pandas as pd
import pytest

from skdeep.preprocessing import Imputer

NAN = np.nan


@pytest.fixture
def people():
    return pd.DataFrame(
        {
            "age": [20.0, NAN, 40.0, 60.0],
            "children": pd.array([0, 2, None, 2], dtype="Int64"),
            "town": ["Rome", None, "Bonn", "Rome"],
            "size": pd.Categorical(["S", "L", None, "L"], ["S", "M", "L"]),
            "member": [True, False, True, True],
            "weight": np.array([70, 80, NAN, 75], dtype=np.float32),
        },
        index=list("abcd"),
    )


@pytest.mark.parametrize(
    ("strategy", "values"),
    [
        ("mean", [40, 4 / 3, "Missing", "Missing", 75]),
        ("median", [40, 2, "Missing", "Missing", 75]),
        ("most_frequent", [20, 2, "Rome", "L", 70]),
        ("constant", [0, 0, "Missing", "Missing", 0]),
    ],
)
def test_mixed_columns(people, strategy, values):
    before = people.copy()
    filled = Imputer(strategy).fit_transform(people)
    expected = people.astype({"children": float})
    if "Missing" in values:
        expected["size"] = expected["size"].cat.add_categories(["Missing"])
    age, children, town, size, weight = values
    expected.loc["b", ["age", "town"]] = [age, town]
    expected.loc["c", ["children", "size", "weight"]] = [children, size, weight]
    pd.testing.assert_frame_equal(filled, expected)
    pd.testing.assert_frame_equal(people, before)


def test_types_depend_on_fit_alone(people):
    imputer = Imputer().fit(people)
    # No value is missing in these rows.
    pd.testing.assert_series_equal(
        imputer.transform(people.loc[["a", "d"]]).dtypes,
        imputer.transform(people).dtypes,
    )
    single = people.loc[["a"]].assign(age=[None], town=[NAN], children=[None])
    filled = imputer.transform(single)
    assert filled.loc["a", ["age", "town"]].tolist() == [40, "Missing"]
    assert filled["age"].dtype == float


def test_own_constants(people):
    filled = Imputer("constant", fill_value="unknown").fit_transform(people)
    assert filled.loc["b", ["age", "town"]].tolist() == [0, "unknown"]
    assert filled["size"].cat.categories.tolist() == ["S", "M", "L", "unknown"]
    filled = Imputer("constant", fill_value=-1).fit_transform(people)
    assert filled.loc["b", ["age", "town"]].tolist() == [-1, "Missing"]


def test_indicators_and_names(people):
    imputer = Imputer(add_indicator=True)
    filled = imputer.fit_transform(people)
    missing = ["age", "children", "town", "size", "weight"]
    names = [*people.columns, *(f"missingindicator_{name}" for name in missing)]
    assert filled.columns.tolist() == imputer.get_feature_names_out().tolist() == names
    np.testing.assert_array_equal(filled.iloc[:, 6:], people[missing].isna())
    frame = imputer.set_output(transform="pandas").fit_transform(people)
    pd.testing.assert_frame_equal(frame, filled)


def test_numeric_data_frame_is_as_in_scikit_learn(people):
    numbers = people[["age", "weight"]]
    imputer = Imputer().fit(numbers)
    assert isinstance(imputer.transform(numbers), np.ndarray)
    # A column of None alone has the type of objects.
    filled = imputer.transform(pd.DataFrame({"age": [None], "weight": [1.0]}))
    np.testing.assert_array_equal(filled, [[40, 1]])
    frame = imputer.set_output(transform="pandas").transform(numbers)
    assert frame.index.tolist() == list("abcd")


@pytest.mark.parametrize(
    "X",
    [
        [["x", 1.0], [None, 3.0], ["y", None]],
        np.array([["x", 1.0], [NAN, 3.0], ["y", None]], dtype=object),
    ],
    ids=["list", "object array"],
)
def test_strings_without_a_data_frame(X):
    filled = Imputer().fit_transform(X)
    assert filled.dtype == object
    assert filled.tolist() == [["x", 1], ["Missing", 3], ["y", 2]]
    filled = Imputer("most_frequent").fit(X).transform([["z", None], [None, 2.0]])
    assert filled.tolist() == [["z", 1], ["x", 2]]
    filled = Imputer().fit(X).transform([[None, 1.0]])
    assert filled.tolist() == [["Missing", 1]]


def test_only_strings():
    X = np.array([["a", "b"], ["c", "b"]])
    assert Imputer().fit_transform(X).tolist() == X.tolist()
    empty = pd.DataFrame({"a": pd.Categorical([None, None])})
    filled = Imputer("most_frequent").fit_transform(empty)
    assert filled["a"].tolist() == ["Missing", "Missing"]


def test_wrong_columns(people):
    imputer = Imputer().fit(people)
    with pytest.raises(ValueError, match=r"'age' has dtype .*, and was numeric in fit"):
        imputer.transform(people.assign(age="old"))
    with pytest.raises(ValueError, match="feature names should match"):
        imputer.transform(people[people.columns[::-1]])
    with pytest.raises(ValueError, match="feature names should match"):
        imputer.transform(people.drop(columns="age"))
    with pytest.raises(ValueError, match=r"'when' has dtype datetime.*: make numbers"):
        Imputer().fit(people.assign(when=pd.Timestamp("2026-01-01")))
