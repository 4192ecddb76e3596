"""Convolution of every channel with a filter of its own: a sum over taps."""

from collections.abc import Iterator

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
        self.weight_gradient(x, dy, grad, sizes)
        if dx is not None:
            self.input_gradient(dy, weight, dx)

    def weight_gradient(
        self,
        x: np.ndarray,
        dy: np.ndarray,
        grad: np.ndarray,
        sizes: np.ndarray | None = None,
    ) -> None:
        """Write the gradient of the weights."""
        grad.fill(0)
        for images, padded in self._padded(x, sizes):
            part = dy[images]
            product = self._scratch.empty("product", part.shape)
            rows = product.reshape(-1, part.shape[-1])
            ones = self._buffers.ones(len(rows))
            for (a, b), tap in self._taps(padded):
                np.multiply(tap, part, out=product)
                grad[a, b, 0] += ones @ rows

    def input_gradient(
        self, dy: np.ndarray, weight: np.ndarray, dx: np.ndarray
    ) -> None:
        """Write the gradient of the images."""
        channels = dx.shape[-1]
        for images in self._tiles(len(dy), channels):
            part = dy[images]
            product = self._scratch.empty("product", part.shape)
            shape = (len(part), *self._im2col.padded, channels)
            padded = self._scratch.empty("padded", shape)
            padded.fill(0)
            for (a, b), tap in self._taps(padded):
                tap += np.multiply(part, weight[a, b, 0], out=product)
            dx[images] = self.windows.middle(padded, self.image)

    def _taps(self, padded: np.ndarray) -> Iterator[tuple[tuple[int, int], np.ndarray]]:
        """Yield, for each tap, its place and where it lies in all windows."""
        rows, columns = self.windows.axes
        for a, vertical in enumerate(rows.taps(self.counts[0])):
            for b, horizontal in enumerate(columns.taps(self.counts[1])):
                yield (a, b), padded[:, vertical, horizontal]

    def _tiles(self, n_samples: int, n_channels: int) -> Iterator[slice]:
        height, width = self._im2col.padded
        images = max(1, TILE // (height * width * n_channels))
        for start in range(0, n_samples, images):
            yield slice(start, min(start + images, n_samples))

    def _padded(
        self, x: np.ndarray, sizes: np.ndarray | None
    ) -> Iterator[tuple[slice, np.ndarray]]:
        for images in self._tiles(len(x), x.shape[-1]):
            there = None if sizes is None else sizes[images]
            yield images, self._im2col.framed(x[images], there).padded
