"""Sequences of symbols that a network writes, each symbol fed with the one before."""

from typing import Any

import numpy as np

from skdeep.export.beams import add_beam_search
from skdeep.export.file import Port
from skdeep.export.graph import Graph
from skdeep.export.inputs import ROWS, add_inputs
from skdeep.export.layers import Part
from skdeep.export.layers.pairs import Decoder, start
from skdeep.export.layers.part import State
from skdeep.export.loops import Iteration, add_loop
from skdeep.export.records import Record, is_later
from skdeep.export.symbols import type_of

WRITTEN = "n_written"


def symbol_ports(model: Any) -> list[Port]:
    """Return the outputs of an estimator that writes symbols."""
    record = Record(model.targets_)
    if record.is_text:
        return [("label", "string", (ROWS,))]
    kind = type_of(record.classes)
    if record.unit == "label":
        return [("label", kind, (ROWS,))]
    return [("label", kind, (ROWS, WRITTEN)), ("label_lengths", "int64", (ROWS,))]


def add_symbols(graph: Graph, model: Any, tensors: list[str]) -> list[str]:
    """Add an estimator that writes symbols.

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
    """
    record = Record(model.targets_)
    decoder, state, n_samples = read_source(graph, model, tensors)
    n_symbols = 1 if record.unit == "label" else most_steps(model)
    if model.beam_width == 1:
        written = _add_greedy(graph, record, decoder, state, n_samples, n_symbols)
    else:
        written = add_beam_search(
            graph,
            record,
            decoder,
            state,
            n_samples,
            n_symbols,
            int(model.beam_width),
            float(model.length_penalty),
        )
    return record.outputs(graph, written)


def read_source(
    graph: Graph, model: Any, tensors: list[str]
) -> tuple[Decoder, State, str]:
    """Add the encoder; return the decoder, its state, and the number of samples."""
    source = add_inputs(graph, model, tensors)
    network = model.network_
    part = Part(network.layer, network.workspace()).inner(0, network.layer.layers[0])
    decoder, state = start(graph, part, source)
    return decoder, state, graph.size(source.tensor, 0)


def most_steps(model: Any) -> int:
    """Return the most steps of a sequence."""
    return int(model.max_length or 2 * model.targets_.longest)


def _add_greedy(
    graph: Graph,
    record: Record,
    decoder: Decoder,
    state: State,
    n_samples: str,
    n_symbols: int,
) -> str:
    """Add the likeliest symbol at each step, see ``skdeep.nn.decoding.greedy``."""
    stop = np.array(record.stop)

    def write(body: Graph, iteration: str, carried: tuple[str, ...]) -> Iteration:
        last, written, *before = carried
        z, after = decoder.steps(body, record.shown(body, last), tuple(before))
        scores = body.add("Squeeze", z.tensor, np.array([1]))
        scores = record.allow(body, scores, iteration)
        symbol = body.add("ArgMax", scores, axis=-1, keepdims=0)
        ended = body.add("Cast", is_later(body, iteration), to=9)
        ended = body.add("And", ended, body.add("Equal", last, stop))
        symbol = body.add("Where", ended, stop, symbol)
        written = record.append(body, written, symbol, iteration)
        # The stop is the last of all symbols.
        least = body.add("ReduceMin", symbol, keepdims=0)
        return Iteration(
            [symbol, written, *after], goes_on=body.add("Less", least, stop)
        )

    begin = [
        (graph.add("Expand", stop[np.newaxis], n_samples), "int64"),
        (record.empty(graph, n_samples), record.kind),
        *((name, "float") for name in state),
    ]
    return add_loop(graph, n_symbols, begin, write)[0][1]
