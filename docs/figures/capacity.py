"""Networks of growing width on few, noisy points."""

import matplotlib.pyplot as plt
import numpy as np

from skdeep import MLPRegressor

rng = np.random.default_rng(5)


def draw(n):
    x = rng.uniform(-3, 3, n)
    return x[:, None], np.sin(1.5 * x) + 0.3 * rng.normal(size=n)


x, y = draw(40)
x_new, y_new = draw(2000)
grid = np.linspace(-3, 3, 600)[:, None]


def network(units, seed):
    return MLPRegressor(
        (units, units),
        "tanh",
        solver="lbfgs",
        alpha=1e-5,
        max_iter=500,
        tol=1e-6,
        random_state=seed,
    ).fit(x, y)


figure, axes = plt.subplot_mosaic(
    [["a", "b", "c"], ["loss"] * 3], figsize=(10, 5.6), height_ratios=[1, 1.1]
)
titles = {1: "too small: 1 unit", 2: "about right: 2 units", 40: "too large: 40 units"}
for key, (units, title) in zip("abc", titles.items(), strict=True):
    ax = axes[key]
    ax.plot(x, y, "o", color="0.6", markersize=4)
    ax.plot(grid, np.sin(1.5 * grid), "--", color="black", linewidth=1)
    ax.plot(grid, network(units, 0).predict(grid), color="C3", linewidth=2)
    ax.set(title=title, xlabel="x", ylim=(-2, 2))
axes["a"].set_ylabel("y")

widths = [1, 2, 3, 5, 8, 15, 30, 50]
losses = np.zeros((len(widths), 3, 2))
for i, units in enumerate(widths):
    for seed in range(3):
        net = network(units, seed)
        losses[i, seed] = [
            np.mean((net.predict(a) - b) ** 2) for a, b in [(x, y), (x_new, y_new)]
        ]
train, new = np.median(losses, axis=1).T
ax = axes["loss"]
ax.loglog(widths, train, "o--", label="training points")
ax.loglog(widths, new, "s-", color="C3", label="new points")
ax.axhline(0.09, color="0.6", linewidth=1)
ax.annotate("the noise itself", (45, 0.09), (0, 4), textcoords="offset points")
ax.set(xlabel="units in each of two hidden layers", ylabel="mean squared error")
ax.set_xticks(widths, widths)
ax.minorticks_off()
ax.legend(loc="upper center")
