import copy

import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from skdeep.resampling import RandomOverSampler, RandomSampler, RandomUnderSampler
from tests.resampling.kinds import ANY, FRAME, IMAGES, OBJECTS, RAGGED, N, Y, as_list

SAMPLERS = [RandomOverSampler, RandomUnderSampler, RandomSampler]
TARGET_TABLE = np.repeat([0, 1, 2, 3, 4], [5000, 5000, 150, 50, 25])


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("X", ANY.values(), ids=ANY)
def test_samples_of_any_kind(sampler, X):
    before = copy.deepcopy(X)
    sampler = sampler(random_state=0)
    X_new, y_new = sampler.fit_resample(X, Y)

    assert type(X_new) is type(X)
    assert sampler.fit(X, Y) is sampler
    picked = sampler.sample_indices_
    everything = as_list(X)
    assert as_list(X_new) == [everything[i] for i in picked]
    np.testing.assert_array_equal(y_new, Y[picked])
    counts = np.bincount(y_new)
    assert counts[0] == counts[1]
    assert as_list(X) == as_list(before)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_same_picks_as_imbalanced_learn_and_for_all_kinds(sampler):
    picks = []
    for X in ANY.values():
        resampling = sampler(random_state=7)
        resampling.fit_resample(X, Y)
        picks.append(resampling.sample_indices_)
    for indices in picks:
        np.testing.assert_array_equal(indices, picks[0])

    for module in (imblearn.over_sampling, imblearn.under_sampling):
        theirs = getattr(module, sampler.__name__, None)
        if theirs is not None:
            theirs = theirs(random_state=7)
            theirs.fit_resample(ANY["table"], Y)
            np.testing.assert_array_equal(picks[0], theirs.sample_indices_)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_dataframes_keep_dtypes_and_names(sampler):
    y = pd.Series(np.where(Y, "ill", "well"), index=FRAME.index, name="state")
    sampler = sampler(random_state=0)
    X_new, y_new = sampler.fit_resample(FRAME, y.astype("category"))
    pd.testing.assert_series_equal(X_new.dtypes, FRAME.dtypes)
    assert isinstance(y_new.dtype, pd.CategoricalDtype)
    assert y_new.name == "state"
    pd.testing.assert_index_equal(X_new.index, y_new.index)
    np.testing.assert_array_equal(sampler.feature_names_in_, FRAME.columns)
    assert sampler.n_features_in_ == FRAME.shape[1]
    np.testing.assert_array_equal(sampler.get_feature_names_out(), FRAME.columns)


def test_index_of_a_dataframe():
    under = RandomUnderSampler(random_state=0)
    X_few, _ = under.fit_resample(FRAME, Y)
    assert X_few.index.tolist() == FRAME.index[under.sample_indices_].tolist()
    for sampler in (RandomOverSampler(), RandomSampler()):
        X_new, _ = sampler.fit_resample(FRAME, Y)
        assert X_new.index.tolist() == list(range(len(X_new)))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_number_of_features_is_that_of_tables_only(sampler):
    sampler = sampler().fit(FRAME, Y)
    assert sampler.n_features_in_ == FRAME.shape[1]
    for X in (IMAGES, RAGGED):
        sampler.fit_resample(X, Y)
        assert not hasattr(sampler, "n_features_in_")
        assert not hasattr(sampler, "feature_names_in_")


def test_sequences_are_not_copied():
    X_new, _ = RandomOverSampler().fit_resample(RAGGED, Y)
    assert {id(sample) for sample in X_new} == {id(sample) for sample in RAGGED}


def test_a_tuple_becomes_a_list():
    assert isinstance(RandomOverSampler().fit_resample(tuple(RAGGED), Y)[0], list)


@pytest.mark.parametrize("format", ["coo", "dok", "lil", "bsr"])
def test_sparse_matrices_of_other_formats(format):
    X = sparse.csr_array(ANY["table"]).asformat(format)
    X_new, y_new = RandomUnderSampler().fit_resample(X, Y)
    assert X_new.format == "csr"
    assert X_new.shape[0] == len(y_new)


