"""Transposed convolution whose windows are side by side: as long as they are apart.

No two windows add to the same pixel, and what the pixels of one line of the input give
by line i of their windows is one line of the output, as it lies in memory::

    y[s r + i]  = x[r] w[i]
    dw[i]       = sum over r of x[r]^T dy[s r + i]
    dx[r]       = sum over i of dy[s r + i] w[i]^T
"""

import numpy as np

from skdeep.nn.compute import Buffers, cut_evenly, multiply
from skdeep.nn.layers.windows import Windows

# Numbers in a tile of the output: with its input it stays in the second cache.
TILE = 150_000


class AdjacentWindows:
    """Transposed convolution of images of one size, and its gradients.

    Parameters
    ----------
    windows : Windows
        Where the windows lie on the output.
    shape : tuple of (int, int)
        Height and width of the images that come in.
    scratch : Buffers
        Of the shard.

    Attributes
    ----------
    image : tuple of (int, int)
        Height and width of those that leave.
    """

    def __init__(self, windows: Windows, shape: tuple[int, int], scratch: Buffers):
        self._kernel = tuple(axis.kernel for axis in windows.axes)
        height, width = shape
        self.image = height * self._kernel[0], width * self._kernel[1]
        self._scratch = scratch

    @staticmethod
    def suits(windows: Windows) -> bool:
        """Tell whether windows are side by side, from the first pixel on."""
        return all(a.kernel == a.stride and not a.before for a in windows.axes)

    def spread(self, x: np.ndarray, weight: np.ndarray, y: np.ndarray) -> None:
        """Write the output; arguments as of ``SubPixels.spread``."""
        for part, lines in self._tiles(x, y):
            for i, matrix in enumerate(self._matrices(weight)):
                products = self._products(len(part), len(matrix))
                multiply(part, matrix.T, products)
                np.copyto(lines[:, i], products.reshape(len(lines), -1))

    def spread_gradients(
        self,
        x: np.ndarray,
        dy: np.ndarray,
        weight: np.ndarray,
        grad: np.ndarray,
        dx: np.ndarray | None,
    ) -> None:
        """Write the gradients; arguments as of ``SubPixels.spread_gradients``."""
        matrices, totals = self._matrices(weight), self._matrices(grad)
        grad.fill(0)
        pixels = x if dx is None else dx
        tiles = zip(self._tiles(x, dy), self._tiles(pixels, dy), strict=True)
        for (part, lines), (slopes, _) in tiles:
            for i, (matrix, total) in enumerate(zip(matrices, totals, strict=True)):
                line = self._products(len(part), len(matrix))
                np.copyto(line.reshape(len(lines), -1), lines[:, i])
                total += line.T @ part
                if dx is None:
                    continue
                if i == 0:
                    multiply(line, matrix, slopes)
                else:
                    share = self._scratch.empty("share", slopes.shape)
                    slopes += multiply(line, matrix, share)

    def _matrices(self, weight: np.ndarray) -> np.ndarray:
        """Return a view: a matrix for each line of the window, channels last."""
        return weight.reshape(self._kernel[0], -1, weight.shape[-1])

    def _products(self, n_pixels: int, n_columns: int) -> np.ndarray:
        return self._scratch.empty("products", (n_pixels, n_columns))

    def _tiles(self, small: np.ndarray, large: np.ndarray):
        """Yield pixels of small images and the lines of large ones that belong to them.

        The latter have the shape (n_lines, kernel height, numbers in a line).
        """
        n, height, width, channels = small.shape
        length = width * self._kernel[1] * large.shape[-1]
        lines = large.reshape(n * height, self._kernel[0], length)
        pixels = small.reshape(n * height, width * channels)
        for tile in cut_evenly(n * height, max(1, TILE // (self._kernel[0] * length))):
            yield pixels[tile].reshape(-1, channels), lines[tile]
