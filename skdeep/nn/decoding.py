"""Sequences of symbols from a network that predicts the next one.

All functions work on a ``step`` function, ``step(symbols, state) -> (log_p, state)``:

- symbols, ndarray of int of shape (n_samples, n_beams), are the last ones so far;
- log_p, ndarray of shape (n_samples, n_beams, n_symbols), are log probabilities of the
  next ones;
- state, a tuple of arrays of shape (n_samples, n_beams, ...), is what the sequences so
  far have left, not changed by a step.

Samples of a mini-batch go side by side, each as if it were alone. A sequence ends with
the symbol ``stop``, which is not part of the result; after ``max_length`` symbols, it
is ended. Log probabilities include that of the end, and thus are those of the sequence
among all sequences of any length.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import log_softmax

from skdeep.nn.compute import single_threaded_blas
from skdeep.nn.layers.base import State, Workspace
from skdeep.nn.layers.combine import Serial
from skdeep.nn.layers.embedding import FIRST
from skdeep.nn.layers.encoder_decoder import EncoderDecoder
from skdeep.nn.network import Network
from skdeep.nn.ragged import Ragged

# Samples that go side by side.
ROWS = 256

Step = Callable[[np.ndarray, State], tuple[np.ndarray, State]]


class Sequences(NamedTuple):
    """Decoded sequences.

    Attributes
    ----------
    symbols : ndarray of int of shape (n_samples, ..., n_symbols)
        Symbols, as many as the longest sequence has; those after the end of a sequence
        mean nothing.
    lengths : ndarray of int of shape (n_samples, ...)
        Number of symbols of each sequence.
    log_probabilities : ndarray of shape (n_samples, ...)
        Log probability of each sequence, its end included.
    """

    symbols: np.ndarray
    lengths: np.ndarray
    log_probabilities: np.ndarray


def decode(
    network: Network,
    sources: Ragged | np.ndarray,
    search: Callable[[Step, State, int], Sequences],
) -> Sequences:
    """Write a sequence of symbols for each source, some sources at a time.

    Parameters
    ----------
    network : Network
        Its layer is an ``EncoderDecoder`` whose decoder begins with an embedding.
    sources : Ragged or ndarray of shape (n_samples, ..., n_features)
        What to read.
    search : callable
        ``search(step, state, n_samples)``, such as ``greedy``, ``sample`` or
        ``beam_search`` with all other arguments given (``functools.partial``).

    Returns
    -------
    Sequences
        In the order of the sources.

    Examples
    --------
    >>> from functools import partial
    >>> from skdeep.architectures import language_model
    >>> layer = language_model("gru", [8], 5, n_symbols=5)
    >>> net = Network(layer, ((0,), (1, 1)), np.float32, np.random.default_rng(0))
    >>> search = partial(greedy, start=4, stop=4, max_length=10)
    >>> decode(net, np.empty((3, 0), np.float32), search).lengths.shape
    (3,)
    """

    def write(step: Step, state: State, n_samples: int) -> Sequences:
        return search(symbol_step(step, network.dtype), state, n_samples)

    return Sequences(*in_parts(network, sources, write))


def in_parts(
    network: Network, sources: Ragged | np.ndarray, write: Callable[..., Any]
) -> tuple[np.ndarray, ...]:
    """Return arrays written for some sources at a time, in the order of all.

    Parameters
    ----------
    network : Network
        Its layer is an ``EncoderDecoder``.
    sources : Ragged or ndarray of shape (n_samples, ..., n_features)
        What to read.
    write : callable
        ``write(step, state, n_samples)`` returns a tuple of arrays; ``step`` and
        ``state`` are as ``EncoderDecoder.start`` returns them.

    Returns
    -------
    tuple of ndarray
        Their rows in the order of the sources, with zeros where other parts are larger.
    """
    n = sources.shape[0]
    order = np.arange(n)
    if isinstance(sources, Ragged):
        order = sources.longest_first(order)
    parts: list[tuple[np.ndarray, ...]] = []
    # The last bits would depend on the number of threads.
    with single_threaded_blas(), np.errstate(all="ignore"):
        layer, space = writer(network)
        for start in range(0, n, ROWS):
            which = order[start : start + ROWS]
            if isinstance(sources, Ragged):
                x, sizes = sources.pad(which)
            else:
                x, sizes = sources[which], None
            space.sizes = (sizes, None)
            step, state = layer.start(x, space)
            parts.append(write(step, state, len(which)))
    place = np.argsort(order, kind="stable")
    return tuple(_stack(arrays)[place] for arrays in zip(*parts, strict=True))


def _stack(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Return arrays below each other, with zeros where others are larger."""
    n_rows = sum(map(len, arrays))
    largest = np.max([array.shape[1:] for array in arrays], axis=0).astype(int)
    stacked, start = np.zeros((n_rows, *largest.tolist()), arrays[0].dtype), 0
    for array in arrays:
        rows = stacked[start : start + len(array)]
        rows[(slice(None), *map(slice, array.shape[1:]))] = array
        start += len(array)
    return stacked


