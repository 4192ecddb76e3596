"""Raw tables: numbers and categories of a frame, gaps included."""

from bisect import bisect_left
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from skdeep._forms import warn_user
from skdeep.estimators.inputs.columns import (
    choose_dim,
    find_columns,
    read_frame,
    warn_of_identifiers,
    warn_of_written_numbers,
)
from skdeep.estimators.protocols import Inputs
from skdeep.nn import Augmentation, ColumnEmbedding, Layer
from skdeep.nn.augmentation.beside_codes import beside_codes
from skdeep.nn.layers.embedding import FIRST, MISSING, UNSEEN

# RealMLP's limit of scaled numbers (arXiv:2407.04491).
SMOOTH_CLIP = 3.0
# Scaled numbers from here on are clipped, so that their squares are in range.
LARGEST = 1e100
ROWS_AT_ONCE = 2**16
# Rows that are read cell by cell; of more, columns of unseen categories are warned of.
FEW_ROWS = 2


class RawTable(Inputs):
    """Numbers and categories of a data frame or array, gaps included.

    Parameters
    ----------
    chosen : "from_dtype" or array-like
        The hyperparameter ``categorical_features``.
    embedding_dim : int or "auto"
        Length of the vectors of categories.

    Attributes
    ----------
    is_categorical : ndarray of bool of shape (n_features,)
        Mask of the categorical columns.
    categories : list of ndarray
        Categories of each categorical column, sorted; the code of the first is 2.
    """

    learned: tuple[str, ...] = (
        "is_categorical",
        "names",
        "categories",
        "_encoder",
        "_center",
        "_factor",
        "_lookup",
        "_recode",
        "_dtypes",
    )

    def __init__(self, chosen: Any, embedding_dim: int | str = "auto"):
        self.chosen, self.embedding_dim = chosen, embedding_dim
        self._encoder: Any = None
        self._lookup: Any = None
        # From codes of the encoder to those in use, where some categories do not count.
        self._recode: dict[int, np.ndarray] = {}
        # Of the columns of the user's frame in fit; None if it was none of pandas.
        self._dtypes: Any = None

    @property
    def cardinalities(self) -> list[int]:
        """Number of codes of each categorical column, missing and unseen included."""
        return [FIRST + len(categories) for categories in self.categories]

    @property
    def n_numbers(self) -> int:
        """Number of columns that are not categorical."""
        return int(np.count_nonzero(~self.is_categorical))

    @property
    def scales(self) -> tuple[np.ndarray, np.ndarray]:
        """What is subtracted from each number, and what the rest is multiplied by."""
        n = self.n_numbers
        return self._center[:n], self._factor[:n]

    @property
    def has_gaps(self) -> np.ndarray:
        """Mask of the numbers beside which a column tells where they are missing."""
        return np.zeros(self.n_numbers, dtype=bool)

    @property
    def one_hot_widths(self) -> list[int]:
        """Columns that each categorical column becomes; 0 if it stays codes."""
        return [0] * len(self.categories)

    def describe(self, tags):
        tags.sparse = False
        tags.allow_nan = True
        tags.categorical = True
        tags.string = True

    def read(self, X, owner, dtype, *, reset=False):
        """Return float64 numbers, and codes in the place of categories."""
        is_plain = type(X) is np.ndarray and X.dtype.kind in "fiu"
        if is_plain and not reset and not self.categories:
            # To make a frame of one row takes longer than to predict it.
            X = validate_data(
                owner, X, dtype=np.float64, ensure_all_finite=False, reset=False
            )
            for j in np.flatnonzero(np.isinf(X).any(axis=0)):
                self._refuse_infinity(self.names[j])
            return X
        if not reset and self._is_short(X):
            coded = self._read_cells(X)
            if coded is not None:
                return coded
        frame = read_frame(X)
        validate_data(owner, X, reset=reset, skip_check_array=True)
        if reset:
            self._learn_columns(frame)
            self._dtypes = _dtypes_of(X) if hasattr(X, "iloc") else None
        coded = np.empty(frame.shape)
        for j in np.flatnonzero(~self.is_categorical):
            coded[:, j] = self._numbers(frame.iloc[:, j], self.names[j])
        if self.categories:
            codes = self._encoder.transform(self._categorical(frame))
            for k, lookup in self._recode.items():
                codes[:, k] = lookup[codes[:, k]]
            coded[:, self.is_categorical] = codes
        return coded

    def _is_short(self, X: Any) -> bool:
        """Tell whether X is a row or two of a frame like that of fit."""
        import pandas as pd

        return (
            isinstance(X, pd.DataFrame)
            and 0 < len(X) <= FEW_ROWS
            and list(X.columns) == self.names
            and _dtypes_of(X) == self._dtypes
        )

    def _read_cells(self, X: Any) -> np.ndarray | None:
        """Return what ``read`` does, cell by cell; None if a cell needs more care.

        pandas and the encoder take three milliseconds for one row, a network a quarter
        of one.
        """
        coded = np.empty(X.shape)
        categories = iter(self.categories)
        try:
            for j, cells in enumerate(X.to_numpy(dtype=object).T):
                if self.is_categorical[j]:
                    known = next(categories)
                    coded[:, j] = [_code_of(cell, known) for cell in cells]
                elif self._dtypes[j] == "object":
                    return None
                else:
                    coded[:, j] = cells
        except (TypeError, ValueError):
            # Marks of missing values that are no floats, and what errors have to name.
            return None
        return None if np.isinf(coded).any() else coded

    def _learn_columns(self, frame: Any) -> None:
        self.is_categorical = find_columns(frame, self.chosen)
        self.names = list(frame.columns)
        self.categories: list[np.ndarray] = []
        if self.is_categorical.any():
            from skdeep.preprocessing import CategoricalEncoder

            self._check_kinds(frame)
            self._encoder = CategoricalEncoder().fit(self._categorical(frame))
            self.categories = list(self._encoder.categories_)
            self._warn_of_categories(frame)

    def _warn_of_categories(self, frame: Any) -> None:
        columns = np.flatnonzero(self.is_categorical)
        names = [self.names[j] for j in columns]
        n_present = frame.notna().to_numpy().sum(axis=0)[columns]
        warn_of_identifiers(names, self.categories, n_present)
        if isinstance(self.chosen, str):
            # Whoever makes a categorical dtype means it.
            unsaid = {
                name: distinct
                for j, name, distinct in zip(
                    columns, names, self.categories, strict=True
                )
                if str(frame.dtypes.iloc[j]) != "category"
            }
            warn_of_written_numbers(unsaid)

    def count_out(self, X, which):
        X = X.copy()
        kept = X[~which]
        columns = np.flatnonzero(self.is_categorical)
        for k, j in enumerate(columns):
            present = np.unique(kept[:, j][kept[:, j] >= FIRST]).astype(np.intp)
            if len(present) == len(self.categories[k]):
                continue
            lookup = np.full(FIRST + len(self.categories[k]), UNSEEN)
            lookup[MISSING] = MISSING
            lookup[present] = FIRST + np.arange(len(present))
            X[:, j] = lookup[X[:, j].astype(np.intp)]
            self.categories[k] = self.categories[k][present - FIRST]
            self._recode[k] = lookup
        return X

    def learn(self, X, weights):
        # A fit that continues keeps what was learned: its weights were trained with it.
        if self._lookup is not None:
            return
        if weights is not None:
            X, weights = X[weights > 0], weights[weights > 0]
        self._warn_of_empty(X)
        self._learn_scales(X, weights)
        # Only the validation set may have some categories: these are unseen.
        self._lookup = []
        for codes, n in zip(
            X[:, self.is_categorical].T, self.cardinalities, strict=True
        ):
            lookup = np.full(n, UNSEEN)
            present = np.union1d(codes.astype(np.intp), [MISSING])
            lookup[present] = present
            self._lookup.append(lookup)

    def _learn_scales(self, X: np.ndarray, weights: np.ndarray | None) -> None:
        self._center, self._factor = robust_scales(
            self._columns(X), weights, _deviation
        )

    def for_sampler(self, X, sampler):
        """Return X with medians for missing numbers, as a frame if categories matter.

        A sampler that takes NaN gets them, and one that asks for
        ``categorical_features`` gets the names of the user's frame.
        """
        if not _takes_gaps(sampler):
            X = self._without_gaps(X)
        if not hasattr(sampler, "categorical_features"):
            return X
        import pandas as pd

        frame = pd.DataFrame(X, columns=self.names)
        for j in np.flatnonzero(self.is_categorical):
            frame.isetitem(j, frame.iloc[:, j].astype(np.intp).astype("category"))
        return frame

    def from_sampler(self, X_new, X):
        X_new = np.array(X_new, dtype=np.float64)
        n, filled = len(X), self._without_gaps(X)
        if len(X_new) >= n and np.array_equal(X_new[:n], filled):
            # Samples that were there before have their gaps.
            X_new[:n] = X
        return X_new

    def _without_gaps(self, X: np.ndarray) -> np.ndarray:
        X = X.copy()
        numbers = X[:, ~self.is_categorical]
        medians = np.broadcast_to(self._center[: self.n_numbers], numbers.shape)
        X[:, ~self.is_categorical] = np.where(np.isnan(numbers), medians, numbers)
        return X

    def encode(self, X, dtype):
        """Return inputs of the network: scaled columns, then codes."""
        self._check_codes(X)
        n_scaled, embedded = len(self._center), self._embedded
        inputs = np.empty((len(X), n_scaled + len(embedded)), dtype)
        # Block by block, as double precision and masks of all rows would take several
        # times the memory of the inputs.
        for start in range(0, len(X), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            with np.errstate(over="ignore", invalid="ignore"):
                scaled = (self._columns(X[rows]) - self._center) * self._factor
            # Infinity would be clipped to NaN.
            scaled.clip(-LARGEST, LARGEST, out=scaled)
            # The median, which missing numbers take, is 0.
            inputs[rows, :n_scaled] = np.nan_to_num(_smooth_clip(scaled))
            codes = X[rows, self.is_categorical].astype(np.intp)
            for place, k in enumerate(embedded, start=n_scaled):
                inputs[rows, place] = self._lookup[k][codes[:, k]]
        return inputs

    @property
    def _embedded(self) -> list[int]:
        """Positions, among categorical columns, of those that become vectors."""
        return list(range(len(self.categories)))

    def _columns(self, X: np.ndarray) -> np.ndarray:
        """Return the columns that are scaled."""
        return X[:, ~self.is_categorical]

    def _check_codes(self, X: np.ndarray) -> None:
        codes = X[:, self.is_categorical]
        if np.any(np.floor(codes) != codes):
            raise ValueError(
                "The sampler made categories that do not exist, by interpolating their "
                "codes: use one that knows of categories, such as SMOTENC, or one that "
                "repeats samples."
            )

    def layers(self) -> list[Layer]:
        if not self.categories:
            return []
        dims = [choose_dim(self.embedding_dim, n) for n in self.cardinalities]
        return [ColumnEmbedding(self.cardinalities, dims)]

    def adapt(self, augmentation: Augmentation | None) -> Augmentation | None:
        if not self.categories:
            return augmentation
        return beside_codes(augmentation, self.n_numbers)

    def _categorical(self, frame: Any) -> Any:
        columns = frame.iloc[:, np.flatnonzero(self.is_categorical)]
        if self._encoder is None or hasattr(self._encoder, "feature_names_in_"):
            # As strings, which the encoder may name in warnings.
            names = [str(self.names[j]) for j in np.flatnonzero(self.is_categorical)]
            return columns.set_axis(names, axis=1)
        # Of a file of a version that gave it none.
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
                f"Column {name!r} is taken for numbers, and not all its values are "
                f"({error}): correct them, or name it in categorical_features."
            ) from error
        if np.isinf(numbers).any():
            self._refuse_infinity(name)
        return numbers

    @staticmethod
    def _refuse_infinity(name: Any) -> None:
        raise ValueError(
            f"Column {name!r} has infinite values: give NaN if they are missing."
        )

    def _warn_of_empty(self, coded: np.ndarray) -> None:
        nothing = np.where(self.is_categorical, coded == MISSING, np.isnan(coded))
        empty = [self.names[j] for j in np.flatnonzero(nothing.all(axis=0))]
        if empty:
            warn_user(
                f"No value of {empty} is observed in the training part, and nothing is "
                "learned from them: leave out what is empty."
            )


