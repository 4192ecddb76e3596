"""Attention, and networks of an encoder and a decoder: their input is a pair."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from skdeep.export.graph import Graph, Signal
from skdeep.export.layers.part import (
    Part,
    State,
    convert,
    convert_from,
    converts,
    no_converter,
)
from skdeep.nn import (
    AdditiveAttention,
    Dense,
    DotAttention,
    EncoderDecoder,
    MultiplicativeAttention,
    Serial,
    Tanh,
)

Pair = tuple[Signal, Signal]
# From queries (n_samples, n_queries, n_channels), in the same graph as the values or in
# that of a loop, to their scores or means.
Scores = Callable[[Graph, str], str]
Means = Callable[[Graph, Signal], Signal]


def dot_scores(graph: Graph, part: Part, values: str) -> Scores:
    """Return scores that are products of query and value."""
    return _products(graph, values)


def multiplicative_scores(graph: Graph, part: Part, values: str) -> Scores:
    """Return scores by a bilinear form."""
    weight = part["key_weight"]
    if part.layer.scaled:
        weight = weight * weight.shape[1] ** -0.5
    return _products(graph, graph.add("MatMul", values, weight))


def _products(graph: Graph, keys: str) -> Scores:
    turned = graph.add("Transpose", keys, perm=[0, 2, 1])
    return lambda graph, queries: graph.add("MatMul", queries, turned)


def additive_scores(graph: Graph, part: Part, values: str) -> Scores:
    """Return scores by a small network, ``tanh(q U + v W + b) c``."""
    keys = graph.add("MatMul", values, part["key_weight"])
    keys = graph.add("Unsqueeze", graph.add("Add", keys, part["bias"]), np.array([1]))

    def scores(graph: Graph, queries: str) -> str:
        projected = graph.add("MatMul", queries, part["query_weight"])
        projected = graph.add("Unsqueeze", projected, np.array([2]))
        hidden = graph.add("Tanh", graph.add("Add", projected, keys))
        found = graph.add("MatMul", hidden, part["context"])
        return graph.add("Squeeze", found, np.array([3]))

    return scores


SCORES: dict[type, Callable[[Graph, Part, str], Scores]] = {
    DotAttention: dot_scores,
    MultiplicativeAttention: multiplicative_scores,
    AdditiveAttention: additive_scores,
}


def prepare(graph: Graph, part: Part, values: Signal) -> Means:
    """Add what attention needs of values once, for any number of queries.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    part : Part
        The attention.
    values : Signal
        Outputs of the encoder.

    Returns
    -------
    callable
        ``means(graph, queries)`` adds the means of values for queries.
    """
    if type(part.layer) not in SCORES:
        raise no_converter(part.layer)
    steps = values.filled(graph, 0.0)
    scores = SCORES[type(part.layer)](graph, part, steps)
    there = None
    if values.sizes is not None:
        there = graph.add("Transpose", values.valid(graph), perm=[0, 2, 1])

    def means(graph: Graph, queries: Signal) -> Signal:
        found = scores(graph, queries.tensor)
        if there is not None:
            found = graph.add("Where", there, found, np.float32(-np.inf))
        weights = graph.add("Softmax", found, axis=-1)
        return replace(queries, tensor=graph.add("MatMul", weights, steps))

    return means


@converts(*SCORES)
def attention(graph: Graph, part: Part, x: Pair) -> Signal:
    """Convert the attention of queries to values."""
    queries, values = x
    return prepare(graph, part, values)(graph, queries)


@dataclass(frozen=True)
class Decoder:
    """A decoder whose encoder has read a source.

    Its operators go to the graph of the encoder, or to that of a loop.

    Attributes
    ----------
    layers, head : Part
        Recurrent layers, and output layers.
    means : callable or None
        Attention to the outputs of the encoder.
    """

    layers: Part
    head: Part
    means: Means | None

    def states(self, graph: Graph, x: Signal, state: State) -> tuple[Signal, State]:
        """Add the recurrence, on from a state; x holds one step or more."""
        return convert_from(graph, self.layers, x, state)

    def outputs(self, graph: Graph, states: Signal) -> Signal:
        """Add attention, and the output layers."""
        if self.means is not None:
            context = self.means(graph, states)
            joined = graph.add("Concat", states.tensor, context.tensor, axis=-1)
            states = replace(states, tensor=joined)
        return convert(graph, self.head, states)

    def steps(self, graph: Graph, x: Signal, state: State) -> tuple[Signal, State]:
        """Add both, and return the outputs and the last state."""
        y, state = self.states(graph, x, state)
        return self.outputs(graph, y), state


def start(graph: Graph, part: Part, source: Signal) -> tuple[Decoder, State]:
    """Add an encoder, and return the decoder and the state that it starts from.

    Parameters
    ----------
    graph : Graph
        Gets the operators of the encoder, and what attention needs of its outputs.
    part : Part
        An ``EncoderDecoder``.
    source : Signal
        Its source.

    Returns
    -------
    decoder : Decoder
        What writes the target.
    state : tuple of str
        Before the first step.
    """
    layer = part.layer
    bridge = Serial([Dense(sum(layer.decoder.state_sizes)), Tanh()])
    layers: list[Any] = [layer.encoder, bridge, layer.decoder]
    if layer.attention is not None:
        layers.append(layer.attention)
    encoder, first, decoder, *attention, head = part.inner_parts([*layers, layer.head])
    encoded, final = convert_from(graph, encoder, source, None)
    states = convert(graph, first, _summary(graph, source, encoded, final)).tensor
    initial, begin = [], 0
    for width in layer.decoder.state_sizes:
        initial.append(graph.slice(states, begin, begin + width, 1))
        begin += width
    means = prepare(graph, attention[0], encoded) if attention else None
    return Decoder(decoder, head, means), tuple(initial)


def _summary(graph: Graph, source: Signal, encoded: Signal, final: State) -> Signal:
    """Return the vector that starts a decoder."""
    if encoded.rank == 1:
        return encoded
    if final:
        one = len(final) == 1
        return Signal(final[0] if one else graph.add("Concat", *final, axis=-1), 1)
    return Signal(no_numbers(graph, source.tensor), 1)


def no_numbers(graph: Graph, like: str) -> str:
    """Return vectors of length 0, one for each sample of another tensor."""
    shape = graph.add("Concat", graph.size(like, 0), np.zeros(1, int), axis=0)
    return graph.add("Expand", np.zeros((1, 0)), shape)


@converts(EncoderDecoder)
def encoder_decoder(graph: Graph, part: Part, x: Pair) -> Signal:
    """Convert a decoder that starts from what its encoder ends with."""
    source, target = x
    decoder, initial = start(graph, part, source)
    target = replace(target, tensor=target.filled(graph, 0.0))
    return decoder.steps(graph, target, initial)[0]
