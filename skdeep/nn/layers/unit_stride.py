"""Convolution with strides of 1, whose windows are multiplied without a copy.

In memory the taps of a window that lie in one line of an image are one piece. Of the
windows with k taps in a line, every k-th begins where the one before has ended: for
each line of the kernel they are k matrices as they lie, one per phase, where windows in
general have to be laid out first (``im2col.py``). The products of the lines are added.
"""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skdeep.nn.compute import Buffers, aligned_empty, cut_evenly, multiply, rowwise
from skdeep.nn.layers.im2col import FEW_CHANNELS
from skdeep.nn.layers.windows import Axis, WindowProducts, Windows
from skdeep.nn.ragged import clear_padding

# Numbers that the images of a tile may have, with input and products.
TILE = 400_000
# Windows that one product adds up: sums of short sums lose fewer digits.
MOST_SUMMED = 320
# Windows of images that are computed for each one that is of use, margins included.
MOST_MARGIN = 1.3


class _Frames(NamedTuple):
    """Images one after the other with zeros between them, and what is seen of them.

    Attributes
    ----------
    middle : ndarray of shape (n_images, height, width, n_channels)
        Where the images go.
    phases : ndarray of shape (kernel height, kernel width, n_windows, n_taps)
        For each line of the kernel, every k-th window from the first, the second, and
        so on to the k-th: their taps in that line, with all channels.
    rows : ndarray of shape (n_rows, n_channels)
        All pixels.
    """

    middle: np.ndarray
    phases: np.ndarray
    rows: np.ndarray


