"""The arithmetic of convolution for series, whose windows need no copy.

In memory a window of a series is one piece, and of windows with k taps in a row every
k-th begins where the one before has ended. So they are k matrices as they lie, where
the windows of images have to be laid out first (``patches.py``).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skdeep.nn.aligned import aligned_empty
from skdeep.nn.cuts import cut_evenly
from skdeep.nn.layers.windows import Windows
from skdeep.nn.ragged import clear_padding
from skdeep.nn.workspace import Workspace

# Numbers that all series of a tile may have, with input and output: the L2 cache.
TILE = 400_000
# Rows that one product adds up: beyond, BLAS cuts the sum in a way that may depend on
# the number of threads, and could not be given several (``nn/blas.py``).
MOST_SUMMED = 320


class _Frames(NamedTuple):
    """Series one after the other with zeros between them, and what is seen of them.

    Attributes
    ----------
    middle : ndarray of shape (n_series, length, n_channels)
        Where the series go.
    phases : list of ndarray of shape (n_windows, kernel * n_channels)
        Every k-th window, from the first, the second, and so on to the k-th.
    rows : ndarray of shape (n_rows, n_channels)
        All steps.
    """

    middle: np.ndarray
    phases: list[np.ndarray]
    rows: np.ndarray


class SeriesCorrelation:
    """What :class:`.correlation.Correlation` is, for series and windows of distance 1.

    Parameters
    ----------
    windows : Windows
        Where the windows lie.
    length : int
        Number of steps of the series.
    dtype : dtype
        Of the buffers. They are its own: the layer's workspace keeps this object, and
        the two would keep each other in memory.
    """

    def __init__(self, windows: Windows, length: int, dtype: Any):
        axis = windows.axes[0]
        self.kernel, self.before, self.length = axis.kernel, axis.before, length
        self._scratch = Workspace.scratch(dtype)
        self.counts = int(axis.windows(length)), 1
        # One for x, dy and the results of products: they lie alike.
        self._pitch = length + self.kernel - 1
        self._frames: dict[tuple[str, int], _Frames] = {}
        self._last: slice | None = None

    def forward(
        self,
        x: np.ndarray,
        weight: np.ndarray,
        y: np.ndarray,
        bias: np.ndarray | None = None,
        sizes: np.ndarray | None = None,
    ) -> None:
        """Write the output."""
        matrix = weight.reshape(-1, weight.shape[-1])
        for part in self._tiles(len(x), x.shape[-1] + y.shape[-1]):
            frames = self._framed_x(x, part, sizes)
            out = self._products(frames, matrix, self.counts[0])
            if bias is None:
                np.copyto(y[part, :, 0], out)
            else:
                np.add(out, bias, out=y[part, :, 0])

    def gradients(
        self,
        x: np.ndarray,
        dy: np.ndarray,
        weight: np.ndarray,
        grad: np.ndarray,
        dx: np.ndarray | None,
        sizes: np.ndarray | None = None,
    ) -> None:
        """Write the gradients of weights and, unless None, of the series."""
        _, _, channels, filters = weight.shape
        total = grad.reshape(-1, filters)
        total.fill(0)
        product = self._scratch.empty("part", total.shape)
        if dx is not None:
            flipped = self._scratch.empty("flipped", (self.kernel, filters, channels))
            np.copyto(flipped, weight[::-1, 0].transpose(0, 2, 1))
            flipped = flipped.reshape(-1, channels)
        front = self.kernel - 1 - self.before
        for part in self._tiles(len(x), channels + filters):
            # What forward has left there last need not be copied again.
            if part == self._last:
                frames = self._frames["x", part.stop - part.start]
            else:
                frames = self._framed_x(x, part, sizes)
            slopes = self._framed("dy", dy[part, :, 0], front)
            rows = slopes.rows[front:]
            for start, windows in enumerate(frames.phases):
                own = rows[start :: self.kernel]
                for piece in cut_evenly(len(windows), MOST_SUMMED):
                    np.matmul(windows[piece].T, own[piece], out=product)
                    np.add(total, product, out=total)
            if dx is not None:
                np.copyto(dx[part, :, 0], self._products(slopes, flipped, self.length))

    def _tiles(self, n_samples: int, n_numbers: int) -> tuple[slice, ...]:
        return cut_evenly(n_samples, max(1, TILE // (self._pitch * n_numbers)))

    def _products(self, frames: _Frames, matrix: np.ndarray, count: int) -> np.ndarray:
        """Return the products of the first ``count`` windows of each series."""
        n, n_outputs = len(frames.middle), matrix.shape[1]
        out = self._scratch.empty("products", (n * self._pitch, n_outputs))
        for start, windows in enumerate(frames.phases):
            np.matmul(windows, matrix, out=out[start :: self.kernel])
        return out.reshape(n, self._pitch, n_outputs)[:, :count]

    def _framed_x(
        self, x: np.ndarray, part: slice, sizes: np.ndarray | None
    ) -> _Frames:
        frames = self._framed("x", x[part, :, 0], self.before)
        clear_padding(frames.middle, None if sizes is None else sizes[part])
        self._last = part
        return frames

    def _framed(self, name: str, x: np.ndarray, front: int) -> _Frames:
        """Return series with zeros around them; replaced by the next of that name."""
        frames = self._frames.get((name, len(x)))
        if frames is None:
            frames = self._frames[name, len(x)] = self._frame(x, front)
        np.copyto(frames.middle, x)
        return frames

    def _frame(self, x: np.ndarray, front: int) -> _Frames:
        n, length, channels = x.shape
        k, n_windows = self.kernel, n * self._pitch
        # The last windows go on beyond the last series.
        rows = aligned_empty((n_windows + k, channels), x.dtype)
        rows.fill(0)
        inside = rows[:n_windows].reshape(n, self._pitch, channels)
        step = rows.strides[0]
        phases = [
            as_strided(
                rows[start:],
                (len(range(start, n_windows, k)), k * channels),
                (k * step, rows.itemsize),
            )
            for start in range(k)
        ]
        return _Frames(inside[:, front : front + length], phases, rows)
