"""One flat vector for all weights, and named views into it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf, prod
from typing import Any

import numpy as np

from skdeep.nn.initializers import Initializer


@dataclass(frozen=True)
class Parameter:
    """One array that a layer learns, as the layer declares it.

    Attributes
    ----------
    name : str
        The layer's own name for it, such as ``"weight"``.
    shape : tuple of int
        Shape of the array.
    initializer : Initializer
        Draws the starting values.
    fans : tuple of (int, int)
        Number of inputs that feed one unit and of units that one input feeds.
    penalised : bool
        Whether penalties and weight decay apply. Biases and normalisation gains
        are exempt.
    rate : float
        Learning rate of the array, as a multiple of the optimizer's.
    decay : float
        Weight decay of a penalised array, as a multiple of the optimizer's, which
        is taken times the array's own learning rate.
    """

    name: str
    shape: tuple[int, ...]
    initializer: Initializer
    fans: tuple[int, int] = (1, 1)
    penalised: bool = True
    rate: float = 1.0
    decay: float = 1.0

    def __post_init__(self) -> None:
        for name in ("rate", "decay"):
            value = getattr(self, name)
            if not 0 <= value < inf:
                raise ValueError(
                    f"The {name} of parameter {self.name!r} is {value!r}; give a "
                    "number of at least 0, the multiple of the optimizer's."
                )


@dataclass(frozen=True)
class Plan:
    """A layer for one input shape: the outcome of ``Layer.plan``.

    Attributes
    ----------
    input_shape, output_shape : tuple of int
        Shape of one sample before and after the layer.
    parameters : tuple of Parameter
        Arrays the layer learns.
    state : dict of str to (tuple of int, float)
        Shape and starting value of arrays that are kept but not learned, such as
        running means.
    children : tuple of Plan
        Plans of the layers inside a combinator.
    multiply_adds : int
        Multiply-add operations of one forward pass of one sample, in the layer
        itself, without its children.
    """

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    parameters: tuple[Parameter, ...] = ()
    state: dict[str, tuple[tuple[int, ...], float]] = field(default_factory=dict)
    children: tuple["Plan", ...] = ()
    multiply_adds: int = 0

    def walk(self) -> Iterator["Plan"]:
        """Yield this plan and all plans below it, in order of execution."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def total_multiply_adds(self) -> int:
        """Multiply-adds of one forward pass of one sample, children included."""
        return sum(plan.multiply_adds for plan in self.walk())


@dataclass(frozen=True)
class Views:
    """Named arrays of one layer and of the layers inside it."""

    arrays: dict[str, np.ndarray]
    children: tuple["Views", ...]

    def walk(self) -> Iterator["Views"]:
        """Yield these views and all below, in the order of ``Plan.walk``."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Span:
    """A part of the flat vector that learns at one rate.

    Attributes
    ----------
    start, stop : int
        Where it lies.
    rate, decay : float
        Its learning rate and weight decay, as multiples of the optimizer's.
    """

    start: int
    stop: int
    rate: float
    decay: float


class Layout:
    """Places of the parameters of a plan in the flat vector.

    All penalised parameters come first, so that penalties work on one contiguous
    slice. Parameters that share a rate and a decay lie side by side, so that a step of
    the optimizer goes over the vector once, span by span. Those of the optimizer's own
    rate, penalised or not, meet in the middle and make one span.

    Parameters
    ----------
    plan : Plan
        The whole network's plan.

    Attributes
    ----------
    size : int
        Length of the vector.
    n_penalised : int
        Length of its leading part to which penalties apply.
    spans : list of Span
        Parts that differ in rate or decay, in order.
    """

    def __init__(self, plan: Plan):
        self.plan = plan
        declared = [(p, x) for p in plan.walk() for x in p.parameters]
        self._offsets: dict[tuple[int, str], int] = {}
        self.n_penalised = self.size = 0
        self.spans: list[Span] = []
        for owner, parameter in sorted(declared, key=lambda item: _place(item[1])):
            self._offsets[id(owner), parameter.name] = self.size
            self._append(parameter)

    def _append(self, parameter: Parameter) -> None:
        start, kind = self.size, _multiples(parameter)
        self.size += prod(parameter.shape)
        if parameter.penalised:
            self.n_penalised = self.size
        if self.spans:
            last = self.spans[-1]
            if (last.rate, last.decay) == kind:
                start = self.spans.pop().start
        self.spans.append(Span(start, self.size, *kind))

    def offsets(self) -> list[int]:
        """Return where each parameter begins, in the order of ``Plan.walk``."""
        return [
            self._offsets[id(plan), parameter.name]
            for plan in self.plan.walk()
            for parameter in plan.parameters
        ]

    def views(self, vector: np.ndarray) -> Views:
        """Lay named views over ``vector``, shape (size,)."""
        return self._views_of(self.plan, vector)

    def _views_of(self, plan: Plan, vector: np.ndarray) -> Views:
        arrays = {}
        for parameter in plan.parameters:
            start = self._offsets[id(plan), parameter.name]
            stop = start + prod(parameter.shape)
            arrays[parameter.name] = vector[start:stop].reshape(parameter.shape)
        return Views(arrays, tuple(self._views_of(p, vector) for p in plan.children))

    def initialize(self, vector: np.ndarray, rng: np.random.Generator) -> None:
        """Draw starting values into ``vector``, layer by layer."""
        for plan, views in zip(
            self.plan.walk(), self.views(vector).walk(), strict=True
        ):
            for p in plan.parameters:
                views.arrays[p.name][...] = p.initializer(p.shape, p.fans, rng)


def _multiples(parameter: Parameter) -> tuple[float, float]:
    """Return rate and decay; the decay of what does not decay makes no difference."""
    return parameter.rate, parameter.decay if parameter.penalised else 1.0


def _place(parameter: Parameter) -> tuple[Any, ...]:
    """Return what a sort by which brings parameters into their order."""
    kind = _multiples(parameter)
    is_special = kind != (1.0, 1.0)
    if parameter.penalised:
        return 0, not is_special, kind
    return 1, is_special, kind


class StateLayout:
    """Places of arrays of unlearned state in their own flat vector.

    Parameters
    ----------
    plan : Plan
        The whole network's plan.
    """

    def __init__(self, plan: Plan):
        self.plan = plan
        self.size = sum(
            prod(shape) for p in plan.walk() for shape, _ in p.state.values()
        )

    def initial(self, dtype: np.dtype) -> np.ndarray:
        """Return the starting values, shape (size,)."""
        vector = np.empty(self.size, dtype)
        for plan, views in zip(
            self.plan.walk(), self.views(vector).walk(), strict=True
        ):
            for name, (_, value) in plan.state.items():
                views.arrays[name][...] = value
        return vector

    def views(self, vector: np.ndarray) -> Views:
        """Lay named views over ``vector``, shape (size,)."""
        position = 0

        def views_of(plan: Plan) -> Views:
            nonlocal position
            arrays = {}
            for name, (shape, _) in plan.state.items():
                stop = position + prod(shape)
                arrays[name] = vector[position:stop].reshape(shape)
                position = stop
            return Views(arrays, tuple(views_of(child) for child in plan.children))

        return views_of(self.plan)
