"""Convolution of every channel with a filter of its own: a sum over taps."""

from collections.abc import Iterator
from math import prod

import numpy as np

from skdeep.nn.compute import Buffers
from skdeep.nn.layers.im2col import TILE, Im2col
from skdeep.nn.layers.windows import WindowProducts, Windows


class DepthwiseProducts(WindowProducts):
    """Sums over taps, where each channel is a group.

    A product of matrices would have one column here; multiplying whole images by the
    weight of one tap after the other takes a fraction of the time.
    """

    def __init__(self, windows: Windows, height: int, width: int, scratch: Buffers):
        super().__init__(windows, height, width, scratch)
        self._im2col = Im2col(windows, (height, width), 1, self._buffers)

    def forward(self, x, weight, y, bias=None, sizes=None):
        for images, padded in self._padded(x, sizes):
            out, taps = y[images], self._taps(padded)
            product = self._scratch.empty("product", out.shape)
            for position, ((a, b), tap) in enumerate(taps):
                np.multiply(tap, weight[a, b, 0], out=product if position else out)
                if position:
                    out += product
            if bias is not None:
                out += bias

    def gradients(self, x, dy, weight, grad, dx, sizes=None):
        grad.fill(0)
        for images, padded in self._padded(x, sizes):
            part = dy[images]
            product = self._scratch.empty("product", part.shape)
            rows = product.reshape(-1, part.shape[-1])
            ones = self._buffers.ones(len(rows))
            for (a, b), tap in self._taps(padded):
                np.multiply(tap, part, out=product)
                grad[a, b, 0] += ones @ rows
            if dx is None:
                continue
            back = self._scratch.empty("padded", padded.shape)
            back.fill(0)
            for (a, b), tap in self._taps(back):
                tap += np.multiply(part, weight[a, b, 0], out=product)
            dx[images] = self.windows.middle(back, self.image)

    def _taps(self, padded: np.ndarray) -> Iterator[tuple[tuple[int, int], np.ndarray]]:
        """Yield, for each tap, its place and where it lies in all windows."""
        rows, columns = self.windows.axes
        for a, vertical in enumerate(rows.taps(self.counts[0])):
            for b, horizontal in enumerate(columns.taps(self.counts[1])):
                yield (a, b), padded[:, vertical, horizontal]

    def _padded(
        self, x: np.ndarray, sizes: np.ndarray | None
    ) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield which images are in a tile, and these with padding."""
        n_images = max(1, TILE // (prod(self._im2col.padded) * x.shape[-1]))
        for start in range(0, len(x), n_images):
            images = slice(start, start + n_images)
            there = None if sizes is None else sizes[images]
            yield images, self._im2col.framed(x[images], there).padded
