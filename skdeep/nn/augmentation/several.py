"""Several augmentations in a row."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from skdeep.nn.augmentation.base import Augmentation
from skdeep.nn.augmentation.warps import Warp, warp
from skdeep.nn.configurable import HoldsList


@dataclass(repr=False)
class Augmentations(HoldsList, Augmentation):
    """Several augmentations, one after the other, at most one of them a mixture.

    Parameters
    ----------
    steps : sequence of Augmentation
        First to last. A search reaches each by its position (``augment__0__degrees``),
        and by its name (``augment__rotate__degrees``) if it is the only one of its
        class: the class name in small letters, words joined by "_".

    Notes
    -----
    Neighbouring rotations, translations and scalings of images are done in one pass.

    Examples
    --------
    >>> from skdeep.nn import MixUp, Rotate
    >>> both = Augmentations([Rotate(10), MixUp()])
    >>> both.set_params(rotate__degrees=20, mix_up__alpha=0.1).steps
    [Rotate(degrees=20), MixUp(alpha=0.1)]
    """

    steps: Sequence[Augmentation] = ()
    list_name = "steps"

    @property
    def keeps_places(self) -> bool:  # type: ignore[override]
        """Whether all steps do."""
        return all(step.keeps_places for step in self.steps)

    @property
    def moves_targets(self) -> bool:  # type: ignore[override]
        """Whether some step does, and none leaves them where they do not belong."""
        return any(step.moves_targets for step in self.steps) and all(
            step.keeps_places or step.moves_targets for step in self.steps
        )

    def check(self, input_shape):
        for step in self.steps:
            step.check(input_shape)

    def apply(self, x, rng, sizes=None, alike=()):
        found = None
        for _, group in groupby(self.steps, lambda step: isinstance(step, Warp)):
            steps = list(group)
            warps = [step for step in steps if isinstance(step, Warp)]
            if warps:
                warp(x, warps, rng, sizes, alike)
                continue
            for step in steps:
                more = (alike,) if step.moves_targets else ()
                mix = step.apply(x, rng, sizes, *more)
                found = mix if found is None else found
        return found

    def _names(self) -> dict[str, int]:
        """Return the position of each step that is the only one of its name."""
        names = [_snake(type(step).__name__) for step in self.steps]
        counts = Counter(names)
        return {name: i for i, name in enumerate(names) if counts[name] == 1}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Hyperparameters by name, those of steps by position and by name.

        Parameters
        ----------
        deep : bool, default=True
            Whether to add the steps and theirs.

        Returns
        -------
        dict
            Name to value.
        """
        params = super().get_params(deep)
        if deep:
            for name, position in self._names().items():
                step = self.steps[position]
                params[name] = step
                inner = step.get_params()
                params.update({f"{name}__{key}": v for key, v in inner.items()})
        return params

    def _set_param(self, name: str, value: Any) -> None:
        position = self._names().get(name)
        super()._set_param(name if position is None else str(position), value)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
