"""Recurrent networks that the speed section trains."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.libraries import plain_estimator
from benchmarks.workload import Workload
from skdeep.datasets import load_series

GATES = {"gru": 3, "lstm": 4, "simple": 1}


def rnn_module(cell, units, workload):
    """Return the same network as a ``torch.nn.Module``.

    Time comes first inside, which is a little faster in torch. Samples that differ in
    length are padded to the longest of their mini-batch; their last channel tells which
    steps are there.
    """
    import torch
    from torch import nn

    kind = {"gru": nn.GRU, "lstm": nn.LSTM, "simple": nn.RNN}[cell]
    is_ragged = isinstance(workload, RaggedWorkload)

    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.recurrent = kind(workload.input_shape[-1], units)
            self.output = nn.Linear(units, workload.n_classes)

        def forward(self, x):
            if not is_ragged:
                return self.output(self.recurrent(x.transpose(0, 1))[0][-1])
            lengths = x[:, :, -1].sum(1).long()
            x = x[:, : lengths.max(), :-1].transpose(0, 1)
            states = self.recurrent(x)[0]
            return self.output(states[lengths - 1, torch.arange(len(lengths))])

    return Recurrent()


@dataclass(frozen=True)
class RaggedWorkload(Workload):
    """A network for samples that differ in length, on real data."""

    data_set: str = "JapaneseVowels"

    def data(self):
        """Read the data set.

        Returns
        -------
        X : list of ndarray of shape (time, channels), float32
        y : ndarray of shape (n_samples,), int64
        """
        X, classes = load_series(self.data_set, "train")
        return [x.astype(np.float32) for x in X], np.unique(classes, False, True)[1]

    def torch_data(self, channels_last=False):
        """Return the samples padded to one length, and a channel that is 1 inside."""
        X, y = self.data()
        padded = np.zeros((len(X), max(map(len, X)), X[0].shape[1] + 1), np.float32)
        for row, x in zip(padded, X, strict=True):
            row[: len(x), :-1] = x
            row[: len(x), -1] = 1
        return padded, y


def rnn(name, cell, units, *, length, n_channels, n_classes=10, bar, **fields):
    """Return the workload of a recurrent network.

    Parameters
    ----------
    name : str
        Name of the workload.
    cell : {"gru", "lstm", "simple"}
        Kind of the recurrent layer.
    units, length, n_channels, n_classes : int
        Sizes; the length is the mean where samples differ.
    bar : float
        Share of torch's time that skdeep's fit may take.
    **fields
        The remaining fields of :class:`.workload.Workload`.

    Returns
    -------
    Workload
    """
    per_step = (n_channels + units) * GATES[cell] * units
    settings = {"cell": cell, "units": units, "max_grad_norm": None}
    make = RaggedWorkload if "data_set" in fields else Workload
    return make(
        name=name,
        input_shape=(length, n_channels),
        n_classes=n_classes,
        multiply_adds=(length * per_step, units * n_classes),
        builders={
            "skdeep": partial(plain_estimator, "skdeep", "RNNClassifier", settings),
            "torch channels last": partial(rnn_module, cell, units),
        },
        bars={"torch": bar},
        **fields,
    )


LONG = {"length": 100, "n_channels": 8, "units": 64, "batch_size": 32}
WIDE = {"length": 28, "n_channels": 28, "units": 128, "batch_size": 64}
VOWELS = {"length": 16, "n_channels": 12, "units": 64, "batch_size": 32}

RECURRENCES = [
    *(
        rnn(f"{cell}-long", cell, bar=bar, n_samples=960, epochs=8, **LONG)
        for cell, bar in (("gru", 0.5), ("simple", 0.35), ("lstm", 1.1))
    ),
    *(
        rnn(f"{cell}-wide", cell, bar=bar, n_samples=1280, epochs=10, **WIDE)
        for cell, bar in (("gru", 0.9), ("simple", 0.6), ("lstm", 0.95))
    ),
    *(
        rnn(
            f"{cell}-ragged",
            cell,
            bar=0.5,
            n_classes=9,
            n_samples=270,
            epochs=40,
            data_set="JapaneseVowels",
            **VOWELS,
        )
        for cell in ("gru", "simple", "lstm")
    ),
]
