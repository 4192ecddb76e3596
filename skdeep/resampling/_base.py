"""What all samplers share: samples of any kind, weights, and clear errors."""

from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from imblearn.base import BaseSampler
from imblearn.utils import check_target_type
from sklearn.utils.validation import (
    check_array,
    check_consistent_length,
    validate_data,
)

from skdeep._forms import check_call
from skdeep._frames import column_like
from skdeep._links import LinkedToDocumentation
from skdeep._words import numbers_expected
from skdeep.preprocessing._rows import explained
from skdeep.resampling._labels import read_labels
from skdeep.resampling._samples import (
    TableAndBack,
    check_samples,
    is_table,
    n_samples,
    positions,
)


class AnySampler(LinkedToDocumentation, BaseSampler):
    """Lets a sampler of imbalanced-learn take samples of any kind, and weights.

    To be inherited from before a sampler of imbalanced-learn. That one gets a table in
    place of the samples: their positions, or their numbers (``_to_table``).
    """

    # Whether a resampled DataFrame keeps the index labels of its rows.
    _keeps_index = False

    def fit(self, X, y):
        """Check the data, without resampling them.

        Parameters
        ----------
        X : array-like, sparse matrix, DataFrame, Series or list
            The samples, as in :meth:`fit_resample`.
        y : array-like of shape (n_samples,)
            Their classes.

        Returns
        -------
        self : sampler
            The same sampler.
        """
        X, y, table, _ = self._check(X, y)
        with explained(X):
            try:
                super().fit(table, y)
            except ValueError:
                self._explain(X, y)
                raise
        self._note_features(X, y)
        return self

    def fit_resample(self, X, y, sample_weight=None):
        """Resample the data.

        Parameters
        ----------
        X : array-like, sparse matrix, DataFrame, Series or list
            The samples: a table, an array of any number of dimensions whose first one
            counts the samples, or a list, an object array or a Series of arrays.
        y : array-like of shape (n_samples,)
            Their classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Their weights. A sample that is repeated keeps its weight; one that is made
            up gets the mean weight of the given samples of its class.

        Returns
        -------
        X_resampled : same type as X
            The samples.
        y_resampled : same type as y
            Their classes.
        sample_weight_resampled : ndarray of shape (n_samples_new,)
            Their weights. Only if ``sample_weight`` was given.
        """
        given = y
        X, y, table, back = self._check(X, y)
        weight = None
        if sample_weight is not None:
            weight = _check_weight(sample_weight, n_samples(X))
        with explained(X):
            try:
                table_new, y_new = super().fit_resample(table, y)
            except ValueError:
                self._explain(X, y)
                raise
        self._note_features(X, y)
        self.sample_indices_ = self._given(n_samples(X))
        labels = _classes_of(y_new)
        lost = np.setdiff1d(_classes_of(y), labels)
        check_no_class_is_empty(lost.tolist())
        X_new = self._with_index(back(table_new), y_new)
        if hasattr(y_new, "iloc") and not hasattr(given, "iloc"):
            y_new = column_like(y_new, given)
        if weight is None:
            return X_new, y_new
        return X_new, y_new, _resample_weight(weight, self.sample_indices_, labels)

    def _to_table(self, X: Any) -> TableAndBack:
        return positions(X)

    def _given(self, n: int) -> np.ndarray:
        """Return the positions of the returned samples that were among the n given."""
        return self.sample_indices_

    def _check(self, X: Any, y: Any) -> tuple[Any, Any, Any, Any]:
        strategy = self.sampling_strategy
        # Fractions pass for numbers, and scikit-learn cannot check them.
        kinds = str | Mapping | int | float | np.number | list
        whole = not isinstance(strategy, Mapping) or all(
            isinstance(count, Integral) for count in strategy.values()
        )
        is_nan = isinstance(strategy, float) and strategy != strategy
        if (
            not (isinstance(strategy, kinds) or callable(strategy))
            or isinstance(strategy, type)
            or not whole
            or is_nan
        ):
            raise ValueError(
                f"sampling_strategy={strategy!r} is not allowed in "
                f"{type(self).__name__}: give a word such as 'auto', a number, a dict "
                "from class to a whole number of samples, or a function that returns "
                "such a dict."
            )
        for name, value in self.get_params(deep=False).items():
            # scikit-learn cannot check fractions, which pass for real numbers.
            plain = isinstance(value, int | float | np.number)
            # NumPy's durations pass for integers.
            strange = isinstance(value, np.timedelta64)
            if strange or (isinstance(value, Real) and not plain):
                raise ValueError(
                    f"{name}={value!r} is not allowed in {type(self).__name__}: give "
                    "an int or a float."
                )
        seed: Any = self.random_state
        if isinstance(seed, Integral) and not 0 <= int(seed) < 2**32:
            raise ValueError(
                f"random_state={seed!r} is not allowed in {type(self).__name__}: give "
                "an integer of at least 0 and below 2**32."
            )
        X, y = check_samples(X), read_labels(y)
        check_consistent_length(X, y)
        if callable(strategy):
            _check_counts(strategy, _classes_of(y))
        with explained(X):
            return X, y, *self._to_table(X)

    def _note_features(self, X: Any, y: Any) -> None:
        """Remember number and names of the features of X, not of the table."""
        if is_table(X):
            validate_data(self, X, y, skip_check_array=True)
        else:
            del self.n_features_in_

    def _explain(self, X: Any, y: Any) -> None:
        """Raise a clearer error than imbalanced-learn's, if there is one."""
        if not isinstance(self.sampling_strategy, Mapping):
            return
        classes, counts = np.unique(_classes_of(y), return_counts=True)
        check_classes(self.sampling_strategy, classes)
        adds = self._sampling_type == "over-sampling"
        leaves_out = self._sampling_type == "under-sampling"
        for label, count in zip(classes.tolist(), counts.tolist(), strict=True):
            wanted = self.sampling_strategy.get(label, count)
            if (adds and wanted < count) or (leaves_out and wanted > count):
                raise ValueError(
                    f"sampling_strategy asks for {wanted} samples of class {label!r}, "
                    f"which has {count}, but {type(self).__name__} only "
                    f"{'adds samples' if adds else 'leaves samples out'}: use "
                    "RandomSampler, which does both."
                )

    def _with_index(self, X_new: Any, y_new: Any) -> Any:
        if not hasattr(X_new, "iloc"):
            return X_new
        if not self._keeps_index:
            X_new = X_new.reset_index(drop=True)
        if hasattr(y_new, "iloc"):
            y_new.index = X_new.index
        return X_new

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.sampler_tags.sample_indices = True
        return tags


