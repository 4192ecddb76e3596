"""
A class for every step: activities in raw signals
=================================================

A watch on the wrist measures acceleration and rotation while its wearer stands, walks,
runs or plays badminton. A dilated convolutional network labels every tenth of a second,
and is not told off where even a human could not say whether one activity has begun.

Run it with ``python examples/19_activity_of_every_step.py``; it needs
``pip install "scikit-deep[examples]"`` and ``pip install --no-deps aeon``.
"""

# %%
# 1. Recordings
# -------------
# BasicMotions of the UEA archive has series of 100 steps, 6 channels and one activity.
# Five to nine pieces of such series in a row make a recording; recordings differ in
# length. Train and test are the archive's own. Two steps before and after each change
# are *void*: they count neither in training nor in scores.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, classification_report, jaccard_score

from skdeep import CNNClassifier
from skdeep.datasets import load_series
from skdeep.inspection import SegmentationDisplay, flatten_pixels, summary
from skdeep.pipeline import make_pipeline
from skdeep.preprocessing import StandardScaler

warnings.simplefilter("ignore", ConvergenceWarning)
VOID = "void"


def recordings(split, count, rng):
    """Return sequences (n_steps, 6), and the activity at each of their steps."""
    try:
        motions, activities = load_series("BasicMotions", split)
    except ModuleNotFoundError as error:
        raise SystemExit(str(error)) from None
    X, y = [], []
    for _ in range(count):
        pieces, labels, last = [], [], None
        for _ in range(rng.integers(5, 10)):
            i = rng.choice(np.flatnonzero(activities != last))
            start, length = rng.integers(0, 50), rng.integers(20, 51)
            pieces.append(motions[i][start : start + length].astype(np.float32))
            labels.append(np.full(len(pieces[-1]), activities[i], dtype=object))
            last = activities[i]
        X.append(np.concatenate(pieces))
        y.append(np.concatenate(labels))
        for change in np.cumsum([len(piece) for piece in pieces])[:-1]:
            y[-1][change - 2 : change + 2] = VOID
    return X, [labels.astype(str) for labels in y]


rng = np.random.default_rng(0)
X, y = recordings("train", 80, rng)
X_test, y_test = recordings("test", 40, rng)
print(f"{len(X)} recordings of {min(map(len, X))} to {max(map(len, X))} steps")

# %%
# 2. A temporal convolutional network
# -----------------------------------
# The preset "tcn" has no pooling. Each block's windows are twice as far apart as those
# of the block before, so that six blocks see far and each step keeps its own output.
# ``padding="causal"`` sees the past alone: that network could label as things happen.


def network(**changes):
    """Return the preset after scaling, with some changes."""
    settings = {"max_iter": 15, "ignore": VOID, "random_state": 0, **changes}
    return make_pipeline(StandardScaler(), CNNClassifier.from_preset("tcn", **settings))


models = {
    "past and future": network().fit(X, y),
    "past alone": network(padding="causal").fit(X, y),
}
for name, model in models.items():
    table = summary(model[-1]).table
    print(f"{name}: {table['receptive_field'].iloc[-1]} steps seen by an output")

# %%
# 3. Scores
# ---------
# Of steps, by the metrics of scikit-learn; ``flatten_pixels`` leaves void ones out.

scores = {}
for name, model in models.items():
    truth, predicted = flatten_pixels(y_test, model.predict(X_test), ignore=VOID)
    scores[name] = {
        "accuracy": accuracy_score(truth, predicted),
        "mean intersection over union": jaccard_score(
            truth, predicted, average="macro"
        ),
    }
print(pd.DataFrame(scores).round(3).to_string())
truth, predicted = flatten_pixels(
    y_test, models["past and future"].predict(X_test), ignore=VOID
)
print(classification_report(truth, predicted))

# %%
# 4. What it sees
# ---------------
# A few recordings: truth and prediction as strips along time, void steps dark grey.

SegmentationDisplay.from_estimator(
    models["past and future"], X_test, y_test, n_samples=5
)
plt.show()

# %%
# One of them closer: acceleration, and the probability of each activity at every step
# for both networks. The one that waits for the future changes its mind at the dotted
# lines; the other one a little later.

classes = models["past alone"].classes_
colors = plt.get_cmap("Set2").colors[: len(classes)]
one = next(i for i, labels in enumerate(y_test) if len(set(labels)) > len(classes))
figure, axes = plt.subplots(
    3, 1, figsize=(10, 6), sharex=True, layout="constrained", height_ratios=(3, 2, 2)
)
axes[0].plot(X_test[one][:, :3], linewidth=0.8)
axes[0].set(ylabel="acceleration", title="A recording of the test part")
for ax, (name, model) in zip(axes[1:], models.items(), strict=True):
    ax.stackplot(
        np.arange(len(X_test[one])),
        model.predict_proba(X_test[one : one + 1])[0].T,
        labels=classes,
        colors=colors,
    )
    ax.set(ylabel=name, ylim=(0, 1), yticks=(0, 1))
void = y_test[one] == VOID
for change in np.flatnonzero(np.diff(void.astype(int)) == 1) + 3:
    for ax in axes:
        ax.axvline(change - 0.5, color="black", linestyle=":", linewidth=1)
axes[2].set(xlabel="step (a tenth of a second)", xlim=(0, len(X_test[one]) - 1))
handles, labels = axes[1].get_legend_handles_labels()
figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
plt.show()
