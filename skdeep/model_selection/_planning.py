"""The layers of an estimator, before a fit."""

from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral
from typing import Any

import numpy as np

from skdeep._words import explain_sizes
from skdeep.estimators import BaseNetwork
from skdeep.estimators.protocols import plan_layers
from skdeep.nn import Serial


def read_shape(shape: Any) -> tuple[int, ...]:
    """Return the shape of one sample.

    Parameters
    ----------
    shape : int or sequence of int
        As the user gave it.

    Returns
    -------
    tuple of int
        Its sizes.

    Raises
    ------
    ValueError
        If it is no shape.
    """
    sizes = tuple(shape) if np.iterable(shape) else (shape,)
    if not sizes or not all(isinstance(s, Integral) and int(s) >= 1 for s in sizes):
        raise ValueError(
            f"input_shape={shape!r} is no shape of one sample: give positive integers, "
            "the channels last, such as (28, 28, 1); where sizes differ, a usual one."
        )
    return tuple(map(int, sizes))


@contextmanager
def shape_expected(name: str, shape: Any) -> Iterator[None]:
    """Turn what comes of a shape that layers do not take into a sentence.

    Parameters
    ----------
    name : str
        Of the estimator or layer.
    shape : tuple
        What is tried inside of the block.
    """
    try:
        yield
    except (IndexError, OverflowError, TypeError, ValueError) as error:
        explain_sizes(error)
        if type(error) is ValueError and "unpack" not in str(error):
            raise
        raise ValueError(
            f"{name} takes no samples of shape {shape} ({error}): give the shape of "
            "one sample, the channels last, such as (28, 28, 1)."
        ) from error


def plan_unfitted(
    estimator: Any, input_shape: tuple[Any, ...], n_outputs: Any
) -> tuple[Serial, tuple[int, ...]]:
    """Return all layers of an estimator's network that a fit would make.

    Parameters
    ----------
    estimator : estimator
        Its hyperparameters make the layers.
    input_shape : tuple of int
        Shape of a sample.
    n_outputs : int
        Number of raw outputs.

    Returns
    -------
    layers : Serial
        The layers.
    shape : tuple of int
        Shape of a sample as they take it.

    Raises
    ------
    TypeError
        If it is no estimator of skdeep.
    ValueError
        If an argument or hyperparameter is not allowed, or the layers depend on data.
    """
    name = type(estimator).__name__
    if not isinstance(estimator, BaseNetwork):
        raise TypeError(
            f"{name} is no estimator of skdeep: give one such as MLPClassifier()."
        )
    if not isinstance(n_outputs, Integral) or int(n_outputs) < 1:
        raise ValueError(
            f"n_outputs={n_outputs!r} is not allowed: give a positive integer."
        )
    try:
        with shape_expected(name, input_shape):
            layers, shape = plan_layers(estimator, input_shape, int(n_outputs))
            layers.plan(shape)
    except AttributeError as error:
        raise ValueError(
            f"The layers of {name} depend on the columns and categories of the data: "
            "fit it first, or take an MLPClassifier or MLPRegressor of numbers."
        ) from error
    return layers, shape
