"""The working memory of one layer in one mini-batch shard."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, TypeVar

import numpy as np

from skdeep.nn.aligned import aligned_empty
from skdeep.nn.parameters import Plan, Views
from skdeep.nn.threads import Member, Solo

T = TypeVar("T")

_EMPTY = Views({}, ())


class Workspace:
    """Weights, gradients, state and reusable buffers of one layer for one shard.

    Layers hold no arrays themselves. Two shards of a mini-batch run at the same
    time in two threads over the same layer because each has its own workspace; the
    weights in them are views of the same vector, gradients and buffers are not.

    Parameters
    ----------
    plan : Plan
        Plan of the layer.
    params : Views
        Weights.
    state : Views
        Unlearned state, such as running means.
    grads : Views or None
        Where gradients go; None when only predicting.
    dtype : dtype
        Type of the buffers.
    rng : numpy.random.Generator or None
        Randomness of this shard; None when only predicting.
    member : Member or None
        This shard's place in the team that works on the mini-batch.

    Attributes
    ----------
    params, grads, state : dict of str to ndarray
        Arrays of this layer by name.
    children : tuple of Workspace
        Workspaces of the layers inside a combinator.
    training : bool
        Whether gradients will be asked for (dropout on, batch statistics).
    wants_dx : bool
        Whether the gradient with respect to the layer's input is of use; False for
        the first layer, which skips that product.
    may_overwrite : bool
        Whether nobody needs the layer's input afterwards.
    sizes : ndarray of int of shape (n_samples, n_axes) or None
        How much of each sample of the mini-batch is there, where samples differ in
        size (see ``skdeep.nn.ragged``); None is all. The longest along the first axis
        come first.
    """

    def __init__(
        self,
        plan: Plan,
        params: Views,
        state: Views,
        grads: Views | None,
        dtype: Any,
        rng: np.random.Generator | None = None,
        member: Member | None = None,
    ):
        self.params = params.arrays
        self.state = state.arrays
        self.grads = grads.arrays if grads is not None else {}
        self.training = grads is not None
        self.dtype = np.dtype(dtype)
        self.rng = rng
        self.member = member if member is not None else Solo()
        self.wants_dx = False
        self.may_overwrite = False
        self.sizes: np.ndarray | None = None
        self._buffers: dict[str, np.ndarray] = {}
        self._storage: dict[str, np.ndarray] = {}
        self._kept: dict[str, tuple[Any, Any]] = {}
        self.children = tuple(
            Workspace(p, w, s, g, dtype, rng, member)
            for p, w, s, g in zip(
                plan.children,
                params.children,
                state.children,
                grads.children if grads is not None else [None] * len(plan.children),
                strict=True,
            )
        )

    @classmethod
    def scratch(cls, dtype: Any) -> "Workspace":
        """Return a workspace of buffers alone, for losses and tests."""
        return cls(Plan((), ()), _EMPTY, _EMPTY, None, dtype)

    def empty(self, name: str, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return the buffer ``name`` with ``shape``; its contents are arbitrary.

        The memory is kept between steps. A smaller shape, as of the last short
        batch, is a view of the largest one seen. The type is that of the workspace,
        unless another one is given, always the same for the same name.
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
