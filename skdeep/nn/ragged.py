"""Samples that differ in size, and the padding that makes a mini-batch of them.

Wherever a mini-batch holds samples of several sizes, ``sizes`` tells how much of each
is there: an integer array of shape (n_samples, n_axes) with the extent of each sample
along each of its axes but the last, the channels. What lies beyond is padding.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skdeep.nn.compute import Buffers


class Ragged:
    """Samples of shape (size, ..., n_channels) that differ in all but the channels.

    Parameters
    ----------
    arrays : sequence of ndarray
        The samples, all of one type.

    Attributes
    ----------
    sizes : ndarray of int of shape (n_samples, n_axes)
        Extent of each sample along each of its axes but the last.

    Examples
    --------
    >>> import numpy as np
    >>> ragged = Ragged([np.ones((2, 1)), np.ones((3, 1))])
    >>> x, sizes = ragged.pad(np.array([1, 0]))
    >>> x[:, :, 0]
    array([[1., 1., 1.],
           [1., 1., 0.]])
    >>> sizes
    array([[3],
           [2]])
    """

    def __init__(self, arrays: Sequence[np.ndarray]):
        self.arrays = list(arrays)
        self.sizes = np.array([a.shape[:-1] for a in self.arrays], dtype=np.intp)

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, which: Any) -> "Ragged":
        chosen = np.arange(len(self))[which]
        return Ragged([self.arrays[i] for i in chosen])

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of samples, and the shape of a sample as large as the largest."""
        return (len(self), *self.sizes.max(axis=0).tolist(), self.n_channels)

    @property
    def n_channels(self) -> int:
        """Length of the last axis."""
        return self.arrays[0].shape[-1]

    @property
    def dtype(self) -> np.dtype:
        """Type of the numbers."""
        return self.arrays[0].dtype

    def rows(self) -> np.ndarray:
        """Return all steps or pixels, shape (n_rows, n_channels), sample by sample."""
        return np.concatenate([a.reshape(-1, self.n_channels) for a in self.arrays])

    def astype(self, dtype: Any, copy: bool = False) -> "Ragged":
        """Return the samples in another type, by default copied only if need be."""
        return Ragged([a.astype(dtype, copy=copy) for a in self.arrays])

    def longest_first(self, which: np.ndarray) -> np.ndarray:
        """Return these positions in the order in which layers take a mini-batch."""
        return which[np.argsort(-self.sizes[which, 0], kind="stable")]

    def pad(
        self, which: np.ndarray, workspace: Buffers | None = None, name: str = "x"
    ) -> tuple[Any, Any]:
        """Return samples in one array, with zeros beyond their sizes.

        Parameters
        ----------
        which : ndarray of int
            Positions.
        workspace : Buffers or None, default=None
            Holds the array between steps, in its own type; None makes a new one.
        name : str, default="x"
            Of the buffer.

        Returns
        -------
        x : ndarray of shape (n_samples, size, ..., n_channels)
            The samples.
        sizes : ndarray of int of shape (n_samples, n_axes) or None
            How much of each is there; None if there is no padding.
        """
        sizes = self.sizes[which]
        # A shard without samples still has a shape that the layers can take.
        largest = (sizes if len(which) else self.sizes).max(axis=0)
        shape = (len(which), *largest.tolist(), self.n_channels)
        if workspace is None:
            x = np.empty(shape, self.dtype)
        else:
            x = workspace.empty(name, shape)
        for row, i in zip(x, which.tolist(), strict=True):
            sample = self.arrays[i]
            row[tuple(map(slice, sample.shape[:-1]))] = sample
        if (sizes == largest).all():
            return x, None
        clear_padding(x, sizes)
        return x, sizes


