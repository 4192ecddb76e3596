"""The part of the input that outputs of a network see, layer by layer."""

from fractions import Fraction
from math import lcm
from typing import Any

from skdeep.nn.layers import (
    Bidirectional,
    ConvTranspose,
    Layer,
    Parallel,
    Residual,
    SeparableConv,
    Serial,
    Upsample,
)
from skdeep.nn.layers.recurrent import Recurrent
from skdeep.nn.parameters import Plan

Span = tuple[int, int]  # first and last step or pixel


def inner_layers(layer: Any, plan: Plan) -> list[Layer]:
    """Return the layers that the plans inside a plan belong to."""
    if isinstance(layer, SeparableConv):
        return list(layer._parts(plan.input_shape[-1]).layers)
    if isinstance(layer, Residual):
        return list(layer._branches())
    if isinstance(layer, Bidirectional):
        return [layer.layer, layer.layer]
    return list(getattr(layer, "inner", ()))


def common_strides(layer: Any, plan: Plan) -> tuple[int, ...]:
    """Return by how much an input may be moved so that all layers move along.

    Parameters
    ----------
    layer : Layer
        A network.
    plan : Plan
        Its plan.

    Returns
    -------
    tuple of int
        For each axis but the channels: where strides and poolings of all layers, on all
        ways through the network, meet.
    """
    rank = len(plan.input_shape) - 1
    scales: list[list[Fraction]] = [[Fraction(1)] for _ in range(rank)]
    _collect(layer, plan, [Fraction(1)] * rank, scales)
    return tuple(lcm(*(scale.numerator for scale in axis)) for axis in scales)


def inputs_seen(layer: Any, plan: Plan, spans: list[Span]) -> list[Span]:
    """Return the inputs that some outputs see.

    Parameters
    ----------
    layer : Layer
        A network.
    plan : Plan
        Its plan.
    spans : list of (int, int)
        First and last output, along each axis but the channels.

    Returns
    -------
    list of (int, int)
        First and last input, which may lie beyond the border.

    Raises
    ------
    ValueError
        If a layer needs the whole sample for each output.
    """
    pairs = list(zip(inner_layers(layer, plan), plan.children, strict=True))
    if isinstance(layer, Serial | SeparableConv):
        for part, inner in reversed(pairs):
            spans = inputs_seen(part, inner, spans)
        return spans
    if isinstance(layer, Parallel | Residual):
        branches = [inputs_seen(part, inner, spans) for part, inner in pairs]
        return [
            (min(first for first, _ in axis), max(last for _, last in axis))
            for axis in zip(*branches, strict=True)
        ]
    if isinstance(layer, Upsample):
        reach = 1 if layer.interpolation == "bilinear" else 0
        return [
            (first // f - reach, last // f + reach) if f > 1 else (first, last)
            for (first, last), f in zip(
                spans, layer.factors(plan.input_shape), strict=True
            )
        ]
    axes = _windows(layer, plan)
    if axes is None:
        return spans
    seen = []
    for (first, last), axis in zip(spans, axes, strict=True):
        if isinstance(layer, ConvTranspose):
            start = -((axis.span - 1 - axis.before - first) // axis.stride)
            seen.append((start, (last + axis.before) // axis.stride))
        else:
            start = first * axis.stride - axis.before
            seen.append((start, last * axis.stride - axis.before + axis.span - 1))
    return seen


def _collect(
    layer: Any, plan: Plan, scale: list[Fraction], scales: list[list[Fraction]]
) -> list[Fraction]:
    """Collect how many inputs lie between neighbours, layer by layer."""
    pairs = list(zip(inner_layers(layer, plan), plan.children, strict=True))
    if isinstance(layer, Serial | SeparableConv):
        for part, inner in pairs:
            scale = _collect(part, inner, scale, scales)
        return scale
    if isinstance(layer, Parallel | Residual):
        ends = [_collect(part, inner, scale, scales) for part, inner in pairs]
        return ends[0]
    factors: list[Any]
    if isinstance(layer, Upsample):
        factors = [Fraction(1, f) for f in layer.factors(plan.input_shape)]
    else:
        axes = _windows(layer, plan)
        strides = [1] * len(scale) if axes is None else [axis.stride for axis in axes]
        is_larger = isinstance(layer, ConvTranspose)
        factors = [Fraction(1, stride) if is_larger else stride for stride in strides]
    scale = [one * factor for one, factor in zip(scale, factors, strict=True)]
    for found, one in zip(scales, scale, strict=True):
        found.append(one)
    return scale


def _windows(layer: Any, plan: Plan) -> Any:
    """Return the windows of a layer by axis, or None if it treats each step alone."""
    rank = len(plan.input_shape) - 1
    if hasattr(layer, "windows"):
        return layer.windows(plan.input_shape).axes[:rank]
    is_alone = plan.output_shape[:-1] == plan.input_shape[:-1]
    if isinstance(layer, Recurrent | Bidirectional) or not is_alone:
        raise ValueError(
            f"{layer!r} needs the whole sample for each output: it cannot be predicted "
            "in tiles."
        )
    return None
