"""Leave samples out, or repeat them: for samples of any kind."""

from typing import Any

import imblearn.over_sampling
import imblearn.under_sampling
from sklearn.utils.validation import check_array

from skdeep.resampling._base import AnySampler
from skdeep.resampling._samples import TableAndBack, numbers, positions


class RandomOverSampler(AnySampler, imblearn.over_sampling.RandomOverSampler):
    """Repeat samples of the small classes, picked at random.

    This is :class:`imblearn.over_sampling.RandomOverSampler` for anything that can be
    indexed: tables, arrays of any number of dimensions, DataFrames, and lists, object
    arrays and Series of sequences that differ in length.

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
    shrinkage : float, dict or None, default=None
        Spread of the noise that is added to repeated samples, as a share of what a
        kernel density estimate would add; for all classes or for each. It needs
        numbers: samples of equal shape. None adds no noise.

    Attributes
    ----------
    sample_indices_ : ndarray of shape (n_samples_new,)
        Position in X of each sample that was returned. The first ones are all samples
        in X in their order.
    sampling_strategy_ : dict
        Number of samples added to each class.
    shrinkage_ : dict or None
        The shrinkage of each class.
    n_features_in_ : int
        Number of features. Only if X was a table.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features. Only if X was a DataFrame with such names.

    See Also
    --------
    SMOTE : Makes new samples up between given ones.
    RandomSampler : Repeats and leaves out at once.

    Notes
    -----
    Resample after splitting off test data, never before: a repeated sample on both
    sides makes the score too good. In a pipeline this takes care of itself.

    The rows of a DataFrame are numbered anew; ``sample_indices_`` says where they come
    from. Samples of lists and object arrays are repeated without copying them.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.resampling import RandomOverSampler
    >>> X = [np.zeros((length, 2)) for length in (3, 5, 4, 7)]
    >>> y = ["walk", "walk", "walk", "fall"]
    >>> X_more, y_more = RandomOverSampler(random_state=0).fit_resample(X, y)
    >>> [len(sequence) for sequence in X_more]
    [3, 5, 4, 7, 7, 7]
    >>> y_more
    ['walk', 'walk', 'walk', 'fall', 'fall', 'fall']
    """

    def _to_table(self, X: Any) -> TableAndBack:
        if self.shrinkage is None:
            return positions(X)
        table, back = numbers(X, "RandomOverSampler with shrinkage")
        check_array(table, accept_sparse=True, input_name="X")
        return table, back

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.shrinkage is not None:
            tags.input_tags.allow_nan = tags.input_tags.string = False
        return tags


class RandomUnderSampler(AnySampler, imblearn.under_sampling.RandomUnderSampler):
    """Leave samples of the large classes out, picked at random.

    This is :class:`imblearn.under_sampling.RandomUnderSampler` for anything that can be
    indexed: tables, arrays of any number of dimensions, DataFrames, and lists, object
    arrays and Series of sequences that differ in length.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many samples the classes are to have.

        - float: size of the small class over that of the large class (two classes
          only).
        - "auto" or "not minority": all classes as many as the smallest one;
          "majority": only the largest class; "not majority", "all": as they say.
        - dict: number of samples of each class that is to be changed.
        - callable: takes y and returns such a dict.
    random_state : int, RandomState instance or None, default=None
        Seed of the random choice.
    replacement : bool, default=False
        Whether a sample may be picked more than once.

    Attributes
    ----------
    sample_indices_ : ndarray of shape (n_samples_new,)
        Position in X of each sample that was returned.
    sampling_strategy_ : dict
        Number of samples of each class that was changed.
    n_features_in_ : int
        Number of features. Only if X was a table.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features. Only if X was a DataFrame with such names.

    See Also
    --------
    RandomOverSampler : Repeats samples of the small classes.
    RandomSampler : Repeats and leaves out at once.

    Notes
    -----
    The samples come back class by class. The rows of a DataFrame keep their labels.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.resampling import RandomUnderSampler
    >>> images = np.zeros((10225, 4, 4, 1))
    >>> y = np.repeat([0, 1, 2, 3, 4], [5000, 5000, 150, 50, 25])
    >>> few_images, few_y = RandomUnderSampler(random_state=0).fit_resample(images, y)
    >>> few_images.shape
    (125, 4, 4, 1)
    >>> np.bincount(few_y)
    array([25, 25, 25, 25, 25])
    """

    _keeps_index = True