@pytest.mark.parametrize(
    ("sampler", "counts"),
    [
        (RandomUnderSampler(), [25] * 5),
        (RandomOverSampler(), [5000] * 5),
        (RandomSampler(), [2045] * 5),
        (
            RandomSampler(sampling_strategy=dict.fromkeys(range(5), 500)),
            [500] * 5,
        ),
        (RandomSampler(sampling_strategy={0: 200, 4: 30}), [200, 5000, 150, 50, 30]),
        (RandomUnderSampler(sampling_strategy={0: 200}), [200, 5000, 150, 50, 25]),
        (RandomOverSampler(sampling_strategy={4: 30}), [5000, 5000, 150, 50, 30]),
        (RandomUnderSampler(sampling_strategy="majority"), [25, 5000, 150, 50, 25]),
        (RandomOverSampler(sampling_strategy="minority"), [5000, 5000, 150, 50, 5000]),
        (
            RandomOverSampler(
                sampling_strategy=lambda y: {c: 2 * n for c, n in count(y) if n < 99}
            ),
            [5000, 5000, 150, 100, 50],
        ),
        (
            RandomSampler(sampling_strategy=lambda y: {c: n // 5 for c, n in count(y)}),
            [1000, 1000, 30, 10, 5],
        ),
    ],
)
def test_counts_as_asked(sampler, counts):
    X = np.arange(len(TARGET_TABLE)).reshape(-1, 1, 1)
    _, y = sampler.fit_resample(X, TARGET_TABLE)
    np.testing.assert_array_equal(np.bincount(y), counts)


def count(y):
    return zip(*np.unique(y, return_counts=True), strict=True)


def test_ratio():
    for sampler, counts in [
        (RandomUnderSampler(sampling_strategy=0.75), [16, 12]),
        (RandomOverSampler(sampling_strategy=0.75), [28, 21]),
    ]:
        _, y = sampler.fit_resample(RAGGED, Y)
        np.testing.assert_array_equal(np.bincount(y), counts)


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 30)), st.integers(0, 2**31)
)
@settings(deadline=None, max_examples=25)
def test_random_sampler_keeps_what_it_can(wanted, seed):
    y = np.repeat(["a", "b", "c"], [20, 8, 2])
    sampler = RandomSampler(sampling_strategy=wanted, random_state=seed)
    _, y_new = sampler.fit_resample(np.arange(30).reshape(-1, 1), y)
    for label in "abc":
        n_before, n_after = np.sum(y == label), np.sum(y_new == label)
        assert n_after == wanted.get(label, n_before)
        assert sampler.sampling_strategy_[label] == n_after
        picked = sampler.sample_indices_[y_new == label]
        assert len(set(picked)) == min(n_before, n_after)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_random_state(sampler):
    def picks(seed):
        return sampler(random_state=seed).fit_resample(OBJECTS, Y)[0]

    assert as_list(picks(0)) == as_list(picks(0))
    assert as_list(picks(0)) != as_list(picks(1))
    state = np.random.RandomState(0)
    assert as_list(picks(state)) != as_list(picks(state))


def test_replacement():
    sampler = RandomUnderSampler(
        sampling_strategy={0: 27}, random_state=0, replacement=True
    )
    sampler.fit_resample(RAGGED, Y)
    large = sampler.sample_indices_[Y[sampler.sample_indices_] == 0]
    assert len(set(large)) < len(large) == 27


@pytest.mark.parametrize("kind", ["table", "4-D array of uint8", "csr matrix"])
def test_shrinkage_adds_noise(kind):
    X = ANY[kind]
    sampler = RandomOverSampler(random_state=0, shrinkage=0.5)
    X_new, y_new = sampler.fit_resample(X, Y)
    assert X_new.dtype == X.dtype
    assert X_new.shape == (len(y_new), *X.shape[1:])
    assert as_list(X_new[:N]) == as_list(X)
    exact = as_list(X[sampler.sample_indices_[N:]])
    noisy = as_list(X_new[N:])
    assert all(one != other for one, other in zip(exact, noisy, strict=True))
    difference = np.abs(np.subtract(noisy, exact)).mean() / np.std(as_list(X))
    assert 0.01 < difference < 0.5
