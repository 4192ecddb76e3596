"""
How large a convolutional network: filters, depth and kernel size
=================================================================

Start small and grow: a grid search over the number of filters, the number of blocks
and the size of the windows, with the cost of each candidate beside its score.

Install what it needs by ``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. The search
# -------------
# Digits of 8 x 8 pixels. ``filters`` says how many blocks there are and how wide each
# is; everything else is an ordinary hyperparameter, too.

import warnings

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, train_test_split

from skdeep import CNNClassifier
from skdeep.inspection import summary

warnings.simplefilter("ignore", ConvergenceWarning)
X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
cnn = CNNClassifier(
    input_shape=(8, 8, 1),
    batch_size=32,
    max_iter=12,
    learning_rate="one_cycle",
    learning_rate_init=0.005,
    random_state=0,
)
grid = {
    "filters": [(4,), (16,), (4, 8), (16, 32), (16, 32, 64)],
    "kernel_size": [1, 3, 5],
}
search = GridSearchCV(cnn, grid, cv=3, n_jobs=2, return_train_score=True)
search.fit(X_train, y_train)

# %%
# 2. Score and cost
# -----------------
# Windows of one pixel see no shape. Beyond some size, more capacity costs more and
# brings nothing.

rows = []
results = search.cv_results_
for params, train, test in zip(
    results["params"],
    results["mean_train_score"],
    results["mean_test_score"],
    strict=True,
):
    cost = summary(cnn.set_params(**params), n_outputs=10)
    rows.append([*params.values(), cost.parameters, cost.multiply_adds, train, test])
columns = ["filters", "kernel", "parameters", "multiply-adds", "training", "validation"]
table = pd.DataFrame(rows, columns=columns).sort_values("parameters")
print(table.round(3).to_string(index=False))
print(f"best: {search.best_params_}, test accuracy {search.score(X_test, y_test):.3f}")

# %%
# 3. The picture
# --------------
# Each line grows the network at one size of its windows.

figure, ax = plt.subplots(layout="constrained")
for marker, (kernel, part) in zip("os^", table.groupby("kernel"), strict=True):
    part = part.sort_values("multiply-adds")
    ax.plot(
        part["multiply-adds"],
        part["validation"],
        marker=marker,
        label=f"{kernel} x {kernel}",
    )
ax.set(xscale="log", xlabel="multiply-adds per sample", ylabel="validation accuracy")
ax.legend(title="windows")
plt.show()
