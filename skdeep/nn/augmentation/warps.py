"""Images turned, moved and stretched."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from skdeep.nn.augmentation.base import Augmentation


class Warp(Augmentation):
    """A linear map of the plane about the middle of an image, and a translation."""

    kind: ClassVar[str | None] = "images"
    keeps_places = False
    moves_targets = True

    @abstractmethod
    def draw(self, extents: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw where each image takes its pixels from.

        Parameters
        ----------
        extents : ndarray of shape (n_samples, 2)
            Height and width of each image.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        ndarray of shape (n_samples, 2, 3)
            Maps (row, column, 1) in the new image, counted from the middle, to row and
            column in the old one.
        """

    def apply(self, x, rng, sizes=None, alike=()):
        warp(x, [self], rng, sizes, alike)


@dataclass(repr=False)
class Rotate(Warp):
    """Turn each image about its middle.

    Parameters
    ----------
    degrees : float, default=10.0
        Angles are drawn from [-degrees, degrees].
    """

    degrees: float = 10.0

    def draw(self, extents, rng):
        angle = np.deg2rad(self.degrees) * rng.uniform(-1, 1, len(extents))
        matrix = _identity(len(extents))
        matrix[:, 0, 0] = matrix[:, 1, 1] = np.cos(angle)
        matrix[:, 0, 1] = np.sin(angle)
        matrix[:, 1, 0] = -matrix[:, 0, 1]
        return matrix


@dataclass(repr=False)
class Translate(Warp):
    """Move each image down or up and to a side.

    Parameters
    ----------
    fraction : float, default=0.1
        Largest distance, as a share of the height and of the width.
    """

    fraction: float = 0.1

    def draw(self, extents, rng):
        matrix = _identity(len(extents))
        distance = rng.uniform(-self.fraction, self.fraction, (len(extents), 2))
        matrix[:, :, 2] = distance * extents
        return matrix


@dataclass(repr=False)
class Scale(Warp):
    """Make each image larger or smaller, about its middle.

    Parameters
    ----------
    amount : float, default=0.1
        Factors are drawn from [1 - amount, 1 + amount].
    """

    amount: float = 0.1

    def draw(self, extents, rng):
        matrix = _identity(len(extents))
        factor = 1 + rng.uniform(-self.amount, self.amount, len(extents))
        matrix[:, 0, 0] = matrix[:, 1, 1] = 1 / factor
        return matrix


def warp(
    x: np.ndarray,
    warps: Sequence[Warp],
    rng: np.random.Generator,
    sizes: np.ndarray | None = None,
    alike: Sequence[np.ndarray] = (),
) -> None:
    """Change images by several warps in one pass, with bilinear interpolation.

    Parameters
    ----------
    x : ndarray of shape (n_samples, height, width, n_channels)
        Changed in place. Where pixels come from beyond the border, it is continued.
    warps : sequence of Warp
        First to last.
    rng : numpy.random.Generator
        Source of randomness.
    sizes : ndarray of int of shape (n_samples, 2) or None, default=None
        How much of each image is there.
    alike : sequence of ndarray of shape (n_samples, height, width, any number)
        What belongs to the pixels: moved in place to the nearest neighbour.
    """
    n, height, width, channels = x.shape
    extents = np.full((n, 2), (height, width)) if sizes is None else sizes
    matrix = _identity(n)
    for step in warps:
        drawn = step.draw(extents, rng)
        # The new image takes from the old one: the last step is asked first.
        matrix[:, :, 2] += np.einsum("nij,nj->ni", matrix[:, :, :2], drawn[:, :, 2])
        matrix[:, :, :2] = matrix[:, :, :2] @ drawn[:, :, :2]
    middle = (extents - 1) / 2
    last = (extents - 1).astype(x.dtype)
    offset = matrix[:, :, 2] + middle
    offset -= np.einsum("nij,nj->ni", matrix[:, :, :2], middle)
    matrix = matrix.astype(x.dtype)
    rows, columns = np.arange(height, dtype=x.dtype), np.arange(width, dtype=x.dtype)
    floors, shares = [], []
    for axis in (0, 1):
        down = matrix[:, axis, 0, np.newaxis] * rows
        down += offset[:, axis, np.newaxis].astype(x.dtype)
        across = matrix[:, axis, 1, np.newaxis] * columns
        place = down[:, :, np.newaxis] + across[:, np.newaxis]
        np.maximum(place, 0, out=place)
        np.minimum(place, last[:, axis, np.newaxis, np.newaxis], out=place)
        floor = place.astype(np.int32)
        # The pixel before the last is the first of the last pair.
        np.minimum(
            floor,
            np.maximum(last[:, axis].astype(np.int32) - 1, 0)[
                :, np.newaxis, np.newaxis
            ],
            out=floor,
        )
        place -= floor
        floors.append(floor)
        shares.append(place)
    first = (np.arange(n, dtype=np.int32) * (height * width)).reshape(n, 1, 1)
    if alike:
        row, column = (
            floor + (share >= 0.5) for floor, share in zip(floors, shares, strict=True)
        )
        nearest = (first + row * np.int32(width) + column).reshape(-1)
        for pixels in alike:
            moved = pixels.reshape(n * height * width, -1).take(nearest, axis=0)
            np.copyto(pixels, moved.reshape(pixels.shape))
    index = floors[0] * np.int32(width)
    index += floors[1]
    index += first
    pixels = x.reshape(-1, channels)
    down, across = (share.reshape(-1, 1) for share in shares)
    upper = _between(pixels, index.ravel(), 1 if width > 1 else 0, across)
    if height > 1:
        index += np.int32(width)
        lower = _between(pixels, index.ravel(), 1 if width > 1 else 0, across)
        lower -= upper
        lower *= down
        upper += lower
    np.copyto(x, upper.reshape(x.shape))


def _between(pixels: np.ndarray, index: np.ndarray, step: int, share: Any) -> Any:
    """Return what lies between pixels and their neighbours."""
    first = pixels.take(index, axis=0, mode="clip")
    second = pixels.take(index + np.int32(step), axis=0, mode="clip")
    second -= first
    second *= share
    first += second
    return first


def _identity(n: int) -> np.ndarray:
    matrix = np.zeros((n, 2, 3))
    matrix[:, 0, 0] = matrix[:, 1, 1] = 1
    return matrix
