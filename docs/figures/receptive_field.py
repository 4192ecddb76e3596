"""Which pixels reach the unit in the middle."""

import matplotlib.pyplot as plt
import numpy as np

from skdeep.nn import Constant, Conv, MaxPool, Network, Serial

SIZE = 31


def conv(**params):
    return Conv(1, 3, padding="same", initializer=Constant(1 / 9), **params)


stacks = {
    "three convolutions": [conv(), conv(), conv()],
    "strides=2 in the first": [conv(strides=2), conv(), conv()],
    "pool_size=2 in between": [conv(), MaxPool(2), conv(), MaxPool(2), conv()],
    "dilation_rate 1, 2, 4": [conv(dilation_rate=d) for d in (1, 2, 4)],
}
rng = np.random.default_rng(0)
x = rng.random((1, SIZE, SIZE, 1))

figure, axes = plt.subplots(1, 4, figsize=(10, 2.9))
for ax, (name, layers) in zip(axes, stacks.items(), strict=True):
    influence = np.zeros((SIZE, SIZE))
    for _ in range(30 if "pool" in name else 1):
        network = Network(Serial(layers), x.shape[1:], np.float64, rng)
        workspace = network.workspace(np.zeros(network.theta.size))
        workspace.wants_dx = True
        network.layer.open(workspace)
        z, backward = network.layer.forward(rng.random(x.shape), workspace)
        dz = np.zeros_like(z)
        dz[0, z.shape[1] // 2, z.shape[2] // 2] = 1
        influence += np.abs(backward(dz)[0, :, :, 0])
    rows = np.flatnonzero(influence.any(axis=1))
    width = rows[-1] - rows[0] + 1
    ax.imshow(influence**0.5, cmap="magma")
    ax.set_title(f"{name}\n{width} x {width} pixels", fontsize=10)
    ax.set(xticks=[], yticks=[])
