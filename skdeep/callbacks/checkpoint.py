"""Fits that go on where they were killed."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone

from skdeep import _archive, persistence
from skdeep._encoding import Encoder, digest
from skdeep._forms import check_path, warn_user

KIND = "checkpoint"
# Hyperparameters that training does not depend on.
WITHOUT_EFFECT = ("verbose",)


class Checkpoint:
    """Writes down a fit while it runs; the next ``fit`` goes on from there.

    A process that was killed, and ``fit`` once more with the same data and
    hyperparameters: the model is the same, bit by bit, as that of a fit that was never
    broken off, with its curves, learning rates, averages and best weights. No more is
    lost than the epochs since the last file, the one under way among them.

    Parameters
    ----------
    path : str or path-like
        The file. The one before it stays beside it, as ``path + ".before"``, and is
        used where the file turns out to be damaged. A fit inside a search or a pipeline
        adds the numbers of its tasks to the name: ``fit.ckpt`` becomes
        ``fit-7.ckpt``.
    every : int, default=1
        Number of epochs from one file to the next.
    keep : {'last', 'best'}, default='last'
        'last' keeps what a fit needs to go on. 'best' keeps besides, as ``path +
        ".best"``, the model of the best epoch so far, which
        :func:`skdeep.persistence.load` reads while training is still under way. Best is
        the highest score on validation data, or without these the lowest training loss.

    See Also
    --------
    skdeep.persistence.save : Writes a model.

    Notes
    -----
    The file is a zip of JSON and arrays without code, with a checksum, and replaces the
    one before as a whole. It holds weights, what the optimizer remembers, and a
    fingerprint of data and hyperparameters, no data. It stays when the fit ends: the
    same fit once more repeats the last epochs only, and one that differs is refused
    until the file is deleted.

    ``random_state`` has to be an int where samples are held out or resampled, as
    otherwise each fit has other training data. L-BFGS, whose knowledge of the curvature
    is not kept, goes on from the same weights to the same minimum by another path.
    ``partial_fit`` calls no callbacks; pickle or save the model between its calls.

    Examples
    --------
    >>> import os, tempfile, warnings
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.exceptions import ConvergenceWarning
    >>> from skdeep import MLPClassifier
    >>> from skdeep.callbacks import Checkpoint
    >>> warnings.simplefilter("ignore", ConvergenceWarning)
    >>> X, y = load_iris(return_X_y=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     checkpoint = Checkpoint(os.path.join(folder, "iris.ckpt"))
    ...     model = MLPClassifier(max_iter=5, random_state=0).set_callbacks(checkpoint)
    ...     model = model.fit(X, y)
    ...     sorted(os.listdir(folder))
    ['iris.ckpt', 'iris.ckpt.before']
    """

    def __init__(
        self, path: str | os.PathLike[str], every: int = 1, keep: str = "last"
    ):
        self.path, self.every, self.keep = path, every, keep

    def __repr__(self) -> str:
        return f"Checkpoint({str(self.path)!r}, every={self.every}, keep={self.keep!r})"

    def setup(self, estimator: Any, context: Any) -> None:
        """Check the parameters before training.

        Parameters
        ----------
        estimator : estimator
            Being fitted.
        context : sklearn.callback.CallbackContext
            Of the fit.

        Raises
        ------
        ValueError
            If a parameter is not allowed, or the folder is not there.
        """
        every: Any = self.every
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise ValueError(
                f"every={every!r} is not allowed in Checkpoint: give a whole number of "
                "epochs, at least 1."
            )
        if not isinstance(self.keep, str) or self.keep not in ("best", "last"):
            raise ValueError(
                f"keep={self.keep!r} is not allowed in Checkpoint: give 'best' or "
                "'last'."
            )
        if self.keep == "best":
            # Refuses what cannot be saved before the first epoch.
            Encoder().encode(clone(estimator), type(estimator).__name__)
        folder = check_path(self.path).absolute().parent
        if not folder.is_dir():
            raise ValueError(
                f"path={os.fspath(self.path)!r} of Checkpoint lies in {folder}, which "
                "is no folder: create it, or give another path."
            )

    def on_fit_task_begin(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None
    ) -> None:
        """Take up a fit that was broken off, or write down the epochs so far.

        Parameters
        ----------
        estimator : estimator
            Being fitted.
        context : sklearn.callback.CallbackContext
            Of the fit, or of an epoch.
        fitted_estimator : estimator
            The same, with the run as ``training_``.
        """
        training = getattr(fitted_estimator, "training_", None)
        if training is None:
            raise TypeError(
                f"Checkpoint was set on {type(estimator).__name__}, which does not "
                "train by epochs of skdeep: set it on an estimator of skdeep."
            )
        if context.task_name != "epoch":
            self._resume(estimator, self._path(context), training)
        elif training.losses and len(training.losses) % self.every == 0:
            self._write(self._path(context.parent), training)

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None
    ) -> None:
        """Write down the model of the best epoch.

        Parameters
        ----------
        estimator : estimator
            Being fitted.
        context : sklearn.callback.CallbackContext
            Of the fit, or of an epoch.
        fitted_estimator : estimator
            As the epoch has left it.
        """
        if context.task_name != "epoch" or self.keep != "best":
            return
        if _is_best(fitted_estimator.training_):
            path = self._path(context.parent)
            persistence.save(fitted_estimator, _beside(path, "best"))

    def teardown(self, estimator: Any, context: Any) -> None:
        """Do nothing; the files stay.

        Parameters
        ----------
        estimator : estimator
            That was fitted.
        context : sklearn.callback.CallbackContext
            Of the fit.
        """

    def _path(self, context: Any) -> Path:
        """Return the file of one fit: its own for each one inside a search."""
        tasks = []
        while context.parent is not None:
            tasks.append(f"-{context.task_id}")
            context = context.parent
        path = Path(self.path)
        return path.with_name(path.stem + "".join(reversed(tasks)) + path.suffix)

    def _resume(self, estimator: Any, path: Path, training: Any) -> None:
        # Now, as the weights that training starts from are among what it tells.
        expected = training.fingerprint = _fingerprint(estimator, training)
        found = _read(path)
        if found is None:
            return
        content, arrays = found
        written = content["fingerprint"]
        names = sorted(expected.keys() | written.keys())
        other = [n for n in names if expected.get(n) != written.get(n)]
        if other:
            raise ValueError(
                f"{path} was written by a fit with other {', '.join(other)}, and only "
                "the same fit can go on from it: delete the file or give Checkpoint "
                "another path to start anew, or undo the change (data that are held "
                "out or resampled are the same only if random_state is an int)."
            )
        training.load_state_dict({**content["state"], **arrays})

    def _write(self, path: Path, training: Any) -> None:
        state = training.state_dict()
        arrays = {k: v for k, v in state.items() if isinstance(v, np.ndarray)}
        content = {
            "fingerprint": training.fingerprint,
            "state": {k: v for k, v in state.items() if k not in arrays},
        }
        raw = _archive.pack(KIND, content, arrays)
        _archive.write(path, raw, keep=_beside(path, "before"))


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f"{path.name}.{word}")


def _read(path: Path) -> tuple[Any, dict[str, np.ndarray]] | None:
    """Return the newest state that is whole, None if there is no file."""
    damage: _archive.DamagedError | None = None
    for candidate in (path, _beside(path, "before")):
        if not candidate.exists():
            continue
        try:
            found = _archive.unpack(candidate.read_bytes(), KIND, candidate)
        except _archive.DamagedError as error:
            damage = error
            continue
        if damage is not None:
            warn_user(
                f"{path} is cut off or changed, so the file before it, {candidate}, is "
                "used: the epochs in between are trained again."
            )
            # It must not take the place of the whole one.
            path.unlink()
        return found
    if damage is not None:
        raise damage
    return None


def _fingerprint(estimator: Any, training: Any) -> dict[str, str]:
    """Return digests of all that decides the bits of a fit."""
    params = estimator.get_params(deep=False).items()
    found = {k: _digest(v, k) for k, v in params if k not in WITHOUT_EFFECT}
    validation, samples = training.validation, training.samples
    found["X or y"] = digest([samples.inputs, samples.targets], "data")
    found["sample weights"] = digest(samples.weights, "sample_weight")
    if validation is not None:
        parts = [validation.inputs, validation.targets, validation.weights]
        found["validation data"] = digest(parts, "validation data")
    if estimator.warm_start:
        found["starting weights"] = digest(estimator.network_.theta, "weights")
    return {"estimator": type(estimator).__name__, **found}


def _digest(value: Any, name: str) -> str:
    """Return a digest of a hyperparameter; of what is not ours, by its name."""
    if name == "random_state" and not isinstance(value, int | np.integer):
        return type(value).__name__
    try:
        return digest(value, name)
    except ValueError:
        kind = value if hasattr(value, "__qualname__") else type(value)
        params = value.get_params() if hasattr(value, "get_params") else {}
        inner = {k: _digest(v, k) for k, v in params.items()}
        return digest([kind.__module__, kind.__qualname__, inner], name)


def _is_best(training: Any) -> bool:
    """Tell whether the last epoch is the best so far."""
    if training.validation is None:
        *before, loss = training.losses
        return all(loss < other for other in before)
    scores = training.validation.scores
    return bool(scores[-1] >= np.nanmax(scores))
