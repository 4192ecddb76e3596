"""Fully connected layer."""

from dataclasses import dataclass
from math import prod

import numpy as np

from skdeep.nn.initializers import Initializer, resolve_initializer
from skdeep.nn.layers.base import Layer, check_count, check_ntk_rate, flatten_samples
from skdeep.nn.parameters import Parameter, Plan

# Both call the same product of BLAS. ``dot`` does less before it, but clears the
# output, which costs more from about this size on.
SMALL = 8192


@dataclass(repr=False)
class Dense(Layer):
    """Weighted sums of the inputs: ``y = x W + b``.

    Parameters
    ----------
    units : int
        Number of outputs.
    initializer : str or Initializer, default="glorot_uniform"
        Starting values of the weights.
    bias_initializer : str or Initializer, default="zeros"
        Starting values of the biases.
    use_bias : bool, default=True
        Whether to add ``b``. A normalisation layer that follows makes it needless.
    rate : float or "ntk", default=1.0
        Learning rate of the weights, as a multiple of the optimizer's. "ntk" is
        1 / sqrt(n_inputs); see the notes.
    bias_rate : float, default=1.0
        Learning rate of the biases, as a multiple of the optimizer's.

    Notes
    -----
    In the NTK parametrisation [1]_, ``y = x W / sqrt(n_inputs) + b`` with standard
    normal W. Where an optimizer scales its steps by the size of gradients, as Adam
    does, this is the layer with ``initializer="lecun_normal"`` and ``rate="ntk"``, up
    to the optimizer's epsilon, at no cost in time. Weight decay is then that of
    the optimizer's own rate. L-BFGS knows no rates.

    Inputs with more axes than (n_samples, n_features) are treated vector by vector
    along the last axis. A sparse matrix is accepted as input of the first layer.

    References
    ----------
    .. [1] A. Jacot, F. Gabriel and C. Hongler, "Neural tangent kernel: convergence and
       generalization in neural networks", NeurIPS 2018, arXiv:1806.07572.

    Examples
    --------
    >>> Dense(3).plan((4,)).output_shape
    (3,)
    """

    units: int
    initializer: str | Initializer = "glorot_uniform"
    bias_initializer: str | Initializer = "zeros"
    use_bias: bool = True
    rate: float | str = 1.0
    bias_rate: float = 1.0
    frees_output = True

    def plan(self, input_shape):
        check_count(self, "units")
        n_inputs = input_shape[-1]
        fans = (n_inputs, self.units)
        initializer = resolve_initializer(self.initializer)
        rate, decay = check_ntk_rate(self, n_inputs)
        parameters = [
            Parameter("weight", fans, initializer, fans, rate=rate, decay=decay)
        ]
        if self.use_bias:
            start = resolve_initializer(self.bias_initializer)
            parameters.append(
                Parameter(
                    "bias",
                    (self.units,),
                    start,
                    fans,
                    penalised=False,
                    rate=self.bias_rate,
                )
            )
        return Plan(
            input_shape,
            (*input_shape[:-1], self.units),
            tuple(parameters),
            multiply_adds=prod(input_shape) * self.units,
        )

    def forward(self, x, workspace):
        params, grads = workspace.params, workspace.grads
        weight = params["weight"]
        rows = flatten_samples(x)
        y = workspace.empty("y", (rows.shape[0], self.units))
        _product(rows, weight, y)
        if self.use_bias:
            np.add(y, params["bias"], out=y)

        def backward(dy):
            dy = flatten_samples(dy)
            _product(rows.T, dy, grads["weight"])
            if self.use_bias:
                # A product with ones is faster than a sum along the first axis.
                workspace.ones(len(dy)).dot(dy, grads["bias"])
            if not workspace.wants_dx:
                return dy
            dx = workspace.empty("dx", rows.shape)
            _product(dy, weight.T, dx)
            return dx if rows is x else dx.reshape(x.shape)

        if y.ndim != x.ndim:
            # Not -1 for the units, which nothing tells where there are no samples.
            y = y.reshape(*x.shape[:-1], self.units)
        return y, backward


def _product(a, b, out):
    """Write ``a @ b`` into ``out``; ``a`` may be sparse."""
    # Asking for an array is quicker than asking for any kind of sparse matrix.
    if not isinstance(a, np.ndarray):
        out[...] = a @ b
    elif out.size <= SMALL:
        a.dot(b, out)
    else:
        np.matmul(a, b, out)
