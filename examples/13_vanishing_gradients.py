"""
Activations and vanishing gradients: why deep networks were hard to train
=========================================================================

A network of twelve hidden layers should learn at least as much as one of two. With the
logistic activation it learns nothing at all. We look at the gradient layer by layer,
see where it gets lost, and try what brings it back.
"""

# %%
# 1. The data
# -----------
# 1797 handwritten digits of 8 x 8 pixels. The second half, for testing, was written by
# other people.

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier
from skdeep.nn.compute import Buffers

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, shuffle=False)
scaler = StandardScaler().fit(X_train)
X_train, X_test = (
    scaler.transform(part).astype("float32") for part in (X_train, X_test)
)

# A fixed number of epochs means stopping before the loss has settled.
warnings.simplefilter("ignore", ConvergenceWarning)

# %%
# 2. Six networks of twelve layers
# --------------------------------
# They differ in one thing at a time: the activation, the size of the starting weights,
# normalisation, and shortcuts around the layers.

settings = {
    "logistic": {"activation": "logistic"},
    "tanh": {"activation": "tanh"},
    "relu": {"activation": "relu", "initializer": "glorot_uniform"},
    "relu, he_normal": {"activation": "relu", "initializer": "he_normal"},
    "logistic, batch norm": {"activation": "logistic", "normalization": "batch"},
    "logistic, shortcuts": {"activation": "logistic", "skip_connections": True},
}


def network(**params):
    return MLPClassifier(
        [32] * 12,
        learning_rate_init=0.003,
        batch_size=64,
        max_iter=30,
        random_state=0,
        **params,
    )


# %%
# 3. The gradient, layer by layer
# -------------------------------
# After a single epoch we send all training samples through the network and back, and
# measure the gradient of the weights of every layer.


def gradient_norms(model):
    net = model.network_
    gradient = np.zeros_like(net.theta)
    z, backward = net.layer.forward(X_train.copy(), net.workspace(gradient))
    _, dz = model.targets_.loss.value_and_gradient(z, y_train, Buffers(net.dtype))
    backward(dz / len(y_train))
    arrays = (view.arrays for view in net.layout.views(gradient).walk())
    return [np.linalg.norm(a["weight"]) for a in arrays if "weight" in a]


norms, models = {}, {}
for name, params in settings.items():
    first = network(**params).set_params(max_iter=1).fit(X_train, y_train)
    norms[name] = gradient_norms(first)
    models[name] = network(**params).fit(X_train, y_train)

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
markers = dict(zip(settings, "vs^oDP", strict=True))
for name, values in norms.items():
    layers = np.linspace(1, 13, len(values))
    left.semilogy(layers, values, marker=markers[name], label=name)
    right.plot(models[name].loss_curve_, marker=markers[name], markevery=4, label=name)
left.set(
    title="How much of the gradient arrives, after one epoch",
    xlabel="layer, from input to output",
    ylabel="norm of the gradient",
)
right.set(title="What comes of it", xlabel="epoch", ylabel="training loss")
right.axhline(np.log(10), color="0.6", linewidth=1, linestyle=":")
right.annotate("guessing", (22, np.log(10)), (0, 5), textcoords="offset points")
right.legend(fontsize="small", loc="upper center")
figure.tight_layout()
plt.show()

# %%
# 4. What comes out
# -----------------
# The slope of the logistic function is 1/4 at most, and on the way back the gradient is
# multiplied by it twelve times. ReLU passes it on unchanged wherever a unit is active.
# Batch normalisation keeps the sums where the slope is largest, and shortcuts lead the
# gradient around the layers.

rows = {
    name: {
        "gradient, first layer": norms[name][0],
        "gradient, last layer": norms[name][-1],
        "accuracy on new writers": model.score(X_test, y_test),
    }
    for name, model in models.items()
}
table = pd.DataFrame(rows).T
print(table.to_string(float_format="{:.2g}".format))
