"""The price of an error under each loss."""

import matplotlib.pyplot as plt
import numpy as np

from skdeep.nn import (
    AbsoluteError,
    Huber,
    LogisticFocal,
    LogisticLogLoss,
    Quantile,
    SquaredError,
)
from skdeep.nn.compute import Buffers


def values(loss, z, target):
    workspace = Buffers(np.float64)
    return loss.value_and_gradient(z[:, None].copy(), target[:, None], workspace)[0]


figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))

residual = np.linspace(-3, 3, 601)
shown = {
    "squared_error": (SquaredError(), "-"),
    "absolute_error": (AbsoluteError(), "--"),
    "huber, delta=1": (Huber(), "-."),
    "quantile, q=0.9": (Quantile(0.9), ":"),
}
for name, (loss, style) in shown.items():
    price = values(loss, residual, np.zeros_like(residual))
    left.plot(residual, price, style, label=name, linewidth=2)
left.set(
    xlabel="prediction minus target",
    ylabel="loss",
    ylim=(0, 4),
    title="Numbers",
)
left.legend()

probability = np.linspace(0.005, 0.995, 500)
logit = np.log(probability / (1 - probability))
shown = {
    "log_loss": (LogisticLogLoss(), "-"),
    "log_loss, label_smoothing=0.1": (LogisticLogLoss(0.1), "--"),
    "focal": (LogisticFocal(), "-."),
}
for name, (loss, style) in shown.items():
    price = values(loss, logit, np.ones_like(logit))
    right.plot(probability, price, style, label=name, linewidth=2)
right.set(
    xlabel="probability given to the true class",
    ylabel="loss",
    ylim=(0, 4),
    title="Classes",
)
right.legend()
