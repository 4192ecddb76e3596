"""Symbols and classes: as tensors, and as positions among those of a model."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skdeep.export.graph import ML, Graph

# By the kind of NumPy's types.
KINDS = {"i": "int64", "u": "int64", "b": "bool", "f": "float"}


def type_of(values: np.ndarray) -> str:
    """Return the type of tensors that hold such values."""
    return KINDS.get(values.dtype.kind, "string")


def plain_values(values: np.ndarray) -> np.ndarray:
    """Return numbers as numbers, whatever type they came in."""
    return np.array(values.tolist())


def add_positions(
    graph: Graph, tensor: str, values: np.ndarray, first: int, unknown: int
) -> str:
    """Add the positions of symbols among those of a model.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    tensor : str
        Name of a tensor of symbols.
    values : ndarray of shape (n_symbols,)
        Symbols of the model.
    first : int
        Position of the first of them.
    unknown : int
        Position of all others.

    Returns
    -------
    str
        Name of integers of the same shape.
    """
    values = plain_values(values)
    kind = type_of(values)
    if kind == "bool":
        tensor, kind = graph.add("Cast", tensor, to=7), "int64"
    convert = {"string": str, "float": float, "int64": int}[kind]
    return graph.add(
        "LabelEncoder",
        tensor,
        domain=ML,
        values_int64s=list(range(first, first + len(values))),
        default_int64=unknown,
        **{f"keys_{kind}s": [convert(value) for value in values]},
    )


def padded(arrays: Sequence[np.ndarray], symbols: np.ndarray) -> dict[str, np.ndarray]:
    """Return sequences of symbols as the inputs ``X`` and ``lengths``.

    Parameters
    ----------
    arrays : sequence of ndarray of shape (n_symbols,)
        The sequences.
    symbols : ndarray
        Symbols of the model, which tell the type.

    Returns
    -------
    dict of str to ndarray
        Shapes (n_samples, n_steps) and (n_samples,).
    """
    is_text, given = symbols.dtype.kind == "U", arrays[0]
    if (given.dtype.kind == "U") != is_text:
        raise ValueError(
            f"X holds the symbol {given[0].item()!r}, and the model was fitted to "
            f"{'strings' if is_text else 'integers'}: give such."
        )
    lengths = np.array([len(array) for array in arrays], dtype=np.int64)
    X = as_tensor(np.zeros((len(arrays), lengths.max()), symbols.dtype))
    for row, array in zip(X, arrays, strict=True):
        row[: len(array)] = array
    return {"X": X, "lengths": lengths}


def as_tensor(values: Any) -> np.ndarray:
    """Return values in the type in which ONNX Runtime takes them."""
    values = np.asarray(values)
    types: dict[str, Any] = {
        "int64": np.int64,
        "bool": bool,
        "float": np.float32,
        "string": object,
    }
    return values.astype(types[type_of(values)])
