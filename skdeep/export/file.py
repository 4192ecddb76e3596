"""From a graph to a file of ONNX."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from skdeep.export.graph import ML, OPSET, OPSET_ML, Graph, Operation
from skdeep.export.loops import Body

# An input or output: its name, type ("float", "int64", "string", "bool") and shape,
# with names for axes of any length.
Port = tuple[str, str, tuple[int | str, ...]]


def onnx() -> Any:
    """Return the package, which comes with the extra ``onnx``."""
    try:
        import onnx
    except ImportError as error:
        raise ImportError(
            "Export needs the package onnx: pip install 'scikit-deep[onnx]'."
        ) from error
    return onnx


def make_model(graph: Graph, inputs: Sequence[Port], outputs: Sequence[Port]) -> Any:
    """Return a checked model.

    Parameters
    ----------
    graph : Graph
        Operators and constants.
    inputs, outputs : sequence of tuple
        What enters and leaves.

    Returns
    -------
    onnx.ModelProto
        The model.
    """
    helper, checker = onnx().helper, onnx().checker
    used = set(_inputs(graph))
    model = helper.make_model(
        helper.make_graph(
            _nodes(graph),
            "skdeep",
            [_value(port) for port in inputs],
            [_value(port) for port in outputs],
            [
                _tensor(name, array)
                for name, array in graph.constants.items()
                if name in used
            ],
        ),
        producer_name="skdeep",
        opset_imports=[
            helper.make_opsetid("", OPSET),
            helper.make_opsetid(ML, OPSET_ML),
        ],
    )
    # The format that came with the operators' version, not what is newest today.
    model.ir_version = helper.find_min_ir_version_for(model.opset_import)
    checker.check_model(model)
    return model


def attributes(operation: Operation) -> dict[str, Any]:
    """Return the attributes of an operator as onnx takes them."""
    return {
        name: _body(value) if isinstance(value, Body) else value
        for name, value in operation.attributes.items()
    }


def _body(body: Body) -> Any:
    # The number of the iteration and the condition are scalars.
    shapes = [(), (), *[None] * (len(body.inputs) - 2)]
    return onnx().helper.make_graph(
        _nodes(body.graph),
        "body",
        [_value((*port, s)) for port, s in zip(body.inputs, shapes, strict=True)],
        [_value((*port, None)) for port in body.outputs],
    )


def _nodes(graph: Graph) -> list[Any]:
    return [
        onnx().helper.make_node(
            o.kind,
            o.inputs,
            o.outputs,
            # ONNX Runtime 1.20 makes several operators of one name of those without.
            name=o.outputs[0],
            domain=o.domain,
            **attributes(o),
        )
        for o in graph.operations
    ]


def _inputs(graph: Graph) -> Iterator[str]:
    """Yield the inputs of all operators, of those in loops too."""
    for operation in graph.operations:
        yield from operation.inputs
        for value in operation.attributes.values():
            if isinstance(value, Body):
                yield from _inputs(value.graph)


def _value(port: tuple[str, str, Any]) -> Any:
    name, kind, shape = port
    number = getattr(onnx().TensorProto, kind.upper())
    return onnx().helper.make_tensor_value_info(name, number, shape)


def _tensor(name: str, array: np.ndarray) -> Any:
    if array.dtype != object:
        return onnx().numpy_helper.from_array(array, name)
    values = [str(value).encode() for value in array.ravel()]
    kind = onnx().TensorProto.STRING
    return onnx().helper.make_tensor(name, kind, array.shape, values)
