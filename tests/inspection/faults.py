"""Data sets and networks made to order, each with a known fault.

The rules of ``diagnose`` were made with those of ``DEVELOPMENT``; some were changed
after a look at the others, at seeds below 800. The slow tests judge at
``FRESH_SEEDS``: whoever changes a rule after a look at these has to choose others,
never used before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.datasets import load_digits, make_circles, make_friedman1

from skdeep import MLPClassifier, MLPRegressor, NeuralNetworkClassifier
from skdeep.nn import Constant, Dense, ReLU

FRESH_SEEDS = range(800, 810)
TOO_HIGH = [("adam", 3.0), ("sgd", 3.0), ("adam", 10.0), ("adamw", 3.0)]
TOO_LOW = [("adam", 1e-5), ("sgd", 1e-5), ("adam", 1e-6), ("sgd", 1e-4)]
# Fault: verdicts and cause that diagnose should find.
EXPECTED = {
    "healthy": ("good", None),
    "too small": ("underfitting", "network too small"),
    "too big": ("overfitting", "network too big"),
    "learning rate too high": ("underfitting", "learning rate too high"),
    "learning rate too low": ("underfitting", "learning rate too low"),
    "dead units": ("underfitting", "dead units"),
    "unscaled inputs": ("underfitting", "unscaled inputs"),
    # Learned by heart or not: that depends on early stopping.
    "shuffled labels": (None, "labels unrelated to inputs"),
}


def is_right(fault, diagnosis):
    """Tell whether a diagnosis names the fault."""
    verdict, cause = EXPECTED[fault]
    return diagnosis.cause == cause and verdict in (None, diagnosis.verdict)


@dataclass(frozen=True)
class Source:
    """Where data come from, and how much of them and which network is right."""

    name: str
    draw: Callable[[int, np.random.Generator], tuple[np.ndarray, np.ndarray]]
    estimator: type
    n_samples: int
    good: dict[str, Any]
    small: dict[str, Any]
    n_few: int = 100
    noise: float = 0.0


def rings(n, rng):
    X, y = make_circles(n, noise=0.1, factor=0.5, random_state=int(rng.integers(2**31)))
    return np.c_[X * 1.5, rng.normal(size=(n, 2))], y


def teacher(n, rng):
    """Three classes, made by a random network that is the same for all seeds."""
    fixed = np.random.default_rng(0)
    V, W = fixed.normal(size=(8, 6)), fixed.normal(size=(6, 3))
    X = rng.normal(size=(n, 8))
    return X, (np.tanh(X @ V) @ W).argmax(axis=1)


def friedman(n, rng):
    X, y = make_friedman1(n, noise=0.5, random_state=int(rng.integers(2**31)))
    return (X - 0.5) * 12**0.5, (y - 14.4) / 5


def spirals(n, rng):
    arm, turn = rng.integers(2, size=n), rng.uniform(0.2, 1, size=n)
    angle = 3 * np.pi * turn + np.pi * arm
    X = turn * np.array([np.cos(angle), np.sin(angle)]) * 2
    return X.T + rng.normal(scale=0.1, size=(n, 2)), arm


def digits(n, rng):
    X, y = load_digits(return_X_y=True)
    which = rng.permutation(len(y))[:n]
    return (X[which] - 5) / 6, y[which]


def waves(n, rng):
    X = rng.uniform(-1.7, 1.7, size=(n, 3))
    y = np.sin(2.5 * X[:, 0]) + X[:, 1] * X[:, 2] / 2
    return X, y + rng.normal(scale=0.1, size=n)


DEVELOPMENT = [
    Source(
        "rings",
        rings,
        MLPClassifier,
        600,
        {"hidden_layer_sizes": (32,), "learning_rate_init": 0.01, "max_iter": 100},
        {"hidden_layer_sizes": ()},
    ),
    Source(
        "teacher",
        teacher,
        MLPClassifier,
        2000,
        {"hidden_layer_sizes": (32,), "learning_rate_init": 0.01, "max_iter": 60},
        {"hidden_layer_sizes": (1,)},
    ),
    Source(
        "friedman",
        friedman,
        MLPRegressor,
        1000,
        {"hidden_layer_sizes": (64,), "learning_rate_init": 0.005, "max_iter": 100},
        {"hidden_layer_sizes": ()},
        n_few=60,
    ),
]
OTHERS = [
    Source(
        "spirals",
        spirals,
        MLPClassifier,
        1000,
        {"hidden_layer_sizes": (64,), "learning_rate_init": 0.01, "max_iter": 200},
        {"hidden_layer_sizes": (2,)},
    ),
    Source(
        "digits",
        digits,
        MLPClassifier,
        1000,
        {"hidden_layer_sizes": (64,), "learning_rate_init": 0.003, "max_iter": 50},
        {"hidden_layer_sizes": (2,)},
        n_few=60,
    ),
    Source(
        "waves",
        waves,
        MLPRegressor,
        1000,
        {"hidden_layer_sizes": (64,), "learning_rate_init": 0.005, "max_iter": 100},
        {"hidden_layer_sizes": ()},
        n_few=60,
    ),
]


def make(fault: str, source: Source, seed: int):
    """Return a fitted model with this fault, its training data and validation data."""
    rng = np.random.default_rng([seed, 7])
    n_train = source.n_few if fault == "too big" else source.n_samples
    X, y = source.draw(n_train + 500, rng)
    params = {"random_state": seed, "n_iter_no_change": 1000, **source.good}
    if seed % 3 == 1:
        # The curves of the loss on validation data, and the weights at their best.
        stops = fault != "too big"
        params |= {"n_iter_no_change": 20, "early_stopping": stops, "scoring": "loss"}
    estimator = source.estimator
    if fault == "too small":
        params |= {**source.small, "max_iter": 400}
    elif fault == "too big":
        params |= {"hidden_layer_sizes": (200, 200), "max_iter": 300, "alpha": 0.0}
        y = spoil(y, rng)
    elif fault == "learning rate too high":
        solver, rate = TOO_HIGH[seed % len(TOO_HIGH)]
        params |= {"solver": solver, "learning_rate_init": rate}
        # One layer of random features can do without training.
        params |= {"hidden_layer_sizes": (64, 64)}
    elif fault == "learning rate too low":
        solver, rate = TOO_LOW[seed % len(TOO_LOW)]
        params |= {"solver": solver, "learning_rate_init": rate}
    elif fault == "dead units":
        if seed % 2 and estimator is MLPClassifier:
            estimator = NeuralNetworkClassifier
            params.pop("hidden_layer_sizes")
            layers = [Dense(32, bias_initializer=Constant(-20.0)), ReLU()]
            params |= {"layers": layers}
        else:
            X = X - X.min(axis=0)
            X /= X.std()
            # The penalty would draw the weights to zero, and revive the units.
            params |= {"initializer": Constant(-0.5), "alpha": 0.0}
    elif fault == "unscaled inputs":
        X = X * 10 ** rng.uniform(1.5, 3.5, size=X.shape[1])
    elif fault == "shuffled labels":
        params |= {"hidden_layer_sizes": (128,), "max_iter": 300}
        y = rng.permutation(y)
    train, held_out = (X[:n_train], y[:n_train]), (X[n_train:], y[n_train:])
    model = estimator(**params).fit(*train)
    return model, train, held_out


def spoil(y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return targets of which a network can learn much by heart that is noise."""
    if y.dtype.kind == "f":
        return y + rng.normal(scale=y.std(), size=len(y))
    wrong = rng.random(len(y)) < 0.2
    return np.where(wrong, rng.permutation(y), y)
