"""The protocols of inputs (X) and targets (y), between a user and a network.

Also what other packages ask of an estimator: its layers, the size of its mini-batches
and its penalty, and data as its network takes them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_X_y

from skdeep._forms import check_collection, check_values
from skdeep.estimators._rules import check_hyperparameters, plain
from skdeep.estimators._training import count_epochs, make_batch_size, make_penalty
from skdeep.nn import Augmentation, Layer, Loss, Network, Serial
from skdeep.nn.ragged import Ragged
from skdeep.nn.training import Order, Samples

__all__ = [
    "Inputs",
    "Metric",
    "Targets",
    "check_one_value",
    "check_scale",
    "check_targets",
    "count_epochs",
    "epoch_of_weights",
    "is_ragged",
    "learn_targets",
    "make_batch_size",
    "make_penalty",
    "plan_layers",
    "read_inputs",
    "read_samples",
    "row_outputs",
]

Metric = Callable[[Any], float]


class Inputs:
    """The X of an estimator, from a user to the network.

    An estimator makes its inputs anew for every fit and keeps them as ``inputs_``.
    Reading, learning and encoding are separate, so that validation data, and samples
    that a sampler makes, stay out of what is learned.

    Notes
    -----
    A kind of input is a subclass in a file of this folder; what it leaves as it is here
    does nothing.
    """

    # Names of what a fit learns, for one that continues with its weights.
    learned: tuple[str, ...] = ()

    def carry_on(self, before: "Inputs") -> None:
        """Take over what was learned in the fit before."""
        for name in self.learned:
            setattr(self, name, getattr(before, name))

    def describe(self, tags: Any) -> None:
        """Write into scikit-learn's ``InputTags`` what is accepted."""

    def read(self, X: Any, owner: Any, dtype: Any, *, reset: bool = False) -> Any:
        """Check X and return it as arrays, which samplers and splitters can take.

        Parameters
        ----------
        X : object
            As the user gave it; not changed.
        owner : estimator
            Gets ``n_features_in_`` and the like in fit, is compared with them later,
            and is named in errors.
        dtype : dtype or tuple of dtype
            Type of numbers, or types that may stay.
        reset : bool, default=False
            Whether in a fit that starts anew.

        Returns
        -------
        array-like of shape (n_samples, ...)
            Rows can be taken by an array of positions.

        Raises
        ------
        ValueError
            If X cannot be taken; the message says what can.
        """
        raise NotImplementedError

    def count_out(self, X: Any, which: np.ndarray) -> Any:
        """Forget what only samples of weight 0 show, in a fit that starts anew.

        Parameters
        ----------
        X : array-like
            Result of :meth:`read`.
        which : ndarray of bool of shape (n_samples,)
            Those samples.

        Returns
        -------
        array-like
            What :meth:`read` would have returned.
        """
        return X

    def learn(self, X: Any, weights: Any) -> None:
        """Learn from the training part alone.

        Parameters
        ----------
        X : array-like
            Result of :meth:`read`.
        weights : ndarray of shape (n_samples,) or None
            How often each sample counts.
        """

    def for_sampler(self, X: Any, sampler: Any) -> Any:
        """Return the result of :meth:`read` as a sampler takes it, after :meth:`learn`.

        Parameters
        ----------
        X : array-like
            The training part.
        sampler : object
            With ``fit_resample``.

        Returns
        -------
        array-like
            As many samples.
        """
        return X

    def from_sampler(self, X_new: Any, X: Any) -> Any:
        """Return what a sampler made in the form of :meth:`read`.

        Parameters
        ----------
        X_new : array-like
            Of the sampler.
        X : array-like
            What :meth:`for_sampler` was given.

        Returns
        -------
        array-like
            The new samples.
        """
        return X_new

    def encode(self, X: Any, dtype: Any) -> Any:
        """Return the result of :meth:`read` as the network takes it."""
        return X

    def sample_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape in which the network gets samples given in ``shape``."""
        return shape

    def layers(self) -> list[Layer]:
        """Return the layers that stand before the architecture's own."""
        return []

    def check_network(self, X: Any, owner: Any) -> None:
        """Check that the layers of a new network take the samples of X."""

    def adapt(self, augmentation: Augmentation | None) -> Augmentation | None:
        """Return the augmentation as it applies to such inputs."""
        return augmentation

    def order(self, samples: Samples, shuffle: bool) -> Order:
        """Return the order in which epochs take the samples."""
        return Order(shuffle)


