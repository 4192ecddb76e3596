"""Convolutional networks with an output for every pixel or step."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import jaccard_score
from sklearn.model_selection import GridSearchCV

from skdeep import CNNClassifier, CNNRegressor
from skdeep.callbacks import Checkpoint
from skdeep.inspection import diagnose, summary
from skdeep.nn.compute import Buffers
from tests.estimators.callbacks import Recorder

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RNG = np.random.default_rng(0)
FAST = {
    "filters": (4, 8),
    "max_iter": 8,
    "batch_size": 8,
    "learning_rate_init": 0.02,
    "dense_prediction": True,
    "random_state": 0,
}
IMAGES = RNG.normal(size=(40, 13, 10, 2))
SERIES = RNG.normal(size=(80, 21, 2))
SIZES = RNG.integers(3, 10, size=(40, 2))
RAGGED_IMAGES = [x[:h, :w] for x, (h, w) in zip(IMAGES, SIZES, strict=True)]
RAGGED_SERIES = [x[: 8 + n % 9] for n, x in enumerate(SERIES)]
INPUTS = [
    pytest.param(IMAGES, id="images"),
    pytest.param(SERIES, id="series"),
    pytest.param(RAGGED_IMAGES, id="ragged images"),
    pytest.param(RAGGED_SERIES, id="ragged series"),
]
each_input = pytest.mark.parametrize("X", INPUTS)


def targets(X, change=lambda values: values):
    """Return something that each pixel's neighbour says."""
    y = [change(np.roll(x, 1, axis=0).sum(axis=-1)) for x in X]
    return y if isinstance(X, list) else np.array(y)


def bands(values):
    return np.digitize(values, [-1, 1])


CLASSES = targets(IMAGES, bands)
VOID = RNG.random(CLASSES.shape) < 0.3


@each_input
def test_classes_of_pixels_are_learned(X):
    y = targets(X, lambda values: np.array(["low", "mid", "high"])[bands(values)])
    cnn = CNNClassifier(**FAST).fit(X, y)
    assert cnn.score(X, y) > 0.6
    for x, truth, p in zip(X, cnn.predict(X), cnn.predict_proba(X), strict=True):
        assert truth.shape == x.shape[:-1]
        assert p.shape == (*x.shape[:-1], 3)
        assert_array_equal(cnn.classes_[p.argmax(axis=-1)], truth)


@each_input
@pytest.mark.parametrize("decoder", ["unet", "fcn"])
def test_numbers_of_pixels_are_learned(X, decoder):
    y = targets(X, lambda values: np.stack([values, -values], axis=-1))
    cnn = CNNRegressor(decoder=decoder, **FAST).fit(X, y)
    assert cnn.score(X, y) > 0.15
    for x, numbers in zip(X, cnn.predict(X), strict=True):
        assert numbers.shape == (*x.shape[:-1], 2)


@pytest.mark.parametrize("upsampling", ["transposed", "nearest", "bilinear"])
@pytest.mark.parametrize("decoder", ["unet", "fcn"])
def test_other_sizes_than_in_fit_are_predicted(decoder, upsampling):
    cnn = CNNRegressor(decoder=decoder, upsampling=upsampling, **FAST)
    cnn.set_params(max_iter=1).fit(IMAGES, targets(IMAGES))
    assert cnn.predict(IMAGES[:2, :5, :3]).shape == (2, 5, 3)
    assert [y.shape for y in cnn.predict(RAGGED_IMAGES[:2])] == [
        x.shape[:-1] for x in RAGGED_IMAGES[:2]
    ]


@pytest.mark.parametrize("name", ["unet", "fcn8s", "fcn16s", "fcn32s", "tcn"])
@pytest.mark.parametrize("estimator", [CNNClassifier, CNNRegressor])
def test_presets(name, estimator):
    X = SERIES if name == "tcn" else IMAGES
    cnn = estimator.from_preset(name, max_iter=1, random_state=0)
    params = cnn.get_params()
    assert params["dense_prediction"]
    assert clone(cnn).get_params() == params
    assert cnn.fit(X, targets(X, bands)).predict(X).shape == X.shape[:-1]
    overlap = estimator is CNNClassifier and name != "tcn"
    assert (params["loss"] == "dice") == overlap


