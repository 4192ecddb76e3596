"""The contract of layers, their working memory, and checks that several share."""

from abc import abstractmethod
from collections.abc import Callable
from math import sqrt
from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from skdeep.nn.compute import Buffers, Member
from skdeep.nn.configurable import Configurable
from skdeep.nn.parameters import Plan, Views

Shape = tuple[int, ...]
Backward = Callable[[np.ndarray], np.ndarray]
State = tuple[np.ndarray, ...]


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


class Layer(Configurable):
    """A step of a network: hyperparameters and mathematics, no arrays.

    A layer is used in three moves. ``plan`` tells, from the shape of one sample,
    which arrays the layer needs and what shape it returns. ``open`` is called once
    per workspace. ``forward`` computes the output and returns with it the function
    that turns the gradient of the output into the gradient of the input, writing
    the gradients of the weights on the way.

    Attributes
    ----------
    keeps_output : bool
        Whether ``backward`` reads the output, which the next layer then may not
        overwrite.
    frees_output : bool
        Whether ``backward`` leaves the output's memory alone, so that the gradient may
        be written over it.
    synchronises : bool
        Whether shards exchange sums, so that they have to run at the same time.
    """

    keeps_output: ClassVar[bool] = False
    frees_output: ClassVar[bool] = False
    synchronises: ClassVar[bool] = False

    @abstractmethod
    def plan(self, input_shape: Shape) -> Plan:
        """Declare parameters, state and output shape.

        Parameters
        ----------
        input_shape : tuple of int
            Shape of one sample, without the batch axis.

        Returns
        -------
        Plan
            The declaration.

        Raises
        ------
        ValueError
            If the layer cannot take this shape.
        """

    @abstractmethod
    def forward(
        self, x: np.ndarray, workspace: Workspace
    ) -> tuple[np.ndarray, Backward]:
        """Compute the output.

        Parameters
        ----------
        x : ndarray of shape (n_samples, *input_shape)
            The input. Overwritten only if ``workspace.may_overwrite``.
        workspace : Workspace
            Weights, buffers and randomness for this shard.

        Returns
        -------
        y : ndarray of shape (n_samples, *output_shape)
            The output.
        backward : callable
            ``backward(dy) -> dx``: gradient of the objective with respect to the
            input from that with respect to the output. It fills
            ``workspace.grads`` and may overwrite and return ``dy``.
        """

    @property
    def state_sizes(self) -> tuple[int, ...]:
        """Length of each vector that the layer hands on from step to step.

        Recurrent layers have some, and so have the layers that hold them.
        """
        return ()

    def forward_from(
        self, x: np.ndarray, initial: State | None, workspace: Workspace
    ) -> tuple[np.ndarray, State, Callable[[np.ndarray, State | None], Any]]:
        """Compute the output of sequences that go on from a state.

        Parameters
        ----------
        x : ndarray of shape (n_samples, n_steps, n_channels)
            The input.
        initial : tuple of ndarray of shape (n_samples, size) or None
            State before the first step, one array for each of ``state_sizes``; None is
            zeros.
        workspace : Workspace
            As in ``forward``.

        Returns
        -------
        y : ndarray
            The output.
        final : tuple of ndarray of shape (n_samples, size)
            State after each sample's own last step.
        backward : callable
            ``backward(dy, dfinal) -> (dx, dinitial)``, gradients with respect to each.
            ``dinitial`` is of no meaning if there was no initial state.
        """
        y, backward = self.forward(x, workspace)
        return y, (), lambda dy, dfinal: (backward(dy), ())

    def step(
        self, x: np.ndarray, state: State, workspace: Workspace
    ) -> tuple[np.ndarray, State]:
        """Take one step of sequences, as prediction symbol by symbol does.

        Nothing is copied, weights included: a step costs its products alone. A layer
        that does without a state treats the vectors along the last axis one by one.

        Parameters
        ----------
        x : ndarray of shape (..., n_channels)
            Input of the step, for any number of samples.
        state : tuple of ndarray of shape (..., size)
            State before the step; not changed.
        workspace : Workspace
            For prediction.

        Returns
        -------
        y : ndarray of shape (..., n_outputs)
            Output of the step.
        state : tuple of ndarray of shape (..., size)
            State after the step.
        """
        return self.forward(x, workspace)[0], ()

    def open(self, workspace: Workspace) -> None:
        """Tell the workspaces of inner layers what is asked of them.

        Parameters
        ----------
        workspace : Workspace
            Of this layer, just made.
        """

    def sizes_after(self, sizes: np.ndarray) -> np.ndarray | None:
        """Tell how much of each sample is there in the output.

        A layer in which steps or pixels of a sample touch each other reads
        ``workspace.sizes``: padding, which may hold anything, must not reach what is
        there, and the gradient returned for padding is 0. Layers that treat each step
        alone need not care, as the gradient that comes to padding is 0 too.

        Parameters
        ----------
        sizes : ndarray of int of shape (n_samples, n_axes)
            How much of each sample is there in the input (see ``skdeep.nn.ragged``).

        Returns
        -------
        ndarray of int or None
            The same of the output; None if there is no padding any more.

        Raises
        ------
        ValueError
            If a sample is too small for the layer.
        """
        return sizes


