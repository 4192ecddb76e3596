"""A layer with its weights, as converters take it, and who converts it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from skdeep.export.graph import Graph
from skdeep.nn import Layer
from skdeep.nn.layers.base import Workspace

# Names of vectors (n_samples, size), as layers hand them from step to step.
State = tuple[str, ...]
Converter = Callable[[Graph, "Part", Any, State | None], tuple[Any, State]]


@dataclass(frozen=True)
class Part:
    """A layer with its weights, which are those of its workspace."""

    layer: Any
    workspace: Workspace

    def __getitem__(self, name: str) -> np.ndarray:
        return self.workspace.params[name]

    def inner(self, number: int, layer: Layer) -> "Part":
        """Return a layer inside this one."""
        return Part(layer, self.workspace.children[number])

    def inner_parts(self, layers: Any) -> list["Part"]:
        """Return all layers inside this one."""
        return [self.inner(i, layer) for i, layer in enumerate(layers)]


CONVERTERS: dict[type[Layer], Converter] = {}


def converts(*layers: type[Layer]) -> Callable[[Any], Any]:
    """Register a function ``(graph, part, x) -> y`` for layers without a state."""

    def register(convert: Callable[[Graph, Part, Any], Any]) -> Any:
        for layer in layers:
            CONVERTERS[layer] = lambda graph, part, x, initial: (
                convert(graph, part, x),
                (),
            )
        return convert

    return register


def converts_with_state(*layers: type[Layer]) -> Callable[[Any], Any]:
    """Register ``(graph, part, x, initial) -> (y, final)`` for layers with a state."""

    def register(convert: Converter) -> Converter:
        for layer in layers:
            CONVERTERS[layer] = convert
        return convert

    return register


def convert(graph: Graph, part: Part, x: Any) -> Any:
    """Add a layer to a graph.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    part : Part
        The layer.
    x : Signal or tuple of Signal
        Its input.

    Returns
    -------
    Signal
        Its output.

    Raises
    ------
    ValueError
        If the layer, or one inside it, has no converter.
    """
    return convert_from(graph, part, x, None)[0]


def convert_from(
    graph: Graph, part: Part, x: Any, initial: State | None
) -> tuple[Any, State]:
    """Add a layer that goes on from a state, and return its last state too."""
    converter = CONVERTERS.get(type(part.layer))
    if converter is None:
        raise no_converter(part.layer)
    return converter(graph, part, x, initial)


def no_converter(layer: Layer) -> ValueError:
    """Return the error that says which layer cannot be exported."""
    return ValueError(
        f"{layer!r} cannot be exported to ONNX: {type(layer).__name__} has no "
        "converter; take layers of skdeep.nn in its place."
    )