def test_skips_are_from_all_blocks_unless_told():
    shape, n = (24, 24, 2), 3
    cnn = CNNClassifier((4, 4, 4), decoder="fcn", dense_prediction=True)
    every = summary(cnn, shape, n_outputs=n)
    as_told = summary(cnn.set_params(skips=2), shape, n_outputs=n)
    assert every.table.equals(as_told.table)
    fewer = summary(cnn.set_params(skips=1), shape, n_outputs=n)
    assert fewer.parameters < every.parameters


def test_summary_is_the_same_before_and_after_fit():
    cnn = CNNClassifier(**FAST)
    before = summary(cnn, IMAGES.shape[1:], n_outputs=3)
    after = summary(cnn.fit(IMAGES, CLASSES))
    assert before.table.equals(after.table)
    assert after.table["output_shape"].iloc[-1] == (13, 10, 3)
    assert after.table["receptive_field"].iloc[-1] == "10 x 10"


def test_search_and_early_stopping():
    cnn = CNNClassifier(
        early_stopping=True, class_weight="balanced", **{**FAST, "max_iter": 3}
    )
    grid = {"decoder": ["unet", "fcn"], "kernel_size": [(3, 1), [1, (3, 3)]]}
    search = GridSearchCV(cnn, grid, cv=2).fit(IMAGES, CLASSES)
    assert search.best_score_ > 0.3
    best = search.best_estimator_
    assert len(best.validation_scores_) == 3
    assert best.score(IMAGES, CLASSES) == pytest.approx(search.score(IMAGES, CLASSES))


def test_pickle_and_warm_start():
    settings = {**FAST, "max_iter": 2, "warm_start": True, "ignore": 9}
    cnn = CNNClassifier(**settings).fit(IMAGES, CLASSES)
    copy = pickle.loads(pickle.dumps(cnn))
    assert_array_equal(copy.predict_proba(IMAGES), cnn.predict_proba(IMAGES))
    for one in (cnn, copy):
        one.fit(IMAGES, CLASSES)
    assert_array_equal(copy.network_.theta, cnn.network_.theta)


def test_partial_fit_knows_classes_beforehand():
    cnn = CNNClassifier(**FAST)
    cnn.partial_fit(IMAGES, np.minimum(CLASSES, 1), classes=[0, 1, 2])
    assert cnn.partial_fit(IMAGES, CLASSES).predict_proba(IMAGES).shape[-1] == 3


