"""Estimators as graphs: inputs, operators and outputs of every kind."""

from collections.abc import Callable
from typing import Any, NamedTuple

from skdeep.estimators.targets.densities import NumberDensity, SymbolDensity
from skdeep.estimators.targets.number_sequences import NumberSequences
from skdeep.estimators.targets.sequences import SymbolTargets
from skdeep.export import likelihoods, outputs
from skdeep.export.decoding import add_symbols, symbol_ports
from skdeep.export.decoding_numbers import add_numbers, number_ports
from skdeep.export.file import Port
from skdeep.export.graph import Graph
from skdeep.export.inputs import input_ports


class Kind(NamedTuple):
    """What is exported of a kind of estimator.

    Attributes
    ----------
    input_ports, output_ports : callable
        From the estimator to what enters and leaves.
    add : callable
        ``add(graph, model, tensors)`` adds the operators, from the names of the inputs
        to those of the outputs.
    """

    input_ports: Callable[[Any], list[Port]]
    output_ports: Callable[[Any], list[Port]]
    add: Callable[[Graph, Any, list[str]], list[str]]


PREDICTIONS = Kind(input_ports, outputs.output_ports, outputs.add_outputs)
# By the targets; a density of sequences is a kind of sequences.
KINDS: dict[type, Kind] = {
    SymbolDensity: Kind(
        likelihoods.symbol_ports, likelihoods.output_ports, likelihoods.add_symbols
    ),
    NumberDensity: Kind(
        likelihoods.number_ports, likelihoods.output_ports, likelihoods.add_numbers
    ),
    SymbolTargets: Kind(input_ports, symbol_ports, add_symbols),
    NumberSequences: Kind(input_ports, number_ports, add_numbers),
}


def kind_of(model: Any) -> Kind:
    """Return what is exported of a fitted estimator."""
    return KINDS.get(type(model.targets_), PREDICTIONS)
