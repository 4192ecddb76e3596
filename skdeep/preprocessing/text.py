"""Text as sequences of integer codes."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils.validation import check_is_fitted

from skdeep._forms import warn_user
from skdeep._frames import to_pandas
from skdeep._learned import all_or_nothing
from skdeep._links import LinkedToDocumentation
from skdeep.preprocessing._choices import check_flag, choose

# The codes before those of tokens, as embeddings have them.
MISSING, UNKNOWN, FIRST = 0, 1, 2

ANALYZERS = {
    "words": "word",
    "chars": "char",
    "character": "char",
    "characters": "char",
    "letters": "char",
}


# What OrdinalEncoder calls it.
OF_ENCODERS = {"use_encoded_value": "encode"}


class SequenceVectorizer(LinkedToDocumentation, TransformerMixin, BaseEstimator):
    r"""Turn texts into sequences of codes, one for each word or character.

    What follows, such as ``RNNClassifier(embedding_dim=32)``, learns a vector for each
    code.

    Parameters
    ----------
    analyzer : {"word", "char"} or callable, default="word"
        What a token is. Characters suit names, single words and languages without
        spaces; sentences have too many of them. A callable takes a text, or whatever
        X holds, and returns its tokens: ``str.split``, or ``list`` for lists of tokens.
    lowercase : bool, default=True
        Whether to make all letters small first; without effect on a callable.
    token_pattern : str, default=r"(?u)\b\w+\b"
        Regular expression of a word, for ``analyzer="word"``.
    max_features : int or None, default=None
        The largest number of tokens in the vocabulary: the most frequent ones.
    min_df : int or float, default=1
        In how many texts a token must occur to be known; a float is a share of them.
    handle_unknown : {"encode", "error"}, default="encode"
        Whether a token that is not in the vocabulary gets the code 1, or is an error.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        The code of each token, from 2 on, in alphabetical order.
    n_codes_ : int
        Number of codes, with those of missing (0) and unknown (1).

    See Also
    --------
    sklearn.feature_extraction.text.CountVectorizer : Counts tokens, whose order is
        lost; the same parameters mean the same.

    Notes
    -----
    A text without tokens becomes one step of code 0. ``transform`` warns of texts
    without any token of the vocabulary, as predictions for them rest on nothing. To
    learn how to deal with unknown tokens a network must see some in training: give
    ``min_df`` or ``max_features``.

    Examples
    --------
    >>> from skdeep.preprocessing import SequenceVectorizer
    >>> vectorizer = SequenceVectorizer().fit(["good food", "food?"])
    >>> vectorizer.vocabulary_
    {'food': 2, 'good': 3}
    >>> [codes[:, 0] for codes in vectorizer.transform(["Good service, good food!"])]
    [array([3, 1, 3, 2])]
    >>> SequenceVectorizer("char").fit(["abba", "cab"]).vocabulary_
    {'a': 2, 'b': 3, 'c': 4}
    """

    def __init__(
        self,
        analyzer="word",
        lowercase=True,
        token_pattern=r"(?u)\b\w+\b",
        max_features=None,
        min_df=1,
        handle_unknown="encode",
    ):
        self.analyzer = analyzer
        self.lowercase = lowercase
        self.token_pattern = token_pattern
        self.max_features = max_features
        self.min_df = min_df
        self.handle_unknown = handle_unknown

    @all_or_nothing
    def fit(self, X, y=None):
        """Learn the vocabulary.

        Parameters
        ----------
        X : list of str, array of str, pandas Series, or DataFrame of one column
            The texts.
        y : None
            Ignored.

        Returns
        -------
        self : SequenceVectorizer
            The fitted vectorizer.
        """
        self._check_hyperparameters()
        frequency: Counter[Any] = Counter()
        documents: Counter[Any] = Counter()
        n_texts = 0
        for tokens in self._tokens(X):
            n_texts += 1
            frequency.update(tokens)
            documents.update(set(tokens))
        least = self.min_df
        if not isinstance(least, Integral):
            least = least * n_texts
        known = [token for token in frequency if documents[token] >= least]
        known.sort(key=lambda token: (-frequency[token], token))
        known = sorted(known[: self.max_features])
        if not known:
            raise ValueError(
                f"The {n_texts} texts of X leave no token in the vocabulary: lower "
                f"min_df={self.min_df!r}, or look at what analyzer={self.analyzer!r} "
                "makes of them."
            )
        self.vocabulary_ = {token: code for code, token in enumerate(known, FIRST)}
        self.n_codes_ = len(known) + FIRST
        return self

    def transform(self, X):
        """Return the codes of each text.

        Parameters
        ----------
        X : list of str, array of str, pandas Series, or DataFrame of one column
            The texts.

        Returns
        -------
        list of ndarray of int of shape (n_tokens, 1)
            One sequence a text.
        """
        check_is_fitted(self)
        sequences, strange = [], []
        is_strict = self._is_strict()
        for position, tokens in enumerate(self._tokens(X)):
            codes = [self.vocabulary_.get(token, UNKNOWN) for token in tokens]
            if all(code == UNKNOWN for code in codes):
                strange.append(position)
            if is_strict and UNKNOWN in codes:
                token = tokens[codes.index(UNKNOWN)]
                raise ValueError(
                    f"Sample {position} of X holds {token!r}, a token that was not "
                    "among those learned in fit: give texts of these alone, or "
                    "handle_unknown='encode'."
                )
            sequences.append(np.array(codes or [MISSING]).reshape(-1, 1))
        if strange:
            warn_user(
                f"{len(strange)} of {len(sequences)} texts in X have no token that was "
                f"learned in fit (the first is sample {strange[0]}): nothing is known "
                "of them, and what a model predicts for them means nothing. Leave them "
                "out, or learn from more texts.",
            )
        return sequences

    def inverse_transform(self, X):
        """Return the tokens of each sequence.

        Parameters
        ----------
        X : sequence of array-like of shape (n_tokens, 1)
            Codes.

        Returns
        -------
        list of list
            Tokens; None for unknown ones, and for missing.
        """
        check_is_fitted(self)
        tokens = {code: token for token, code in self.vocabulary_.items()}
        return [
            [tokens.get(code) for code in np.ravel(sequence).tolist()] for sequence in X
        ]

    def _tokens(self, X: Any) -> Iterable[list[Any]]:
        """Yield the tokens of each text."""
        if isinstance(X, str):
            raise ValueError(
                "X is one string: give a list of texts, or a column of a DataFrame."
            )
        strange = isinstance(X, memoryview | Mapping | type) or issparse(X)
        # Groups of a data frame have axes and no shape.
        strange = strange or (hasattr(X, "ndim") and not hasattr(X, "shape"))
        if strange or not np.iterable(X):
            raise ValueError(f"X is {X!r}: give a list of texts, or a column of them.")
        X = to_pandas(X)
        if getattr(X, "ndim", 1) == 2 and X.shape[1] == 1:
            X = X.iloc[:, 0] if hasattr(X, "iloc") else X[:, 0]
        analyze = self._analyzer()
        for position, text in enumerate(X):
            if not callable(self.analyzer) and not isinstance(text, str):
                advice = "give texts, an empty one where there is none"
                if isinstance(text, list | tuple):
                    advice = "of lists of tokens take analyzer=list, or ' '.join each"
                elif isinstance(text, bytes):
                    advice = "give text.decode() for each"
                raise ValueError(
                    f"Sample {position} of X is {text!r}, not a string: {advice}."
                )
            try:
                tokens = list(analyze(text))
                # What cannot be looked up is no token.
                set(tokens)
            except (TypeError, ValueError) as error:
                raise ValueError(
                    f"analyzer={self.analyzer!r} makes no tokens of sample {position} "
                    f"of X ({error}): give a function from a text to a list of tokens."
                ) from error
            yield tokens

    def _analyzer(self) -> Callable[[Any], Iterable[Any]]:
        if callable(self.analyzer):
            return self.analyzer
        analyzer = choose(
            self.analyzer,
            "analyzer",
            type(self).__name__,
            ("word", "char"),
            ANALYZERS,
            ", or a function from a text to its tokens",
        )
        return CountVectorizer(
            analyzer=analyzer,
            lowercase=self.lowercase,
            token_pattern=self.token_pattern,
        ).build_analyzer()

    def _is_strict(self) -> bool:
        return (
            choose(
                self.handle_unknown,
                "handle_unknown",
                type(self).__name__,
                ("encode", "error"),
                OF_ENCODERS,
            )
            == "error"
        )

    def _check_hyperparameters(self) -> None:
        if not isinstance(self.token_pattern, str):
            raise ValueError(
                f"token_pattern={self.token_pattern!r} is not allowed in "
                f"{type(self).__name__}: give a regular expression, as a string."
            )
        check_flag(self.lowercase, "lowercase", type(self).__name__)
        try:
            re.compile(self.token_pattern)
        except re.error as error:
            raise ValueError(
                f"token_pattern={self.token_pattern!r} is no regular expression "
                f"({error}): give one, as a string."
            ) from error
        self._analyzer()
        self._is_strict()
        size = self.max_features
        # NumPy's durations pass for integers.
        strange = isinstance(size, np.timedelta64)
        is_count = isinstance(size, int | np.integer) and not strange
        if size is not None and not (is_count and size >= 1):
            raise ValueError(
                f"max_features={size!r} is not allowed: give None or an integer of at "
                "least 1."
            )
        least = self.min_df
        whole = isinstance(least, int | np.integer) and least >= 1
        share = isinstance(least, Real) and not isinstance(least, Integral)
        if isinstance(least, bool) or not (whole or (share and 0 <= least <= 1)):
            raise ValueError(
                f"min_df={least!r} is not allowed: give an integer of at least 1, or a "
                "share between 0.0 and 1.0."
            )

    def __sklearn_tags__(self):
        """Tell scikit-learn what input is accepted."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
