"""Layers whose output has the size of their input, whatever they round away."""

from dataclasses import dataclass

import numpy as np

from skdeep.nn.layers.combine import Serial
from skdeep.nn.parameters import Plan
from skdeep.nn.ragged import clear_padding


@dataclass(repr=False)
class KeepSize(Serial):
    """The layers in series, their output cropped or padded to the size of the input.

    Pooling and strides round sizes, so that what is made larger again has some rows
    and columns too many, or too few: they are left out at the end, or filled with
    zeros. Inside :class:`Parallel` or :class:`Residual` this makes a skip connection
    for inputs of any size, as of a U-Net: ``Parallel([Identity(), KeepSize([MaxPool(2,
    padding="same"), ..., ConvTranspose(16, 2, 2)])])``.

    Parameters
    ----------
    layers : sequence of Layer
        The layers, first to last; they keep the number of axes.

    Examples
    --------
    >>> from skdeep.nn import Conv, MaxPool, Upsample
    >>> layers = [MaxPool(2, padding="same"), Conv(8), Upsample(2)]
    >>> Serial(layers).plan((7, 5, 1)).output_shape
    (8, 6, 8)
    >>> KeepSize(layers).plan((7, 5, 1)).output_shape
    (7, 5, 8)
    """

    def plan(self, input_shape):
        plan = super().plan(input_shape)
        if len(plan.output_shape) != len(input_shape) or len(input_shape) < 2:
            raise ValueError(
                f"KeepSize cannot bring output of shape {plan.output_shape} to the "
                f"size of its input, of shape {input_shape}: give it layers that keep "
                "the axes of series or images."
            )
        shape = (*input_shape[:-1], plan.output_shape[-1])
        return Plan(input_shape, shape, children=plan.children)

    def sizes_after(self, sizes):
        super().sizes_after(sizes)  # an error, if a sample is too small
        return sizes

    def forward(self, x, workspace):
        found, inner_backward = super().forward(x, workspace)
        wanted, given = x.shape[1:-1], found.shape[1:-1]
        sizes = workspace.sizes
        inner_sizes = None if sizes is None else super().sizes_after(sizes)
        lacks_nothing = inner_sizes is None or (inner_sizes >= sizes).all()
        if given == wanted and lacks_nothing:
            return found, inner_backward
        common = tuple(slice(min(pair)) for pair in zip(wanted, given, strict=True))
        common = (slice(None), *common)
        y = workspace.empty("y", (*x.shape[:-1], found.shape[-1]))
        _copy_into(y, found, common)
        clear_padding(y, inner_sizes)
        shape = found.shape

        def backward(dy):
            inner = workspace.empty("dy", shape)
            _copy_into(inner, dy, common)
            clear_padding(inner, inner_sizes)
            return inner_backward(inner)

        return y, backward


def _copy_into(out: np.ndarray, x: np.ndarray, common: tuple[slice, ...]) -> None:
    """Copy what two arrays have in common; the rest of ``out`` becomes zero."""
    if out[common].shape != out.shape:
        out.fill(0)
    np.copyto(out[common], x[common])
