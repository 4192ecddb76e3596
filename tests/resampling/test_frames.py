"""Data frames of all libraries, names and types; what cannot be interpolated."""

import numpy as np
import pandas as pd
import pytest

from skdeep.preprocessing import SequencePadder, SequenceVectorizer
from skdeep.resampling import (
    SMOTE,
    SMOTENC,
    RandomOverSampler,
    RandomSampler,
    RandomUnderSampler,
)

RNG = np.random.default_rng(0)
Y = np.repeat(["well", "ill"], [28, 12])
FRAME = pd.DataFrame(
    {
        "age": RNG.integers(18, 99, 40),
        "town": RNG.choice(["Bonn", "Ulm"], 40),
        "weight": RNG.normal(70, 9, 40),
        "member": RNG.random(40) < 0.5,
    }
)
RANDOM = [RandomOverSampler, RandomUnderSampler, RandomSampler]

NAMES = {
    "numbers": [3, 2, 1, 0],
    "numbers beyond": [10, 20, 30, 40],
    "dates": pd.date_range("2020", periods=4),
    "tuples": pd.MultiIndex.from_product([["a", "b"], [0, 1]]),
}


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("how", ["auto", "names", "mask"])
def test_names_of_any_type(kind, how):
    X = FRAME.set_axis(NAMES[kind], axis=1)
    chosen = {"auto": "auto", "names": list(X.columns[[1, 3]]), "mask": [0, 1, 0, 1]}
    features = np.array(chosen[how], dtype=bool) if how == "mask" else chosen[how]
    expected, y_expected = SMOTENC([1, 3], random_state=0).fit_resample(FRAME, Y)
    found, y = SMOTENC(features, random_state=0).fit_resample(X, Y)
    pd.testing.assert_frame_equal(found, expected.set_axis(X.columns, axis=1))
    np.testing.assert_array_equal(y, y_expected)
    numbers, _ = SMOTE(random_state=0).fit_resample(X.iloc[:, [0, 2]], Y)
    assert list(numbers.columns) == list(X.columns[[0, 2]])


def test_numbers_in_objects_are_numbers():
    X = FRAME[["age", "weight"]].astype(object)
    expected, _ = SMOTE(random_state=0).fit_resample(FRAME[["age", "weight"]], Y)
    found, _ = SMOTE(random_state=0).fit_resample(X, Y)
    np.testing.assert_allclose(found["weight"].astype(float), expected["weight"])
    found, _ = SMOTENC(random_state=0).fit_resample(FRAME.astype(object), Y)
    assert set(found["town"]) == {"Bonn", "Ulm"}


@pytest.mark.parametrize("dtype", ["bool", "boolean", "category", "object"])
def test_truth_values_beside_numbers_stay_such(dtype):
    X = FRAME[["age", "member"]].astype({"member": dtype})
    found, _ = SMOTENC(random_state=0).fit_resample(X, Y)
    pd.testing.assert_frame_equal(found[: len(X)], X)
    # Words in the same order.
    words = X.assign(member=np.where(FRAME["member"], "yes", "no"))
    expected, _ = SMOTENC(random_state=0).fit_resample(words, Y)
    assert list(found["member"]) == list(expected["member"] == "yes")


GAPS = {
    "array": FRAME[["age", "weight"]].to_numpy(),
    "frame": FRAME[["age", "weight"]],
    "nullable": FRAME[["age", "weight"]].convert_dtypes(),
    "objects": FRAME[["age", "weight"]].astype(object),
    "3-D": RNG.normal(size=(40, 3, 2)),
    "list": list(RNG.normal(size=(40, 3, 2))),
}


