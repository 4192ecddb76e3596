"""Augmentations change numbers a little, and leave codes codes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn.augmentation import Augmentations, FeatureMask, InputNoise, MixUp
from skdeep.nn.augmentation.beside_codes import BesideCodes, beside_codes

N, N_NUMBERS = 2000, 3
NUMBERS = np.random.default_rng(0).normal(size=(N, N_NUMBERS))
# The first code tells the row, the second the half it is in.
CODES = np.c_[np.arange(2, N + 2), 2 + (np.arange(N) >= N // 2)]


def apply(augmentation, seed=0):
    """Return the table afterwards, in its two parts, and how it was mixed."""
    x = np.c_[NUMBERS, CODES]
    augmentation = beside_codes(augmentation, N_NUMBERS)
    mix = augmentation.apply(x, np.random.default_rng(seed))
    return x[:, :N_NUMBERS], x[:, N_NUMBERS:], mix


def test_no_augmentation_stays_none():
    assert beside_codes(None, N_NUMBERS) is None


def test_noise_is_for_numbers():
    numbers, codes, mix = apply(InputNoise(0.5))
    assert_array_equal(codes, CODES)
    assert_allclose(np.std(numbers - NUMBERS), 0.5, rtol=0.05)
    assert mix is None


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_masked_categories_are_missing(value):
    numbers, codes, _ = apply(FeatureMask(0.25, value))
    assert_allclose(np.mean(numbers == value), 0.25, atol=0.03)
    assert_array_equal(numbers[numbers != value], NUMBERS[numbers != value])
    assert_allclose(np.mean(codes == 0), 0.25, atol=0.03)
    assert_array_equal(codes[codes != 0], CODES[codes != 0])


@pytest.mark.parametrize("seed", range(5))
def test_mixed_categories_come_from_either_by_its_share(seed):
    numbers, codes, (share, partner) = apply(MixUp(alpha=1.0), seed)
    mixed = share * NUMBERS + (1 - share) * NUMBERS[partner]
    assert_allclose(numbers, mixed, rtol=1e-12, atol=1e-12)
    own, other = codes == CODES, codes == CODES[partner]
    assert np.all(own | other)
    assert_allclose(np.mean(own[:, 0]), share, atol=0.05)
    # Each category is drawn on its own.
    assert not np.array_equal(own[:, 0], own[:, 1])


def test_several_in_a_row_are_each_for_numbers():
    both = beside_codes(Augmentations([InputNoise(), MixUp()]), N_NUMBERS)
    assert [type(step) for step in both.steps] == [BesideCodes] * 2
    numbers, codes, mix = apply(Augmentations([InputNoise(0.1), MixUp()]))
    assert mix is not None
    assert np.all(np.isin(codes, CODES))
    assert not np.array_equal(numbers, NUMBERS)


def test_a_table_of_codes_alone_is_mixed_too():
    x = CODES.astype(float)
    share, partner = beside_codes(MixUp(1.0), 0).apply(x, np.random.default_rng(1))
    assert np.all((x == CODES) | (x == CODES[partner]))
    assert 0 < share < 1
