"""Sequences that a network writes step by step, each step fed with the one before."""

from typing import Any

import numpy as np

from skdeep.export.file import Port
from skdeep.export.graph import Graph, Signal
from skdeep.export.inputs import ROWS, add_inputs, as_column
from skdeep.export.layers import Part
from skdeep.export.layers.pairs import Step, start
from skdeep.export.loops import Iteration, add_loop
from skdeep.export.symbols import plain_values, type_of
from skdeep.nn.layers.embedding import FIRST

# Between the symbols of a string.
BETWEEN = {"char": "", "word": " "}
STEPS = "n_symbols"


def symbol_ports(model: Any) -> list[Port]:
    """Return the outputs of an estimator that writes symbols."""
    targets = model.targets_
    if targets.unit in BETWEEN:
        return [("label", "string", (ROWS,))]
    kind = type_of(plain_values(targets.classes))
    if targets.unit == "label":
        return [("label", kind, (ROWS,))]
    return [("label", kind, (ROWS, STEPS)), ("label_lengths", "int64", (ROWS,))]


def number_ports(model: Any) -> list[Port]:
    """Return the outputs of an estimator that writes numbers."""
    targets = model.targets_
    width = len(targets.center)
    if targets.n_axes == 1:
        return [("variable", "float", (ROWS, width))]
    if is_of_one_length(targets):
        return [("variable", "float", (ROWS, targets.longest, width))]
    return [
        ("variable", "float", (ROWS, STEPS, width)),
        ("variable_lengths", "int64", (ROWS,)),
    ]


def is_of_one_length(targets: Any) -> bool:
    """Tell whether all sequences in training had the same number of steps."""
    return targets.shortest == targets.longest


def add_symbols(graph: Graph, model: Any, tensors: list[str]) -> list[str]:
    """Add greedy decoding: the likeliest symbol at each step.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    model : Seq2SeqClassifier
        Fitted.
    tensors : list of str
        Names of the inputs.

    Returns
    -------
    list of str
        Names of the outputs, see :func:`symbol_ports`.

    Raises
    ------
    ValueError
        If the model decodes by beam search.
    """
    if model.beam_width > 1:
        raise ValueError(
            f"beam_width={model.beam_width} searches beams, which is not exported to "
            "ONNX: export greedy decoding, model.set_params(beam_width=1)."
        )
    targets = model.targets_
    step, initial, n_samples = _begin(graph, model, tensors)
    stop, unit = targets.stop, targets.unit
    classes = plain_values(targets.classes)
    # A sequence has one symbol at least.
    allowed = np.zeros((2, stop + 1))
    allowed[0, stop] = -np.inf
    joined = unit in BETWEEN
    carried = [(graph.add("Expand", np.array([stop]), n_samples), "int64")]
    if joined:
        carried.append((graph.add("Expand", np.array([""]), n_samples), "string"))
    n_own = len(carried)

    def write(body: Graph, iteration: str, left: tuple[str, ...]) -> Iteration:
        (last, *text), state = left[:n_own], left[n_own:]
        code = body.add("Add", last, np.array(FIRST))
        code = body.add("Unsqueeze", code, np.array([1]))
        z, state = step(body, Signal(as_column(body, code), 2), state)
        # 0 in the first iteration, 1 in all others.
        later = body.add("Min", iteration, np.array(1))
        scores = body.add("Squeeze", z.tensor, np.array([1]))
        scores = body.add("Add", scores, body.add("Gather", allowed, later))
        likeliest = body.add("ArgMax", scores, axis=-1, keepdims=0)
        ended = body.add("Equal", last, np.array(stop))
        ended = body.add("And", ended, body.add("Cast", later, to=9))
        symbol = body.add("Where", ended, np.array(stop), likeliest)
        # The stop is the last of all symbols.
        goes_on = body.add("ReduceMin", symbol, keepdims=0)
        goes_on = body.add("Less", goes_on, np.array(stop))
        if joined:
            text = [_add_piece(body, text[0], symbol, later, classes, BETWEEN[unit])]
        kept = [] if joined else [(symbol, "int64")]
        return Iteration([symbol, *text, *state], kept, goes_on)

    n_steps = 1 if unit == "label" else _longest(model)
    carried += [(name, "float") for name in initial]
    left, kept = add_loop(graph, n_steps, carried, write)
    if joined:
        return [left[1]]
    values = np.append(classes, np.zeros(1, classes.dtype))
    if unit == "label":
        return [graph.add("Gather", values, left[0])]
    symbols = graph.add("Transpose", kept[0], perm=[1, 0])
    there = graph.add("Cast", graph.add("Less", symbols, np.array(stop)), to=7)
    lengths = graph.add("ReduceSum", there, np.array([1]), keepdims=0)
    # In the last iteration all may have ended.
    longest = graph.add("ReduceMax", lengths, np.array([0]))
    symbols = graph.slice(symbols, 0, longest, 1)
    return [graph.add("Gather", values, symbols), lengths]


