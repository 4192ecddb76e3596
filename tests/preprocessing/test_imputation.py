import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.impute import SimpleImputer

from skdeep.preprocessing import Imputer
from tests.preprocessing.kinds import KINDS, assert_same, copied, make, rows

PER_CHANNEL = ("mean", "median", "most_frequent", "constant")
NAN = np.nan


@pytest.mark.parametrize("add_indicator", [False, True])
@pytest.mark.parametrize("strategy", PER_CHANNEL)
def test_numbers_are_filled_as_by_scikit_learn(strategy, add_indicator):
    X = rows(make("3d")).round()
    parameters = {"strategy": strategy, "add_indicator": add_indicator}
    imputer = Imputer(**parameters).fit(X)
    by_hand = SimpleImputer(**parameters).fit(X)
    np.testing.assert_array_equal(imputer.transform(X), by_hand.transform(X))
    names = imputer.get_feature_names_out()
    np.testing.assert_array_equal(names, by_hand.get_feature_names_out())


@pytest.mark.parametrize("add_indicator", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("strategy", PER_CHANNEL)
@pytest.mark.parametrize("kind", KINDS)
def test_same_as_reshaping_by_hand(kind, strategy, dtype, add_indicator):
    X = make(kind, dtype=dtype)
    before = copied(X)
    imputer = Imputer(strategy, add_indicator=add_indicator)
    filled = imputer.fit_transform(X)
    by_hand = SimpleImputer(strategy=strategy, add_indicator=add_indicator)
    expected = by_hand.fit_transform(rows(X))
    np.testing.assert_allclose(rows(filled), expected, rtol=1e-5)
    assert type(filled) is type(X)
    assert {x.dtype for x in filled} == {np.dtype(dtype)}
    assert [x.shape[:-1] for x in filled] == [x.shape[:-1] for x in X]
    assert imputer.n_features_in_ == 3
    assert_same(X, before)
    assert_same(pickle.loads(pickle.dumps(imputer)).transform(X), filled)
    assert_same(clone(imputer).fit_transform(X), filled)


@pytest.mark.parametrize("kind", ["list", "object array", "series"])
@pytest.mark.parametrize("strategy", ["forward_fill", "interpolate"])
def test_along_time_one_sequence_is_as_many(kind, strategy):
    X = make(kind)
    imputer = Imputer(strategy, add_indicator=True).fit(X)
    filled = imputer.transform(X)
    assert type(filled) is type(X)
    for x, z in zip(X, filled, strict=True):
        assert z.shape == (len(x), 6)
        np.testing.assert_array_equal(np.isnan(x), z[:, 3:])
        np.testing.assert_array_equal(z[:, :3][~np.isnan(x)], x[~np.isnan(x)])
        if len(x):
            np.testing.assert_array_equal(imputer.transform(x[np.newaxis])[0], z)


def test_a_sequence_without_values_takes_the_mean():
    X = [np.array([1.0, NAN, 5.0]), np.array([NAN, NAN])]
    filled = Imputer("forward_fill").fit_transform(X)
    np.testing.assert_array_equal(filled[0], [1, 1, 5])
    np.testing.assert_array_equal(filled[1], [3, 3])


def test_constants_for_sequences():
    X = [np.array([1.0, NAN]), np.array([NAN])]
    assert Imputer("constant").fit_transform(X)[0].tolist() == [1, 0]
    filled = Imputer("constant", fill_value=-9, add_indicator=True).fit_transform(X)
    np.testing.assert_array_equal(filled[1], [[-9, 1]])


def test_indicators_are_those_of_fit():
    X, complete = make("3d"), make("3d", missing=False)
    X[..., 1] = complete[..., 1]
    imputer = Imputer(add_indicator=True).fit(X)
    assert imputer.indicator_features_.tolist() == [0, 2]
    assert imputer.transform(complete).shape == (20, 7, 5)
    assert not imputer.transform(complete)[..., 3:].any()


@pytest.mark.parametrize("strategy", [*PER_CHANNEL, "interpolate", "forward_fill"])
def test_nothing_observed(strategy):
    X = np.full((4, 5, 2), NAN)
    X[..., 0] = 7
    X[0, 0, 0] = NAN
    imputer = Imputer(strategy, fill_value=-1)
    if strategy == "constant":
        filled = imputer.fit_transform(X)
    else:
        with pytest.warns(UserWarning, match=r"No value is observed in \[.*1.*\]: 0"):
            filled = imputer.fit_transform(X)
    assert np.all(filled[..., 1] == (-1 if strategy == "constant" else 0))
    assert filled[0, 0, 0] == (-1 if strategy == "constant" else 7)


def test_nothing_observed_in_a_column():
    X = pd.DataFrame({"a": [1.0, 2.0], "empty": [NAN, NAN]})
    with pytest.warns(UserWarning, match="No value is observed in .*empty"):
        filled = Imputer().fit_transform(X)
    np.testing.assert_array_equal(filled, [[1, 0], [2, 0]])


@pytest.mark.parametrize("X", [[[1, 2], [3, 4]], [[True, False]]], ids=repr)
@pytest.mark.parametrize("strategy", PER_CHANNEL)
def test_numbers_that_cannot_be_missing(strategy, X):
    imputer = Imputer(strategy, fill_value=0.5)
    np.testing.assert_array_equal(imputer.fit_transform(np.array(X)), X)
    np.testing.assert_array_equal(imputer.fit_transform(np.array([X, X])), [X, X])


WRONG = {
    "strategy='average' is not allowed in Imputer: give one of 'mean'.*mean 'mean'": (
        Imputer("average"),
        make("3d"),
    ),
    "strategy='interpolate' works along time, which X does not have": (
        Imputer("interpolate"),
        make("4d"),
    ),
    "strategy='forward_fill' works along time": (
        Imputer("forward_fill"),
        [[1.0, 2.0], [3.0, 4.0]],
    ),
    "works along time": (Imputer("interpolate"), make("images of all sizes")),
    "fill_value='zero' is not allowed for numeric data": (
        Imputer("constant", fill_value="zero"),
        make("3d"),
    ),
    "contains infinity": (Imputer(), np.full((2, 3, 1), np.inf)),
    "sample 1 contains infinity": (Imputer(), [np.ones(2), np.full(3, -np.inf)]),
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_input(message):
    imputer, X = WRONG[message]
    with pytest.raises(ValueError, match=message):
        clone(imputer).fit_transform(X)


def test_wrong_channels_and_containers():
    imputer = Imputer().fit(make("3d"))
    with pytest.raises(ValueError, match="X has 2 channels"):
        imputer.transform(np.ones((4, 5, 2)))
    with pytest.raises(ValueError, match="Sample 0 of X has 2 channels, expected 3"):
        imputer.transform([np.ones((4, 2))])
    with pytest.raises(ValueError, match="do not fit into the data frame"):
        imputer.set_output(transform="pandas").transform(make("3d"))
    with pytest.raises(NotFittedError):
        Imputer().transform(make("3d"))
