"""The contract that every loss keeps."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from skdeep.nn.configurable import Configurable
from skdeep.nn.workspace import Workspace


class Loss(Configurable):
    """Loss of each sample as a function of the network's raw output ``z``.

    Loss and link are computed together, in a form that neither overflows nor loses
    digits. The caller weights the samples and averages.

    Attributes
    ----------
    link : str
        Name of the function that turns raw output into a prediction.
    """

    link: ClassVar[str] = "identity"

    @abstractmethod
    def value_and_gradient(
        self, z: np.ndarray, target: np.ndarray, workspace: Workspace
    ) -> tuple[np.ndarray, np.ndarray]:
        """Loss of each sample and its gradient with respect to ``z``.

        Parameters
        ----------
        z : ndarray of shape (n_samples, n_outputs)
            Raw outputs; overwritten with the gradient.
        target : ndarray of shape (n_samples, n_outputs), or (n_samples,) for classes
            What should have come out.
        workspace : Workspace
            Reusable buffers.

        Returns
        -------
        value : ndarray of shape (n_samples,)
            Loss of each sample, summed over outputs.
        gradient : ndarray of shape (n_samples, n_outputs)
            Its derivative; the same memory as ``z``.
        """

    def predict(self, z: np.ndarray) -> np.ndarray:
        """Turn raw outputs into predictions: mean, quantile or probabilities."""
        return z
