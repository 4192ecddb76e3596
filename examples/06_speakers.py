"""
Speakers: sequences that differ in length, from the files to a tuned network
============================================================================

Nine men say two Japanese vowels in a row, each utterance 7 to 29 steps long, with 12
coefficients of the voice at each step. Who is it? The utterances stay a list of arrays
all the way: through the scaler, the sampler, the search and the network.

Run it with ``python examples/06_speakers.py``; it needs
``pip install "scikit-deep[examples]"`` and ``pip install --no-deps aeon``.
"""

# %%
# 1. The utterances
# -----------------
# The UEA archive's data set JapaneseVowels, with its own split.

import warnings

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from skdeep import RNNClassifier
from skdeep.datasets import load_series
from skdeep.pipeline import Pipeline
from skdeep.preprocessing import MinMaxScaler, StandardScaler

try:
    X, y = load_series("JapaneseVowels", "train")
    X_test, y_test = load_series("JapaneseVowels", "test")
except ModuleNotFoundError as error:
    raise SystemExit(str(error)) from None

lengths = pd.Series([len(x) for x in X], name="steps")
print(f"{len(X)} utterances to learn from, each (steps, {X[0].shape[1]}):")
print(lengths.describe().loc[["min", "50%", "mean", "max"]].round(1).to_string())

# %%
# One utterance of each of three speakers, the first four coefficients:

figure, axes = plt.subplots(1, 3, figsize=(9, 3), sharey=True, layout="constrained")
for ax, i in zip(axes, (0, 30, 60), strict=True):
    ax.plot(X[i][:, :4])
    ax.set(title=f"speaker {y[i]}", xlabel="step")
axes[0].set(ylabel="coefficient")
plt.show()

# %%
# 2. One chain, one search
# ------------------------
# Scaler and network are searched together. Samples are sorted by length into
# mini-batches, so that hardly any time goes into padding, and no padding ever reaches a
# prediction. Every speaker has as many utterances as any other; where that is not so, a
# sampler of :mod:`skdeep.resampling` in the chain takes lists of sequences too.

network = RNNClassifier(
    units=32,
    dropout=0.3,
    learning_rate_init=0.01,
    max_iter=20,
    dtype="float32",
    random_state=0,
)
chain = Pipeline([("scale", StandardScaler()), ("network", network)])
grid = {
    "scale": [StandardScaler(), MinMaxScaler()],
    "network__bidirectional": [False, True],
    "network__pooling": ["last", "mean"],
}
with warnings.catch_warnings():
    # 20 epochs are enough to compare.
    warnings.simplefilter("ignore", ConvergenceWarning)
    search = GridSearchCV(chain, grid, cv=3, n_jobs=2).fit(X, y)

results = pd.DataFrame(search.cv_results_)
results["scaler"] = [type(scaler).__name__ for scaler in results["param_scale"]]
columns = {
    "scaler": "scaler",
    "param_network__bidirectional": "both directions",
    "param_network__pooling": "pooling",
    "mean_test_score": "accuracy",
}
table = results.rename(columns=columns)[list(columns.values())]
print("\nThree-fold accuracy:")
print(table.sort_values("accuracy", ascending=False).round(3).to_string(index=False))

# %%
# 3. Utterances not heard in training
# -----------------------------------

print(f"\nOn {len(X_test)} other utterances: {search.score(X_test, y_test):.3f}")

# %%
# What the network says of an utterance does not depend on the company it comes in: one
# alone gets the probabilities that it gets in the list.

alone = search.predict_proba(X_test[:1])
together = search.predict_proba(X_test)[:1]
print(f"largest difference, alone or among 370: {abs(alone - together).max():.0e}")
