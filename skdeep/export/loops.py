"""Loops of ONNX: operators that are repeated, each time on what the last time left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from skdeep.export.graph import Graph

# The name of a tensor, and its type ("float", "int64", "string", "bool").
Typed = tuple[str, str]


@dataclass(frozen=True)
class Body:
    """The operators of a loop, which also see what is computed before the loop.

    Attributes
    ----------
    graph : Graph
        The operators.
    inputs : tuple of (str, str)
        Name and type of the number of the iteration, of whether the loop goes on, and
        of what the last iteration left.
    outputs : tuple of (str, str)
        Name and type of whether the loop goes on, of what is left to the next
        iteration, and of what is kept of this one.
    """

    graph: Graph
    inputs: tuple[Typed, ...]
    outputs: tuple[Typed, ...]

    def seen(self) -> list[str]:
        """Return what the operators see of what is computed before the loop."""
        operations = self.graph.operations
        own = {name for name, _ in self.inputs}
        own.update(name for o in operations for name in o.outputs)
        names = dict.fromkeys(name for o in operations for name in o.inputs)
        inside = own | set(self.graph.constants) | {""}
        return [name for name in names if name not in inside]


@dataclass(frozen=True)
class Iteration:
    """What an iteration leaves.

    Attributes
    ----------
    carried : sequence of str
        For the next iteration.
    kept : sequence of (str, str)
        Tensors with their types, which are stacked over all iterations.
    goes_on : str or None, default=None
        A truth value; None goes on to the last iteration.
    """

    carried: Sequence[str]
    kept: Sequence[Typed] = ()
    goes_on: str | None = None


Repeat = Callable[[Graph, str, tuple[str, ...]], Iteration]


def add_loop(
    graph: Graph, n_iterations: int, start: Sequence[Typed], repeat: Repeat
) -> tuple[list[str], list[str]]:
    """Add operators that are repeated.

    Parameters
    ----------
    graph : Graph
        Gets the operator ``Loop``.
    n_iterations : int
        The most iterations.
    start : sequence of (str, str)
        What is carried from one iteration to the next, before the first one.
    repeat : callable
        ``repeat(body, iteration, carried)`` adds an iteration to the graph ``body``;
        ``iteration`` is a number, counted from 0.

    Returns
    -------
    carried : list of str
        What the last iteration left.
    kept : list of str
        What was kept of all iterations, along a new first axis.
    """
    # Constants lie outside of the loop.
    body = Graph(f"{graph.name('body')}/", constants=graph.constants)
    number, condition = body.name("iteration"), body.name("condition")
    inputs = [(body.name("carried"), kind) for _, kind in start]
    done = repeat(body, number, tuple(name for name, _ in inputs))
    goes_on = condition if done.goes_on is None else done.goes_on
    left = [
        (goes_on, "bool"),
        *zip(done.carried, (kind for _, kind in start), strict=True),
        *done.kept,
    ]
    # Each output has a name of its own, also where it is an input, or there twice.
    outputs = tuple((body.add("Identity", name), kind) for name, kind in left)
    results = graph.add_many(
        "Loop",
        len(outputs) - 1,
        np.array(n_iterations),
        np.array(True),
        *(name for name, _ in start),
        body=Body(body, ((number, "int64"), (condition, "bool"), *inputs), outputs),
    )
    return list(results[: len(start)]), list(results[len(start) :])