SETTINGS = [
    {},
    {"loss": "dice"},
    {"class_weight": "balanced", "early_stopping": True},
    {"loss": "jaccard", "early_stopping": True, "scoring": "jaccard_macro"},
    {"augment": "rotate"},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_content_of_void_pixels_does_not_matter(settings):
    settings = {**FAST, "max_iter": 2, **settings}
    fits = []
    for filled in (np.where(VOID, 9, CLASSES), np.where(VOID, -1, CLASSES)):
        cnn = CNNClassifier(ignore=[9, -1], **settings).fit(IMAGES, filled)
        fits.append((cnn, cnn.score(IMAGES, filled)))
    filled = np.where(VOID, np.nan, CLASSES)
    cnn = CNNClassifier(**settings).fit(IMAGES, filled)
    fits.append((cnn, cnn.score(IMAGES, filled)))
    hits = (cnn.predict(IMAGES) == CLASSES)[~VOID]
    for one, score in fits:
        assert list(one.classes_) == [0, 1, 2]
        assert_array_equal(one.network_.theta, cnn.network_.theta)
        assert one.trivial_loss_ == cnn.trivial_loss_
        assert score == pytest.approx(hits.mean())


def test_void_numbers_and_labels():
    y = np.where(VOID, np.nan, targets(IMAGES))
    cnn = CNNRegressor(**FAST).fit(IMAGES, y)
    weighted = CNNRegressor(**FAST).fit(IMAGES, targets(IMAGES), 1.0 * ~VOID)
    assert_allclose(cnn.network_.theta, weighted.network_.theta, rtol=1e-9)
    assert cnn.score(IMAGES, y) == pytest.approx(
        weighted.score(IMAGES, targets(IMAGES), 1.0 * ~VOID)
    )
    text = np.where(VOID, "void", np.array(["a", "b", "c"])[CLASSES])
    named = CNNClassifier(ignore="void", **{**FAST, "max_iter": 1})
    assert list(named.fit(IMAGES, text).classes_) == ["a", "b", "c"]
    assert_array_equal(text == "void", VOID)


def test_a_fit_leaves_y_alone():
    y = np.where(VOID, np.nan, targets(IMAGES))
    before = y.copy()
    CNNRegressor(augment="mirror", **{**FAST, "max_iter": 1}).fit(IMAGES, y)
    assert_array_equal(y, before)


@pytest.mark.parametrize("loss", ["log_loss", "dice"])
def test_weights_of_pixels_are_repetitions(loss):
    """Weight 2 is the sample twice, weight 0 the sample left out."""
    settings = {**FAST, "solver": "lbfgs", "loss": loss, "alpha": 0.0, "max_iter": 3}
    settings["filters"] = (2,)
    twice = np.concatenate([IMAGES[:4], IMAGES[:2]])
    classes = np.concatenate([CLASSES[:4], CLASSES[:2]])
    weights = np.ones(CLASSES[:6].shape)
    weights[:2], weights[4:] = 2, 0
    a = CNNClassifier(**settings).fit(IMAGES[:6], CLASSES[:6], sample_weight=weights)
    b = CNNClassifier(**settings).fit(twice, classes)
    assert a.trivial_loss_ == pytest.approx(b.trivial_loss_, rel=1e-3)
    assert a.loss_ == pytest.approx(b.loss_, rel=0.05)
    assert a.score(IMAGES[:6], CLASSES[:6], weights) == pytest.approx(
        np.average(a.predict(IMAGES[:6]) == CLASSES[:6], weights=weights)
    )


def test_balanced_classes_count_pixels():
    y = np.where(RNG.random(CLASSES.shape) < 0.03, 1, 0)
    y[:, 0, 0], X = 1, RNG.normal(size=(40, 6, 6, 1))
    y = y[:, :6, :6]
    settings = {**FAST, "max_iter": 3}
    plain = CNNClassifier(**settings).fit(X, y)
    fair = CNNClassifier(class_weight="balanced", **settings).fit(X, y)
    assert fair.predict(X).mean() > plain.predict(X).mean() + 0.1


@pytest.mark.parametrize("loss", ["dice", "jaccard"])
def test_joint_losses_of_validation_data_honour_weights(loss):
    y = np.where(VOID, np.nan, CLASSES)
    cnn = CNNClassifier(loss=loss, **{**FAST, "max_iter": 2})
    cnn.fit(IMAGES, y, X_val=IMAGES, y_val=y)
    judged = cnn.targets_.loss.with_weights(1.0 * ~VOID.ravel())
    z = cnn.network_.forward(IMAGES).reshape(-1, 3)
    value, _ = judged.value_and_gradient(z.copy(), CLASSES.ravel(), Buffers(float))
    expected = np.average(value, weights=~VOID.ravel())
    assert cnn.validation_loss_curve_[-1] == pytest.approx(expected)
    whole = cnn.record_["validation_trivial_loss"]
    assert cnn.trivial_loss_ == pytest.approx(whole, rel=1e-3)
    assert diagnose(cnn, IMAGES, y).evidence["trivial validation loss"] == (
        pytest.approx(whole, rel=1e-2)
    )


def test_large_images_are_predicted_in_tiles(monkeypatch):
    cnn = CNNClassifier(**{**FAST, "max_iter": 1}).fit(IMAGES, CLASSES)
    X = RNG.normal(size=(2, 90, 70, 2))
    whole = cnn.predict_proba(X)
    monkeypatch.setattr("skdeep.nn.tiles.TILE", 2**14)
    seen = []
    forward = type(cnn.network_.layer).forward
    monkeypatch.setattr(
        type(cnn.network_.layer),
        "forward",
        lambda layer, x, space: seen.append(x.shape[1:3]) or forward(layer, x, space),
    )
    assert_allclose(cnn.predict_proba(X), whole, atol=1e-6)
    assert max(seen) < (90, 70)


@pytest.mark.parametrize("augment", ["rotate", "mirror", "noise"])
def test_augmentation_moves_y_with_x(augment):
    X = np.sign(IMAGES[..., :1])
    y = X[..., 0] > 0
    settings = {"filters": (8,), "kernel_size": 1, "augment": augment}
    cnn = CNNClassifier(**{**FAST, **settings, "learning_rate_init": 0.05}).fit(X, y)
    assert cnn.score(X, y) > 0.99


def held_out(X, y, **settings):
    """Return the y that is held out."""
    seen = []

    def scorer(_, X, y):
        seen.append(y)
        return 0.0

    settings = {**FAST, "max_iter": 1, "validation_fraction": 0.2, **settings}
    cnn = CNNClassifier(early_stopping=True, scoring=scorer, **settings).fit(X, y)
    assert cnn.validation_scores_
    return seen[0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ragged", [False, True])
def test_images_with_rare_classes_are_held_out_in_their_share(seed, ragged):
    """Of 40 images 20 hold class 1, 10 of these class 2, in one pixel each."""
    y = np.zeros(CLASSES.shape, dtype=int)
    y[:20, 3], y[:10, 2, 1] = 1, 2
    order = np.random.default_rng(seed).permutation(40)
    X, y = IMAGES, y[order]
    if ragged:
        X, y = [x[:12] for x in X], [labels[:12] for labels in y]
    kept = held_out(X, y, random_state=seed)
    assert sorted(np.max(labels) for labels in kept) == [0] * 4 + [1] * 2 + [2] * 2


@pytest.mark.parametrize("seed", range(5))
def test_void_pixels_put_no_image_into_a_class(seed):
    y = np.zeros(CLASSES.shape, dtype=int)
    y[:10, 2, 1], y[10:] = 2, 1
    y[::2, 5:] = 9
    y[[0, 15, 25], ...] = 9  # all void
    kept = held_out(IMAGES, y, ignore=9, random_state=seed)
    assert sum((labels == 2).any() for labels in kept) == 2


@pytest.mark.parametrize("n_rare", [1, 2])
def test_a_class_of_one_image_stops_no_fit(n_rare):
    y = np.zeros(CLASSES.shape, dtype=int)
    y[:n_rare, 0, 0] = 1
    assert len(held_out(IMAGES, y)) == 8


@pytest.mark.parametrize("seed", range(5))
def test_rare_labels_and_steps_of_series_are_held_out_in_their_share(seed):
    y = np.zeros((80, 21, 2), dtype=int)
    y[10:40, 4, 0], y[:10, 4, 1] = 1, 1
    kept = np.array(held_out(SERIES, y, random_state=seed)).any(axis=1)
    assert kept.sum(axis=0).tolist() == [6, 2]
    kept = np.array(held_out(SERIES, y[..., 1], random_state=seed)).any(axis=1)
    assert kept.sum() == 2


ONE_HOT = np.eye(3, dtype=int)[CLASSES]


@pytest.mark.parametrize(
    ("settings", "y", "message"),
    [
        ({}, CLASSES[:, 0, 0], r"Sample 0 of y has shape \(\).*dense_prediction=True"),
        ({}, CLASSES[:, :, 0], r"shape \(13,\).*\(n_samples, height, width\)"),
        ({}, CLASSES[:, :9], "Sample 0 of y has 9 x 10 pixels, and that of X has 13 x"),
        ({}, CLASSES.reshape(40, -1), r"Sample 0 of y has shape \(130,\)"),
        (
            {},
            ONE_HOT,
            r"as in one-hot encoding: give the number of each class, y.argmax",
        ),
        (
            {},
            np.moveaxis(ONE_HOT, 3, 1),
            r"3 x 13 pixels.*its channels come first, give np.moveaxis\(y, 1, -1\)",
        ),
        ({}, CLASSES[:, np.newaxis], "1 x 13 pixels.*its channels come first"),
        (
            {},
            CLASSES.swapaxes(1, 2),
            r"10 x 13 pixels.*13 x 10 \(height x width\): height and width are",
        ),
        (
            {},
            np.stack([CLASSES] * 3, axis=-1),
            "3 values in its last axis.*not all 0",
        ),
        ({}, np.full(ONE_HOT.shape, 1 / 3), "give the one class of each pixel"),
        (
            {},
            np.where(VOID, None, CLASSES),
            "contains None or infinity.*or NaN for a pixel that does not count",
        ),
        ({}, CLASSES[:30], "inconsistent numbers of samples"),
        ({}, np.full(CLASSES.shape, np.nan), "All pixels of y are void"),
        ({}, np.where(VOID, np.inf, CLASSES), "infinity, first at pixel"),
        ({"ignore": {1}}, CLASSES, "give None, or a label of y, or a list"),
        ({"global_pool": "avg"}, CLASSES, "global_pool='avg' leaves one output per"),
        ({"padding": "valid"}, CLASSES, "padding='valid' leaves no output at the bor"),
        ({"strides": 2}, CLASSES, "A U-Net has no strides"),
        ({"pool": None}, CLASSES, "take decoder='fcn'"),
        ({"decoder": "fcn", "skips": 2}, CLASSES, "skips=2 is impossible with 2"),
        ({"decoder": "segnet"}, CLASSES, "decoder='segnet' is not allowed"),
        ({"augment": "mixup"}, CLASSES, "mixes samples whose steps have targets"),
        ({"sampler": "over"}, CLASSES, "sampler='over' needs one class per sample"),
    ],
)
def test_bad_input_gets_a_sentence(settings, y, message):
    cnn = CNNClassifier(**{**FAST, **settings})
    with pytest.raises(ValueError, match=message):
        cnn.fit(IMAGES, y)
    assert not hasattr(cnn, "loss_")


# The warning comes before y is read.
@pytest.mark.filterwarnings("ignore:X has shape:UserWarning")
@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (IMAGES.transpose(0, 3, 1, 2), CLASSES, "the channels of X come first, give"),
        (SERIES.swapaxes(1, 2), SERIES[..., 0] > 0, "the channels of X come first"),
        (IMAGES[..., 0], CLASSES, r"X has as many channels.*X\[..., np.newaxis\]"),
        (SERIES, SERIES[:, np.newaxis, :, 0] > 0, "1 steps.*its channels come first"),
        (IMAGES[0, 0], CLASSES[0, 0], "there is an output for each step"),
    ],
)
def test_axes_in_another_order_get_a_sentence(X, y, message):
    with pytest.raises(ValueError, match=message):
        CNNClassifier(**FAST).fit(X, y)


