import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skdeep.preprocessing import _quantiles
from skdeep.preprocessing._quantiles import quantiles
from skdeep.preprocessing._samples import ArraySamples

FRACTIONS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.99, 1.0)


def check(X, fractions=FRACTIONS):
    found = quantiles(ArraySamples(X), fractions)
    expected = np.nanquantile(X.astype(float), fractions, axis=(0, 1))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


DATA = {
    "continuous": lambda rng, shape: rng.normal(size=shape),
    "heavy tails": lambda rng, shape: rng.standard_cauchy(shape),
    "few values": lambda rng, shape: rng.integers(0, 4, shape).astype(float),
    "mostly zero": lambda rng, shape: np.maximum(0, rng.normal(-1, size=shape)),
    "constant": lambda rng, shape: np.full(shape, 0.1),
    "integers": lambda rng, shape: rng.integers(0, 255, shape, dtype=np.uint8),
    "sorted": lambda rng, shape: np.sort(rng.normal(size=shape), axis=0),
    "single precision": lambda rng, shape: rng.normal(size=shape).astype(np.float32),
}


@pytest.mark.parametrize("kind", DATA)
@pytest.mark.parametrize("drawn", [16, 1000, 10**9])
def test_against_numpy(monkeypatch, kind, drawn):
    # With few drawn values most brackets miss, and are looked for again.
    monkeypatch.setattr(_quantiles, "DRAWN", drawn)
    check(DATA[kind](np.random.default_rng(0), (300, 50, 2)))


def test_missing_values():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 20, 3))
    X[rng.random(X.shape) < 0.5] = np.nan
    check(X)
    X[..., 1] = np.nan
    assert np.isnan(quantiles(ArraySamples(X), (0.5,))[0]).tolist() == [0, 1, 0]
    X[3, 4, 1] = 7
    assert quantiles(ArraySamples(X), (0.5,))[0, 1] == 7


def test_misleading_draws_are_drawn_wider(monkeypatch):
    rng = np.random.default_rng(0)
    for value in (1.0, 100.0):
        drawn = [np.full(10**6, value)]
        monkeypatch.setattr(_quantiles, "_draw", lambda samples, drawn=drawn: drawn)
        check(rng.normal(size=(100, 10, 1)))
        check(rng.integers(0, 4, size=(100, 10, 1)), (0.1, 0.4, 0.6, 0.9))


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(
        st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0]), min_size=1, max_size=40
    ),
    fraction=st.floats(0, 1),
)
def test_any_values(values, fraction):
    X = np.reshape(values, (1, -1, 1))
    found = quantiles(ArraySamples(X), (fraction,))
    np.testing.assert_allclose(found[0, 0], np.quantile(X, fraction), atol=1e-9)
