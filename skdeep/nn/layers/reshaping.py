"""A layer that lays all numbers of a sample in one row."""

from math import prod

from skdeep.nn.layers.base import Layer
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
