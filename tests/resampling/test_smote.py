import copy

import imblearn.over_sampling
import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import NearestNeighbors

from skdeep.resampling import SMOTE, SMOTENC
from tests.resampling.kinds import (
    FRAME,
    IMAGES,
    N_LARGE,
    NUMBERS,
    NUMERIC,
    SERIES,
    TABLE,
    N,
    Y,
    as_list,
)

N_NEW = 2 * N_LARGE


@pytest.mark.parametrize("X", NUMERIC.values(), ids=NUMERIC)
def test_samples_of_any_kind(X):
    before = copy.deepcopy(X)
    sampler = SMOTE(random_state=0)
    X_new, y_new = sampler.fit_resample(X, Y)

    assert type(X_new) is type(X)
    assert as_list(X_new)[:N] == as_list(X)
    assert np.shape(as_list(X_new)) == (N_NEW, *np.shape(as_list(X))[1:])
    np.testing.assert_array_equal(y_new, [*Y, *[1] * (N_NEW - N)])
    np.testing.assert_array_equal(sampler.sample_indices_, range(N))
    assert as_list(X) == as_list(before)


def test_agrees_with_imbalanced_learn_on_tables_and_reshaped_arrays():
    for X in (TABLE, SERIES):
        ours, _ = SMOTE(random_state=3).fit_resample(X, Y)
        theirs, _ = imblearn.over_sampling.SMOTE(random_state=3).fit_resample(
            X.reshape(N, -1), Y
        )
        np.testing.assert_array_equal(ours, theirs.reshape(-1, *X.shape[1:]))
        assert ours.dtype == X.dtype


def test_unsigned_whole_numbers_do_not_wrap_around():
    X_new, _ = SMOTE(random_state=0).fit_resample(IMAGES, Y)
    exact, _ = SMOTE(random_state=0).fit_resample(IMAGES.astype(float), Y)
    assert X_new.dtype == np.uint8
    assert np.abs(X_new - exact).max() <= 0.5 + 1e-4


def test_dataframe_of_numbers():
    y = pd.Series(Y, index=NUMBERS.index, name="ill")
    X_new, y_new = SMOTE(random_state=0).fit_resample(NUMBERS, y)
    pd.testing.assert_frame_equal(X_new[:N], NUMBERS.reset_index(drop=True))
    assert y_new.name == "ill"
    assert X_new.index.tolist() == y_new.index.tolist() == list(range(N_NEW))
    made_up = X_new.loc[N:, "age"]
    assert made_up.between(*NUMBERS["age"][Y == 1].agg(["min", "max"])).all()


def test_neighbors_object():
    of_number, _ = SMOTE(random_state=0, k_neighbors=3).fit_resample(SERIES, Y)
    finder = NearestNeighbors(n_neighbors=4)
    of_object, _ = SMOTE(random_state=0, k_neighbors=finder).fit_resample(SERIES, Y)
    np.testing.assert_array_equal(of_number, of_object)


def test_categories_of_a_mixed_dataframe():
    before = FRAME.copy()
    X_new, y_new = SMOTENC(random_state=0).fit_resample(FRAME, Y)
    pd.testing.assert_frame_equal(FRAME, before)
    pd.testing.assert_frame_equal(X_new[:N], FRAME.reset_index(drop=True))
    assert len(X_new) == len(y_new) == N_NEW
    made_up, given = X_new[N:], FRAME[Y == 1]
    for name in ("town", "smokes", "size"):
        assert set(made_up[name].dropna()) <= set(given[name].dropna())
    assert made_up["town"].isna().any()
    assert made_up["weight"].between(*given["weight"].agg(["min", "max"])).all()


@pytest.mark.parametrize(
    "features",
    [[2, 3, 4], ["smokes", "town", "size"], [False, False, True, True, True, False]],
)
def test_categorical_features(features):
    X_new, _ = SMOTENC(features, random_state=0).fit_resample(FRAME, Y)
    auto, _ = SMOTENC(random_state=0).fit_resample(FRAME, Y)
    pd.testing.assert_frame_equal(X_new, auto)


def test_categories_in_an_array():
    X = np.column_stack([TABLE, np.arange(N) % 3])
    sampler = SMOTENC([3], random_state=0)
    X_new, _ = sampler.fit_resample(X, Y)
    assert set(X_new[:, 3]) == {0, 1, 2}
    theirs = imblearn.over_sampling.SMOTENC([3], random_state=0)
    np.testing.assert_array_equal(X_new, theirs.fit_resample(X, Y)[0])
    as_rows, _ = sampler.fit_resample(X.tolist(), Y)
    assert as_rows == X_new.tolist()


@pytest.mark.parametrize("sampler", [SMOTE, lambda **p: SMOTENC([0], **p)])
def test_random_state(sampler):
    def made_up(seed):
        return sampler(random_state=seed).fit_resample(IMAGES[:, :, 0, 0], Y)[0]

    np.testing.assert_array_equal(made_up(0), made_up(0))
    assert (made_up(0) != made_up(1)).any()
