"""Predictions of estimators: what becomes of the raw outputs of their networks."""

from typing import Any

import numpy as np
from sklearn.base import is_classifier

from skdeep.export.file import Port
from skdeep.export.graph import Graph, Signal
from skdeep.export.inputs import AXES, ROWS, add_inputs
from skdeep.export.layers import Part, convert
from skdeep.export.symbols import plain_values, type_of


def output_ports(model: Any) -> list[Port]:
    """Return the outputs of a model, named as skl2onnx names them."""
    targets = model.targets_
    axes = (ROWS, *AXES[1 + getattr(targets, "n_axes", 0)])
    if not is_classifier(model):
        return [("variable", "float", (*axes, int(targets.n_outputs)))]
    n_classes = len(targets.classes)
    probabilities: Port = ("probabilities", "float", (*axes, max(n_classes, 1)))
    if targets.kind == "multilabel":
        return [("label", "int64", (*axes, n_classes)), probabilities]
    kind = type_of(plain_values(targets.classes))
    return [("label", kind, axes), probabilities]


def add_outputs(graph: Graph, model: Any, tensors: list[str]) -> list[str]:
    """Add a whole estimator.

    Parameters
    ----------
    graph : Graph
        Gets the operators.
    model : fitted estimator
        Of skdeep.
    tensors : list of str
        Names of the inputs.

    Returns
    -------
    list of str
        Names of label and probabilities, or of the prediction.
    """
    networks = getattr(model, "estimators_", None) or [model]
    outputs = [_raw_outputs(graph, network, tensors) for network in networks]
    pairs = list(zip(networks, outputs, strict=True))
    if not is_classifier(model):
        return [_mean(graph, [_numbers(graph, m, z) for m, z in pairs])]
    probabilities = _mean(graph, [_probabilities(graph, m, z) for m, z in pairs])
    if len(networks) > 1:
        label = _most_probable(graph, model, probabilities)
    else:
        label = _label(graph, model, outputs[0])
    return [label, probabilities]


def _mean(graph: Graph, tensors: list[str]) -> str:
    return tensors[0] if len(tensors) == 1 else graph.add("Mean", *tensors)


def _raw_outputs(graph: Graph, model: Any, tensors: list[str]) -> str:
    network, loss = model.network_, model.targets_.loss
    x = add_inputs(graph, model, tensors)
    z = convert(graph, Part(network.layer, network.workspace()), x)
    tensor = z.tensor
    if hasattr(loss, "loss") and z.rank == 2:
        tensor = _combined(graph, loss.link, z)
    if model.logit_shift_ is not None:
        tensor = graph.add("Add", tensor, np.asarray(model.logit_shift_))
    return tensor


def _combined(graph: Graph, link: str, z: Signal) -> str:
    """Return raw outputs whose prediction is the mean of those of members.

    See ``MemberLoss.combine``; z is of shape (n_samples, n_members, n_outputs).
    """
    axis = np.array([1])
    if link == "identity":
        return graph.add("ReduceMean", z.tensor, axis, keepdims=0)

    def log_mean(logarithms: str) -> str:
        total = graph.add("ReduceLogSumExp", logarithms, axis, keepdims=0)
        count = graph.add("Cast", graph.size(z.tensor, 1), to=1)
        return graph.add("Sub", total, graph.add("Log", count))

    if link == "softmax":
        return log_mean(graph.add("LogSoftmax", z.tensor, axis=-1))
    if link == "logistic":
        # The logarithm of the logistic function is -softplus(-z).
        negative = graph.add("Neg", z.tensor)
        yes, no = (
            log_mean(graph.add("Neg", graph.add("Softplus", tensor)))
            for tensor in (negative, z.tensor)
        )
        return graph.add("Sub", yes, no)
    return log_mean(z.tensor)


def _numbers(graph: Graph, model: Any, z: str) -> str:
    targets = model.targets_
    if targets.loss.link == "exp":
        z = graph.add("Exp", z)
    levels = targets.loss.levels
    if levels is not None:
        # In ascending order.
        z, _ = graph.add_many("TopK", 2, z, np.array([len(levels)]), largest=0)
    if getattr(targets, "center", None) is not None:
        z = graph.add("Add", graph.add("Mul", z, targets.scale), targets.center)
        if targets.limits is not None:
            least, most = targets.limits
            z = graph.add("Min", graph.add("Max", z, least), most)
    return z


def _probabilities(graph: Graph, model: Any, z: str) -> str:
    targets = model.targets_
    if targets.kind == "multiclass":
        return graph.add("Softmax", z, axis=-1)
    p = graph.add("Sigmoid", z)
    if targets.kind == "multilabel":
        return p
    if len(targets.classes) == 1:
        return graph.add("Add", graph.add("Mul", p, np.float32(0)), np.float32(1))
    other = graph.add("Sub", np.float32(1), p)
    return graph.add("Concat", other, p, axis=-1)


def _label(graph: Graph, model: Any, z: str) -> str:
    targets = model.targets_
    if targets.kind == "multiclass":
        index = graph.add("ArgMax", z, axis=-1, keepdims=0)
        return graph.add("Gather", plain_values(targets.classes), index)
    index = graph.add("Cast", graph.add("Greater", z, np.float32(0)), to=7)
    if targets.kind == "multilabel":
        return index
    if len(targets.classes) == 1:
        index = graph.add("Mul", index, np.array(0))
    index = graph.add("Squeeze", index, np.array([-1]))
    return graph.add("Gather", plain_values(targets.classes), index)


def _most_probable(graph: Graph, model: Any, probabilities: str) -> str:
    targets = model.targets_
    if targets.kind == "multilabel":
        above = graph.add("Greater", probabilities, np.float32(0.5))
        return graph.add("Cast", above, to=7)
    index = graph.add("ArgMax", probabilities, axis=-1, keepdims=0)
    return graph.add("Gather", plain_values(targets.classes), index)
