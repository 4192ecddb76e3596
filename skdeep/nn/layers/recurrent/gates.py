"""Starting values of parameters that hold several gates side by side."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from skdeep.nn.initializers import Initializer, resolve_initializer


@dataclass(repr=False)
class EachGate(Initializer):
    """Draws the weights of one gate after the other, as those of a layer each."""

    initializer: str | Initializer
    n_gates: int

    def __call__(self, shape, fans, rng):
        draw = resolve_initializer(self.initializer)
        one: Any = (shape[0], shape[1] // self.n_gates)
        parts = [
            np.broadcast_to(draw(one, fans, rng), one) for _ in range(self.n_gates)
        ]
        return np.concatenate(parts, axis=1)


@dataclass(repr=False)
class ForgetBias(Initializer):
    """Zeros, but for the second quarter: the biases of an LSTM's forget gate."""

    value: float

    def __call__(self, shape, fans, rng):
        bias = np.zeros((4, shape[0] // 4))
        bias[1] = self.value
        return bias.ravel()
