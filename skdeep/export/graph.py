"""A graph of ONNX operators under construction, and what flows through it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

# LayerNormalization needs 17; axes of reductions are inputs from 18 on; StringConcat
# needs 20.
OPSET = 20
OPSET_ML = 3
ML = "ai.onnx.ml"


@dataclass(frozen=True)
class Operation:
    """One operator of the graph."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]
    domain: str


@dataclass
class Graph:
    """Operators and constants in the order in which they were added.

    Attributes
    ----------
    operations : list of Operation
        In order of execution.
    constants : dict of str to ndarray
        Arrays by name.
    prefix : str
        Of all names, which makes them unique in a larger graph.
    """

    prefix: str = ""
    operations: list[Operation] = field(default_factory=list)
    constants: dict[str, np.ndarray] = field(default_factory=dict)
    _n_names: int = 0

    def name(self, stem: str) -> str:
        """Return a name that nothing in the graph has."""
        self._n_names += 1
        return f"{self.prefix}{stem}_{self._n_names}"

    def constant(self, value: Any) -> str:
        """Add an array: floats as float32, integers as int64, strings as they are."""
        array = np.asarray(value)
        if array.dtype.kind == "f":
            array = array.astype(np.float32)
        elif array.dtype.kind in "iu":
            array = array.astype(np.int64)
        elif array.dtype.kind != "b":
            array = array.astype(object)
        name = self.name("constant")
        self.constants[name] = np.array(array, order="C")
        return name

    def add(self, kind: str, *inputs: Any, domain: str = "", **attributes: Any) -> str:
        """Add an operator of one output.

        Parameters
        ----------
        kind : str
            Name of the operator.
        *inputs : str or array-like
            Names of tensors, or numbers that become constants.
        domain : str, default=""
            Of the operator.
        **attributes : object
            Of the operator.

        Returns
        -------
        str
            Name of the output.
        """
        return self.add_many(kind, 1, *inputs, domain=domain, **attributes)[0]

    def add_many(
        self,
        kind: str,
        n_outputs: int,
        *inputs: Any,
        domain: str = "",
        **attributes: Any,
    ) -> tuple[str, ...]:
        """Add an operator of several outputs, and return their names."""
        names = tuple(x if isinstance(x, str) else self.constant(x) for x in inputs)
        outputs = tuple(self.name(kind) for _ in range(n_outputs))
        self.operations.append(Operation(kind, names, outputs, attributes, domain))
        return outputs

    def rename(self, tensor: str, name: str) -> None:
        """Give a tensor a name of the caller's."""
        outputs = (name,)
        operation = Operation("Identity", (tensor,), outputs, {}, "")
        self.operations.append(operation)

    def size(self, tensor: str, axis: int) -> str:
        """Return the length of an axis as a vector of one integer."""
        return self.add("Gather", self.add("Shape", tensor), np.array([axis]))

    def slice(self, tensor: str, start: Any, stop: Any, axis: int) -> str:
        """Return a part of an axis, whose ends are numbers or names of vectors."""
        ends = (x if isinstance(x, str) else np.array([x]) for x in (start, stop))
        return self.add("Slice", tensor, *ends, np.array([axis]))


@dataclass(frozen=True)
class Signal:
    """Samples on their way through the layers.

    Attributes
    ----------
    tensor : str
        Of shape (n_samples, *sizes, n_channels).
    rank : int
        Number of axes of a sample, its channels included.
    sizes : tuple of str or None
        For each axis but the channels the name of a vector (n_samples,) of integers
        that tells how much of each sample is there; None is all.
    """

    tensor: str
    rank: int
    sizes: tuple[str, ...] | None = None

    def valid(self, graph: Graph) -> str:
        """Return where steps or pixels are there, shape (n_samples, *sizes, 1)."""
        assert self.sizes is not None
        valid = ""
        for axis, sizes in enumerate(self.sizes, 1):
            # In vectors of one, but for the range, which takes numbers.
            length = graph.add("Squeeze", graph.size(self.tensor, axis))
            steps = graph.add("Range", np.array(0), length, np.array(1))
            shape = [1] * (self.rank + 1)
            shape[axis] = -1
            steps = graph.add("Reshape", steps, np.array(shape))
            shape[0], shape[axis] = -1, 1
            ends = graph.add("Reshape", sizes, np.array(shape))
            inside = graph.add("Less", steps, ends)
            valid = graph.add("And", valid, inside) if valid else inside
        return valid

    def filled(self, graph: Graph, value: float) -> str:
        """Return the tensor with ``value`` for all that is not there."""
        if self.sizes is None:
            return self.tensor
        return graph.add("Where", self.valid(graph), self.tensor, np.float32(value))