def test_grey_images_need_no_channels_where_their_shape_is_given():
    X, y = IMAGES[..., 0], IMAGES[..., 0] > 0
    cnn = CNNClassifier(input_shape=(13, 10, 1), **{**FAST, "max_iter": 1})
    assert cnn.fit(X, y).predict(X).shape == y.shape


@pytest.mark.parametrize("change", [np.uint8, np.float64, lambda y: y[..., np.newaxis]])
def test_forms_of_label_maps_make_no_difference(change):
    settings = {**FAST, "max_iter": 1}
    expected = CNNClassifier(**settings).fit(IMAGES, CLASSES)
    cnn = CNNClassifier(**settings).fit(IMAGES, change(CLASSES))
    assert_array_equal(cnn.network_.theta, expected.network_.theta)
    assert_array_equal(cnn.predict(IMAGES), expected.predict(IMAGES))
    assert cnn.score(IMAGES, change(CLASSES)) == expected.score(IMAGES, CLASSES)


class Stopper(Recorder):
    """Asks to stop after two epochs."""

    def on_fit_task_end(self, estimator, context):
        super().on_fit_task_end(estimator, context)
        return context.task_name == "epoch" and context.task_id == 1


@each_input
def test_callbacks_see_epochs_and_stop_them(X):
    stopper = Stopper()
    cnn = CNNClassifier(**FAST).set_callbacks(stopper).fit(X, targets(X, bands))
    assert cnn.n_iter_ == 2
    assert [c for c in stopper.calls if c[:2] == ("end", "epoch")] == [
        ("end", "epoch", 0),
        ("end", "epoch", 1),
    ]
    short = CNNClassifier(**{**FAST, "max_iter": 2}).fit(X, targets(X, bands))
    assert_array_equal(cnn.network_.theta, short.network_.theta)


