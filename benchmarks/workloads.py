"""What the speed section trains: data shapes, layers and the bars to meet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np

from benchmarks.libraries import estimator_class

LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class Workload:
    """A network, the data it is trained on, and how each library builds it.

    Parameters
    ----------
    name : str
        Name on the command line and in the table.
    n_samples, n_classes, batch_size, epochs : int
        Size of the data set and of one timed fit.
    input_shape : tuple of int
        Shape of one sample, channels last.
    multiply_adds : tuple of int
        Multiply-adds of the forward pass of one sample, layer by layer.
    builders : mapping of str to callable
        Library ("skdeep", "scikit-learn" or "torch") to a function that takes the
        workload and returns an unfitted estimator or a ``torch.nn.Module`` that
        accepts the data in the layout of `input_shape`. A library without a builder
        does not take part.
    bars : mapping of str to float, optional
        Library to the share of its time that skdeep's fit may take.
    """

    name: str
    n_samples: int
    input_shape: tuple[int, ...]
    n_classes: int
    batch_size: int
    epochs: int
    multiply_adds: tuple[int, ...]
    builders: Mapping[str, Callable]
    bars: Mapping[str, float] = field(default_factory=dict)

    @property
    def steps_per_epoch(self):
        """Number of mini-batches in one epoch."""
        return -(-self.n_samples // self.batch_size)

    @property
    def flops_per_step(self):
        """Floating-point operations of the matrix products of one training step.

        Every layer has a product for the forward pass, one for the weight gradient
        and, except the first, one for the gradient of its input.
        """
        products = 3 * sum(self.multiply_adds) - self.multiply_adds[0]
        return 2 * products * self.batch_size

    def build(self, library):
        """Return the unfitted network of one library."""
        return self.builders[library](self)

    def data(self):
        """Draw the data: Gaussian inputs, classes from a random linear teacher.

        Returns
        -------
        X : ndarray of shape (n_samples, *input_shape), float32
        y : ndarray of shape (n_samples,), int64
        """
        rng = np.random.default_rng(0)
        X = rng.normal(size=(self.n_samples, *self.input_shape)).astype(np.float32)
        teacher = rng.normal(size=(X[0].size, self.n_classes))
        y = (X.reshape(self.n_samples, -1) @ teacher).argmax(axis=1)
        return X, y


def mlp_estimator(library, hidden, workload):
    """Return the ``MLPClassifier`` of `library`, set to train without any extras."""
    return estimator_class(library, "MLPClassifier")(
        hidden_layer_sizes=hidden,
        alpha=0.0,
        batch_size=workload.batch_size,
        learning_rate_init=LEARNING_RATE,
        max_iter=workload.epochs,
        tol=0.0,
        # The epochs are part of the workload: no contestant may stop earlier.
        n_iter_no_change=10**9,
        random_state=0,
    )


def mlp_module(hidden, workload):
    """Return the same multilayer perceptron as a ``torch.nn.Sequential``."""
    from torch import nn

    sizes = [*workload.input_shape, *hidden, workload.n_classes]
    layers = []
    for n_inputs, n_outputs in pairwise(sizes):
        layers += [nn.Linear(n_inputs, n_outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def mlp(name, *, n_features, n_classes, hidden, **settings):
    """Return the workload of a multilayer perceptron with ReLU units.

    Parameters
    ----------
    name : str
        Name of the workload.
    n_features, n_classes : int
        Size of the input and output layers.
    hidden : tuple of int
        Sizes of the hidden layers.
    **settings
        The remaining fields of :class:`Workload`.

    Returns
    -------
    Workload
    """
    sizes = (n_features, *hidden, n_classes)
    return Workload(
        name=name,
        input_shape=(n_features,),
        n_classes=n_classes,
        multiply_adds=tuple(a * b for a, b in pairwise(sizes)),
        builders={
            "skdeep": partial(mlp_estimator, "skdeep", hidden),
            "scikit-learn": partial(mlp_estimator, "scikit-learn", hidden),
            "torch": partial(mlp_module, hidden),
        },
        **settings,
    )


ALL_WORKLOADS = [
    mlp(
        "mlp-small",
        n_samples=2000,
        n_features=20,
        n_classes=3,
        hidden=(100,),
        batch_size=200,
        epochs=100,
        bars={"scikit-learn": 0.30, "torch": 0.30},
    ),
    mlp(
        "mlp-medium",
        n_samples=5120,
        n_features=50,
        n_classes=5,
        hidden=(256, 256),
        batch_size=128,
        epochs=12,
        bars={"scikit-learn": 0.50, "torch": 0.75},
    ),
    mlp(
        "mlp-wide",
        n_samples=5120,
        n_features=50,
        n_classes=5,
        hidden=(1024, 1024),
        batch_size=256,
        epochs=3,
        bars={"scikit-learn": 0.55, "torch": 0.85},
    ),
]

WORKLOADS = {workload.name: workload for workload in ALL_WORKLOADS}
