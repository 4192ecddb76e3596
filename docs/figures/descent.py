"""Gradient descent over two weights, at three learning rates."""

import matplotlib.pyplot as plt
import numpy as np

from skdeep.nn import SGD, Dense, LogisticLogLoss, Network, Serial, Tanh
from skdeep.nn.compute import Buffers

rng = np.random.default_rng(1)
x = rng.normal(size=(200, 1))
y = (rng.random((200, 1)) < 1 / (1 + np.exp(-3 * np.tanh(1.5 * x)))).astype(float)
layers = Serial([Dense(1, use_bias=False), Tanh(), Dense(1, use_bias=False)])
network = Network(layers, (1,), np.float64, rng)
loss, scratch = LogisticLogLoss(), Buffers(np.float64)
gradient = np.zeros(2)
workspace = network.workspace(gradient)


def objective(theta):
    network.theta[:] = theta
    z, backward = layers.forward(x, workspace)
    value, dz = loss.value_and_gradient(z, y, scratch)
    backward(dz / len(x))
    return value.mean() + 0.005 * theta @ theta, gradient + 0.01 * theta


first, second = np.meshgrid(np.linspace(-0.5, 5, 90), np.linspace(-2, 6, 90))
height = [objective(np.array(t))[0] for t in zip(first.flat, second.flat, strict=True)]
levels = np.geomspace(min(height), max(height), 30)

figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True)
rates = {0.3: "0.3: too small", 8.0: "8: about right", 24.0: "24: too large"}
for ax, (rate, title) in zip(axes, rates.items(), strict=True):
    ax.contour(
        first,
        second,
        np.reshape(height, first.shape),
        levels,
        cmap="Greys_r",
        alpha=0.5,
    )
    theta, optimizer = np.array([4.2, 0.5]), SGD(momentum=0)
    moments, path = optimizer.init(theta), [theta.copy()]
    for _ in range(25):
        slope = objective(theta)[1].copy()
        optimizer.step(theta, slope, moments, rate)
        path.append(theta.copy())
    path = np.array(path)
    ax.plot(*path.T, "o-", color="C3", markersize=4, linewidth=1)
    ax.plot(*path[0], "s", color="black")
    ax.annotate("start", path[0], (-32, -4), textcoords="offset points")
    ax.set(title=f"learning rate {title}", xlabel="first weight")
    ax.set(xlim=(-0.5, 5), ylim=(-2, 6))
axes[0].set_ylabel("second weight")
