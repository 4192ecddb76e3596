"""A network, the data it is trained on, and how each library builds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np


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

    def torch_data(self, channels_last=False):
        """Return the data with the axes in the order of torch's modules.

        Parameters
        ----------
        channels_last : bool, default=False
            Leaves the data as they are, for a module that turns them itself.

        Returns
        -------
        X : ndarray of shape (n_samples, ...), float32
        y : ndarray of shape (n_samples,), int64
        """
        X, y = self.data()
        if not channels_last and X.ndim > 2:
            X = np.ascontiguousarray(np.moveaxis(X, -1, 1))
        return X, y
