"""What is left of the gradient at each of 20 layers."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from skdeep.architectures import perceptron
from skdeep.nn import Network, Normal, Serial, SoftmaxLogLoss
from skdeep.nn.compute import Buffers

X, y = load_digits(return_X_y=True)
X = (X - X.mean()) / X.std()
DEPTH = 20
settings = {
    "relu, Normal(0.3): too large": ({"initializer": Normal(0.3)}, "D"),
    "relu, he_normal": ({"initializer": "he_normal"}, "o"),
    "tanh, glorot_uniform": (
        {"activation": "tanh", "initializer": "glorot_uniform"},
        "s",
    ),
    "relu, Normal(0.05): too small": ({"initializer": Normal(0.05)}, "^"),
    "logistic, glorot_uniform": (
        {"activation": "logistic", "initializer": "glorot_uniform"},
        "v",
    ),
}

figure, ax = plt.subplots(figsize=(8.5, 3.6))
for name, (params, marker) in settings.items():
    layers = Serial(perceptron([64] * DEPTH, 10, **params))
    network = Network(layers, (64,), np.float64, np.random.default_rng(0))
    gradient = np.zeros(network.theta.size)
    z, backward = layers.forward(X.copy(), network.workspace(gradient))
    scratch = Buffers(np.float64)
    dz = SoftmaxLogLoss().value_and_gradient(z, y, scratch)[1]
    backward(dz / len(y))
    views = network.layout.views(gradient).walk()
    norms = [np.linalg.norm(v.arrays["weight"]) for v in views if "weight" in v.arrays]
    steps = np.arange(1, DEPTH + 1)
    ax.semilogy(steps, norms[:DEPTH], marker=marker, markersize=4, label=name)
ax.set(xlabel="layer, from input to output", ylabel="norm of the gradient")
ax.set_xticks([1, 5, 10, 15, 20])
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
