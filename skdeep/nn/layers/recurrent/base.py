"""What all recurrent layers share: layout in memory, plan, weight gradients.

The arithmetic is feature-major: a step is a matrix with a row for each unit and a
column for each sample. ``[h; x; 1]``, the state before a step over its input over ones,
makes of recurrence, input and bias one product with one matrix. Its rows come in
blocks, one a gate, each contiguous in memory.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skdeep.nn.initializers import Constant, Initializer
from skdeep.nn.layers.base import Layer
from skdeep.nn.layers.checks import (
    check_count,
    check_count_or_none,
    check_sequences,
    check_share,
)
from skdeep.nn.layers.recurrent.gates import EachGate
from skdeep.nn.layers.recurrent.matrices import to_state, to_sums
from skdeep.nn.layers.recurrent.memory import (
    Memory,
    all_states,
    gradients_by_step,
    last_states,
    make_memories,
)
from skdeep.nn.layers.recurrent.runs import chunks, cut_runs
from skdeep.nn.layers.recurrent.sums import Sums
from skdeep.nn.parameters import Parameter, Plan
from skdeep.nn.workspace import Workspace

# Steps times samples in one product of the weight gradient: enough for BLAS to be at
# its best, and little enough for the derivatives to stay in the cache.
COLUMNS = 320


@dataclass(repr=False)
class Recurrent(Layer):
    """Base of layers that go through a sequence step by step.

    A subclass says which gates of the weights make up the blocks of rows of its matrix
    (``_recurrent``, ``_input``: numbers of gates, None for a block without), which of
    the blocks are logistic, and how a run goes forward and back.
    """

    units: int
    recurrent_dropout: float = 0.0
    backprop_steps: int | None = None
    initializer: str | Initializer = "glorot_uniform"
    recurrent_initializer: str | Initializer = "orthogonal"
    return_sequences: bool = True
    # The output is the memory of the states.
    keeps_output = True

    _recurrent: ClassVar[tuple[int | None, ...]] = (0,)
    _input: ClassVar[tuple[int | None, ...]] = (0,)
    _logistic: ClassVar[slice] = slice(0)
    _carried: ClassVar[int] = 1

    def plan(self, input_shape):
        check_count(self, "units")
        check_share(self, "recurrent_dropout")
        check_count_or_none(self, "backprop_steps")
        check_sequences(self, input_shape)
        (n_steps, n_inputs), units = input_shape, self.units
        gates = len([gate for gate in self._input if gate is not None])
        parameters = (
            Parameter(
                "weight",
                (n_inputs, gates * units),
                EachGate(self.initializer, gates),
                (n_inputs, units),
            ),
            Parameter(
                "recurrent_weight",
                (units, gates * units),
                EachGate(self.recurrent_initializer, gates),
                (units, units),
            ),
            *self._biases(gates * units),
        )
        return Plan(
            input_shape,
            (n_steps, units) if self.return_sequences else (units,),
            parameters,
            multiply_adds=n_steps * (n_inputs + units) * gates * units,
        )

    def _biases(self, n_rows: int) -> tuple[Parameter, ...]:
        return (Parameter("bias", (n_rows,), Constant(0.0), penalised=False),)

    @abstractmethod
    def _keep(self, n_steps: int, width: int) -> tuple[tuple[int, ...], ...]:
        """Return the shapes of what a run keeps; no steps are those of prediction."""

    @abstractmethod
    def _go(self, matrix: np.ndarray, memory: Memory, mask: np.ndarray | None) -> None:
        """Take the steps of a run; ``mask`` is dropout of the state, or None."""

    @abstractmethod
    def _return(
        self,
        to_state: np.ndarray,
        memory: Memory,
        steps: slice,
        dy: np.ndarray | None,
        carry: tuple[np.ndarray, ...],
        mask: np.ndarray | None,
        workspace: Workspace,
    ) -> np.ndarray:
        """Go back through some steps of a run.

        Parameters
        ----------
        to_state : ndarray of shape (n_units, n_recurrent_rows)
            From the gradient of weighted sums to that of the state.
        memory : Memory
            Of the run.
        steps : slice
            The steps.
        dy : ndarray of shape (n_steps, n_units, width) or None
            Gradient with respect to the output of these steps; None is 0.
        carry : tuple of ndarray of shape (n_units, width)
            Gradient with respect to what the last of these steps hands on, replaced by
            that with respect to what the first takes over.
        mask : ndarray or None
            Dropout of the state.
        workspace : Workspace
            Buffers.

        Returns
        -------
        ndarray of shape (n_steps, n_blocks * n_units, width)
            Gradient with respect to the weighted sums of each step.
        """

    def sizes_after(self, sizes):
        return sizes if self.return_sequences else None

    def forward(self, x, workspace):
        (n, n_steps, n_inputs), units = x.shape, self.units
        runs = cut_runs(n, n_steps, workspace.sizes, self.backprop_steps)
        matrix = to_sums(self, n_inputs, workspace)
        mask = self._mask(workspace, n)
        memories = make_memories(
            runs, units, n_inputs, self._keep, workspace, mask is not None
        )
        for i, (run, memory) in enumerate(zip(runs, memories, strict=True)):
            inputs, states = memory.inputs, memory.states
            part = x[: run.width, run.start : run.stop]
            inputs[:-1, units:-1] = part.transpose(1, 2, 0)
            run.clear(inputs[:-1, units:-1])
            inputs[:, -1] = 1
            self._begin(memory, memories[i - 1] if i else None)
            cut = None if mask is None else mask[:, : run.width]
            if cut is not None:
                np.multiply(states[0], cut, out=inputs[0, :units])
            self._go(matrix, memory, cut)
        if self.return_sequences:
            y = all_states(runs, memories, (n_steps, units, n), workspace)
            y = y.transpose(2, 0, 1)
        else:
            y = last_states(runs, memories, workspace.sizes, workspace)

        def backward(dy):
            return self._backward(dy, x.shape, runs, memories, mask, workspace)

        return y, backward

    def _begin(self, memory: Memory, before: Memory | None) -> None:
        """Hand the state of the run before on to a run."""
        states = memory.states
        states[0] = 0 if before is None else before.states[-1, :, : states.shape[2]]

    def _mask(self, workspace, n):
        if not (self.recurrent_dropout and workspace.training):
            return None
        mask = workspace.empty("mask", (self.units, n))
        workspace.rng.random(out=mask, dtype=mask.dtype)
        np.greater_equal(mask, self.recurrent_dropout, out=mask)
        mask *= 1 / (1 - self.recurrent_dropout)
        return mask

    def _backward(self, dy, input_shape, runs, memories, mask, workspace):
        n, n_steps, n_inputs = input_shape
        last, steps_dy = gradients_by_step(dy, n_steps, runs, workspace)
        dx = None
        if workspace.wants_dx:
            dx = workspace.empty("dx", (n_steps, n_inputs, n))
            if workspace.sizes is not None:
                dx.fill(0)
        sums = Sums(self, n_inputs, max(COLUMNS, runs[0].width), workspace)
        back = to_state(self, workspace)
        carry, going_on = None, 0
        for run, memory in zip(reversed(runs), reversed(memories), strict=True):
            carry = self._carry(carry, going_on, run.width, workspace, last)
            going_on = run.width
            cut = None if mask is None else mask[:, : run.width]
            for steps in chunks(run.n_steps, run.width, COLUMNS):
                span = slice(run.start + steps.start, run.start + steps.stop)
                part = None if steps_dy is None else steps_dy[span, :, : run.width]
                d = self._return(back, memory, steps, part, carry, cut, workspace)
                into = None if dx is None else dx[span, :, : run.width]
                sums.add(d, memory.inputs[steps], into)
            if run.is_cut:
                carry = None
        sums.write()
        return dy if dx is None else dx.transpose(2, 0, 1)

    def _carry(self, after, going_on, width, workspace, last):
        """Return the gradients that the way back through a run starts with.

        They come from the run after it for the samples that go on there, and from
        ``last`` for those that end.
        """
        carry = []
        for k in range(self._carried):
            spare = 0
            if after is not None:
                # A copy, as the array returned has its memory.
                spare = workspace.scratch.empty(f"carried{k}", after[k].shape)
                np.copyto(spare, after[k])
            array = workspace.scratch.empty(f"carry{k}", (self.units, width))
            array[:, :going_on] = spare
            array[:, going_on:] = 0
            carry.append(array)
        if last is not None:
            carry[0][:, going_on:] = last[:, going_on:width]
        return tuple(carry)

    def _lay_biases(self, matrix: np.ndarray, params: dict[str, np.ndarray]) -> None:
        """Lay out biases of the recurrence, where there are any."""

    def _gate(self, number: int) -> slice:
        return slice(number * self.units, (number + 1) * self.units)