def _classes_of(y: Any) -> np.ndarray:
    # scikit-learn looks for whole numbers by a cast.
    with np.errstate(invalid="ignore"):
        return check_target_type(y)


def _check_counts(strategy: Any, labels: np.ndarray) -> None:
    """Check what a function given as sampling_strategy returns."""
    check_call(strategy, "sampling_strategy", labels)
    counts = strategy(labels)
    known = isinstance(counts, Mapping) and all(
        isinstance(count, Integral) for count in counts.values()
    )
    if not known:
        raise ValueError(
            f"The function given as sampling_strategy returned {counts!r}: return a "
            "dict from class to a whole number of samples."
        )


def check_classes(strategy: Iterable[Any], classes: np.ndarray) -> None:
    """Check that the data have the classes that a strategy speaks of.

    Parameters
    ----------
    strategy : iterable
        Classes that are to be resampled.
    classes : ndarray
        Classes in the data.

    Raises
    ------
    ValueError
        If one is unknown.
    """
    known = classes.tolist()
    unknown = [label for label in strategy if label not in known]
    if unknown:
        raise ValueError(
            f"sampling_strategy names the class {unknown[0]!r}, but the classes in y "
            f"are {known}: give counts for classes in y only."
        )


def check_no_class_is_empty(lost: Iterable[Any]) -> None:
    """Check that resampling leaves no class without samples.

    Parameters
    ----------
    lost : iterable
        Classes in the data that no sample would be left of.

    Raises
    ------
    ValueError
        If there is any.
    """
    for label in lost:
        raise ValueError(
            f"sampling_strategy asks for 0 samples of class {label!r}, but nothing can "
            "be learned of a class without samples: ask for at least 1, or take the "
            "class out of X and y first."
        )


def _check_weight(sample_weight: Any, n: int) -> np.ndarray:
    with numbers_expected("sample_weight"):
        weight = np.asarray(sample_weight)
        if weight.shape == (n,):
            return check_array(weight, ensure_2d=False, input_name="sample_weight")
    raise ValueError(
        f"sample_weight has shape {weight.shape}, but X has {n} samples: give one "
        "weight per sample."
    )


def _resample_weight(
    weight: np.ndarray, indices: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Return the weights of given samples, then of any made-up ones."""
    given = weight[indices]
    if len(given) == len(labels):
        return given
    _, codes = np.unique(labels, return_inverse=True)
    of_given, of_new = codes[: len(given)], codes[len(given) :]
    means = np.bincount(of_given, given) / np.bincount(of_given)
    return np.concatenate([given, means[of_new]])
