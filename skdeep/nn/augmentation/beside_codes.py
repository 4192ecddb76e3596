"""Augmentation of numbers that stand beside codes of categories."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from skdeep.nn.augmentation.base import Augmentation, Mix
from skdeep.nn.augmentation.several import Augmentations
from skdeep.nn.augmentation.tables import FeatureMask
from skdeep.nn.layers.embedding import MISSING


@dataclass(repr=False)
class BesideCodes(Augmentation):
    """An augmentation of the leading columns, which are numbers.

    The other columns are codes, which cannot be changed a little. What masks numbers
    masks categories as missing. Where two samples are mixed, each category is that of
    either with the probability of its share: the mean of its vector is the mixture of
    both vectors.

    Parameters
    ----------
    step : Augmentation
        What happens to the numbers.
    n_numbers : int
        Number of columns of numbers.
    """

    step: Augmentation
    n_numbers: int

    def check(self, input_shape: tuple[int, ...]) -> None:
        self.step.check((self.n_numbers,))

    def apply(
        self,
        x: np.ndarray,
        rng: np.random.Generator,
        sizes: np.ndarray | None = None,
    ) -> Mix:
        numbers, codes = x[:, : self.n_numbers], x[:, self.n_numbers :]
        mix = self.step.apply(numbers, rng, sizes)
        if isinstance(self.step, FeatureMask):
            FeatureMask(self.step.rate, MISSING).apply(codes, rng)
        if mix is not None:
            share, partner = mix
            swapped = rng.random(codes.shape, dtype=x.dtype) >= share
            np.copyto(codes, codes[partner], where=swapped)
        return mix


def beside_codes(augmentation: Any, n_numbers: int) -> Augmentation | None:
    """Return the augmentation as it applies to a table with codes.

    Parameters
    ----------
    augmentation : Augmentation or None
        For numbers alone.
    n_numbers : int
        How many columns come before the codes.

    Returns
    -------
    Augmentation or None
        None for None.
    """
    if augmentation is None:
        return None
    if isinstance(augmentation, Augmentations):
        steps = [beside_codes(step, n_numbers) for step in augmentation.steps]
        return Augmentations([step for step in steps if step is not None])
    return BesideCodes(augmentation, n_numbers)
