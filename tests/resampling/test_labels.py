"""Classes in every form: which are taken, and what is said of the others."""

import datetime

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skdeep.resampling import (
    SMOTE,
    SMOTENC,
    RandomOverSampler,
    RandomSampler,
    RandomUnderSampler,
)

X = pd.DataFrame({"a": np.arange(12.0), "b": list("xyzx") * 3})
NUMBERS = X[["a"]]
SAMPLERS = [
    RandomOverSampler(),
    RandomUnderSampler(),
    RandomSampler(),
    SMOTE(k_neighbors=1),
    SMOTENC(k_neighbors=1),
]
every_sampler = pytest.mark.parametrize("sampler", SAMPLERS, ids=repr)
REST = ["well"] * 7 + ["ill"] * 4


def table(sampler):
    return X if isinstance(sampler, SMOTENC) else NUMBERS


MISSING = {
    "None": [None, *REST],
    "NaN beside strings": [np.nan, *REST],
    "NaN": [np.nan] + [1.0] * 7 + [0.0] * 4,
    "array": np.array([np.nan] + [1.0] * 7 + [0.0] * 4),
    "column": np.array([[np.nan]] + [[1.0]] * 7 + [[0.0]] * 4),
    "objects": np.array([None, *REST], dtype=object),
    "Series": pd.Series([None, *REST]),
    "string": pd.Series([None, *REST], dtype="string"),
    "category": pd.Series([None, *REST], dtype="category"),
    "Int64": pd.Series([None] + [1] * 7 + [0] * 4, dtype="Int64"),
    "boolean": pd.Series([None] + [True] * 7 + [False] * 4, dtype="boolean"),
    "NA in a list": [pd.NA, *REST],
    "dates": pd.Series([pd.NaT] + [pd.Timestamp("2020")] * 11),
    "frame": pd.DataFrame({"y": [None, *REST]}),
}


@every_sampler
@pytest.mark.parametrize("kind", MISSING)
def test_missing_classes(sampler, kind):
    for method in (sampler.fit, sampler.fit_resample):
        with pytest.raises(
            ValueError, match=r"class of 1 samples is missing.*sample 0"
        ):
            method(table(sampler), MISSING[kind])


COLLECTIONS = {
    "arrays": [np.zeros(3)] * 12,
    "arrays of all lengths": [np.zeros(length) for length in range(12)],
    "lists": [["a"]] * 12,
    "tuples": [("a", "b")] * 12,
    "sets": [{"a"}] * 12,
    "dicts": [{"a": 1}] * 12,
    "Series of lists": pd.Series([["a", "b"]] * 12),
    "one of them": ["a"] * 11 + [["a"]],
}


@every_sampler
@pytest.mark.parametrize("kind", COLLECTIONS)
def test_collections_are_no_classes(sampler, kind):
    with pytest.raises(ValueError, match=r"y holds a .* one class for each sample"):
        sampler.fit_resample(table(sampler), COLLECTIONS[kind])


MIXED = {
    "list": [1, "a"] * 6,
    "objects": np.array([1, "a"] * 6, dtype=object),
    "Series": pd.Series([1.5, "a"] * 6, dtype=object),
    "truth values": [True, "yes"] * 6,
    "dates": [datetime.date(2020, 1, 1), 2.5] * 6,
    "categories": pd.Series([1, "a"] * 6, dtype="category"),
}


@every_sampler
@pytest.mark.parametrize("kind", MIXED)
def test_classes_of_mixed_types(sampler, kind):
    with pytest.raises(ValueError, match=r"y holds classes of different types \("):
        sampler.fit_resample(table(sampler), MIXED[kind])


GIVEN = np.repeat([1, 0], [8, 4])
FORMS = {
    "list": GIVEN.tolist(),
    "strings": [str(label) for label in GIVEN],
    "array": GIVEN,
    "column": GIVEN[:, np.newaxis],
    "truth values": GIVEN == 1,
    "Series": pd.Series(GIVEN, name="y"),
    "string": pd.Series(GIVEN).astype(str).astype("string"),
    "category": pd.Series(GIVEN, dtype="category"),
    "Int64": pd.Series(GIVEN, dtype="Int64"),
    "frame": pd.DataFrame({"y": GIVEN}),
    "one-hot": np.eye(2)[GIVEN],
}


@every_sampler
@pytest.mark.parametrize("kind", FORMS)
def test_classes_that_are_taken(sampler, kind):
    _, y = sampler.fit_resample(table(sampler), FORMS[kind])
    assert type(y) is type(FORMS[kind])
    labels = np.asarray(y).argmax(axis=1) if kind == "one-hot" else np.asarray(y)
    assert len({*np.unique(labels.ravel(), return_counts=True)[1]}) == 1


@every_sampler
@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csr_array])
def test_sparse_classes_become_an_array(sampler, form):
    dense = np.eye(2, dtype=int)[GIVEN]
    _, y = sampler.fit_resample(table(sampler), form(dense))
    _, expected = sampler.fit_resample(table(sampler), dense)
    np.testing.assert_array_equal(y.sum(axis=0), expected.sum(axis=0))


@every_sampler
@pytest.mark.parametrize(
    "y",
    [5, None, "a" * 12, np.ones((12, 2)), GIVEN * 1j, np.linspace(0, 1, 12), [1] * 11],
)
def test_what_is_no_list_of_classes(sampler, y):
    with pytest.raises((ValueError, TypeError), match=r"[A-Z].{20}|: give an array"):
        sampler.fit_resample(table(sampler), y)


@pytest.mark.parametrize("column", [True, False], ids=["Series", "DataFrame"])
def test_sparse_columns_are_dense_classes(column):
    X = np.random.default_rng(0).normal(size=(12, 2))
    classes = pd.arrays.SparseArray([0] * 8 + [1] * 4, fill_value=0)
    y = pd.Series(classes, name="class") if column else pd.DataFrame({"class": classes})
    _, y_new = RandomOverSampler(random_state=0).fit_resample(X, y)
    assert np.asarray(y_new).sum() == 8
