"""Dense prediction of large images, tile by tile, with overlap that leaves no seams.

An output sees a certain part of the input. A tile is predicted with all of the input
that its outputs see, so that they are those of the whole image, but for rounding.
"""

from dataclasses import dataclass
from itertools import product
from math import isqrt, prod
from typing import Any

import numpy as np

from skdeep.nn.compute import cut_evenly, run_parts
from skdeep.nn.layers.base import Workspace
from skdeep.nn.network import Network
from skdeep.nn.ragged import Ragged
from skdeep.nn.reach import common_strides, inputs_seen

# Numbers that all layers together return for a tile, and tiles at a time: they keep
# memory for 2,000 x 2,000 pixels below a gigabyte, the outputs included.
TILE = 2**24
AT_A_TIME = 2


def forward_in_tiles(network: Network, x: Any, tile: int | None = None) -> Any:
    """Compute raw outputs of every step or pixel, of large samples tile by tile.

    Parameters
    ----------
    network : Network
        Has an output for each step or pixel of its input.
    x : ndarray or Ragged of shape (n_samples, *sizes, n_channels)
        Series or images; not changed.
    tile : int or None, default=None
        Steps or pixels of a tile along each axis, overlap included; None takes as many
        as keep memory small, but at least twice the overlap, one tile at a time: with
        less, nearly all is computed many times. Samples that are no larger are not cut.

    Returns
    -------
    ndarray of shape (n_samples, *sizes, n_outputs), or Ragged
        What :meth:`Network.forward` returns, but for the order of additions.

    Raises
    ------
    ValueError
        If an output depends on the whole sample, or sizes are not kept.

    Examples
    --------
    >>> from skdeep.nn import Conv
    >>> rng = np.random.default_rng(0)
    >>> net = Network(Conv(2), (16, 16, 1), np.float64, rng)
    >>> x = rng.normal(size=(1, 100, 90, 1))
    >>> np.allclose(forward_in_tiles(net, x, tile=32), net.forward(x))
    True
    """
    samples = x.arrays if isinstance(x, Ragged) else list(x)
    rank = len(network.input_shape) - 1
    sizes = tuple(max(sample.shape[axis] for sample in samples) for axis in range(rank))
    most = tile if tile is not None else _tile_of(network, rank)
    if max(sizes) <= most:
        return network.forward(x)
    overlap, at_a_time = _Overlap(network), AT_A_TIME
    if tile is None and overlap.least > most:
        most, at_a_time = overlap.least, 1
    parts = [
        (i, cut)
        for i, sample in enumerate(samples)
        for cut in overlap.cuts(sample.shape[:-1], most)
    ]
    channels = network.plan.output_shape[-1]
    outputs = [np.empty((*s.shape[:-1], channels), network.dtype) for s in samples]

    def compute(part: tuple[int, "_Cut"], space: Workspace) -> None:
        i, cut = part
        with np.errstate(all="ignore"):
            y, _ = network.layer.forward(samples[i][cut.seen][np.newaxis], space)
            outputs[i][cut.predicted] = y[0][cut.inside]

    run_parts(compute, parts, network.workspace, at_most=at_a_time)
    return Ragged(outputs) if isinstance(x, Ragged) else np.stack(outputs)


def _tile_of(network: Network, rank: int) -> int:
    """Return how large a tile may be."""
    numbers = sum(prod(plan.output_shape) for plan in network.plan.walk())
    pixels = max(1, TILE * prod(network.input_shape[:-1]) // numbers)
    return isqrt(pixels) if rank == 2 else pixels


@dataclass(frozen=True)
class _Cut:
    """A tile: what is predicted, the input for that, and where it lies in there."""

    predicted: tuple[slice, ...]
    seen: tuple[slice, ...]
    inside: tuple[slice, ...]


class _Overlap:
    """How tiles of the output of a network overlap in its input."""

    def __init__(self, network: Network):
        shape, found = network.input_shape, network.plan.output_shape
        if found[:-1] != shape[:-1]:
            raise ValueError(
                f"The network returns {found} for samples of shape {shape}: tiles need "
                "an output for each step or pixel."
            )
        self._network = network
        self._strides = common_strides(network.layer, network.plan)
        blocks = [(0, stride - 1) for stride in self._strides]
        self._margins = [last - first for first, last in self._seen(blocks)]

    def _seen(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return inputs_seen(self._network.layer, self._network.plan, spans)

    @property
    def least(self) -> int:
        """Size of a tile that predicts as much as it overlaps along each axis."""
        pairs = zip(self._margins, self._strides, strict=True)
        return max(2 * margin + stride for margin, stride in pairs)

    def cuts(self, sizes: tuple[int, ...], most: int) -> list[_Cut]:
        """Return tiles of at most so many steps or pixels along each axis."""
        axes = []
        for size, stride, margin in zip(
            sizes, self._strides, self._margins, strict=True
        ):
            # In blocks, for which all layers do the same; one at least.
            all_blocks = most_blocks = -(-size // stride)
            if size > most:
                most_blocks = max(1, (most - margin) // stride)
            starts_and_stops = [
                (cut.start * stride, min(cut.stop * stride, size))
                for cut in cut_evenly(all_blocks, most_blocks)
            ]
            axes.append([slice(*pair) for pair in starts_and_stops])
        return [self._cut(sizes, predicted) for predicted in product(*axes)]

    def _cut(self, sizes: tuple[int, ...], predicted: tuple[slice, ...]) -> _Cut:
        spans = [(place.start, place.stop - 1) for place in predicted]
        seen, inside = [], []
        for (first, last), size, stride, place in zip(
            self._seen(spans), sizes, self._strides, predicted, strict=True
        ):
            start = max(0, first) // stride * stride
            seen.append(slice(start, min(size, last + 1)))
            inside.append(slice(place.start - start, place.stop - start))
        return _Cut(predicted, tuple(seen), tuple(inside))
