"""One network, three penalties."""

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons
from sklearn.inspection import DecisionBoundaryDisplay

from skdeep import MLPClassifier

X, y = make_moons(150, noise=0.3, random_state=0)
X_new, y_new = make_moons(5000, noise=0.3, random_state=1)

figure, axes = plt.subplots(1, 3, figsize=(10, 3.4), sharex=True, sharey=True)
for ax, alpha in zip(axes, [0.001, 0.3, 8.0], strict=True):
    net = MLPClassifier(
        (50, 50), alpha=alpha, solver="lbfgs", max_iter=2000, random_state=0
    ).fit(X, y)
    DecisionBoundaryDisplay.from_estimator(
        net,
        X,
        ax=ax,
        response_method="predict_proba",
        grid_resolution=200,
        cmap="RdBu",
        alpha=0.6,
        eps=0.3,
        vmin=0,
        vmax=1,
        plot_method="pcolormesh",
    )
    for label, color, marker in [(0, "darkred", "o"), (1, "darkblue", "^")]:
        points = X[y == label].T
        ax.scatter(*points, 18, color=color, marker=marker, edgecolors="white", lw=0.5)
    seen, new = net.score(X, y), net.score(X_new, y_new)
    ax.set_title(f"alpha={alpha:g}\nthese points {seen:.2f}, new ones {new:.2f}")
    ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
