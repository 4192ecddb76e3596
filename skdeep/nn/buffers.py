"""Memory that is kept and used again, by name."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, TypeVar

import numpy as np

from skdeep.nn.aligned import aligned_empty

T = TypeVar("T")


class Buffers:
    """Arrays that are made once and used again, step after step.

    Parameters
    ----------
    dtype : dtype
        Type of the arrays.
    """

    def __init__(self, dtype: Any):
        self.dtype = np.dtype(dtype)
        self._buffers: dict[str, np.ndarray] = {}
        self._storage: dict[str, np.ndarray] = {}
        self._kept: dict[str, tuple[Any, Any]] = {}

    def empty(self, name: str, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return the buffer ``name`` with ``shape``; its contents are arbitrary.

        The memory is kept between steps. A smaller shape, as of the last short
        batch, is a view of the largest one seen. The type is that of all
        arrays, unless another one is given, always the same for the same name.
        """
        buffer = self._buffers.get(name)
        if buffer is None or buffer.shape != shape:
            buffer = self._carve(name, shape, None, dtype)
            self._buffers[name] = buffer
        return buffer

    def zeros(self, shape: Sequence[int]) -> np.ndarray:
        """Return zeros of ``shape``, shared and not to be written to."""
        buffer = self._buffers.get("0")
        if buffer is None or buffer.shape != shape:
            buffer = self._buffers["0"] = self._carve("0", shape, 0)
        return buffer

    def ones(self, length: int) -> np.ndarray:
        """Return ones of shape (length,), shared and not to be written to."""
        buffer = self._buffers.get("1")
        if buffer is None or len(buffer) != length:
            buffer = self._buffers["1"] = self._carve("1", (length,), 1)
        return buffer

    def kept(self, name: str, key: Any, make: Callable[[], T]) -> T:
        """Return what ``make()`` returned, as long as the key is the same as last time.

        For what follows from the shape of the input and takes a while to work out.
        """
        found = self._kept.get(name)
        if found is None or found[0] != key:
            found = self._kept[name] = key, make()
        return found[1]

    def _carve(
        self, name: str, shape: Sequence[int], fill: float | None, dtype: Any = None
    ) -> np.ndarray:
        size = prod(shape)
        storage = self._storage.get(name)
        if storage is None or storage.size < size:
            storage = aligned_empty((size,), dtype or self.dtype)
            if fill is not None:
                storage.fill(fill)
            self._storage[name] = storage
        return storage[:size].reshape(shape)
