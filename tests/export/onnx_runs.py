"""Networks and models through ONNX Runtime."""

import numpy as np

from skdeep.export.file import make_model
from skdeep.export.graph import Graph, Signal
from skdeep.export.layers import Part, convert

AXES = ("height", "width")


def run(model, feed):
    """Return the outputs of a model, by name."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, feed), strict=True))


def network_model(net, ragged=False):
    """Return the model of a network alone, whose inputs are x, or x0 and x1."""
    graph = Graph()
    is_pair = isinstance(net.input_shape[0], tuple)
    shapes = net.input_shape if is_pair else (net.input_shape,)
    signals, inputs = [], []
    for k, shape in enumerate(shapes):
        name = f"x{k}" if is_pair else "x"
        axes = tuple(f"{name}_{axis}" for axis in AXES[: len(shape) - 1])
        inputs.append((name, "float", ("n_samples", *axes, shape[-1])))
        sizes = None
        if ragged:
            sizes = tuple(f"sizes_{axis}" for axis in axes)
            inputs += [(size, "int64", ("n_samples",)) for size in sizes]
        signals.append(Signal(name, len(shape), sizes))
    x = tuple(signals) if is_pair else signals[0]
    y = convert(graph, Part(net.layer, net.workspace()), x)
    graph.rename(y.tensor, "y")
    shape = ("n_samples", *AXES[: y.rank - 1], net.plan.output_shape[-1])
    return make_model(graph, inputs, [("y", "float", shape)])


def as_float32(x):
    return np.asarray(x, dtype=np.float32)
