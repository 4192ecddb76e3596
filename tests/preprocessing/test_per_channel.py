"""Scalers on sequences and images, against tables made by hand."""

import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
import sklearn.preprocessing
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skdeep.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from tests.preprocessing.kinds import (
    KINDS,
    assert_same,
    copied,
    make,
    rows,
)

SCALERS = [
    MinMaxScaler(),
    MinMaxScaler((-1, 1), clip=True),
    RobustScaler(),
    RobustScaler(quantile_range=(10, 80), unit_variance=True),
    RobustScaler(with_centering=False),
    StandardScaler(),
    StandardScaler(with_mean=False),
    StandardScaler(with_std=False),
    StandardScaler(with_mean=False, with_std=False),
]
INVERTIBLE = [
    MinMaxScaler(bounds={1: (-50, 50)}),
    RobustScaler(smooth_clip=3.0),
    StandardScaler(),
]
every_scaler = pytest.mark.parametrize("scaler", SCALERS, ids=repr)
every_kind = pytest.mark.parametrize("kind", KINDS)


def theirs(scaler):
    """Return scikit-learn's scaler with the same hyperparameters."""
    parameters = scaler.get_params()
    for ours_alone in ("bounds", "smooth_clip"):
        parameters.pop(ours_alone, None)
    return getattr(sklearn.preprocessing, type(scaler).__name__)(**parameters)


def fitted_attributes(scaler):
    return {name: value for name, value in vars(scaler).items() if name.endswith("_")}


@every_scaler
@every_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_same_as_reshaping_by_hand(scaler, kind, dtype):
    X = make(kind, dtype=dtype)
    table = rows(X)
    by_hand = theirs(scaler).fit(table)
    scaler = clone(scaler).fit(X)
    tolerance = {"rtol": 1e-5 if dtype == np.float32 else 1e-10}
    ours = fitted_attributes(scaler)
    assert ours.keys() == fitted_attributes(by_hand).keys()
    for name, value in fitted_attributes(by_hand).items():
        if value is None:
            assert ours[name] is None
        else:
            np.testing.assert_allclose(ours[name], value, **tolerance)
            assert np.shape(ours[name]) == np.shape(value)
    scaled = scaler.transform(X)
    assert type(scaled) is type(X)
    assert [x.shape for x in scaled] == [x.shape for x in X]
    assert {x.dtype for x in scaled} == {np.dtype(dtype)}
    np.testing.assert_allclose(
        rows(scaled), by_hand.transform(table), atol=1e-5, **tolerance
    )


@pytest.mark.parametrize("scaler", INVERTIBLE, ids=repr)
@every_kind
def test_inverse_transform_gives_the_data_back(scaler, kind):
    X = make(kind)
    scaler = clone(scaler).fit(X)
    assert_same(scaler.inverse_transform(scaler.transform(X)), X, rtol=1e-9, atol=1e-9)


@every_scaler
@every_kind
def test_input_is_left_alone(scaler, kind):
    X = make(kind)
    before = copied(X)
    scaler = clone(scaler)
    scaled = scaler.fit_transform(X)
    scaler.inverse_transform(scaled)
    assert_same(X, before)
    assert not any(np.shares_memory(x, z) for x, z in zip(X, scaled, strict=True))


@every_scaler
@every_kind
def test_in_place(scaler, kind):
    X = make(kind)
    expected = clone(scaler).fit(X).transform(X)
    scaled = clone(scaler).set_params(copy=False).fit(X).transform(X)
    assert_same(scaled, expected)
    assert_same(X, expected)
    for x, z in zip(X, scaled, strict=True):
        assert x.size == 0 or np.shares_memory(x, z)


@pytest.mark.parametrize("n_channels", [1, 3, 40])
@pytest.mark.parametrize("copy", [True, False])
@pytest.mark.parametrize("scaler", INVERTIBLE[1:], ids=repr)
def test_memory_layout_does_not_matter(scaler, copy, n_channels):
    X = np.random.default_rng(0).normal(size=(6, 5, 4, n_channels))
    expected = clone(scaler).fit_transform(X)
    # As images with the channels first come, and every other row of larger ones.
    channels_first = np.ascontiguousarray(X.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1)
    spread = np.repeat(X, 2, axis=1)[:, ::2]
    for view in (channels_first, spread):
        scaled = clone(scaler).set_params(copy=copy).fit_transform(view)
        np.testing.assert_allclose(scaled, expected, rtol=1e-9)
        assert np.shares_memory(scaled, view) == (not copy)


def test_integers_and_read_only_arrays_are_copied_even_in_place():
    X = np.arange(24).reshape(2, 4, 3)
    scaled = StandardScaler(copy=False).fit_transform(X)
    assert scaled.dtype == np.float64
    np.testing.assert_array_equal(X, np.arange(24).reshape(2, 4, 3))
    X = X.astype(np.float64)
    X.flags.writeable = False
    np.testing.assert_array_equal(StandardScaler(copy=False).fit_transform(X), scaled)


