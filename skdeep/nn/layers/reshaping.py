"""Layers that learn nothing and move numbers to other places."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from skdeep.nn.layers.base import Layer
from skdeep.nn.layers.windows import check_rank, per_axis
from skdeep.nn.parameters import Plan


class Flatten(Layer):
    """Lay all numbers of a sample in one row.

    Examples
    --------
    >>> Flatten().plan((7, 7, 64)).output_shape
    (3136,)
    """

    keeps_output = True  # the output is the input's memory

    def plan(self, input_shape):
        return Plan(input_shape, (prod(input_shape),))

    def sizes_after(self, sizes):
        raise ValueError(
            "Flatten() needs samples of one size, as each step or pixel has weights of "
            "its own in the next layer: put GlobalAveragePool() or GlobalMaxPool() in "
            "its place (global_pool='avg' or 'max'), or pad the samples."
        )

    def forward(self, x, workspace):
        if workspace.sizes is not None:
            self.sizes_after(workspace.sizes)
        return x.reshape(len(x), prod(x.shape[1:])), lambda dy: dy.reshape(x.shape)


@dataclass(repr=False)
class Upsample(Layer):
    """Repeat each step or pixel, along each axis.

    Parameters
    ----------
    size : int or sequence of int, default=2
        How often, along all axes or along each.

    Examples
    --------
    >>> Upsample(2).plan((7, 7, 8)).output_shape
    (14, 14, 8)
    """

    size: int | Sequence[int] = 2

    def plan(self, input_shape):
        factors = self._factors(input_shape)
        sizes = (a * b for a, b in zip(factors, input_shape[:-1], strict=True))
        return Plan(input_shape, (*sizes, input_shape[-1]))

    def _factors(self, input_shape):
        rank = check_rank(self, input_shape)
        return per_axis(self, "size", self.size, rank)[:rank]

    def sizes_after(self, sizes):
        return sizes * self._factors((*[1] * sizes.shape[1], 1))

    def forward(self, x, workspace):
        down, across = (*self._factors(x.shape[1:]), 1)[:2]
        n, height, width, channels = (x if x.ndim == 4 else x[:, :, None]).shape
        shape = (n, height, down, width, across, channels)
        y = workspace.empty("y", shape)
        np.copyto(y, x.reshape(n, height, 1, width, 1, channels))
        sizes = (height * down, width * across)[: x.ndim - 2]

        def backward(dy):
            dx = workspace.empty("dx", (n, height, width, channels))
            np.sum(dy.reshape(shape), axis=(2, 4), out=dx)
            return dx.reshape(x.shape)

        return y.reshape(n, *sizes, channels), backward
