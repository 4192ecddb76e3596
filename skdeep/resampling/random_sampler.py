"""Leave samples out and repeat them, to given counts."""

from collections.abc import Mapping
from typing import Any, ClassVar

import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np

from skdeep.resampling._base import (
    AnySampler,
    check_classes,
    check_no_class_is_empty,
)


class RandomSampler(AnySampler):
    """Bring classes to given counts, by leaving samples out and repeating them.

    A class that is to have fewer samples than it has is undersampled without
    replacement; one that is to have more is oversampled, all its samples being kept.

    Parameters
    ----------
    sampling_strategy : "auto", dict or callable, default="auto"
        How many samples the classes are to have.

        - "auto": all classes the same number, and the data about as many samples as
          before.
        - dict: number of samples of each class that is to be changed.
        - callable: takes y and returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Seed of the random choice.

    Attributes
    ----------
    sample_indices_ : ndarray of shape (n_samples_new,)
        Position in X of each sample that was returned.
    sampling_strategy_ : dict
        Number of samples of each class.
    n_features_in_ : int
        Number of features. Only if X was a table.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features. Only if X was a DataFrame with such names.

    See Also
    --------
    RandomOverSampler : Repeats samples only.
    RandomUnderSampler : Leaves samples out only.

    Notes
    -----
    The rows of a DataFrame are numbered anew; ``sample_indices_`` says where they come
    from.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.resampling import RandomSampler
    >>> y = np.repeat([0, 1, 2, 3, 4], [5000, 5000, 150, 50, 25])
    >>> X = np.arange(len(y)).reshape(-1, 1)
    >>> sampler = RandomSampler(sampling_strategy={0: 500, 1: 500, 3: 150, 4: 150})
    >>> np.bincount(sampler.fit_resample(X, y)[1])
    array([500, 500, 150, 150, 150])
    >>> np.bincount(RandomSampler().fit_resample(X, y)[1])
    array([2045, 2045, 2045, 2045, 2045])
    """

    _sampling_type = "bypass"
    _parameter_constraints: ClassVar[dict] = {
        "sampling_strategy": [str, Mapping, callable],
        "random_state": ["random_state"],
    }

    def __init__(self, *, sampling_strategy="auto", random_state=None):
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state

    def _fit_resample(self, X, y):
        classes, counts = np.unique(y, return_counts=True)
        present = dict(zip(classes.tolist(), counts.tolist(), strict=True))
        wanted = self._counts(y, present)
        check_classes(wanted, classes)
        check_no_class_is_empty(label for label, n in wanted.items() if n == 0)
        self.sampling_strategy_ = present | wanted

        fewer = {label: n for label, n in wanted.items() if n < present[label]}
        more = {label: n for label, n in wanted.items() if n > present[label]}
        X, y = imblearn.under_sampling.RandomUnderSampler(
            sampling_strategy=fewer, random_state=self.random_state
        ).fit_resample(X, y)
        X, y = imblearn.over_sampling.RandomOverSampler(
            sampling_strategy=more, random_state=self.random_state
        ).fit_resample(X, y)
        self.sample_indices_ = X[:, 0]
        return X, y

    def _counts(self, y: np.ndarray, present: dict[Any, int]) -> dict[Any, int]:
        if callable(self.sampling_strategy):
            return dict(self.sampling_strategy(y))
        if isinstance(self.sampling_strategy, Mapping):
            return dict(self.sampling_strategy)
        if self.sampling_strategy != "auto":
            raise ValueError(
                f"sampling_strategy={self.sampling_strategy!r} is no strategy of "
                "RandomSampler: give 'auto', a dict of counts or a function that "
                "returns one, or take RandomOverSampler or RandomUnderSampler."
            )
        return dict.fromkeys(present, max(1, round(len(y) / len(present))))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        return tags
