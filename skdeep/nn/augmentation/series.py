"""Changes to series."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skdeep.nn.augmentation.base import Augmentation
from skdeep.nn.augmentation.tables import InputNoise


@dataclass(repr=False)
class Jitter(InputNoise):
    """Add normal noise to every step (Um et al. 2017, arXiv:1706.00527).

    Parameters
    ----------
    scale : float, default=0.1
        Standard deviation, in the units of X.
    """

    kind: ClassVar[str | None] = "series"


@dataclass(repr=False)
class Scaling(Augmentation):
    """Multiply each channel of each series by a number (Um et al. 2017).

    Parameters
    ----------
    scale : float, default=0.1
        Standard deviation of the factors, whose mean is 1.
    """

    scale: float = 0.1
    kind: ClassVar[str | None] = "series"

    def apply(self, x, rng, sizes=None):
        factor = rng.normal(1, self.scale, (len(x), 1, x.shape[2]))
        x *= factor.astype(x.dtype)


@dataclass(repr=False)
class TimeShift(Augmentation):
    """Move each series along time; its first or last step fills the gap.

    Parameters
    ----------
    fraction : float, default=0.1
        Largest distance, as a share of the length.
    """

    fraction: float = 0.1
    kind: ClassVar[str | None] = "series"
    keeps_places = False
    moves_targets = True

    def apply(self, x, rng, sizes=None, alike=()):
        lengths = _lengths(x, sizes)
        share = rng.uniform(-self.fraction, self.fraction, (len(x), 1))
        place = np.arange(x.shape[1]) - np.rint(share * lengths).astype(np.intp)
        place = np.minimum(np.maximum(place, 0), lengths - 1)
        for series in (x, *alike):
            np.copyto(series, series[np.arange(len(x))[:, np.newaxis], place])


@dataclass(repr=False)
class WindowCrop(Augmentation):
    """Stretch a window of each series to the length of the whole [1]_.

    Parameters
    ----------
    fraction : float, default=0.9
        Length of the window as a share of that of the series.

    References
    ----------
    .. [1] A. Le Guennec, S. Malinowski and R. Tavenard, "Data augmentation for time
       series classification using convolutional neural networks", AALTD 2016.
    """

    fraction: float = 0.9
    kind: ClassVar[str | None] = "series"
    keeps_places = False
    moves_targets = True

    def apply(self, x, rng, sizes=None, alike=()):
        ends = _lengths(x, sizes) - 1
        start = rng.uniform(0, 1 - self.fraction, (len(x), 1)) * ends
        place = np.minimum(start + self.fraction * np.arange(x.shape[1]), ends)
        floor = np.minimum(place.astype(np.intp), np.maximum(ends - 1, 0))
        share = (place - floor).astype(x.dtype)[:, :, np.newaxis]
        rows = np.arange(len(x))[:, np.newaxis]
        first = x[rows, floor]
        second = x[rows, np.minimum(floor + 1, ends)]
        second -= first
        second *= share
        np.add(first, second, out=x)
        nearest = np.minimum(np.rint(place).astype(np.intp), ends)
        for series in alike:
            np.copyto(series, series[rows, nearest])


@dataclass(repr=False)
class Masking(Augmentation):
    """Replace a span of each series by one value [1]_.

    Parameters
    ----------
    fraction : float, default=0.1
        Longest span, as a share of the length; lengths are drawn from 0 to it.
    value : float, default=0.0
        The mean of a standardised series.

    References
    ----------
    .. [1] D. Park et al., "SpecAugment", Interspeech 2019, arXiv:1904.08779.
    """

    fraction: float = 0.1
    value: float = 0.0
    kind: ClassVar[str | None] = "series"

    def apply(self, x, rng, sizes=None):
        lengths = _lengths(x, sizes)
        span = rng.uniform(0, self.fraction, (len(x), 1)) * lengths
        start = rng.uniform(0, 1, (len(x), 1)) * (lengths - span)
        step = np.arange(x.shape[1])
        hidden = (step >= np.rint(start)) & (step < np.rint(start + span))
        np.copyto(x, self.value, where=hidden[:, :, np.newaxis])


def _lengths(x, sizes):
    """Return the length of each series, shape (n_samples, 1)."""
    return np.full((len(x), 1), x.shape[1]) if sizes is None else sizes