@pytest.mark.parametrize("scaler", INVERTIBLE, ids=repr)
@pytest.mark.parametrize("shape", [(40, 30, 30, 3), (2, 60_000, 2), (1, 300, 200, 20)])
def test_blocks_fit_together(monkeypatch, scaler, shape):
    X = np.random.default_rng(0).normal(size=shape)
    whole = clone(scaler).fit(X)
    expected = whole.transform(X)
    for module in ("_samples", "_ragged"):
        monkeypatch.setattr(f"skdeep.preprocessing.{module}.BLOCK", 1000)
    for blockwise in (X, list(X)):
        scaler = clone(scaler).fit(blockwise)
        for name, value in fitted_attributes(whole).items():
            np.testing.assert_allclose(getattr(scaler, name), value, rtol=1e-10)
        np.testing.assert_allclose(scaler.transform(blockwise), expected, rtol=1e-9)


@pytest.mark.parametrize("scaler", INVERTIBLE, ids=repr)
def test_no_copy_of_all_the_data(scaler):
    X = np.random.default_rng(0).normal(size=(40, 512, 512, 3)).astype(np.float32)

    def peak(copy):
        tracemalloc.start()
        clone(scaler).set_params(copy=copy).fit_transform(X)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak / X.nbytes

    # The array itself is not counted; the blocks weigh more than in a larger one.
    assert peak(copy=True) < 1.35
    # Quantiles are found in a copy of one channel at a time, and a mask.
    quantiles = 5 / 12 if isinstance(scaler, RobustScaler) else 0
    assert peak(copy=False) < max(0.35, quantiles + 0.05)


@every_scaler
def test_clone_and_pickle(scaler):
    X = make("list")
    scaler = clone(scaler).fit(X)
    expected = scaler.transform(X)
    assert not fitted_attributes(clone(scaler))
    assert_same(pickle.loads(pickle.dumps(scaler)).transform(X), expected)
    assert_same(clone(scaler).fit_transform(X), expected)


@every_scaler
@pytest.mark.parametrize("kind", ["3d", "list", "series"])
def test_data_frames_cannot_hold_samples(scaler, kind):
    X = make(kind)
    scaler = clone(scaler)
    with pytest.raises(ValueError, match=r"call set_output\(transform='default'\)"):
        clone(scaler).set_output(transform="pandas").fit_transform(X)
    scaler.fit(X)
    with (
        config_context(transform_output="pandas"),
        pytest.raises(ValueError, match="do not fit into the data frame"),
    ):
        scaler.transform(X)


@every_scaler
def test_tables_go_to_data_frames(scaler):
    X = pd.DataFrame(
        np.random.default_rng(0).normal(size=(9, 2)), list("abcdefghi"), ["x", "y"]
    )
    scaler = clone(scaler).set_output(transform="pandas")
    by_hand = theirs(scaler).set_output(transform="pandas")
    pd.testing.assert_frame_equal(scaler.fit_transform(X), by_hand.fit_transform(X))
    assert scaler.feature_names_in_.tolist() == ["x", "y"]
    assert scaler.fit(make("3d")).n_features_in_ == 3
    assert not hasattr(scaler, "feature_names_in_")


@every_scaler
def test_unfitted(scaler):
    with pytest.raises(NotFittedError):
        clone(scaler).transform(make("3d"))
    with pytest.raises(NotFittedError):
        clone(scaler).inverse_transform(make("list"))


@every_scaler
@every_kind
@pytest.mark.parametrize("copy", [True, False])
def test_infinity_is_refused_before_anything_happens(scaler, kind, copy):
    scaler = clone(scaler).set_params(copy=copy)
    X = make(kind)
    wrong = copied(X)
    list(wrong)[-1][-1, ..., 1] = np.inf
    before = copied(wrong)
    with pytest.raises(ValueError, match="contains infinity"):
        scaler.fit(wrong)
    scaler.fit(X)
    with pytest.raises(ValueError, match="contains infinity"):
        scaler.transform(wrong)
    with pytest.raises(ValueError, match="contains infinity"):
        scaler.fit_transform(wrong)
    assert_same(wrong, before)


@every_scaler
@every_kind
@pytest.mark.parametrize("copy", [True, False])
def test_fit_transform_is_fit_and_transform(scaler, kind, copy):
    scaler = clone(scaler).set_params(copy=copy)
    expected = scaler.fit(make(kind)).transform(make(kind))
    assert_same(scaler.fit_transform(make(kind)), expected)


LARGE = {
    "table": lambda X: X,
    "frame": lambda X: pd.DataFrame(X, columns=list("abc")),
    "3d": lambda X: X.reshape(2, 4, 3),
    "list": lambda X: [X[:3], X[3:]],
}


@pytest.mark.parametrize("kind", LARGE)
@pytest.mark.parametrize(
    ("size", "dtype"),
    [(1e39, float), (1e200, float), (1.7e308, float), (3e38, np.float32)],
)
@pytest.mark.parametrize("scaler", [*SCALERS, *INVERTIBLE], ids=repr)
def test_values_that_overflow_work_or_are_named(scaler, size, dtype, kind):
    X = np.random.default_rng(0).normal(size=(8, 3))
    X[:, 1] *= 0.1 * size
    X[:2, 1] = size, -size
    X = LARGE[kind](X.astype(dtype))
    try:
        scaled = clone(scaler).fit_transform(X)
    except ValueError:
        column = {"table": "Column 1", "frame": "Column 'b'"}.get(kind, "Channel 1")
        with pytest.raises(ValueError, match=f"{column} of X .* beyond the range of"):
            clone(scaler).fit_transform(X)
        assert size > 1e39 or dtype == np.float32
    else:
        assert all(np.isfinite(np.asarray(z)).all() for z in scaled)