def test_a_checkpoint_of_ragged_images_goes_on(tmp_path):
    settings = {**FAST, "max_iter": 4, "early_stopping": True}
    y = targets(RAGGED_IMAGES, bands)
    whole = CNNClassifier(**settings).fit(RAGGED_IMAGES, y)
    checkpoint = Checkpoint(tmp_path / "fit.ckpt")
    cnn = CNNClassifier(**settings).set_callbacks(checkpoint, Stopper())
    cnn.fit(RAGGED_IMAGES, y)
    again = CNNClassifier(**settings).set_callbacks(checkpoint).fit(RAGGED_IMAGES, y)
    assert_array_equal(again.network_.theta, whole.network_.theta)
    assert again.validation_scores_ == whole.validation_scores_


def test_searches_take_ragged_images_and_weights_of_pixels():
    y = targets(RAGGED_IMAGES, bands)
    weights = [1.0 + (labels == 1) for labels in y]
    cnn = CNNClassifier(**{**FAST, "max_iter": 2})
    search = GridSearchCV(cnn, {"upsampling": ["transposed", "nearest"]}, cv=2)
    search.fit(RAGGED_IMAGES, y, sample_weight=weights)
    best = clone(search.best_estimator_).fit(RAGGED_IMAGES, y, sample_weight=weights)
    assert_array_equal(best.network_.theta, search.best_estimator_.network_.theta)
    unweighted = clone(best).fit(RAGGED_IMAGES, y)
    assert not np.array_equal(unweighted.network_.theta, best.network_.theta)


