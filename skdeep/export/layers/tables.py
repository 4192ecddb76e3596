"""Codes, numbers and members of tables."""

from dataclasses import replace
from math import pi

import numpy as np

from skdeep.export.graph import Graph, Signal
from skdeep.export.layers.part import Part, converts
from skdeep.nn import (
    ColumnEmbedding,
    Embedding,
    MemberDense,
    Members,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
)
from skdeep.nn.layers.embedding import UNSEEN

LAST = np.iinfo(np.int64).max


@converts(ColumnEmbedding)
def column_embedding(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert vectors of categories; a code beyond the table counts as unseen."""
    n = len(part.layer.cardinalities)
    if n == 0:
        return x
    tables = part.layer.tables(part["tables"])
    parts = [graph.slice(x.tensor, 0, -n, x.rank)]
    for column, table in enumerate(tables):
        code = graph.add("Gather", x.tensor, np.array(column - n), axis=x.rank)
        code = graph.add("Cast", code, to=7)
        beyond = graph.add("Less", code, np.array(0))
        above = graph.add("GreaterOrEqual", code, np.array(len(table)))
        beyond = graph.add("Or", beyond, above)
        code = graph.add("Where", beyond, np.array(UNSEEN), code)
        parts.append(graph.add("Gather", table, code))
    return replace(x, tensor=graph.add("Concat", *parts, axis=-1))


@converts(Embedding)
def embedding(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert a vector for each step."""
    if x.rank == 1:
        x = Signal(graph.add("Unsqueeze", x.tensor, np.array([2])), 2)
    return column_embedding(graph, Part(part.layer._columns, part.workspace), x)


@converts(PeriodicEmbedding)
def periodic_embedding(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert ``y = A cos(2 pi f x + b) + c`` of each of the leading columns."""
    amplitude = part["amplitude"]
    n = len(amplitude)
    columns = graph.slice(x.tensor, 0, n, 1)
    # (n_samples, n, 1, 1), against (n, 1, n_frequencies).
    columns = graph.add("Unsqueeze", columns, np.array([2, 3]))
    angle = graph.add("Mul", columns, 2 * pi * part["frequency"][:, np.newaxis])
    angle = graph.add("Add", angle, part["phase"][:, np.newaxis])
    cosine = graph.add("Cos", angle)
    made = graph.add("MatMul", cosine, amplitude.transpose(0, 2, 1))
    made = graph.add("Add", made, part["bias"][:, np.newaxis])
    made = graph.add("Flatten", made, axis=1)
    return replace(x, tensor=graph.add("Concat", made, x.tensor, axis=1))


@converts(PiecewiseLinearEmbedding)
def piecewise_linear_embedding(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert positions of numbers among boundaries."""
    boundaries = [np.asarray(edges, dtype=float) for edges in part.layer.boundaries]
    if not boundaries:
        return x
    parts = []
    for column, edges in enumerate(boundaries):
        least, most = np.zeros(len(edges) - 1), np.ones(len(edges) - 1)
        least[0], most[-1] = -np.inf, np.inf
        number = graph.slice(x.tensor, column, column + 1, 1)
        position = graph.add("Sub", number, edges[:-1])
        position = graph.add("Mul", position, 1 / np.diff(edges))
        position = graph.add("Max", position, least)
        parts.append(graph.add("Min", position, most))
    parts.append(graph.slice(x.tensor, len(boundaries), LAST, 1))
    return replace(x, tensor=graph.add("Concat", *parts, axis=1))


@converts(Members)
def members(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert each member's own view of the features."""
    rows = graph.add("Unsqueeze", x.tensor, np.array([1]))
    return Signal(graph.add("Mul", rows, part["gain"]), 2)


@converts(MemberDense)
def member_dense(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert weighted sums of each member's own."""
    by_member = graph.add("Transpose", x.tensor, perm=[1, 0, 2])
    y = graph.add("MatMul", by_member, part["member_weight"])
    y = graph.add("Transpose", y, perm=[1, 0, 2])
    return replace(x, tensor=graph.add("Add", y, part["bias"]))
