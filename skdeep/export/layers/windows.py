"""Convolution, pooling and other layers over series and images.

ONNX has the channels before steps or pixels; here they come last. Each of these layers
is transposed there and back, which ONNX Runtime takes out where two follow each other.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from skdeep.export.graph import Graph, Signal
from skdeep.export.layers.part import Part, convert, converts
from skdeep.nn import (
    AveragePool,
    Conv,
    ConvTranspose,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
    SeparableConv,
    Upsample,
)
from skdeep.nn.layers.windows import Axis


def channels_first(graph: Graph, tensor: str, rank: int) -> str:
    """Return samples with the channels before the axes of steps or pixels."""
    return graph.add("Transpose", tensor, perm=[0, rank, *range(1, rank)])


def channels_last(graph: Graph, tensor: str, rank: int) -> str:
    """Return samples with the channels after the axes of steps or pixels."""
    return graph.add("Transpose", tensor, perm=[0, *range(2, rank + 1), 1])


def _axes(part: Part, x: Signal) -> Sequence[Axis]:
    windows = part.layer.windows((1,) * x.rank)
    return windows.axes[: x.rank - 1]


def _pads(axes: Sequence[Axis]) -> list[int]:
    """Return the padding in front of all axes, then that behind them.

    Behind, there may be more than a size needs: it makes no further window.
    """
    before = [axis.before for axis in axes]
    after = [
        0 if axis.padding == "valid" else axis.span - 1 - axis.before for axis in axes
    ]
    return before + after


def _window_attributes(axes: Sequence[Axis]) -> dict[str, Any]:
    return {
        "kernel_shape": [axis.kernel for axis in axes],
        "strides": [axis.stride for axis in axes],
        "pads": _pads(axes),
    }


def _sizes_after(
    graph: Graph, axes: Sequence[Axis], x: Signal
) -> tuple[str, ...] | None:
    if x.sizes is None:
        return None
    after = []
    for axis, size in zip(axes, x.sizes, strict=True):
        # Windows inside, or as many as begin inside.
        shift = 1 if axis.padding != "valid" else axis.span
        count = graph.add("Sub", size, np.array(shift))
        count = graph.add("Div", count, np.array(axis.stride))
        after.append(graph.add("Add", count, np.array(1)))
    return tuple(after)


@converts(Conv)
def conv(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert a convolution."""
    layer, axes, rank = part.layer, _axes(part, x), x.rank
    # From (*kernel, n_channels / groups, n_filters).
    weight = np.moveaxis(part["weight"], (-1, -2), (0, 1))
    bias = [part["bias"]] if layer.use_bias else []
    y = graph.add(
        "Conv",
        channels_first(graph, x.filled(graph, 0.0), rank),
        weight,
        *bias,
        dilations=[axis.dilation for axis in axes],
        group=int(layer.groups),
        **_window_attributes(axes),
    )
    return Signal(channels_last(graph, y, rank), rank, _sizes_after(graph, axes, x))


