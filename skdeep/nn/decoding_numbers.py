"""Sequences of numbers from a network that predicts the next ones."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from skdeep.nn.decoding import Step, in_parts
from skdeep.nn.layers.base import State
from skdeep.nn.network import Network
from skdeep.nn.ragged import Ragged

Choose = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def take_outputs(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return raw outputs as numbers, and the last one as the logit of the end.

    Parameters
    ----------
    z : ndarray of shape (n_samples, n_numbers + 1)
        Raw outputs of a step.

    Returns
    -------
    numbers : ndarray of shape (n_samples, n_numbers)
        The numbers of the step.
    is_last : ndarray of bool of shape (n_samples,)
        Whether the sequence ends with it.
    """
    return z[:, :-1], z[:, -1] > 0


def decode_numbers(
    network: Network,
    sources: Ragged | np.ndarray,
    lengths: np.ndarray,
    choose: Choose = take_outputs,
    prompt: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Write a sequence of numbers for each source, some sources at a time.

    Each step is fed with the numbers of the step before, the first one with zeros.

    Parameters
    ----------
    network : Network
        Its layer is an ``EncoderDecoder`` that takes the numbers of a step, and returns
        outputs for the next one, and the logit of whether it is the last.
    sources : Ragged or ndarray of shape (n_samples, ..., n_features)
        What to read.
    lengths : int or ndarray of int of shape (n_samples,)
        Length of each sequence; a number is the most steps, and the network says where
        to stop.
    choose : callable, default=take_outputs
        ``choose(z) -> (numbers, is_last)`` for raw outputs of shape
        (n_samples, n_outputs).
    prompt : ndarray of shape (n_steps, n_numbers), default=None
        Steps before the first one that is written, the same for all.

    Returns
    -------
    numbers : ndarray of shape (n_samples, n_steps, n_numbers)
        Numbers without the prompt, as many steps as the longest sequence has; those
        after the end of a sequence mean nothing.
    lengths : ndarray of int of shape (n_samples,)
        Number of steps of each sequence.
    """
    longest = int(np.max(lengths))
    asks = np.ndim(lengths) == 0
    _, (_, width) = cast("tuple[Any, tuple[int, int]]", network.input_shape)

    def write(step: Step, state: State, n_samples: int) -> tuple[np.ndarray, ...]:
        # Grows with what is written: the limit may be far away.
        written: list[np.ndarray] = []
        sizes = np.full(n_samples, longest)
        ended = np.zeros(n_samples, dtype=bool)
        x = np.zeros((n_samples, 1, width), network.dtype)
        for row in () if prompt is None else prompt:
            _, state = step(x, state)
            x[...] = row
        for t in range(longest):
            z, state = step(x, state)
            numbers, is_last = choose(z[:, 0])
            x = numbers[:, np.newaxis].astype(network.dtype)
            written.append(x)
            if asks:
                last = ~ended & is_last
                sizes[last] = t + 1
                ended |= last
                if ended.all():
                    break
        return np.concatenate(written, axis=1), sizes

    numbers, sizes = in_parts(network, sources, write)
    return numbers, (sizes if asks else np.asarray(lengths))
