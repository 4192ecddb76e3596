from importlib.util import find_spec

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep import datasets
from skdeep.datasets import (
    load_series,
    make_customers,
    make_gestures,
    make_reviews,
    read_ts,
)


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


@pytest.mark.parametrize("arguments", [("GunPoint", "Train"), (3, "train"), ("", None)])
def test_split_and_name_are_checked_first(arguments):
    with pytest.raises(ValueError, match="There is no split"):
        load_series(*arguments)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,2,3", "no series behind"),
        ("@data\n1,2:3:a\n", "no series and its target"),
        ("@data\n1,x:a\n", "no series and its target"),
        ("@targetlabel true\n@data\n1,2:a\n", "no series and its target"),
    ],
)
def test_files_that_hold_no_series_are_refused(tmp_path, text, said):
    path = tmp_path / "wrong.ts"
    with pytest.raises(ValueError, match="There is no file"):
        read_ts(path)
    path.write_text(text)
    with pytest.raises(ValueError, match=said):
        read_ts(path)


def test_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(datasets, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install --no-deps aeon"):
        load_series("GunPoint", "train")


MADE_UP = [make_customers, make_gestures, make_reviews]


@pytest.mark.parametrize("make", MADE_UP)
def test_the_same_seed_makes_the_same_data(make):
    X, y = make(30, random_state=1)
    again, y_again = make(30, random_state=1)
    other, _ = make(30, random_state=2)
    assert len(X) == len(y) == 30
    assert_array_equal(y, y_again)
    assert str(X) == str(again) != str(other)


def test_customers_are_a_raw_table_with_a_rare_class():
    X, y = make_customers(4000, random_state=0)
    kinds = X.dtypes.astype(str).tolist()
    assert kinds == ["int64", "float64", "int64", "category", "category", "bool"]
    assert 0.05 < np.mean(y == "leaves") < 0.09
    unknown = X["income"].isna()
    assert unknown[y == "leaves"].mean() > 2 * unknown[y == "stays"].mean() > 0.2


def test_a_way_back_is_told_by_the_order_of_steps():
    X, y = make_gestures(300, random_state=0)
    lengths = [len(x) for x in X]
    assert 20 <= min(lengths) < 30 < 50 < max(lengths) <= 60

    def area(x):
        step = np.diff(x, axis=0)
        inner = x[:-1] - x.mean(axis=0)
        return (inner[:, 0] * step[:, 1] - inner[:, 1] * step[:, 0]).sum()

    signs = {kind: {np.sign(area(X[i])) for i in np.flatnonzero(y == kind)}
             for kind in ("circle", "circle back")}  # fmt: skip
    assert signs["circle"] != signs["circle back"]
    assert all(len(found) == 1 for found in signs.values())


def test_the_opinion_follows_from_the_rules():
    good = {"good", "great", "tasty", "friendly", "fresh"}
    for text, opinion in zip(*make_reviews(300, random_state=0), strict=True):
        words = text.rpartition(" but ")[2].split()
        at = words.index("was", words.index("the", words.index(",") + 1)
                         if words[0] in {"we", "my", "it", "there"} else 0)  # fmt: skip
        turned = words[at + 1] == "not"
        assert (opinion == "good") == ((words[at + 1 + turned] in good) != turned)