class Targets:
    """The y of an estimator, from a user to the loss, and predictions back.

    An estimator makes its targets anew for every fit and keeps them as ``targets_``.

    Attributes
    ----------
    n_outputs : int
        Number of raw outputs of the network.
    loss : Loss
        Loss of each sample, or of each step or pixel.

    Notes
    -----
    A kind of target is a subclass in a file of this folder. *Raw outputs* are what the
    network returns: an array (n_samples, n_outputs), or with an axis, or a ragged
    collection, of steps.
    """

    n_outputs: int
    loss: Loss
    # Names of what a fit learns, for one that continues with its weights.
    learned: tuple[str, ...] = ("n_outputs",)

    def read(self, y: Any, X: Any, owner: Any) -> Any:
        """Check y and return it as arrays.

        Parameters
        ----------
        y : object
            As the user gave it; not changed.
        X : array-like of shape (n_samples, ...)
            What inputs have read.
        owner : estimator
            Named in errors.

        Returns
        -------
        array-like of shape (n_samples, ...)
            Rows can be taken by an array of positions.
        """
        raise NotImplementedError

    def learn(self, y: Any, classes: Any = None, incremental: bool = False) -> None:
        """Set the attributes, in a fit that starts anew.

        Parameters
        ----------
        y : array-like
            Result of :meth:`read`.
        classes : array-like or None, default=None
            All classes that will ever be seen; None takes those in y.
        incremental : bool, default=False
            Whether in partial_fit, where y may not hold all classes.
        """
        raise NotImplementedError

    def carry_on(self, before: Any) -> None:
        """Take over what was learned in the fit before."""
        for name in self.learned:
            setattr(self, name, getattr(before, name))

    def check_again(self, y: Any, classes: Any, incremental: bool) -> None:
        """Check that y of a fit that continues is of the kind seen before."""

    def check_exclusive(self, name: str, value: Any) -> None:
        """Check that each sample has one class, as a hyperparameter needs."""

    def check_augmentation(self, augmentation: Augmentation | None) -> None:
        """Check that the augmentation leaves targets true."""

    def weigh(self, y: Any, sample_weight: np.ndarray | None) -> None:
        """Learn from the training part how much each class counts."""

    def weights(
        self, y: Any, sample_weight: np.ndarray | None, dtype: Any
    ) -> np.ndarray | None:
        """Return the weights in the loss; None are ones."""
        return sample_weight

    def encode(self, y: Any, dtype: Any, name: str = "y") -> np.ndarray:
        """Return targets for the loss, one row for each that it takes.

        Parameters
        ----------
        y : array-like
            Result of :meth:`read`.
        dtype : dtype
            Of targets that are not class numbers.
        name : str, default="y"
            How errors call y.

        Returns
        -------
        ndarray
            The targets.
        """
        raise NotImplementedError

    def join(self, inputs: Any, y: Any, dtype: Any) -> Any:
        """Return what the network takes: inputs, with what it is shown of y.

        Parameters
        ----------
        inputs : array-like
            Result of ``encode`` of inputs.
        y : array-like
            Result of :meth:`read`.
        dtype : dtype
            Of the network.

        Returns
        -------
        array-like of shape (n_samples, ...)
            The inputs alone, but where a network writes y step by step and is shown, in
            training, the steps before.
        """
        return inputs

    def samples(
        self, inputs: Any, y: Any, sample_weight: np.ndarray | None, dtype: Any
    ) -> tuple[Samples, float]:
        """Return training samples, whose weights have mean 1, and the sum of weights.

        Parameters
        ----------
        inputs : array-like
            What the network takes.
        y : array-like
            Result of :meth:`read`.
        sample_weight : ndarray of shape (n_samples,) or None
            How many times each sample counts.
        dtype : dtype
            Of the network.

        Returns
        -------
        samples : Samples
            For training.
        weight_sum : float
            What the weights add up to.
        """
        targets = self.encode(y, dtype)
        weights = self.weights(y, sample_weight, dtype)
        if weights is None:
            return Samples(inputs, targets), float(inputs.shape[0])
        weight_sum = float(weights.sum(dtype=np.float64))
        weights = (weights * (len(weights) / weight_sum)).astype(dtype)
        return Samples(inputs, targets, weights), weight_sum

    def read_weights(self, weights: Any, X: Any) -> Any:
        """Return weights given for each step or pixel; None if one per sample.

        Parameters
        ----------
        weights : object
            As the user gave them.
        X : array-like of shape (n_samples, ...)
            What inputs have read.

        Returns
        -------
        array-like of shape (n_samples, ...) or None
            Rows can be taken by an array of positions; ``rows`` has them all.
        """
        return None

    def forward(self, network: Network, x: Any) -> Any:
        """Return the network's outputs for samples to be predicted."""
        return network.forward(x)

    def decode(self, z: Any) -> Any:
        """Return predictions from raw outputs."""
        raise NotImplementedError

    def probabilities(self, z: Any) -> Any:
        """Return the probability of each class from raw outputs."""
        raise NotImplementedError

    def metric(self, y: Any, sample_weight: np.ndarray | None) -> Metric:
        """Return ``metric(z) -> score``, the estimator's own, for validation data."""
        raise NotImplementedError

    def stratify(self, y: Any) -> Any:
        """Return the classes whose shares a split keeps, or None."""
        return None

    def starting_outputs(self, samples: Samples) -> Any:
        """Return the raw outputs that a new network had best start with, or None."""
        return None

    def by_rows(self, y: Any, weights: Any) -> tuple["Targets", Any, Any]:
        """Return targets, y and weights with a row for each prediction, for metrics."""
        return self, y, weights

    def check_network(self, network: Network, X: Any) -> None:
        """Check that the network's outputs match the targets in shape."""


