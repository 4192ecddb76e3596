"""Augmentation of what an encoder reads, beside what a decoder writes."""

from dataclasses import dataclass

from skdeep.nn.augmentation.base import Augmentation


@dataclass(repr=False)
class OfSources(Augmentation):
    """An augmentation of the first part of samples that are pairs.

    Parameters
    ----------
    step : Augmentation
        What happens to it; nothing that mixes samples.
    """

    step: Augmentation

    def __repr__(self) -> str:
        # As a user has given it, in errors.
        return repr(self.step)

    @property
    def keeps_places(self) -> bool:  # type: ignore[override]
        """Whether what stands for a step still does so afterwards."""
        return self.step.keeps_places

    def check(self, input_shape):
        self.step.check(input_shape[0])

    def apply(self, x, rng, sizes=None):
        self.step.apply(x[0], rng, None if sizes is None else sizes[0])
