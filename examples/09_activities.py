"""
Activities: a label for every step
==================================

A watch on the wrist measures acceleration and rotation while its wearer stands, walks,
runs or plays badminton. We cut recordings together that go from one activity to the
next, and label every tenth of a second.

Run it with ``python examples/09_activities.py``; it needs
``pip install "scikit-deep[examples]"`` and ``pip install --no-deps aeon``.
"""

# %%
# 1. Recordings
# -------------
# BasicMotions of the UEA archive: 40 recordings of 100 steps and 6 channels to learn
# from, and 40 to judge by, ten of each activity. Three to five pieces in a row make a
# recording, so that recordings differ in length and activities may change at any step.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import confusion_matrix

from skdeep import RNNClassifier
from skdeep.datasets import load_series
from skdeep.pipeline import make_pipeline
from skdeep.preprocessing import StandardScaler


def recordings(split, count, rng):
    """Return sequences (n_steps, 6), and the activity at each step of each."""
    try:
        motions, labels = load_series("BasicMotions", split)
    except ModuleNotFoundError as error:
        raise SystemExit(str(error)) from None
    X, y = [], []
    for _ in range(count):
        chosen = rng.integers(len(motions), size=rng.integers(3, 6))
        pieces, names = [], []
        for i in chosen:
            start, length = rng.integers(0, 60), rng.integers(20, 41)
            pieces.append(motions[i][start : start + length])
            names.append(np.full(len(pieces[-1]), labels[i]))
        X.append(np.concatenate(pieces))
        y.append(np.concatenate(names))
    return X, y


rng = np.random.default_rng(0)
X, y = recordings("train", 120, rng)
X_test, y_test = recordings("test", 60, rng)
print(f"{len(X)} recordings of {min(map(len, X))} to {max(map(len, X))} steps")

# %%
# 2. With and without the future
# ------------------------------
# ``return_sequences=True`` takes a label a step. A network that reads forwards could
# label while the wearer moves; one that reads both ways has to wait for the end, and
# knows more.

scores, models = {}, {}
for name, bidirectional in {"forwards": False, "both ways": True}.items():
    network = RNNClassifier(
        units=32,
        bidirectional=bidirectional,
        return_sequences=True,
        dropout=0.2,
        batch_size=8,
        learning_rate_init=0.01,
        learning_rate="cosine",
        max_iter=15,
        dtype="float32",
        random_state=0,
    )
    models[name] = make_pipeline(StandardScaler(), network)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        models[name].fit(X, y)
    scores[name] = models[name].score(X_test, y_test)
print("\nShare of steps with the right label:")
print(pd.Series(scores).round(3).to_string())

# %%
# 3. Which activities are taken for which
# ---------------------------------------

predicted = models["both ways"].predict(X_test)
classes = models["both ways"].classes_
table = confusion_matrix(
    np.concatenate(y_test), np.concatenate(predicted), labels=classes
)
print("\nWhat the steps were (rows), and what they were taken for (columns):")
print(pd.DataFrame(table, index=classes, columns=classes).to_string())

# %%
# One recording, and the probability of each activity at every step:

figure, (above, below) = plt.subplots(
    2, 1, figsize=(10, 5), sharex=True, layout="constrained"
)
above.plot(X_test[0][:, :3])
above.set(ylabel="acceleration", title="A recording of the test part")
below.stackplot(
    np.arange(len(X_test[0])),
    models["both ways"].predict_proba(X_test[:1])[0].T,
    labels=classes,
)
for step in np.flatnonzero(y_test[0][1:] != y_test[0][:-1]):
    below.axvline(step + 0.5, color="black", linestyle=":")
below.set(xlabel="step", ylabel="probability", xlim=(0, len(X_test[0]) - 1))
below.legend(loc="lower left")
plt.show()
