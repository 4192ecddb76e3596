"""The windows of images as rows of a matrix, made a tile at a time (im2col)."""

from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skdeep.nn.ragged import clear_padding
from skdeep.nn.workspace import Workspace

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
        shape = x.shape[1:]
        is_padded = shape[:2] != self.grid.padded or sizes is not None
        few = shape[2] // self.groups < FEW_CHANNELS
        # Views are made anew only for the last, smaller tile: the fewer steps between
        # products are Python's, the less do threads wait for each other.
        frame: Any = None
        windows: Any = None
        columns: Any = None
        matrix: Any = None
        before: tuple[int, int] | None = None
        start = -1
        for tile in self.tiles(len(x), shape[2]):
            images, rows = tile
            part = x[images]
            extent = len(part), rows.stop - rows.start
            if is_padded and (before is None or extent[0] != before[0]):
                frame = self.frame(part.shape, few)
            if is_padded and images.start != start:
                start = images.start
                np.copyto(self.middle(frame, shape), part)
                if sizes is not None:
                    clear_padding(self.middle(frame, shape), sizes[images])
            if extent != before or not is_padded:
                windows = self._windows(frame if is_padded else part)
                columns, matrix = self._columns(windows, extent[1], few)
            before = extent
            band = windows if extent[1] == windows.shape[2] else windows[:, :, rows]
            np.copyto(columns, band.transpose(0, 4, 5, 6, 1, 2, 3) if few else band)
            yield tile, matrix

    def frame(self, shape: tuple[int, ...], channels_first: bool = False) -> np.ndarray:
        """Return a buffer for images with zeros around them.

        Parameters
        ----------
        shape : tuple of int
            Shape (n_samples, height, width, n_channels) of the images.
        channels_first : bool, default=False
            Whether the channels come first in memory.

        Returns
        -------
        ndarray of shape (n_samples, *padded, n_channels)
            What is in the middle is arbitrary.
        """
        n, height, width, channels = shape
        rows, columns = self.grid.padded
        if channels_first:
            buffer = self._workspace.empty(self._name, (channels, n, rows, columns))
            padded = buffer.transpose(1, 2, 3, 0)
        else:
            padded = self._workspace.empty(self._name, (n, rows, columns, channels))
        top, left = self.grid.before
        padded[:, :top] = 0
        padded[:, top + height :] = 0
        padded[:, top : top + height, :left] = 0
        padded[:, top : top + height, left + width :] = 0
        return padded

    def middle(self, frame: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Return where in the buffer images of shape (height, width, ...) belong."""
        top, left = self.grid.before
        return frame[:, top : top + shape[0], left : left + shape[1]]

    def _windows(self, padded: np.ndarray) -> np.ndarray:
        """Return a view with axes for windows, taps and the channels of a group."""
        n, _, _, channels = padded.shape
        (kh, kw), (sh, sw), (dh, dw) = self.grid[:3]
        s, share = padded.strides, channels // self.groups
        return as_strided(
            padded,
            (self.groups, n, *self.grid.counts, kh, kw, share),
            (share * s[3], s[0], s[1] * sh, s[2] * sw, s[1] * dh, s[2] * dw, s[3]),
        )

    def _columns(
        self, windows: np.ndarray, n_rows: int, few: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return a buffer for windows, and a view of it as a matrix."""
        groups, n, _, width, *inner = windows.shape
        outer, length = (n, n_rows, width), prod(inner)
        if few:
            columns = self._workspace.empty("columns", (groups, *inner, *outer))
            return columns, columns.reshape(groups, length, -1).swapaxes(1, 2)
        columns = self._workspace.empty("columns", (groups, *outer, *inner))
        return columns, columns.reshape(groups, -1, length)
