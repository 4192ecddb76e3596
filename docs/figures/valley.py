"""Optimizers in a narrow valley."""

import matplotlib.pyplot as plt
import numpy as np

from skdeep.nn import SGD, Adam, RMSProp

STEPS, START = 40, np.array([-9.0, 1.6])


def height(x, y):
    return 0.01 * x**2 + 0.5 * y**2


def slope(w):
    return np.array([0.02 * w[0], w[1]])


def path(optimizer, rate):
    w, points = START.copy(), [START.copy()]
    moments = optimizer.init(w)
    for _ in range(STEPS):
        moments.t += 1
        optimizer.step(w, slope(w), moments, rate)
        points.append(w.copy())
    return np.array(points)


def best(optimizer):
    paths = {rate: path(optimizer, rate) for rate in np.geomspace(0.01, 2.5, 40)}
    rate = min(paths, key=lambda r: height(*paths[r][-5:].T).mean())
    return rate, paths[rate]


figure, axes = plt.subplots(2, 2, figsize=(10, 4), sharex=True, sharey=True)
x, y = np.meshgrid(np.linspace(-10, 3, 200), np.linspace(-2, 2, 200))
optimizers = {
    "sgd, momentum=0": SGD(momentum=0, nesterov=False),
    "sgd, Nesterov's momentum 0.9": SGD(),
    "rmsprop": RMSProp(rho=0.9),
    "adam": Adam(),
}
for ax, (name, optimizer) in zip(axes.flat, optimizers.items(), strict=True):
    rate, points = best(optimizer)
    ax.contour(
        x, y, height(x, y), np.geomspace(0.005, 3, 14), cmap="Greys_r", alpha=0.6
    )
    ax.plot(*points.T, "o-", color="C3", markersize=3, linewidth=1)
    ax.plot(*START, "s", color="black")
    ax.plot(0, 0, "*", color="C0", markersize=14)
    ax.set_title(f"{name}, learning rate {rate:.2g}")
