"""What a recurrent layer remembers of a forward pass."""

from collections.abc import Callable, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from skdeep.nn.layers.recurrent.runs import Run
from skdeep.nn.workspace import Workspace

Shapes = Sequence[tuple[int, ...]]


class Memory(NamedTuple):
    """What a run leaves for the way back.

    Attributes
    ----------
    inputs : ndarray of shape (n_steps + 1, n_units + n_inputs + 1, width)
        ``[h; x; 1]`` of each step; h is the state with dropout.
    states : ndarray of shape (n_steps + 1, n_units, width)
        The state before each step and after the last, without dropout.
    kept : tuple of ndarray
        What the kind of layer keeps, an array for all steps each.
    """

    inputs: np.ndarray
    states: np.ndarray
    kept: tuple[np.ndarray, ...]


def make_memories(
    runs: Sequence[Run],
    units: int,
    n_inputs: int,
    keep: Callable[[int, int], Shapes],
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
    keep : callable
        ``keep(n_steps, width)`` returns the shapes of what a run keeps.
    workspace : Workspace
        Holds the memory between steps.
    has_dropout : bool
        Whether the recurrence sees other states than the output.

    Returns
    -------
    list of Memory
        The contents are arbitrary.
    """
    rows = units + n_inputs + 1
    inputs = _carve(
        workspace, "inputs", [(run.n_steps + 1, rows, run.width) for run in runs]
    )
    states = [array[:, :units] for array in inputs]
    if has_dropout:
        shapes = [(run.n_steps + 1, units, run.width) for run in runs]
        states = _carve(workspace, "states", shapes)
    # Prediction needs no way back: every step writes over the one before.
    training = workspace.training
    kept = [keep(run.n_steps if training else 0, run.width) for run in runs]
    columns = [
        _carve(workspace, f"kept{k}", shapes)
        for k, shapes in enumerate(zip(*kept, strict=True))
    ]
    return [
        Memory(inputs[i], states[i], tuple(column[i] for column in columns))
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
    runs: Sequence[Run],
    memories: Sequence[Memory],
    sizes: np.ndarray | None,
    workspace: Workspace,
) -> np.ndarray:
    """Return each sample's state after its own last step, (n_samples, n_units)."""
    y = workspace.empty("y", memories[0].states.shape[:0:-1])
    going_on = 0
    for run, memory in zip(reversed(runs), reversed(memories), strict=True):
        which = slice(going_on, run.width)
        if sizes is not None and run.ends:
            steps = sizes[which, 0] - run.start
            y[which] = memory.states[steps, :, np.arange(going_on, run.width)]
        else:
            y[which] = memory.states[-1, :, which].T
        going_on = run.width
    return y


def gradients_by_step(
    dy: np.ndarray, n_steps: int, runs: Sequence[Run], workspace: Workspace
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return the gradients of last states, or of all; the other is None.

    Parameters
    ----------
    dy : ndarray of shape (n_samples, [n_steps,] n_units)
        Gradient with respect to the output.
    n_steps : int
        Number of steps.
    runs : sequence of Run
        From first to last.
    workspace : Workspace
        Holds the buffer.

    Returns
    -------
    last : ndarray of shape (n_units, n_samples) or None
        Where each sample ends with a run.
    steps : ndarray of shape (n_steps, n_units, n_samples) or None
        Contiguous.
    """
    sizes = workspace.sizes
    if dy.ndim == 3:
        given = dy.transpose(1, 2, 0)
        if given.flags.c_contiguous:
            return None, given
        steps = workspace.empty("dy", given.shape)
        np.copyto(steps, given)
        return None, steps
    if sizes is None or not any(run.ends for run in runs):
        return dy.T, None
    n_samples, units = dy.shape
    steps = workspace.empty("dy", (n_steps, units, n_samples))
    steps.fill(0)
    steps[sizes[:, 0] - 1, :, np.arange(n_samples)] = dy
    return None, steps


def _carve(workspace: Workspace, name: str, shapes: Shapes) -> list[np.ndarray]:
    """Return a buffer for each shape, all within one piece of memory."""
    memory = workspace.empty(name, (sum(map(prod, shapes)),))
    arrays, start = [], 0
    for shape in shapes:
        stop = start + prod(shape)
        arrays.append(memory[start:stop].reshape(shape))
        start = stop
    return arrays