def flatten_samples(x: np.ndarray) -> np.ndarray:
    """Return ``x`` as a matrix whose rows are the vectors of its last axis."""
    return x if x.ndim == 2 else x.reshape(-1, x.shape[-1])


def empty_like(x: np.ndarray, name: str, workspace: Workspace) -> np.ndarray:
    """Return the buffer ``name`` with the shape of ``x``, laid out in memory like it.

    For layers that work in any order of axes in memory: keeping it spares their
    neighbours copies.
    """
    order = np.argsort([-abs(stride) for stride in x.strides], kind="stable")
    buffer = workspace.empty(name, tuple(x.shape[axis] for axis in order))
    return buffer.transpose(np.argsort(order))


def check_count(layer: Layer, name: str) -> None:
    """Check that a hyperparameter is an integer of at least 1."""
    value = getattr(layer, name)
    if not isinstance(value, Integral) or int(value) < 1:
        raise ValueError(
            f"{type(layer).__name__} got {name}={value!r}; give an integer of at least "
            "1."
        )


def check_count_or_none(layer: Layer, name: str) -> None:
    """Check that a hyperparameter is None or an integer of at least 1."""
    value = getattr(layer, name)
    if value is not None and (not isinstance(value, Integral) or int(value) < 1):
        raise ValueError(
            f"{type(layer).__name__} got {name}={value!r}; give None or an integer of "
            "at least 1."
        )


def check_ntk_rate(layer: Layer, n_inputs: int) -> tuple[float, float]:
    """Check the hyperparameter ``rate``; return the weights' rate and decay."""
    value = layer.rate  # type: ignore[attr-defined]
    if value == "ntk":
        return 1 / sqrt(max(n_inputs, 1)), sqrt(max(n_inputs, 1))
    if isinstance(value, str):
        raise ValueError(
            f"{type(layer).__name__} got rate={value!r}; give 'ntk', or the multiple "
            "of the optimizer's learning rate."
        )
    return value, 1.0


def check_share(layer: Layer, name: str) -> None:
    """Check that a hyperparameter is a share below 1 of the units to silence."""
    value = getattr(layer, name)
    if not 0 <= value < 1:
        raise ValueError(
            f"{type(layer).__name__} got {name}={value!r}; it must be at least 0 and "
            "below 1."
        )


def check_sequences(layer: Layer, input_shape: Shape) -> None:
    """Check that samples are sequences."""
    if len(input_shape) != 2:
        raise ValueError(
            f"{type(layer).__name__} cannot take samples of shape {input_shape}: give "
            "sequences of shape (time, channels)."
        )
