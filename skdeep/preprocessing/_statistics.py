"""Statistics per channel of data that comes in blocks; NaN is left out."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from sklearn.utils import assert_all_finite

from skdeep.preprocessing._rows import Block


def extremes(blocks: Iterable[Block]) -> np.ndarray:
    """Return the smallest and the largest value of each channel.

    Parameters
    ----------
    blocks : iterable of (rows, weights)
        At least one block; weights are ignored.

    Returns
    -------
    ndarray of shape (2, n_channels)
        NaN where a channel holds nothing else; infinite where it holds infinity.
    """
    bounds = [
        (np.fmin.reduce(rows, axis=0), np.fmax.reduce(rows, axis=0))
        for rows, _ in blocks
    ]
    low, high = zip(*bounds, strict=True)
    return np.stack([np.fmin.reduce(low, axis=0), np.fmax.reduce(high, axis=0)])


@dataclass
class Moments:
    """Weight, mean and variance of each channel, brought up to date block by block.

    Parameters
    ----------
    weight : ndarray of shape (n_channels,)
        Sum of the weights of the values seen: their number, if they have no weights.
    mean : ndarray of shape (n_channels,)
        Weighted mean.
    variance : ndarray of shape (n_channels,)
        Weighted mean of the squared deviations from it.

    References
    ----------
    .. [1] T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the
       sample variance: analysis and recommendations", The American Statistician 37.3
       (1983).
    """

    weight: np.ndarray
    mean: np.ndarray
    variance: np.ndarray

    @classmethod
    def nothing(cls, n_channels: int) -> "Moments":
        """Return the moments of no data."""
        return cls(*np.zeros((3, n_channels)))

    def update(self, blocks: Iterable[Block]) -> "Moments":
        """Take in more rows.

        Parameters
        ----------
        blocks : iterable of (rows, weights)
            Weights of None count 1 each.

        Returns
        -------
        self : Moments
        """
        for rows, weights in blocks:
            self._merge(_moments_of(rows.astype(np.float64), weights))
        return self

    def is_constant(self) -> np.ndarray:
        """Tell which channels vary by no more than rounding errors [1]_."""
        rounding = self.weight * np.finfo(np.float64).eps
        return self.variance <= rounding * self.variance + (rounding * self.mean) ** 2

    def _merge(self, other: "Moments") -> None:
        weight = self.weight + other.weight
        share = other.weight / np.where(weight == 0, 1, weight)
        distance = other.mean - self.mean
        self.weight = weight
        self.mean = self.mean + share * distance
        self.variance = (
            (1 - share) * self.variance
            + share * other.variance
            + share * (1 - share) * distance**2
        )


def _moments_of(rows: np.ndarray, weights: np.ndarray | None) -> Moments:
    """Return the moments of rows, which are overwritten."""
    total = _sum(rows, weights)
    missing = None
    if not np.isfinite(total).all():
        assert_all_finite(rows, allow_nan=True, input_name="X")
        missing = np.isnan(rows)
    if missing is None:
        weight = np.full(len(total), len(rows) if weights is None else weights.sum())
    else:
        rows[missing] = 0
        total = _sum(rows, weights)
        weight = _sum(~missing, weights)
    divisor = np.where(weight == 0, 1, weight)
    mean = total / divisor
    rows -= mean
    if missing is not None:
        rows[missing] = 0
    return Moments(weight, mean, _sum(np.square(rows, out=rows), weights) / divisor)


def _sum(rows: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    # Not a matrix product: BLAS would wake its threads for every block.
    return (rows if weights is None else rows * weights[:, np.newaxis]).sum(axis=0)
