"""What is written so far: the symbols of each sequence, or one string for each."""

from typing import Any

import numpy as np

from skdeep.export.graph import Graph, Signal
from skdeep.export.inputs import as_column
from skdeep.export.symbols import plain_values
from skdeep.nn.layers.embedding import FIRST

# Between the symbols of a string.
BETWEEN = {"char": "", "word": " "}


class Record:
    """Sequences of symbols as a loop carries them.

    Parameters
    ----------
    targets : SymbolTargets
        Of the model.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        The symbols.
    stop : int
        The symbol after them, which starts and ends sequences.
    is_text : bool
        Whether sequences become strings.
    kind : str
        Type of the tensor that is carried.
    """

    def __init__(self, targets: Any):
        self.unit, self.stop = targets.unit, targets.stop
        self.classes = plain_values(targets.classes)
        self.is_text = self.unit in BETWEEN
        self.kind = "string" if self.is_text else "int64"

    def empty(self, graph: Graph, n_rows: str) -> str:
        """Add empty sequences, as many as a vector of one number says."""
        if self.is_text:
            return graph.add("Expand", np.array([""]), n_rows)
        shape = graph.add("Concat", n_rows, np.zeros(1, int), axis=0)
        return graph.add("Expand", np.zeros((1, 0), int), shape)

    def shown(self, graph: Graph, last: str) -> Signal:
        """Return the last symbols (n_rows,) as the decoder is fed with them."""
        codes = graph.add("Add", last, np.array(FIRST))
        codes = graph.add("Unsqueeze", codes, np.array([1]))
        return Signal(as_column(graph, codes), 2)

    def allow(self, graph: Graph, scores: str, iteration: str) -> str:
        """Take the end from the scores of the first symbol: no sequence is empty."""
        allowed = np.zeros((2, self.stop + 1))
        allowed[0, self.stop] = -np.inf
        row = graph.add("Gather", allowed, is_later(graph, iteration))
        return graph.add("Add", scores, row)

    def append(self, graph: Graph, record: str, symbol: str, iteration: str) -> str:
        """Add a symbol (n_rows,) to each sequence; to strings, a stop adds none."""
        if not self.is_text:
            column = graph.add("Unsqueeze", symbol, np.array([1]))
            return graph.add("Concat", record, column, axis=1)
        between = BETWEEN[self.unit]
        first = [*self.classes, ""]
        pieces = [*first, *(between + symbol for symbol in self.classes), ""]
        row = graph.add("Mul", is_later(graph, iteration), np.array(len(first)))
        piece = graph.add("Gather", np.array(pieces), graph.add("Add", symbol, row))
        return graph.add("StringConcat", record, piece)

    def outputs(self, graph: Graph, record: str) -> list[str]:
        """Return finished sequences: strings, labels, or symbols and lengths."""
        if self.is_text:
            return [record]
        # Of the stop something that is nothing.
        values = np.append(self.classes, np.zeros(1, self.classes.dtype))
        if self.unit == "label":
            first = graph.add("Gather", record, np.array(0), axis=1)
            return [graph.add("Gather", values, first)]
        there = graph.add("Less", record, np.array(self.stop))
        there = graph.add("Cast", there, to=7)
        lengths = graph.add("ReduceSum", there, np.array([1]), keepdims=0)
        # In the last iteration all may have ended.
        longest = graph.add("ReduceMax", lengths, np.array([0]))
        symbols = graph.slice(record, 0, longest, 1)
        return [graph.add("Gather", values, symbols), lengths]


def is_later(graph: Graph, iteration: str) -> str:
    """Return 0 in the first iteration of a loop, 1 in all others."""
    return graph.add("Min", iteration, np.array(1))
