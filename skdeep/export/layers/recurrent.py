"""Recurrent layers, as ONNX's own operators, and pooling over time."""

from dataclasses import replace
from typing import Any

import numpy as np

from skdeep.export.graph import Graph, Signal
from skdeep.export.layers.part import (
    Part,
    State,
    convert_from,
    converts,
    converts_with_state,
)
from skdeep.nn import (
    GRU,
    LSTM,
    AttentionPooling,
    Bidirectional,
    LastStep,
    SimpleRNN,
)
from skdeep.nn.layers.base import Workspace

# For each layer: the operator, the order of its gates among ours (GRU: z, r, h of our
# r, z, n; LSTM: i, o, f, c of our i, f, g, o), and what else it is told.
OPERATORS: dict[type, tuple[str, tuple[int, ...], dict[str, Any]]] = {
    SimpleRNN: ("RNN", (0,), {}),
    # The reset gate comes after the product, as in cuDNN.
    GRU: ("GRU", (1, 0, 2), {"linear_before_reset": 1}),
    LSTM: ("LSTM", (0, 3, 1, 2), {}),
}


@converts_with_state(*OPERATORS)
def recurrent(
    graph: Graph, part: Part, x: Signal, initial: State | None
) -> tuple[Signal, State]:
    """Convert a recurrent layer of one direction."""
    y, final = _run(graph, part.layer, [part.workspace], x, initial)
    return y, tuple(graph.add("Squeeze", state, np.array([0])) for state in final)


def _run(
    graph: Graph,
    layer: Any,
    directions: list[Workspace],
    x: Signal,
    initial: State | None,
) -> tuple[Signal, State]:
    """Return the output and final states, (n_directions, n_samples, n_units) each.

    ``initial`` has the states of all directions, one direction after the other.
    """
    kind, order, attributes = OPERATORS[type(layer)]
    inputs = [
        _by_gate([space.params["weight"].T for space in directions], order),
        _by_gate([space.params["recurrent_weight"].T for space in directions], order),
        np.stack([_biases(space, order, layer.units) for space in directions]),
    ]
    lengths, states = "", []
    if x.sizes is not None:
        lengths = graph.add("Cast", x.sizes[0], to=6)
    if initial is not None:
        n_carried = len(layer.state_sizes)
        for k in range(n_carried):
            parts = [
                graph.add("Unsqueeze", state, np.array([0]))
                for state in initial[k::n_carried]
            ]
            is_one = len(parts) == 1
            states.append(parts[0] if is_one else graph.add("Concat", *parts, axis=0))
    # skl2onnx cannot sort operators with inputs that are left out.
    optional = [lengths, *states] if lengths or states else []
    by_time = graph.add("Transpose", x.tensor, perm=[1, 0, 2])
    all_states, *final = graph.add_many(
        kind,
        1 + len(layer.state_sizes),
        by_time,
        *inputs,
        *optional,
        hidden_size=int(layer.units),
        direction="bidirectional" if len(directions) == 2 else "forward",
        **attributes,
    )
    # (n_samples, n_steps, n_directions * n_units), or without the axis of steps.
    if layer.return_sequences:
        y = graph.add("Transpose", all_states, perm=[2, 0, 1, 3])
        y = graph.add("Reshape", y, np.array([0, 0, -1]))
        return Signal(y, 2, x.sizes), tuple(final)
    y = graph.add("Transpose", final[0], perm=[1, 0, 2])
    return Signal(graph.add("Reshape", y, np.array([0, -1])), 1), tuple(final)


def _by_gate(matrices: list[np.ndarray], order: tuple[int, ...]) -> np.ndarray:
    """Return matrices of all directions, their rows in the operator's order."""
    return np.stack(
        [
            np.concatenate([np.split(matrix, len(order))[gate] for gate in order])
            for matrix in matrices
        ]
    )


def _biases(space: Workspace, order: tuple[int, ...], units: int) -> np.ndarray:
    """Return the biases of the input, then those of the recurrence."""
    recurrent = np.zeros_like(space.params["bias"])
    if "recurrent_bias" in space.params:
        recurrent[-units:] = space.params["recurrent_bias"]
    both = [space.params["bias"], recurrent]
    return _by_gate([bias[:, np.newaxis] for bias in both], order).ravel()


@converts_with_state(Bidirectional)
def bidirectional(
    graph: Graph, part: Part, x: Signal, initial: State | None
) -> tuple[Signal, State]:
    """Convert a layer over the sequence and over its reverse."""
    layer = part.layer.layer
    if type(layer) in OPERATORS:
        spaces = list(part.workspace.children)
        y, states = _run(graph, layer, spaces, x, initial)
        final = [
            graph.add("Gather", state, np.array(direction))
            for direction in range(2)
            for state in states
        ]
        return y, tuple(final)
    half = len(layer.state_sizes)
    ahead, back = part.inner_parts((layer, layer))
    first = None if initial is None else initial[:half]
    second = None if initial is None else initial[half:]
    y_ahead, final_ahead = convert_from(graph, ahead, x, first)
    y_back, final_back = convert_from(graph, back, _reverse(graph, x), second)
    if y_back.rank == x.rank:
        y_back = _reverse(graph, y_back)
    both = graph.add("Concat", y_ahead.tensor, y_back.tensor, axis=-1)
    return replace(y_ahead, tensor=both), final_ahead + final_back


def _reverse(graph: Graph, x: Signal) -> Signal:
    """Return each sample's steps in reverse; what is padding stays at the end."""
    if x.sizes is None:
        n_samples = graph.size(x.tensor, 0)
        lengths = graph.add("Expand", graph.size(x.tensor, 1), n_samples)
    else:
        lengths = x.sizes[0]
    y = graph.add("ReverseSequence", x.tensor, lengths, batch_axis=0, time_axis=1)
    return replace(x, tensor=y)


@converts(LastStep)
def last_step(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert the last step of each sample."""
    if x.sizes is None:
        return Signal(graph.add("Gather", x.tensor, np.array(-1), axis=1), 1)
    last = graph.add("Sub", x.sizes[0], np.array(1))
    last = graph.add("Unsqueeze", last, np.array([1]))
    return Signal(graph.add("GatherND", x.tensor, last, batch_dims=1), 1)


@converts(AttentionPooling)
def attention_pooling(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert the mean of all steps, weighted by ``softmax(tanh(x W + b) v)``."""
    steps = x.filled(graph, 0.0)
    hidden = graph.add("Add", graph.add("MatMul", steps, part["weight"]), part["bias"])
    scores = graph.add("MatMul", graph.add("Tanh", hidden), part["context"])
    scores = replace(x, tensor=scores).filled(graph, -np.inf)
    attention = graph.add("Softmax", scores, axis=1)
    product = graph.add("Mul", attention, steps)
    return Signal(graph.add("ReduceSum", product, np.array([1]), keepdims=0), 1)
