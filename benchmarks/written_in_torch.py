"""Encoder-decoder and language model in PyTorch, as skdeep has them."""

import numpy as np
import torch
from torch import nn
from torch.nn.utils import rnn

from skdeep.nn.training import BucketOrder

# What cross entropy leaves out.
IGNORED = -100


def pad(arrays, value=0):
    """Return arrays in one tensor of shape (time, n_samples), and their lengths."""
    tensors = [torch.as_tensor(array) for array in arrays]
    lengths = torch.tensor([len(tensor) for tensor in tensors])
    return rnn.pad_sequence(tensors, padding_value=value), lengths


def shown_and_wanted(codes, stop):
    """Return what a decoder is shown, and what it should say, (time, n_samples)."""
    shown, _ = pad([np.r_[stop, c] for c in codes])
    wanted, _ = pad([np.r_[c, stop] for c in codes], IGNORED)
    return shown, wanted


class Translator(nn.Module):
    """Bidirectional GRU, scaled multiplicative attention, GRU.

    Parameters
    ----------
    n_source, n_target : int
        Numbers of symbols, that of the target with the stop.
    dim, units : int
        Length of the vectors of symbols, and units in each direction.
    seed : int
        Of the starting weights.
    """

    def __init__(self, n_source, n_target, dim, units, seed):
        torch.manual_seed(seed)
        super().__init__()
        self.read, self.shown = nn.Embedding(n_source, dim), nn.Embedding(n_target, dim)
        self.encoder = nn.GRU(dim, units, bidirectional=True)
        self.decoder = nn.GRU(dim, 2 * units)
        self.bridge = nn.Linear(2 * units, 2 * units)
        self.keys = nn.Linear(2 * units, 2 * units, bias=False)
        self.joint = nn.Linear(4 * units, 2 * units)
        self.output = nn.Linear(2 * units, n_target)

    def encode(self, x, lengths):
        """Return encoder outputs, which of them are padding, and the first state."""
        packed = rnn.pack_padded_sequence(self.read(x), lengths)
        outputs, final = self.encoder(packed)
        outputs, _ = rnn.pad_packed_sequence(outputs)
        state = final.transpose(0, 1).reshape(len(lengths), -1)
        padding = torch.arange(len(x)) >= lengths[:, None]
        return outputs.transpose(0, 1), padding, torch.tanh(self.bridge(state))[None]

    def decode(self, y, encoded, padding, state):
        """Return raw outputs (n_samples, time, n_target), and the state."""
        queries, state = self.decoder(self.shown(y), state)
        queries = queries.transpose(0, 1)
        scores = queries @ self.keys(encoded).transpose(1, 2)
        scores = scores / queries.shape[-1] ** 0.5
        scores = scores.masked_fill(padding[:, None], -torch.inf)
        context = torch.softmax(scores, -1) @ encoded
        joint = torch.tanh(self.joint(torch.cat([queries, context], 2)))
        return self.output(joint), state

    def loss(self, x, lengths, codes, stop):
        """Return the mean log loss of a symbol."""
        shown, wanted = shown_and_wanted(codes, stop)
        z, _ = self.decode(shown, *self.encode(x, lengths))
        return nn.functional.cross_entropy(
            z.flatten(0, 1), wanted.T.reshape(-1), ignore_index=IGNORED
        )


class LanguageModel(nn.Module):
    """GRU with a first state of its own.

    Parameters
    ----------
    n_symbols : int
        With the stop.
    dim, units : int
        Length of the vectors of symbols, and units.
    seed : int
        Of the starting weights.
    """

    def __init__(self, n_symbols, dim, units, seed):
        torch.manual_seed(seed)
        super().__init__()
        self.shown, self.recurrent = nn.Embedding(n_symbols, dim), nn.GRU(dim, units)
        self.output = nn.Linear(units, n_symbols)
        self.first = nn.Parameter(torch.zeros(units))

    def loss(self, codes, stop):
        """Return the mean log loss of a symbol."""
        shown, wanted = shown_and_wanted(codes, stop)
        state = torch.tanh(self.first).expand(1, shown.shape[1], -1).contiguous()
        z = self.output(self.recurrent(self.shown(shown), state)[0])
        return nn.functional.cross_entropy(
            z.flatten(0, 1), wanted.flatten(), ignore_index=IGNORED
        )


def train(net, loss, lengths, epochs, batch_size, rate, clip, seed):
    """Train by Adam, with rates in one cycle.

    Parameters
    ----------
    net : torch.nn.Module
        Changed in place.
    loss : callable
        Of an array of positions of samples.
    lengths : ndarray of int
        By which samples are put together, as skdeep does it.
    epochs, batch_size : int
        How long, and how many at a time.
    rate, clip : float
        Highest rate, and largest norm of a gradient.
    seed : int
        Of the order.
    """
    torch.set_num_threads(1)
    order, rng = BucketOrder(lengths), np.random.default_rng(seed)
    n_samples = len(lengths)
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, epochs * -(-n_samples // batch_size), cycle_momentum=False
    )
    for _ in range(epochs):
        drawn = order.draw(n_samples, batch_size, rng)
        for start in range(0, n_samples, batch_size):
            value = loss(drawn[start : start + batch_size])
            optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(net.parameters(), clip)
            optimizer.step()
            schedule.step()


@torch.no_grad()
def write(net, sources, stop, longest, n_rows=256):
    """Return codes written greedily for each source.

    Parameters
    ----------
    net : Translator
        Trained.
    sources : list of ndarray of int
        What to read.
    stop : int
        The symbol that starts and ends.
    longest : int
        Most symbols.
    n_rows : int, default=256
        Sources at a time.

    Returns
    -------
    list of ndarray of int
        Without the stop.
    """
    written = [np.array([], dtype=int)] * len(sources)
    order = sorted(range(len(sources)), key=lambda i: -len(sources[i]))
    for start in range(0, len(order), n_rows):
        which = order[start : start + n_rows]
        encoded, padding, state = net.encode(*pad([sources[i] for i in which]))
        last, symbols = torch.full((1, len(which)), stop), []
        for _ in range(longest):
            z, state = net.decode(last, encoded, padding, state)
            last = z[:, 0].argmax(1)[None]
            symbols.append(last[0].numpy())
        for i, row in zip(which, np.array(symbols).T, strict=True):
            ends = np.flatnonzero(row == stop)
            written[i] = row[: ends[0] if len(ends) else longest]
    return written