def _add_piece(
    body: Graph, text: str, symbol: str, later: str, classes: np.ndarray, between: str
) -> str:
    """Add a symbol to each string; the stop adds nothing."""
    first = [*classes, ""]
    pieces = [*first, *(between + piece for piece in first[:-1]), ""]
    row = body.add("Mul", later, np.array(len(first)))
    piece = body.add("Gather", np.array(pieces), body.add("Add", symbol, row))
    return body.add("StringConcat", text, piece)


def add_numbers(graph: Graph, model: Any, tensors: list[str]) -> list[str]:
    """Add sequences of numbers, which end where the network says so.

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
    step, initial, n_samples = _begin(graph, model, tensors)
    asks = not is_of_one_length(targets)
    width = len(targets.center)
    shape = graph.add("Concat", n_samples, np.array([1, width]), axis=0)
    carried = [(graph.add("Expand", np.zeros((1, 1, 1)), shape), "float")]
    if asks:
        carried += [
            (graph.add("Expand", np.array([0]), n_samples), "int64"),
            (graph.add("Expand", np.array([True]), n_samples), "bool"),
        ]
    n_own = len(carried)

    def write(body: Graph, iteration: str, left: tuple[str, ...]) -> Iteration:
        (x, *ends), state = left[:n_own], left[n_own:]
        z, state = step(body, Signal(x, 2), state)
        x, logit = body.add_many("Split", 2, z.tensor, np.array([width, 1]), axis=2)
        goes_on = None
        if asks:
            lengths, is_there = ends
            lengths = body.add("Add", lengths, body.add("Cast", is_there, to=7))
            more = body.add("LessOrEqual", logit, np.float32(0))
            more = body.add("Squeeze", more, np.array([1, 2]))
            is_there = body.add("And", is_there, more)
            ends = [lengths, is_there]
            some = body.add("Cast", is_there, to=7)
            some = body.add("ReduceMax", some, keepdims=0)
            goes_on = body.add("Cast", some, to=9)
        return Iteration([x, *ends, *state], [(x, "float")], goes_on)

    n_steps = _longest(model) if asks else targets.longest
    carried += [(name, "float") for name in initial]
    left, kept = add_loop(graph, n_steps, carried, write)
    numbers = graph.add("Squeeze", kept[0], np.array([2]))
    numbers = graph.add("Transpose", numbers, perm=[1, 0, 2])
    numbers = graph.add("Mul", numbers, targets.scale)
    numbers = graph.add("Add", numbers, targets.center)
    if targets.n_axes == 1:
        numbers = graph.add("Squeeze", numbers, np.array([1]))
    return [numbers, *left[1:2]] if asks else [numbers]


def _begin(
    graph: Graph, model: Any, tensors: list[str]
) -> tuple[Step, tuple[str, ...], str]:
    """Add the encoder; return a step, its state, and the number of samples."""
    source = add_inputs(graph, model, tensors)
    network = model.network_
    layers = Part(network.layer, network.workspace())
    step, state = start(graph, layers.inner(0, network.layer.layers[0]), source)
    return step, state, graph.size(source.tensor, 0)


def _longest(model: Any) -> int:
    """Return the most steps of a sequence."""
    return int(model.max_length or 2 * model.targets_.longest)
