"""Passes over mini-batches of sequences that differ in length."""

import numpy as np

from skdeep.nn.ragged import valid_steps
from tests.nn.passes import Pass


def with_garbage(x, sizes):
    """Return sequences with numbers in the padding that would spoil any sum."""
    return np.where(valid_steps(x.shape, sizes)[..., np.newaxis], x, np.nan)


def ragged_pass(net, x, dy, lengths=None, **options):
    """Return output, gradient of the input and of the weights.

    The gradient that comes to padding is 0, as layers may expect.
    """
    step = Pass(net, **options)
    if lengths is None:
        return step(x, dy)
    sizes = np.array(lengths).reshape(-1, 1)
    step.space.sizes = sizes
    after = net.layer.sizes_after(sizes)
    if after is not None:
        dy = np.where(valid_steps(dy.shape, after)[..., np.newaxis], dy, 0)
    return step(with_garbage(x, sizes), dy.astype(net.dtype))
