"""X of estimators: the inputs of their models, and what becomes of them."""

from numbers import Number
from typing import Any

import numpy as np
from scipy.sparse import issparse

from skdeep._frames import to_pandas
from skdeep._words import numbers_expected
from skdeep.estimators.inputs import RawTable, Sources
from skdeep.estimators.protocols import read_inputs
from skdeep.export.file import Port
from skdeep.export.graph import ML, Graph, Signal
from skdeep.export.symbols import add_positions, padded, type_of
from skdeep.nn.layers.embedding import FIRST, MISSING, UNSEEN
from skdeep.nn.network import takes_any_size
from skdeep.nn.ragged import Ragged

ROWS = "n_samples"
# What stands for a missing category, as there is no other mark in tensors of strings.
NO_TEXT = ""
AXES = {1: (), 2: ("n_steps",), 3: ("height", "width")}
SIZES = {2: ("lengths",), 3: ("heights", "widths")}


def is_raw(model: Any) -> bool:
    """Tell whether a model has an input for each column of a table."""
    return isinstance(model.inputs_, RawTable) and bool(model.inputs_.categories)


def is_ragged(model: Any) -> bool:
    """Tell whether a model was fitted to samples of unequal size."""
    return None in getattr(model, "input_shape_", ())


def input_ports(model: Any) -> list[Port]:
    """Return the inputs of a model: of X as a whole, or of its columns."""
    if is_raw(model):
        return [
            (str(name), _kind(categories), (ROWS, 1))
            for name, categories in _columns(model.inputs_)
        ]
    if hasattr(model, "n_features_in_"):
        return [("X", "float", (ROWS, int(model.n_features_in_)))]
    *shape, channels = sample_shape(model)
    rank = len(shape) + 1
    sizes = AXES[rank] if _takes_any_size(model) else tuple(shape)
    ports: list[Port] = [("X", "float", (ROWS, *sizes, channels))]
    symbols = symbols_of(model)
    if symbols is not None:
        ports = [("X", type_of(symbols), (ROWS, *sizes))]
    if is_ragged(model):
        ports += [(name, "int64", (ROWS,)) for name in SIZES[rank]]
    return ports


def symbols_of(model: Any) -> np.ndarray | None:
    """Return the symbols of which X consists; None if it holds numbers."""
    inputs = model.inputs_
    return inputs.symbols if isinstance(inputs, Sources) else None


def sample_shape(model: Any) -> tuple[int, ...]:
    """Return the shape of a sample of X as the network takes it."""
    shape = model.network_.input_shape
    # Of a source, and of the steps of a decoder.
    return shape[0] if isinstance(shape[0], tuple) else shape


def _takes_any_size(model: Any) -> bool:
    """Tell whether samples of X may be longer or larger than in fit."""
    network = model.network_
    if isinstance(model.inputs_, Sources):
        # Encoders take sequences of any length.
        return True
    return takes_any_size(network.layer, network.input_shape)


def _columns(inputs: RawTable) -> list[tuple[Any, Any]]:
    """Return name and categories (None for numbers) of each column, in order."""
    categories = iter(inputs.categories)
    return [
        (name, next(categories) if is_categorical else None)
        for name, is_categorical in zip(
            inputs.names, inputs.is_categorical.tolist(), strict=True
        )
    ]


def _kind(categories: Any) -> str:
    """Return the type of a column."""
    if categories is None:
        return "float"
    # A column that was empty in fit held no number that makes it one of numbers.
    numbers = [isinstance(category, Number | np.bool_) for category in categories]
    return "float" if numbers and all(numbers) else "string"


def add_inputs(graph: Graph, model: Any, tensors: list[str]) -> Signal:
    """Add what an estimator makes of X before its network.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    model : fitted estimator
        Of skdeep.
    tensors : list of str
        Names of the inputs, as :func:`input_ports` lists them; of a raw table also one
        with all columns, if these are numbers.

    Returns
    -------
    Signal
        Input of the network.
    """
    if isinstance(model.inputs_, RawTable):
        return Signal(_add_table(graph, model.inputs_, tensors), 1)
    shape, symbols = sample_shape(model), symbols_of(model)
    x, *sizes = tensors
    if symbols is not None:
        codes = add_positions(graph, x, symbols, FIRST, UNSEEN)
        x = as_column(graph, codes)
    if hasattr(model, "n_features_in_") and len(shape) > 1:
        x = graph.add("Reshape", x, np.array([-1, *shape]))
    return Signal(x, len(shape), tuple(sizes) or None)


