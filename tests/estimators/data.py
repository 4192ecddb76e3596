"""Small made-up tables, and one task of each kind that estimators solve."""

from dataclasses import dataclass

import numpy as np
import pytest

from skdeep import MLPClassifier, MLPRegressor

SLOPES = np.array([1.0, -2.0, 0.5, 0.0, 0.0])


def table(n_samples=120, seed=0):
    """Draw X and a noisy linear score of each row."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_samples, len(SLOPES)))
    return X, X @ SLOPES + rng.normal(size=n_samples)


def binary(n_samples=120, seed=0):
    """Draw X and classes 0 and 1."""
    X, score = table(n_samples, seed)
    return X, (score > 0.5).astype(int)


def multiclass(n_samples=120, seed=0):
    """Draw X and classes 0, 1 and 2."""
    X, score = table(n_samples, seed)
    return X, np.digitize(score, [-1, 1.5])


def multilabel(n_samples=120, seed=0):
    """Draw X and three labels."""
    X, score = table(n_samples, seed)
    return X, np.c_[score > 0, score > 1, X[:, 3] > 0.5].astype(int)


def real(n_samples=120, seed=0):
    """Draw X and one real target."""
    return table(n_samples, seed)


def reals(n_samples=120, seed=0):
    """Draw X and two real targets."""
    X, score = table(n_samples, seed)
    return X, np.c_[score, X[:, 3] - X[:, 4]]


def counts(n_samples=120, seed=0):
    """Draw X and counts."""
    X, score = table(n_samples, seed)
    return X, np.random.default_rng(seed).poisson(np.exp(score / 2)).astype(float)


def integer_weights(n_samples=120, seed=0):
    """Draw weights from 0 to 3."""
    return np.random.default_rng(seed).integers(4, size=n_samples)


@dataclass(frozen=True)
class Task:
    """Data, and the estimator that suits them. The arrays are read-only."""

    name: str
    estimator: type
    X: np.ndarray
    y: np.ndarray

    def make(self, hidden_layer_sizes=(7,), **params):
        """Return an estimator that was never fitted."""
        return self.estimator(hidden_layer_sizes, **{"random_state": 0, **params})

    def output(self, model, X=None):
        """Return what a fitted model says: probabilities or real numbers."""
        X = self.X if X is None else X
        return getattr(model, "predict_proba", model.predict)(X)


def _task(name, estimator, draw):
    X, y = draw()
    X.flags.writeable = y.flags.writeable = False
    return Task(name, estimator, X, y)


BINARY = _task("binary", MLPClassifier, binary)
MULTICLASS = _task("multiclass", MLPClassifier, multiclass)
MULTILABEL = _task("multilabel", MLPClassifier, multilabel)
REAL = _task("one target", MLPRegressor, real)
REALS = _task("two targets", MLPRegressor, reals)
TASKS = [BINARY, MULTICLASS, MULTILABEL, REAL, REALS]


def each(tasks=TASKS):
    """Run a test for each task, given to it as ``task``."""
    return pytest.mark.parametrize("task", tasks, ids=lambda task: task.name)


def flat(model):
    """Return all weights and biases of a fitted model in one vector."""
    return np.concatenate([a.ravel() for a in (*model.coefs_, *model.intercepts_)])
