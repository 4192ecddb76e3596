"""One or two rows of a frame are read cell by cell, and give what many rows give."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from skdeep import MLPClassifier, TabularClassifier
from skdeep.estimators.inputs import RawTable

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

N = 60
RNG = np.random.default_rng(0)
Y = RNG.integers(2, size=N)


def choose(*values):
    return [values[i] for i in RNG.integers(len(values), size=N)]


COLUMNS = {
    "floats": pd.Series(choose(1.5, -2.0, np.nan)),
    "ints": pd.Series(choose(1, 2, 7)),
    "small ints": pd.Series(choose(1, 2, 3), dtype="int8"),
    "float32": pd.Series(choose(0.1, 0.2), dtype="float32"),
    "nullable ints": pd.Series(choose(1, 2, None), dtype="Int64"),
    "nullable floats": pd.Series(choose(1.5, None), dtype="Float64"),
    "numbers as objects": pd.Series(choose(1, 2.5, None, True), dtype=object),
    "strings": pd.Series(choose("b", "a", "ß", "")),
    "strings with gaps": pd.Series(choose("b", None, "a"), dtype=object),
    "strings with NaN": pd.Series(choose("b", np.nan, "a")),
    "categories": pd.Series(choose("x", "y", None), dtype="category"),
    "categories of numbers": pd.Series(choose(3, 1, None), dtype="category"),
    "bools": pd.Series(choose(True, False)),
    "bools with gaps": pd.Series(choose(True, False, None), dtype=object),
    "nullable bools": pd.Series(choose(True, False, None), dtype="boolean"),
}
FRAME = pd.DataFrame(COLUMNS)


@pytest.fixture
def calls(monkeypatch):
    """Tell for each reading whether it went cell by cell."""
    seen = []
    read_cells = RawTable._read_cells

    def spy(self, X):
        result = read_cells(self, X)
        seen.append(result is not None)
        return result

    monkeypatch.setattr(RawTable, "_read_cells", spy)
    return seen


def make(cls, **params):
    params = {"max_iter": 2, "random_state": 0, **params}
    if cls is MLPClassifier:
        params = {"categorical_features": "from_dtype", **params}
    return cls((4,), **params)


@pytest.mark.parametrize("cls", [TabularClassifier, MLPClassifier])
@pytest.mark.parametrize("name", [*COLUMNS, "all"])
def test_few_rows_are_read_as_many_are(cls, name):
    X = FRAME if name == "all" else FRAME[[name]]
    model = make(cls).fit(X, Y)
    inputs = model.inputs_
    expected = inputs.read(X, model, np.float64)
    for i in range(0, N - 1, 2):
        for rows in (slice(i, i + 1), slice(i, i + 2)):
            read = inputs.read(X.iloc[rows], model, np.float64)
            assert_array_equal(read, expected[rows])


@pytest.mark.parametrize("name", ["floats", "strings", "categories", "bools", "ints"])
def test_usual_columns_are_read_cell_by_cell(name, calls):
    X = FRAME[[name]]
    make(TabularClassifier).fit(X, Y).predict(X[:1])
    assert calls == [True]


def test_unseen_categories_and_those_of_weight_zero_are_unseen_in_one_row():
    X = FRAME[["strings", "floats"]].assign(strings=["rare", *FRAME["strings"][1:]])
    model = make(TabularClassifier)
    model.fit(X, Y, sample_weight=(X["strings"] != "rare").astype(float))
    row = X[:1]
    many = pd.concat([row] * 2 + [X[1:3]])
    expected = model.inputs_.read(many, model, np.float64)[:1]
    assert_array_equal(model.inputs_.read(row, model, np.float64), expected)
    strange = row.assign(strings="never seen")
    assert_array_equal(model.inputs_.read(strange, model, np.float64), expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: X[["strings", "floats"]], "same order"),
        (lambda X: X.rename(columns={"floats": "other"}), "seen at fit time"),
        (lambda X: X.drop(columns="floats"), "seen at fit time"),
        (lambda X: X.assign(more=1), "unseen at fit time"),
        (lambda X: X.assign(floats=np.inf), "'floats' has infinite values"),
        (lambda X: X.assign(floats="word"), "'floats' is taken for numbers"),
    ],
)
def test_what_is_wrong_with_one_row_is_said_as_of_many(change, message):
    X = FRAME[["floats", "strings"]]
    model = make(TabularClassifier).fit(X, Y)
    for rows in (X, X[:1]):
        with pytest.raises(ValueError, match=message):
            model.predict(change(rows))