def is_ragged(X: Any) -> bool:
    """Tell whether X is a collection of samples rather than one array.

    Parameters
    ----------
    X : object
        Anything.

    Returns
    -------
    bool
        True for lists, object arrays and Series of arrays, except a list of rows of
        equal length, which is a table.
    """
    if isinstance(X, Ragged):
        return True
    if not isinstance(X, list | tuple) and getattr(X, "ndim", None) != 1:
        return False
    first = next(iter(X), None)
    if not isinstance(first, list | tuple) and not getattr(first, "ndim", 0):
        # Spares an import that takes pandas along.
        return False
    from skdeep.preprocessing._ragged import is_ragged as is_collection

    return is_collection(X)


def check_targets(y: Any, X: Any, owner: Any, y_numeric: bool = False) -> Any:
    """Return y checked by scikit-learn, of as many rows as X."""
    check_one_value(y, owner)
    rows = np.broadcast_to(0.0, (X.shape[0], 1))
    # scikit-learn sums y up to look for infinities.
    with np.errstate(invalid="ignore"):
        _, y = check_X_y(
            rows, y, multi_output=True, y_numeric=y_numeric, estimator=owner
        )
    return y


def check_one_value(y: Any, owner: Any) -> None:
    """Check that y has values, all there, and not an array for each sample."""
    is_plain = type(y) is np.ndarray and 0 < y.ndim <= 2 and y.dtype.kind in "biuf"
    if is_plain and not np.isnan(y).any():
        return
    check_collection(y)
    if is_ragged(y) or getattr(y, "ndim", 0) > 2:
        raise ValueError(
            f"y holds an array for each sample, and {type(owner).__name__} predicts "
            f"one value for each: {owner._one_value_each}."
        )
    check_values(y, owner)


