"""The contract that every layer keeps."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from skdeep.nn.configurable import Configurable
from skdeep.nn.parameters import Plan
from skdeep.nn.workspace import Workspace

Shape = tuple[int, ...]
Backward = Callable[[np.ndarray], np.ndarray]
State = tuple[np.ndarray, ...]


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
