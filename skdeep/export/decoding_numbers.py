"""Sequences of numbers that a network writes, each step fed with the one before."""

from typing import Any

import numpy as np

from skdeep.export.decoding import WRITTEN, most_steps, read_source
from skdeep.export.file import Port
from skdeep.export.graph import Graph, Signal
from skdeep.export.inputs import ROWS
from skdeep.export.loops import Iteration, add_loop


def number_ports(model: Any) -> list[Port]:
    """Return the outputs of an estimator that writes numbers."""
    targets = model.targets_
    width = len(targets.center)
    if targets.n_axes == 1:
        return [("variable", "float", (ROWS, width))]
    if is_of_one_length(targets):
        return [("variable", "float", (ROWS, targets.longest, width))]
    return [
        ("variable", "float", (ROWS, WRITTEN, width)),
        ("variable_lengths", "int64", (ROWS,)),
    ]


def is_of_one_length(targets: Any) -> bool:
    """Tell whether all sequences in training had the same number of steps."""
    return targets.shortest == targets.longest


def add_numbers(graph: Graph, model: Any, tensors: list[str]) -> list[str]:
    """Add an estimator that writes numbers.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    model : Seq2SeqRegressor
        Fitted.
    tensors : list of str
        Names of the inputs.

    Returns
    -------
    list of str
        Names of the outputs, see :func:`number_ports`.
    """
    targets = model.targets_
    width = len(targets.center)
    decoder, state, n_samples = read_source(graph, model, tensors)
    asks = not is_of_one_length(targets)

    def write(body: Graph, iteration: str, carried: tuple[str, ...]) -> Iteration:
        x, lengths, is_there, *before = carried
        z, after = decoder.steps(body, Signal(x, 2), tuple(before))
        sizes = np.array([width, 1])
        x, logit = body.add_many("Split", 2, z.tensor, sizes, axis=2)
        if not asks:
            return Iteration([x, lengths, is_there, *after], [(x, "float")])
        lengths = body.add("Add", lengths, body.add("Cast", is_there, to=7))
        more = body.add("LessOrEqual", logit, np.float32(0))
        is_there = body.add(
            "And", is_there, body.add("Squeeze", more, np.array([1, 2]))
        )
        some = body.add("ReduceMax", body.add("Cast", is_there, to=7), keepdims=0)
        return Iteration(
            [x, lengths, is_there, *after],
            [(x, "float")],
            goes_on=body.add("Cast", some, to=9),
        )

    shape = graph.add("Concat", n_samples, np.array([1, width]), axis=0)
    begin = [
        (graph.add("Expand", np.zeros((1, 1, 1)), shape), "float"),
        (graph.add("Expand", np.array([0]), n_samples), "int64"),
        (graph.add("Expand", np.array([True]), n_samples), "bool"),
        *((name, "float") for name in state),
    ]
    n_steps = most_steps(model) if asks else targets.longest
    (_, lengths, *_), (steps,) = add_loop(graph, n_steps, begin, write)
    numbers = graph.add("Squeeze", steps, np.array([2]))
    numbers = graph.add("Transpose", numbers, perm=[1, 0, 2])
    numbers = graph.add("Mul", numbers, targets.scale)
    numbers = graph.add("Add", numbers, targets.center)
    if targets.n_axes == 1:
        numbers = graph.add("Squeeze", numbers, np.array([1]))
    return [numbers, lengths] if asks else [numbers]
