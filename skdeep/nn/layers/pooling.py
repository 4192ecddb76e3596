"""Pooling: one number for each window and channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from skdeep.nn.compute import Buffers
from skdeep.nn.layers.base import Layer
from skdeep.nn.layers.windows import Axis, Windows, image_of
from skdeep.nn.parameters import Plan
from skdeep.nn.ragged import clear_padding, fill_padding


@dataclass(repr=False)
class _Pool(Layer):
    """Base of poolings, which go along one axis after the other."""

    pool_size: int | Sequence[int] = 2
    strides: int | Sequence[int] | None = None
    padding: str = "valid"

    def windows(self, input_shape: tuple[int, ...]) -> Windows:
        """Return where the windows lie on samples of that shape."""
        strides = self.pool_size if self.strides is None else self.strides
        return Windows.of(self, input_shape, "pool_size", strides)

    def plan(self, input_shape):
        sizes = self.windows(input_shape).output_sizes(self, input_shape)
        return Plan(input_shape, (*sizes, input_shape[-1]))

    def sizes_after(self, sizes):
        shape = (*[1] * sizes.shape[1], 1)
        return self.windows(shape).sizes_after(self, sizes)

    def _padded(
        self, x: np.ndarray, windows: Windows, workspace: Any, value: float
    ) -> np.ndarray:
        """Return images with ``value`` for all that is not there."""
        sizes, size = workspace.sizes, x.shape[1:3]
        shape = workspace.kept("padded", size, lambda: windows.padded_sizes(*size))
        if not windows.pads or (shape == size and sizes is None):
            return x
        padded = workspace.empty("padded", (len(x), *shape, x.shape[3]))
        padded.fill(value)
        windows.pad(x, padded, sizes, value)
        return padded

    def _unpadded(self, dx: np.ndarray, x: np.ndarray, windows: Windows) -> np.ndarray:
        """Return the gradient of images from that of padded ones."""
        if dx.shape == x.shape:
            return dx
        return np.ascontiguousarray(windows.middle(dx, x.shape[1:3]))


@dataclass(repr=False)
class MaxPool(_Pool):
    """The largest number of each window, channel by channel [1]_.

    Parameters
    ----------
    pool_size : int or sequence of int, default=2
        Extent of a window, along all axes or along each.
    strides : int, sequence of int or None, default=None
        Distance of windows; None is ``pool_size``.
    padding : {"valid", "same", "causal"}, default="valid"
        "valid" takes only windows inside the sample and leaves out what remains at the
        end; with the others, windows may reach beyond, where nothing is.

    References
    ----------
    .. [1] D. Scherer, A. Müller and S. Behnke, "Evaluation of pooling operations in
       convolutional architectures for object recognition", ICANN 2010.

    Examples
    --------
    >>> MaxPool(2).plan((28, 28, 16)).output_shape
    (14, 14, 16)
    """

    def forward(self, x, workspace):
        shape, sizes = x.shape[1:], workspace.sizes
        windows = workspace.kept("windows", shape, lambda: self.windows(shape))
        images = image_of(x)
        rows, columns = windows.axes
        padded = self._padded(images, windows, workspace, -np.inf)
        if workspace.training and padded is images and not workspace.may_overwrite:
            padded = workspace.empty("padded", images.shape)
            np.copyto(padded, images)
        by_rows, back_rows = _largest(padded, rows, 1, workspace)
        y, back_columns = _largest(by_rows, columns, 2, workspace)
        if y is x or y is images:
            y = workspace.empty("y", images.shape)
            np.copyto(y, images)
        if sizes is not None:
            fill_padding(y, self.sizes_after(sizes), 0.0)

        def backward(dy):
            dx = back_rows(back_columns(dy.reshape(y.shape)))
            return self._unpadded(dx, images, windows).reshape(x.shape)

        return y if x.ndim == 4 else y[:, :, 0], backward


def _largest(x: np.ndarray, axis: Axis, number: int, workspace: Any) -> Any:
    """Return the largest of each window along one axis, and the way back.

    In training, x is overwritten: each tap but the first becomes a mask of where it is
    the largest so far, and in backward each becomes its gradient.
    """
    if axis.kernel == axis.stride == 1:
        return x, lambda dy: dy
    places = _places(axis, x.shape[number], number)
    taps = [x[place] for place in places]
    is_tiling = axis.stride == axis.kernel and x.shape[number] % axis.kernel == 0
    if workspace.training and not is_tiling:
        shape = (len(taps), *taps[0].shape)
        copies = workspace.empty(f"taps {number}", shape)
        for copy, tap in zip(copies, taps, strict=True):
            np.copyto(copy, tap)
        taps = list(copies)
    y = workspace.empty(f"y{number}", taps[0].shape)
    so_far = taps[0]
    for tap in taps[1:]:
        np.maximum(tap, so_far, out=y)
        so_far = y
        if workspace.training:
            # Numbers, as they are quicker to multiply by than bools.
            np.greater_equal(tap, y, out=tap)
    if so_far is not y:
        np.copyto(y, so_far)

    def backward(dy):
        # From the last tap to the first: what one takes is not there for the others.
        for tap in taps[:0:-1]:
            np.multiply(dy, tap, out=tap)
            np.subtract(dy, tap, out=taps[0] if tap is taps[1] else dy)
        if len(taps) == 1:
            np.copyto(taps[0], dy)
        if is_tiling:
            return x
        dx = workspace.empty(f"dx{number}", x.shape)
        dx.fill(0)
        for place, tap in zip(places, taps, strict=True):
            dx[place] += tap
        return dx

    return y, backward


@dataclass(repr=False)
class AveragePool(_Pool):
    """The mean of each window, channel by channel, of what is there.

    Parameters
    ----------
    pool_size : int or sequence of int, default=2
        Extent of a window, along all axes or along each.
    strides : int, sequence of int or None, default=None
        Distance of windows; None is ``pool_size``.
    padding : {"valid", "same", "causal"}, default="valid"
        As in :class:`MaxPool`; padding does not count in the mean.

    Examples
    --------
    >>> AveragePool(2, padding="same").plan((15, 4)).output_shape
    (8, 4)
    """

    def forward(self, x, workspace):
        shape = x.shape[1:]
        windows = workspace.kept("windows", shape, lambda: self.windows(shape))
        images = image_of(x)
        padded = self._padded(images, windows, workspace, 0.0)
        rows, columns = windows.axes
        by_rows = _summed(padded, rows, 1, workspace)
        y = _summed(by_rows, columns, 2, workspace)
        if y is x or y is images:
            y = workspace.empty("y", x.shape)
            np.copyto(y, images.reshape(x.shape))
            y = image_of(y)
        share = self._share(windows, images.shape, workspace)
        np.multiply(y, share, out=y)
        if workspace.sizes is not None:
            clear_padding(y, self.sizes_after(workspace.sizes))

        def backward(dy):
            dy = dy.reshape(y.shape)
            dy *= share
            dy = _spread(dy, by_rows.shape, columns, 2, workspace)
            dx = _spread(dy, padded.shape, rows, 1, workspace)
            dx = self._unpadded(dx, images, windows)
            clear_padding(dx, workspace.sizes if windows.pads else None)
            return dx.reshape(x.shape)

        return y if x.ndim == 4 else y[:, :, 0], backward

    def _share(self, windows: Windows, shape: Any, workspace: Any) -> Any:
        """Return the weight of a pixel in the mean of its window."""
        if not windows.pads:
            return 1 / np.prod(windows.kernel, dtype=workspace.dtype)
        sizes = workspace.sizes
        images = (1 if sizes is None else shape[0], *shape[1:3], 1)
        there = np.zeros((images[0], *windows.padded_sizes(*shape[1:3]), 1))
        windows.pad(np.ones(images), there, sizes)
        scratch = Buffers(np.float64)
        rows, columns = windows.axes
        counts = _summed(_summed(there, rows, 1, scratch), columns, 2, scratch)
        return (1 / np.maximum(counts, 1)).astype(workspace.dtype)


def _summed(x: np.ndarray, axis: Axis, number: int, workspace: Any) -> np.ndarray:
    """Return the sum of each window along one axis."""
    if axis.kernel == axis.stride == 1:
        return x
    first, *others = (x[place] for place in _places(axis, x.shape[number], number))
    y = workspace.empty(f"y{number}", first.shape)
    np.copyto(y, first)
    for tap in others:
        y += tap
    return y


def _spread(
    dy: np.ndarray, shape: Any, axis: Axis, number: int, workspace: Any
) -> np.ndarray:
    """Return the gradient of ``_summed``."""
    if axis.kernel == axis.stride == 1:
        return dy
    dx = workspace.empty(f"dx{number}", shape)
    dx.fill(0)
    for place in _places(axis, shape[number], number):
        dx[place] += dy
    return dx


@lru_cache(maxsize=256)
def _places(axis: Axis, size: int, number: int) -> tuple[tuple[slice, ...], ...]:
    """Return, for each tap, where it lies in all windows of a padded axis."""
    count = (size - axis.kernel) // axis.stride + 1
    return tuple((*[slice(None)] * number, tap) for tap in axis.taps(count))
