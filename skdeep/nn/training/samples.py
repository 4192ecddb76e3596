"""Training samples, mini-batches of them, and the order of an epoch."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from skdeep.nn.compute import Buffers
from skdeep.nn.ragged import Ragged, valid_steps


class Batch(NamedTuple):
    """A mini-batch: inputs, what should come out, and how much of it counts.

    Attributes
    ----------
    inputs : ndarray or CSR matrix of shape (n_samples, ...)
        What goes into the network.
    targets : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        What should come out; a row is a sample, or a step of one.
    weights : ndarray of shape (n_rows,) or None
        Weights in the loss; None are ones.
    sizes : ndarray of int of shape (n_samples, n_axes) or None
        How much of each sample is there; None is all.
    """

    inputs: Any
    targets: np.ndarray
    weights: np.ndarray | None
    sizes: np.ndarray | None = None


@dataclass(frozen=True)
class Samples:
    """Inputs, targets and weights of the training set.

    Parameters
    ----------
    inputs : ndarray, CSR matrix or Ragged of shape (n_samples, ...)
        What goes into the network, in its dtype.
    targets : ndarray of shape (n_samples,) or (n_samples, n_outputs), or Ragged
        What should come out, as the loss takes it. Ragged targets have a row for each
        step of each sample; those of class numbers have one channel.
    weights : ndarray of shape (n_samples,), Ragged or None
        Weights of mean 1 over the training set (over all steps, where they have targets
        of their own, the mean is such that they add up to the number of samples); None
        are ones. Ragged targets may have ragged weights, of one channel.
    """

    inputs: Any
    targets: Any
    weights: Any = None

    def __len__(self) -> int:
        return self.inputs.shape[0]

    def rows(self) -> tuple[np.ndarray, np.ndarray | None]:
        """Return targets and weights, one row for each that the loss takes."""
        y, w = self.targets, self.weights
        if not isinstance(y, Ragged):
            return y, w
        if isinstance(w, Ragged):
            w = w.rows()[:, 0]
        elif w is not None:
            w = np.repeat(w, y.sizes.prod(axis=1))
        rows = y.rows()
        return (rows[:, 0] if rows.dtype.kind == "i" else rows), w

    def gather(self, which: np.ndarray | slice, workspace: Buffers) -> Batch:
        """Return a mini-batch.

        Parameters
        ----------
        which : ndarray of int, or slice
            Positions; a slice gives views.
        workspace : Buffers
            Holds the gathered inputs between steps.

        Returns
        -------
        Batch
            The samples, in the order given; the longest first where they are ragged.
        """
        x, y, w = self.inputs, self.targets, self.weights
        if isinstance(x, Ragged) or isinstance(y, Ragged):
            return self._gather_ragged(which, workspace)
        if isinstance(which, slice):
            return Batch(x[which], y[which], None if w is None else w[which])
        if not isinstance(x, np.ndarray):
            batch = x[which]
        else:
            # "clip" spares NumPy the copy by which it guards ``out`` against errors.
            buffer = workspace.empty("x", (len(which), *x.shape[1:]))
            batch = x.take(which, axis=0, out=buffer, mode="clip")
        return Batch(batch, y.take(which, axis=0), None if w is None else w.take(which))

    def _gather_ragged(self, which: np.ndarray | slice, workspace: Buffers) -> Batch:
        if isinstance(which, slice):
            which = np.arange(which.start, which.stop)
        if isinstance(self.inputs, Ragged):
            which = self.inputs.longest_first(which)
            x, sizes = self.inputs.pad(which, workspace)
        else:
            x, sizes = self.inputs.take(which, axis=0), None
        w = self.weights
        if isinstance(w, np.ndarray):
            w = w.take(which)
        if not isinstance(self.targets, Ragged):
            return Batch(x, self.targets.take(which, axis=0), w, sizes)
        y, extents = self.targets.pad(which)
        valid = valid_steps(y.shape, extents)
        weights = np.zeros(valid.shape, workspace.dtype)
        if isinstance(w, Ragged):
            given = w.pad(which)[0][..., 0]
        else:
            expand = (len(which),) + (1,) * (valid.ndim - 1)
            given = np.ones(expand) if w is None else w.reshape(expand)
        np.copyto(weights, given, where=valid)
        rows = y.reshape(valid.size, y.shape[-1])
        if y.dtype.kind == "i":
            rows = rows[:, 0]
        return Batch(x, rows, weights.reshape(-1), sizes)


class Order:
    """Every sample once, in a new order each epoch if shuffled.

    Parameters
    ----------
    shuffle : bool
        Whether to shuffle.
    """

    def __init__(self, shuffle: bool):
        self.shuffle = shuffle

    def draw(
        self, n_samples: int, batch_size: int, rng: np.random.Generator
    ) -> np.ndarray | None:
        """Return the positions of the samples of an epoch; None is as they lie."""
        if not self.shuffle or batch_size >= n_samples:
            return None
        return rng.permutation(n_samples)


class BucketOrder(Order):
    """Every sample once, in shuffled mini-batches of about one length each.

    The samples are shuffled, then sorted by length within spans of several
    mini-batches, and the mini-batches are shuffled again: each holds samples that
    another epoch would not bring together, and little padding.

    Parameters
    ----------
    lengths : ndarray of int of shape (n_samples,)
        Length of each sample.
    """

    LARGEST_SPAN = 16

    def __init__(self, lengths: np.ndarray):
        super().__init__(shuffle=True)
        self._lengths = lengths

    def draw(
        self, n_samples: int, batch_size: int, rng: np.random.Generator
    ) -> np.ndarray | None:
        """Return the positions of the samples of an epoch, mini-batch by mini-batch."""
        if batch_size >= n_samples:
            return None
        order = rng.permutation(n_samples)
        # The last, short mini-batch is of any lengths.
        n_batches = n_samples // batch_size
        whole = order[: n_batches * batch_size]
        # A span of all mini-batches would bring the same samples together every time.
        span = max(2, min(n_batches // 4, self.LARGEST_SPAN)) * batch_size
        for start in range(0, len(whole), span):
            part = whole[start : start + span]
            part[...] = part[np.argsort(self._lengths[part], kind="stable")]
        batches = whole.reshape(n_batches, batch_size)
        whole[...] = rng.permutation(batches).reshape(-1)
        return order


class BalancedOrder(Order):
    """As many samples of each class in every mini-batch.

    Each class goes through its own samples in random order, over and over, so that an
    epoch is as long as ever; samples of rare classes come several times.

    Parameters
    ----------
    classes : ndarray of int of shape (n_samples,)
        Class number of each sample.
    """

    def __init__(self, classes: np.ndarray):
        super().__init__(shuffle=True)
        self._members = [np.flatnonzero(classes == c) for c in np.unique(classes)]

    def draw(
        self, n_samples: int, batch_size: int, rng: np.random.Generator
    ) -> np.ndarray | None:
        """Return the positions of the samples of an epoch, one class in turn."""
        rounds = -(-n_samples // len(self._members))
        columns = []
        for members in self._members:
            passes = -(-rounds // len(members))
            columns.append(
                np.concatenate([rng.permutation(members) for _ in range(passes)])
            )
        turns = np.stack([column[:rounds] for column in columns], axis=1)
        # Which class leads decides who is one short in a mini-batch.
        rng.permuted(turns, axis=1, out=turns)
        return turns.reshape(-1)[:n_samples]
