"""Transposed convolution as a convolution of distance 1 whose filters are sub-pixels.

Of an output axis with windows of distance s, every s-th step is fed by the same taps.
If a window has M s taps, the steps j = q s + r - before with the same r are a
convolution with M taps, of the input as it is (Shi et al. 2016, arXiv:1609.07009)::

    y[q s + r - before] = sum over m < M of x[q - m] w[m s + r]

All s of them are one convolution with s times the filters, which are then laid out.
"""

from itertools import product

import numpy as np

from skdeep.nn.compute import Buffers
from skdeep.nn.layers.im2col import Im2colProducts
from skdeep.nn.layers.unit_stride import UnitStrideProducts
from skdeep.nn.layers.windows import Axis, WindowProducts, Windows


class SubPixels:
    """Transposed convolution of images of one size, and its gradients.

    Parameters
    ----------
    windows : Windows
        Where the windows lie on the output; their taps are multiples of the strides.
    shape : tuple of (int, int, int)
        Height, width and channels of the images that come in.
    image : tuple of (int, int)
        Height and width of those that leave.
    filters : int
        Channels of those that leave.
    scratch : Buffers
        Of the shard.
    """

    def __init__(
        self,
        windows: Windows,
        shape: tuple[int, int, int],
        image: tuple[int, int],
        filters: int,
        scratch: Buffers,
    ):
        height, width, channels = shape
        self.image = image
        self._strides = rows, columns = [axis.stride for axis in windows.axes]
        self._filters, self._buffers = filters, Buffers(scratch.dtype)
        axes = [Axis(a.kernel // a.stride, 1, 1, "full") for a in windows.axes]
        full = Windows((axes[0], axes[1]), windows.rank)
        self._taps = axes[0].kernel, axes[1].kernel
        size = height, width, channels, rows * columns * filters
        if UnitStrideProducts.suits(full, *size):
            self._product: WindowProducts = UnitStrideProducts(
                full, height, width, scratch
            )
        else:
            self._product = Im2colProducts(full, height, width, 1, scratch)
        counts = self._product.counts
        self._places = [
            _places(axis, size, count)
            for axis, size, count in zip(windows.axes, image, counts, strict=True)
        ]
        # Steps that no window reaches are not written to.
        self._is_partial = any(
            (size - 1 + axis.before) // axis.stride >= count
            for axis, size, count in zip(windows.axes, image, counts, strict=True)
        )

    @staticmethod
    def suits(windows: Windows) -> bool:
        """Tell whether taps are multiples of strides, and windows overlap."""
        axes = windows.axes
        return (
            any(axis.stride > 1 for axis in axes)
            and any(axis.kernel > axis.stride for axis in axes)
            and all(axis.kernel % axis.stride == 0 for axis in axes)
        )

    def spread(self, x: np.ndarray, weight: np.ndarray, y: np.ndarray) -> None:
        """Write the output.

        Parameters
        ----------
        x : ndarray of shape (n_samples, height, width, n_channels)
            Images.
        weight : ndarray of shape (*kernel, n_filters, n_channels)
            Weights.
        y : ndarray of shape (n_samples, *image, n_filters)
            Is overwritten.
        """
        z = self._sub_pixels(len(x))
        self._product.forward(x, self._matrices_of(weight), z)
        if self._is_partial:
            y.fill(0)
        for there, phase in self._phases(y, z):
            np.copyto(there, phase)

    def spread_gradients(
        self,
        x: np.ndarray,
        dy: np.ndarray,
        weight: np.ndarray,
        grad: np.ndarray,
        dx: np.ndarray | None,
    ) -> None:
        """Write the gradients of weights and images, after ``spread`` of the same x.

        Parameters
        ----------
        x : ndarray of shape (n_samples, height, width, n_channels)
            As given to ``spread``.
        dy : ndarray of shape (n_samples, *image, n_filters)
            Gradient of the output.
        weight : ndarray of the shape of ``grad``
            As given to ``spread``.
        grad : ndarray of shape (*kernel, n_filters, n_channels)
            Is overwritten.
        dx : ndarray of the shape of ``x``, or None
            Is overwritten; None is for nobody who asks.
        """
        matrices, by_tap = self._matrices_of(weight), self._by_tap(grad)
        total = self._buffers.empty("grad", by_tap.shape)
        dz = self._sub_pixels(len(x))
        dz.fill(0)
        for there, phase in self._phases(dy, dz):
            np.copyto(phase, there)
        self._product.gradients(x, dz, matrices, total.reshape(matrices.shape), dx)
        np.copyto(by_tap, total)

    def _sub_pixels(self, n_samples: int) -> np.ndarray:
        rows, columns = self._strides
        shape = (n_samples, *self._product.counts, rows * columns * self._filters)
        return self._buffers.empty("sub-pixels", shape)

    def _matrices_of(self, weight: np.ndarray) -> np.ndarray:
        by_tap = self._by_tap(weight)
        matrices = self._buffers.empty("weight", by_tap.shape)
        np.copyto(matrices, by_tap)
        return matrices.reshape(*self._taps, weight.shape[-1], -1)

    def _by_tap(self, weight: np.ndarray) -> np.ndarray:
        """Return a view with axes (*taps, n_channels, *strides, n_filters)."""
        (rows, columns), (down, across) = self._strides, self._taps
        split = weight.reshape(down, rows, across, columns, *weight.shape[2:])
        return split[::-1, :, ::-1].transpose(0, 2, 5, 1, 3, 4)

    def _phases(self, y: np.ndarray, z: np.ndarray):
        """Yield views of large images and of the sub-pixels that belong there."""
        z = z.reshape(*z.shape[:3], *self._strides, self._filters)
        rows, columns = self._places
        for (i, row), (j, column) in product(enumerate(rows), enumerate(columns)):
            yield (
                y[:, row[0], column[0]],
                z[:, row[1], column[1], i, j],
            )


def _places(axis: Axis, size: int, count: int) -> list[tuple[slice, slice]]:
    """Return, for each r, the steps of an output axis, and which q feed them."""
    places = []
    for r in range(axis.stride):
        first = max(0, -(-(axis.before - r) // axis.stride))
        stop = min(count, (size - 1 + axis.before - r) // axis.stride + 1)
        start = first * axis.stride + r - axis.before
        end = start + max(0, stop - first) * axis.stride
        places.append((slice(start, min(end, size), axis.stride), slice(first, stop)))
    return places
