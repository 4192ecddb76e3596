import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import label_binarize

from skdeep.resampling import (
    SMOTE,
    SMOTENC,
    RandomOverSampler,
    RandomSampler,
    RandomUnderSampler,
)
from tests.resampling.kinds import ANY, FRAME, NUMERIC, TABLE, N, Y

WEIGHT = np.random.default_rng(1).random(N)
MEANS = np.array([WEIGHT[label == Y].mean() for label in (0, 1)])


@pytest.mark.parametrize(
    "sampler", [RandomOverSampler, RandomUnderSampler, RandomSampler]
)
@pytest.mark.parametrize("X", ANY.values(), ids=ANY)
def test_weights_stay_with_their_samples(sampler, X):
    sampler = sampler(random_state=0)
    _, y_new, weight = sampler.fit_resample(X, Y, sample_weight=WEIGHT)
    assert len(weight) == len(y_new)
    np.testing.assert_array_equal(weight, WEIGHT[sampler.sample_indices_])


@pytest.mark.parametrize("X", NUMERIC.values(), ids=NUMERIC)
def test_made_up_samples_get_the_mean_weight_of_their_class(X):
    _, y_new, weight = SMOTE(random_state=0).fit_resample(X, Y, WEIGHT)
    np.testing.assert_array_equal(weight[:N], WEIGHT)
    np.testing.assert_allclose(weight[N:], MEANS[y_new[N:]])


@pytest.mark.parametrize(
    "y",
    [
        Y.tolist(),
        np.array(["no", "yes"])[Y],
        pd.Series(Y, index=FRAME.index, dtype="category"),
        pd.DataFrame({"ill": Y}),
        Y[:, np.newaxis],
    ],
    ids=["list", "texts", "Series", "DataFrame", "column"],
)
def test_any_kind_of_y(y):
    _, y_new, weight = SMOTENC(random_state=0).fit_resample(FRAME, y, WEIGHT.tolist())
    assert type(y_new) is type(y)
    np.testing.assert_allclose(weight[N:], MEANS[1])


def test_one_column_per_class():
    y = np.arange(N) % 6 // 2
    indicator = label_binarize(y, classes=[0, 1, 2])
    _, y_new, weight = SMOTE(random_state=0).fit_resample(TABLE, indicator, WEIGHT)
    assert y_new.shape == (len(weight), 3)
    for label in range(3):
        made_up = weight[N:][y_new[N:, label] == 1]
        np.testing.assert_allclose(made_up, WEIGHT[y == label].mean())


def test_whole_weights_and_series():
    whole = np.arange(N)
    series = pd.Series(whole, index=FRAME.index)
    sampler = RandomOverSampler(random_state=0)
    *_, weight = sampler.fit_resample(FRAME, Y, series)
    assert weight.dtype == whole.dtype
    np.testing.assert_array_equal(weight, sampler.sample_indices_)


@pytest.mark.parametrize("weight", [WEIGHT[:-1], 2.0, WEIGHT[:, np.newaxis]])
def test_wrong_shape(weight):
    with pytest.raises(ValueError, match="X has 40 samples: give one weight per"):
        RandomOverSampler().fit_resample(TABLE, Y, weight)
