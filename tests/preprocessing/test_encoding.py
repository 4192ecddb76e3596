import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from skdeep.preprocessing import CategoricalEncoder

COLUMNS = {
    "strings": ["b", "a", None, "b"],
    "categories": pd.Categorical(["x", None, "z", "x"], ["z", "y", "x"]),
    "numbers": [3.0, 1.0, np.nan, 3.0],
    "integers": [7, 5, 5, 9],
    "bools": [True, False, True, True],
    "nullable": pd.array([4, None, 2, 4], dtype="Int64"),
}
CODES = {
    "strings": [3, 2, 0, 3],
    "categories": [2, 0, 3, 2],
    "numbers": [3, 2, 0, 3],
    "integers": [3, 2, 2, 4],
    "bools": [3, 2, 3, 3],
    "nullable": [3, 0, 2, 3],
}


def test_codes_of_all_kinds_of_columns():
    X, expected = pd.DataFrame(COLUMNS), pd.DataFrame(CODES)
    before = X.copy()
    encoder = CategoricalEncoder()
    codes = encoder.fit_transform(X)
    assert codes.dtype == np.int64
    np.testing.assert_array_equal(codes, expected)
    assert encoder.cardinalities_.tolist() == [4, 4, 4, 5, 4, 4]
    assert [list(c) for c in encoder.categories_][:2] == [["a", "b"], ["x", "z"]]
    frame = clone(encoder).set_output(transform="pandas").fit_transform(X)
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)
    pd.testing.assert_frame_equal(X, before)
    restored = pickle.loads(pickle.dumps(encoder))
    np.testing.assert_array_equal(restored.transform(X), codes)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA], ids=repr)
def test_missing_and_unseen(missing):
    X = pd.DataFrame({"a": ["u", "v"], "b": ["w", missing]})
    encoder = CategoricalEncoder().fit(X)
    other = pd.DataFrame({"a": [missing, "new"], "b": [missing, "new"]})
    assert encoder.transform(other).tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize(
    "X",
    [[["a", 2], [None, 1], ["b", 1]], np.array([["a", 2], [None, 1], ["b", 1]])],
    ids=["list", "object array"],
)
def test_tables_that_are_no_data_frames(X):
    assert CategoricalEncoder().fit_transform(X).tolist() == [[2, 3], [0, 2], [3, 2]]


def test_numbers_with_missing_values():
    X = np.array([[1.5], [np.nan], [0.5]])
    before = X.copy()
    encoder = CategoricalEncoder().fit(X)
    assert encoder.transform([[1.5], [np.nan], [9.0]]).ravel().tolist() == [3, 0, 1]
    np.testing.assert_array_equal(X, before)


def test_inverse():
    X = pd.DataFrame({name: COLUMNS[name] for name in ("strings", "integers")})
    encoder = CategoricalEncoder().fit(X)
    back = encoder.inverse_transform(encoder.transform(X))
    assert back[[0, 1, 3]].tolist() == [["b", 7], ["a", 5], ["b", 9]]
    assert np.isnan(back[2, 0])
    assert encoder.inverse_transform([[1, 1]]).tolist() == [[None, None]]
    with pytest.raises(ValueError, match="codes that transform does not give"):
        encoder.inverse_transform([[4, 0]])
    with pytest.raises(ValueError, match="codes that transform does not give"):
        encoder.inverse_transform([[-1, 0]])
    with pytest.raises(ValueError, match="X has 1 features"):
        encoder.inverse_transform([[2]])


def test_names_are_checked():
    X = pd.DataFrame({"a": ["u"], "b": ["v"]})
    encoder = CategoricalEncoder().fit(X)
    assert encoder.get_feature_names_out().tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="feature names should match"):
        encoder.transform(X[["b", "a"]])


def test_one_kind_a_column():
    with pytest.raises(TypeError, match="uniformly strings or numbers"):
        CategoricalEncoder().fit([["a"], [1]])
