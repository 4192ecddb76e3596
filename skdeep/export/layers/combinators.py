"""Layers made of layers: in series, around a shortcut, side by side."""

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from skdeep.export.graph import Graph, Signal
from skdeep.export.layers.part import (
    Part,
    State,
    convert,
    convert_from,
    converts,
    converts_with_state,
)
from skdeep.nn import KeepSize, Parallel, Residual, Serial


@converts_with_state(Serial)
def serial(
    graph: Graph, part: Part, x: Any, initial: State | None
) -> tuple[Any, State]:
    """Convert one layer after the other."""
    final: State = ()
    states = None if initial is None else iter(initial)
    for inner in part.inner_parts(part.layer.layers):
        own = None
        if states is not None:
            own = tuple(islice(states, len(inner.layer.state_sizes)))
        x, state = convert_from(graph, inner, x, own)
        final += state
    return x, final


@converts_with_state(Residual)
def residual(
    graph: Graph, part: Part, x: Signal, initial: State | None
) -> tuple[Signal, State]:
    """Convert layers and the shortcut around them."""
    f = part.inner(0, Serial(part.layer.layers))
    s = part.inner(1, part.layer.shortcut or Serial())
    fx, final = convert_from(graph, f, x, initial)
    sx = convert(graph, s, x)
    return replace(fx, tensor=graph.add("Add", fx.tensor, sx.tensor)), final


@converts(Parallel)
def parallel(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert several branches."""
    outputs = [
        convert(graph, branch, x) for branch in part.inner_parts(part.layer.branches)
    ]
    tensors = [output.tensor for output in outputs]
    if len(tensors) == 1:
        y = tensors[0]
    elif part.layer.merge == "concatenate":
        y = graph.add("Concat", *tensors, axis=-1)
    else:
        y = graph.add("Sum", *tensors)
    return replace(outputs[0], tensor=y)


@converts(KeepSize)
def keep_size(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert layers whose output is cropped, or padded with zeros, at the end."""
    found, _ = serial(graph, part, x, None)
    y = found.filled(graph, 0.0)
    for axis in range(1, x.rank):
        wanted = graph.size(x.tensor, axis)
        y = graph.slice(y, 0, wanted, axis)
        lacking = graph.add("Sub", wanted, graph.size(y, axis))
        ends = graph.add("Concat", np.zeros(1, int), lacking, axis=0)
        y = graph.add("Pad", y, ends, np.float32(0), np.array([axis]))
    return Signal(y, x.rank, x.sizes)
