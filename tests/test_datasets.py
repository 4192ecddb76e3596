from importlib.util import find_spec

import numpy as np
import pytest

from skdeep import datasets
from skdeep.datasets import load_series, read_ts


def needs_aeon():
    # The package is not imported: it may not work with the versions installed here.
    if find_spec("aeon") is None:
        pytest.skip("the data files of aeon are optional")


GAPS = """#comment
@problemName Gaps
@targetLabel true
@data
1.5,?:2,3:0.25

3,4:5,6:-1
"""


def test_series_of_one_length_are_one_array(tmp_path):
    path = tmp_path / "gaps.ts"
    path.write_text(GAPS)
    X, y = read_ts(path)
    np.testing.assert_array_equal(X, [[[1.5, 2], [np.nan, 3]], [[3, 5], [4, 6]]])
    np.testing.assert_array_equal(y, [0.25, -1])


def test_installed_series_have_the_archive_s_sizes():
    needs_aeon()
    X, y = load_series("JapaneseVowels", "train")
    assert len(X) == len(y) == 270
    assert {x.shape[1] for x in X} == {12}
    assert len({len(x) for x in X}) > 1
    X, y = load_series("GunPoint", "test")
    assert X.shape == (150, 150, 1)
    assert set(y) == {"1", "2"}


def test_unknown_name_is_told_the_known_ones():
    needs_aeon()
    with pytest.raises(ValueError, match=r"no split 'train' of 'Gun'.*GunPoint"):
        load_series("Gun", "train")


def test_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(datasets, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install --no-deps aeon"):
        load_series("GunPoint", "train")
