"""Classes that are not equally frequent: samplers, balanced batches, priors."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from skdeep.estimators._data import Data
from skdeep.estimators.targets import Targets
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import BalancedOrder, Order, Samples

SAMPLERS = ("over", "under", "passthrough")


@dataclass(frozen=True)
class Imbalance:
    """Treatment of rare classes in a fit, other than weighting them.

    The defaults do nothing, as for a regressor.

    Parameters
    ----------
    sampler : str, sampler or None
        "over", "under", "passthrough", or an object with ``fit_resample``.
    balanced_batches : bool
        Whether every mini-batch holds as many samples of each class.
    prior_correction : bool
        Whether predictions are brought back to the classes' shares in the data.
    """

    sampler: Any = None
    balanced_batches: bool = False
    prior_correction: bool = False

    def check(self, targets: Targets) -> None:
        """Check that every sample has one class, if anything is to be done."""
        for name, value in vars(self).items():
            if value not in (None, False):
                targets.check_exclusive(name, value)

    def resample(self, data: Data, rng: np.random.Generator, inputs: Any) -> Data:
        """Return the training part of the data, resampled.

        Parameters
        ----------
        data : Data
            The training part.
        rng : numpy.random.Generator
            Seeds a sampler without random_state.

        Returns
        -------
        Data
            Weights have followed their samples.

        Raises
        ------
        ValueError
            If the sampler makes new samples and cannot tell their weights.
        """
        sampler = self.sampler
        if sampler is None or sampler == "passthrough":
            return data
        X, y, sample_weight = data.X, data.y, data.weights
        if isinstance(sampler, str):
            from skdeep.resampling import RandomOverSampler, RandomUnderSampler

            kind = RandomOverSampler if sampler == "over" else RandomUnderSampler
            sampler = kind()
        else:
            sampler = clone(sampler)
        if sampler.get_params().get("random_state", 0) is None:
            sampler.set_params(random_state=int(rng.integers(2**31)))
        given = inputs.for_sampler(X.arrays if isinstance(X, Ragged) else X, sampler)
        keeps_weights = (
            "sample_weight" in inspect.signature(sampler.fit_resample).parameters
        )
        if sample_weight is not None and keeps_weights:
            with _words_on_axes(sampler, X):
                X_new, y_new, weights = sampler.fit_resample(
                    given, y, sample_weight=sample_weight
                )
            return Data(_like(X, inputs.from_sampler(X_new, X)), y_new, weights)
        with _words_on_axes(sampler, X):
            X_new, y_new = sampler.fit_resample(given, y)
        if sample_weight is None:
            return Data(_like(X, inputs.from_sampler(X_new, X)), y_new)
        indices = getattr(sampler, "sample_indices_", None)
        if indices is None or len(indices) != len(y_new):
            raise ValueError(
                f"sampler={sampler!r} makes new samples and does not say how much they "
                "weigh: use a sampler of skdeep.resampling, or leave out sample_weight."
            )
        return Data(
            _like(X, inputs.from_sampler(X_new, X)), y_new, sample_weight[indices]
        )

    def order(self, samples: Samples) -> Order | None:
        """Return the order in which epochs take the samples, if it matters here."""
        if not self.balanced_batches:
            return None
        return BalancedOrder(samples.targets.astype(np.intp).ravel())

    def shares(
        self, targets: Any, given: Data, samples: Samples
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """Return the classes' shares in the data and in training, if they are needed.

        Parameters
        ----------
        targets : Labels
            Of the fit.
        given : Data
            The training part before it was resampled.
        samples : Samples
            What the network is trained on.

        Returns
        -------
        (ndarray, ndarray) of shape (n_classes,), or None
            Shares in the sum of weights; None if nothing has changed them, or nobody
            asks.
        """
        if not (self._changes_shares or self.prior_correction):
            return None
        n_classes = len(targets.classes)
        classes = targets.encode(given.y, np.intp).ravel()
        shares = class_shares(classes, given.weights, n_classes)
        classes = samples.targets.astype(np.intp).ravel()
        trained = class_shares(classes, samples.weights, n_classes)
        if self.balanced_batches:
            # Every class comes as often as any other, with its mean weight.
            trained /= class_shares(classes, None, n_classes)
            trained /= trained.sum()
        return shares, trained

    def logit_shift(self, shares: Any) -> np.ndarray | None:
        """Return what predictions add to raw outputs, or None."""
        return logit_shift(*shares) if self.prior_correction else None

    @property
    def _changes_shares(self) -> bool:
        return self.sampler not in (None, "passthrough") or self.balanced_batches

    def validation_weights(
        self, targets: Any, data: Data, shares: Any, dtype: Any
    ) -> np.ndarray | None:
        """Return weights of validation data, which weigh classes as training does."""
        if not self._changes_shares:
            return targets.weights(data.y, data.weights, dtype)
        given, trained = shares
        factors = np.divide(trained, given, np.zeros_like(given), where=given > 0)
        weights = factors[targets.encode(data.y, np.intp).ravel()]
        if data.weights is not None:
            weights = weights * data.weights
        return weights.astype(dtype)


def refuse_balanced(class_weight: Any) -> None:
    """Check that weights of classes do not depend on data that are still to come.

    Parameters
    ----------
    class_weight : dict, list of dict, "balanced" or None
        The hyperparameter, in partial_fit.

    Raises
    ------
    ValueError
        If it is "balanced".
    """
    if isinstance(class_weight, str):
        raise ValueError(
            "class_weight='balanced' needs all data at once, which partial_fit never "
            "sees: give a dict of weights, such as the one that "
            "sklearn.utils.class_weight.compute_class_weight computes."
        )


@contextmanager
def _words_on_axes(sampler: Any, X: Any) -> Iterator[None]:
    """Say that a sampler takes tables alone, where it fails for samples with axes."""
    try:
        yield
    except ValueError as error:
        signs = ("Found array with dim", "setting an array element")
        if len(X.shape) > 2 and any(sign in str(error) for sign in signs):
            raise ValueError(
                f"sampler={sampler!r} takes tables alone, and X holds samples with "
                "axes of their own: take sampler='over' or 'under', or a sampler of "
                "skdeep.resampling, such as its SMOTE for arrays of one shape."
            ) from error
        raise


def _like(X: Any, X_new: Any) -> Any:
    """Return new samples in the form and type of those given."""
    if isinstance(X, Ragged):
        X_new = Ragged(list(X_new))
    return X_new.astype(X.dtype, copy=False)


def class_shares(
    classes: np.ndarray, weights: np.ndarray | None, n_classes: int
) -> np.ndarray:
    """Return the share of each class in the sum of weights, shape (n_classes,)."""
    mass = np.bincount(classes, weights, minlength=n_classes).astype(np.float64)
    return mass / mass.sum()


def logit_shift(given: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """Return what to add to raw outputs to go from one prior to another.

    By Bayes' rule a posterior under the priors it was trained with turns into that
    under the given ones by the factor ``given / trained`` of each class, then
    normalised [1]_.

    Parameters
    ----------
    given, trained : ndarray of shape (n_classes,)
        Shares of the classes in the data as given, and as the loss saw them.

    Returns
    -------
    ndarray of shape (n_classes,) or (1,)
        One for each raw output; two classes have one.

    References
    ----------
    .. [1] M. Saerens, P. Latinne and C. Decaestecker, "Adjusting the outputs of a
       classifier to new a priori probabilities", Neural Computation 14, 2002.
    """
    tiny = np.finfo(np.float64).tiny
    shift = np.log(np.maximum(given, tiny)) - np.log(np.maximum(trained, tiny))
    return shift[1:] - shift[0] if len(shift) == 2 else shift
