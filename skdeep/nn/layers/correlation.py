"""The arithmetic of convolution: three products of windows with weights.

With x the images, w the weights of one filter and y the output, for windows of distance
s and taps of distance d (Goodfellow, Bengio and Courville, "Deep learning", 2016,
equations 9.7 to 9.13)::

    y[i]  = sum over taps t of x[i s + t d] w[t]
    dw[t] = sum over windows i of x[i s + t d] dy[i]
    dx[j] = sum over i s + t d = j of dy[i] w[t]
"""

import numpy as np

from skdeep.nn.compute import Buffers, multiply, rowwise
from skdeep.nn.layers.patches import Grid, Patches
from skdeep.nn.layers.window_products import WindowProducts
from skdeep.nn.layers.windows import Windows


def grid_of(windows: Windows, height: int, width: int) -> Grid:
    """Return where windows lie on images of one size."""
    rows, columns = windows.axes
    return Grid(
        (rows.kernel, columns.kernel),
        (rows.stride, columns.stride),
        (rows.dilation, columns.dilation),
        (rows.before, columns.before),
        windows.padded_sizes(height, width),
        windows.counts(height, width),
    )


class Correlation(WindowProducts):
    """Products of the windows of images of one size with weights.

    Parameters
    ----------
    windows, height, width, scratch
        As of every such product.
    groups : int
        Into how many groups channels and filters are split.
    """

    def __init__(
        self,
        windows: Windows,
        height: int,
        width: int,
        groups: int,
        scratch: Buffers,
    ):
        super().__init__(windows, height, width, scratch)
        self.groups = groups
        self._grid = grid_of(windows, height, width)
        self.kernel, self.stride = self._grid.kernel, self._grid.stride
        self._is_pointwise = self.kernel == self.stride == (1, 1)
        self._patches = Patches(self._grid, groups, self._buffers)
        self._patches_back = Patches(self._grid_back(), groups, self._buffers)

    def forward(self, x, weight, y, bias=None, sizes=None):
        matrices = self._matrices_of(weight)
        if self._is_pointwise:
            np.matmul(self._grouped(x), matrices, out=self._grouped(y))
            if bias is not None:
                rowwise(np.add, y, bias, y)
            return
        for tile, columns in self._patches.matrices(x, sizes):
            out = y[tile]
            multiply(columns, matrices, out=self._grouped(out))
            if bias is not None:
                # Now, while the tile is in the cache.
                rowwise(np.add, out, bias, out)

    def gradients(self, x, dy, weight, grad, dx, sizes=None):
        # With windows next to another, those of dy serve for both:
        # dw[t] = sum over pixels j of x[j] dy[j - t d]
        apart = self._is_pointwise or self.stride != (1, 1) or sizes is not None
        if dx is None or apart:
            self.weight_gradient(x, dy, grad, sizes, after_forward=True)
            if dx is not None:
                self.input_gradient(dy, weight, dx)
            return
        matrices = self._flipped(weight)
        total = self._scratch.empty("total", matrices.shape)
        total.fill(0)
        part = self._scratch.empty("part", matrices.shape)
        for tile, columns in self._patches_back.matrices(dy, None):
            multiply(columns, matrices, out=self._grouped(dx[tile]))
            pixels = self._grouped(x[tile])
            total += multiply(columns.swapaxes(-2, -1), pixels, out=part)
        kh, kw = self.kernel
        flipped = total.reshape(self.groups, kh, kw, -1, weight.shape[2])[:, ::-1, ::-1]
        shape = kh, kw, weight.shape[2], self.groups, -1
        np.copyto(grad.reshape(shape), flipped.transpose(1, 2, 4, 0, 3))

    def weight_gradient(
        self,
        x: np.ndarray,
        dy: np.ndarray,
        grad: np.ndarray,
        sizes: np.ndarray | None = None,
        after_forward: bool = False,
    ) -> None:
        """Write the gradient of the weights; arguments as in ``forward``.

        ``after_forward`` tells that ``forward`` of x was the last to be called.
        """
        total = self._matrices_of(grad)
        if self._is_pointwise:
            np.matmul(self._grouped(x).swapaxes(-2, -1), self._grouped(dy), out=total)
            return
        # Columns are computed again, tile by tile: to keep them would take kernel times
        # the memory.
        part = self._scratch.empty("part", total.shape)
        grad.fill(0)
        for tile, columns in self._patches.matrices(x, sizes, after_forward):
            rows = self._grouped(dy[tile])
            total += multiply(columns.swapaxes(-2, -1), rows, out=part)

    def input_gradient(
        self, dy: np.ndarray, weight: np.ndarray, dx: np.ndarray
    ) -> None:
        """Write the gradient of the images, or the output of a transposed convolution.

        Parameters
        ----------
        dy : ndarray of shape (n_samples, *counts, n_filters)
            Gradient of the output, 0 for what is padding.
        weight : ndarray of shape (*kernel, n_channels / groups, n_filters)
            Weights.
        dx : ndarray of shape (n_samples, height, width, n_channels)
            Is overwritten.
        """
        if self._is_pointwise:
            matrices = self._matrices_of(weight).swapaxes(-2, -1)
            np.matmul(self._grouped(dy), matrices, out=self._grouped(dx))
        elif self.stride == (1, 1):
            matrices = self._flipped(weight)
            for tile, columns in self._patches_back.matrices(dy, None):
                multiply(columns, matrices, out=self._grouped(dx[tile]))
        else:
            self._scatter(dy, weight, dx)

    def _flipped(self, weight: np.ndarray) -> np.ndarray:
        """Return a matrix for each group that turns windows of dy into pixels of dx."""
        kh, kw = self.kernel
        shares = (weight.shape[2], self.groups, weight.shape[3] // self.groups)
        flipped = weight.reshape(kh, kw, *shares)[::-1, ::-1]
        # From (kh, kw, inputs, groups, outputs) to (groups, kh, kw, outputs, inputs).
        flipped = flipped.transpose(3, 0, 1, 4, 2)
        matrices = self._scratch.empty("flipped", flipped.shape)
        np.copyto(matrices, flipped)
        matrices = matrices.reshape(self.groups, -1, weight.shape[2])
        return matrices[0] if self.groups == 1 else matrices

    def _grid_back(self) -> Grid:
        """Return where the windows lie on the gradient, if they are next to another."""
        rows, columns = self.windows.axes
        height, width = self.image
        spans = rows.span - 1, columns.span - 1
        return Grid(
            self.kernel,
            (1, 1),
            self._grid.dilation,
            (spans[0] - rows.before, spans[1] - columns.before),
            (height + spans[0], width + spans[1]),
            self.image,
        )

    def _scatter(self, dy: np.ndarray, weight: np.ndarray, dx: np.ndarray) -> None:
        """Add what each window gives to its taps (col2im): no work for gaps."""
        matrices = self._matrices_of(weight).swapaxes(-2, -1)
        rows, columns = self.windows.axes
        (top, left), (height, width) = self._grid.before, self.image
        images, padded = None, dx
        share = weight.shape[2]
        for tile in self._patches.tiles(len(dy), dx.shape[-1]):
            part = dy[tile]
            n, count, across = part.shape[:3]
            shape = (self.groups, n, count, across, *self.kernel, share)
            taps = self._buffers.empty("columns", shape)
            windows = taps.reshape(self.groups, n * count * across, -1)
            if self.groups == 1:
                windows = windows[0]
            np.matmul(self._grouped(part), matrices, out=windows)
            taps = taps.transpose(4, 5, 1, 2, 3, 0, 6)
            if tile.images != images:
                images = tile.images
                padded = self._scratch.empty(
                    "padded dx", (n, *self._grid.padded, dx.shape[-1])
                )
                padded.fill(0)
            grouped = padded.reshape(*padded.shape[:3], self.groups, share)
            band = grouped[:, tile.rows.start * rows.stride :]
            for vertical, line in zip(rows.taps(count), taps, strict=True):
                for horizontal, tap in zip(columns.taps(across), line, strict=True):
                    band[:, vertical, horizontal] += tap
            if tile.rows.stop == self.counts[0]:
                dx[images] = padded[:, top : top + height, left : left + width]

    def _matrices_of(self, weight: np.ndarray) -> np.ndarray:
        """Return a view of weights as a matrix, or as one for each of several groups.

        A single group has no axis of its own: that spares making views.
        """
        filters = weight.shape[-1]
        if self.groups == 1:
            return weight.reshape(-1, filters)
        split = weight.reshape(-1, self.groups, filters // self.groups)
        return split.transpose(1, 0, 2)

    def _grouped(self, x: np.ndarray) -> np.ndarray:
        """Return a view of images as a matrix of pixels, or as one for each group."""
        channels = x.shape[-1]
        if self.groups == 1:
            return x.reshape(-1, channels)
        return x.reshape(-1, self.groups, channels // self.groups).transpose(1, 0, 2)
