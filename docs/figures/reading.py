"""What a recurrent network believes while it reads."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from skdeep import RNNClassifier

digits = load_digits()
images = digits.images.astype("float32") / 16
X, y = images.transpose(0, 2, 1), digits.target
# Prefixes as well: the network is to have an opinion at every step.
rng = np.random.default_rng(0)
prefixes = [x[: rng.integers(1, 9)] for x in X[:900]]
rnn = RNNClassifier(
    units=48,
    learning_rate="one_cycle",
    learning_rate_init=0.01,
    max_iter=25,
    random_state=0,
).fit([*X[:900], *prefixes], [*y[:900], *y[:900]])

figure, axes = plt.subplots(2, 4, figsize=(10, 4.4), sharex=True)
for column, label in enumerate([0, 4, 7, 9]):
    i = 900 + int(np.flatnonzero(y[900:] == label)[1])
    belief = rnn.predict_proba([X[i, : t + 1] for t in range(8)])
    axes[0, column].imshow(images[i], cmap="gray_r", aspect="auto")
    axes[0, column].set_yticks([])
    ax = axes[1, column]
    for other in np.argsort(-belief.max(axis=0))[:4]:
        is_true = other == label
        ax.plot(
            belief[:, other],
            "o-" if is_true else ":",
            color="C3" if is_true else f"{0.25 + 0.06 * other}",
            linewidth=2 if is_true else 1.5,
        )
        step = int(belief[:, other].argmax())
        if belief[step, other] > 0.2:
            ax.annotate(
                str(other),
                (step, belief[step, other]),
                (0, 4),
                textcoords="offset points",
                color="C3" if is_true else "black",
            )
    ax.set(xlabel="columns read", ylim=(-0.03, 1.15))
    ax.set_xticks(range(8), range(1, 9))
axes[1, 0].set_ylabel("probability")
