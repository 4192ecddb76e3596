"""
Damping: a number from a sensor's record of any length
======================================================

A beam is struck and swings out: ``x(t) = exp(-z w t) cos(w t)``, with frequency w and
damping ratio z, and an accelerometer that adds noise. Engineers read z off the
decrement of the peaks. A recurrent network learns to read it from records of differing
length.

Run it with ``python examples/08_damping.py``; it needs
``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. Records
# ----------
# Simulated: 40 to 120 readings, 100 a second, with noise of a tenth of the amplitude.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import find_peaks
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import mean_absolute_error

from skdeep import RNNRegressor
from skdeep.pipeline import make_pipeline
from skdeep.preprocessing import StandardScaler


def record(damping, rng):
    """Return the readings of one strike, shape (n_readings, 1)."""
    time = np.arange(rng.integers(40, 121)) / 100
    frequency = 2 * np.pi * rng.uniform(4, 8)
    signal = np.exp(-damping * frequency * time) * np.cos(frequency * time)
    return (signal + rng.normal(scale=0.1, size=len(time)))[:, np.newaxis]


rng = np.random.default_rng(0)
y = rng.uniform(0.01, 0.15, size=1500)
X = [record(damping, rng) for damping in y]
X_train, X_test, y_train, y_test = X[:1200], X[1200:], y[:1200], y[1200:]

# %%
# 2. The network, and the textbook
# --------------------------------
# The logarithmic decrement: peaks shrink by exp(-2 pi z) from one to the next.

network = RNNRegressor(
    units=48,
    pooling="mean",
    bidirectional=True,
    batch_size=64,
    learning_rate_init=0.01,
    learning_rate="cosine",
    max_iter=12,
    dtype="float32",
    random_state=0,
)
# Damping ratios are far below 1; the network standardises them by itself.
model = make_pipeline(StandardScaler(), network)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)
    model.fit(X_train, y_train)


def decrement(x):
    """Return the damping ratio by a line through the logarithms of the peaks."""
    peaks, _ = find_peaks(np.r_[0, x[:, 0], 0], height=0.15, distance=10)
    if len(peaks) < 2:
        return np.mean(y_train)
    heights = np.r_[0, x[:, 0], 0][peaks]
    slope = np.polyfit(np.arange(len(peaks)), np.log(heights), 1)[0]
    return np.clip(-slope / (2 * np.pi), 0, 0.3)


predictions = {
    "mean of the training part": np.full(len(y_test), y_train.mean()),
    "decrement of the peaks": np.array([decrement(x) for x in X_test]),
    "recurrent network": model.predict(X_test),
}
print("Mean absolute error of the damping ratio, which lies between 0.01 and 0.15:")
for name, predicted in predictions.items():
    print(f"{name:28s}{mean_absolute_error(y_test, predicted):.4f}")

# %%
# 3. Longer records are read better
# ---------------------------------

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for i in (0, 3):
    left.plot(X_test[i], label=f"z = {y_test[i]:.3f}")
left.set(xlabel="reading", ylabel="acceleration", title="Two records")
left.legend()
lengths = np.array([len(x) for x in X_test])
bins = np.linspace(40, 121, 6)
for name, predicted in predictions.items():
    errors = np.abs(predicted - y_test)
    within = np.digitize(lengths, bins[1:-1])
    right.plot(
        (bins[:-1] + bins[1:]) / 2,
        [errors[within == k].mean() for k in range(5)],
        marker="o",
        label=name,
    )
right.set(xlabel="readings in the record", ylabel="mean absolute error")
right.set(title="Error by length", ylim=(0, None))
right.legend()
plt.show()
