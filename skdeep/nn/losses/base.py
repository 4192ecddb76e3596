"""The contract that every loss keeps."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from scipy.optimize import minimize

from skdeep.nn.compute import Buffers
from skdeep.nn.configurable import Configurable


class Loss(Configurable):
    """Loss of each sample as a function of the network's raw output ``z``.

    Loss and link are computed together, in a form that neither overflows nor loses
    digits. The caller weights the samples and averages.

    Attributes
    ----------
    link : str
        Name of the function that turns raw output into a prediction.
    joint : bool
        Whether rows are judged together, so that the loss of each depends on the others
        and on their weights.
    levels : tuple of float or None
        What each raw output predicts of one and the same target, where there are
        several: quantiles. None is an output for each target.
    """

    link: ClassVar[str] = "identity"
    joint: ClassVar[bool] = False
    levels: ClassVar[tuple[float, ...] | None] = None

    def with_weights(self, weights: np.ndarray | None) -> "Loss":
        """Return the loss of rows with these weights, by which the caller averages.

        Parameters
        ----------
        weights : ndarray of shape (n_samples,) or None
            A number for each row that will be judged, at least 0; None are ones. A row
            of weight 0 has no influence.

        Returns
        -------
        Loss
            The loss itself, unless it is ``joint``.
        """
        return self

    def n_outputs(self, n_numbers: int) -> int:
        """Return the number of raw outputs for targets of so many numbers.

        Parameters
        ----------
        n_numbers : int
            Length of the last axis of targets.

        Returns
        -------
        int
            One for each number, unless a loss says otherwise.
        """
        return n_numbers

    @abstractmethod
    def value_and_gradient(
        self, z: np.ndarray, target: np.ndarray, workspace: Buffers
    ) -> tuple[np.ndarray, np.ndarray]:
        """Loss of each sample and its gradient with respect to ``z``.

        Parameters
        ----------
        z : ndarray of shape (n_samples, n_outputs)
            Raw outputs; overwritten with the gradient.
        target : ndarray of shape (n_samples, n_outputs), or (n_samples,) for classes
            What should have come out.
        workspace : Buffers
            Reusable buffers.

        Returns
        -------
        value : ndarray of shape (n_samples,)
            Loss of each sample, summed over outputs.
        gradient : ndarray of shape (n_samples, n_outputs)
            Its derivative; the same memory as ``z``.
        """

    def best_constant(
        self, target: np.ndarray, weights: np.ndarray | None
    ) -> np.ndarray:
        """Return the raw output that suits all samples best, the inputs left aside.

        Parameters
        ----------
        target : ndarray of shape (n_samples, n_outputs), or (n_samples,) for classes
            What should come out.
        weights : ndarray of shape (n_samples,) or None
            Weights of the samples.

        Returns
        -------
        ndarray of shape (n_outputs,)
            Where the average loss of a constant is least; found numerically, where a
            loss knows no formula.
        """
        n_outputs = target.shape[1] if target.ndim == 2 else int(target.max()) + 1
        return self._fit_constant(target, weights, np.zeros(n_outputs))

    def _fit_constant(
        self,
        target: np.ndarray,
        weights: np.ndarray | None,
        start: np.ndarray,
        **options: int,
    ) -> np.ndarray:
        """Return the best constant near ``start``, found numerically."""
        scratch = Buffers(np.float64)

        def objective(constant: np.ndarray) -> tuple[float, np.ndarray]:
            z = np.tile(constant, (len(target), 1))
            value, gradient = self.value_and_gradient(z, target, scratch)
            mean = np.average(value, weights=weights)
            return float(mean), np.average(gradient, axis=0, weights=weights)

        return minimize(
            objective, start, jac=True, method="L-BFGS-B", options=options
        ).x

    def combine(self, z: np.ndarray) -> np.ndarray:
        """Return one row of raw outputs for each sample.

        Parameters
        ----------
        z : ndarray of shape (n_samples, n_outputs) or (n_samples, n_members, n_outputs)
            Raw outputs, as ``Network.forward`` returns them.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            The raw outputs themselves; or, where a loss knows of members, those whose
            prediction is the mean of the members' predictions.
        """
        return z

    def predict(self, z: np.ndarray) -> np.ndarray:
        """Turn raw outputs into predictions: mean, quantile or probabilities.

        Parameters
        ----------
        z : ndarray of shape (n_samples, n_outputs)
            Raw outputs.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            Predictions.
        """
        return z
