import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn import preprocessing

from skdeep.preprocessing import RobustScaler
from tests.preprocessing.kinds import make

OUTLIERS = np.array([[-1e6], [-1.0], [0.0], [1.0], [2.0], [1e30]])


def clipped(u, limit):
    return u / np.sqrt(1 + np.square(u / limit))


@pytest.mark.parametrize("limit", [0.5, 3, 10.0])
def test_formula(limit):
    X = np.random.default_rng(0).standard_t(2, size=(200, 3))
    plain = preprocessing.RobustScaler().fit_transform(X)
    scaled = RobustScaler(smooth_clip=limit).fit_transform(X)
    np.testing.assert_allclose(scaled, clipped(plain, limit))
    assert np.abs(scaled).max() < limit


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outliers_come_close_to_the_limit_without_overflow(dtype):
    X = OUTLIERS.astype(dtype)
    scaler = RobustScaler(smooth_clip=3.0).fit(X)
    scaled = scaler.transform(X)
    assert scaled.dtype == dtype
    np.testing.assert_allclose(scaled[[0, -1]], [[-3], [3]], rtol=1e-5)
    assert np.all(np.diff(scaled, axis=0) > 0)
    back = scaler.inverse_transform(scaled)
    np.testing.assert_allclose(back[1:-1], X[1:-1], atol=1e-5)
    assert np.all(np.isfinite(back))


def test_predictions_beyond_the_limit_have_an_inverse():
    scaler = RobustScaler(smooth_clip=3.0).fit(OUTLIERS[1:-1])
    back = scaler.inverse_transform([[-4.0], [3.0], [4.0], [np.nan]]).ravel()
    assert -back[0] > 1e6
    assert back[1] == back[2] > 1e6
    assert np.isnan(back[3])
    assert scaler.inverse_transform(np.array([[0], [1]])).shape == (2, 1)


def test_containers_of_tables():
    X = pd.DataFrame({"a": [1.0, 2, 50], "b": [0.0, 5, 6]}, index=["x", "y", "z"])
    scaler = RobustScaler(smooth_clip=3.0)
    expected = scaler.fit_transform(X.to_numpy())
    frame = scaler.set_output(transform="pandas").fit_transform(X)
    pd.testing.assert_frame_equal(
        frame, pd.DataFrame(expected, index=X.index, columns=X.columns)
    )
    scaler = RobustScaler(smooth_clip=3.0, with_centering=False).fit(X.to_numpy())
    table = sparse.csr_array(X.to_numpy())
    scaled = scaler.transform(table)
    np.testing.assert_allclose(scaled.toarray(), scaler.transform(X.to_numpy()))
    back = scaler.inverse_transform(scaled)
    np.testing.assert_allclose(back.toarray(), X)
    assert table.nnz == 5
    np.testing.assert_array_equal(table.toarray(), X)


def test_in_place_on_a_table():
    X = OUTLIERS.copy()
    assert RobustScaler(smooth_clip=3.0, copy=False).fit_transform(X) is not None
    assert np.abs(X).max() <= 3


@pytest.mark.parametrize("limit", [0, -1.0, np.inf, np.nan, "3"])
def test_wrong_limit(limit):
    with pytest.raises(ValueError, match="is not allowed in RobustScaler"):
        RobustScaler(smooth_clip=limit).fit(OUTLIERS)


def test_special_channels():
    X = np.full((10, 9, 2), 7.0)
    X[..., 1] = np.nan
    scaler = RobustScaler().fit(X)
    np.testing.assert_array_equal(scaler.center_, [7, np.nan])
    np.testing.assert_array_equal(scaler.scale_, [1, np.nan])
    assert RobustScaler(with_scaling=False).fit(X).scale_ is None
    assert RobustScaler(with_centering=False).fit(X).center_ is None
    X[3, 4, 0] = -np.inf
    with pytest.raises(ValueError, match="contains infinity"):
        RobustScaler().fit(X)


def test_wrong_quantiles():
    with pytest.raises(ValueError, match="Invalid quantile range"):
        RobustScaler(quantile_range=(75, 25)).fit(make("3d"))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, bool])
def test_same_as_in_scikit_learn(dtype):
    X = np.random.default_rng(0).normal(2, 2, size=(50, 10, 3)).astype(dtype)
    scaler = RobustScaler(quantile_range=(5, 90), unit_variance=True).fit(X)
    by_hand = preprocessing.RobustScaler(quantile_range=(5, 90), unit_variance=True)
    by_hand.fit(X.reshape(-1, 3))
    np.testing.assert_allclose(scaler.center_, by_hand.center_, rtol=1e-6)
    np.testing.assert_allclose(scaler.scale_, by_hand.scale_, rtol=1e-6)