def test_dilation_in_place_of_pooling_sees_as_far_as_summary_says():
    cnn = CNNClassifier(
        **{**FAST, "filters": (4, 4, 4), "max_iter": 1},
        decoder="fcn",
        pool=None,
        dilation_rate=[1, 2, 4],
    )
    X = RNG.normal(size=(2, 31, 29, 1))
    cnn.fit(X, X[..., 0] > 0)
    field = summary(cnn).table["receptive_field"].iloc[-1]
    changed = X[:1].copy()
    changed[0, 15, 14] += 10
    moved = cnn.predict_proba(changed) != cnn.predict_proba(X[:1])
    rows, columns = np.nonzero(moved[0].any(axis=-1))
    assert field == f"{np.ptp(rows) + 1} x {np.ptp(columns) + 1}" == "15 x 15"


def test_weights_of_other_shapes_are_refused():
    for weights in (np.ones((40, 13, 9)), -np.ones(CLASSES.shape)):
        with pytest.raises(ValueError, match=r"Weights of pixels|negative weight"):
            CNNClassifier(**FAST).fit(IMAGES, CLASSES, sample_weight=weights)


def test_flattened_scores_of_scikit_learn():
    cnn = CNNClassifier(**FAST).fit(IMAGES, CLASSES)
    flat = CLASSES.ravel(), cnn.predict(IMAGES).ravel()
    assert 0.3 < jaccard_score(*flat, average="macro") < 1


@pytest.mark.slow
def test_skips_from_finer_blocks_find_outlines():
    """Discs on noise: FCN-8s is better than FCN-16s, and that than FCN-32s."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:48, :48]
    middles, radii = rng.uniform(12, 36, (2, 60, 1, 1)), rng.uniform(5, 11, (60, 1, 1))
    y = np.hypot(rows - middles[0], columns - middles[1]) < radii
    X = (y + rng.normal(scale=0.5, size=y.shape))[..., np.newaxis].astype(np.float32)
    settings = {"filters": (4, 8, 8, 8, 8), "max_iter": 40, "random_state": 0}
    found = []
    for name in ("fcn32s", "fcn16s", "fcn8s"):
        cnn = CNNClassifier.from_preset(name, **settings).fit(X[:40], y[:40])
        found.append(jaccard_score(y[40:].ravel(), cnn.predict(X[40:]).ravel()))
    assert found[0] + 0.1 < found[1] < found[2]


LARGE = """
import resource
import numpy as np
from skdeep import CNNClassifier

rng = np.random.default_rng(0)
X = rng.normal(size=(8, 64, 64, 1)).astype("float32")
cnn = CNNClassifier.from_preset("unet", max_iter=1)
cnn.partial_fit(X, rng.integers(0, 11, X.shape[:-1]), classes=range(11))
large = rng.normal(size=(1, 2000, 2000, 1)).astype("float32")
assert cnn.predict_proba(large).shape == (1, 2000, 2000, 11)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_a_large_image_needs_less_than_a_gigabyte():
    pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-c", LARGE], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 1e6  # kB, on Linux
