"""The two libraries whose estimators have the same names and parameters."""

import contextlib
import importlib
import warnings

from sklearn.exceptions import ConvergenceWarning

MODULES = {"skdeep": "skdeep", "scikit-learn": "sklearn.neural_network"}


def estimator_class(library, name):
    """Return the estimator `name` of "skdeep" or "scikit-learn"."""
    return getattr(importlib.import_module(MODULES[library]), name)


@contextlib.contextmanager
def convergence_warnings_ignored():
    """Keep quiet about fits whose number of epochs is part of the measurement."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield
