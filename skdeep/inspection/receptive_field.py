"""Receptive field: the part of a sample that an output sees."""

from dataclasses import dataclass, replace
from typing import Any

from skdeep.nn import (
    GRU,
    LSTM,
    Bidirectional,
    ConvTranspose,
    Dense,
    Layer,
    Parallel,
    Residual,
    SeparableConv,
    Serial,
    SimpleRNN,
    Upsample,
)
from skdeep.nn.parameters import Plan
from skdeep.nn.reach import inner_layers

_WHOLE = (LSTM, GRU, SimpleRNN, Bidirectional)


@dataclass(frozen=True)
class Field:
    """The part of a sample that one output sees, along each axis but the channels.

    Attributes
    ----------
    sizes : tuple of int
        Steps or pixels of the input.
    jumps : tuple of float
        Distance in the input of two neighbouring outputs.
    limits : tuple of int
        Size of the input.
    """

    sizes: tuple[int, ...]
    jumps: tuple[float, ...]
    limits: tuple[int, ...]

    @classmethod
    def of_input(cls, shape: tuple[int, ...]) -> "Field":
        """Return the field before the first layer."""
        limits = shape[:-1]
        return cls((1,) * len(limits), (1.0,) * len(limits), limits)

    @property
    def whole(self) -> "Field":
        """The field that sees all."""
        return replace(self, sizes=self.limits)

    @property
    def seen(self) -> tuple[int, ...]:
        """Sizes, padding left out."""
        pairs = zip(self.sizes, self.limits, strict=True)
        return tuple(min(size, limit) for size, limit in pairs)

    def through(self, spans: Any, strides: Any) -> "Field":
        """Return the field after windows that cover ``spans`` outputs."""
        sizes = zip(self.sizes, spans, self.jumps, strict=True)
        return replace(
            self,
            sizes=tuple(int(size + (span - 1) * jump) for size, span, jump in sizes),
            jumps=tuple(j * s for j, s in zip(self.jumps, strides, strict=True)),
        )


def grow(field: Field, layer: Layer, plan: Plan) -> Field:
    """Return what an output of a layer sees, from what its inputs see.

    Parameters
    ----------
    field : Field
        Of the layer's input.
    layer : Layer
        The layer.
    plan : Plan
        Its plan.

    Returns
    -------
    Field
        Of its output. Window by window, r' = r + (span - 1) j and j' = j stride [1]_.

    References
    ----------
    .. [1] A. Araujo, W. Norris and J. Sim, "Computing receptive fields of convolutional
       neural networks", Distill 2019.
    """
    if len(plan.output_shape) < len(plan.input_shape) or isinstance(layer, _WHOLE):
        return field.whole
    for kind, branches in (
        (Serial, _series),
        (SeparableConv, _series),
        (Residual, _side_by_side),
        (Parallel, _side_by_side),
    ):
        if isinstance(layer, kind):
            return branches(field, layer, plan)
    if isinstance(layer, Dense) and len(plan.input_shape) == 1:
        return field.whole
    if isinstance(layer, Upsample):
        pairs = zip(plan.input_shape, plan.output_shape, strict=True)
        factors = [before / after for before, after in pairs][:-1]
        # Between neighbours, unless they are repeated.
        span = 2 if layer.interpolation == "bilinear" else 1
        spans = [span if factor < 1 else 1 for factor in factors]
        return field.through(spans, factors)
    windows = getattr(layer, "windows", None)
    if windows is None:
        return field
    axes = windows(plan.input_shape).axes[: len(field.sizes)]
    if isinstance(layer, ConvTranspose):
        # As many inputs as windows of this distance overlap.
        spans = [-(-axis.span // axis.stride) for axis in axes]
        return field.through(spans, [1 / axis.stride for axis in axes])
    return field.through([a.span for a in axes], [a.stride for a in axes])


def _series(field: Field, layer: Layer, plan: Plan) -> Field:
    for part, inner in zip(inner_layers(layer, plan), plan.children, strict=True):
        field = grow(field, part, inner)
    return field


def _side_by_side(field: Field, layer: Layer, plan: Plan) -> Field:
    pairs = zip(inner_layers(layer, plan), plan.children, strict=True)
    fields = [grow(field, part, inner) for part, inner in pairs]
    sizes = zip(*(branch.sizes for branch in fields), strict=True)
    return replace(fields[0], sizes=tuple(map(max, sizes)))
