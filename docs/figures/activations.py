"""All activations and their slopes."""

import matplotlib.pyplot as plt
import numpy as np

from skdeep.nn import ACTIVATIONS, Network

x = np.linspace(-4, 4, 401)[:, None]
rng = np.random.default_rng(0)

figure, axes = plt.subplots(3, 4, figsize=(10, 6), sharex=True, sharey=True)
for ax, (name, layer) in zip(axes.flat, ACTIVATIONS.items(), strict=True):
    network = Network(layer(), (1,), np.float64, rng)
    grad = np.zeros(network.theta.size)
    workspace = network.workspace(grad)
    workspace.wants_dx = True
    y, backward = network.layer.forward(x.copy(), workspace)
    ax.axhline(0, color="0.85", linewidth=0.8)
    ax.axvline(0, color="0.85", linewidth=0.8)
    ax.plot(x, y.copy(), color="C0", linewidth=2, label="f(x)")
    ax.plot(x, backward(np.ones_like(x)), "--", color="C3", label="slope f'(x)")
    ax.set(title=name, ylim=(-2, 4))
axes[0, 0].legend(loc="upper left")
for ax in axes[-1]:
    ax.set_xlabel("x")
