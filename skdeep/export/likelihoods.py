"""Log likelihoods of sequences of symbols or numbers, under a language model."""

from math import log, pi
from typing import Any

import numpy as np

from skdeep.export.decoding_numbers import is_of_one_length
from skdeep.export.file import Port
from skdeep.export.graph import Graph, Signal
from skdeep.export.inputs import ROWS, as_column
from skdeep.export.layers import Part, convert
from skdeep.export.layers.pairs import no_numbers
from skdeep.export.symbols import (
    add_positions,
    as_tensor,
    padded,
    plain_values,
    type_of,
)
from skdeep.nn.layers.embedding import FIRST
from skdeep.nn.losses.mixture import LEAST_SCALE

STEPS = "n_steps"
UNSEEN = -1
LAST = np.iinfo(np.int64).max
LENGTHS: Port = ("lengths", "int64", (ROWS,))


def output_ports(model: Any) -> list[Port]:
    """Return the output of a density."""
    return [("log_likelihood", "float", (ROWS,))]


def symbol_ports(model: Any) -> list[Port]:
    """Return the inputs of a density of symbols."""
    kind = type_of(model.targets_.classes)
    return [("X", kind, (ROWS, STEPS)), LENGTHS, *_condition_ports(model)]


def number_ports(model: Any) -> list[Port]:
    """Return the inputs of a density of numbers."""
    targets = model.targets_
    width = len(targets.center)
    if not is_of_one_length(targets):
        ports: list[Port] = [("X", "float", (ROWS, STEPS, width)), LENGTHS]
    elif hasattr(model, "n_features_in_"):
        ports = [("X", "float", (ROWS, int(model.n_features_in_)))]
    else:
        ports = [("X", "float", (ROWS, targets.longest, width))]
    return [*ports, *_condition_ports(model)]


def _condition_ports(model: Any) -> list[Port]:
    inputs = model.inputs_
    if inputs.classes is not None:
        return [("conditions", type_of(plain_values(inputs.classes)), (ROWS,))]
    return [("conditions", "float", (ROWS, inputs.width))] if inputs.width else []


def add_symbols(graph: Graph, model: Any, tensors: list[str]) -> list[str]:
    """Add the log likelihood of sequences of symbols.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    model : RNNGenerator
        Fitted to symbols.
    tensors : list of str
        Names of the inputs.

    Returns
    -------
    list of str
        Name of the output.
    """
    targets = model.targets_
    x, lengths, *conditions = tensors
    stop = targets.stop
    codes = add_positions(graph, x, targets.classes, 0, UNSEEN)
    n_samples = graph.size(codes, 0)
    before = graph.add("Expand", np.array([[stop]]), _column(graph, n_samples))
    shown = graph.add("Concat", before, codes, axis=1)
    shown = as_column(graph, graph.add("Add", shown, np.array(FIRST)))
    n_shown = graph.add("Add", lengths, np.array(1))
    z = _outputs(graph, model, conditions, shown, n_shown)
    log_p = graph.add("LogSoftmax", _never_empty(graph, z, stop), axis=-1)
    # The symbols, then the stop.
    codes = graph.add("Concat", codes, before, axis=1)
    last = graph.add("Unsqueeze", lengths, np.array([1]))
    ahead = _steps_before(graph, codes, last)
    codes = graph.add("Where", ahead, codes, np.array(stop))
    found = _of_symbols(graph, log_p, codes)
    end = graph.add("Unsqueeze", n_shown, np.array([1]))
    return [_sum(graph, found, _steps_before(graph, found, end))]


def _never_empty(graph: Graph, z: str, stop: int) -> str:
    """Take the end from the first step: a sequence has one symbol at least."""
    allowed = np.zeros(stop + 1)
    allowed[stop] = -np.inf
    first = graph.add("Add", graph.slice(z, 0, 1, 1), allowed)
    return graph.add("Concat", first, graph.slice(z, 1, LAST, 1), axis=1)


def _of_symbols(graph: Graph, log_p: str, codes: str) -> str:
    """Return the log probability of the symbol of each step; that of unseen is -inf."""
    seen = graph.add("GreaterOrEqual", codes, np.array(0))
    place = graph.add("Unsqueeze", graph.add("Max", codes, np.array(0)), np.array([2]))
    found = graph.add("GatherElements", log_p, place, axis=2)
    found = graph.add("Squeeze", found, np.array([2]))
    return graph.add("Where", seen, found, np.float32(-np.inf))


