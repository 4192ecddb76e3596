"""Raw tables as RealMLP takes them: few categories one-hot, many as vectors."""

from typing import Any

import numpy as np
from scipy.sparse import issparse

from skdeep.architectures.tabular import embeddings
from skdeep.estimators.inputs.columns import choose_dim
from skdeep.estimators.inputs.raw_table import RawTable, robust_scales
from skdeep.nn.augmentation.beside_codes import beside_codes
from skdeep.nn.layers.embedding import FIRST, MISSING


class EncodedTable(RawTable):
    """A raw table as RealMLP takes it [1]_: few categories one-hot, many as vectors.

    The network gets scaled numbers, a column that tells where a number is missing for
    each that has gaps, one-hot columns (one of +1 and -1 for two categories), and the
    codes of what is embedded. All but codes are centred at the median, divided by the
    interquartile range, or half the range where that is 0, and smoothly clipped.

    Parameters
    ----------
    chosen : "from_dtype" or array-like
        The hyperparameter ``categorical_features``.
    max_one_hot : int
        Largest number of categories of a column that becomes one-hot.
    embedding_dim : int or "auto"
        Length of the vectors of the other columns.
    numerical_embedding : str or None, default=None
        What numbers become.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024,
       arXiv:2407.04491.
    """

    learned = (*RawTable.learned, "_kinds", "_has_gaps")

    def __init__(
        self,
        chosen: Any,
        max_one_hot: int,
        embedding_dim: int | str,
        numerical_embedding: str | None = None,
    ):
        super().__init__(chosen, embedding_dim)
        self.max_one_hot = max_one_hot
        self.numerical_embedding = numerical_embedding

    def describe(self, tags):
        super().describe(tags)
        tags.sparse = True

    def read(self, X, owner, dtype, *, reset=False):
        if issparse(X):
            # Zeros are numbers here; categories are told by their types alone.
            X = X.toarray()
        coded = super().read(X, owner, dtype, reset=reset)
        if reset:
            self._learn_gaps(coded)
        return coded

    def count_out(self, X, which):
        X = super().count_out(X, which)
        self._learn_gaps(X[~which])
        return X

    def _learn_gaps(self, coded: np.ndarray) -> None:
        gaps = np.isnan(coded[:, ~self.is_categorical])
        self._has_gaps = gaps.any(axis=0)
        codes = coded[:, self.is_categorical].T.astype(np.intp)
        missing = (codes == MISSING).any(axis=1)
        self._kinds = [
            np.r_[[MISSING] * int(gap), FIRST:n]
            for gap, n in zip(missing, self.cardinalities, strict=True)
        ]

    @property
    def has_gaps(self):
        return self._has_gaps

    @property
    def one_hot_widths(self):
        embedded = self._embedded
        return [
            0 if k in embedded else _n_columns(kinds)
            for k, kinds in enumerate(self._kinds)
        ]

    @property
    def _embedded(self):
        many = (len(kinds) > self.max_one_hot for kinds in self._kinds)
        return [k for k, is_many in enumerate(many) if is_many]

    def sample_shape(self, shape):
        n_gaps, n_one_hot = int(self.has_gaps.sum()), sum(self.one_hot_widths)
        return (self.n_numbers + n_gaps + n_one_hot + len(self._embedded),)

    def _learn_scales(self, X, weights):
        self._center, self._factor = robust_scales(
            self._columns(X), weights, _half_range
        )

    def _columns(self, X):
        """Return numbers, gaps and one-hot columns."""
        numbers, codes = X[:, ~self.is_categorical], X[:, self.is_categorical]
        parts = [numbers, np.isnan(numbers[:, self._has_gaps])]
        embedded = self._embedded
        for k, kinds in enumerate(self._kinds):
            if k not in embedded:
                is_kind = codes[:, k, np.newaxis] == kinds
                if len(kinds) == 2:
                    is_kind = is_kind[:, :1].astype(float) - is_kind[:, 1:]
                parts.append(is_kind)
        return np.concatenate(parts, axis=1, dtype=np.float64)

    def layers(self):
        cardinalities = [self.cardinalities[k] for k in self._embedded]
        dims = [choose_dim(self.embedding_dim, n) for n in cardinalities]
        return embeddings(
            self.numerical_embedding,
            self.n_numbers,
            cardinalities=cardinalities,
            embedding_dim=dims,
        )

    def adapt(self, augmentation):
        n_codes = len(self._embedded)
        if not n_codes:
            return augmentation
        return beside_codes(augmentation, self.sample_shape(())[0] - n_codes)


def _n_columns(kinds: np.ndarray) -> int:
    """Return how many one-hot columns so many categories need."""
    return 1 if len(kinds) == 2 else len(kinds)


def _half_range(x: np.ndarray, weights: np.ndarray | None) -> float:
    return float(np.ptp(x)) / 2