class RaggedPairs(Ragged):
    """Samples of two parts, such as a source and what the decoder is fed with.

    Parameters
    ----------
    first : Ragged or ndarray of shape (n_samples, n_features)
        First part of each sample.
    second : Ragged
        Second part of each sample.

    Attributes
    ----------
    sizes : ndarray of int of shape (n_samples, n_axes)
        Those of the first part, or of the second if the first are vectors.

    Notes
    -----
    A mini-batch is a tuple of two arrays, and a tuple of their sizes. The longest first
    parts come first; the second parts come in the same order.

    Examples
    --------
    >>> import numpy as np
    >>> texts = Ragged([np.ones((2, 1)), np.ones((3, 1))])
    >>> pairs = RaggedPairs(np.zeros((2, 4)), texts)
    >>> pairs.shape
    (2, (4,), (3, 1))
    """

    def __init__(self, first: "Ragged | np.ndarray", second: Ragged):
        self.first, self.second = first, second
        self.sizes = first.sizes if isinstance(first, Ragged) else second.sizes

    def __len__(self) -> int:
        return len(self.second)

    def __getitem__(self, which: Any) -> "RaggedPairs":
        return RaggedPairs(self.first[which], self.second[which])

    @property
    def shape(self) -> tuple[Any, ...]:
        """Number of samples, and the largest shape of each part."""
        return (len(self), tuple(self.first.shape[1:]), self.second.shape[1:])

    @property
    def dtype(self) -> np.dtype:
        """Type of the numbers."""
        return self.second.dtype

    def rows(self) -> np.ndarray:
        """Return all steps of the first parts, or these if they are vectors."""
        if isinstance(self.first, Ragged):
            return self.first.rows()
        first = self.first
        return first if first.ndim == 2 else first.reshape(-1, first.shape[-1])

    def astype(self, dtype: Any, copy: bool = False) -> "RaggedPairs":
        """Return the samples in another type, by default copied only if need be."""
        first = self.first.astype(dtype, copy=copy)
        return RaggedPairs(first, self.second.astype(dtype, copy=copy))

    def pad(
        self, which: np.ndarray, workspace: Buffers | None = None, name: str = "x"
    ) -> tuple[Any, Any]:
        """Return both parts of samples, each in one array, and a tuple of sizes."""
        if isinstance(self.first, Ragged):
            x, sizes = self.first.pad(which, workspace, name)
        else:
            x, sizes = self.first.take(which, axis=0), None
        second, second_sizes = self.second.pad(which, workspace, f"{name} second")
        return (x, second), (sizes, second_sizes)


def clear_padding(x: np.ndarray, sizes: np.ndarray | None) -> None:
    """Write zeros beyond the sizes of samples.

    Parameters
    ----------
    x : ndarray of shape (n_samples, size, ..., n_channels)
        Changed in place.
    sizes : ndarray of int of shape (n_samples, n_axes) or None
        How much of each sample is there; None is all of it.
    """
    fill_padding(x, sizes, 0.0)


def fill_padding(x: np.ndarray, sizes: np.ndarray | None, value: float) -> None:
    """Write ``value`` beyond the sizes of samples.

    Parameters
    ----------
    x : ndarray of shape (n_samples, size, ..., n_channels)
        Changed in place.
    sizes : ndarray of int of shape (n_samples, n_axes) or None
        How much of each sample is there; None is all of it.
    value : float
        What stands for nothing, such as minus infinity where the largest is sought.
    """
    if sizes is None:
        return
    for row, extents in zip(x, sizes.tolist(), strict=True):
        before: tuple[slice, ...] = ()
        for extent in extents:
            row[(*before, slice(extent, None))] = value
            before += (slice(extent),)


def valid_steps(shape: Sequence[int], sizes: np.ndarray | None) -> np.ndarray:
    """Return which steps or pixels of samples are there.

    Parameters
    ----------
    shape : tuple of int
        Shape of the array (n_samples, size, ..., n_channels).
    sizes : ndarray of int of shape (n_samples, n_axes) or None
        How much of each sample is there; None is all of it.

    Returns
    -------
    ndarray of bool of shape (n_samples, size, ...)
        True for what is there.
    """
    valid = np.ones(tuple(shape[:-1]), dtype=bool)
    if sizes is None:
        return valid
    for axis in range(1, valid.ndim):
        steps = np.arange(valid.shape[axis])
        inside = steps < sizes[:, axis - 1, np.newaxis]
        others = [1] * valid.ndim
        others[0], others[axis] = inside.shape
        valid &= inside.reshape(others)
    return valid
