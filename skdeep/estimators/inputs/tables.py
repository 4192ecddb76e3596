"""Tables: arrays, sparse matrices and data frames, of numbers and categories."""

from bisect import bisect_left
from difflib import get_close_matches
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from skdeep._forms import check_collection
from skdeep._frames import infer_types, to_pandas
from skdeep._words import explain_numbers
from skdeep.architectures.tabular import embeddings
from skdeep.estimators._record import warn_user
from skdeep.estimators.protocols import Inputs
from skdeep.nn import Augmentation, ColumnEmbedding, Layer
from skdeep.nn.augmentation.beside_codes import beside_codes
from skdeep.nn.layers.embedding import FIRST, MISSING, UNSEEN

# RealMLP's limit of scaled numbers (arXiv:2407.04491).
SMOOTH_CLIP = 3.0
# Scaled numbers from here on are clipped, so that their squares are in range.
LARGEST = 1e100
LARGEST_AUTO_DIM = 50
# A column is one of identifiers from so many rows on, of that share of distinct ones.
MANY_ROWS, DISTINCT = 50, 0.9
ROWS_AT_ONCE = 2**16
# Rows that are read cell by cell; of more, columns of unseen categories are warned of.
FEW_ROWS = 2


class NumericTable(Inputs):
    """Numbers, (n_samples, n_features), as they come.

    Parameters
    ----------
    sparse : bool, default=False
        Whether a sparse matrix is accepted.
    """

    def __init__(self, sparse: bool = False):
        self.sparse = sparse

    def describe(self, tags):
        tags.sparse = self.sparse

    def read(self, X, owner, dtype, *, reset=False):
        if type(X) is not np.ndarray or X.ndim != 2:
            check_collection(X, "X")
        try:
            # Infinities, and numbers beyond float32, are an error of scikit-learn's,
            # without a warning.
            with np.errstate(over="ignore", invalid="ignore"):
                X = validate_data(
                    owner,
                    X,
                    accept_sparse="csr" if self.sparse else False,
                    dtype=dtype,
                    reset=reset,
                )
        except (OverflowError, ValueError, TypeError) as error:
            explain_words(X, error)
            explain_gaps(error)
            if "Found array with dim" in str(error):
                raise ValueError(
                    f"{error} It takes a table: give images and series to a "
                    "CNNClassifier or CNNRegressor, sequences and codes of text to an "
                    "RNNClassifier or RNNRegressor; or flatten them, X.reshape(n, -1)."
                ) from error
            explain_numbers(error, "X")
            raise
        if reset and issparse(X) and owner.augment is not None:
            raise ValueError(
                f"augment={owner.augment!r} changes numbers in their places, and a "
                "sparse X has none for its zeros: leave it out, or give X.toarray()."
            )
        return X


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
            self._warn_of_identifiers(frame)

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
        self._check_observed(X)
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
        self._center, self._factor = _scales(self._columns(X), weights, _deviation)

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
            with np.errstate(over="ignore"):
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

    def _warn_of_identifiers(self, frame: Any) -> None:
        """Warn of columns that tell nearly every row from every other."""
        n_present = frame.notna().to_numpy().sum(axis=0)[self.is_categorical]
        strange = [
            self.names[j]
            for j, n, categories in zip(
                np.flatnonzero(self.is_categorical),
                n_present,
                self.categories,
                strict=True,
            )
            if n >= MANY_ROWS and len(categories) > DISTINCT * n
        ]
        if strange:
            warn_user(
                f"Categories in {strange} are different in nearly every row: learned "
                "by heart, they tell nothing of new rows, in a large embedding. Leave "
                "identifiers out, and make features of texts and dates."
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
            self._refuse_infinity(name)
        return numbers

    @staticmethod
    def _refuse_infinity(name: Any) -> None:
        raise ValueError(
            f"Column {name!r} has infinite values: give NaN if they are missing."
        )

    def _check_observed(self, coded: np.ndarray) -> None:
        nothing = np.where(self.is_categorical, coded == MISSING, np.isnan(coded))
        empty = [self.names[j] for j in np.flatnonzero(nothing.all(axis=0))]
        if empty:
            raise ValueError(
                f"Nothing can be learned from {', '.join(map(repr, empty))}: all is "
                "missing in the training part. Leave out what is empty."
            )


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
        self._center, self._factor = _scales(self._columns(X), weights, _half_range)

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


def _n_columns(kinds: np.ndarray) -> int:
    """Return how many one-hot columns so many categories need."""
    return 1 if len(kinds) == 2 else len(kinds)


def _scales(
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
        x, w = x[known], None if weights is None else weights[known]
        low, centers[j], high = np.quantile(
            x, [0.25, 0.5, 0.75], weights=w, method=method
        )
        spread = high - low
        if spread == 0 and np.ptp(x) > 0:
            spread = fallback(x, w)
        # Nothing is known of a column that was constant in training, once it is not.
        factors[j] = 0.0 if spread == 0 else 1 / spread
    return centers, factors


def _deviation(x: np.ndarray, weights: np.ndarray | None) -> float:
    mean = np.average(x, weights=weights)
    return float(np.sqrt(np.average((x - mean) ** 2, weights=weights)))


def _half_range(x: np.ndarray, weights: np.ndarray | None) -> float:
    return float(np.ptp(x)) / 2


def _smooth_clip(x: np.ndarray) -> np.ndarray:
    from skdeep.preprocessing.robust import smooth_clip

    return smooth_clip(x, SMOOTH_CLIP)


def choose_dim(embedding_dim: int | str, n_codes: int) -> int:
    """Return the length of the vectors of a column with that many codes."""
    if isinstance(embedding_dim, str):
        return min(LARGEST_AUTO_DIM, round(1.6 * n_codes**0.56))
    return embedding_dim


def read_frame(X: Any) -> Any:
    """Return a table as a data frame whose types tell numbers from other things.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_features)
        The table; not changed.

    Returns
    -------
    pandas.DataFrame
        Columns of objects that are all numbers have become numbers.
    """
    import pandas as pd

    if issparse(X):
        raise ValueError(
            "A sparse matrix cannot be taken with categorical_features, as its zeros "
            "would be categories: give a data frame or a dense array."
        )
    check_collection(X, "X")
    X = to_pandas(X)
    if not isinstance(X, pd.DataFrame):
        # NumPy makes strings of numbers that stand beside strings in a list.
        dtype = object if isinstance(X, list | tuple) else None
        X = pd.DataFrame(check_array(X, dtype=dtype, ensure_all_finite=False))
    return infer_types(X)


def explain_words(X: Any, error: Exception) -> None:
    """Say what to do with a data frame whose words or dates were taken for numbers.

    Parameters
    ----------
    X : object
        What was given.
    error : Exception
        What came of it.

    Raises
    ------
    ValueError
        If X is a data frame, and words or dates are what was wrong.
    """
    signs = ("could not convert string", "could not be promoted")
    if hasattr(X, "select_dtypes") and any(sign in str(error) for sign in signs):
        names = X.select_dtypes(exclude=["number", "bool"]).columns.tolist()
        raise ValueError(
            f"X has columns that are not numbers, {names}: set "
            "categorical_features='from_dtype' to learn from them as they are, or "
            "encode them before, as make_tabular_pipeline does."
        ) from error


def explain_gaps(error: Exception) -> None:
    """Say what to do with missing numbers, where scikit-learn points elsewhere.

    Parameters
    ----------
    error : Exception
        What came of a table.

    Raises
    ------
    ValueError
        If NaN was what was wrong.
    """
    if "contains NaN" in str(error):
        raise ValueError(
            "Input X contains NaN: set categorical_features='from_dtype' (or [] for "
            "numbers alone), which fills gaps inside, take a TabularClassifier or "
            "TabularRegressor, or let skdeep.preprocessing.Imputer() come first."
        ) from error


def find_columns(frame: Any, chosen: Any) -> np.ndarray:
    """Return a mask of the categorical columns.

    Parameters
    ----------
    frame : DataFrame
        The table.
    chosen : "from_dtype" or array-like
        The hyperparameter ``categorical_features``: names, positions or a mask.

    Returns
    -------
    ndarray of bool of shape (n_features,)
        True for categorical columns.
    """
    if isinstance(chosen, str):
        from skdeep.preprocessing.tabular import find_categories

        return find_categories(frame)
    chosen, n_features = np.array(chosen), frame.shape[1]
    if chosen.dtype.kind == "b":
        if len(chosen) != n_features:
            raise ValueError(
                f"categorical_features is a mask of {len(chosen)} entries, and X has "
                f"{n_features} features: give one entry for each."
            )
        return chosen
    known = range(n_features) if chosen.dtype.kind in "iu" else list(frame.columns)
    strangers = [c for c in chosen.tolist() if c not in known]
    if strangers:
        # A position that is not there is near no other one.
        names = [] if known == range(n_features) else list(map(str, known))
        close = get_close_matches(str(strangers[0]), names, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"categorical_features has {strangers[0]!r}, which is not a column of X: "
            f"give names of columns of a data frame, or positions from 0 to "
            f"{n_features - 1}.{hint}"
        )
    chosen = set(chosen.tolist())
    return np.array([c in chosen for c in known], dtype=bool)