def add_numbers(graph: Graph, model: Any, tensors: list[str]) -> list[str]:
    """Add the log density of sequences of numbers; see :func:`add_symbols`."""
    targets = model.targets_
    width, k = len(targets.center), targets.loss.loss.n_components
    ends = not is_of_one_length(targets)
    x, *others = tensors
    x = graph.add("Reshape", x, np.array([0, -1, width]))
    x = graph.add("Div", graph.add("Sub", x, targets.center), targets.scale)
    shape = graph.add("Concat", graph.size(x, 0), np.array([1, width]), axis=0)
    nothing = graph.add("Expand", np.zeros((1, 1, 1)), shape)
    shown = graph.add("Concat", nothing, graph.slice(x, 0, -1, 1), axis=1)
    # Also where all are of one length: skl2onnx cannot sort an operator that has a
    # state and no lengths before it.
    lengths = others[0] if ends else _all_steps(graph, x)
    z = _outputs(graph, model, others[ends:], shown, lengths)
    sizes = np.array([k, k * width, k * width, 1])
    logits, means, raw, logit = graph.add_many("Split", 4, z, sizes, axis=2)
    means, raw = (
        graph.add("Reshape", tensor, np.array([0, 0, k, width]))
        for tensor in (means, raw)
    )
    found = _mixture(graph, x, logits, means, raw)
    constant = 0.5 * log(2 * pi) * width + np.log(targets.scale).sum()
    found = graph.add("Sub", found, np.float32(constant))
    if not ends:
        return [graph.add("ReduceSum", found, np.array([1]), keepdims=0)]
    last = graph.add("Unsqueeze", lengths, np.array([1]))
    there = _steps_before(graph, found, last)
    before_last = _steps_before(graph, found, graph.add("Sub", last, np.array(1)))
    logit = graph.add("Squeeze", logit, np.array([2]))
    # The logarithm of the logistic function of z is -softplus(-z).
    wrong = graph.add("Where", before_last, logit, graph.add("Neg", logit))
    found = graph.add("Sub", found, graph.add("Softplus", wrong))
    return [_sum(graph, found, there)]


def _mixture(graph: Graph, x: str, logits: str, means: str, raw: str) -> str:
    """Return log densities (n_samples, n_steps), but for ``sqrt(2 pi)``.

    See ``GaussianMixtureLoss``.
    """
    scales = graph.add("Add", graph.add("Softplus", raw), np.float32(LEAST_SCALE))
    x = graph.add("Unsqueeze", x, np.array([2]))
    distances = graph.add("Div", graph.add("Sub", x, means), scales)
    squares = graph.add("Mul", graph.add("Mul", distances, distances), np.float32(0.5))
    exponents = graph.add("Add", squares, graph.add("Log", scales))
    exponents = graph.add("ReduceSum", exponents, np.array([3]), keepdims=0)
    log_weights = graph.add("LogSoftmax", logits, axis=-1)
    joint = graph.add("Sub", log_weights, exponents)
    return graph.add("ReduceLogSumExp", joint, np.array([2]), keepdims=0)


def _outputs(
    graph: Graph, model: Any, conditions: list[str], shown: str, lengths: str
) -> str:
    """Return raw outputs for all steps, from what is shown before each."""
    network, inputs = model.network_, model.inputs_
    if inputs.classes is not None:
        places = add_positions(graph, conditions[0], inputs.classes, 0, UNSEEN)
        places = graph.add("Unsqueeze", places, np.array([1]))
        same = graph.add("Equal", places, np.arange(inputs.width))
        source = graph.add("Cast", same, to=1)
    elif conditions:
        source = conditions[0]
    else:
        source = no_numbers(graph, shown)
    part = Part(network.layer, network.workspace())
    target = Signal(shown, 2, (lengths,))
    return convert(graph, part, (Signal(source, 1), target)).tensor


def _all_steps(graph: Graph, x: str) -> str:
    """Return the length of samples that all have the same, for each."""
    return graph.add("Expand", graph.size(x, 1), graph.size(x, 0))


def _steps_before(graph: Graph, tensor: str, ends: str) -> str:
    """Return which steps (n_samples, n_steps) come before ends (n_samples, 1)."""
    length = graph.add("Squeeze", graph.size(tensor, 1))
    steps = graph.add("Range", np.array(0), length, np.array(1))
    return graph.add("Less", steps, ends)


def _sum(graph: Graph, steps: str, there: str) -> str:
    steps = graph.add("Where", there, steps, np.float32(0))
    return graph.add("ReduceSum", steps, np.array([1]), keepdims=0)


def _column(graph: Graph, n_samples: str) -> str:
    """Return the shape (n_samples, 1)."""
    return graph.add("Concat", n_samples, np.array([1]), axis=0)


def make_feed(model: Any, X: Any, conditions: Any) -> dict[str, np.ndarray]:
    """Return sequences and conditions as the inputs of a density."""
    from skdeep.preprocessing._symbols import samples_of

    given = conditions
    if conditions is None:
        given = np.empty((max(1, len(samples_of(X, "X"))), 0))
    sources = model.inputs_.read(given, model, model.network_.dtype)
    steps = model.targets_.read(X, sources, model)
    feed = _feed(model, steps)
    if conditions is not None and model.inputs_.width:
        feed["conditions"] = as_tensor(plain_values(np.asarray(conditions)))
    return feed


def _feed(model: Any, steps: Any) -> dict[str, np.ndarray]:
    targets = model.targets_
    if hasattr(targets, "classes"):
        return padded(steps.arrays, targets.classes)
    targets.encode(steps, np.float64, "X")
    arrays, lengths = steps.arrays, steps.sizes[:, 0]
    x = np.zeros((len(arrays), lengths.max(), len(targets.center)), np.float32)
    for row, array in zip(x, arrays, strict=True):
        row[: len(array)] = array
    if not is_of_one_length(targets):
        return {"X": x, "lengths": lengths.astype(np.int64)}
    if (lengths != targets.longest).any():
        raise ValueError(
            f"The model was fitted to sequences of {targets.longest} steps, and others "
            "have no density: leave them out."
        )
    return {"X": x[:, :, 0] if hasattr(model, "n_features_in_") else x}
