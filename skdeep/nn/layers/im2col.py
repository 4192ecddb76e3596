"""Convolution as products of matrices: windows are laid out as rows (im2col).

With x the images, w the weights of one filter and y the output, for windows of distance
s and taps of distance d (Goodfellow, Bengio and Courville, "Deep learning", 2016,
equations 9.7 to 9.13)::

    y[i]  = sum over taps t of x[i s + t d] w[t]
    dw[t] = sum over windows i of x[i s + t d] dy[i]
    dx[j] = sum over i s + t d = j of dy[i] w[t]
"""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skdeep.nn.compute import Buffers, aligned_empty, multiply, rowwise
from skdeep.nn.layers.windows import WindowProducts, Windows
from skdeep.nn.ragged import clear_padding

# Numbers in the rows of a tile, which are multiplied before the next one is laid out.
TILE = 300_000
# Below so many channels, rows are copied in runs along the image's width.
FEW_CHANNELS = 8


class Im2colProducts(WindowProducts):
    """Products of rows, as many windows at a time as make a tile.

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
        down, along = windows.axes
        self.kernel, self.stride = (
            (down.kernel, along.kernel),
            (down.stride, along.stride),
        )
        self._is_pointwise = self.kernel == self.stride == (1, 1)
        self._im2col = Im2col(windows, (height, width), groups, self._buffers)
        # Over the gradient of the output, if windows are adjacent.
        self._im2col_back = Im2col(
            windows.reversed(), self.counts, groups, self._buffers
        )

    def forward(self, x, weight, y, bias=None, sizes=None):
        matrices = self._matrices_of(weight)
        if self._is_pointwise:
            np.matmul(self._grouped(x), matrices, out=self._grouped(y))
            if bias is not None:
                rowwise(np.add, y, bias, y)
            return
        for tile, columns in self._im2col.matrices(x, sizes):
            out = y[tile]
            multiply(columns, matrices, out=self._grouped(out))
            if bias is not None:
                # Now, while the tile is at hand.
                rowwise(np.add, out, bias, out)

    def gradients(self, x, dy, weight, grad, dx, sizes=None):
        # With adjacent windows, those of dy serve for both:
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
        for tile, columns in self._im2col_back.matrices(dy, None):
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
        for tile, columns in self._im2col.matrices(x, sizes, after_forward):
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
            for tile, columns in self._im2col_back.matrices(dy, None):
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

    def _scatter(self, dy: np.ndarray, weight: np.ndarray, dx: np.ndarray) -> None:
        """Add what each window gives to its taps (col2im): no work for gaps."""
        matrices = self._matrices_of(weight).swapaxes(-2, -1)
        rows, columns = self.windows.axes
        images, padded = None, dx
        share = weight.shape[2]
        for tile in self._im2col.tiles(len(dy), dx.shape[-1]):
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
                    "padded dx", (n, *self._im2col.padded, dx.shape[-1])
                )
                padded.fill(0)
            grouped = padded.reshape(*padded.shape[:3], self.groups, share)
            band = grouped[:, tile.rows.start * rows.stride :]
            for vertical, line in zip(rows.taps(count), taps, strict=True):
                for horizontal, tap in zip(columns.taps(across), line, strict=True):
                    band[:, vertical, horizontal] += tap
            if tile.rows.stop == self.counts[0]:
                dx[images] = self.windows.middle(padded, self.image)

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


class Tile(NamedTuple):
    """Some windows: of several images, or of a band of rows of one."""

    images: slice
    rows: slice


class _Frame(NamedTuple):
    """Zeros with room for images in their middle, and the view of their windows."""

    padded: np.ndarray
    middle: np.ndarray
    windows: np.ndarray


class Im2col:
    """The windows of images of one size as rows of a matrix, a tile at a time.

    What follows from shapes alone is made once and kept: for small images it takes as
    long as the arithmetic, and the fewer steps between two products are Python's, the
    less do threads wait for each other.

    Parameters
    ----------
    windows : Windows
        Where the windows lie.
    size : tuple of (int, int)
        Height and width of the images.
    groups : int
        Into how many groups channels are split, each with a matrix of its own.
    buffers : Buffers
        Holds the rows, which all who use it share.

    Attributes
    ----------
    counts, padded : tuple of (int, int)
        Number of windows along height and width, and size with padding.
    """

    def __init__(
        self, windows: Windows, size: tuple[int, int], groups: int, buffers: Buffers
    ):
        self.windows, self.groups, self._buffers = windows, groups, buffers
        self.counts, self.padded = windows.counts(*size), windows.padded_sizes(*size)
        self._tiles: dict[tuple[int, int], list[Tile]] = {}
        self._frames: dict[tuple[int, ...], _Frame] = {}
        self._columns: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}

    def tiles(self, n_samples: int, n_channels: int) -> list[Tile]:
        """Return tiles that cover all windows of a mini-batch."""
        tiles = self._tiles.get((n_samples, n_channels))
        if tiles is None:
            tiles = list(self._cut(n_samples, n_channels))
            self._tiles[n_samples, n_channels] = tiles
        return tiles

    def _cut(self, n_samples: int, n_channels: int) -> Iterator[Tile]:
        (height, width), (down, along) = self.counts, self.windows.axes
        row = width * down.kernel * along.kernel * n_channels
        images = max(1, TILE // (row * height))
        # An image that is too large itself is cut into bands of equal height.
        bands = max(1, -(-row * height // (4 * TILE)))
        rows = -(-height // bands)
        for start in range(0, n_samples, images):
            chosen = slice(start, min(start + images, n_samples))
            for top in range(0, height, rows):
                yield Tile(chosen, slice(top, min(top + rows, height)))

    def matrices(
        self, x: np.ndarray, sizes: np.ndarray | None, again: bool = False
    ) -> Iterator[tuple[Tile, np.ndarray]]:
        """Yield tiles with their windows.

        Parameters
        ----------
        x : ndarray of shape (n_samples, height, width, n_channels)
            Images.
        sizes : ndarray or None
            How much of each image is there.
        again : bool, default=False
            Whether the same windows were the last to be laid out in this memory: a
            single tile then need not be laid out again.

        Yields
        ------
        tile : Tile
            Which windows.
        matrix : ndarray of shape ([groups,] n_windows, n_taps * n_channels / groups)
            Overwritten by the next one; a single group has no axis of its own.
        """
        is_padded = x.shape[1:3] != self.padded or sizes is not None
        height, start, windows = self.counts[0], -1, x
        tiles = self.tiles(len(x), x.shape[3])
        if again and len(tiles) == 1:
            yield tiles[0], self._columns[len(x), height][1]
            return
        for tile in tiles:
            images, rows = tile
            if images.start != start:
                start, part = images.start, x[images]
                if is_padded:
                    there = None if sizes is None else sizes[images]
                    windows = self.framed(part, there).windows
                else:
                    windows = self._windows_of(part)
            n_rows = rows.stop - rows.start
            columns, matrix = self._room(windows, n_rows)
            np.copyto(columns, windows if n_rows == height else windows[:, :, rows])
            yield tile, matrix

    def framed(self, images: np.ndarray, sizes: np.ndarray | None = None) -> _Frame:
        """Return images with zeros around them.

        Parameters
        ----------
        images : ndarray of shape (n_samples, height, width, n_channels)
            What is to be in the middle.
        sizes : ndarray or None, default=None
            How much of each image is there.

        Returns
        -------
        _Frame
            Overwritten by the next one of the same shape.
        """
        frame = self._frames.get(images.shape)
        if frame is None:
            frame = self._frames[images.shape] = self._frame(images)
        np.copyto(frame.middle, images)
        clear_padding(frame.middle, sizes)
        return frame

    def _frame(self, images: np.ndarray) -> _Frame:
        n, height, width, channels = images.shape
        rows, columns = self.padded
        if self._has_few(channels):
            zeros = aligned_empty((channels, n, rows, columns), images.dtype)
            padded = zeros.transpose(1, 2, 3, 0)
        else:
            padded = aligned_empty((n, rows, columns, channels), images.dtype)
        padded.fill(0)
        middle = self.windows.middle(padded, (height, width))
        return _Frame(padded, middle, self._windows_of(padded))

    def _has_few(self, channels: int) -> bool:
        return channels // self.groups < FEW_CHANNELS

    def _windows_of(self, padded: np.ndarray) -> np.ndarray:
        """Return a view with axes for windows, taps and the channels of a group."""
        n, _, _, channels = padded.shape
        s, share = padded.strides, channels // self.groups
        down, along = self.windows.axes
        return as_strided(
            padded,
            (self.groups, n, *self.counts, down.kernel, along.kernel, share),
            (
                *(share * s[3], s[0], s[1] * down.stride, s[2] * along.stride),
                *(s[1] * down.dilation, s[2] * along.dilation, s[3]),
            ),
        )

    def _room(self, windows: np.ndarray, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Return a buffer for so many rows of windows, and a view of it as a matrix."""
        groups, n, _, width, *inner = windows.shape
        room = self._columns.get((n, n_rows))
        if room is not None:
            return room
        outer, length = (n, n_rows, width), prod(inner)
        if self._has_few(inner[-1] * groups):
            shape = (groups, *inner, *outer)
            columns = self._buffers.empty("columns", shape)
            matrix = columns.reshape(groups, length, -1).swapaxes(1, 2)
            columns = columns.transpose(0, 4, 5, 6, 1, 2, 3)
        else:
            columns = self._buffers.empty("columns", (groups, *outer, *inner))
            matrix = columns.reshape(groups, -1, length)
        room = columns, matrix[0] if groups == 1 else matrix
        self._columns[n, n_rows] = room
        return room
