"""Bars of searches, pipelines and networks, with the losses of these."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from skdeep.callbacks._inbox import Address, Inbox, send

# The numbers of the tasks that lead from the outermost fit to one.
Tasks = tuple[int, ...]

# Displays cannot be pickled: a callback that is sent to a process leaves its own here.
_DISPLAYS: dict[Any, tuple["Bars", Inbox]] = {}
# Runs of the networks that train in this process, by outermost fit and tasks.
_RUNS: WeakValueDictionary[tuple[Any, Tasks], Any] = WeakValueDictionary()


class Begin(NamedTuple):
    """Message: something with parts has begun."""

    tasks: Tasks
    name: str
    n_parts: int | None


class End(NamedTuple):
    """Message: something has ended, after which the losses of its whole are these."""

    tasks: Tasks
    losses: str


class TrainingProgress:
    """Bar for each network in training: epochs, loss, validation loss, time left.

    Set on a search or a pipeline, it shows a bar for each of these as well, and beside
    each network the hyperparameters that differ from the defaults, which tell one
    candidate from another. Bars of a search with ``n_jobs=2`` come from all processes
    of the machine.

    Parameters
    ----------
    max_propagation_depth : int or None, default=None
        How deep bars go: 0 is the estimator that the callback is set on, 1 those in
        it, and so on; None is all.

    See Also
    --------
    sklearn.callback.ProgressBar : Bars of any estimator, without losses.

    Notes
    -----
    Needs rich (``pip install "scikit-deep[progress]"``). The time left is that of as
    many epochs as ``max_iter`` says; early stopping may end training before.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdeep import TabularClassifier
    >>> from skdeep.callbacks import TrainingProgress
    >>> X, y = load_iris(return_X_y=True)
    >>> model = TabularClassifier(max_iter=5, random_state=0)
    >>> model = model.set_callbacks(TrainingProgress()).fit(X, y)
    TabularClassifier(max_iter=5, ... 5/5 loss ...
    """

    def __init__(self, max_propagation_depth: int | None = None):
        self.max_propagation_depth = max_propagation_depth
        # Of the displays, by outermost fit: what other processes know of these.
        self._addresses: dict[Any, Address] = {}

    def setup(self, estimator: Any, context: Any) -> None:
        """Open the display.

        Parameters
        ----------
        estimator : estimator
            Being fitted.
        context : sklearn.callback.CallbackContext
            Of the fit.

        Raises
        ------
        ImportError
            If rich is not installed.
        """
        bars = Bars()
        inbox = Inbox(bars.read)
        _DISPLAYS[context.root_uuid] = bars, inbox
        self._addresses[context.root_uuid] = inbox.address

    def on_fit_task_begin(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None
    ) -> None:
        """Add a bar for what has parts: a search, a pipeline, a network.

        Parameters
        ----------
        estimator : estimator
            Being fitted.
        context : sklearn.callback.CallbackContext
            Of the fit, or of a part of it.
        fitted_estimator : estimator or None
            Of a network, the same with its run as ``training_``.
        """
        if context.max_subtasks == 0:
            return
        fit, tasks = context.root_uuid, _tasks(context)
        training = getattr(fitted_estimator, "training_", None)
        name = context.estimator_name if training is None else f"{estimator!r}"
        if context.task_name != "fit":
            name = f"{name}: {context.task_name}"
        if training is not None:
            _RUNS[fit, tasks] = training
        self._tell(fit, Begin(tasks, name, context.max_subtasks))

    def on_fit_task_end(self, estimator: Any, context: Any) -> None:
        """Move the bar of what a part has ended of.

        Parameters
        ----------
        estimator : estimator
            Being fitted.
        context : sklearn.callback.CallbackContext
            Of the fit, or of a part of it.
        """
        fit, tasks = context.root_uuid, _tasks(context)
        run = _RUNS.get((fit, tasks[:-1]))
        self._tell(fit, End(tasks, "" if run is None else _losses(run)))

    def teardown(self, estimator: Any, context: Any) -> None:
        """Close the display.

        Parameters
        ----------
        estimator : estimator
            That was fitted.
        context : sklearn.callback.CallbackContext
            Of the fit.
        """
        fit = context.root_uuid
        self._addresses.pop(fit, None)
        if fit in _DISPLAYS:
            bars, inbox = _DISPLAYS.pop(fit)
            inbox.close()
            bars.progress.stop()

    def _tell(self, fit: Any, message: Begin | End) -> None:
        if fit in self._addresses:
            send(self._addresses[fit], message)


class Bars:
    """The display, which is told what has begun and ended."""

    def __init__(self) -> None:
        try:
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeRemainingColumn,
            )
            from rich.table import Column
        except ImportError as error:
            raise ImportError(
                'TrainingProgress needs rich: pip install "scikit-deep[progress]".'
            ) from error

        class Sorted(Progress):
            """Shows a part below its whole, whichever process tells of it first."""

            def get_renderables(self) -> Iterator[Any]:
                in_order = sorted(self.tasks, key=lambda task: task.fields["tasks"])
                yield self.make_tasks_table(in_order)

        # In a narrow terminal only the description has several lines.
        self.progress = Sorted(
            TextColumn("{task.description}", table_column=Column(no_wrap=False)),
            BarColumn(bar_width=16),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[losses]}", table_column=Column(no_wrap=True)),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=Console(),
        )
        self._bars: dict[Tasks, Any] = {}
        self.progress.start()

    def read(self, message: Begin | End) -> None:
        """Show what a message tells.

        Parameters
        ----------
        message : Begin or End
            Of a process in which something was fitted.
        """
        if isinstance(message, Begin):
            self._begin(message)
        else:
            self._end(message)

    def _begin(self, message: Begin) -> None:
        tasks, name, n_parts = message
        description = "  " * (len(tasks) - 1) + " ".join(name.split())
        self._bars[tasks] = self.progress.add_task(
            description, total=n_parts, losses="", tasks=tasks
        )

    def _end(self, message: End) -> None:
        """Move the bar of the whole; remove that of a part that is through."""
        tasks, losses = message
        if tasks in self._bars and len(tasks) > 1:
            self.progress.remove_task(self._bars.pop(tasks))
        bar = self._bars.get(tasks[:-1])
        if bar is not None:
            self.progress.update(bar, advance=1, losses=losses)


def _losses(training: Any) -> str:
    text = f"loss {training.losses[-1]:.4g}"
    validation = training.validation
    if validation is not None and validation.losses:
        text += f", validation {validation.losses[-1]:.4g}"
    return text


def _tasks(context: Any) -> Tasks:
    tasks: list[int] = []
    while context is not None:
        tasks.insert(0, context.task_id)
        context = context.parent
    return tuple(tasks)
