"""Tables of numbers and categories: from raw columns to inputs of a network."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skdeep.estimators._frames import find_columns
from skdeep.nn.layers.embedding import FIRST, MISSING, UNSEEN

# RealMLP's limit of scaled numbers (arXiv:2407.04491).
SMOOTH_CLIP = 3.0


class Table:
    """What a network with ``categorical_features`` knows of the columns.

    ``encode`` replaces categories by their codes, ``learn`` takes statistics from the
    training part, and ``transform`` makes inputs of the network. That they are three
    steps keeps what is held out, or added by a sampler, out of the statistics.

    Parameters
    ----------
    frame : DataFrame
        All data given to fit, from which codes follow.
    chosen : "from_dtype" or array-like
        The hyperparameter ``categorical_features``.

    Attributes
    ----------
    is_categorical : ndarray of bool of shape (n_features,)
        Which columns are categorical.
    categories : list of ndarray
        Categories of each categorical column, sorted; the code of the first is 2.
    learned : bool
        Whether ``learn`` has been called.
    """

    def __init__(self, frame: Any, chosen: Any):
        self.is_categorical = find_columns(frame, chosen)
        self.names = list(frame.columns)
        self.categories: list[np.ndarray] = []
        self.learned = False
        if self.is_categorical.any():
            from skdeep.preprocessing import CategoricalEncoder

            self._check_kinds(frame)
            self._encoder = CategoricalEncoder().fit(self._categorical(frame))
            self.categories = self._encoder.categories_

    @property
    def cardinalities(self) -> list[int]:
        """Number of codes of each categorical column, missing and unseen included."""
        return [FIRST + len(categories) for categories in self.categories]

    @property
    def n_numbers(self) -> int:
        """Number of columns that are not categorical."""
        return int(np.count_nonzero(~self.is_categorical))

    def encode(self, frame: Any) -> np.ndarray:
        """Return float64 numbers, and codes in the place of categories."""
        coded = np.empty(frame.shape)
        for j in np.flatnonzero(~self.is_categorical):
            coded[:, j] = self._numbers(frame.iloc[:, j], self.names[j])
        if self.categories:
            codes = self._encoder.transform(self._categorical(frame))
            coded[:, self.is_categorical] = codes
        return coded

    def learn(self, coded: np.ndarray, weights: np.ndarray | None) -> None:
        """Learn what is usual, from the training part alone.

        Parameters
        ----------
        coded : ndarray of shape (n_samples, n_features)
            Result of ``encode``.
        weights : ndarray of shape (n_samples,) or None
            How often each sample counts.
        """
        if weights is not None:
            coded, weights = coded[weights > 0], weights[weights > 0]
        self._check_observed(coded)
        numbers = coded[:, ~self.is_categorical]
        statistics = [_center_and_factor(x, weights) for x in numbers.T]
        self._center, self._factor = np.array(statistics).reshape(-1, 2).T
        # Only the validation set may have some categories: they are unseen as yet.
        self._lookup = []
        for codes, n in zip(
            coded[:, self.is_categorical].T, self.cardinalities, strict=True
        ):
            lookup = np.full(n, UNSEEN)
            present = np.union1d(codes.astype(np.intp), [MISSING])
            lookup[present] = present
            self._lookup.append(lookup)
        self.learned = True

    def transform(self, coded: np.ndarray, dtype: Any) -> np.ndarray:
        """Return inputs of the network: scaled numbers, then codes.

        Parameters
        ----------
        coded : ndarray of shape (n_samples, n_features)
            Result of ``encode``.
        dtype : dtype
            Of the network.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            The last columns are the categorical ones.
        """
        from skdeep.preprocessing.robust import smooth_clip

        inputs = np.empty(coded.shape, dtype)
        n_numbers = self.n_numbers
        scaled = (coded[:, ~self.is_categorical] - self._center) * self._factor
        # The median, which missing numbers take, is 0.
        inputs[:, :n_numbers] = np.nan_to_num(smooth_clip(scaled, SMOOTH_CLIP))
        for j, codes in enumerate(coded[:, self.is_categorical].T):
            whole = codes.astype(np.intp)
            if np.any(whole != codes):
                raise ValueError(
                    "The sampler made categories that do not exist, by interpolating "
                    "their codes: use one that knows of categories, such as SMOTENC, "
                    "or one that repeats samples."
                )
            inputs[:, n_numbers + j] = self._lookup[j][whole]
        return inputs

    def _categorical(self, frame: Any) -> Any:
        columns = frame.iloc[:, np.flatnonzero(self.is_categorical)]
        return columns.set_axis(range(columns.shape[1]), axis=1)

    def _check_kinds(self, frame: Any) -> None:
        from pandas.api.types import infer_dtype

        for j in np.flatnonzero(self.is_categorical):
            kind = infer_dtype(frame.iloc[:, j].astype(object))
            if kind in ("mixed", "mixed-integer"):
                raise TypeError(
                    f"Column {self.names[j]!r} mixes things of several types: each "
                    "categorical column given as an argument must be all strings or "
                    "all numbers, with None or NaN for what is missing."
                )

    def _numbers(self, column: Any, name: Any) -> np.ndarray:
        try:
            numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"Column {name!r} is numeric, and not all its values are numbers "
                f"({error}): correct them, or name it in categorical_features."
            ) from error
        if np.isinf(numbers).any():
            raise ValueError(
                f"Column {name!r} has infinite values: give NaN if they are missing."
            )
        return numbers

    def _check_observed(self, coded: np.ndarray) -> None:
        nothing = np.where(self.is_categorical, coded == MISSING, np.isnan(coded))
        empty = [self.names[j] for j in np.flatnonzero(nothing.all(axis=0))]
        if empty:
            raise ValueError(
                f"Nothing can be learned from {', '.join(map(repr, empty))}: all is "
                "missing in the training part. Leave out what is empty."
            )


def _center_and_factor(
    x: np.ndarray, weights: np.ndarray | None
) -> Sequence[float | np.floating]:
    """Return the median of a column and what its distance from it is scaled by."""
    known = ~np.isnan(x)
    x, w = x[known], None if weights is None else weights[known]
    # With this method integer weights equal repeated rows.
    method: Any = "inverted_cdf"
    low, median, high = np.quantile(x, [0.25, 0.5, 0.75], weights=w, method=method)
    spread = high - low
    if spread == 0 and np.ptp(x) > 0:
        mean = np.average(x, weights=w)
        spread = np.sqrt(np.average((x - mean) ** 2, weights=w))
    # Nothing is known of a column that was constant in training, once it is not.
    return median, 0.0 if spread == 0 else 1 / spread
