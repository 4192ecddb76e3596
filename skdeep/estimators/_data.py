"""Data of a fit: read, held out, encoded, and how validation data are judged."""

import copy
from collections.abc import Sized
from dataclasses import dataclass
from math import ceil
from numbers import Number, Real
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import check_array

from skdeep._forms import check_call, check_collection
from skdeep._words import numbers_expected
from skdeep.estimators.protocols import Metric, is_ragged, row_outputs
from skdeep.nn import Loss, Network
from skdeep.nn.compute import Buffers

# What means of sample weights keep from the ends of the range of their type.
MARGIN = 1e6


@dataclass(frozen=True)
class Data:
    """Samples as inputs and targets have read them, and their weights.

    Attributes
    ----------
    X, y : array-like of shape (n_samples, ...)
        Rows can be taken by an array of positions.
    weights : ndarray of shape (n_samples,) or None
        Weights of the samples; None are ones.
    given : tuple or None
        X and y in the user's own form, for scorers; None if there are none.
    """

    X: Any
    y: Any
    weights: np.ndarray | None = None
    given: tuple[Any, Any] | None = None

    def take(self, which: np.ndarray) -> "Data":
        """Return some of the samples."""
        weights = None if self.weights is None else self.weights[which]
        given = self.given and (
            take_rows(self.given[0], which),
            take_rows(self.given[1], which),
        )
        return Data(self.X[which], self.y[which], weights, given)


def take_rows(data: Any, which: np.ndarray) -> Any:
    """Return rows of a data frame, a list or an array."""
    if hasattr(data, "iloc"):
        return data.iloc[which]
    if isinstance(data, list | tuple):
        return [data[i] for i in which]
    if issparse(data):
        return data.tocsr()[which]
    if hasattr(data, "columns") or hasattr(data, "to_list"):
        from skdeep._frames import take_foreign

        return take_foreign(data, which)
    return np.asarray(data)[which]


def read_validation_data(estimator: Any, X: Any, y: Any, weights: Any = None) -> Data:
    """Return data as the inputs and targets of a fitted estimator read them.

    Parameters
    ----------
    estimator : estimator
        With ``inputs_`` and ``targets_`` that know what was learned.
    X, y : object
        As a user gives them.
    weights : array-like of shape (n_samples,), number or None, default=None
        Weights of the samples.

    Returns
    -------
    Data
        The same, checked.
    """
    name = "sample_weight_val"
    try:
        arrays = estimator.inputs_.read(X, estimator, estimator.network_.dtype)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            f"X_val cannot be taken as X was: {' '.join(str(error).split())} If X came "
            "through a pipeline of scikit-learn, which leaves X_val as it is: take "
            "skdeep.pipeline.make_pipeline, or transform X_val before."
        ) from error
    n_samples, shape = arrays.shape[0], getattr(y, "shape", None)
    n_targets = shape[0] if shape else len(y) if isinstance(y, Sized) else n_samples
    if n_targets != n_samples:
        raise ValueError(
            f"X_val has {n_samples} samples and y_val {n_targets}: give a target for "
            "each sample."
        )
    targets = estimator.targets_.read(y, arrays, estimator)
    if weights is not None:
        weights = check_weights(weights, arrays, estimator.targets_, name)
    return Data(arrays, targets, weights, (X, y))


def check_weights(
    weights: Any, X: Any, targets: Any, name: str, dtype: Any = None
) -> Any:
    """Return checked sample weights.

    Parameters
    ----------
    weights : array-like of shape (n_samples,) or number
        One weight per sample, or one for all; or one for each step or pixel, if these
        have targets of their own.
    X : array or sparse matrix of shape (n_samples, ...)
        The checked input.
    targets : Targets
        Of the estimator.
    name : str
        How errors call the weights.
    dtype : dtype or None, default=None
        Type of the result; None is that of X.

    Returns
    -------
    array-like of shape (n_samples, ...)
        Finite numbers.

    Raises
    ------
    ValueError
        If the shape is wrong, a weight is negative, or all are zero.
    """
    n_samples, dtype = X.shape[0], X.dtype if dtype is None else dtype
    if not isinstance(weights, Number):
        check_collection(weights, name)
    with numbers_expected(name):
        steps = targets.read_weights(weights, X)
        if steps is not None:
            steps.rows = check_array(
                steps.rows, ensure_2d=False, dtype=dtype, input_name=name
            )
            _check_signs(steps.rows, name)
            return steps
    if is_ragged(weights):
        raise ValueError(
            f"{name} holds an array for each sample: give one weight per sample."
        )
    if isinstance(weights, Number):
        weights = np.full(n_samples, weights)
    with np.errstate(over="ignore", invalid="ignore"), numbers_expected(name):
        weights = check_array(weights, ensure_2d=False, dtype=dtype, input_name=name)
    if weights.shape != (n_samples,):
        raise ValueError(
            f"{name}.shape == {weights.shape}, expected {(n_samples,)}: give one "
            "weight per sample."
        )
    _check_signs(weights, name)
    return weights


