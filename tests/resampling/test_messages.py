import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import NearestNeighbors

from skdeep.resampling import (
    SMOTE,
    SMOTENC,
    RandomOverSampler,
    RandomSampler,
    RandomUnderSampler,
)
from tests.resampling.kinds import FRAME, IMAGES, NUMBERS, OBJECTS, RAGGED, TABLE, Y

LABELS = np.array(["well", "ill"])[Y]
FEW = np.repeat(["a", "b", "c"], [30, 6, 4])


@pytest.mark.parametrize(
    ("sampler", "y", "message"),
    [
        (SMOTE(), FEW, "at least 6 samples .* class c has 4: set k_neighbors to at"
            " most 3, or use RandomOverSampler"),
        (SMOTE(k_neighbors=NearestNeighbors(n_neighbors=5)), FEW, "at least 5 samples"),
        (SMOTE(), np.arange(40) // 39, "class 1 has 1: use RandomOverSampler"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "X", [TABLE, IMAGES, NUMBERS], ids=["table", "images", "frame"]
)
def test_fewer_neighbors_than_asked(sampler, y, message, X):
    with pytest.raises(ValueError, match=message):
        sampler.fit_resample(X, y)


def test_fewer_neighbors_than_asked_with_categories():
    with pytest.raises(
        ValueError, match=r"SMOTENC with k_neighbors=5 .* class c has 4"
    ):
        SMOTENC().fit_resample(FRAME, FEW)


def test_enough_neighbors_where_they_are_needed():
    sampler = SMOTE(sampling_strategy={"b": 20})
    _, y = sampler.fit_resample(TABLE, FEW)
    assert np.count_nonzero(y == "b") == 20


@pytest.mark.parametrize("X", [RAGGED, OBJECTS, pd.Series(RAGGED)])
@pytest.mark.parametrize(
    ("sampler", "name"),
    [(SMOTE(), "SMOTE"), (RandomOverSampler(shrinkage=1), "RandomOverSampler with")],
)
def test_ragged_samples_cannot_be_interpolated(sampler, name, X):
    for method in (sampler.fit, sampler.fit_resample):
        with pytest.raises(ValueError, match=f"{name}.* pad the sequences first, or"):
            method(X, Y)


def test_texts_and_tokens_cannot_be_interpolated():
    for X in (["text"] * 40, [["a"], ["b", ["c"]]] * 20):
        with pytest.raises(ValueError, match="are no arrays"):
            SMOTE().fit_resample(X, Y)


def test_text_columns_cannot_be_interpolated():
    with pytest.raises(
        ValueError, match=r"column 'town' has the dtype .*: use SMOTENC"
    ):
        SMOTE().fit_resample(FRAME, Y)


@pytest.mark.parametrize("X", [IMAGES, RAGGED, OBJECTS])
def test_smotenc_needs_a_table(X):
    with pytest.raises(ValueError, match=r"SMOTENC needs a table .*: use SMOTE or"):
        SMOTENC([0]).fit_resample(X, Y)


@pytest.mark.parametrize(
    ("X", "features"),
    [(TABLE, [3]), (TABLE, ["town"]), (FRAME, ["city"]), (TABLE, [True] * 4)],
)
def test_columns_that_do_not_exist(X, features):
    with pytest.raises(ValueError, match=r"does not fit X, which has . feature"):
        SMOTENC(features).fit(X, Y)


@pytest.mark.parametrize(
    ("columns", "kind"), [(["town", "size"], "categorical"), (["age"], "numerical")]
)
def test_columns_of_one_kind_only(columns, kind):
    with pytest.raises(ValueError, match=f"not designed to work only with {kind}"):
        SMOTENC().fit_resample(FRAME[columns], Y)


def test_types_of_columns_are_those_of_a_dataframe():
    with pytest.raises(ValueError, match="of type ndarray: give the positions"):
        SMOTENC().fit_resample(TABLE, Y)


@pytest.mark.parametrize("sampler", [SMOTE(), SMOTENC([0])])
def test_missing_numbers(sampler):
    X = np.where(TABLE > 1, np.nan, TABLE)
    with pytest.raises(ValueError, match="Input X contains NaN"):
        sampler.fit(X, Y)


@pytest.mark.parametrize(
    "sampler", [RandomOverSampler, RandomUnderSampler, RandomSampler, SMOTE]
)
def test_unknown_class(sampler):
    message = r"names the class 'dead', but the classes in y are \['ill', 'well'\]"
    with pytest.raises(ValueError, match=message):
        sampler(sampling_strategy={"dead": 20}).fit_resample(TABLE, LABELS)


@pytest.mark.parametrize("sampler", [RandomUnderSampler, RandomSampler])
@pytest.mark.parametrize("strategy", [{"ill": 0}, lambda y: {"ill": 0}])
def test_empty_class(sampler, strategy):
    if sampler is RandomSampler and isinstance(strategy, dict):
        strategy = strategy | {"well": 99}
    with pytest.raises(ValueError, match="asks for 0 samples of class 'ill', but"):
        sampler(sampling_strategy=strategy).fit_resample(RAGGED, LABELS)


@pytest.mark.parametrize(
    ("sampler", "n", "what"),
    [
        (RandomOverSampler, 3, "RandomOverSampler only adds samples"),
        (SMOTE, 3, "SMOTE only adds samples"),
        (RandomUnderSampler, 13, "RandomUnderSampler only leaves samples out"),
    ],
)
def test_counts_on_the_wrong_side(sampler, n, what):
    with pytest.raises(
        ValueError, match=f"{n} samples .*'ill', which has 12, but {what}"
    ):
        sampler(sampling_strategy={"ill": n}).fit_resample(TABLE, LABELS)


def test_strategies_of_the_random_sampler():
    with pytest.raises(ValueError, match="'minority' is no strategy of RandomSampler"):
        RandomSampler(sampling_strategy="minority").fit_resample(TABLE, Y)


@pytest.mark.parametrize("sampler", [RandomOverSampler(), RandomSampler(), SMOTE()])
def test_lengths_that_differ(sampler):
    for method in (sampler.fit, sampler.fit_resample):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            method(RAGGED if sampler is not SMOTE else TABLE, Y[:-1])


@pytest.mark.parametrize("X", [[], range(40), np.arange(40), pd.Series(range(40))])
def test_no_samples_or_a_single_number_each(X):
    with pytest.raises(ValueError, match=r"Expected (2D|a 2-dim)"):
        RandomOverSampler().fit_resample(X, Y[: len(X)])


def test_complex_numbers():
    with pytest.raises(ValueError, match="Complex data not supported"):
        RandomOverSampler().fit(IMAGES + 1j, Y)
