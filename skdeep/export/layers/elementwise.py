"""Activations, weighted sums, normalisation: layers that treat each vector alone."""

from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np

from skdeep.export.graph import Graph, Signal
from skdeep.export.layers.part import Part, converts
from skdeep.nn import (
    ELU,
    GELU,
    SELU,
    BatchNorm,
    Bias,
    Dense,
    Dropout,
    Identity,
    LayerNorm,
    LeakyReLU,
    Logistic,
    Mish,
    PReLU,
    ReLU,
    SiLU,
    Softplus,
    Tanh,
)

SELU_ALPHA, SELU_GAMMA = 1.6732632423543772, 1.0507009873554805


def _gelu(graph: Graph, x: str, layer: Any) -> str:
    # x P(x), with the normal distribution function P(x) = (1 + erf(x / sqrt 2)) / 2.
    error = graph.add("Erf", graph.add("Mul", x, np.float32(1 / sqrt(2))))
    share = graph.add("Mul", graph.add("Add", error, np.float32(1)), np.float32(0.5))
    return graph.add("Mul", x, share)


def _mish(graph: Graph, x: str, layer: Any) -> str:
    return graph.add("Mul", x, graph.add("Tanh", graph.add("Softplus", x)))


ACTIVATIONS: dict[type, Callable[[Graph, str, Any], str]] = {
    Identity: lambda graph, x, layer: x,
    # Without training dropout passes on what comes.
    Dropout: lambda graph, x, layer: x,
    ReLU: lambda graph, x, layer: graph.add("Relu", x),
    LeakyReLU: lambda graph, x, layer: graph.add(
        "LeakyRelu", x, alpha=float(layer.negative_slope)
    ),
    ELU: lambda graph, x, layer: graph.add("Elu", x, alpha=float(layer.scale)),
    SELU: lambda graph, x, layer: graph.add(
        "Selu", x, alpha=SELU_ALPHA, gamma=SELU_GAMMA
    ),
    Logistic: lambda graph, x, layer: graph.add("Sigmoid", x),
    Tanh: lambda graph, x, layer: graph.add("Tanh", x),
    Softplus: lambda graph, x, layer: graph.add("Softplus", x),
    SiLU: lambda graph, x, layer: graph.add("Mul", x, graph.add("Sigmoid", x)),
    GELU: _gelu,
    Mish: _mish,
}


@converts(*ACTIVATIONS)
def activation(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert a function of each number."""
    function = ACTIVATIONS[type(part.layer)]
    return replace(x, tensor=function(graph, x.tensor, part.layer))


@converts(PReLU)
def prelu(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert a leaky ReLU with slopes of the features' own."""
    return replace(x, tensor=graph.add("PRelu", x.tensor, part["slope"]))


@converts(Dense)
def dense(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert weighted sums."""
    inputs = [part["weight"]]
    if part.layer.use_bias:
        inputs.append(part["bias"])
    if x.rank == 1:
        return replace(x, tensor=graph.add("Gemm", x.tensor, *inputs))
    y = graph.add("MatMul", x.tensor, inputs[0])
    for bias in inputs[1:]:
        y = graph.add("Add", y, bias)
    return replace(x, tensor=y)


@converts(Bias)
def bias(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert biases on their own."""
    return replace(x, tensor=graph.add("Add", x.tensor, part["bias"]))


@converts(BatchNorm)
def batch_norm(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert normalisation by running averages, which are constants by now."""
    state = part.workspace.state
    scale = part["gain"] / np.sqrt(state["variance"] + part.layer.epsilon)
    shift = part["bias"] - state["mean"] * scale
    y = graph.add("Add", graph.add("Mul", x.tensor, scale), shift)
    return replace(x, tensor=y)


@converts(LayerNorm)
def layer_norm(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert normalisation along the last axis."""
    y = graph.add(
        "LayerNormalization",
        x.tensor,
        part["gain"],
        part["bias"],
        axis=-1,
        epsilon=float(part.layer.epsilon),
    )
    return replace(x, tensor=y)
