"""
Time series: one length, or many
================================

A published network for series as a starting point, series that differ in length
without any padding, and which moments a prediction rests on.

The series are part of the package aeon, which need not work itself:
``pip install --no-deps aeon``.
"""

# %%
# 1. A preset
# -----------
# GunPoint: the hand of somebody who draws a gun, or only points a finger; 50 series to
# learn from. The preset is the fully convolutional network of Wang et al. (2017): its
# hyperparameters are ordinary ones, and can be changed. A quarter of its filters will
# do here.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skdeep import CNNClassifier
from skdeep.datasets import load_series
from skdeep.inspection import OcclusionDisplay, summary
from skdeep.preprocessing import StandardScaler

warnings.simplefilter("ignore", ConvergenceWarning)
X, y = load_series("GunPoint", "train")
X_test, y_test = load_series("GunPoint", "test")
X, X_test = X.astype(np.float32), X_test.astype(np.float32)
fcn = CNNClassifier.from_preset(
    "fcn", filters=(32, 64, 32), max_iter=100, random_state=0
)
print(fcn)
print(summary(fcn, X.shape[1:], n_outputs=2))
linear = LogisticRegression(max_iter=2000)
rows = [
    [
        "GunPoint",
        fcn.fit(X, y).score(X_test, y_test),
        linear.fit(X[:, :, 0], y).score(X_test[:, :, 0], y_test),
    ]
]

# %%
# 2. What it looks at
# -------------------
# Cover 15 steps at a time: where the probability falls, the network has seen something.

OcclusionDisplay.from_estimator(fcn, X_test, size=15)

# %%
# 3. Series that differ in length
# -------------------------------
# JapaneseVowels: two vowels spoken by nine men, 7 to 29 steps of 12 channels. Lists of
# arrays go in as they are, scaler included; ``global_pool`` makes a vector of each.

X, y = load_series("JapaneseVowels", "train")
X_test, y_test = load_series("JapaneseVowels", "test")
lengths = [len(series) for series in X]
print(f"{len(X)} series of {min(lengths)} to {max(lengths)} steps")
model = make_pipeline(
    StandardScaler(),
    CNNClassifier(
        (32, 64),
        kernel_size=5,
        pool=None,
        normalization="batch",
        global_pool="avg",
        batch_size=16,
        max_iter=30,
        learning_rate="cosine",
        n_iter_no_change=np.inf,
        random_state=0,
    ),
)
model.fit(X, y)
means, test_means = ([series.mean(axis=0) for series in part] for part in (X, X_test))
rows.append(
    [
        "JapaneseVowels",
        model.score(X_test, y_test),
        linear.fit(means, y).score(test_means, y_test),
    ]
)

# %%
# 4. The result
# -------------
# Beside logistic regression on the steps (GunPoint) and on the means (JapaneseVowels).

table = pd.DataFrame(rows, columns=["data", "convolutions", "logistic regression"])
print(table.round(3).to_string(index=False))
plt.show()
