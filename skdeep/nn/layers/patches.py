"""The windows of images as rows of a matrix, made a tile at a time (im2col)."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skdeep.nn.ragged import clear_padding
from skdeep.nn.workspace import Workspace

# Numbers in a tile of columns: it is to be multiplied before it leaves the L2 cache.
TILE = 150_000
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


class Patches:
    """The windows of images of one size.

    Parameters
    ----------
    grid : Grid
        Where the windows lie.
    groups : int
        Into how many groups channels are split, each with a matrix of its own.
    workspace : Workspace
        Holds the buffers.
    name : str
        Of the buffer with padding, which every user of the workspace has for itself.
    """

    def __init__(self, grid: Grid, groups: int, workspace: Workspace, name: str):
        self.grid, self.groups = grid, groups
        self._workspace, self._name = workspace, name

    def tiles(self, n_samples: int, n_channels: int) -> Iterator[Tile]:
        """Yield tiles that cover all windows of a mini-batch."""
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
        self, x: np.ndarray, sizes: np.ndarray | None
    ) -> Iterator[tuple[Tile, np.ndarray]]:
        """Yield tiles with their windows.

        Parameters
        ----------
        x : ndarray of shape (n_samples, height, width, n_channels)
            Images.
        sizes : ndarray or None
            How much of each image is there.

        Yields
        ------
        tile : Tile
            Which windows.
        matrix : ndarray of shape (groups, n_windows, n_taps * n_channels / groups)
            Overwritten by the next one.
        """
        n, height, width, channels = x.shape
        few = channels // self.groups < FEW_CHANNELS
        padded, seen = x, None
        needs_copy = (height, width) != self.grid.padded or sizes is not None
        for tile in self.tiles(n, channels):
            if needs_copy and tile.images != seen:
                part = None if sizes is None else sizes[tile.images]
                padded, seen = self.pad(x[tile.images], part, few), tile.images
            inside = padded if needs_copy else x[tile.images]
            yield tile, self._columns(inside, tile.rows, few)

    def pad(
        self,
        x: np.ndarray,
        sizes: np.ndarray | None,
        channels_first: bool = False,
    ) -> np.ndarray:
        """Return images with zeros around them, in the buffer.

        Parameters
        ----------
        x : ndarray of shape (n_samples, height, width, n_channels)
            Images.
        sizes : ndarray or None
            How much of each image is there; the rest becomes 0.
        channels_first : bool, default=False
            Whether the channels come first in memory.

        Returns
        -------
        ndarray of shape (n_samples, *padded, n_channels)
            Overwritten by the next call.
        """
        n, height, width, channels = x.shape
        rows, columns = self.grid.padded
        if channels_first:
            buffer = self._workspace.empty(self._name, (channels, n, rows, columns))
            padded = buffer.transpose(1, 2, 3, 0)
        else:
            padded = self._workspace.empty(self._name, (n, rows, columns, channels))
        (top, left), bottom = self.grid.before, self.grid.before[0] + height
        right = left + width
        padded[:, :top] = 0
        padded[:, bottom:] = 0
        padded[:, top:bottom, :left] = 0
        padded[:, top:bottom, right:] = 0
        middle = padded[:, top:bottom, left:right]
        np.copyto(middle, x)
        clear_padding(middle, sizes)
        return padded

    def _columns(self, padded: np.ndarray, rows: slice, few: bool) -> np.ndarray:
        n, channels = len(padded), padded.shape[-1]
        (kh, kw), (sh, sw), (dh, dw) = self.grid[:3]
        count, width, inner = rows.stop - rows.start, self.grid.counts[1], kh * kw
        s = padded.strides
        share = channels // self.groups
        windows = as_strided(
            padded[:, rows.start * sh :],
            (self.groups, n, count, width, kh, kw, share),
            (share * s[3], s[0], s[1] * sh, s[2] * sw, s[1] * dh, s[2] * dw, s[3]),
        )
        matrix = (self.groups, n * count * width, inner * share)
        if few:
            windows = windows.transpose(0, 4, 5, 6, 1, 2, 3)
        columns = self._workspace.empty("columns", windows.shape)
        np.copyto(columns, windows)
        if few:
            return columns.reshape(matrix[0], matrix[2], matrix[1]).swapaxes(1, 2)
        return columns.reshape(matrix)