@pytest.mark.parametrize("kind", GAPS)
@pytest.mark.parametrize(
    "sampler", [SMOTE(), RandomOverSampler(shrinkage=1), SMOTENC([0])], ids=repr
)
def test_missing_numbers_are_to_be_filled_in_first(sampler, kind):
    X = GAPS[kind]
    if isinstance(sampler, SMOTENC) and kind in ("3-D", "list"):
        pytest.skip("a table is needed")
    if hasattr(X, "iloc"):
        X = X.copy()
        X.iloc[3, 1] = None
    else:
        X = [x.copy() for x in X] if kind == "list" else X.copy()
        X[3][1] = np.nan
    where = r" in \['weight'\]" if hasattr(X, "iloc") else ""
    name = type(sampler).__name__
    message = f"contains NaN{where}, and {name}.*Imputer in a pipeline, or use Random"
    for method in (sampler.fit, sampler.fit_resample):
        with pytest.raises(ValueError, match=message):
            method(X, Y)


TEXTS = ["the cat sat", "a cat sat down"] * 20
CODES = {
    "padded": SequencePadder().fit_transform(SequenceVectorizer().fit_transform(TEXTS)),
    "of one length": SequenceVectorizer().fit_transform(["the cat", "cat sat"] * 20),
    "two columns": RNG.integers(0, 9, size=(40, 5, 2)),
    "narrower": RNG.integers(0, 9, size=(40, 5, 2), dtype=np.int32),
    "Series": pd.Series(list(RNG.integers(0, 9, size=(40, 5, 1)))),
}


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("sampler", [SMOTE(), RandomOverSampler(shrinkage=1)], ids=repr)
def test_codes_of_sequences_are_not_interpolated(sampler, kind):
    with pytest.raises(ValueError, match=r"may be codes .* use RandomOverSampler for"):
        sampler.fit_resample(CODES[kind], Y)
    assert len(RandomOverSampler().fit_resample(CODES[kind], Y)[0]) == 56


def as_polars(X):
    pl = pytest.importorskip("polars")
    return pl.DataFrame({name: X[name].tolist() for name in X})


@pytest.mark.parametrize("sampler", RANDOM)
def test_random_samplers_return_frames_of_polars(sampler):
    pl = pytest.importorskip("polars")
    X = as_polars(FRAME).with_columns(
        day=pl.lit("2020-01-01").str.to_date(), tags=pl.lit([1, 2])
    )
    y = pl.Series("y", Y.tolist())
    weight = np.arange(40.0)
    fitted = sampler(random_state=0)
    found, y_new, weight_new = fitted.fit_resample(X, y, sample_weight=weight)
    assert isinstance(found, pl.DataFrame)
    assert isinstance(y_new, pl.Series)
    assert found.schema == X.schema
    assert y_new.name == "y"
    indices = fitted.sample_indices_
    assert found.equals(X[indices])
    assert y_new.to_list() == Y[indices].tolist()
    np.testing.assert_array_equal(weight_new, indices)
    assert fitted.feature_names_in_.tolist() == X.columns
    lazy, _ = sampler(random_state=0).fit_resample(X.lazy(), y)
    assert lazy.equals(found)


def test_smote_returns_frames_of_polars():
    pl = pytest.importorskip("polars")
    numbers = FRAME[["age", "weight", "member"]]
    expected, _ = SMOTE(random_state=0).fit_resample(numbers, Y)
    found, y = SMOTE(random_state=0).fit_resample(
        as_polars(numbers), pl.Series(Y.tolist())
    )
    assert isinstance(found, pl.DataFrame)
    assert found.schema == as_polars(numbers).schema
    assert found.rows() == [tuple(row) for row in expected.values.tolist()]
    assert y.len() == 56
    with pytest.raises(ValueError, match="column 'town' has the dtype"):
        SMOTE().fit_resample(as_polars(FRAME), Y)


def test_smotenc_returns_frames_of_polars():
    pl = pytest.importorskip("polars")
    expected, _ = SMOTENC(random_state=0).fit_resample(FRAME, Y)
    X = as_polars(FRAME).with_columns(pl.col("town").cast(pl.Categorical))
    for features in ("auto", ["town", "member"], [1, 3]):
        found, _ = SMOTENC(features, random_state=0).fit_resample(X, Y)
        assert isinstance(found, pl.DataFrame)
        assert found.schema == X.schema
        assert found["weight"].to_list() == expected["weight"].tolist()
