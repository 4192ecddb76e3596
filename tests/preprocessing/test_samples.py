"""What is taken for a table, for samples, and for neither."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from skdeep.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from tests.preprocessing.kinds import assert_same, make

SCALERS = [MinMaxScaler(), RobustScaler(smooth_clip=3.0), StandardScaler()]


def test_sequences_of_one_channel():
    X = [np.array([1.0, 2.0, 3.0]), np.array([4.0])]
    scaler = StandardScaler().fit(X)
    assert scaler.n_features_in_ == 1
    assert scaler.mean_ == 2.5
    scaled = scaler.transform(X)
    assert [x.shape for x in scaled] == [(3,), (1,)]
    assert_same(scaler.inverse_transform(scaled), X)
    # Sequences that happen to have the same length are no table of three columns.
    assert scaler.transform([np.zeros(3), np.zeros(3)])[1].shape == (3,)
    assert scaler.transform([[1.0, 2.0, 3.0]])[0].shape == (3,)


def test_a_list_of_rows_is_a_table():
    X = [np.array([1.0, 2.0]), np.array([3.0, 6.0])]
    scaler = StandardScaler().fit(X)
    assert scaler.n_features_in_ == 2
    assert scaler.transform([X[0]]).shape == (1, 2)


def test_mixed_types_in_a_list():
    X = [np.ones((2, 1), dtype=np.int8), np.zeros((3, 1), dtype=np.float32)]
    assert {x.dtype for x in StandardScaler().fit_transform(X)} == {np.dtype("float32")}
    X = [np.ones((2, 1), dtype=np.int64), [[0], [None]], pd.DataFrame({"a": [1]})]
    assert {x.dtype for x in StandardScaler().fit_transform(X)} == {np.dtype("float64")}


def test_channels_of_a_table_images_and_sequences_are_the_same():
    X = np.random.default_rng(0).normal(size=(6, 5, 4, 3))
    scaler = StandardScaler().fit(X)
    scaled = scaler.transform(X)
    np.testing.assert_array_equal(scaler.transform(X[:, 0]), scaled[:, 0])
    np.testing.assert_allclose(scaler.transform(X[:, 0, 0]), scaled[:, 0, 0])
    np.testing.assert_array_equal(scaler.transform([X[0, 0]])[0], scaled[0, 0])


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I", "F"])
def test_images_of_pil(mode):
    Image = pytest.importorskip("PIL.Image")
    pictures = [Image.new(mode, size, 7) for size in ((4, 5), (3, 3), (4, 5))]
    arrays = [np.asarray(picture) for picture in pictures]
    if arrays[0].ndim == 2:
        arrays = [array[:, :, np.newaxis] for array in arrays]
    scaler = StandardScaler().fit(pictures)
    assert scaler.n_features_in_ == len(Image.new(mode, (1, 1)).getbands())
    assert_same(scaler.transform(pictures), scaler.transform(arrays))


WRONG = {
    r"Sample 1 of X has 2 channels, expected 3": [np.ones((4, 3)), np.ones((5, 2))],
    r"Sample 0 of X has 2 channels, expected 3": [np.ones((4, 2))],
    r"X has 2 channels \(its last axis\), but \w+ is expecting 3": np.ones((4, 5, 2)),
    r"Sample 1 of X is not an array of numbers": [np.ones((4, 3)), "text"],
    r"Sample 3 of X is not an array of numbers": [np.ones((4, 3))] * 3 + [5],
    r"Sample 4 of X is not an array of numbers": [np.ones((4, 3))] * 4 + [[[]]],
    r"Sample 0 of X is not an array of numbers": [np.ones((4, 3)) * 1j],
    r"Sample 2 of X is not an array of numbers": [np.ones((4, 3))] * 2 + [[[1, {}]]],
    r"Sample 0 of X has 1 channels, expected 3": [[], np.ones((4, 3))],
    r"which holds no values": np.ones((4, 0, 3)),
    r"Expected 2D array, got 1D array": np.ones(4),
    r"Expected 2D array, got 1D array instead:\narray=\[1": [1.0, 2.0],
    r"Found array with 0 sample": np.ones((0, 5, 3)),
}


@pytest.mark.parametrize("message", WRONG)
@pytest.mark.parametrize("scaler", SCALERS, ids=repr)
def test_wrong_input(scaler, message):
    scaler = clone(scaler).fit(make("3d"))
    with pytest.raises(ValueError, match=message):
        scaler.transform(WRONG[message])


@pytest.mark.parametrize("scaler", SCALERS, ids=repr)
def test_nothing_to_learn_from(scaler):
    empty = [np.ones((0, 3)), np.ones((0, 3))]
    with pytest.raises(ValueError, match="The 2 samples of X are all empty"):
        clone(scaler).fit(empty)
    scaler = clone(scaler).fit(make("list"))
    assert scaler.transform(empty)[0].shape == (0, 3)


def test_an_empty_sample_after_a_large_one(monkeypatch):
    monkeypatch.setattr("skdeep.preprocessing._ragged.BLOCK", 10)
    X = [np.arange(20.0), np.ones(0)]
    scaler = MinMaxScaler().fit(X)
    assert scaler.data_max_ == 19
    assert [len(x) for x in scaler.transform(X)] == [20, 0]


COLLECTIONS = {
    "lists": pd.DataFrame({"a": [[1.0, 2.0], [3.0, 4.0]], "b": 1.0}),
    "tuples": pd.DataFrame({"a": [(1,), (2,)]}),
    "rows": [[1.0, [2.0, 3.0]], [1.0, 2.0]],
}


@pytest.mark.parametrize("kind", COLLECTIONS)
@pytest.mark.parametrize("scaler", SCALERS, ids=repr)
def test_collections_in_a_table(scaler, kind):
    with pytest.raises(ValueError, match="X holds collections where single values"):
        clone(scaler).fit(COLLECTIONS[kind])


@pytest.mark.parametrize("scaler", SCALERS, ids=repr)
def test_tables_that_numpy_would_warn_of(scaler):
    empty = pd.DataFrame({"a": [np.nan, np.nan], "b": [1.0, 2.0]})
    assert np.isnan(clone(scaler).fit_transform(empty)[:, 0]).all()
    with pytest.raises(ValueError, match="beyond the range of its type"):
        clone(scaler).fit([[10**400], [1]])
    with pytest.raises(ValueError, match="X has no columns"):
        clone(scaler).fit(empty[[]])
    with pytest.raises(ValueError, match="several columns that are called 'a'"):
        clone(scaler).fit(empty.set_axis(["a", "a"], axis=1))
