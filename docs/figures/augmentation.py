"""One digit, changed in eight ways."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from skdeep.nn import AUGMENTATIONS, Rotate, Scale, Translate

rng = np.random.default_rng(4)
image = load_digits().images[4].astype("float32") / 16
image = np.kron(image, np.ones((4, 4), "float32"))[:, :, np.newaxis]
shown = {
    "rotate": Rotate(25),
    "translate": Translate(0.2),
    "scale": Scale(0.3),
    **{name: AUGMENTATIONS[name]() for name in ("mirror", "brightness", "contrast")},
    "noise": AUGMENTATIONS["noise"](0.2),
}
figure, axes = plt.subplots(2, 8, figsize=(10, 3))
axes[0, 0].imshow(image[:, :, 0], cmap="gray_r", vmin=-0.3, vmax=1.3)
axes[0, 0].set_title("as it is", fontsize=10)
axes[1, 0].set_visible(False)
for column, (name, augmentation) in enumerate(shown.items(), start=1):
    samples = np.repeat(image[np.newaxis], 16, axis=0)
    augmentation.apply(samples, rng)
    moved = np.argsort(-np.abs(samples - image).sum(axis=(1, 2, 3)))
    for row, i in enumerate(moved[[0, 3]]):
        axes[row, column].imshow(
            samples[i, :, :, 0], cmap="gray_r", vmin=-0.3, vmax=1.3
        )
    axes[0, column].set_title(name, fontsize=10)
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
    ax.spines[["top", "right"]].set_visible(True)