def _check_signs(weights: np.ndarray, name: str) -> None:
    if np.any(weights < 0) or not np.any(weights):
        raise ValueError(
            f"{name} has "
            + ("a negative weight" if np.any(weights < 0) else "only zeros")
            + ": a weight is the number of times that its sample counts, so give "
            "numbers of at least 0 that are not all 0."
        )
    mean, limits = weights.mean(dtype=np.longdouble), np.finfo(weights.dtype)
    if not MARGIN * limits.tiny < mean < limits.max / MARGIN:
        raise ValueError(
            f"{name} has a mean of {mean:g}, near the end of the range of "
            f"{weights.dtype}: multiply all weights by one number, so that their mean "
            "is near 1."
        )


def hold_out(
    data: Data, fraction: Any, stratify: Any, groups: Any, rng: np.random.Generator
) -> tuple[Data, Data]:
    """Split off validation data.

    Parameters
    ----------
    data : Data
        All data given to fit.
    fraction : float or splitter
        Share of the samples to hold out, or a splitter of scikit-learn, whose first
        split is taken.
    stratify : array-like or None
        Classes whose shares are kept, where a share is given.
    groups : array-like or None
        Groups for the splitter.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    train, validation : Data
        The two parts.
    """
    n_samples = data.X.shape[0]
    if hasattr(fraction, "split"):
        inside, outside = _first_split(fraction, data, groups)
    elif groups is not None:
        raise ValueError(
            f"groups was given, but validation_fraction={fraction!r} ignores them: "
            "give a splitter such as GroupShuffleSplit(1)."
        )
    else:
        inside, outside = _split(n_samples, fraction, stratify, rng)
    if len(outside) < 2:
        raise ValueError(
            "The validation set is too small. Increase 'validation_fraction' or the "
            "size of your dataset."
        )
    return data.take(inside), data.take(outside)


