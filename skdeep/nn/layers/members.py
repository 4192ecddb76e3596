"""Members: several predictions from one network, which shares most of its weights."""

from dataclasses import dataclass
from math import prod

import numpy as np

from skdeep.nn.initializers import Initializer, resolve_initializer
from skdeep.nn.layers.base import Layer, check_count, check_ntk_rate
from skdeep.nn.parameters import Parameter, Plan


@dataclass(repr=False)
class Members(Layer):
    """Give each member its own view of the features: ``y[k] = gain[k] x`` [1]_ [2]_.

    Samples of shape (n_features,) become samples of shape (n_members, n_features).
    Layers that treat vectors along the last axis, such as :class:`Dense` and
    activations, then serve all members with the same weights, by one product of
    matrices; :class:`MemberDense` ends in an output of each member's own.

    Parameters
    ----------
    n_members : int
        Number of members.
    initializer : str or Initializer, default="standard_normal"
        Starting gains. Members differ by them from the start.
    rate : float, default=1.0
        Learning rate of the gains, as a multiple of the optimizer's.

    References
    ----------
    .. [1] Y. Wen, D. Tran and J. Ba, "BatchEnsemble: an alternative approach to
       efficient ensemble and lifelong learning", ICLR 2020, arXiv:2002.06715.
    .. [2] Y. Gorishniy, A. Kotelnikov and A. Babenko, "TabM: advancing tabular deep
       learning with parameter-efficient ensembling", ICLR 2025, arXiv:2410.24210.

    Examples
    --------
    >>> Members(8).plan((5,)).output_shape
    (8, 5)
    """

    n_members: int
    initializer: str | Initializer = "standard_normal"
    rate: float = 1.0

    def plan(self, input_shape):
        check_count(self, "n_members")
        if len(input_shape) != 1:
            raise ValueError(
                f"Members cannot take samples of shape {input_shape}: give it samples "
                "with one axis, the features."
            )
        shape = (self.n_members, *input_shape)
        start = resolve_initializer(self.initializer)
        gain = Parameter("gain", shape, start, penalised=False, rate=self.rate)
        return Plan(input_shape, shape, (gain,))

    def forward(self, x, workspace):
        gain = workspace.params["gain"]
        shape = (len(x), *gain.shape)
        y = np.multiply(x[:, np.newaxis], gain, out=workspace.empty("y", shape))

        def backward(dy):
            product = workspace.scratch.empty("product", shape)
            np.multiply(dy, x[:, np.newaxis], out=product)
            # A product with ones is faster than a sum along the first axis.
            rows = product.reshape(len(x), gain.size)
            workspace.ones(len(x)).dot(rows, workspace.grads["gain"].reshape(-1))
            if not workspace.wants_dx:
                return dy
            np.multiply(dy, gain, out=product)
            return np.add.reduce(product, axis=1, out=workspace.empty("dx", x.shape))

        return y, backward


@dataclass(repr=False)
class MemberDense(Layer):
    """Weighted sums with weights of each member's own: ``y[k] = x[k] W[k] + b[k]``.

    Parameters
    ----------
    units : int
        Number of outputs of each member.
    initializer : str or Initializer, default="glorot_uniform"
        Starting values of the weights.
    bias_initializer : str or Initializer, default="zeros"
        Starting values of the biases.
    rate : float or "ntk", default=1.0
        Learning rate of the weights, as a multiple of the optimizer's; "ntk" as in
        :class:`Dense`.
    bias_rate : float, default=1.0
        Learning rate of the biases, as a multiple of the optimizer's.

    Examples
    --------
    >>> MemberDense(3).plan((8, 5)).output_shape
    (8, 3)
    """

    units: int
    initializer: str | Initializer = "glorot_uniform"
    bias_initializer: str | Initializer = "zeros"
    rate: float | str = 1.0
    bias_rate: float = 1.0

    def plan(self, input_shape):
        check_count(self, "units")
        if len(input_shape) != 2:
            raise ValueError(
                f"MemberDense cannot take samples of shape {input_shape}: give it "
                "(n_members, n_features), as Members returns."
            )
        n_members, n_inputs = input_shape
        fans = (n_inputs, self.units)
        rate, decay = check_ntk_rate(self, n_inputs)
        weight = Parameter(
            "member_weight",
            (n_members, *fans),
            resolve_initializer(self.initializer),
            fans,
            rate=rate,
            decay=decay,
        )
        bias = Parameter(
            "bias",
            (n_members, self.units),
            resolve_initializer(self.bias_initializer),
            fans,
            penalised=False,
            rate=self.bias_rate,
        )
        return Plan(
            input_shape,
            (n_members, self.units),
            (weight, bias),
            multiply_adds=prod(input_shape) * self.units,
        )

    def forward(self, x, workspace):
        weight, grads = workspace.params["member_weight"], workspace.grads
        y = workspace.empty("y", (len(x), len(weight), self.units))
        np.matmul(_by_member(x), weight, out=_by_member(y))
        y += workspace.params["bias"]

        def backward(dy):
            rows = dy.reshape(len(dy), weight.shape[0] * self.units)
            workspace.ones(len(dy)).dot(rows, grads["bias"].reshape(-1))
            np.matmul(x.transpose(1, 2, 0), _by_member(dy), out=grads["member_weight"])
            if not workspace.wants_dx:
                return dy
            dx = workspace.empty("dx", x.shape)
            np.matmul(_by_member(dy), weight.transpose(0, 2, 1), out=_by_member(dx))
            return dx

        return y, backward


def _by_member(x):
    """Return a view of shape (n_members, n_samples, n_features)."""
    return x.transpose(1, 0, 2)
