"""Attention, and networks of an encoder and a decoder: their input is a pair."""

from dataclasses import replace
from typing import Any

import numpy as np

from skdeep.export.graph import Graph, Signal
from skdeep.export.layers.part import Part, convert, convert_from, converts
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


@converts(DotAttention)
def dot_attention(graph: Graph, part: Part, x: Pair) -> Signal:
    """Convert scores that are products of query and value."""
    queries, values = x
    steps = values.filled(graph, 0.0)
    return _means(graph, x, steps, _products(graph, queries.tensor, steps))


@converts(MultiplicativeAttention)
def multiplicative_attention(graph: Graph, part: Part, x: Pair) -> Signal:
    """Convert scores by a bilinear form."""
    queries, values = x
    steps = values.filled(graph, 0.0)
    keys = graph.add("MatMul", steps, part["key_weight"])
    return _means(graph, x, steps, _products(graph, queries.tensor, keys))


@converts(AdditiveAttention)
def additive_attention(graph: Graph, part: Part, x: Pair) -> Signal:
    """Convert scores by a small network, ``tanh(q U + v W + b) c``."""
    queries, values = x
    steps = values.filled(graph, 0.0)
    keys = graph.add("MatMul", steps, part["key_weight"])
    keys = graph.add("Add", keys, part["bias"])
    projected = graph.add("MatMul", queries.tensor, part["query_weight"])
    projected = graph.add("Unsqueeze", projected, np.array([2]))
    keys = graph.add("Unsqueeze", keys, np.array([1]))
    hidden = graph.add("Tanh", graph.add("Add", projected, keys))
    scores = graph.add("MatMul", hidden, part["context"])
    return _means(graph, x, steps, graph.add("Squeeze", scores, np.array([3])))


def _products(graph: Graph, queries: str, keys: str) -> str:
    turned = graph.add("Transpose", keys, perm=[0, 2, 1])
    return graph.add("MatMul", queries, turned)


def _means(graph: Graph, x: Pair, steps: str, scores: str) -> Signal:
    """Return the means of values, from scores (n_samples, n_queries, n_steps)."""
    queries, values = x
    if values.sizes is not None:
        there = graph.add("Transpose", values.valid(graph), perm=[0, 2, 1])
        scores = graph.add("Where", there, scores, np.float32(-np.inf))
    attention = graph.add("Softmax", scores, axis=-1)
    return replace(queries, tensor=graph.add("MatMul", attention, steps))


@converts(EncoderDecoder)
def encoder_decoder(graph: Graph, part: Part, x: Pair) -> Signal:
    """Convert a decoder that starts from what its encoder ends with."""
    layer, (source, target) = part.layer, x
    bridge = Serial([Dense(sum(layer.decoder.state_sizes)), Tanh()])
    layers: list[Any] = [layer.encoder, bridge, layer.decoder]
    if layer.attention is not None:
        layers.append(layer.attention)
    encoder, start, decoder, *attention, head = part.inner_parts([*layers, layer.head])
    encoded, final = convert_from(graph, encoder, source, None)
    if encoded.rank == 1:
        summary = encoded
    elif final:
        one = len(final) == 1
        summary = Signal(final[0] if one else graph.add("Concat", *final, axis=-1), 1)
    else:
        none = graph.add("Expand", np.zeros((1, 0)), _rows(graph, source.tensor))
        summary = Signal(none, 1)
    states = convert(graph, start, summary).tensor
    initial, begin = [], 0
    for width in layer.decoder.state_sizes:
        initial.append(graph.slice(states, begin, begin + width, 1))
        begin += width
    target = replace(target, tensor=target.filled(graph, 0.0))
    queries, _ = convert_from(graph, decoder, target, tuple(initial))
    if attention:
        context = convert(graph, attention[0], (queries, encoded))
        joined = graph.add("Concat", queries.tensor, context.tensor, axis=-1)
        queries = replace(queries, tensor=joined)
    return convert(graph, head, queries)


def _rows(graph: Graph, tensor: str) -> str:
    """Return the shape (n_samples, 0)."""
    return graph.add("Concat", graph.size(tensor, 0), np.zeros(1, int), axis=0)
