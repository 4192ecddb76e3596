import numpy as np
import pandas as pd
import pytest

from skdeep.preprocessing.sequence_imputation import fill_along_time

PANDAS = {
    "forward_fill": lambda frame: frame.ffill().bfill(),
    "interpolate": lambda frame: frame.interpolate(limit_direction="both"),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("strategy", PANDAS)
def test_against_pandas(strategy, share, dtype):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 12, 2)).astype(dtype)
    X[rng.random(X.shape) < share] = np.nan
    before = X.copy()
    filled = fill_along_time(X, strategy)
    assert filled.dtype == dtype
    np.testing.assert_array_equal(X, before)
    for x, z in zip(X, filled, strict=True):
        expected = PANDAS[strategy](pd.DataFrame(x)).to_numpy()
        np.testing.assert_allclose(z, expected, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(fill_along_time(x, strategy), z)


def test_by_hand():
    x = np.array([[np.nan], [2], [np.nan], [np.nan], [8], [np.nan]])
    filled = {name: fill_along_time(x, name).ravel().tolist() for name in PANDAS}
    assert filled["forward_fill"] == [2, 2, 2, 2, 8, 8]
    assert filled["interpolate"] == [2, 2, 4, 6, 8, 8]