def as_column(graph: Graph, codes: str) -> str:
    """Return codes (n_samples, n_steps) as numbers of one channel."""
    return graph.add("Unsqueeze", graph.add("Cast", codes, to=1), np.array([2]))


def _add_table(graph: Graph, inputs: RawTable, tensors: list[str]) -> str:
    columns = _columns(inputs)
    if len(tensors) == 1 and not inputs.categories:
        numbers, texts = tensors, []
    else:
        if len(tensors) == 1 < len(columns):
            (x,) = tensors
            tensors = [graph.slice(x, j, j + 1, 1) for j in range(len(columns))]
        pairs = list(zip(tensors, columns, strict=True))
        numbers = [tensor for tensor, (_, categories) in pairs if categories is None]
        texts = [(tensor, column) for tensor, column in pairs if column[1] is not None]
    parts: list[str] = []
    codes: list[str] = []
    if numbers:
        one = len(numbers) == 1
        x = numbers[0] if one else graph.add("Concat", *numbers, axis=1)
        parts += _add_numbers(graph, inputs, x)
    tables = _tables(inputs)
    for k, (tensor, (name, categories)) in enumerate(texts):
        code = add_codes(graph, tensor, name, categories)
        found = graph.add(
            "Gather", tables[k], graph.add("Squeeze", code, np.array([1]))
        )
        (parts if inputs.one_hot_widths[k] else codes).append(found)
    both = parts + codes
    return both[0] if len(both) == 1 else graph.add("Concat", *both, axis=1)


def _add_numbers(graph: Graph, inputs: RawTable, x: str) -> list[str]:
    """Return scaled numbers, and what tells where they are missing."""
    center, factor = inputs.scales
    missing = graph.add("IsNaN", x)
    scaled = graph.add("Mul", graph.add("Sub", x, center), factor)
    scaled = _add_smooth_clip(graph, scaled)
    parts = [graph.add("Where", missing, np.float32(0), scaled)]
    n, gaps = inputs.n_numbers, np.flatnonzero(inputs.has_gaps)
    if len(gaps):
        seen, unseen = np.full((2, 1, len(inputs.names)), MISSING, dtype=float)
        unseen[0, ~inputs.is_categorical] = np.nan
        there, gone = (
            inputs.encode(row, np.float32)[0, n : n + len(gaps)]
            for row in (seen, unseen)
        )
        is_gap = graph.add("Gather", missing, gaps, axis=1)
        parts.append(graph.add("Where", is_gap, gone, there))
    return parts


def _add_smooth_clip(graph: Graph, x: str) -> str:
    """Return ``x / sqrt(1 + (x / 3)^2)``."""
    from skdeep.estimators.inputs.raw_table import SMOOTH_CLIP

    share = graph.add("Mul", x, np.float32(1 / SMOOTH_CLIP))
    square = graph.add("Add", graph.add("Mul", share, share), np.float32(1))
    return graph.add("Div", x, graph.add("Sqrt", square))


def add_codes(graph: Graph, tensor: str, name: Any, categories: Any) -> str:
    """Return the codes of a column: 0 is missing, 1 unseen, categories follow.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    tensor : str
        Name of a column (n_samples, 1) of strings or numbers.
    name : object
        Of the column, for errors.
    categories : ndarray
        What the first code after those is for, and so on.

    Returns
    -------
    str
        Name of integers (n_samples, 1).
    """
    codes = list(range(FIRST, FIRST + len(categories)))
    if _kind(categories) == "string":
        keys = [str(category) for category in categories]
        if NO_TEXT in keys:
            raise ValueError(
                f"Column {name!r} has the category {NO_TEXT!r}, which stands for a "
                "missing value in the exported model: give the category another name."
            )
        return graph.add(
            "LabelEncoder",
            tensor,
            domain=ML,
            keys_strings=[*keys, NO_TEXT],
            values_int64s=[*codes, MISSING],
            default_int64=UNSEEN,
        )
    found = graph.add(
        "LabelEncoder",
        tensor,
        domain=ML,
        keys_floats=[float(category) for category in categories],
        values_floats=[float(code) for code in codes],
        default_float=float(UNSEEN),
    )
    missing = graph.add("IsNaN", tensor)
    found = graph.add("Where", missing, np.float32(MISSING), found)
    return graph.add("Cast", found, to=7)


