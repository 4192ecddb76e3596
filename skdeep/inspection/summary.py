"""Summary of a network's layers, before and after it is fitted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import pandas as pd
from sklearn.base import BaseEstimator

from skdeep.estimators import BaseNetwork
from skdeep.inspection._unwrap import unwrap
from skdeep.inspection.receptive_field import Field, grow, inner_layers
from skdeep.model_selection._planning import plan_unfitted, read_shape, shape_expected
from skdeep.nn import Layer, Serial
from skdeep.nn.parameters import Plan

INDENT = "  "


@dataclass(frozen=True)
class Summary:
    """A table of layers; notebooks show it as HTML.

    Attributes
    ----------
    table : DataFrame
        One row for each layer, in the order in which they are computed; layers inside
        a layer are indented.

        ====================  ======================================================
        ``layer``             the layer and its hyperparameters
        ``output_shape``      of one sample
        ``parameters``        numbers that it learns
        ``multiply_adds``     of one sample, forward
        ``receptive_field``   steps or pixels of the input that one output sees,
                              along each axis; empty for networks that write
                              sequences
        ====================  ======================================================
    input_shape : tuple of int
        Shape of one sample.
    """

    table: pd.DataFrame
    input_shape: tuple[int, ...]

    @property
    def parameters(self) -> int:
        """Number of parameters of the whole network."""
        return int(self.table["parameters"].sum())

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of the whole network for one sample."""
        return int(self.table["multiply_adds"].sum())

    def _caption(self) -> str:
        return (
            f"Input {self.input_shape}: {self.parameters:,} parameters, "
            f"{self.multiply_adds:,} multiply-adds a sample"
        )

    def __str__(self) -> str:
        table = self.table.copy()
        width = table["layer"].str.len().max()
        table["layer"] = table["layer"].str.ljust(width)
        formats = dict.fromkeys(("parameters", "multiply_adds"), "{:,}".format)
        return f"{table.to_string(index=False, formatters=formats)}\n{self._caption()}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = self.table.copy()
        table["layer"] = [
            name.replace(INDENT, "\N{EM SPACE}") for name in table["layer"]
        ]
        formats = dict.fromkeys(("parameters", "multiply_adds"), "{:,}".format)
        html = table.to_html(index=False, formatters=formats, justify="left", border=0)
        return f"{html}\n<p>{self._caption()}</p>"


def summary(
    estimator: Any,
    input_shape: Sequence[int] | None = None,
    *,
    n_outputs: int | None = None,
) -> Summary:
    """List the layers of a network with their shapes and costs.

    Parameters
    ----------
    estimator : estimator, Layer or sequence of Layer
        A network of skdeep, fitted or not; a fitted pipeline or search around one; or
        layers alone.
    input_shape : sequence of int, default=None
        Shape of one sample, such as (28, 28, 1). Needed if nothing is fitted and the
        estimator's ``input_shape`` does not tell.
    n_outputs : int, default=None
        Number of outputs of an estimator that is not fitted, such as the number of
        classes; None is 1.

    Returns
    -------
    Summary
        The table.

    Raises
    ------
    ValueError
        If the shape is not known, or the layers cannot take it.

    Examples
    --------
    >>> from skdeep import CNNClassifier
    >>> from skdeep.inspection import summary
    >>> summary(CNNClassifier((8,)), (28, 28, 1), n_outputs=10).table[
    ...     ["output_shape", "parameters", "multiply_adds", "receptive_field"]]
       output_shape  parameters  multiply_adds receptive_field
    0   (28, 28, 8)          72          56448           3 x 3
    1   (14, 14, 8)           0              0           4 x 4
    2   (14, 14, 8)           8              0           4 x 4
    3   (14, 14, 8)           0              0           4 x 4
    4       (1568,)           0              0         28 x 28
    5         (10,)       15690          15680         28 x 28
    """
    layer, shape = _layer_and_shape(estimator, input_shape, n_outputs)
    with shape_expected(type(estimator).__name__, shape):
        plan = layer.plan(shape)
    # Of two inputs, a source and what a decoder is fed, an output sees all.
    field = None if isinstance(shape[0], tuple) else Field.of_input(shape)
    rows = list(_rows(layer, plan, field, depth=-1))
    columns = [
        "layer",
        "output_shape",
        "parameters",
        "multiply_adds",
        "receptive_field",
    ]
    return Summary(pd.DataFrame(rows, columns=columns), shape)


def _layer_and_shape(
    estimator: Any, input_shape: Any, n_outputs: int | None
) -> tuple[Layer, tuple[int, ...]]:
    given = None if input_shape is None else read_shape(input_shape)
    if isinstance(estimator, Sequence):
        if not all(isinstance(layer, Layer) for layer in estimator):
            raise TypeError(f"{estimator!r} is no sequence of layers of skdeep.nn.")
        estimator = Serial(list(estimator))
    if isinstance(estimator, Layer):
        if given is None:
            raise ValueError("Layers alone need an input_shape, such as (28, 28, 1).")
        return estimator, given
    if isinstance(estimator, BaseNetwork) and not hasattr(estimator, "network_"):
        return _planned(estimator, given, 1 if n_outputs is None else n_outputs)
    network = unwrap(estimator).network.network_
    return network.layer, given or network.input_shape


def _planned(
    estimator: BaseEstimator, given: Any, n_outputs: int
) -> tuple[Layer, tuple[int, ...]]:
    """Return the layers of an estimator that is not fitted."""
    if getattr(estimator, "categorical_features", None) is not None:
        raise ValueError(
            "The vectors of categories, which categorical_features asks for, are known "
            f"once {type(estimator).__name__} is fitted: fit it first, or leave "
            "categorical_features out."
        )
    shape = given or getattr(estimator, "input_shape", None)
    if shape is None:
        raise ValueError(
            f"{type(estimator).__name__} is not fitted and has no input_shape: give "
            "summary the input_shape of one sample, such as (28, 28, 1)."
        )
    return plan_unfitted(estimator, read_shape(shape), n_outputs)


def _rows(
    layer: Any, plan: Plan, field: Field | None, depth: int
) -> Iterator[list[Any]]:
    """Yield a row for a layer, and rows for those inside it."""
    inside = inner_layers(layer, plan)
    after = None if field is None else grow(field, layer, plan)
    if depth >= 0:
        name = type(layer).__name__ if inside else repr(layer)
        yield [
            INDENT * depth + name,
            plan.output_shape,
            sum(prod(parameter.shape) for parameter in plan.parameters),
            plan.multiply_adds,
            "" if after is None else " x ".join(map(str, after.seen)),
        ]
    in_series = isinstance(layer, Serial) or not hasattr(layer, "inner")
    for part, inner in zip(inside, plan.children, strict=True):
        yield from _rows(part, inner, field, depth + 1)
        if in_series and field is not None:
            field = grow(field, part, inner)
