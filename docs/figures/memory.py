"""How long untrained cells remember."""

import matplotlib.pyplot as plt
import numpy as np

from skdeep.nn import GRU, LSTM, Network, SimpleRNN

TIME, UNITS = 60, 32
rng = np.random.default_rng(0)
x = rng.normal(size=(50, TIME, 4))
cells = {
    "lstm": (LSTM, "D-"),
    "simple": (SimpleRNN, "v:"),
    "gru": (GRU, "o--"),
}
figure, ax = plt.subplots(figsize=(8, 3.2))
for name, (cell, style) in cells.items():
    network = Network(cell(UNITS), (TIME, 4), np.float64, np.random.default_rng(0))
    workspace = network.workspace(np.zeros(network.theta.size))
    workspace.wants_dx = True
    y, backward = network.layer.forward(x.copy(), workspace)
    dy = np.zeros_like(y)
    dy[:, -1] = rng.normal(size=(len(x), UNITS))
    norms = np.linalg.norm(backward(dy), axis=(0, 2))[::-1]
    ax.semilogy(norms / norms[0], style, markevery=10, label=f"cell={name!r}")
ax.set(xlabel="steps ago", ylabel="gradient, relative to the last step")
ax.legend()