class UnitStrideProducts(WindowProducts):
    """Products of windows as they lie, for strides and dilation of 1.

    A series is taken as an image of one line.
    """

    def __init__(self, windows: Windows, height: int, width: int, scratch: Buffers):
        super().__init__(windows, height, width, scratch)
        self._is_series = windows.rank == 1
        down, along = windows.axes
        if self._is_series:
            down, along, height, width = along, down, width, height
        self._kernel = down.kernel, along.kernel
        self._before = down.before, along.before
        self._behind = down.reversed().before, along.reversed().before
        # One for x, dy and the results of products: they lie alike.
        self._pitch = _pitch(down, height), _pitch(along, width)
        self._frames: dict[tuple[str, int], _Frames] = {}

    @staticmethod
    def suits(
        windows: Windows, height: int, width: int, channels: int, filters: int
    ) -> bool:
        """Tell whether windows can be taken as they lie, at little cost.

        Parameters
        ----------
        windows : Windows
            Where the windows lie.
        height, width, channels : int
            Shape of the images.
        filters : int
            Number of outputs.

        Returns
        -------
        bool
            For images, False too where margins or short products would cost more than
            laying out the windows, or a single one is too large for a tile.
        """
        rows, columns = windows.axes
        if not rows.stride == columns.stride == rows.dilation == columns.dilation == 1:
            return False
        if windows.rank == 1:
            return rows.kernel > 1
        pixels = _pitch(rows, height) * _pitch(columns, width)
        return (
            columns.kernel > 1
            and channels >= FEW_CHANNELS
            and pixels <= MOST_MARGIN * height * width
            and pixels * (channels + rows.kernel * filters) <= TILE
        )

    def forward(self, x, weight, y, bias=None, sizes=None):
        matrices = self._by_line(weight)
        for part in self._tiles(len(x), weight):
            frames = self._framed_x(x, part, sizes)
            self._products(frames, matrices, y[part], bias)

    def gradients(self, x, dy, weight, grad, dx, sizes=None):
        total = self._by_line(grad)
        total.fill(0)
        kh, kw = self._kernel
        product = self._scratch.empty("part", (kh, kw, *total.shape[1:]))
        if dx is not None:
            flipped = weight[::-1, ::-1].swapaxes(2, 3)
            back = self._scratch.empty("flipped", flipped.shape)
            np.copyto(back, flipped)
            back = self._by_line(back)
        # A window's gradient is to lie where the window begins.
        front = self._behind[0] * self._pitch[1] + self._behind[1]
        for part in reversed(self._tiles(len(x), weight)):
            frames = self._framed_x(x, part, sizes)
            slopes = self._framed("dy", dy[part], self._behind)
            n_windows = frames.phases.shape[2]
            own = self._by_phase(slopes.rows[front:], n_windows)
            for piece in cut_evenly(n_windows, MOST_SUMMED):
                windows = frames.phases[:, :, piece].swapaxes(2, 3)
                multiply(windows, own[:, piece], product)
                np.add(total, np.add.reduce(product, axis=1), out=total)
            if dx is not None:
                self._products(slopes, back, dx[part])

    def _tiles(self, n_samples: int, weight: np.ndarray) -> tuple[slice, ...]:
        _, _, channels, filters = weight.shape
        numbers = channels + filters * self._kernel[0]
        image = self._pitch[0] * self._pitch[1] * numbers
        return cut_evenly(n_samples, max(1, TILE // image))

    def _by_line(self, weight: np.ndarray) -> np.ndarray:
        """Return a matrix for each line of the kernel."""
        return weight.reshape(self._kernel[0], -1, weight.shape[-1])

    def _by_phase(self, rows: np.ndarray, n_windows: int) -> np.ndarray:
        """Return a view of the rows, (..., kernel width, n_windows, n_columns)."""
        kw = self._kernel[1]
        rows = rows[..., : n_windows * kw, :]
        return rows.reshape(*rows.shape[:-2], n_windows, kw, -1).swapaxes(-3, -2)

    def _products(
        self,
        frames: _Frames,
        matrices: np.ndarray,
        out: np.ndarray,
        bias: np.ndarray | None = None,
    ) -> None:
        """Write the products of all windows, (n_images, height, width, n_columns)."""
        kh, kw, n_windows, _ = frames.phases.shape
        shape = (kh, kw * n_windows, matrices.shape[-1])
        lines = self._scratch.empty("products", shape)
        multiply(
            frames.phases, matrices[:, np.newaxis], self._by_phase(lines, n_windows)
        )
        for line in lines[1:-1]:
            np.add(lines[0], line, out=lines[0])
        out = self._as_images(out)
        inside = self._inside(lines, out.shape)
        if kh > 1:
            np.add(inside[0], inside[-1], out=out)
            if bias is not None:
                rowwise(np.add, out, bias, out)
        elif bias is not None:
            np.add(inside[0], bias, out=out)
        else:
            np.copyto(out, inside[0])

    def _as_images(self, x: np.ndarray) -> np.ndarray:
        """Return a view of a series as an image of one line."""
        return x.swapaxes(1, 2) if self._is_series else x

    def _inside(self, rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Return a view of what is no margin in rows that begin with an image."""
        n, height, width, columns = shape
        down, along = self._pitch
        images = rows[..., : n * down * along, :]
        images = images.reshape(*rows.shape[:-2], n, down, along, columns)
        return images[..., :height, :width, :]

    def _framed_x(
        self, x: np.ndarray, part: slice, sizes: np.ndarray | None
    ) -> _Frames:
        frames = self._framed("x", x[part], self._before)
        if sizes is not None:
            clear_padding(self._as_images(frames.middle), sizes[part])
        return frames

    def _framed(self, name: str, x: np.ndarray, before: tuple[int, int]) -> _Frames:
        """Return images with zeros around them; replaced by the next of that name."""
        x = self._as_images(x)
        frames = self._frames.get((name, len(x)))
        if frames is None:
            frames = self._frames[name, len(x)] = self._frame(x, before)
        np.copyto(frames.middle, x)
        return frames

    def _frame(self, x: np.ndarray, before: tuple[int, int]) -> _Frames:
        (kh, kw), (down, along) = self._kernel, self._pitch
        channels = x.shape[-1]
        n_windows = -(-len(x) * down * along // kw)
        # The last windows go on beyond the last image.
        n_rows = (n_windows + 1) * kw + (kh - 1) * along
        rows = aligned_empty((n_rows, channels), x.dtype)
        rows.fill(0)
        step, item = rows.strides
        phases = as_strided(
            rows,
            (kh, kw, n_windows, kw * channels),
            (along * step, step, kw * step, item),
        )
        first = before[0] * along + before[1]
        return _Frames(self._inside(rows[first:], x.shape), phases, rows)


def _pitch(axis: Axis, size: int) -> int:
    """Return the distance of lines or images: zeros behind one are before the next."""
    return size + max(axis.before, axis.after(size))
