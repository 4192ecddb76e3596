"""Augmentations of images and series."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import affine_transform

from skdeep import CNNClassifier
from skdeep.nn import (
    AUGMENTATIONS,
    Augmentations,
    Brightness,
    Contrast,
    InputNoise,
    Masking,
    Mirror,
    MixUp,
    Rotate,
    Scale,
    Scaling,
    TimeShift,
    Translate,
    WindowCrop,
)
from skdeep.nn.ragged import Ragged, valid_steps

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(40, 9, 7, 2))
SERIES = RNG.normal(size=(40, 30, 2))


def samples_for(augmentation):
    return SERIES if augmentation.kind == "series" else IMAGES


def changed(augmentation, x, seed=0, sizes=None):
    x = x.copy()
    augmentation.apply(x, np.random.default_rng(seed), sizes)
    return x


each = pytest.mark.parametrize("name", AUGMENTATIONS)
each_unmixed = pytest.mark.parametrize("name", sorted(set(AUGMENTATIONS) - {"mixup"}))


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_same_seed_same_change_in_the_same_type(name, dtype):
    augmentation = AUGMENTATIONS[name]()
    x = samples_for(augmentation).astype(dtype)
    first, second = (changed(augmentation, x) for _ in range(2))
    assert first.dtype == dtype
    assert np.isfinite(first).all()
    assert_array_equal(first, second)
    assert not np.array_equal(first, x)
    assert not np.array_equal(first, changed(augmentation, x, seed=1))


@each_unmixed
def test_padding_does_not_reach_what_is_there(name):
    augmentation = AUGMENTATIONS[name]()
    shape = samples_for(augmentation).shape[2:]
    sizes = [(8, 5), (5, 6), (6, 3)] if len(shape) == 2 else [(20,), (9,), (12,)]
    arrays = [RNG.normal(size=(*size, shape[-1])) for size in sizes]
    x, extents = Ragged(arrays).pad(np.arange(3))
    there = valid_steps(x.shape, extents)
    clean = changed(augmentation, x, sizes=extents)
    x[~there] = 1e6
    assert_allclose(changed(augmentation, x, sizes=extents)[there], clean[there])


@pytest.mark.parametrize("name", [n for n, a in AUGMENTATIONS.items() if a.kind])
def test_samples_of_another_kind_are_refused_before_training(name):
    augmentation = AUGMENTATIONS[name]()
    shape = (30, 2) if augmentation.kind == "images" else (9, 7, 2)
    with pytest.raises(ValueError, match=f"changes {augmentation.kind}, and X holds"):
        augmentation.check(shape)
    augmentation.check(samples_for(augmentation).shape[1:])


@pytest.mark.parametrize(
    "warp", [Rotate(30), Translate(0.3), Scale(0.3), Rotate(180), Translate(2.0)]
)
@pytest.mark.parametrize("shape", [(9, 7), (8, 8), (1, 5), (6, 1)])
def test_warp_is_scipys_affine_transform(warp, shape):
    x = RNG.normal(size=(5, *shape, 2))
    matrices = warp.draw(np.full((5, 2), shape), np.random.default_rng(3))
    warped = changed(warp, x, seed=3)
    middle = (np.array(shape) - 1) / 2
    for got, image, matrix in zip(warped, x, matrices, strict=True):
        linear, shift = matrix[:, :2], matrix[:, 2]
        offset = shift + middle - linear @ middle
        for channel in range(2):
            expected = affine_transform(
                image[..., channel], linear, offset, order=1, mode="nearest"
            )
            assert_allclose(got[..., channel], expected, atol=1e-10)


def test_neighbouring_warps_are_one_map():
    ramp = np.broadcast_to(np.arange(31.0)[:, np.newaxis], (31, 31))
    x = np.stack([ramp, ramp.T], axis=-1)[np.newaxis].repeat(20, axis=0)
    steps = [Rotate(10), Scale(0.1), Translate(0.05)]
    together = changed(Augmentations(steps), x, seed=2)
    rng = np.random.default_rng(2)
    alone = x.copy()
    for step in steps:
        step.apply(alone, rng)
    # On a plane, interpolation is exact: only the border differs.
    inside = slice(9, -9)
    assert_allclose(
        together[:, inside, inside], alone[:, inside, inside], rtol=1e-9, atol=1e-9
    )


def test_mirror_exchanges_left_and_right_of_its_share():
    x = changed(Mirror(0.5), IMAGES)
    mirrored = (x == IMAGES[:, :, ::-1]).all(axis=(1, 2, 3))
    kept = (x == IMAGES).all(axis=(1, 2, 3))
    assert (mirrored ^ kept).all()
    assert 10 < mirrored.sum() < 30


def test_brightness_moves_images_and_contrast_stretches_them():
    shift = changed(Brightness(0.5), IMAGES) - IMAGES
    assert_allclose(np.ptp(shift, axis=(1, 2, 3)), 0, atol=1e-12)
    assert 0.3 < np.abs(shift).max() <= 0.5
    x = changed(Contrast(0.4), IMAGES)
    assert_allclose(x.mean(axis=(1, 2)), IMAGES.mean(axis=(1, 2)))
    ratio = x.std(axis=(1, 2)) / IMAGES.std(axis=(1, 2))
    assert 0.6 <= ratio.min() < 0.8
    assert 1.2 < ratio.max() <= 1.4


def test_scaling_multiplies_channels():
    ratio = changed(Scaling(0.2), SERIES) / SERIES
    assert_allclose(np.ptp(ratio, axis=1), 0, atol=1e-12)
    assert_allclose(ratio.std(), 0.2, rtol=0.3)


def test_time_shift_moves_series_and_repeats_the_border():
    line = np.arange(30.0).reshape(1, 30, 1).repeat(200, axis=0)
    shift = line - changed(TimeShift(0.2), line)
    middle = shift[:, 6:-6]
    assert_allclose(np.ptp(middle, axis=1), 0)
    assert set(middle[:, 0, 0]) == set(range(-6, 7))


def test_window_crop_stretches_a_window():
    line = np.arange(30.0).reshape(1, 30, 1).repeat(200, axis=0)
    x = changed(WindowCrop(0.5), line)
    assert_allclose(np.diff(x, axis=1), 0.5)
    assert 0 <= x.min() < 1
    assert 28 < x.max() <= 29


def test_masking_hides_one_span():
    x = changed(Masking(0.3, value=7.0), SERIES)
    hidden = (x == 7.0).all(axis=2)
    assert_array_equal(x[~hidden], SERIES[~hidden])
    starts = (np.diff(hidden.astype(int), axis=1, prepend=0) == 1).sum(axis=1)
    assert set(starts) <= {0, 1}
    assert 5 < hidden.sum(axis=1).max() <= 9


MOVING = sorted(name for name, a in AUGMENTATIONS.items() if a.moves_targets)


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize("ragged", [False, True])
def test_targets_move_with_what_they_belong_to(name, ragged):
    """Let each target be the number at its place: only interpolation differs."""
    augmentation = AUGMENTATIONS[name]()
    shape = (40, 30, 1) if augmentation.kind == "series" else (40, 32, 25, 1)
    # A ramp: what is interpolated lies within one step of the nearest neighbour.
    x = np.indices(shape).sum(axis=0).astype(float)
    rng, sizes = np.random.default_rng(3), None
    if ragged:
        sizes = rng.integers(5, np.array(shape[1:-1]) + 1, (40, len(shape) - 2))
    targets, weights = x.astype(int), np.concatenate([x, -x], axis=-1)
    moved, alone = x.copy(), changed(augmentation, x, sizes=sizes)
    augmentation.apply(moved, np.random.default_rng(0), sizes, alike=[targets, weights])
    there = valid_steps(x.shape, sizes)
    assert_array_equal(moved, alone)  # the same change, whatever moves along
    assert not np.array_equal(targets, x)
    assert np.abs(targets - moved)[there].max() <= 1 + 1e-9
    assert_array_equal(weights, np.concatenate([targets, -targets], axis=-1))


@pytest.mark.parametrize(
    ("warp", "shape"),
    [(Rotate(40), (9, 8)), (Translate(0.4), (7, 7)), (Scale(0.4), (8, 6))],
)
def test_warped_targets_are_scipys_nearest_neighbours(warp, shape):
    labels = np.random.default_rng(0).integers(5, size=(6, *shape, 1))
    matrices = warp.draw(np.full((6, 2), shape), np.random.default_rng(3))
    x, moved = np.zeros((6, *shape, 1)), labels.copy()
    warp.apply(x, np.random.default_rng(3), alike=[moved])
    middle = (np.array(shape) - 1) / 2
    for got, image, matrix in zip(moved, labels, matrices, strict=True):
        linear, shift = matrix[:, :2], matrix[:, 2]
        offset = shift + middle - linear @ middle
        expected = affine_transform(
            image[..., 0], linear, offset, order=0, mode="nearest"
        )
        assert_array_equal(got[..., 0], expected)


def test_several_move_targets_one_after_the_other():
    steps = [Mirror(1.0), InputNoise(), Rotate(20), Translate(), Mirror(0.5)]
    several = Augmentations(steps)
    x = RNG.normal(size=(10, 9, 8, 1))
    labels = np.arange(x.size).reshape(x.shape)
    by_hand, together = labels.copy(), labels.copy()
    several.apply(x.copy(), np.random.default_rng(1), None, [together])
    rng, scratch = np.random.default_rng(1), x.copy()
    Mirror(1.0).apply(scratch, rng, None, [by_hand])
    InputNoise().apply(scratch, rng)
    Augmentations(steps[2:4]).apply(scratch, rng, None, [by_hand])
    Mirror(0.5).apply(scratch, rng, None, [by_hand])
    assert_array_equal(together, by_hand)
    assert several.moves_targets
    assert not several.keeps_places
    assert not Augmentations([InputNoise()]).moves_targets
    assert not Augmentations([Mirror(), MixUp()]).moves_targets


def test_steps_are_reached_by_name_where_it_is_clear():
    augment = Augmentations([Rotate(10), InputNoise(), InputNoise(), TimeShift()])
    augment.set_params(rotate__degrees=20, time_shift__fraction=0.5)
    augment.set_params(**{"1__scale": 0.3})
    assert augment.steps[0] == Rotate(20)
    assert augment.steps[1] == InputNoise(0.3)
    assert augment.steps[3] == TimeShift(0.5)
    assert augment.get_params()["rotate__degrees"] == 20
    augment.set_params(rotate=Scale())
    assert augment.get_params()["scale"] == Scale()
    with pytest.raises(ValueError, match="has no hyperparameter 'input_noise'"):
        augment.set_params(input_noise__scale=1)


def test_estimator_reaches_steps_by_name():
    cnn = CNNClassifier(augment=Augmentations([Rotate(), Translate()]))
    cnn.set_params(augment__rotate__degrees=5)
    assert cnn.get_params()["augment__rotate__degrees"] == 5
    assert "augment__translate__fraction" in cnn.get_params()


def test_estimator_refuses_images_changes_of_series():
    cnn = CNNClassifier(augment="rotate", max_iter=1)
    with pytest.raises(ValueError, match="changes images"):
        cnn.fit(SERIES, np.arange(40) % 2)
