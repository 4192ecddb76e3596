import pickle

import numpy as np
import pandas as pd
import pytest

from skdeep.preprocessing import SequencePadder
from tests.preprocessing.kinds import collect, make

ONE_TO_FOUR, FIVE = np.array([1.0, 2, 3, 4]), np.array([5.0])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [[1, 2, 3, 4], [5, 0, 0, 0]]),
        ({"padding": "pre", "value": -1}, [[1, 2, 3, 4], [-1, -1, -1, 5]]),
        ({"max_length": 3}, [[1, 2, 3], [5, 0, 0]]),
        ({"max_length": 3, "truncating": "pre"}, [[2, 3, 4], [5, 0, 0]]),
        (
            {"max_length": 2, "truncating": "pre", "padding": "pre"},
            [[3, 4], [0, 5]],
        ),
        ({"max_length": 5}, [[1, 2, 3, 4, 0], [5, 0, 0, 0, 0]]),
    ],
    ids=repr,
)
def test_by_hand(parameters, expected):
    padded = SequencePadder(**parameters).fit_transform([ONE_TO_FOUR, FIVE])
    np.testing.assert_array_equal(padded, np.array(expected)[:, :, np.newaxis])


@pytest.mark.parametrize("kind", ["list", "object array", "series", "3d"])
def test_all_kinds(kind):
    X = make(kind)
    padder = SequencePadder(value=np.nan).fit(X)
    padded = padder.transform(X)
    assert padded.shape == (len(X), max(map(len, X)), 3)
    assert padder.n_channels_ == padder.n_features_in_ == 3
    for x, z in zip(X, padded, strict=True):
        np.testing.assert_array_equal(z[: len(x)], x)
        assert np.isnan(z[len(x) :]).all()
    restored = pickle.loads(pickle.dumps(padder))
    np.testing.assert_array_equal(restored.transform(X), padded)


def test_length_is_learned():
    padder = SequencePadder().fit([ONE_TO_FOUR, FIVE])
    assert padder.max_length_ == 4
    assert padder.transform([FIVE]).shape == (1, 4, 1)
    assert padder.transform([np.arange(9.0)])[0, :, 0].tolist() == [0, 1, 2, 3]


def test_tables_are_sequences_of_one_channel():
    X = np.arange(6.0).reshape(2, 3)
    padder = SequencePadder(4).fit(X)
    assert padder.n_features_in_ == 3
    np.testing.assert_array_equal(
        padder.transform(X)[:, :, 0], np.pad(X, [(0, 0), (0, 1)])
    )
    frame = pd.DataFrame(X, columns=list("abc"))
    np.testing.assert_array_equal(padder.fit_transform(frame), padder.fit_transform(X))
    # Sequences of equal length in fit, and of other lengths later.
    padder.fit([FIVE, FIVE])
    assert padder.transform([ONE_TO_FOUR, FIVE]).shape == (2, 4, 1)
    assert SequencePadder().fit([ONE_TO_FOUR, FIVE]).transform(X).shape == (2, 4, 1)


@pytest.mark.parametrize(
    ("dtype", "value", "expected"),
    [
        (np.float32, 0.0, np.float32),
        (np.float32, np.nan, np.float32),
        (np.int32, 0.0, np.int32),
        (np.int32, -1, np.int32),
        (np.int32, 0.5, np.float64),
        (np.int32, np.nan, np.float64),
    ],
)
def test_types(dtype, value, expected):
    X = [np.ones(3, dtype=dtype), np.ones(1, dtype=dtype)]
    padded = SequencePadder(value=value).fit_transform(X)
    assert padded.dtype == expected
    np.testing.assert_array_equal(padded[1, 1:, 0], [value] * 2)


@pytest.mark.parametrize(
    "parameters",
    [
        {"max_length": 0},
        {"max_length": 2.5},
        {"value": None},
        {"padding": "both"},
        {"truncating": None},
    ],
    ids=repr,
)
def test_wrong_hyperparameters(parameters):
    with pytest.raises(ValueError, match="is not allowed in SequencePadder: give"):
        SequencePadder(**parameters).fit([ONE_TO_FOUR, FIVE])


def test_wrong_input():
    with pytest.raises(ValueError, match="takes sequences, and X holds arrays of more"):
        SequencePadder().fit(make("4d"))
    with pytest.raises(ValueError, match="takes sequences, and X holds arrays of more"):
        SequencePadder().fit(make("images of all sizes"))
    padder = SequencePadder().fit(make("3d"))
    with pytest.raises(ValueError, match="Sample 0 of X has 2 channels, expected 3"):
        padder.transform([np.ones((5, 2))])
    with pytest.raises(ValueError, match="one channel, but SequencePadder was fitted"):
        padder.transform(np.ones((5, 3)))
    with pytest.raises(ValueError, match="sample 1 contains infinity"):
        padder.transform(collect("list", [np.ones((5, 3)), np.full((2, 3), np.inf)]))
    empty = [np.ones((0, 2))]
    with pytest.raises(ValueError, match=r"All sequences of X are empty.*max_length"):
        SequencePadder().fit(empty)
    assert SequencePadder(3).fit_transform(empty).shape == (1, 3, 2)
