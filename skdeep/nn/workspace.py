"""The working memory of one layer in one mini-batch shard."""

from typing import Any

import numpy as np

from skdeep.nn.compute import Buffers, Member
from skdeep.nn.parameters import Plan, Views


class Workspace(Buffers):
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
    scratch : Buffers or None
        What all layers of the shard share; None makes it.

    Attributes
    ----------
    params, grads, state : dict of str to ndarray
        Arrays of this layer by name.
    scratch : Buffers
        For use until the layer returns: the layers of a shard take turns with this
        memory. A combinator must not count on it while inner layers are at work.
    children : tuple of Workspace
        Workspaces of the layers inside a combinator.
    training : bool
        Whether gradients will be asked for (dropout on, batch statistics).
    wants_dx : bool
        Whether the gradient with respect to the layer's input is of use; False for
        the first layer, which skips that product.
    may_overwrite : bool
        Whether nobody needs the layer's input afterwards.
    sizes : ndarray of int of shape (n_samples, n_axes), tuple of two, or None
        How much of each sample of the mini-batch is there, where samples differ in
        size (see ``skdeep.nn.ragged``); None is all. The longest along the first axis
        come first. Layers whose input is a pair have a tuple.
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
        scratch: Buffers | None = None,
    ):
        super().__init__(dtype)
        self.params = params.arrays
        self.state = state.arrays
        self.grads = grads.arrays if grads is not None else {}
        self.training = grads is not None
        self.rng = rng
        self.member = member if member is not None else Member()
        self.scratch = scratch or Buffers(dtype)
        self.wants_dx = False
        self.may_overwrite = False
        self.sizes: Any = None
        self.children = tuple(
            Workspace(p, w, s, g, dtype, rng, member, self.scratch)
            for p, w, s, g in zip(
                plan.children,
                params.children,
                state.children,
                grads.children if grads is not None else [None] * len(plan.children),
                strict=True,
            )
        )
