"""Upsampling without weights: repetition and interpolation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np

from skdeep.nn.compute import Buffers, cut_evenly
from skdeep.nn.layers.base import Layer
from skdeep.nn.layers.windows import check_rank, image_of, per_axis
from skdeep.nn.parameters import Plan

# Numbers in a tile of larger images: the L2 cache.
TILE = 150_000
INTERPOLATIONS = ("nearest", "bilinear")


@dataclass(repr=False)
class Upsample(Layer):
    """Make a series or an image larger, along each axis.

    Parameters
    ----------
    size : int or sequence of int, default=2
        How many times larger, along all axes or along each.
    interpolation : {"nearest", "bilinear"}, default="nearest"
        "nearest" repeats each step or pixel. "bilinear" draws lines between the middles
        of neighbours, along one axis after the other; beyond the last middle the value
        stays.

    Notes
    -----
    Along an axis, "bilinear" with factor f gives, for r = 0, ..., f - 1 and
    d = (r + 1/2) / f - 1/2::

        y[i f + r] = (1 - |d|) x[i] + |d| x[i + sign(d)]

    Examples
    --------
    >>> Upsample(2).plan((7, 7, 8)).output_shape
    (14, 14, 8)
    """

    size: int | Sequence[int] = 2
    interpolation: str = "nearest"

    def plan(self, input_shape):
        if self.interpolation not in INTERPOLATIONS:
            raise ValueError(
                f"Upsample got interpolation={self.interpolation!r}; give one of "
                f"{INTERPOLATIONS}."
            )
        factors = self.factors(input_shape)
        sizes = (a * b for a, b in zip(factors, input_shape[:-1], strict=True))
        return Plan(input_shape, (*sizes, input_shape[-1]))

    def factors(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return how many times larger samples of that shape become, by axis."""
        rank = check_rank(self, input_shape)
        return per_axis(self, "size", self.size, rank)[:rank]

    def sizes_after(self, sizes):
        return sizes * self.factors((*[1] * sizes.shape[1], 1))

    def forward(self, x, workspace):
        factors = (*self.factors(x.shape[1:]), 1)[:2]
        move = _bilinear if self.interpolation == "bilinear" else _nearest
        y, backward = move(image_of(x), factors, workspace)
        shape = y.shape
        return (
            y if x.ndim == 4 else y[:, :, 0],
            lambda dy: backward(dy.reshape(shape)).reshape(x.shape),
        )


def _nearest(x, factors, workspace):
    (n, height, width, channels), (down, across) = x.shape, factors
    y = workspace.empty("y", (n, height, down, width, across, channels))
    np.copyto(y, x[:, :, np.newaxis, :, np.newaxis])

    def backward(dy):
        dy = dy.reshape(y.shape)
        dx = workspace.empty("dx", x.shape)
        np.copyto(dx, dy[:, :, 0, :, 0])
        for i, j in list(product(range(down), range(across)))[1:]:
            dx += dy[:, :, i, :, j]
        return dx

    return y.reshape(n, height * down, width * across, channels), backward


def _bilinear(x, factors, workspace):
    n, *sizes, channels = x.shape
    larger = [size * factor for size, factor in zip(sizes, factors, strict=True)]
    y = workspace.empty("y", (n, *larger, channels))
    # So many images at a time that all of their numbers stay in the cache.
    tiles = cut_evenly(n, max(1, TILE // (prod(larger) * channels)))
    down, across = (
        _Lines(axis, size, factor, workspace.scratch)
        for axis, (size, factor) in enumerate(zip(sizes, factors, strict=True), 1)
    )
    ends = workspace.sizes

    def middle(like):
        """Return room for images that are larger along their height alone."""
        shape = (len(like), larger[0], *like.shape[2:])
        return workspace.scratch.empty("middle", shape)

    for tile in tiles:
        part = x[tile]
        there = None if ends is None else ends[tile]
        taller = middle(part)
        down.stretch(part, there, taller)
        across.stretch(taller, there, y[tile])

    def backward(dy):
        dx = workspace.empty("dx", x.shape)
        for tile in tiles:
            there = None if ends is None else ends[tile]
            taller = middle(x[tile])
            across.shrink(dy[tile], there, taller)
            down.shrink(taller, there, dx[tile])
        return dx

    return y, backward


class _Lines:
    """Interpolation along one axis, and its gradient.

    Parameters
    ----------
    axis : int
        Which axis of arrays of images.
    size, factor : int
        How long it is, and how many times longer it becomes.
    scratch : Buffers
        Of the shard.
    """

    def __init__(self, axis: int, size: int, factor: int, scratch: Buffers):
        self._axis, self._size, self._factor = axis, size, factor
        self._scratch = scratch

    def stretch(self, x: np.ndarray, ends: Any, y: np.ndarray) -> None:
        """Write the longer images; ``ends`` are the sizes of ragged samples."""
        size = self._size
        if self._factor == 1:
            np.copyto(y, x)
            return
        edged = self._edged(x)
        np.copyto(self._part(edged, 1, size), x)
        # Neighbours of the first and the last are these themselves.
        for there, place, nearest in self._edges(edged, ends):
            np.copyto(self._part(there, place), self._part(there, nearest))
        share = self._scratch.empty("share", x.shape)
        for phase, near, far, weight in self._neighbours(y, edged):
            np.multiply(near, 1 - weight, out=phase)
            if weight:
                phase += np.multiply(far, weight, out=share)

    def shrink(self, dy: np.ndarray, ends: Any, dx: np.ndarray) -> None:
        """Write the gradient of the shorter images."""
        if self._factor == 1:
            np.copyto(dx, dy)
            return
        slopes = self._edged(dx)
        slopes.fill(0)
        share = self._scratch.empty("share", dx.shape)
        for phase, near, far, weight in self._neighbours(dy, slopes):
            near += np.multiply(phase, 1 - weight, out=share)
            if weight:
                far += np.multiply(phase, weight, out=share)
        for there, place, nearest in self._edges(slopes, ends):
            beyond = self._part(there, place)
            self._part(there, nearest)[...] += beyond
            beyond.fill(0)
        np.copyto(dx, self._part(slopes, 1, self._size))

    def _edged(self, x: np.ndarray) -> np.ndarray:
        """Return room for images with one more at both ends of the axis."""
        shape = list(x.shape)
        shape[self._axis] += 2
        return self._scratch.empty("edged", tuple(shape))

    def _edges(self, edged: np.ndarray, ends: Any) -> Iterator[tuple[Any, int, int]]:
        """Yield images, a place beyond their end, and the last one before it."""
        yield edged, 0, 1
        if ends is None:
            yield edged, self._size + 1, self._size
            return
        for i, end in enumerate(ends[:, self._axis - 1].tolist()):
            yield edged[i : i + 1], end + 1, end

    def _neighbours(
        self, y: np.ndarray, edged: np.ndarray
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, float]]:
        """Yield phases of y, the two numbers they lie between, the second's weight."""
        size, factor = self._size, self._factor
        before = (slice(None),) * self._axis
        for r in range(factor):
            distance = (r + 0.5) / factor - 0.5
            far = self._part(edged, 0 if distance < 0 else 2, size)
            phase = y[(*before, slice(r, None, factor))]
            yield phase, self._part(edged, 1, size), far, abs(distance)

    def _part(self, x: np.ndarray, start: int, length: int = 1) -> np.ndarray:
        return x[(*[slice(None)] * self._axis, slice(start, start + length))]
