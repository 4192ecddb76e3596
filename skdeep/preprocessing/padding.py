"""Padding of sequences to one length."""

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeep._learned import all_or_nothing
from skdeep._links import LinkedToDocumentation
from skdeep.preprocessing._choices import choose
from skdeep.preprocessing._rows import explained
from skdeep.preprocessing._samples import read_samples

ENDS = ("pre", "post")
ALIASES = {
    "before": "pre",
    "start": "pre",
    "left": "pre",
    "after": "post",
    "end": "post",
    "right": "post",
}


class SequencePadder(LinkedToDocumentation, TransformerMixin, BaseEstimator):
    """Turn sequences of different lengths into one array.

    Sequences shorter than ``max_length_`` are filled up, longer ones are cut.

    Parameters
    ----------
    max_length : int, default=None
        Length of the result. None takes that of the longest sequence in fit.
    value : float, default=0.0
        What to fill up with; NaN marks the filling for what comes after.
    padding : {"post", "pre"}, default="post"
        Whether to fill up after the end, or before the start.
    truncating : {"post", "pre"}, default="post"
        Whether to cut off the end, or the start.

    Attributes
    ----------
    max_length_ : int
        Length of the result.
    n_channels_ : int
        Number of channels of the result.
    n_features_in_ : int
        The same; if fitted on a table, number of its columns.

    Notes
    -----
    X is a list, object array or Series of arrays (time, channels) or (time,), an array
    of shape (n_samples, time, channels), or a table of shape (n_samples, time), which
    holds sequences of one channel. Sequences may be empty. Types are kept, except that
    integers become floats if ``value`` is no integer.

    Scale before padding: scalers would take the filling for data.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep.preprocessing import SequencePadder
    >>> sequences = [np.array([1.0, 2.0, 3.0]), np.array([4.0])]
    >>> SequencePadder().fit_transform(sequences)[:, :, 0]
    array([[1., 2., 3.],
           [4., 0., 0.]])
    >>> SequencePadder(2, padding="pre").fit_transform(sequences)[:, :, 0]
    array([[1., 2.],
           [0., 4.]])
    """

    n_channels_: int

    def __init__(self, max_length=None, value=0.0, padding="post", truncating="post"):
        self.max_length = max_length
        self.value = value
        self.padding = padding
        self.truncating = truncating

    @all_or_nothing
    def fit(self, X, y=None):
        """Learn the length of the longest sequence.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            Sequences.
        y : None
            Ignored.

        Returns
        -------
        self : SequencePadder
            The fitted padder.
        """
        self._check_hyperparameters()
        with explained(X):
            sequences = self._read(X, reset=True)
        longest = max(map(len, sequences))
        if self.max_length is None and longest == 0:
            raise ValueError(
                "All sequences of X are empty, so that none tells the length of the "
                "result: give max_length."
            )
        self.max_length_ = longest if self.max_length is None else int(self.max_length)
        return self

    def transform(self, X):
        """Pad or cut every sequence to ``max_length_``.

        Parameters
        ----------
        X : array-like, list, object array or pandas Series
            Sequences.

        Returns
        -------
        ndarray of shape (n_samples, max_length_, n_channels_)
            The sequences, filled up or cut off.
        """
        check_is_fitted(self)
        with explained(X):
            sequences = self._read(X, reset=False)
        length = self.max_length_
        dtype = np.result_type(*{sequence.dtype for sequence in sequences})
        if dtype.kind not in "biuf":
            raise ValueError(
                f"X holds values of type {dtype}, and SequencePadder pads numbers: "
                "give sequences of numbers, such as codes of words."
            )
        if dtype.kind != "f" and not float(self.value).is_integer():
            dtype = np.dtype(np.float64)
        out = np.full((len(sequences), length, self.n_channels_), self.value, dtype)
        cuts_start = self._end("truncating") == "pre"
        pads_start = self._end("padding") == "pre"
        for target, sequence in zip(out, sequences, strict=True):
            cut = max(0, len(sequence) - length)
            kept = sequence[cut:] if cuts_start else sequence[:length]
            start = length - len(kept) if pads_start else 0
            target[start : start + len(kept)] = kept
        return out

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.three_d_array = True
        return tags

    def _check_hyperparameters(self) -> None:
        length = self.max_length
        if length is not None and not (
            isinstance(length, Integral) and 0 < int(length) < 2**31
        ):
            raise ValueError(
                f"max_length={length!r} is not allowed in SequencePadder: give an "
                "integer of at least 1 (below 2**31), or None for the longest sequence."
            )
        if not isinstance(self.value, Real):
            raise ValueError(
                f"value={self.value!r} is not allowed in SequencePadder: give a number."
            )
        self._end("padding")
        self._end("truncating")

    def _end(self, name: str) -> str:
        return choose(getattr(self, name), name, type(self).__name__, ENDS, ALIASES)

    def _read(self, X: Any, reset: bool) -> list[np.ndarray]:
        """Return the sequences as arrays (time, channels)."""
        n_channels = None if reset else self.n_channels_
        samples = read_samples(X, n_channels, type(self).__name__)
        if samples is None:
            X = self._read_table(X, reset)[:, :, np.newaxis]
            if reset:
                self.n_channels_ = 1
            return list(X)
        if not samples.has_time:
            raise ValueError(
                "SequencePadder takes sequences, and X holds arrays of more than two "
                "dimensions: give arrays of shape (time, channels)."
            )
        if reset:
            validate_data(self, np.zeros((1, samples.n_channels)))
            self.n_channels_ = samples.n_channels
        return samples.sequences()

    def _read_table(self, X: Any, reset: bool) -> np.ndarray:
        """Return a table of sequences of one channel."""
        if not hasattr(X, "shape"):
            # scikit-learn would leave objects in a list as they are.
            X = np.asarray(X)
        if reset or self.n_features_in_ != self.n_channels_:
            return validate_data(self, X, reset=reset, ensure_all_finite="allow-nan")
        X = check_array(X, ensure_all_finite="allow-nan", estimator=self)
        if self.n_channels_ != 1:
            raise ValueError(
                f"X has shape {X.shape}, which holds sequences of one channel, but "
                f"SequencePadder was fitted on {self.n_channels_} channels: give an "
                "array of shape (n_samples, time, channels) or a list of arrays."
            )
        return X