def _tables(inputs: RawTable) -> list[np.ndarray]:
    """Return for each categorical column what the network gets for each code."""
    tables = []
    widths = inputs.one_hot_widths
    one_hot = inputs.n_numbers + int(inputs.has_gaps.sum())
    embedded = one_hot + sum(widths)
    places = np.flatnonzero(inputs.is_categorical)
    for n_codes, width, place in zip(inputs.cardinalities, widths, places, strict=True):
        coded = np.full((n_codes, len(inputs.names)), MISSING, dtype=float)
        coded[:, place] = np.arange(n_codes)
        encoded = inputs.encode(coded, np.float32)
        if width:
            tables.append(encoded[:, one_hot : one_hot + width])
            one_hot += width
        else:
            tables.append(encoded[:, embedded : embedded + 1])
            embedded += 1
    return tables


def make_feed(model: Any, X: Any) -> dict[str, np.ndarray]:
    """Return X as the inputs of an estimator's model."""
    if is_raw(model):
        from skdeep.estimators.inputs.columns import read_frame

        frame, kinds = read_frame(X), [kind for _, kind, _ in input_ports(model)]
        if frame.shape[1] != len(kinds):
            raise ValueError(
                f"X has {frame.shape[1]} columns, and {type(model).__name__} was "
                f"fitted to {len(kinds)}: give the same columns in the same order."
            )
        return frame_feed(frame, kinds)
    if hasattr(model, "n_features_in_"):
        model.inputs_.read(X, model, model.network_.dtype)
        return {"X": as_numbers(X)}
    symbols = symbols_of(model)
    if symbols is not None:
        from skdeep.preprocessing._symbols import read_symbols

        return padded(read_symbols(X, model.inputs_.unit, "X"), symbols)
    x = read_inputs(model, X)
    feed: dict[str, np.ndarray] = {}
    rank = len(x.shape) - 1
    if is_ragged(model):
        if isinstance(x, Ragged):
            sizes = x.sizes
            x, _ = x.pad(np.arange(len(x)))
        else:
            sizes = np.array([x.shape[1:-1]] * len(x))
        for axis, name in enumerate(SIZES[rank]):
            feed[name] = np.ascontiguousarray(sizes[:, axis], dtype=np.int64)
    elif isinstance(x, Ragged):
        raise ValueError(
            "The model was fitted to samples of one size, and takes them in one array: "
            "export one that was fitted to samples of unequal size."
        )
    return {"X": as_numbers(x), **feed}


def as_numbers(X: Any) -> np.ndarray:
    """Return numbers in the type that graphs take."""
    if issparse(X):
        X = X.toarray()
    with numbers_expected("X"), np.errstate(over="ignore"):
        # As float64 first, into which NumPy turns more types.
        values = np.asarray(to_pandas(X), dtype=np.float64)
        numbers = values.astype(np.float32)
    if np.any(np.isinf(numbers) & np.isfinite(values)):
        raise ValueError(
            "X holds numbers beyond the range of float32, in which graphs compute: "
            "divide them first, or take their logarithms."
        )
    return numbers


def frame_feed(frame: Any, kinds: list[str]) -> dict[str, np.ndarray]:
    """Return the columns of a data frame, as tensors of one column each."""
    feed = {}
    for name, kind in zip(frame.columns, kinds, strict=True):
        column = frame[name]
        if kind == "string":
            values = column.astype(object).where(column.notna(), NO_TEXT).map(str)
            array = values.to_numpy(dtype=object)
        else:
            with numbers_expected(f"Column {name!r} of X"):
                array = as_numbers(column.to_numpy(dtype=np.float64, na_value=np.nan))
        feed[str(name)] = array[:, np.newaxis]
    return feed
