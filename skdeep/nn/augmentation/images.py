"""Changes to images, besides those of their shape."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skdeep.nn.augmentation.base import Augmentation
from skdeep.nn.ragged import clear_padding


@dataclass(repr=False)
class Mirror(Augmentation):
    """Exchange left and right.

    Parameters
    ----------
    rate : float, default=0.5
        Share of the images that are mirrored.
    """

    rate: float = 0.5
    kind: ClassVar[str | None] = "images"
    keeps_places = False
    moves_targets = True

    def apply(self, x, rng, sizes=None, alike=()):
        chosen = np.flatnonzero(rng.random(len(x)) < self.rate)
        for images in (x, *alike):
            if sizes is None:
                images[chosen] = images[chosen, :, ::-1]
                continue
            for i in chosen:
                there = images[i, :, : sizes[i, 1]]
                there[...] = there[:, ::-1].copy()


@dataclass(repr=False)
class Brightness(Augmentation):
    """Add a number to all pixels of an image.

    Parameters
    ----------
    amount : float, default=0.1
        Numbers are drawn from [-amount, amount], in the units of X.
    """

    amount: float = 0.1
    kind: ClassVar[str | None] = "images"

    def apply(self, x, rng, sizes=None):
        shift = rng.uniform(-self.amount, self.amount, (len(x), 1, 1, 1))
        x += shift.astype(x.dtype)


@dataclass(repr=False)
class Contrast(Augmentation):
    """Stretch the distance of the pixels of an image from their mean.

    Parameters
    ----------
    amount : float, default=0.2
        Factors are drawn from [1 - amount, 1 + amount].
    """

    amount: float = 0.2
    kind: ClassVar[str | None] = "images"

    def apply(self, x, rng, sizes=None):
        factor = rng.uniform(1 - self.amount, 1 + self.amount, (len(x), 1, 1, 1))
        clear_padding(x, sizes)
        counts = np.full(len(x), x[0, ..., 0].size) if sizes is None else sizes.prod(1)
        mean = x.sum(axis=(1, 2), keepdims=True) / counts.reshape(-1, 1, 1, 1)
        factor = factor.astype(x.dtype)
        x *= factor
        x += (mean * (1 - factor)).astype(x.dtype)
