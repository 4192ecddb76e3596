"""In which order an epoch takes the samples."""

import numpy as np


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
    """Every sample once, those of about one length together, shuffled nonetheless.

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
