"""What a network makes of a rare class, with and without balance."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.inspection import DecisionBoundaryDisplay

from skdeep import MLPClassifier

rng = np.random.default_rng(3)
X = np.vstack([rng.normal(0, 1, (600, 2)), rng.normal(1.8, 0.8, (25, 2))])
y = np.repeat([0, 1], [600, 25])
shown = {
    "as it is": {},
    "class_weight='balanced'": {"class_weight": "balanced"},
    "balanced, prior_correction=True": {
        "class_weight": "balanced",
        "prior_correction": True,
    },
}
figure, axes = plt.subplots(1, 3, figsize=(10, 3.4), sharex=True, sharey=True)
for ax, (name, params) in zip(axes, shown.items(), strict=True):
    net = MLPClassifier(
        (16,), solver="lbfgs", alpha=3, max_iter=2000, random_state=0, **params
    ).fit(X, y)
    display = DecisionBoundaryDisplay.from_estimator(
        net,
        X,
        ax=ax,
        response_method="predict_proba",
        class_of_interest=1,
        cmap="Purples",
        vmin=0,
        vmax=1,
        grid_resolution=150,
        plot_method="pcolormesh",
    )
    grid = (display.xx0, display.xx1)
    ax.contour(*grid, display.response, [0.5], colors="black", linewidths=1.5)
    ax.plot(*X[y == 0].T, "o", color="0.45", markersize=2)
    ax.plot(*X[y == 1].T, "^", color="C3", markersize=6, markeredgecolor="white")
    found = (net.predict(X[y == 1]) == 1).sum()
    expected = net.predict_proba(X)[:, 1].sum()
    ax.set_title(f"{name}\n{found} of 25 found, {expected:.0f} expected", fontsize=10)
    ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
