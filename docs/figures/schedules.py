"""The learning rate over a fit, under each schedule."""

import matplotlib.pyplot as plt

from skdeep.nn import (
    Cosine,
    ExponentialDecay,
    InverseScaling,
    OneCycle,
    StepDecay,
    Warmup,
)
from skdeep.nn.schedules import Budget

EPOCHS, STEPS = 50, 20
budget = Budget(0.01, STEPS, 4000, EPOCHS)
shown = {
    "'step'": StepDecay(),
    "'exponential'": ExponentialDecay(),
    "'cosine'": Cosine(),
    "Warmup(0.1, Cosine())": Warmup(0.1, Cosine()),
    "'one_cycle'": OneCycle(),
    "'invscaling'": InverseScaling(),
}
figure, axes = plt.subplots(2, 3, figsize=(10, 3.8), sharex=True, sharey=True)
epochs = [step / STEPS for step in range(EPOCHS * STEPS)]
for ax, (name, schedule) in zip(axes.flat, shown.items(), strict=True):
    rate = schedule.bind(budget)
    ax.plot(epochs, [rate(i) for i in range(len(epochs))], color="C0", linewidth=2)
    ax.set_title(name)
for ax in axes[-1]:
    ax.set_xlabel("epoch")
for ax in axes[:, 0]:
    ax.set_ylabel("rate")
