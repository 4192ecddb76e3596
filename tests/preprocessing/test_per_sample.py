"""Scaling of each sample by itself."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skdeep.preprocessing import RobustScaler, SampleScaler, StandardScaler
from tests.preprocessing.kinds import KINDS, assert_same, copied, make

every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("with_std", [True, False])
@pytest.mark.parametrize("with_mean", [True, False])
def test_each_sample_as_a_table_by_itself(kind, dtype, with_mean, with_std):
    X = make(kind, dtype=dtype)
    before = copied(X)
    options = {"with_mean": with_mean, "with_std": with_std}
    scaled = SampleScaler(**options).fit_transform(X)
    assert type(scaled) is type(X)
    for x, z in zip(X, scaled, strict=True):
        assert z.shape == x.shape
        assert z.dtype == dtype
        if len(x) > 1:
            table = x.reshape(-1, 3).astype(np.float64)
            by_hand = StandardScaler(**options).fit_transform(table)
            np.testing.assert_allclose(z.reshape(-1, 3), by_hand, rtol=1e-6, atol=1e-6)
    assert_same(X, before)


@every_kind
def test_what_was_taken_away_is_enough_to_undo_it(kind):
    X = make(kind)
    scaled = SampleScaler(add_statistics=True).fit_transform(X)
    for x, z in zip(X, scaled, strict=True):
        assert z.shape == (*x.shape[:-1], 9)
        values, mean, deviation = np.split(z, 3, axis=-1)
        np.testing.assert_allclose(values * deviation + mean, x, rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "n_channels"),
    [({"with_mean": False}, 6), ({"with_std": False}, 6), ({}, 9)],
)
def test_only_what_was_taken_away_is_appended(options, n_channels):
    scaler = SampleScaler(**options, add_statistics=True)
    assert scaler.fit_transform(make("3d")).shape == (20, 7, n_channels)


def test_no_sample_has_an_effect_on_another():
    X = make("4d")
    scaler = SampleScaler(add_statistics=True).fit(X)
    whole = scaler.transform(X)
    for i in range(len(X)):
        np.testing.assert_array_equal(scaler.transform(X[i : i + 1])[0], whole[i])
        np.testing.assert_array_equal(scaler.transform([X[i]])[0], whole[i])


def test_blocks_fit_together(monkeypatch):
    X = np.random.default_rng(0).normal(size=(50, 20, 2))
    expected = SampleScaler().fit_transform(X)
    monkeypatch.setattr("skdeep.preprocessing.per_sample.BLOCK", 130)
    np.testing.assert_array_equal(SampleScaler().fit_transform(X), expected)


@pytest.mark.parametrize("value", [0.0, 0.1, -3e7, 1e300, 5e-324])
@pytest.mark.parametrize("add_statistics", [True, False])
def test_constant_channels_become_zero(value, add_statistics):
    X = np.full((2, 7, 1), value)
    X[0, 3] = np.nan
    scaled = SampleScaler(add_statistics=add_statistics).fit_transform(X)
    assert np.isnan(scaled[0, 3, 0])
    assert not np.nan_to_num(scaled[..., 0]).any()
    if add_statistics:
        np.testing.assert_allclose(scaled[..., 1], value)
        assert not scaled[..., 2].any()


@pytest.mark.parametrize("scale", [1e-310, 1e-160, 1e160, 1.7e308])
def test_values_beyond_single_precision(scale):
    X = np.array([-1.0, 0.5, 1.0]).reshape(1, 3, 1)
    expected = SampleScaler().fit_transform(X)
    np.testing.assert_allclose(SampleScaler().fit_transform(X * scale), expected)


def test_a_channel_without_values_stays_missing():
    X = np.ones((2, 3, 2))
    X[0, :, 1] = np.nan
    scaled = SampleScaler().fit_transform(X)
    assert np.isnan(scaled).sum() == np.isnan(scaled[0, :, 1]).sum() == 3


def test_integers():
    X = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    scaled = SampleScaler().fit_transform(X)
    assert scaled.dtype == np.float64
    np.testing.assert_allclose(scaled[0], SampleScaler().fit_transform(X * 1.0)[1])


def test_sequences_of_one_channel():
    scaled = SampleScaler().fit_transform([np.array([1.0, 3.0]), np.array([5.0])])
    assert [z.tolist() for z in scaled] == [[-1, 1], [0]]
    with_scale = SampleScaler(add_statistics=True).fit_transform([np.ones(2), [1.0]])
    assert [z.shape for z in with_scale] == [(2, 3), (1, 3)]


TABLES = {
    "array": np.ones((4, 3)),
    "list of rows": [[1.0, 2.0], [3.0, 4.0]],
    "frame": pd.DataFrame({"a": [1.0], "b": [2.0]}),
    "row": np.ones(4),
    "list of numbers": [1.0, 2.0],
}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("method", ["fit", "transform", "fit_transform"])
def test_tables_are_refused(kind, method):
    scaler = SampleScaler()
    if method == "transform":
        scaler.fit(make("3d"))
    with pytest.raises(ValueError, match=r"X is a table .*; for tables, use Standard"):
        getattr(scaler, method)(TABLES[kind])


def test_wrong_input():
    scaler = SampleScaler().fit(make("3d"))
    with pytest.raises(ValueError, match="X has 2 channels"):
        scaler.transform(np.ones((2, 3, 2)))
    for wrong in (np.full((2, 3, 3), np.inf), [np.full((2, 3), -np.inf)]):
        with pytest.raises(ValueError, match="contains infinity"):
            scaler.transform(wrong)
    with pytest.raises(NotFittedError):
        SampleScaler().transform(make("3d"))


@every_kind
def test_clone_pickle_and_pipelines(kind):
    X = make(kind)
    scaler = SampleScaler(add_statistics=True)
    expected = scaler.fit_transform(X)
    assert_same(pickle.loads(pickle.dumps(scaler)).transform(X), expected)
    assert_same(clone(scaler).fit_transform(X), expected)
    chain = make_pipeline(clone(scaler), RobustScaler(smooth_clip=3.0))
    assert [z.shape for z in chain.fit_transform(X)] == [z.shape for z in expected]