def _first_split(
    splitter: Any, data: Data, groups: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Return positions inside and outside of the training part, of a splitter."""
    if groups is not None:
        check_collection(groups, "groups")
    positions = np.arange(data.X.shape[0])
    try:
        inside, outside = next(iter(splitter.split(data.X, data.y, groups)))
        return positions[inside], positions[outside]
    except (AttributeError, IndexError, StopIteration, TypeError) as error:
        raise ValueError(
            f"validation_fraction={splitter!r} does not split the samples "
            f"({type(error).__name__}: {error}): give a share, or a splitter of "
            "scikit-learn; groups are numbers or strings, one for each sample."
        ) from error


def _split(
    n_samples: int, fraction: float, stratify: Any, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return positions inside and outside of the training part.

    Of more than two classes, those with a single sample stay in training, and where
    fewer samples are held out than there are classes, shares are not kept.
    """
    from sklearn.model_selection import train_test_split

    positions, alone = np.arange(n_samples), np.zeros(n_samples, dtype=bool)
    if stratify is not None:
        _, classes, counts = np.unique(
            stratify, return_inverse=True, return_counts=True
        )
        if len(counts) > 2:
            alone = (counts == 1)[classes.ravel()]
            stratify = classes.ravel()[~alone]
            n_classes = len(counts) - np.count_nonzero(counts == 1)
            if ceil(fraction * len(stratify)) < n_classes:
                stratify = None
    seed = int(rng.integers(2**31))
    try:
        inside, outside = train_test_split(
            positions[~alone], test_size=fraction, random_state=seed, stratify=stratify
        )
    except ValueError as error:
        if "test_size" in str(error) or "train_size" in str(error):
            raise ValueError(
                f"validation_fraction={fraction!r} of {n_samples} samples leaves too "
                "few of them, or of their classes, for training or for validation: "
                "change validation_fraction, or give X_val and y_val."
            ) from error
        raise ValueError(
            f"{error} Nothing can be held out by validation_fraction={fraction!r}: "
            "give X_val and y_val, or set early_stopping=False."
        ) from error
    return np.concatenate([inside, positions[alone]]), outside


class Validation:
    """Validation data of one fit, and the curves of loss and score over them.

    Parameters
    ----------
    network : Network
        The network under training.
    loss : Loss
        Loss of each sample.
    inputs, targets : ndarray
        As the network and the loss take them.
    weights : ndarray of shape (n_samples,) or None
        Weights in the loss.
    metric : callable or None
        ``metric(z) -> score`` from raw outputs, higher is better; None takes minus
        the loss.
    shift : ndarray of shape (n_outputs,) or None, default=None
        Added to raw outputs by the metric, as by predictions. The loss is judged as it
        was trained, without.

    Attributes
    ----------
    losses, scores : list of float
        One entry per epoch.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        inputs: Any,
        targets: np.ndarray,
        weights: np.ndarray | None,
        metric: Metric | None,
        shift: np.ndarray | None = None,
    ):
        self.network, self.metric = network, metric
        self.loss = loss.with_weights(weights)
        self.inputs, self.targets, self.weights = inputs, targets, weights
        self.shift = shift
        self.losses: list[float] = []
        self.scores: list[float] = []
        self._scratch = Buffers(network.dtype)

    def judge(self) -> float:
        """Append to the curves; return the score."""
        with np.errstate(all="ignore"):
            z = self.network.forward(self.inputs)
            z = row_outputs(self.loss.combine(z))
            finite = bool(np.isfinite(z).all())
            score = np.nan
            if finite and self.metric is not None:
                score = float(self.metric(z if self.shift is None else z + self.shift))
            values, _ = self.loss.value_and_gradient(z, self.targets, self._scratch)
            loss = float(np.average(values, weights=self.weights))
        if finite and self.metric is None:
            score = -loss
        self.losses.append(loss)
        self.scores.append(score)
        return score


def make_validation(
    estimator: Any, data: Data, weights: np.ndarray | None
) -> Validation:
    """Return the validation data of a fit, ready to be judged.

    Parameters
    ----------
    estimator : estimator
        Being fitted; inputs and targets have learned from the training part.
    data : Data
        What was held out.
    weights : ndarray of shape (n_samples,) or None
        Weights in the loss.

    Returns
    -------
    Validation
        The same, encoded.
    """
    targets, network = estimator.targets_, estimator.network_
    metric: Metric | None = None
    if estimator.scoring is None:
        metric = targets.metric(data.y, data.weights)
    elif estimator.scoring != "loss":
        metric = _scorer_metric(estimator, data)
    return Validation(
        network,
        targets.loss,
        targets.join(
            estimator.inputs_.encode(data.X, network.dtype), data.y, network.dtype
        ),
        targets.encode(data.y, network.dtype, "y_val"),
        weights,
        metric,
        estimator.logit_shift_,
    )


def _scorer_metric(estimator: Any, data: Data) -> Metric:
    """Return a metric that asks a scorer of scikit-learn, which predicts by itself."""
    from sklearn.metrics import check_scoring

    scorer = check_scoring(estimator, estimator.scoring)
    (X, y), weights = data.given or (data.X, data.y), data.weights
    if isinstance(estimator.scoring, str):
        # Metrics of scikit-learn take a row for each prediction.
        estimator = copy.copy(estimator)
        estimator.targets_, y, weights = estimator.targets_.by_rows(data.y, weights)
    arguments = {} if weights is None else {"sample_weight": weights}
    check_call(scorer, "scoring", estimator, X, y, **arguments)
    if isinstance(estimator.scoring, str) or not hasattr(estimator, "predict"):
        _try_scorer(scorer, estimator, X, y, arguments)

    def metric(z: np.ndarray) -> float:
        score = scorer(estimator, X, y, **arguments)
        if isinstance(score, np.ndarray) and score.ndim == 0:
            score = score.item()
        if not isinstance(score, Real):
            raise ValueError(
                f"scoring returned {score!r}, a {type(score).__name__}: return one "
                "number for the validation data, higher for the better of two models."
            )
        return float(score)

    return metric


def _try_scorer(scorer: Any, estimator: Any, X: Any, y: Any, arguments: Any) -> None:
    """Score the untrained network, so that a score that fails does so at once."""
    try:
        with np.errstate(all="ignore"):
            scorer(estimator, X, y, **arguments)
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(
            f"scoring={estimator.scoring!r} cannot judge {type(estimator).__name__} on "
            f"the validation data ({error}): give a score for such targets, "
            f"{_for_more_classes(estimator.scoring)}'loss' or None."
        ) from error


def _for_more_classes(scoring: Any) -> str:
    """Return the scorer of several classes that goes by nearly the same name."""
    from sklearn.metrics import get_scorer_names

    names = (f"{scoring}_macro", f"{scoring}_ovr")
    found = [name for name in names if name in get_scorer_names()]
    return f"{found[0]!r}, " if found else ""
