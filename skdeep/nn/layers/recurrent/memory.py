"""Arrays that the forward pass of a recurrent layer leaves for the backward pass."""

from collections.abc import Callable, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from skdeep.nn.layers.base import Workspace
from skdeep.nn.layers.recurrent.runs import Run

Shapes = Sequence[tuple[int, ...]]


class Memory(NamedTuple):
    """Arrays of one run.

    Attributes
    ----------
    inputs : ndarray of shape (n_steps + 1, n_units + n_inputs + 1, width)
        ``[h; x; 1]`` of each step; h is the state with dropout.
    carried : tuple of ndarray of shape (n_steps + 1, n_units, width)
        What each step hands on to the next, before the first and after each: the
        states, without dropout, and the cells of an LSTM. Arrays but the first have one
        slot, which all steps write over, where only the last is of use.
    kept : tuple of ndarray
        What the kind of layer keeps, an array for all steps each.
    """

    inputs: np.ndarray
    carried: tuple[np.ndarray, ...]
    kept: tuple[np.ndarray, ...]

    @property
    def states(self) -> np.ndarray:
        """Output of each step, and the state before the first."""
        return self.carried[0]


def make_memories(
    runs: Sequence[Run],
    units: int,
    n_inputs: int,
    n_carried: int,
    kept_shapes: Callable[[int, int], Shapes],
    workspace: Workspace,
    has_dropout: bool,
) -> list[Memory]:
    """Return memory for each run of a mini-batch.

    Parameters
    ----------
    runs : sequence of Run
        From first to last.
    units, n_inputs : int
        Rows of the state and of the input.
    n_carried : int
        Number of arrays that steps hand on.
    kept_shapes : callable
        ``kept_shapes(n_steps, width)`` returns the shapes of what a run keeps.
    workspace : Workspace
        Holds the memory between steps.
    has_dropout : bool
        Whether the recurrence sees other states than the output.

    Returns
    -------
    list of Memory
        Contents are arbitrary.
    """
    rows = units + n_inputs + 1
    inputs = _carve(
        workspace, "inputs", [(run.n_steps + 1, rows, run.width) for run in runs]
    )
    shapes = [(run.n_steps + 1, units, run.width) for run in runs]
    states = [array[:, :units] for array in inputs]
    if has_dropout:
        states = _carve(workspace, "carried0", shapes)
    # Prediction has no backward pass: every step writes over the one before. States
    # are wanted where a sample ends within a run.
    training = workspace.training
    if not training and workspace.sizes is None:
        shapes = [(1, units, run.width) for run in runs]
    others = [_carve(workspace, f"carried{k}", shapes) for k in range(1, n_carried)]
    kept = [kept_shapes(run.n_steps if training else 1, run.width) for run in runs]
    columns = [
        _carve(workspace, f"kept{k}", shapes)
        for k, shapes in enumerate(zip(*kept, strict=True))
    ]
    return [
        Memory(
            inputs[i],
            (states[i], *(column[i] for column in others)),
            tuple(column[i] for column in columns),
        )
        for i in range(len(runs))
    ]


def all_states(
    runs: Sequence[Run],
    memories: Sequence[Memory],
    shape: tuple[int, ...],
    workspace: Workspace,
) -> np.ndarray:
    """Return the states after each step, (n_steps, n_units, n_samples)."""
    states = memories[0].states
    if len(runs) == 1 and len(states) == shape[0] + 1 and not runs[0].ends:
        return states[1:]
    y = workspace.empty("y", shape)
    y[runs[-1].stop :] = 0
    for run, memory in zip(runs, memories, strict=True):
        steps = y[run.start : run.stop]
        steps[:, :, : run.width] = memory.states[1:]
        steps[:, :, run.width :] = 0
        run.clear(steps)
    return y


def last_states(
    runs: Sequence[Run], memories: Sequence[Memory], k: int, workspace: Workspace
) -> np.ndarray:
    """Return the ``k``-th carried array after each sample's own last step.

    Parameters
    ----------
    runs : sequence of Run
        From first to last.
    memories : sequence of Memory
        Of each run.
    k : int
        Position in ``Memory.carried``.
    workspace : Workspace
        Holds the buffer.

    Returns
    -------
    ndarray of shape (n_samples, n_units)
        A buffer of the workspace.
    """
    sizes = workspace.sizes
    y = workspace.empty(f"last{k}", memories[0].states.shape[:0:-1])
    going_on = 0
    for run, memory in zip(reversed(runs), reversed(memories), strict=True):
        which = slice(going_on, run.width)
        if sizes is not None and run.ends:
            steps = sizes[which, 0] - run.start
            columns = np.arange(going_on, run.width)
            y[which] = memory.carried[k][steps, :, columns]
        else:
            y[which] = memory.carried[k][-1, :, which].T
        going_on = run.width
    return y


def gradients_by_step(
    dy: np.ndarray,
    dlast: Sequence[np.ndarray | None],
    n_steps: int,
    runs: Sequence[Run],
    workspace: Workspace,
) -> tuple[list[np.ndarray | None], list[np.ndarray | None]]:
    """Sort the gradients of carried arrays by the place where they enter.

    Parameters
    ----------
    dy : ndarray of shape (n_samples, [n_steps,] n_units)
        Gradient with respect to the output; may be changed.
    dlast : sequence of ndarray of shape (n_samples, n_units) or None
        Gradient with respect to each carried array after the last steps; None is 0.
    n_steps : int
        Number of steps.
    runs : sequence of Run
        From first to last.
    workspace : Workspace
        Holds the buffers.

    Returns
    -------
    last : list of ndarray of shape (n_units, n_samples) or None
        For each carried array, what enters where a sample's last run ends.
    steps : list of ndarray of shape (n_steps, n_units, n_samples) or None
        For each carried array, what enters after each step; contiguous.
    """
    sizes, last = workspace.sizes, list(dlast)
    steps: list[np.ndarray | None] = [None] * len(last)
    if dy.ndim == 3:
        by_step = dy.transpose(1, 2, 0)
        if not by_step.flags.c_contiguous:
            by_step = workspace.empty("dy", by_step.shape)
            np.copyto(by_step, dy.transpose(1, 2, 0))
        steps[0] = by_step
    else:
        last[0] = dy if last[0] is None else dy + last[0]
    if sizes is not None and any(run.ends for run in runs):
        ends, samples = sizes[:, 0] - 1, np.arange(len(dy))
        for k, d in enumerate(last):
            if d is None:
                continue
            entering = steps[k]
            if entering is None:
                shape = (n_steps, d.shape[1], len(d))
                entering = steps[k] = workspace.empty(f"dlast{k}", shape)
                entering.fill(0)
            entering[ends, :, samples] += d
            last[k] = None
    return [None if d is None else d.T for d in last], steps


def _carve(workspace: Workspace, name: str, shapes: Shapes) -> list[np.ndarray]:
    """Return a buffer for each shape, all within one piece of memory."""
    memory = workspace.empty(name, (sum(map(prod, shapes)),))
    arrays, start = [], 0
    for shape in shapes:
        stop = start + prod(shape)
        arrays.append(memory[start:stop].reshape(shape))
        start = stop
    return arrays
