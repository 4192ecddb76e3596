"""Checks of hyperparameters and shapes that several layers share."""

from math import sqrt
from numbers import Integral

from skdeep.nn.layers.base import Layer, Shape


def check_count(layer: Layer, name: str) -> None:
    """Check that a hyperparameter is an integer of at least 1."""
    value = getattr(layer, name)
    if not isinstance(value, Integral) or int(value) < 1:
        raise ValueError(
            f"{type(layer).__name__} got {name}={value!r}; give an integer of at least "
            "1."
        )


def check_count_or_none(layer: Layer, name: str) -> None:
    """Check that a hyperparameter is None or an integer of at least 1."""
    value = getattr(layer, name)
    if value is not None and (not isinstance(value, Integral) or int(value) < 1):
        raise ValueError(
            f"{type(layer).__name__} got {name}={value!r}; give None or an integer of "
            "at least 1."
        )


def check_ntk_rate(layer: Layer, n_inputs: int) -> tuple[float, float]:
    """Check the hyperparameter ``rate``; return the weights' rate and decay."""
    value = layer.rate  # type: ignore[attr-defined]
    if value == "ntk":
        return 1 / sqrt(max(n_inputs, 1)), sqrt(max(n_inputs, 1))
    if isinstance(value, str):
        raise ValueError(
            f"{type(layer).__name__} got rate={value!r}; give 'ntk', or the multiple "
            "of the optimizer's learning rate."
        )
    return value, 1.0


def check_share(layer: Layer, name: str) -> None:
    """Check that a hyperparameter is a share below 1 of the units to silence."""
    value = getattr(layer, name)
    if not 0 <= value < 1:
        raise ValueError(
            f"{type(layer).__name__} got {name}={value!r}; it must be at least 0 and "
            "below 1."
        )


def check_sequences(layer: Layer, input_shape: Shape) -> None:
    """Check that samples are sequences."""
    if len(input_shape) != 2:
        raise ValueError(
            f"{type(layer).__name__} cannot take samples of shape {input_shape}: give "
            "sequences of shape (time, channels)."
        )
