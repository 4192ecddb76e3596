"""The arithmetic of convolution: three products of windows with weights.

With x the images, w the weights of one filter and y the output, for windows of distance
s and taps of distance d (Goodfellow, Bengio and Courville, "Deep learning", 2016,
equations 9.7 to 9.13)::

    y[i]  = sum over taps t of x[i s + t d] w[t]
    dw[t] = sum over windows i of x[i s + t d] dy[i]
    dx[j] = sum over i s + t d = j of dy[i] w[t]
"""

import numpy as np

from skdeep.nn.layers.patches import Grid, Patches
from skdeep.nn.layers.windows import Windows
from skdeep.nn.workspace import Workspace


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


class Correlation:
    """Products of the windows of images of one size with weights.

    Parameters
    ----------
    windows : Windows
        Where the windows lie.
    height, width : int
        Size of the images.
    groups : int
        Into how many groups channels and filters are split.
    workspace : Workspace
        Holds the buffers.
    """

    def __init__(
        self,
        windows: Windows,
        height: int,
        width: int,
        groups: int,
        workspace: Workspace,
    ):
        self.windows, self.groups, self.workspace = windows, groups, workspace
        self._grid = grid_of(windows, height, width)
        self.image, self.counts = (height, width), self._grid.counts
        self.kernel, self.stride = self._grid.kernel, self._grid.stride
        self._is_pointwise = self.kernel == self.stride == (1, 1)

    def forward(
        self,
        x: np.ndarray,
        weight: np.ndarray,
        y: np.ndarray,
        bias: np.ndarray | None = None,
        sizes: np.ndarray | None = None,
    ) -> None:
        """Write the output.

        Parameters
        ----------
        x : ndarray of shape (n_samples, height, width, n_channels)
            Images.
        weight : ndarray of shape (*kernel, n_channels / groups, n_filters)
            Weights.
        y : ndarray of shape (n_samples, *counts, n_filters)
            Output.
        bias : ndarray of shape (n_filters,) or None
            Is added to the output.
        sizes : ndarray or None
            How much of each image is there.
        """
        matrices = self._matrices_of(weight)
        if self._is_pointwise:
            self._multiply(self._grouped(x), matrices, self._grouped(y))
            if bias is not None:
                y += bias
            return
        patches = Patches(self._grid, self.groups, self.workspace, "padded x")
        for tile, columns in patches.matrices(x, sizes):
            out = y[tile]
            self._multiply(columns, matrices, self._grouped(out))
            if bias is not None:
                # Now, while the tile is in the cache.
                out += bias

    def weight_gradient(
        self,
        x: np.ndarray,
        dy: np.ndarray,
        grad: np.ndarray,
        sizes: np.ndarray | None = None,
    ) -> None:
        """Write the gradient of the weights; arguments as in ``forward``."""
        total = self._matrices_of(grad)
        if self._is_pointwise:
            self._multiply(self._grouped(x).swapaxes(1, 2), self._grouped(dy), total)
            return
        # Columns are computed again: to keep them would take kernel times the memory.
        patches = Patches(self._grid, self.groups, self.workspace, "padded x")
        part, first = self.workspace.empty("part", total.shape), True
        for tile, columns in patches.matrices(x, sizes):
            rows = self._grouped(dy[tile])
            out = total if first else part
            self._multiply(columns.swapaxes(1, 2), rows, out)
            if not first:
                total += part
            first = False
        if first:
            grad.fill(0)

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
            matrices = self._matrices_of(weight).swapaxes(1, 2)
            self._multiply(self._grouped(dy), matrices, self._grouped(dx))
        elif self.stride == (1, 1):
            self._correlate_back(dy, weight, dx)
        else:
            self._scatter(dy, weight, dx)

    def _correlate_back(
        self, dy: np.ndarray, weight: np.ndarray, dx: np.ndarray
    ) -> None:
        """Correlate the padded gradient with the flipped weights."""
        rows, columns = self.windows.axes
        height, width = self.image
        spans = rows.span - 1, columns.span - 1
        grid = Grid(
            self.kernel,
            (1, 1),
            self._grid.dilation,
            (spans[0] - rows.before, spans[1] - columns.before),
            (height + spans[0], width + spans[1]),
            self.image,
        )
        kh, kw = self.kernel
        shares = (weight.shape[2], self.groups, weight.shape[3] // self.groups)
        flipped = weight.reshape(kh, kw, *shares)[::-1, ::-1]
        # From (kh, kw, inputs, groups, outputs) to (groups, kh, kw, outputs, inputs).
        matrices = np.ascontiguousarray(flipped.transpose(3, 0, 1, 4, 2))
        matrices = matrices.reshape(self.groups, -1, weight.shape[2])
        patches = Patches(grid, self.groups, self.workspace, "padded dy")
        for tile, matrix in patches.matrices(dy, None):
            self._multiply(matrix, matrices, self._grouped(dx[tile]))

    def _scatter(self, dy: np.ndarray, weight: np.ndarray, dx: np.ndarray) -> None:
        """Add what each window gives to its taps (col2im): no work for gaps."""
        matrices = self._matrices_of(weight).swapaxes(1, 2)
        rows, columns = self.windows.axes
        (top, left), (height, width) = self._grid.before, self.image
        patches = Patches(self._grid, self.groups, self.workspace, "")
        images, padded = None, dx
        share = weight.shape[2]
        for tile in patches.tiles(len(dy), dx.shape[-1]):
            part = dy[tile]
            n, count, across = part.shape[:3]
            shape = (self.groups, n, count, across, *self.kernel, share)
            taps = self.workspace.empty("columns", shape)
            windows = taps.reshape(self.groups, n * count * across, -1)
            self._multiply(self._grouped(part), matrices, windows)
            taps = taps.transpose(4, 5, 1, 2, 3, 0, 6)
            if tile.images != images:
                images = tile.images
                padded = self.workspace.empty(
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
        """Return a view of weights as a matrix for each group."""
        filters = weight.shape[-1]
        split = weight.reshape(-1, self.groups, filters // self.groups)
        return split.transpose(1, 0, 2)

    def _grouped(self, x: np.ndarray) -> np.ndarray:
        """Return a view of images as a matrix of pixels for each group."""
        return x.reshape(-1, self.groups, x.shape[-1] // self.groups).transpose(1, 0, 2)

    def _multiply(self, a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
        if self.groups == 1:
            np.matmul(a[0], b[0], out=out[0])
        else:
            np.matmul(a, b, out=out)
