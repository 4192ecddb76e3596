"""Recurrent networks."""

from dataclasses import dataclass
from typing import ClassVar

from skdeep.estimators._classifier import BaseNetworkClassifier
from skdeep.estimators._documentation import documented
from skdeep.estimators._recurrent import RecurrentHyperparameters
from skdeep.estimators._regressor import BaseNetworkRegressor


@documented
@dataclass(eq=False, repr=False)
class RNNClassifier(RecurrentHyperparameters, BaseNetworkClassifier):
    """Recurrent network that predicts classes or labels of sequences or of their steps.

    X holds sequences: an array (n_samples, time, channels), or a list, object array or
    pandas Series of arrays (time, channels) that differ in length; the rows of a table
    are sequences of one channel. Padding never changes a prediction, and no time is
    spent on it.

    Recurrent layers read the sequence, pooling makes one vector of their outputs at all
    steps, and dense layers lead from there to the classes. With
    ``return_sequences=True`` there is no pooling: y has a class for each step, and so
    have predictions.

    {parameters}

    {attributes}
    recurrent_coefs_ : list of ndarray of shape (n_units, n_gates * n_units)
        Weights from the state of each recurrent layer to its gates.

    See Also
    --------
    RNNRegressor : Predicts numbers.
    skdeep.preprocessing.SequenceVectorizer : Makes sequences of codes from text.
    NeuralNetworkClassifier : Takes layers of your own.

    Notes
    -----
    Scale X first, as by :class:`skdeep.preprocessing.StandardScaler`. Weights of
    samples enter the objective as in :class:`MLPClassifier`; with
    ``return_sequences=True`` every step counts as much as its sample weighs.

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural
       Computation 9, 1997.
    .. [2] K. Cho et al., "Learning phrase representations using RNN encoder-decoder
       for statistical machine translation", EMNLP 2014, arXiv:1406.1078.

    Examples
    --------
    Does a sequence of any length sum up to something positive?

    >>> import numpy as np
    >>> from skdeep import RNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(rng.integers(5, 15), 1)) for _ in range(300)]
    >>> y = np.array([x.sum() > 0 for x in X])
    >>> rnn = RNNClassifier(units=16, learning_rate_init=0.01, max_iter=50,
    ...                     early_stopping=True, n_iter_no_change=3, random_state=0)
    >>> rnn.fit(X[:200], y[:200]).score(X[200:], y[200:]) > 0.9
    True
    """

    _rules: ClassVar = {
        **BaseNetworkClassifier._rules,
        **RecurrentHyperparameters._architecture_rules,
    }


@documented
@dataclass(eq=False, repr=False)
class RNNRegressor(RecurrentHyperparameters, BaseNetworkRegressor):
    """Recurrent network that predicts numbers of sequences or of their steps.

    X holds sequences: an array (n_samples, time, channels), or a list, object array or
    pandas Series of arrays (time, channels) that differ in length; the rows of a table
    are sequences of one channel. Padding never changes a prediction, and no time is
    spent on it.

    With ``return_sequences=True`` y has a number, or several, for each step, and so
    have predictions.

    {parameters}

    {attributes}
    recurrent_coefs_ : list of ndarray of shape (n_units, n_gates * n_units)
        Weights from the state of each recurrent layer to its gates.

    See Also
    --------
    RNNClassifier : Predicts classes or labels.
    NeuralNetworkRegressor : Takes layers of your own.

    Notes
    -----
    A target far from mean 0 and variance 1 takes many epochs to reach: wrap the
    regressor in :class:`sklearn.compose.TransformedTargetRegressor`.

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural
       Computation 9, 1997.

    Examples
    --------
    The running mean of a sequence, step by step:

    >>> import numpy as np
    >>> from skdeep import RNNRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(rng.integers(5, 15), 1)) for _ in range(300)]
    >>> y = [np.cumsum(x) / np.arange(1, len(x) + 1) for x in X]
    >>> rnn = RNNRegressor(units=16, return_sequences=True, learning_rate_init=0.01,
    ...                    tol=1e-3, n_iter_no_change=3, random_state=0)
    >>> rnn.fit(X[:200], y[:200]).score(X[200:], y[200:]) > 0.9
    True
    """

    _rules: ClassVar = {
        **BaseNetworkRegressor._rules,
        **RecurrentHyperparameters._architecture_rules,
    }
