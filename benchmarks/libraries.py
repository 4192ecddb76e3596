"""The two libraries whose estimators have the same names and parameters."""

import contextlib
import importlib
import warnings

from sklearn.exceptions import ConvergenceWarning

LEARNING_RATE = 1e-3
MODULES = {"skdeep": "skdeep", "scikit-learn": "sklearn.neural_network"}


def estimator_class(library, name):
    """Return the estimator `name` of "skdeep" or "scikit-learn"."""
    return getattr(importlib.import_module(MODULES[library]), name)


def plain_estimator(library, name, settings, workload):
    """Return an estimator that trains a workload without any extras.

    Parameters
    ----------
    library : {"skdeep", "scikit-learn"}
        Where it comes from.
    name : str
        Its class.
    settings : dict
        The hyperparameters of its architecture.
    workload : Workload
        What it is trained on.

    Returns
    -------
    estimator
        Not fitted.
    """
    return estimator_class(library, name)(
        **settings,
        alpha=0.0,
        batch_size=workload.batch_size,
        learning_rate_init=LEARNING_RATE,
        max_iter=workload.epochs,
        tol=0.0,
        # The epochs are part of the workload: no contestant may stop earlier.
        n_iter_no_change=10**9,
        random_state=0,
    )


@contextlib.contextmanager
def convergence_warnings_ignored():
    """Keep quiet about fits whose number of epochs is part of the measurement."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield
