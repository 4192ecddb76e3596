"""
L1 against L2: which weights a penalty removes
==============================================

Both penalties make weights small. L2 makes all of them smaller; L1 makes most of them
exactly zero. We give a network 30 measurements of tumours and 200 columns of noise, and
look at what it makes of the noise.
"""

# %%
# 1. The data, and the noise
# --------------------------

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier

X, y = load_breast_cancer(return_X_y=True)
n_real = X.shape[1]
rng = np.random.default_rng(0)
X = np.hstack([X, rng.normal(size=(len(X), 200))])
X = StandardScaler().fit_transform(X).astype("float32")
X_train, X_val, y_train, y_val = train_test_split(
    X, y, test_size=0.5, stratify=y, random_state=0
)
print(f"{len(y_train)} tumours, {n_real} measurements and 200 columns of noise")

# A fixed number of epochs means stopping before the loss has settled.
warnings.simplefilter("ignore", ConvergenceWarning)

# %%
# 2. A path of penalties
# ----------------------
# ``l1_ratio`` is the share of the absolute penalty, as in scikit-learn's ElasticNet. A
# column is in use if any weight that leaves it is not exactly zero.

ALPHAS = np.geomspace(0.01, 30, 11)


def fit(alpha, l1_ratio):
    return MLPClassifier(
        (30,),
        alpha=alpha,
        l1_ratio=l1_ratio,
        learning_rate_init=0.01,
        learning_rate="cosine",
        max_iter=150,
        tol=0,
        random_state=0,
    ).fit(X_train, y_train)


rows, models = [], {}
for name, l1_ratio in {"L2": 0, "half each": 0.5, "L1": 1}.items():
    for alpha in ALPHAS:
        model = models[name, alpha] = fit(alpha, l1_ratio)
        used = np.any(model.coefs_[0] != 0, axis=1)
        rows.append(
            {
                "penalty": name,
                "alpha": alpha,
                "training loss": log_loss(y_train, model.predict_proba(X_train)),
                "validation loss": log_loss(y_val, model.predict_proba(X_val)),
                "weights at zero": model.sparsity_,
                "measurements in use": used[:n_real].sum(),
                "noise columns in use": used[n_real:].sum(),
            }
        )
path = pd.DataFrame(rows)

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for (name, part), marker in zip(
    path.groupby("penalty", sort=False), "so^", strict=True
):
    left.semilogx(part["alpha"], part["validation loss"], marker=marker, label=name)
    right.semilogx(
        part["alpha"], part["noise columns in use"], marker=marker, label=name
    )
left.set(title="How well it predicts", xlabel="alpha", ylabel="validation loss")
right.set(
    title="How much noise it reads", xlabel="alpha", ylabel="noise columns in use"
)
left.legend(title="penalty")
figure.tight_layout()
plt.show()

# %%
# 3. The weights themselves
# -------------------------
# Of each penalty the network with the lowest validation loss. One bar is one column:
# the sum of absolute weights that leave it.

best = path.loc[path.groupby("penalty", sort=False)["validation loss"].idxmin()]
figure, axes = plt.subplots(1, 3, figsize=(11, 3), sharey=True)
for ax, (_, row) in zip(axes, best.iterrows(), strict=True):
    weights = np.abs(models[row["penalty"], row["alpha"]].coefs_[0]).sum(axis=1)
    columns = np.arange(len(weights))
    ax.bar(
        columns[:n_real], weights[:n_real], width=1, color="C0", label="measurements"
    )
    ax.bar(columns[n_real:], weights[n_real:], width=1, color="C3", label="noise")
    ax.set(title=f"{row['penalty']}, alpha={row['alpha']:.2g}", xlabel="column")
axes[0].set_ylabel("sum of absolute weights")
axes[0].legend()
figure.tight_layout()
plt.show()

# %%
# 4. The result
# -------------

columns = best.set_index("penalty").T
print(columns.to_string(float_format="{:.3g}".format))

# %%
# The zeros are exact, not small: ``sparsity_`` counts them, and whoever deploys the
# network need not measure what it does not read.
