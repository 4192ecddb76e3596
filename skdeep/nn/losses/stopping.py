"""Loss of the steps of a sequence of numbers that says by itself when it ends."""

from dataclasses import dataclass

import numpy as np

from skdeep.nn.losses.base import Loss
from skdeep.nn.losses.classification import LogisticLogLoss


@dataclass(repr=False)
class StopLoss(Loss):
    """Loss of the numbers of a step, plus the log loss of whether it is the last one.

    The last raw output is the logit of the end, and the last target 1 at the last step
    of a sequence, else 0; the others are those of ``loss`` [1]_.

    Parameters
    ----------
    loss : Loss
        Loss of the numbers.

    References
    ----------
    .. [1] J. Shen et al., "Natural TTS synthesis by conditioning WaveNet on mel
       spectrogram predictions", ICASSP 2018, arXiv:1712.05884.

    Examples
    --------
    >>> from skdeep.nn import SquaredError
    >>> from skdeep.nn.compute import Buffers
    >>> z, target = np.array([[1.0, 0.0]]), np.array([[3.0, 1.0]])
    >>> value, gradient = StopLoss(SquaredError()).value_and_gradient(
    ...     z, target, Buffers(np.float64)
    ... )
    >>> gradient
    array([[-2. , -0.5]])
    """

    loss: Loss

    @property
    def link(self) -> str:  # type: ignore[override]
        """Name of the function that turns raw output into a prediction."""
        return self.loss.link

    def n_outputs(self, n_numbers):
        return self.loss.n_outputs(n_numbers) + 1

    def value_and_gradient(self, z, target, workspace):
        ends = LogisticLogLoss()
        # Losses take and return memory of their own.
        numbers, logits = z[:, :-1].copy(), z[:, -1:].copy()
        value, dnumbers = self.loss.value_and_gradient(
            numbers, target[:, :-1], workspace
        )
        end_value, dlogits = ends.value_and_gradient(logits, target[:, -1:], workspace)
        z[:, :-1], z[:, -1:] = dnumbers, dlogits
        return value + end_value, z

    def best_constant(self, target, weights):
        numbers = self.loss.best_constant(target[:, :-1], weights)
        end = LogisticLogLoss().best_constant(target[:, -1:], weights)
        return np.concatenate([np.ravel(numbers), np.ravel(end)])

    def predict(self, z):
        """Return the numbers, and the logit of the end as it is."""
        return np.hstack([self.loss.predict(z[:, :-1]), z[:, -1:]])
