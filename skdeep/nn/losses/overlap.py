"""Losses of all rows together: how far what is predicted and what is there overlap.

For each class, with weights w of mean 1, probabilities p and truth t of 0 or 1, sums
over the rows of a mini-batch (of dense prediction: all pixels) give

    I = sum of w p t,    A = sum of w p,    B = sum of w t

and with s for ``smooth``, the coefficients

    Dice = (2 I + s) / (A + B + s),    Jaccard = (I + s) / (A + B - I + s).

One minus their mean over classes is the loss, the same for every row, so that the
weighted mean over rows returns it. A rare class counts as much as a frequent one.
Where a mini-batch is worked on in shards, each is judged for itself; they follow from
the work, not from the number of threads.
"""

import copy
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.special import expit

from skdeep.nn.losses.base import Loss
from skdeep.nn.losses.classification import (
    LogisticLogLoss,
    LogisticLoss,
    SoftmaxLogLoss,
    SoftmaxLoss,
    _positions,
    _softmax_by_class,
)


@dataclass(repr=False)
class _Overlap(Loss):
    """Base of losses by overlap, mixed with the log loss."""

    smooth: float = 1.0
    log_loss_share: float = 0.5
    joint: ClassVar[bool] = True
    # Of the rows of a mini-batch, while it is judged.
    _weights = None

    def with_weights(self, weights):
        bound = copy.copy(self)
        bound._weights = weights
        return bound

    def value_and_gradient(self, z, target, workspace):
        p, truth, value = self._read(z, target, workspace)
        n, weights = self._scaled_weights(len(z), p.dtype)
        weighted = p if weights is None else p * weights
        there = truth if weights is None else truth * weights
        sums = (weighted * truth, weighted, there)
        intersection, predicted, there = (np.add.reduce(x, axis=1) for x in sums)
        above, below = self._fraction(intersection, predicted, there)
        score = above / below
        gain, cost = self._slope(score, below)
        # That of n times the mean coefficient; weights are left to the caller.
        slope = truth * gain[:, np.newaxis]
        slope -= cost[:, np.newaxis]
        slope *= n / len(p)
        slope = self._through_link(p, slope)
        share = self.log_loss_share
        value *= share
        value += (1 - share) * (1 - score.mean())
        p -= truth  # the gradient of the log loss
        p *= share
        slope *= 1 - share
        p -= slope
        np.copyto(z, p.T)
        return value, z

    def _scaled_weights(self, n_rows: int, dtype: Any) -> tuple[int, Any]:
        """Return how many rows count, and their weights, of mean 1 among these."""
        weights = self._weights
        if weights is None:
            return n_rows, None
        n_counted, total = np.count_nonzero(weights), float(np.add.reduce(weights))
        return n_counted, weights * dtype.type(n_counted / total if total else 0)

    @staticmethod
    @abstractmethod
    def _read(
        z: np.ndarray, target: np.ndarray, workspace: Any
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return probabilities and truth, a row for each class, and the log loss."""

    @staticmethod
    @abstractmethod
    def _through_link(p: np.ndarray, slope: np.ndarray) -> np.ndarray:
        """Return slopes in raw outputs from those in probabilities."""

    @abstractmethod
    def _fraction(self, intersection: Any, predicted: Any, there: Any) -> Any:
        """Return both parts of the coefficient of each class."""

    @staticmethod
    @abstractmethod
    def _slope(score: np.ndarray, below: np.ndarray) -> tuple[Any, Any]:
        """Return a and b: the slope in the probability of a row is w (a t - b)."""


class _OfClasses(_Overlap, SoftmaxLoss):
    """Each row has one of several classes."""

    @staticmethod
    def _read(z, target, workspace):
        p, shifted, log_sum = _softmax_by_class(z, workspace)
        where = _positions(target, len(z))
        truth = workspace.empty("truth", p.shape)
        truth.fill(0)
        truth.reshape(-1)[where] = 1
        return p, truth, log_sum - shifted.take(where)

    @staticmethod
    def _through_link(p, slope):
        slope -= np.add.reduce(slope * p, axis=0)
        slope *= p
        return slope

    def best_constant(self, target, weights):
        """Return that of the log loss: overlap has no slope where a class is all."""
        return SoftmaxLogLoss().best_constant(target, weights)


class _OfLabels(_Overlap, LogisticLoss):
    """Each row has a label or not, for several of them."""

    @staticmethod
    def _read(z, target, workspace):
        truth = np.ascontiguousarray(target.T, z.dtype)
        outputs = np.ascontiguousarray(z.T)
        value = np.add.reduce(np.logaddexp(outputs, 0) - outputs * truth, axis=0)
        return expit(outputs), truth, value

    @staticmethod
    def _through_link(p, slope):
        slope *= p
        slope *= 1 - p
        return slope

    def best_constant(self, target, weights):
        """Return that of the log loss: overlap has no slope where a class is all."""
        return LogisticLogLoss().best_constant(target, weights)


class _Dice(_Overlap):
    def _fraction(self, intersection, predicted, there):
        return 2 * intersection + self.smooth, predicted + there + self.smooth

    @staticmethod
    def _slope(score, below):
        return 2 / below, score / below


class _Jaccard(_Overlap):
    def _fraction(self, intersection, predicted, there):
        union = predicted + there - intersection
        return intersection + self.smooth, union + self.smooth

    @staticmethod
    def _slope(score, below):
        return (1 + score) / below, score / below


class SoftmaxDice(_OfClasses, _Dice):
    """One minus the mean Dice coefficient of the classes, and log loss [1]_ [2]_.

    Parameters
    ----------
    smooth : float, default=1.0
        Rows that are added to both parts of the fraction: a class that is neither there
        nor predicted counts as found.
    log_loss_share : float, default=0.5
        Share of the log loss, which has a slope where nothing overlaps yet [2]_. 0 is
        the Dice loss alone.

    References
    ----------
    .. [1] F. Milletari, N. Navab and S.-A. Ahmadi, "V-Net: fully convolutional neural
       networks for volumetric medical image segmentation", 3DV 2016, arXiv:1606.04797.
    .. [2] F. Isensee et al., "nnU-Net", Nature Methods 18, 2021, arXiv:1809.10486.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.nn.compute import Buffers
    >>> z, y = np.zeros((4, 2)), np.array([0, 0, 0, 1])
    >>> loss = SoftmaxDice(smooth=0.0, log_loss_share=0.0)
    >>> value, _ = loss.value_and_gradient(z, y, Buffers(float))
    >>> value  # one minus the mean of 3 / 5 and 1 / 3
    array([0.53333333, 0.53333333, 0.53333333, 0.53333333])
    """


class LogisticDice(_OfLabels, _Dice):
    """One minus the mean Dice coefficient of the labels, and log loss.

    Of two classes, the overlap is that of the second.

    Parameters
    ----------
    smooth : float, default=1.0
        As of :class:`SoftmaxDice`.
    log_loss_share : float, default=0.5
        Share of the log loss.
    """


class SoftmaxJaccard(_OfClasses, _Jaccard):
    """One minus the mean Jaccard coefficient of the classes, and log loss [1]_.

    Parameters
    ----------
    smooth : float, default=1.0
        As of :class:`SoftmaxDice`.
    log_loss_share : float, default=0.5
        Share of the log loss.

    References
    ----------
    .. [1] M. Rahman and Y. Wang, "Optimizing intersection-over-union in deep neural
       networks for image segmentation", ISVC 2016.
    """


class LogisticJaccard(_OfLabels, _Jaccard):
    """One minus the mean Jaccard coefficient of the labels, and log loss.

    Of two classes, the overlap is that of the second.

    Parameters
    ----------
    smooth : float, default=1.0
        As of :class:`SoftmaxDice`.
    log_loss_share : float, default=0.5
        Share of the log loss.
    """
