"""
Exploding gradients: what clipping does
=======================================

The gradient of a recurrent network is a product over all steps. Where each factor is a
little above 1, it explodes: now and then a step of training throws the weights far
away. Scaling the gradient down to a largest norm keeps its direction and takes away
the danger [1]_.

Run it with ``python examples/10_exploding_gradients.py``; it needs
``pip install "scikit-deep[examples]"``.

.. [1] R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent
   neural networks", ICML 2013, arXiv:1211.5063.
"""

# %%
# 1. A task with a long memory
# ----------------------------
# The adding problem: of two channels one holds random numbers, the other marks two of
# them, whose sum is asked for after 60 steps.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning

from skdeep import RNNRegressor
from skdeep.nn import GRU, Dense, LastStep, Network, Serial, SimpleRNN

rng = np.random.default_rng(0)
X = np.zeros((2000, 60, 2), np.float32)
X[:, :, 0] = rng.uniform(size=X.shape[:2])
for sample in X:
    sample[rng.choice(60, size=2, replace=False), 1] = 1
y = (X[:, :, 0] * X[:, :, 1]).sum(axis=1)
print(f"variance of the sums, the loss of a constant: {y.var() / 2:.4f}")

# %%
# 2. How a gradient grows on its way back
# ---------------------------------------
# The norm of the gradient of the last output with respect to the input, step by step,
# for units without gates whose recurrent weights are orthogonal times a gain, and for
# gated ones.


def norms(layer, gain=1.0):
    """Return the mean norm of the gradient at each step of the input."""
    network = Network(
        Serial([layer, LastStep(), Dense(1)]),
        (60, 2),
        np.float64,
        np.random.default_rng(0),
    )
    for weight in network.parameters("recurrent_weight"):
        weight *= gain
    workspace = network.workspace(
        np.empty_like(network.theta), np.random.default_rng(0)
    )
    workspace.wants_dx = True
    network.layer.open(workspace)
    _, backward = network.layer.forward(0.1 * X[:50].astype(float), workspace)
    dx = backward(np.ones((50, 1)))
    return np.linalg.norm(dx, axis=2).mean(axis=0)


curves = {f"simple, gain {gain}": norms(SimpleRNN(32), gain) for gain in (0.8, 1, 1.4)}
curves["GRU"] = norms(GRU(32))

# %%
# 3. Training with and without clipping
# -------------------------------------
# Plain gradient descent with momentum, from the same starting weights, at three rates.
# A fit whose weights become infinite says so.


def train(rate, limit):
    """Return the training loss of each epoch; nothing if the fit came to no end."""
    network = RNNRegressor(
        cell="simple",
        units=32,
        solver="sgd",
        learning_rate_init=rate,
        max_grad_norm=limit,
        max_iter=12,
        n_iter_no_change=12,
        random_state=0,
    )
    try:
        return network.fit(X, y).loss_curve_
    except ValueError as error:
        print(f"rate {rate}, max_grad_norm={limit}: {str(error).split('.')[0]}.")
        return []


histories = {}
with warnings.catch_warnings():
    # 12 epochs are enough to see it.
    warnings.simplefilter("ignore", ConvergenceWarning)
    for rate in (0.01, 0.03, 0.1):
        for limit in (None, 1.0):
            histories[rate, limit] = train(rate, limit)

rows: dict[str, dict[str, str]] = {}
for (rate, limit), curve in histories.items():
    column = "without clipping" if limit is None else f"max_grad_norm={limit:g}"
    row = rows.setdefault(f"rate {rate}", {})
    row[column] = f"{curve[-1]:.4f}" if curve else "exploded"
print("\nTraining loss of the last epoch:")
print(pd.DataFrame(rows).T.to_string())

# %%
# 4. Side by side
# ---------------
# Clipping is on by default in the recurrent estimators.

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 5), layout="constrained")
for name, curve in curves.items():
    left.semilogy(np.arange(60) - 59, curve, label=name)
left.set(xlabel="steps before the end", ylabel="norm of the gradient")
left.set(title="On the way back")
for (rate, limit), curve in histories.items():
    if curve:
        label = f"rate {rate}, {'no clipping' if limit is None else 'clipped'}"
        right.semilogy(np.arange(1, len(curve) + 1), curve, marker="o", label=label)
right.axhline(y.var() / 2, color="grey", linestyle=":", label="a constant")
right.set(xlabel="epoch", ylabel="training loss", title="In training")
for ax in (left, right):
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2)
plt.show()