def writer(network: Network) -> tuple[EncoderDecoder, Workspace]:
    """Return the layer of a network that writes sequences, and working memory for it.

    Parameters
    ----------
    network : Network
        Its layer is an ``EncoderDecoder``, or a ``Serial`` of one.

    Returns
    -------
    layer : EncoderDecoder
        What has ``start`` and ``attention_weights``.
    workspace : Workspace
        For prediction.

    Raises
    ------
    TypeError
        If the network has another layer.
    """
    layer, space = network.layer, network.workspace()
    if isinstance(layer, Serial) and len(layer.layers) == 1:
        layer, space = layer.layers[0], space.children[0]
    if not isinstance(layer, EncoderDecoder):
        raise TypeError(f"Only an EncoderDecoder writes sequences, got {layer!r}.")
    return layer, space


def symbol_step(step: Step, dtype: Any) -> Step:
    """Return a step function of symbols from that of a network with embedding.

    Parameters
    ----------
    step : callable
        Takes codes of ``ColumnEmbedding``, and returns raw outputs, one per symbol.
    dtype : dtype
        Type of the network.

    Returns
    -------
    callable
        Takes symbols, counted from 0, and returns log probabilities.
    """

    def take(symbols: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        codes = (symbols + FIRST)[..., np.newaxis].astype(dtype)
        z, state = step(codes, state)
        return log_softmax(z, axis=-1), state

    return take


def never_empty(step: Step, stop: int) -> Step:
    """Return a step function whose sequences have one symbol at least.

    Parameters
    ----------
    step : callable
        See the module.
    stop : int
        Symbol that starts and ends sequences.

    Returns
    -------
    callable
        After ``stop``, it gives the log probabilities of all other symbols, given that
        it is one of them.
    """

    def take(symbols: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        log_p, state = step(symbols, state)
        first = symbols == stop
        if first.any():
            others = log_p[first]
            others[:, stop] = -np.inf
            log_p[first] = log_softmax(others, axis=-1)
        return log_p, state

    return take


def greedy(
    step: Step, state: State, n_samples: int, *, start: int, stop: int, max_length: int
) -> Sequences:
    """Take the likeliest symbol at every step.

    Parameters
    ----------
    step : callable
        See the module.
    state : tuple of ndarray of shape (n_samples, 1, ...)
        Before the first step.
    n_samples : int
        Number of sequences.
    start : int
        Symbol before the first one.
    stop : int
        Symbol that ends a sequence.
    max_length : int
        Most symbols of a sequence.

    Returns
    -------
    Sequences
        One per sample.
    """
    return _one_by_one(
        step,
        state,
        n_samples,
        lambda log_p: log_p.argmax(axis=1),
        start=start,
        stop=stop,
        max_length=max_length,
    )


def sample(
    step: Step,
    state: State,
    n_samples: int,
    rng: np.random.Generator,
    *,
    start: int,
    stop: int,
    max_length: int,
    temperature: float = 1.0,
    top_k: int | None = None,
) -> Sequences:
    """Draw sequences, each symbol from its probabilities given those before.

    Parameters
    ----------
    step : callable
        See the module.
    state : tuple of ndarray of shape (n_samples, 1, ...)
        Before the first step.
    n_samples : int
        Number of sequences.
    rng : numpy.random.Generator
        Source of randomness.
    start : int
        Symbol before the first one.
    stop : int
        Symbol that ends a sequence.
    max_length : int
        Most symbols of a sequence.
    temperature : float, default=1.0
        Divides log probabilities: below 1 likely symbols become likelier. Near 0 the
        sequences are those of ``greedy``.
    top_k : int or None, default=None
        Draw among that many likeliest symbols; None is all.

    Returns
    -------
    Sequences
        One per sample, with log probabilities at temperature 1 among all symbols.

    Notes
    -----
    The symbol with the largest ``log_p / temperature + g``, with independent g of the
    standard Gumbel distribution, has the distribution wanted.
    """

    def choose(log_p: np.ndarray) -> np.ndarray:
        noise = rng.gumbel(size=log_p.shape)
        chances = log_p / temperature
        if top_k is not None and top_k < log_p.shape[1]:
            rest = np.argpartition(-log_p, top_k - 1, axis=1)[:, top_k:]
            np.put_along_axis(chances, rest, -np.inf, axis=1)
        return (chances + noise).argmax(axis=1)

    return _one_by_one(
        step, state, n_samples, choose, start=start, stop=stop, max_length=max_length
    )


def _one_by_one(
    step: Step,
    state: State,
    n_samples: int,
    choose: Callable[[np.ndarray], np.ndarray],
    *,
    start: int,
    stop: int,
    max_length: int,
) -> Sequences:
    """Return sequences whose symbols are chosen once and for all, step by step."""
    # Grows with what is written: the limit may be far away.
    written: list[np.ndarray] = []
    lengths = np.zeros(n_samples, dtype=int)
    total, ended = np.zeros(n_samples), np.zeros(n_samples, dtype=bool)
    rows, last = np.arange(n_samples), np.full(n_samples, start)
    for t in range(max_length + 1):
        log_p, state = step(last[:, np.newaxis], state)
        log_p = log_p[:, 0]
        last = choose(log_p) if t < max_length else np.full(n_samples, stop)
        last = np.where(ended, stop, last)
        total += np.where(ended, 0, log_p[rows, last])
        ended |= last == stop
        lengths += ~ended
        if ended.all():
            break
        written.append(last)
    symbols = np.array(written, dtype=int).reshape(-1, n_samples).T
    return Sequences(symbols, lengths, total)


def beam_search(
    step: Step,
    state: State,
    n_samples: int,
    *,
    start: int,
    stop: int,
    max_length: int,
    beam_width: int,
    length_penalty: float = 1.0,
) -> Sequences:
    """Follow the likeliest sequences so far, several of them for each sample.

    A sequence that has ended keeps its place in the beam, and the search ends when all
    have. The best are then those with the largest log probability divided by
    ``(length + 1) ** length_penalty``, the end counted.

    Parameters
    ----------
    step : callable
        See the module.
    state : tuple of ndarray of shape (n_samples, 1, ...)
        Before the first step.
    n_samples : int
        Number of samples.
    start : int
        Symbol before the first one.
    stop : int
        Symbol that ends a sequence.
    max_length : int
        Most symbols of a sequence.
    beam_width : int
        Sequences per sample; 1 is ``greedy``.
    length_penalty : float, default=1.0
        0 compares log probabilities, which favours short sequences; 1 compares means
        per symbol.

    Returns
    -------
    Sequences
        ``beam_width`` per sample, the best first. Where there are fewer sequences in
        all, the log probability of those left over is minus infinity.
    """
    k = beam_width
    # Grows with what is written: the limit may be far away.
    symbols = np.empty((n_samples, k, 0), dtype=int)
    lengths = np.zeros((n_samples, k), dtype=int)
    # All but one of the beams are yet to come.
    total = np.full((n_samples, k), -np.inf)
    total[:, 0] = 0
    ended = np.zeros((n_samples, k), dtype=bool)
    last = np.full((n_samples, k), start)
    state = tuple(np.repeat(array, k, axis=1) for array in state)
    for t in range(max_length + 1):
        log_p, state = step(last, state)
        n_symbols = log_p.shape[2]
        candidates = total[..., np.newaxis] + log_p
        if t == max_length:
            candidates[..., np.arange(n_symbols) != stop] = -np.inf
        # What has ended goes on in one way, and comes first.
        candidates[ended] = -np.inf
        candidates[ended, stop] = np.inf
        chosen = _largest(candidates.reshape(n_samples, -1), k)
        beams, last = np.divmod(chosen, n_symbols)
        grown = np.take_along_axis(candidates.reshape(n_samples, -1), chosen, axis=1)
        total, ended, lengths, symbols, *arrays = (
            _of_beams(array, beams)
            for array in (total, ended, lengths, symbols, *state)
        )
        state = tuple(arrays)
        # A place that nothing was left for may show an ended sequence once more.
        empty = np.isneginf(grown)
        ended &= ~empty
        total = np.where(ended, total, grown)
        ended |= (last == stop) & ~empty
        lengths += ~ended
        if (ended | empty).all():
            break
        added = np.where(ended, stop, last)[..., np.newaxis]
        symbols = np.concatenate([symbols, added], axis=-1)
    symbols[empty], lengths[empty] = stop, 0
    score = total / (lengths + 1) ** length_penalty
    best = np.argsort(-score, axis=1, kind="stable")
    return Sequences(*(_of_beams(a, best) for a in (symbols, lengths, total)))


def _of_beams(array: np.ndarray, beams: np.ndarray) -> np.ndarray:
    """Return what an array (n_samples, n_beams, ...) holds for these beams."""
    return array[np.arange(len(array))[:, np.newaxis], beams]


def _largest(scores: np.ndarray, k: int) -> np.ndarray:
    """Return the positions of the k largest of each row, the largest first."""
    if k < scores.shape[1]:
        top = np.argpartition(-scores, k - 1, axis=1)[:, :k]
        # Of equal ones the first comes first.
        top.sort(axis=1)
    else:
        top = np.tile(np.arange(scores.shape[1]), (len(scores), 1))
    values = np.take_along_axis(scores, top, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(top, order, axis=1)
