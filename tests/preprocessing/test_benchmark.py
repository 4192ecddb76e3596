"""The benchmark compares what gives the same numbers."""

import numpy as np
import pytest

from benchmarks import scaling


@pytest.mark.parametrize("copy", [True, False])
@pytest.mark.parametrize("name", scaling.SCALERS)
def test_both_sides_do_the_same(monkeypatch, name, copy):
    monkeypatch.setattr(scaling, "SIDE", 16)
    X = scaling.images(0.0001, channels=3)
    ours = scaling.scale_with_skdeep(name, X.copy(), copy)
    np.testing.assert_allclose(
        ours, scaling.scale_with_numpy(name, X.copy(), copy), rtol=1e-3, atol=1e-5
    )
