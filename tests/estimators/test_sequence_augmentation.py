"""Augmentation of what is read, beside sequences that are written."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdeep import RNNGenerator, Seq2SeqClassifier, Seq2SeqRegressor
from skdeep.nn.augmentation import Augmentations, InputNoise, Jitter, Masking
from skdeep.nn.augmentation.of_sources import OfSources
from tests.estimators.sequences import ragged

# Networks of a few epochs, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = ragged(60)
SYMBOLS = ["ab"[int(x[0, 0] > 0)] * len(x) for x in X]
NUMBERS = [np.cumsum(x[:, 0]) for x in X]
EACH = pytest.mark.parametrize(
    ("estimator", "y"), [(Seq2SeqClassifier, SYMBOLS), (Seq2SeqRegressor, NUMBERS)]
)
MEANINGFUL = ["noise", "mask", "jitter", "scaling", "masking"]
SETTINGS = {"units": 6, "max_iter": 2, "random_state": 0}


def test_only_the_first_part_changes():
    x, shown = np.zeros((4, 7, 2)), np.arange(12.0).reshape(4, 3, 1)
    before = shown.copy()
    sizes = np.array([[7], [5], [5], [2]]), None
    augmentation = OfSources(Augmentations([Jitter(0.5), Masking(0.5, 9.0)]))
    augmentation.apply((x, shown), np.random.default_rng(0), sizes)
    assert x.std() > 0.3
    assert_array_equal(shown, before)
    # Spans are a share of each sample's own length.
    assert not (x[3, 2:] == 9).any()


@EACH
@pytest.mark.parametrize("augment", [*MEANINGFUL, ["scaling", Jitter(0.2)]])
@pytest.mark.parametrize("form", ["ragged", "array"])
@pytest.mark.parametrize("shuffle", [True, False])
def test_training_sees_changed_samples(estimator, y, augment, form, shuffle):
    sources = X if form == "ragged" else np.stack([np.resize(x, (5, 2)) for x in X])
    given = [np.array(x) for x in sources]
    settings = {**SETTINGS, "shuffle": shuffle}
    plain = estimator(**settings).fit(sources, y)
    model = estimator(**settings, augment=augment).fit(sources, y)
    assert not np.array_equal(model.network_.theta, plain.network_.theta)
    assert np.isfinite(model.loss_curve_).all()
    for x, before in zip(sources, given, strict=True):
        assert_array_equal(x, before)


@EACH
def test_one_mini_batch_of_all_samples_is_not_changed_for_good(estimator, y):
    batch = {"batch_size": len(X), "dtype": "float32"}
    sources = [x.astype(np.float32) for x in X]
    given = [x.copy() for x in sources]
    estimator(**SETTINGS, **batch, augment="noise").fit(sources, y)
    for x, before in zip(sources, given, strict=True):
        assert_array_equal(x, before)


def test_validation_and_predictions_see_samples_as_they_are():
    settings = {**SETTINGS, "learning_rate_init": 1e-9, "max_iter": 1}
    validation = {"X_val": X[:20], "y_val": SYMBOLS[:20]}
    curves = [
        Seq2SeqClassifier(**settings, augment=augment)
        .fit(X, SYMBOLS, **validation)
        .validation_loss_curve_
        for augment in (None, InputNoise(5.0))
    ]
    assert curves[0] == pytest.approx(curves[1], rel=1e-5)


def letters_in_noise(n_samples, seed):
    """Draw series of which each step is far from 0 in the channel of its letter."""
    rng = np.random.default_rng(seed)
    codes = [rng.integers(0, 6, size) for size in rng.integers(2, 5, n_samples)]
    series = [np.eye(6)[c] + rng.normal(0, 0.25, (len(c), 6)) for c in codes]
    return series, ["".join("abcdef"[i] for i in c) for c in codes]


def test_noise_helps_where_samples_are_few():
    sources, y = letters_in_noise(60, 0)
    unseen, truth = letters_in_noise(300, 1)
    settings = {"units": 24, "max_iter": 60, "learning_rate_init": 0.01}

    def score(augment):
        model = Seq2SeqClassifier(**settings, augment=augment, random_state=0)
        return model.fit(sources, y).score(unseen, truth)

    assert score(InputNoise(0.25)) > score(None)


@EACH
@pytest.mark.parametrize(
    "augment", ["mixup", "time_shift", "window_crop", ["noise", "mixup"]]
)
def test_what_moves_or_mixes_samples_is_refused(estimator, y, augment):
    with pytest.raises(ValueError, match=r"^augment=(?!OfSources).* would not be"):
        estimator(**SETTINGS, augment=augment).fit(X, y)


def test_other_samples_are_refused():
    with pytest.raises(ValueError, match="X holds symbols"):
        Seq2SeqClassifier(**SETTINGS, augment="noise").fit(SYMBOLS, SYMBOLS)
    with pytest.raises(ValueError, match="changes images"):
        Seq2SeqClassifier(**SETTINGS, augment="brightness").fit(X, SYMBOLS)
    for given in (SYMBOLS, NUMBERS):
        with pytest.raises(ValueError, match="leave it out"):
            RNNGenerator(**SETTINGS, augment="noise").fit(given)
