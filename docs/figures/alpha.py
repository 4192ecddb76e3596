"""The penalty is that of Ridge and Lasso."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso, Ridge
from sklearn.preprocessing import scale

from skdeep import MLPRegressor

X, y = load_diabetes(return_X_y=True)
X, y = scale(X), scale(y)
alphas = np.geomspace(1, 1e4, 13)
shown = {
    "l1_ratio=0, and Ridge(alpha)": (0, lambda a: Ridge(a)),
    "l1_ratio=1, and Lasso(alpha / n)": (1, lambda a: Lasso(a / len(y))),
}
figure, axes = plt.subplots(1, 2, figsize=(10, 3.2), sharey=True)
for ax, (name, (ratio, reference)) in zip(axes, shown.items(), strict=True):
    if ratio:
        alphas = np.geomspace(1, 400, 13)
    ours = [
        MLPRegressor((), solver="lbfgs", alpha=a, l1_ratio=ratio, tol=1e-6)
        .fit(X, y)
        .coefs_[0][:, 0]
        for a in alphas
    ]
    theirs = [reference(a).fit(X, y).coef_ for a in alphas]
    ax.semilogx(alphas, theirs, "-", color="0.6", linewidth=3)
    ax.semilogx(alphas, ours, "o", color="C3", markersize=4)
    ax.set(title=name, xlabel="alpha")
axes[0].set_ylabel("weight of each feature")
axes[0].plot([], "o", color="C3", label="MLPRegressor(())")
axes[0].plot([], "-", color="0.6", linewidth=3, label="scikit-learn")
axes[0].legend()
