"""What the first layer of a fitted network looks for, and where it finds it."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from skdeep import CNNClassifier
from skdeep.nn import Network, ReLU, Serial

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")
cnn = CNNClassifier(
    (8, 16),
    input_shape=(8, 8, 1),
    batch_size=32,
    max_iter=20,
    learning_rate="one_cycle",
    learning_rate_init=0.01,
    alpha=1.0,
    random_state=0,
).fit(X, y)

convolution = cnn.network_.layer.layers[0]
first = Network(
    Serial([convolution, ReLU()]), (8, 8, 1), X.dtype, np.random.default_rng(0)
)
first.theta[:] = cnn.coefs_[0].ravel()
image = X[y == 3][7].reshape(1, 8, 8, 1)
maps = first.forward(image)[0]
filters = cnn.coefs_[0][:, :, 0]

figure, axes = plt.subplot_mosaic(
    [["x", *(f"w{i}" for i in range(8))], ["x", *(f"y{i}" for i in range(8))]],
    figsize=(10, 2.6),
    width_ratios=[2, *[1] * 8],
)
axes["x"].imshow(image[0, :, :, 0], cmap="gray_r")
axes["x"].set_title("image")
limit = np.abs(filters).max()
for i in range(8):
    axes[f"w{i}"].imshow(filters[:, :, i], cmap="RdBu_r", vmin=-limit, vmax=limit)
    axes[f"w{i}"].set_title(f"filter {i}", fontsize=9)
    axes[f"y{i}"].imshow(maps[:, :, i], cmap="gray_r", vmin=0, vmax=maps.max())
for ax in axes.values():
    ax.set(xticks=[], yticks=[])
    ax.spines[["top", "right"]].set_visible(True)
