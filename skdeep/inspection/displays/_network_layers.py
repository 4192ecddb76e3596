"""Layers of a fitted network, one by one."""

from numbers import Integral
from typing import Any

import numpy as np

from skdeep.inspection._unwrap import unwrap
from skdeep.nn import Conv


def convolution(estimator: Any, number: int) -> np.ndarray:
    """Return the weights of a convolution, (height, width, channels, filters).

    Parameters
    ----------
    estimator : fitted estimator
        A network of skdeep, or a pipeline or search around one.
    number : int
        Which of its convolutions, counted from 0.

    Returns
    -------
    ndarray
        The weights; those of a series have the width 1.

    Raises
    ------
    ValueError
        If there is no such convolution.
    """
    arrays = unwrap(estimator).network.network_.parameters("weight")
    weights = [w for w in arrays if w.ndim > 2]
    if not isinstance(number, Integral) or not -len(weights) <= number < len(weights):
        raise ValueError(
            f"There is no convolution number {number!r}: the network has "
            f"{len(weights)}, counted from 0."
        )
    weight = weights[number]
    return weight if weight.ndim == 4 else weight[:, np.newaxis]


def output_of_layer(network: Any, x: np.ndarray, number: int) -> tuple[Any, np.ndarray]:
    """Return one of the outermost layers, and its output for some samples.

    Parameters
    ----------
    network : Network
        Layers and weights.
    x : ndarray of shape (n_samples, ...)
        Samples.
    number : int
        Which layer; negative ones count from the last.

    Returns
    -------
    layer : Layer
        The layer.
    y : ndarray
        Its output.
    """
    layers = list(network.layer.layers)
    if not isinstance(number, Integral) or not -len(layers) <= number < len(layers):
        raise ValueError(
            f"There is no layer number {number!r}: the network has {len(layers)}, "
            "counted from 0."
        )
    number %= len(layers)
    return layers[number], network.up_to(number + 1).forward(x)


def first_maps(network: Any) -> int:
    """Return the number of the layer that ends the first block of convolutions."""
    layers = list(network.layer.layers)
    seen = False
    for number, (layer, plan) in enumerate(
        zip(layers, network.plan.children, strict=True)
    ):
        seen = seen or isinstance(layer, Conv) or bool(plan.children)
        after = layers[number + 1 : number + 2]
        ends = not after or isinstance(after[0], Conv) or len(plan.output_shape) < 2
        if seen and len(plan.output_shape) > 1 and ends:
            return number
    return 0


def refuse_writers(model: Any) -> None:
    """Check that a network has one input, of which there is a picture.

    Parameters
    ----------
    model : fitted estimator
        A network of skdeep.

    Raises
    ------
    TypeError
        If it writes sequences, step by step.
    """
    if isinstance(model.network_.input_shape[0], tuple):
        raise TypeError(
            f"{type(model).__name__} writes sequences, of which no layer has a map and "
            "no single number can fall: draw its attention by AttentionDisplay."
        )
