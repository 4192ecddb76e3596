"""How many kinks a network can make."""

import matplotlib.pyplot as plt
import numpy as np

from skdeep import MLPRegressor

rng = np.random.default_rng(0)
x = np.sort(rng.uniform(-3, 3, 120))
y = np.sin(2 * x) + 0.15 * rng.normal(size=x.size)
grid = np.linspace(-3, 3, 600)

figure, axes = plt.subplots(1, 4, figsize=(10, 2.6), sharey=True)
for ax, units in zip(axes, [0, 2, 5, 50], strict=True):
    sizes = (units,) if units else ()
    fits = [
        MLPRegressor(
            sizes, solver="lbfgs", alpha=1e-3, max_iter=2000, tol=1e-6, random_state=s
        ).fit(x[:, None], y)
        for s in range(5)
    ]
    net = min(fits, key=lambda fit: fit.loss_)
    ax.plot(x, y, ".", color="0.7", markersize=4)
    ax.plot(grid, net.predict(grid[:, None]), color="C3", linewidth=2)
    ax.set(title=f"{units} hidden unit{'s' * (units != 1)}", xlabel="x")
axes[0].set_ylabel("y")
