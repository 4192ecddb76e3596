"""The contract that every optimizer keeps."""

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from skdeep.nn.compute import aligned_like
from skdeep.nn.configurable import Configurable

# Elements worked on at a time: all passes over a block then run in the cache.
BLOCK = 131072
# A moment this many times the smallest normal number is as good as 0. It takes 128
# steps of a decay of 0.9 to fall by as much as 1e6.
MARGIN = 1e8

Block = tuple[np.ndarray, ...]


class Moments(dict[str, np.ndarray]):
    """Memory of an optimizer: arrays as long as the weights, and the time.

    Attributes
    ----------
    t : int
        Number of steps taken.
    """

    t: int = 0

    def settle(self) -> None:
        """Set to 0 what has decayed to next to nothing.

        Where gradients are 0 (dead units, words that a text lacks) a moment decays
        into the subnormal numbers and is rounded back to itself there, forever; each
        then costs a hundred times as much as any other number.
        """
        for vector in self.values():
            smallest = MARGIN * np.finfo(vector.dtype).tiny
            for start in range(0, vector.size, BLOCK):
                block = vector[start : start + BLOCK]
                np.copyto(block, 0, where=np.abs(block) < smallest)


class Optimizer(Configurable):
    """Turns gradients into steps; works on flat vectors, element by element.

    Attributes
    ----------
    moment_names : tuple of str
        Names of the arrays it remembers, which start at zero.
    decay_names : tuple of str
        Names of the hyperparameters that are shares, between 0 and 1.
    weight_decay : float
        Share of the rate by which penalised weights shrink at every step.
    """

    moment_names: ClassVar[tuple[str, ...]] = ()
    decay_names: ClassVar[tuple[str, ...]] = ()
    weight_decay = 0.0

    def init(self, theta: np.ndarray) -> Moments:
        """Return the memory before the first step for weights like ``theta``.

        Parameters
        ----------
        theta : ndarray of shape (n_parameters,)
            The weights.

        Returns
        -------
        Moments
            Zeros, and the time 0.

        Raises
        ------
        ValueError
            If a hyperparameter is outside its range.
        """
        for name in self.decay_names:
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise ValueError(
                    f"{type(self).__name__} got {name}={value!r}; give a number "
                    "between 0 and 1."
                )
        return Moments({name: aligned_like(theta, 0.0) for name in self.moment_names})

    def step(
        self,
        theta: np.ndarray,
        grad: np.ndarray,
        moments: Moments,
        rate: float,
        span: slice | None = None,
    ) -> None:
        """Take one step, in place; ``grad`` is used as scratch.

        Parameters
        ----------
        theta, grad : ndarray of shape (n_parameters,)
            Weights, and gradient of the objective at them.
        moments : Moments
            The optimizer's memory. Its time is advanced by whoever takes the step
            as a whole, once for all spans, before.
        rate : float
            Learning rate.
        span : slice or None, default=None
            The part of the vectors to work on; None is all.
        """
        constants = self.constants(rate, moments.t)
        for block in self.blocks(theta, grad, moments, span or slice(None)):
            self.update(*block, *constants)

    def blocks(
        self, theta: np.ndarray, grad: np.ndarray, moments: Moments, span: slice
    ) -> list[Block]:
        """Return the parts of all vectors that are worked on at a time.

        Parameters
        ----------
        theta, grad : ndarray of shape (n_parameters,)
            Weights and gradient.
        moments : Moments
            The optimizer's memory.
        span : slice
            The part of the vectors to work on.

        Returns
        -------
        list of tuple of ndarray
            Views, in the order in which ``update`` takes them.
        """
        vectors = [theta, grad, *(moments[name] for name in self.moment_names)]
        start, stop, _ = span.indices(theta.size)
        cuts = [slice(i, min(i + BLOCK, stop)) for i in range(start, stop, BLOCK)]
        return [tuple(vector[cut] for vector in vectors) for cut in cuts]

    @abstractmethod
    def constants(self, rate: float, t: int) -> tuple[Any, ...]:
        """Return the numbers that are the same for all elements of step ``t``.

        Parameters
        ----------
        rate : float
            Learning rate.
        t : int
            Number of the step, counted from 1.

        Returns
        -------
        tuple
            What ``update`` takes after the moments.
        """

    @abstractmethod
    def update(self, theta: np.ndarray, grad: np.ndarray, *rest: Any) -> None:
        """Update one block in place, given its moments and the constants.

        Parameters
        ----------
        theta, grad : ndarray of shape (n_block,)
            Weights and gradient; both may be overwritten.
        *rest : ndarray or float
            The moments of the block, in the order of ``moment_names``, and the
            constants.
        """

    def gains(self, moments: Moments, rate: float, span: slice) -> np.ndarray | float:
        """Distance that a steady unit gradient moves each weight in one step.

        The threshold of a proximal step is measured with it.

        Parameters
        ----------
        moments : Moments
            The optimizer's memory.
        rate : float
            Learning rate.
        span : slice
            Which weights.

        Returns
        -------
        ndarray or float
            The distance for each of them, or for all.
        """
        return rate
