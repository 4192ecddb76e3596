"""Estimators that take tables of numbers and categories as they come."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from sklearn.utils import check_X_y
from sklearn.utils.validation import validate_data

from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._fitted import FittedNetworkMixin
from skdeep.estimators._frames import explain_words, read_frame
from skdeep.estimators._table_augmentation import beside_codes
from skdeep.estimators._tables import Table
from skdeep.estimators._validation import NOTHING, Choice, Integer, Rule
from skdeep.nn import ColumnEmbedding, Layer

LARGEST_AUTO_DIM = 50


def choose_dim(embedding_dim: int | str, n_codes: int) -> int:
    """Return the length of the vectors of a column with that many codes."""
    if isinstance(embedding_dim, str):
        return min(LARGEST_AUTO_DIM, round(1.6 * n_codes**0.56))
    return embedding_dim


@dataclass(frozen=True)
class Columns(Rule):
    """Names, positions or a mask of columns."""

    def accepts(self, value):
        if isinstance(value, str) or np.ndim(value) != 1:
            return False
        columns = np.asarray(value)
        return columns.dtype.kind in "biu" or all(isinstance(c, str) for c in columns)

    def __str__(self):
        return "a list of names or of positions of columns, or a mask of bools"


class FittedTableMixin(FittedNetworkMixin):
    """What a fitted estimator shows of the columns of a table."""

    _table: Table | None = None

    @property
    def is_categorical_(self) -> np.ndarray:
        """Mask of the categorical columns, shape (n_features_in_,)."""
        return self._known("is_categorical_").is_categorical

    @property
    def categories_(self) -> list[np.ndarray]:
        """Categories of each categorical column, sorted."""
        return self._known("categories_").categories

    @property
    def embeddings_(self) -> list[np.ndarray]:
        """Learned vectors of each categorical column, shape (n_categories + 2, dim).

        The first row is for missing values, the second for unseen categories, the
        others for ``categories_``. They are the network's own memory.
        """
        self._known("embeddings_")
        vectors = self._arrays("tables")
        layer: Any = self.network_.layer
        return layer.layers[0].tables(vectors[0]) if vectors else []

    def _known(self, name: str) -> Table:
        if self._table is None:
            raise AttributeError(
                f"{type(self).__name__} has {name} only once it is fitted with "
                "categorical_features."
            )
        return self._table


@dataclass(eq=False, repr=False, kw_only=True)
class TableInputs(FittedTableMixin, BaseNetwork):
    """Steps in where data enter, if there are ``categorical_features``."""

    categorical_features: Any = None
    embedding_dim: int | str = "auto"

    _table_rules: ClassVar[dict[str, tuple[Rule, ...]]] = {
        "categorical_features": (NOTHING, Choice(("from_dtype",)), Columns()),
        "embedding_dim": (Choice(("auto",)), Integer(1)),
    }

    def _entrance(self) -> list[Layer]:
        """Return what comes before the first hidden layer."""
        if self._table is None or not self._table.categories:
            return []
        cardinalities = self._table.cardinalities
        dims = [choose_dim(self.embedding_dim, n) for n in cardinalities]
        return [ColumnEmbedding(cardinalities, dims)]

    def _augmentation(self):
        augmentation = super()._augmentation()
        if self._table is None or not self._table.categories:
            return augmentation
        return beside_codes(augmentation, self._table.n_numbers)

    def _check_data(self, X, y, reset):
        if reset:
            self._table = None
        if (self.categorical_features if reset else self._table) is None:
            try:
                return super()._check_data(X, y, reset)
            except (ValueError, TypeError) as error:
                explain_words(X, error)
                raise
        frame = self._frame(X, y, reset)
        _, y = check_X_y(
            np.broadcast_to(0.0, frame.shape),
            y,
            multi_output=True,
            y_numeric=self._numeric_targets,
            estimator=self,
        )
        if self._table is None:
            self._table = Table(frame, self.categorical_features)
        return self._table.encode(frame), y

    def _frame(self, X: Any, y: Any = "no_validation", reset: bool = False) -> Any:
        frame = read_frame(X)
        validate_data(self, X, y, reset=reset, skip_check_array=True)
        return frame

    def _read(self, X):
        if self._table is None:
            return super()._read(X)
        return self._inputs(self._table.encode(self._frame(X)))

    def _prepare_network(self, X, rng, resumes):
        if self._table is not None and self.dtype != "auto":
            X = X[:0].astype(self.dtype)
        super()._prepare_network(X, rng, resumes)

    def _hold_out(self, *data):
        train, held_out = super()._hold_out(*data)
        if self._table is not None and not self._table.learned:
            self._table.learn(train[0], train[2])
        return train, held_out

    def _samples(self, X, y, sample_weight):
        return super()._samples(self._inputs(X), y, sample_weight)

    def _holdout(self, X, y, sample_weight):
        return super()._holdout(self._inputs(X), y, sample_weight)

    def _inputs(self, X: Any) -> Any:
        if self._table is None:
            return X
        return self._table.transform(X, self.network_.dtype)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.categorical_features is not None:
            tags.input_tags.sparse = False
            tags.input_tags.allow_nan = True
            tags.input_tags.categorical = True
            tags.input_tags.string = True
        return tags
