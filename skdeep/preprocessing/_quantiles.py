"""Exact quantiles of data too large to copy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import assert_all_finite

# Values a channel from which the brackets around the quantiles are drawn.
DRAWN = 1 << 16


@dataclass
class Bracket:
    """An interval that a quantile is expected in, and what the data have there."""

    low: float
    high: float
    below: int = 0
    at_low: int = 0
    at_high: int = 0

    def __post_init__(self):
        self.inside: list[np.ndarray] = []

    def count(self, column: np.ndarray) -> None:
        """Take in values; only those between the ends are kept."""
        self.below += int(np.count_nonzero(column < self.low))
        self.at_low += int(np.count_nonzero(column == self.low))
        if self.low < self.high:
            self.at_high += int(np.count_nonzero(column == self.high))
            self.inside.append(column[(column > self.low) & (column < self.high)])

    def values(self, ranks: np.ndarray) -> np.ndarray | None:
        """Return the values of these ranks (0 is the smallest), None if outside."""
        inside = np.sort(np.concatenate([*self.inside, []]))
        position = ranks - self.below
        start = self.at_low
        stop = start + len(inside)
        if position.min() < 0 or position.max() >= stop + self.at_high:
            return None
        found = np.where(position < start, float(self.low), float(self.high))
        middle = (start <= position) & (position < stop)
        found[middle] = inside[position[middle] - start]
        return found


def quantiles(samples: Any, fractions: tuple[float, ...]) -> np.ndarray:
    """Return quantiles of each channel, NaN left out.

    A small random part of the data tells between which values a quantile must lie;
    then only the values in between are collected. Should it lie elsewhere after all,
    it is looked for again between values farther apart.

    Parameters
    ----------
    samples : Samples
        The data, at least one row of it.
    fractions : tuple of float
        Which quantiles, between 0 and 1.

    Returns
    -------
    ndarray of shape (len(fractions), n_channels)
        In double precision, interpolated linearly. NaN for a channel without values.
    """
    columns = _draw(samples)
    # Six standard errors of the share of the drawn values below the median.
    width = 6 * 0.5
    while True:
        brackets = [
            [_bracket(column, fraction, width) for fraction in fractions]
            for column in columns
        ]
        seen = _count(samples, brackets)
        found = [
            _interpolate(bracket, fraction, n)
            for n, row in zip(seen, brackets, strict=True)
            for bracket, fraction in zip(row, fractions, strict=True)
        ]
        if None not in found:
            values = np.array(found, dtype=float)
            return values.reshape(len(columns), len(fractions)).T
        width *= 4


def _draw(samples: Any) -> list[np.ndarray]:
    """Return some sorted values of each channel."""
    # The result does not depend on what is drawn, only the time it takes.
    rng = np.random.default_rng(0)
    share = min(1.0, DRAWN / samples.n_rows)
    drawn = []
    for rows, _ in samples.blocks():
        assert_all_finite(rows, allow_nan=True, input_name="X")
        size = int(np.ceil(share * len(rows)))
        drawn.append(rows[rng.integers(len(rows), size=size)])
    columns = np.concatenate(drawn).astype(np.result_type(drawn[0], np.float32)).T
    return [np.sort(column[~np.isnan(column)]) for column in columns]


def _bracket(drawn: np.ndarray, fraction: float, width: float) -> Bracket:
    """Return an interval that holds a quantile, unless the drawn values mislead."""
    size = len(drawn)
    low = int(np.floor(fraction * size - width * np.sqrt(size)))
    high = int(np.ceil(fraction * size + width * np.sqrt(size)))
    return Bracket(
        drawn[low] if 0 <= low < size else -np.inf,
        drawn[high] if high < size else np.inf,
    )


def _count(samples: Any, brackets: list[list[Bracket]]) -> np.ndarray:
    """Show all values to the brackets of their channel; return how many there are."""
    seen = np.zeros(samples.n_channels, dtype=np.int64)
    for rows, _ in samples.blocks():
        columns = np.ascontiguousarray(rows.T)
        seen += len(rows) - np.count_nonzero(np.isnan(columns), axis=1)
        for column, row in zip(columns, brackets, strict=True):
            for bracket in row:
                bracket.count(column)
    return seen


def _interpolate(bracket: Bracket, fraction: float, n: int) -> float | None:
    """Return the quantile of n values, None if it is not in the bracket."""
    if n == 0:
        return np.nan
    position = fraction * (n - 1)
    below = int(position)
    values = bracket.values(np.array([below, min(below + 1, n - 1)]))
    if values is None:
        return None
    return values[0] + (values[1] - values[0]) * (position - below)
