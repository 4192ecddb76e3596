"""Noisy digits, their ink, and the ink that a small U-Net finds."""

import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skdeep import CNNClassifier
from skdeep.inspection import SegmentationDisplay

warnings.simplefilter("ignore", ConvergenceWarning)
images = load_digits().images[..., np.newaxis].astype("float32") / 16
noise = np.random.default_rng(0).normal(scale=0.5, size=images.shape)
noisy = images + noise.astype("float32")
ink = np.where(images[..., 0] > 0.5, "ink", "paper")
cnn = CNNClassifier(
    (8, 16),
    dense_prediction=True,
    batch_size=32,
    max_iter=10,
    learning_rate="cosine",
    learning_rate_init=0.01,
    random_state=0,
).fit(noisy[:1400], ink[:1400])
SegmentationDisplay.from_estimator(cnn, noisy[1400:], ink[1400:])