@converts(SeparableConv)
def separable_conv(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert a depthwise and a pointwise convolution."""
    layer = part.layer
    channels = part.workspace.children[0].params["weight"].shape[-1]
    depthwise = Conv(
        channels,
        layer.kernel_size,
        layer.strides,
        layer.padding,
        layer.dilation_rate,
        groups=channels,
        use_bias=False,
    )
    pointwise = Conv(layer.filters, 1, use_bias=layer.use_bias)
    for inner in part.inner_parts((depthwise, pointwise)):
        x = convert(graph, inner, x)
    return x


@converts(ConvTranspose)
def conv_transpose(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert a transposed convolution."""
    layer, axes, rank = part.layer, _axes(part, x), x.rank
    before, after, beyond = [], [], []
    for axis in axes:
        # What is cut off, so that the output is so many times larger; or added.
        surplus = 0
        if layer.padding == "same":
            surplus = axis.span - axis.stride - axis.before
        before.append(axis.before)
        after.append(max(0, surplus))
        beyond.append(max(0, -surplus))
    # From (*kernel, n_filters, n_channels).
    weight = np.moveaxis(part["weight"], (-1, -2), (0, 1))
    y = graph.add(
        "ConvTranspose",
        channels_first(graph, x.filled(graph, 0.0), rank),
        weight,
        kernel_shape=[axis.kernel for axis in axes],
        strides=[axis.stride for axis in axes],
        pads=before + after,
        output_padding=beyond,
    )
    y = channels_last(graph, y, rank)
    if layer.use_bias:
        y = graph.add("Add", y, part["bias"])
    sizes = None
    if x.sizes is not None:
        sizes = tuple(
            _larger(graph, size, axis, layer.padding)
            for axis, size in zip(axes, x.sizes, strict=True)
        )
    return Signal(y, rank, sizes)


def _larger(graph: Graph, size: str, axis: Axis, padding: str) -> str:
    size = graph.add("Mul", size, np.array(axis.stride))
    if padding == "same":
        return size
    return graph.add("Add", size, np.array(axis.span - axis.stride))


@converts(MaxPool)
def max_pool(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert the largest of each window."""
    axes, rank = _axes(part, x), x.rank
    images = channels_first(graph, x.filled(graph, -np.inf), rank)
    tensor = graph.add("MaxPool", images, **_window_attributes(axes))
    tensor = channels_last(graph, tensor, rank)
    y = Signal(tensor, rank, _sizes_after(graph, axes, x))
    return replace(y, tensor=y.filled(graph, 0.0))


@converts(AveragePool)
def average_pool(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert the mean of what is there of each window."""
    axes, rank = _axes(part, x), x.rank
    attributes = _window_attributes(axes)
    attributes["count_include_pad"] = 0 if x.sizes is None else 1

    def pooled(tensor: str) -> str:
        images = channels_first(graph, tensor, rank)
        y = graph.add("AveragePool", images, **attributes)
        return channels_last(graph, y, rank)

    if x.sizes is None:
        return replace(x, tensor=pooled(x.tensor))
    there = pooled(graph.add("Cast", x.valid(graph), to=1))
    least = graph.add("Max", there, np.float32(1e-6))
    mean = graph.add("Div", pooled(x.filled(graph, 0.0)), least)
    y = Signal(mean, rank, _sizes_after(graph, axes, x))
    return replace(y, tensor=y.filled(graph, 0.0))


@converts(GlobalMaxPool)
def global_max_pool(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert the largest of all steps or pixels."""
    axes = np.arange(1, x.rank)
    y = graph.add("ReduceMax", x.filled(graph, -np.inf), axes, keepdims=0)
    return Signal(y, 1)


@converts(GlobalAveragePool)
def global_average_pool(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert the mean of all steps or pixels that are there."""
    axes = np.arange(1, x.rank)
    if x.sizes is None:
        return Signal(graph.add("ReduceMean", x.tensor, axes, keepdims=0), 1)
    count = x.sizes[0]
    for size in x.sizes[1:]:
        count = graph.add("Mul", count, size)
    count = graph.add("Unsqueeze", graph.add("Cast", count, to=1), np.array([1]))
    total = graph.add("ReduceSum", x.filled(graph, 0.0), axes, keepdims=0)
    return Signal(graph.add("Div", total, count), 1)


@converts(Flatten)
def flatten(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert the laying in one row."""
    return Signal(graph.add("Flatten", x.tensor, axis=1), 1)


@converts(Upsample)
def upsample(graph: Graph, part: Part, x: Signal) -> Signal:
    """Convert repetition and interpolation."""
    layer, rank = part.layer, x.rank
    factors = layer.factors((1,) * rank)
    tensor, sizes = x.tensor, None
    if x.sizes is not None:
        sizes = tuple(
            graph.add("Mul", size, np.array(factor))
            for size, factor in zip(x.sizes, factors, strict=True)
        )
        if layer.interpolation == "bilinear":
            tensor = _edged(graph, x)
    if rank == 2:
        tensor = graph.add("Unsqueeze", tensor, np.array([2]))
    images = channels_first(graph, tensor, 3)
    scales = np.array([1, 1, *(*factors, 1)[:2]], dtype=np.float32)
    is_linear = layer.interpolation == "bilinear"
    y = graph.add(
        "Resize",
        images,
        "",
        scales,
        mode="linear" if is_linear else "nearest",
        coordinate_transformation_mode="half_pixel" if is_linear else "asymmetric",
        nearest_mode="floor",
    )
    y = channels_last(graph, y, 3)
    if rank == 2:
        y = graph.add("Squeeze", y, np.array([2]))
    return Signal(y, rank, sizes)


def _edged(graph: Graph, x: Signal) -> str:
    """Return samples whose last step or pixel goes on beyond their end."""
    tensor = x.tensor
    for axis, sizes in enumerate(x.sizes or (), 1):
        length = graph.add("Squeeze", graph.size(tensor, axis))
        steps = graph.add("Range", np.array(0), length, np.array(1))
        last = graph.add("Sub", sizes, np.array(1))
        # (n_samples, length), against the axis to look up in.
        places = graph.add("Min", steps, graph.add("Unsqueeze", last, np.array([1])))
        order = [0, axis, *(a for a in range(1, x.rank + 1) if a != axis)]
        moved = graph.add("Transpose", tensor, perm=order)
        places = graph.add("Unsqueeze", places, np.array([2]))
        moved = graph.add("GatherND", moved, places, batch_dims=1)
        tensor = graph.add("Transpose", moved, perm=np.argsort(order).tolist())
    return tensor
