"""Biases on their own."""

from dataclasses import dataclass

import numpy as np

from skdeep.nn.compute import rowwise
from skdeep.nn.initializers import Initializer, resolve_initializer
from skdeep.nn.layers.base import Layer, flatten_samples
from skdeep.nn.parameters import Parameter, Plan


@dataclass(repr=False)
class Bias(Layer):
    """Add a learned number to each feature or channel: ``y = x + b``.

    Serves where biases come later than the weighted sums: after pooling, which leaves
    a quarter of the numbers and the same result, as max(x + b) = max(x) + b.

    Parameters
    ----------
    initializer : str or Initializer, default="zeros"
        Starting values.

    Examples
    --------
    >>> Bias().plan((14, 14, 32)).parameters[0].shape
    (32,)
    """

    initializer: str | Initializer = "zeros"

    def plan(self, input_shape):
        n = input_shape[-1]
        start = resolve_initializer(self.initializer)
        bias = Parameter("bias", (n,), start, (n, n), penalised=False)
        return Plan(input_shape, input_shape, (bias,))

    def forward(self, x, workspace):
        y = x if workspace.may_overwrite else workspace.empty("y", x.shape)
        rowwise(np.add, x, workspace.params["bias"], y)

        def backward(dy):
            rows = flatten_samples(dy)
            np.matmul(workspace.ones(len(rows)), rows, out=workspace.grads["bias"])
            return dy

        return y, backward
