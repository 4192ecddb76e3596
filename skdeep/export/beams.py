"""Beam search, see ``skdeep.nn.decoding.beam_search``.

Sequences of all beams go side by side, those of a sample together: whatever has a row
for each is of shape (n_samples * n_beams, ...).
"""

from dataclasses import replace

import numpy as np

from skdeep.export.graph import Graph
from skdeep.export.layers.pairs import Decoder
from skdeep.export.layers.part import State
from skdeep.export.loops import Iteration, add_loop
from skdeep.export.records import Record


def add_beam_search(
    graph: Graph,
    record: Record,
    decoder: Decoder,
    state: State,
    n_samples: str,
    n_symbols: int,
    n_beams: int,
    length_penalty: float,
) -> str:
    """Add the search for the likeliest sequences, several at a time for each sample.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    record : Record
        Of the symbols.
    decoder : Decoder
        What writes.
    state : tuple of str
        Before the first step.
    n_samples : str
        Vector of one number.
    n_symbols : int
        The most symbols of a sequence.
    n_beams : int
        Sequences for each sample.
    length_penalty : float
        Power of the length by which log probabilities are divided.

    Returns
    -------
    str
        Name of the best sequence of each sample, in the form of the record.
    """
    stop = np.array(record.stop)
    # Where the beams of each sample begin, shape (n_samples, 1).
    count = graph.add("Squeeze", n_samples)
    begins = graph.add("Range", np.array(0), count, np.array(1))
    begins = graph.add("Mul", begins, np.array(n_beams))
    begins = graph.add("Unsqueeze", begins, np.array([1]))

    def search(body: Graph, iteration: str, carried: tuple[str, ...]) -> Iteration:
        last, written, total, lengths, ended, *before = carried
        y, state = decoder.states(body, record.shown(body, last), tuple(before))
        y = replace(y, tensor=_by_beam(body, y.tensor, n_beams))
        scores = record.allow(body, decoder.outputs(body, y).tensor, iteration)
        is_last = body.add("Equal", iteration, np.array(n_symbols))
        by_beam = np.array([-1, n_beams, 1])
        candidates = _candidates(
            body,
            scores,
            body.add("Reshape", total, by_beam),
            body.add("Reshape", ended, by_beam),
            is_last,
            record.stop,
        )
        grown, chosen = body.add_many("TopK", 2, candidates, np.array([n_beams]))
        size = np.array(record.stop + 1)
        rows = body.add("Add", body.add("Div", chosen, size), begins)
        rows, symbol, grown = (
            body.add("Reshape", tensor, np.array([-1]))
            for tensor in (rows, body.add("Mod", chosen, size), grown)
        )
        written, total, lengths, ended, *after = (
            body.add("Gather", tensor, rows)
            for tensor in (written, total, lengths, ended, *state)
        )
        # A place that nothing was left for may show an ended sequence once more.
        there = body.add("Greater", grown, np.float32(-np.inf))
        ended = body.add("And", ended, there)
        total = body.add("Where", ended, total, grown)
        ends = body.add("And", body.add("Equal", symbol, stop), there)
        ended = body.add("Or", ended, ends)
        goes_on = body.add("And", body.add("Not", ended), there)
        lengths = body.add("Add", lengths, body.add("Cast", goes_on, to=7))
        symbol = body.add("Where", ended, stop, symbol)
        written = record.append(body, written, symbol, iteration)
        some = body.add("ReduceMax", body.add("Cast", goes_on, to=7), keepdims=0)
        return Iteration(
            [symbol, written, total, lengths, ended, *after],
            goes_on=body.add("Cast", some, to=9),
        )

    n_rows = graph.add("Mul", n_samples, np.array(n_beams))
    # All but one of the beams are yet to come.
    first = np.full(n_beams, -np.inf)
    first[0] = 0
    begin = [
        (graph.add("Expand", stop[np.newaxis], n_rows), "int64"),
        (record.empty(graph, n_rows), record.kind),
        (graph.add("Tile", first, n_samples), "float"),
        (graph.add("Expand", np.array([0]), n_rows), "int64"),
        (graph.add("Expand", np.array([False]), n_rows), "bool"),
        *((_repeated(graph, name, n_beams), "float") for name in state),
    ]
    left, _ = add_loop(graph, n_symbols + 1, begin, search)
    _, written, log_p, lengths, *_ = left
    length = graph.add("Cast", graph.add("Add", lengths, np.array(1)), to=1)
    penalty = graph.add("Pow", length, np.float32(length_penalty))
    score = graph.add("Div", log_p, penalty)
    score = graph.add("Reshape", score, np.array([-1, n_beams]))
    best = graph.add("ArgMax", score, axis=1, keepdims=1)
    rows = graph.add("Squeeze", graph.add("Add", best, begins), np.array([1]))
    return graph.add("Gather", written, rows)


def _candidates(
    body: Graph, scores: str, total: str, ended: str, is_last: str, stop: int
) -> str:
    """Return log probabilities of all beams with each next symbol, a row per sample.

    Scores are of shape (n_samples, n_beams, stop + 1), total and ended (n_samples,
    n_beams, 1).
    """
    # At the end of the longest sequences nothing but the stop may follow.
    allowed = np.zeros((2, stop + 1))
    allowed[1, :-1] = -np.inf
    # What has ended goes on in one way, and comes first.
    ended_goes_on = np.full(stop + 1, -np.inf)
    ended_goes_on[-1] = np.inf
    log_p = body.add("LogSoftmax", scores, axis=-1)
    row = body.add("Gather", allowed, body.add("Cast", is_last, to=7))
    grown = body.add("Add", total, body.add("Add", log_p, row))
    grown = body.add("Where", ended, ended_goes_on, grown)
    return body.add("Flatten", grown, axis=1)


def _by_beam(graph: Graph, tensor: str, n_beams: int) -> str:
    """Return steps (n_rows, 1, size) as queries (n_samples, n_beams, size)."""
    size = graph.size(tensor, 2)
    shape = graph.add("Concat", np.array([-1, n_beams]), size, axis=0)
    return graph.add("Reshape", tensor, shape)


def _repeated(graph: Graph, state: str, n_beams: int) -> str:
    """Return a state (n_samples, size) once for each beam."""
    beams = graph.add("Unsqueeze", state, np.array([1]))
    beams = graph.add("Tile", beams, np.array([1, n_beams, 1]))
    shape = graph.add("Concat", np.array([-1]), graph.size(state, 1), axis=0)
    return graph.add("Reshape", beams, shape)
