"""
Optimizers and schedules, raced
===============================

Is Adam better than SGD? Compared at one learning rate, whichever suits that rate wins.
We give every optimizer the best of eight rates, chosen on validation data, race them,
and then do the same for schedules.
"""

# %%
# 1. The course
# -------------
# Digits: every network here can reach a training loss near zero, and what counts is how
# soon, and how well it does on others.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skdeep import MLPClassifier

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")
X_train, X_val, y_train, y_val = train_test_split(
    X, y, test_size=0.4, stratify=y, random_state=0
)

# A fixed number of epochs means stopping before the loss has settled.
warnings.simplefilter("ignore", ConvergenceWarning)
EPOCHS = 30
RATES = np.array([0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0])


def race(rates=RATES, **params):
    """Fit once for each rate; return the rates' losses and the best fit."""
    fits = [
        MLPClassifier(
            (64, 64),
            learning_rate_init=rate,
            batch_size=64,
            max_iter=EPOCHS,
            tol=0,
            n_iter_no_change=EPOCHS,
            random_state=0,
            **params,
        ).fit(X_train, y_train, X_val=X_val, y_val=y_val)
        for rate in rates
    ]
    losses = np.array([fit.validation_loss_curve_[-1] for fit in fits])
    return losses, fits[np.nanargmin(losses)]


# %%
# 2. Six optimizers
# -----------------

solvers = {
    "sgd, no momentum": {"solver": "sgd", "momentum": 0},
    "sgd, Nesterov": {"solver": "sgd"},
    "adagrad": {"solver": "adagrad"},
    "rmsprop": {"solver": "rmsprop"},
    "adam": {"solver": "adam"},
    "nadam": {"solver": "nadam"},
}
results = {name: race(**params) for name, params in solvers.items()}

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for (name, (losses, best)), marker in zip(results.items(), "vs^oDP", strict=True):
    left.loglog(RATES, losses, marker=marker, label=name)
    right.semilogy(best.loss_curve_, marker=marker, markevery=5, label=name)
left.set(
    title=f"Each at eight rates, after {EPOCHS} epochs",
    xlabel="learning_rate_init",
    ylabel="validation loss",
)
right.set(title="Each at its best rate", xlabel="epoch", ylabel="training loss")
right.legend(loc="lower left", fontsize="small")
figure.tight_layout()
plt.show()

# %%
# On the left every curve has a valley, and none lies below all others everywhere: at
# 0.001 Adam looks far better than SGD, at 0.1 far worse. On the right, each at its own
# best rate, they are much closer.

# %%
# 3. Schedules
# ------------
# Adam again, with five ways for the rate to go on.

schedules = ["constant", "step", "exponential", "cosine", "one_cycle"]
raced = {name: race(learning_rate=name) for name in schedules}

figure, ax = plt.subplots(figsize=(7, 4))
for (name, (losses, _)), marker in zip(raced.items(), "os^vD", strict=True):
    ax.loglog(RATES, losses, marker=marker, label=name)
ax.set(
    title="Adam under five schedules",
    xlabel="learning_rate_init (for one_cycle the peak)",
    ylabel=f"validation loss after {EPOCHS} epochs",
)
ax.legend(title="learning_rate", fontsize="small")
figure.tight_layout()
plt.show()

# %%
# 4. The result
# -------------

rows = {
    name: {
        "best rate": best.learning_rate_init,
        "training loss": best.loss_,
        "validation loss": best.validation_loss_curve_[-1],
        "validation accuracy": best.score(X_val, y_val),
    }
    for name, (_, best) in {
        **results,
        **{f"adam, {k}": v for k, v in raced.items()},
    }.items()
}
print(pd.DataFrame(rows).T.to_string(float_format="{:.3g}".format))

# %%
# A falling rate forgives a rate that is too large: the valleys on the right-hand side
# are wider, and one_cycle, which rises first, has the lowest. The price is a rate that
# is too small sooner: a schedule needs a larger ``learning_rate_init`` than
# ``"constant"``.
