"""Base of recurrent layers: layout in memory, plan, runs of steps, gradients.

The arithmetic is feature-major: a step is a matrix with a row per unit and a column per
sample. ``[h; x; 1]``, the state before a step over its input over ones, makes of
recurrence, input and bias one product with one matrix. Its rows come in blocks, one per
gate, each contiguous in memory.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from skdeep.nn.initializers import Constant, Initializer, resolve_initializer
from skdeep.nn.layers.base import (
    Layer,
    Workspace,
    check_count,
    check_count_or_none,
    check_sequences,
    check_share,
    flatten_samples,
)
from skdeep.nn.layers.recurrent.memory import (
    Memory,
    all_states,
    gradients_by_step,
    last_states,
    make_memories,
)
from skdeep.nn.layers.recurrent.runs import Run, chunks, cut_runs
from skdeep.nn.layers.recurrent.weights import (
    Blocks,
    WeightGradients,
    to_state,
    to_sums,
)
from skdeep.nn.parameters import Parameter, Plan

# Steps times samples in one product of the weight gradient: enough for BLAS to be at
# its best, and little enough for the derivatives to stay in the cache.
COLUMNS = 320


@dataclass(repr=False)
class PerGate(Initializer):
    """Starting values of gates side by side, each drawn as the weights of one layer."""

    initializer: str | Initializer
    n_gates: int

    def __call__(self, shape, fans, rng):
        draw = resolve_initializer(self.initializer)
        one: Any = (shape[0], shape[1] // self.n_gates)
        parts = [
            np.broadcast_to(draw(one, fans, rng), one) for _ in range(self.n_gates)
        ]
        return np.concatenate(parts, axis=1)


@dataclass(repr=False)
class Recurrent(Layer):
    """Base of layers that go through a sequence step by step.

    A subclass says which gates of the weights make up the blocks of rows of its matrix
    (``_recurrent``, ``_input``: numbers of gates, None for a block without), which of
    the blocks are logistic, how many arrays each step hands on to the next, and how a
    run of steps goes forward and backward.
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
    _n_carried: ClassVar[int] = 1

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
                PerGate(self.initializer, gates),
                (n_inputs, units),
            ),
            Parameter(
                "recurrent_weight",
                (units, gates * units),
                PerGate(self.recurrent_initializer, gates),
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

    @property
    def _blocks(self) -> Blocks:
        return Blocks(self.units, self._recurrent, self._input, self._logistic)

    @abstractmethod
    def _kept_shapes(self, n_steps: int, width: int) -> tuple[tuple[int, ...], ...]:
        """Return the shapes of what a run keeps for its backward pass."""

    @abstractmethod
    def _steps_forward(
        self, matrix: np.ndarray, memory: Memory, mask: np.ndarray | None
    ) -> None:
        """Take the steps of a run; ``mask`` is dropout of the state, or None."""

    @abstractmethod
    def _steps_backward(
        self,
        to_state: np.ndarray,
        memory: Memory,
        steps: slice,
        dy: Sequence[np.ndarray | None],
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
        dy : sequence of ndarray of shape (n_steps, n_units, width) or None
            Gradient with respect to each carried array after these steps that does not
            come from the steps that follow; None is 0.
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

    @property
    def state_sizes(self) -> tuple[int, ...]:
        """Length of each vector that a step hands on to the next."""
        return (self.units,) * self._n_carried

    def forward(self, x, workspace):
        y, _, _, backward = self._forward(x, None, workspace)
        return y, lambda dy: backward(dy, None)[0]

    def forward_from(self, x, initial, workspace):
        y, runs, memories, passed_back = self._forward(x, initial, workspace)
        final = tuple(
            last_states(runs, memories, k, workspace) for k in range(self._n_carried)
        )

        def backward(dy, dfinal):
            dx, carry = passed_back(dy, dfinal)
            # Copies, as the carried gradients lie in memory that layers share.
            dinitial = []
            for k, d in enumerate(carry):
                dinitial.append(workspace.empty(f"dinitial{k}", d.shape[::-1]))
                np.copyto(dinitial[k], d.T)
            return dx, tuple(dinitial)

        return y, final, backward

    def step(self, x, state, workspace):
        rows = [flatten_samples(a) for a in (x, *state)]
        after = self._step(rows[0], *rows[1:], workspace.params)
        after = tuple(a.reshape(*x.shape[:-1], self.units) for a in after)
        return after[0], after

    @abstractmethod
    def _step(self, *arrays: Any) -> tuple[np.ndarray, ...]:
        """Take one step of all samples, ``_step(x, *state, params)``."""

    def _forward(self, x, initial, workspace):
        """Return output, runs, memories and backward function."""
        (n, n_steps, n_inputs), units = x.shape, self.units
        runs = cut_runs(n, n_steps, workspace.sizes, self.backprop_steps)
        matrix = to_sums(self._blocks, n_inputs, workspace)
        mask = self._mask(workspace, n)
        memories = make_memories(
            runs,
            units,
            n_inputs,
            self._n_carried,
            self._kept_shapes,
            workspace,
            mask is not None,
        )
        before = None
        for run, memory in zip(runs, memories, strict=True):
            inputs = memory.inputs
            part = x[: run.width, run.start : run.stop]
            inputs[:-1, units:-1] = part.transpose(1, 2, 0)
            run.clear(inputs[:-1, units:-1])
            inputs[:, -1] = 1
            for k, array in enumerate(memory.carried):
                if before is not None:
                    array[0] = before.carried[k][-1, :, : run.width]
                else:
                    array[0] = 0 if initial is None else initial[k].T
            cut = None if mask is None else mask[:, : run.width]
            if cut is not None:
                np.multiply(memory.states[0], cut, out=inputs[0, :units])
            self._steps_forward(matrix, memory, cut)
            before = memory
        if self.return_sequences:
            y = all_states(runs, memories, (n_steps, units, n), workspace)
            y = y.transpose(2, 0, 1)
        else:
            y = last_states(runs, memories, 0, workspace)

        def backward(dy, dfinal):
            dlast = [None] * self._n_carried if dfinal is None else dfinal
            last, by_step = gradients_by_step(dy, dlast, n_steps, runs, workspace)
            return self._backward(
                dy, last, by_step, x.shape, runs, memories, mask, workspace
            )

        return y, runs, memories, backward

    def _mask(self, workspace, n):
        if not (self.recurrent_dropout and workspace.training):
            return None
        mask = workspace.empty("mask", (self.units, n))
        workspace.rng.random(out=mask, dtype=mask.dtype)
        np.greater_equal(mask, self.recurrent_dropout, out=mask)
        mask *= 1 / (1 - self.recurrent_dropout)
        return mask

    def _backward(
        self, dy, last, by_step, input_shape, runs, memories, mask, workspace
    ):
        """Return the gradients of the input and of what the first step takes over."""
        n, n_steps, n_inputs = input_shape
        dx = None
        if workspace.wants_dx:
            dx = workspace.empty("dx", (n_steps, n_inputs, n))
            if workspace.sizes is not None:
                dx.fill(0)
        capacity = max(COLUMNS, runs[0].width)
        gradients = WeightGradients(self._blocks, n_inputs, capacity, workspace)
        back = to_state(self._blocks, workspace)
        carry, going_on = None, 0
        for run, memory in zip(reversed(runs), reversed(memories), strict=True):
            carry = self._carry(carry, going_on, run, last, workspace)
            going_on = run.width
            cut = None if mask is None else mask[:, : run.width]
            for steps in chunks(run.n_steps, run.width, COLUMNS):
                span = slice(run.start + steps.start, run.start + steps.stop)
                parts = [
                    None if d is None else d[span, :, : run.width] for d in by_step
                ]
                d = self._steps_backward(
                    back, memory, steps, parts, carry, cut, workspace
                )
                into = None if dx is None else dx[span, :, : run.width]
                gradients.add(d, memory.inputs[steps], into)
            if run.is_cut:
                carry = None
        gradients.write()
        return dy if dx is None else dx.transpose(2, 0, 1), carry

    def _carry(
        self,
        after: tuple[np.ndarray, ...] | None,
        going_on: int,
        run: Run,
        last: Sequence[np.ndarray | None],
        workspace: Workspace,
    ) -> tuple[np.ndarray, ...]:
        """Return the gradients that the backward pass through a run starts with.

        They come from the run after it for the samples that go on there, and from
        ``last`` for those that end.
        """
        carry = []
        for k, ending in enumerate(last):
            # A copy, as the array returned has its memory.
            spare = None if after is None else after[k].copy()
            array = workspace.scratch.empty(f"carry{k}", (self.units, run.width))
            array[:, :going_on] = 0 if spare is None else spare
            array[:, going_on:] = (
                0 if ending is None else ending[:, going_on : run.width]
            )
            carry.append(array)
        return tuple(carry)
