"""Make samples up between neighbours of a class."""

from numbers import Integral
from typing import Any

import imblearn.over_sampling
import numpy as np
from imblearn.utils import check_sampling_strategy, check_target_type

from skdeep._frames import infer_types, to_pandas
from skdeep.resampling._base import AnySampler
from skdeep.resampling._samples import TableAndBack, numbers


class NeighborSampler(AnySampler):
    """What SMOTE and SMOTENC share."""

    def _given(self, n: int) -> np.ndarray:
        return np.arange(n)

    def _explain(self, X: Any, y: Any) -> None:
        super()._explain(X, y)
        labels = check_target_type(y)
        strategy = check_sampling_strategy(
            self.sampling_strategy, labels, "over-sampling"
        )
        k = self.k_neighbors
        if not isinstance(k, Integral) and not hasattr(k, "n_neighbors"):
            raise ValueError(
                f"k_neighbors={k!r} is not allowed in {type(self).__name__}: give a "
                "whole number of neighbours, or a scikit-learn neighbours estimator."
            )
        needed = k.n_neighbors if hasattr(k, "n_neighbors") else k + 1
        name = type(self).__name__
        for label, n_added in strategy.items():
            count = np.count_nonzero(labels == label)
            if n_added and count < needed:
                fewer = f"set k_neighbors to at most {count - 1}, or "
                raise ValueError(
                    f"{name} with k_neighbors={k} needs at least {needed} samples of "
                    f"every class that it adds to, but class {label!s} has {count}: "
                    f"{fewer if count > 1 else ''}use RandomOverSampler."
                )


class SMOTE(NeighborSampler, imblearn.over_sampling.SMOTE):
    """Add samples to the small classes, made up between neighbours of a class.

    This is :class:`imblearn.over_sampling.SMOTE` for tables, sparse matrices,
    DataFrames of numbers, and arrays of any number of dimensions, such as images and
    sequences of equal length: distances are those between all numbers of a sample.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many samples the classes are to have.

        - float: size of the small class over that of the large class (two classes
          only).
        - "auto" or "not majority": all classes as many as the largest one; "minority":
          only the smallest class; "not minority", "all": as they say.
        - dict: number of samples of each class that is to be changed.
        - callable: takes y and returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Seed of the random choice.
    k_neighbors : int or object, default=5
        Number of nearest neighbours in its class between which and itself a sample
        makes new ones. Or an object with ``kneighbors``, such as
        :class:`~sklearn.neighbors.NearestNeighbors`, that finds one more than that, as
        it finds the sample itself too.

    Attributes
    ----------
    sample_indices_ : ndarray of shape (n_samples,)
        Positions of the given samples, which come first in what is returned: 0, 1, ...
        All later samples are made up.
    sampling_strategy_ : dict
        Number of samples added to each class.
    nn_k_ : estimator
        What finds the neighbours.
    n_features_in_ : int
        Number of features. Only if X was a table.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features. Only if X was a DataFrame with such names.

    See Also
    --------
    SMOTENC : Likewise, for numbers and categories.
    RandomOverSampler : Repeats samples, of any kind.

    Notes
    -----
    A new sample is :math:`x + u (x' - x)`, with x a sample of the class, x' one of its
    nearest neighbours and u uniform in [0, 1). In whole numbers it is rounded.

    What lies between two photographs is not a photograph: for images and long sequences
    :class:`RandomOverSampler` with augmentation often serves better. Scale features
    before, since distances depend on it.

    References
    ----------
    N. V. Chawla et al., "SMOTE: Synthetic Minority Over-sampling Technique", Journal of
    Artificial Intelligence Research 16, 2002.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.resampling import SMOTE
    >>> X = np.random.default_rng(0).normal(size=(30, 8, 2))
    >>> y = np.repeat([0, 1], [20, 10])
    >>> X_more, y_more, weight = SMOTE(random_state=0).fit_resample(
    ...     X, y, sample_weight=np.repeat([1.0, 3.0], [20, 10])
    ... )
    >>> X_more.shape, weight[-1]
    ((40, 8, 2), np.float64(3.0))
    """

    def _to_table(self, X: Any) -> TableAndBack:
        return numbers(X, "SMOTE")

    def _explain(self, X: Any, y: Any) -> None:
        super()._explain(X, y)
        X = to_pandas(X)
        is_frame = hasattr(X, "columns")
        for name, dtype in infer_types(X).dtypes.items() if is_frame else ():
            if dtype.kind not in "biuf":
                raise ValueError(
                    f"SMOTE interpolates between numbers, but column {name!r} has the "
                    f"dtype {dtype}: use SMOTENC, or encode the column first."
                )
