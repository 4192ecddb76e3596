"""The windows of images as rows of a matrix, made a tile at a time (im2col)."""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skdeep.nn.compute import Buffers, aligned_empty
from skdeep.nn.ragged import clear_padding

# Numbers in a tile of columns: it is to be multiplied before it leaves the L2 cache.
TILE = 300_000
# Below so many channels, columns are copied in runs along the image's width.
FEW_CHANNELS = 8


class Tile(NamedTuple):
    """Some windows: of several images, or of a band of rows of one."""

    images: slice
    rows: slice


class Grid(NamedTuple):
    """Where windows lie on padded images.

    Attributes
    ----------
    kernel, stride, dilation, before, padded, counts : tuple of (int, int)
        For height and width: taps, distance of windows and of taps, padding in front,
        size with padding, and number of windows.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    before: tuple[int, int]
    padded: tuple[int, int]
    counts: tuple[int, int]


class _Frame(NamedTuple):
    """Zeros with room for images in their middle, and the view of their windows."""

    padded: np.ndarray
    middle: np.ndarray
    windows: np.ndarray


class Patches:
    """The windows of images of one size.

    What follows from shapes alone is made once and kept: for small images it takes as
    long as the arithmetic, and the fewer steps between two products are Python's, the
    less do threads wait for each other.

    Parameters
    ----------
    grid : Grid
        Where the windows lie.
    groups : int
        Into how many groups channels are split, each with a matrix of its own.
    buffers : Buffers
        Holds the columns, which all who use it share.
    """

    def __init__(self, grid: Grid, groups: int, buffers: Buffers):
        self.grid, self.groups, self._buffers = grid, groups, buffers
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
        height, width = self.grid.counts
        row = width * self.grid.kernel[0] * self.grid.kernel[1] * n_channels
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
        is_padded = x.shape[1:3] != self.grid.padded or sizes is not None
        height, start, windows = self.grid.counts[0], -1, x
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
        (rows, columns), (top, left) = self.grid.padded, self.grid.before
        if self._has_few(channels):
            zeros = aligned_empty((channels, n, rows, columns), images.dtype)
            padded = zeros.transpose(1, 2, 3, 0)
        else:
            padded = aligned_empty((n, rows, columns, channels), images.dtype)
        padded.fill(0)
        middle = padded[:, top : top + height, left : left + width]
        return _Frame(padded, middle, self._windows_of(padded))

    def _has_few(self, channels: int) -> bool:
        return channels // self.groups < FEW_CHANNELS

    def _windows_of(self, padded: np.ndarray) -> np.ndarray:
        """Return a view with axes for windows, taps and the channels of a group."""
        n, _, _, channels = padded.shape
        (kh, kw), (sh, sw), (dh, dw) = self.grid[:3]
        s, share = padded.strides, channels // self.groups
        return as_strided(
            padded,
            (self.groups, n, *self.grid.counts, kh, kw, share),
            (share * s[3], s[0], s[1] * sh, s[2] * sw, s[1] * dh, s[2] * dw, s[3]),
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