def check_scale(values: Any, dtype: Any, name: str) -> None:
    """Check that numbers are within the range of the type of a network.

    Parameters
    ----------
    values : ndarray or list of ndarray
        Finite numbers, a feature or an output in each place of the last axis.
    dtype : dtype
        Of the network.
    name : str
        What errors call them.

    Raises
    ------
    ValueError
        If one is too large; the message says where.
    """
    limit = np.finfo(dtype).max
    for array in values if isinstance(values, list) else [values]:
        if array.dtype.kind != "f" or array.dtype.itemsize <= np.dtype(dtype).itemsize:
            continue
        if array.size and max(array.max(), -array.min()) > limit:
            beyond = np.argwhere(abs(array) > limit)[0]
            column = int(beyond[-1]) if array.ndim > 1 else 0
            raise ValueError(
                f"Column {column} of {name} holds {array[tuple(beyond)]:g}, which is "
                f"beyond the range of {np.dtype(dtype)} (up to {limit:.3g}): scale "
                f"{name}, or take dtype='float64'."
            )


def row_outputs(z: Any) -> np.ndarray:
    """Return raw outputs as rows, without axes of steps or pixels."""
    return z.rows() if isinstance(z, Ragged) else z.reshape(-1, z.shape[-1])


def epoch_of_weights(estimator: Any) -> int:
    """Return the epoch, counted from 0, whose weights a fitted estimator has."""
    curve, scores = estimator.loss_curve_, estimator.validation_scores_
    if scores and len(scores) == len(curve):
        # Of equally good epochs the last.
        best = np.nan_to_num(scores, nan=-np.inf)
        return int(np.flatnonzero(best == best.max())[-1])
    return len(curve) - 1


def plan_layers(
    estimator: Any,
    input_shape: tuple[int, ...],
    n_outputs: int,
    inputs: Inputs | None = None,
) -> tuple[Serial, tuple[int, ...]]:
    """Return all layers of an estimator's network, whether it is fitted or not.

    Parameters
    ----------
    estimator : estimator
        Its hyperparameters make the layers.
    input_shape : tuple of int
        Shape of a sample.
    n_outputs : int
        Number of raw outputs.
    inputs : Inputs or None, default=None
        What is known of X; None before a fit.

    Returns
    -------
    layers : Serial
        The layers.
    shape : tuple of int
        Shape of a sample as they take it.
    """
    if inputs is None:
        check_hyperparameters(estimator)
    estimator = plain(estimator)
    inputs = estimator._make_inputs() if inputs is None else inputs
    shape = inputs.sample_shape(tuple(input_shape))
    layers = Serial([*inputs.layers(), *estimator._make_layers(n_outputs, shape)])
    return layers, estimator._network_shape(shape, n_outputs)


def learn_targets(estimator: Any, X: Any, y: Any) -> tuple[Targets, Any]:
    """Return targets that an unfitted estimator learns from y, and their rows.

    Parameters
    ----------
    estimator : estimator
        Of skdeep; not changed.
    X, y : array-like
        Training data.

    Returns
    -------
    targets : Targets
        Of samples, or of steps where these have targets of their own.
    rows : array-like
        One for each of them.
    """
    estimator = plain(clone(estimator))
    X = estimator._make_inputs().read(X, estimator, np.float64, reset=True)
    targets = estimator._make_targets(X)
    y = targets.read(y, X, estimator)
    targets.learn(y)
    return targets.by_rows(y, None)[:2]


def read_inputs(estimator: Any, X: Any) -> Any:
    """Return X as the network of a fitted estimator takes it."""
    inputs, dtype = estimator.inputs_, estimator.network_.dtype
    return inputs.encode(inputs.read(X, estimator, dtype), dtype)


def read_samples(estimator: Any, X: Any, y: Any) -> Samples:
    """Return data as the network of a fitted estimator and its loss take them.

    Parameters
    ----------
    estimator : fitted estimator
        Of skdeep.
    X, y : array-like
        As given by a user.

    Returns
    -------
    Samples
        The data, with the weights that their classes bring.
    """
    inputs, targets = estimator.inputs_, estimator.targets_
    dtype = estimator.network_.dtype
    X = inputs.read(X, estimator, dtype)
    y = targets.read(y, X, estimator)
    return targets.samples(inputs.encode(X, dtype), y, None, dtype)[0]
