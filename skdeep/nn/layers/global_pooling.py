"""Pooling over the whole of each sample, whatever its size."""

import numpy as np

from skdeep.nn.layers.base import Layer
from skdeep.nn.layers.windows import check_rank
from skdeep.nn.parameters import Plan
from skdeep.nn.ragged import fill_padding


class _GlobalPool(Layer):
    """Base of poolings that leave one number for each channel."""

    def plan(self, input_shape):
        check_rank(self, input_shape)
        return Plan(input_shape, input_shape[-1:])

    def sizes_after(self, sizes):
        return None

    def _steps(self, x, workspace, padding):
        """Return samples as (n_samples, steps, channels), with padding replaced."""
        if workspace.sizes is not None:
            clean = workspace.empty("clean", x.shape)
            np.copyto(clean, x)
            fill_padding(clean, workspace.sizes, padding)
            x = clean
        return x.reshape(len(x), np.prod(x.shape[1:-1]), x.shape[-1])


class GlobalAveragePool(_GlobalPool):
    """The mean of each channel over all steps or pixels that are there [1]_.

    Turns samples of any size into vectors of one length.

    References
    ----------
    .. [1] M. Lin, Q. Chen and S. Yan, "Network in network", ICLR 2014,
       arXiv:1312.4400.

    Examples
    --------
    >>> GlobalAveragePool().plan((150, 64)).output_shape
    (64,)
    """

    def forward(self, x, workspace):
        steps, sizes = self._steps(x, workspace, 0.0), workspace.sizes
        n, length, channels = steps.shape
        y = workspace.empty("y", (n, channels))
        # A product with ones is faster than a sum along the middle axis.
        np.matmul(workspace.ones(length), steps, out=y)
        counts = np.full((n, 1), length) if sizes is None else sizes.prod(1)[:, None]
        share = (1 / counts).astype(workspace.dtype)
        y *= share

        def backward(dy):
            dx = workspace.empty("dx", steps.shape)
            np.copyto(dx, (dy * share)[:, np.newaxis])
            dx = dx.reshape(x.shape)
            fill_padding(dx, sizes, 0.0)
            return dx

        return y, backward


class GlobalMaxPool(_GlobalPool):
    """The largest number of each channel over all steps or pixels that are there.

    Examples
    --------
    >>> GlobalMaxPool().plan((32, 32, 16)).output_shape
    (16,)
    """

    def forward(self, x, workspace):
        steps = self._steps(x, workspace, -np.inf)
        y = workspace.empty("y", (len(steps), steps.shape[2]))
        np.max(steps, axis=1, out=y)

        def backward(dy):
            # The first of several that are equal takes it all.
            where = steps.argmax(axis=1)[:, np.newaxis]
            dx = workspace.empty("dx", steps.shape)
            dx.fill(0)
            np.put_along_axis(dx, where, dy[:, np.newaxis], axis=1)
            return dx.reshape(x.shape)

        return y, backward
