"""What every way to multiply windows with weights can do."""

from abc import ABC, abstractmethod

import numpy as np

from skdeep.nn.compute import Buffers
from skdeep.nn.layers.windows import Windows


class WindowProducts(ABC):
    """Products of the windows of images of one size with weights.

    Parameters
    ----------
    windows : Windows
        Where the windows lie.
    height, width : int
        Size of the images.
    scratch : Buffers
        Of the shard. What lasts longer is in buffers of its own, not the layer's: the
        workspace keeps this object, and the two would keep each other in memory.

    Attributes
    ----------
    image : tuple of (int, int)
        Height and width.
    counts : tuple of (int, int)
        Number of windows along height and width.
    """

    def __init__(self, windows: Windows, height: int, width: int, scratch: Buffers):
        self.windows, self.image = windows, (height, width)
        self.counts = windows.counts(height, width)
        self._scratch = scratch
        self._buffers = Buffers(scratch.dtype)

    @abstractmethod
    def forward(
        self,
        x: np.ndarray,
        weight: np.ndarray,
        y: np.ndarray,
        bias: np.ndarray | None = None,
        sizes: np.ndarray | None = None,
    ) -> None:
        """Write the output.

        Parameters
        ----------
        x : ndarray of shape (n_samples, height, width, n_channels)
            Images.
        weight : ndarray of shape (*kernel, n_channels / groups, n_filters)
            Weights.
        y : ndarray of shape (n_samples, *counts, n_filters)
            Output.
        bias : ndarray of shape (n_filters,) or None
            Is added to the output.
        sizes : ndarray or None
            How much of each image is there.
        """

    @abstractmethod
    def gradients(
        self,
        x: np.ndarray,
        dy: np.ndarray,
        weight: np.ndarray,
        grad: np.ndarray,
        dx: np.ndarray | None,
        sizes: np.ndarray | None = None,
    ) -> None:
        """Write the gradients of weights and images, after ``forward`` of the same x.

        Parameters
        ----------
        x, weight, sizes
            As given to ``forward``.
        dy : ndarray of shape (n_samples, *counts, n_filters)
            Gradient of the output, 0 for what is padding.
        grad : ndarray of the shape of ``weight``
            Is overwritten.
        dx : ndarray of the shape of ``x``, or None
            Is overwritten; None is for nobody who asks.
        """
