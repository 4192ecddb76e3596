import numpy as np
import pandas as pd
import pytest
from sklearn import preprocessing
from sklearn.base import clone

from skdeep.preprocessing import MinMaxScaler

PEOPLE = pd.DataFrame({"age": [25.0, 40, 77], "income": [1800.0, 5200, 3500]})


def test_known_bounds_of_one_column():
    scaler = MinMaxScaler(bounds={"age": (18, 99)}).fit(PEOPLE)
    np.testing.assert_array_equal(scaler.data_min_, [18, 1800])
    np.testing.assert_array_equal(scaler.data_max_, [99, 5200])
    np.testing.assert_array_equal(scaler.data_range_, [81, 3400])
    scaled = scaler.transform(pd.DataFrame({"age": [18, 99], "income": [3500, 1800]}))
    np.testing.assert_allclose(scaled, [[0, 0.5], [1, 0]], atol=1e-15)
    np.testing.assert_allclose(scaler.inverse_transform([[0, 0.5]]), [[18, 3500]])


@pytest.mark.parametrize(
    "bounds",
    [(0, 10), [0, 10], np.array([0, 10]), [(0, 10), (0, 10)], {0: (0, 10), 1: [0, 10]}],
    ids=repr,
)
@pytest.mark.parametrize("shape", [(4, 2), (4, 3, 2), (4, 3, 5, 2)])
def test_ways_to_give_bounds(bounds, shape):
    X = np.random.default_rng(0).uniform(2, 3, shape)
    scaler = MinMaxScaler(bounds=bounds).fit(X)
    np.testing.assert_allclose(scaler.transform(X), X / 10)
    np.testing.assert_allclose(clone(scaler).fit(list(X)).scale_, [0.1, 0.1])


def test_feature_range_and_clipping():
    X = [[0.0], [50.0], [200.0]]
    scaler = MinMaxScaler((-1, 1), bounds=(0, 100))
    np.testing.assert_allclose(scaler.fit_transform(X), [[-1], [0], [3]])
    scaler.set_params(clip=True)
    np.testing.assert_allclose(scaler.fit_transform(X), [[-1], [0], [1]])


def test_bounds_of_a_constant_column_are_used():
    scaler = MinMaxScaler(bounds={0: (0, 4)}).fit([[1.0, 7.0], [1.0, 7.0]])
    np.testing.assert_allclose(scaler.transform([[1.0, 7.0]]), [[0.25, 0]])


def test_type_is_kept():
    X = np.ones((5, 4, 2), dtype=np.float32)
    for data in (X, X[:, 0]):
        assert MinMaxScaler(bounds=(0, 3)).fit_transform(data).dtype == np.float32


def test_partial_fit_learns_the_other_columns():
    scaler = MinMaxScaler(bounds={"age": (18, 99)})
    scaler.partial_fit(PEOPLE[:1]).partial_fit(PEOPLE[1:])
    whole = MinMaxScaler(bounds={"age": (18, 99)}).fit(PEOPLE)
    np.testing.assert_array_equal(scaler.scale_, whole.scale_)
    np.testing.assert_array_equal(scaler.min_, whole.min_)
    assert scaler.n_samples_seen_ == 3


def test_partial_fit_on_batches_of_sequences():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(length, 2)) for length in (4, 1, 30)]
    scaler = MinMaxScaler()
    for x in X:
        scaler.partial_fit([x])
    whole = preprocessing.MinMaxScaler().fit(np.concatenate(X))
    np.testing.assert_array_equal(scaler.scale_, whole.scale_)
    assert scaler.n_samples_seen_ == 35


def test_fit_forgets_the_last_fit():
    scaler = MinMaxScaler().fit(np.full((2, 3, 1), 100.0))
    assert scaler.fit(np.full((2, 3, 1), 1.0)).data_max_ == 1


WRONG = {
    "is not allowed for 2 features: give one pair": [[(0, 1)], 5, [(0, 1)] * 3],
    "where a pair": ["ab", (5, 1), (1, 1), (0, np.inf), (0, 1, 2), {0: 5}, {0: "ab"}],
    "which is no feature of X": [{2: (0, 1)}, {-1: (0, 1)}, {0.5: (0, 1)}],
    r"give the columns \['age', 'income'\], or positions from 0": [{"size": (0, 1)}],
}


@pytest.mark.parametrize(
    ("message", "bounds"),
    [(message, bounds) for message in WRONG for bounds in WRONG[message]],
    ids=repr,
)
def test_wrong_bounds(message, bounds):
    scaler = MinMaxScaler(bounds=bounds)
    with pytest.raises(ValueError, match=message):
        scaler.fit(PEOPLE)
    assert not hasattr(scaler, "n_features_in_")


def test_names_need_a_data_frame():
    with pytest.raises(ValueError, match="'age', which is no feature of X: give names"):
        MinMaxScaler(bounds={"age": (0, 1)}).fit(PEOPLE.to_numpy())


@pytest.mark.parametrize(
    "names", [[1, 0], [10, 20], list(pd.date_range("2020", periods=2))]
)
def test_names_of_any_type_come_before_positions(names):
    X = pd.DataFrame([[18.0, 5.0], [99.0, 6.0]], columns=names)
    scaler = MinMaxScaler(bounds={names[0]: (0, 100)}).fit(X)
    np.testing.assert_array_equal(scaler.data_min_, [0, 5])
    np.testing.assert_array_equal(scaler.data_max_, [100, 6])