def _dtypes_of(X: Any) -> list[str]:
    return [str(dtype) for dtype in X.dtypes]


def _code_of(cell: Any, categories: np.ndarray) -> int:
    """Return the code of a cell, given the sorted categories of its column."""
    if cell is None or cell != cell:
        return MISSING
    place = bisect_left(categories, cell)
    found = place < len(categories) and categories[place] == cell
    return FIRST + place if found else UNSEEN


def _takes_gaps(sampler: Any) -> bool:
    if not hasattr(sampler, "__sklearn_tags__"):
        return False
    return bool(sampler.__sklearn_tags__().input_tags.allow_nan)


def robust_scales(
    columns: np.ndarray, weights: np.ndarray | None, fallback: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Return the median of each column, and the factor of the distance from it.

    That is 1 / interquartile range, or 1 / fallback(x, weights) where that is 0.
    """
    centers, factors = np.zeros((2, columns.shape[1]))
    # With this method integer weights equal repeated rows.
    method: Any = "inverted_cdf"
    for j, x in enumerate(columns.T):
        known = ~np.isnan(x)
        if not known.any():
            # The factor of 0 makes a constant of what comes later.
            continue
        x, w = x[known], None if weights is None else weights[known]
        low, centers[j], high = np.quantile(
            x, [0.25, 0.5, 0.75], weights=w, method=method
        )
        # Halves, as a difference may be beyond what the type holds.
        spread = high / 2 - low / 2
        if spread == 0 and x.min() < x.max():
            spread = fallback(x / 2, w)
        # Nothing is known of a column that was constant in training, once it is not.
        factors[j] = 0.0 if spread == 0 else 0.5 / spread
    return centers, factors


def _deviation(x: np.ndarray, weights: np.ndarray | None) -> float:
    with np.errstate(over="ignore"):
        mean = np.average(x, weights=weights)
        return float(np.sqrt(np.average((x - mean) ** 2, weights=weights)))


def _smooth_clip(x: np.ndarray) -> np.ndarray:
    from skdeep.preprocessing.robust import smooth_clip

    return smooth_clip(x, SMOOTH_CLIP)
