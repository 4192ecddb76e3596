"""Recurrent networks that read sequences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from skdeep._documented import documented
from skdeep.architectures.recurrent import CELLS, POOLINGS, recurrent
from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._classifier import BaseNetworkClassifier
from skdeep.estimators._features import n_features_out, transform
from skdeep.estimators._regressor import BaseNetworkRegressor
from skdeep.estimators._rules import (
    ACTIVATION,
    INITIALIZER,
    NOTHING,
    SHARE,
    SIZES,
    YES_NO,
    Choice,
    Integer,
    SampleShape,
    as_sizes,
    hyperparameter,
    with_default,
)
from skdeep.estimators.inputs import Codes, Signals
from skdeep.estimators.targets import StepTargets
from skdeep.nn import Initializer, Layer


@dataclass(eq=False, repr=False)
class Recurrent(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseNetwork):
    """Hyperparameters of a recurrent network, and its layers."""

    units: int | Sequence[int] = hyperparameter(
        (64,),
        *SIZES,
        text="""int or array-like of int
        Units of each recurrent layer, one layer on top of the other, in each direction.
        """,
    )
    cell: str = hyperparameter(
        "gru",
        Choice(tuple(CELLS)),
        text="""{'gru', 'lstm', 'simple'}
        Kind of the recurrent layers: gated recurrent units, long short-term memory, or
        units without gates, which forget soon. The first is faster than the second.
        """,
    )
    bidirectional: bool = hyperparameter(
        False,
        YES_NO,
        text="""bool
        Whether each recurrent layer has a twin that reads the sequence backwards, from
        each sample's own last step.
        """,
    )
    pooling: str = hyperparameter(
        "last",
        Choice(tuple(POOLINGS)),
        text="""{'last', 'mean', 'max', 'attention'}
        How the outputs at all steps become one vector: the last one, their mean, their
        largest in each unit, or a mean with learned weights. Without effect for
        ``return_sequences=True``.
        """,
    )
    hidden_layer_sizes: int | Sequence[int] = hyperparameter(
        (),
        *SIZES,
        text="""int or array-like of int
        Units of each hidden layer. ``()`` has none: linear or logistic regression.
        """,
    )
    activation: str | Layer = hyperparameter(
        "relu",
        *ACTIVATION,
        text="""str or Layer
        Function of the hidden units: 'identity', 'logistic', 'tanh', 'relu',
        'leaky_relu', 'prelu' (learned slope), 'elu', 'selu', 'gelu', 'silu', 'mish',
        'softplus', or an instance such as ``LeakyReLU(0.1)``.
        """,
    )
    dropout: float = hyperparameter(
        0.0,
        SHARE,
        text="""float
        Share of hidden units silenced at random at every training step.
        """,
    )
    recurrent_dropout: float = hyperparameter(
        0.0,
        SHARE,
        text="""float
        Share of units that the recurrence does not see while training, the same ones
        in all steps of a sequence.
        """,
    )
    normalization: str | None = hyperparameter(
        None,
        Choice((None, "layer")),
        text="""{'layer'} or None
        What brings the outputs of each recurrent layer at every step, and the weighted
        sums of each dense one, to mean 0 and variance 1. What a recurrent layer hands
        from step to step is left as it is.
        """,
    )
    embedding_dim: int | None = hyperparameter(
        None,
        NOTHING,
        Integer(1),
        text="""int or None
        Takes X as codes, integers such as those that
        :class:`skdeep.preprocessing.SequenceVectorizer` makes of text, and learns a
        vector of that length for each: 0 is missing, 1 is unseen in training. None
        takes numbers as they are.
        """,
    )
    backprop_steps: int | None = hyperparameter(
        None,
        NOTHING,
        Integer(1),
        text="""int or None
        Gradients flow back through blocks of that many steps, not beyond (truncated
        backpropagation through time). None is all steps. The memory needed stays the
        same.
        """,
    )
    initializer: str | Initializer = hyperparameter(
        "auto",
        *INITIALIZER,
        text="""str or Initializer
        Starting weights: 'auto', 'glorot_uniform', 'glorot_normal', 'he_uniform',
        'he_normal', 'lecun_uniform', 'lecun_normal', 'orthogonal', 'normal',
        'standard_normal', 'uniform', 'zeros', or an instance, all with biases at zero.
        'auto' is 'glorot_uniform' for what comes into recurrent layers, and scikit-
        learn's way for dense ones, biases drawn like weights (for selu 'lecun_normal').
        Biases of a regressor's outputs start at the best constant prediction, so that
        no epochs go into finding the level of y.
        """,
    )
    input_shape: Sequence[int] | None = hyperparameter(
        None,
        NOTHING,
        SampleShape(),
        kw_only=True,
        text="""tuple of int or None
        Shape of one sample, the channels last, where X is a table whose rows are
        flattened samples: ``(28, 28, 1)`` for rows of 784 pixels. None takes a row for
        a signal of one channel. Samples with their own axes need none, except for grey
        images (n_samples, height, width) without an axis of channels, which would be
        taken for series.
        """,
    )
    return_sequences: bool = hyperparameter(
        False,
        YES_NO,
        kw_only=True,
        text="""bool
        Whether y has a target for each step, an array (n_samples, time) or (n_samples,
        time, n_outputs) or a list of arrays, and predictions have the same form.
        """,
    )
    batch_size: int | str = with_default(BaseNetwork, "batch_size", 32)
    max_grad_norm: float | None = with_default(BaseNetwork, "max_grad_norm", 1.0)

    _one_value_each: ClassVar[str] = (
        "take return_sequences=True for a target at each step"
    )

    transform = transform
    _n_features_out = property(n_features_out)

    def _make_inputs(self):
        if self.embedding_dim is None:
            return Signals(self.input_shape, (2,))
        return Codes(self.input_shape, (2,), self.embedding_dim)

    def _make_targets(self, X):
        rows = self._row_targets()
        if not self.return_sequences:
            return rows
        return StepTargets(rows, 1, "return_sequences=True", "return_sequences=False")

    def _make_layers(self, n_outputs, input_shape):
        units = as_sizes(self.units)
        if not units:
            raise ValueError(
                f"units={self.units!r} leaves no recurrent layer: give the units of at "
                "least one, such as (64,)."
            )
        return recurrent(
            self.cell,
            units,
            n_outputs,
            pooling=None if self.return_sequences else self.pooling,
            bidirectional=self.bidirectional,
            hidden_layer_sizes=as_sizes(self.hidden_layer_sizes),
            activation=self.activation,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            normalization=self.normalization,
            backprop_steps=self.backprop_steps,
            initializer=self.initializer,
        )

    @property
    def recurrent_coefs_(self) -> list[np.ndarray]:
        """Weights from the state of each recurrent layer to its gates.

        Shape (n_units, n_gates * n_units) each, in the order of ``coefs_``. They are
        the network's own memory.
        """
        return self._arrays("recurrent_weight")


@documented
@dataclass(eq=False, repr=False)
class RNNClassifier(Recurrent, BaseNetworkClassifier):
    """Recurrent network that predicts classes or labels of sequences or of their steps.

    X holds sequences: an array (n_samples, time, channels), or a list, object array or
    pandas Series of arrays (time, channels) that differ in length; the rows of a table
    are sequences of one channel. Padding never changes a prediction, and no time is
    spent on it.

    Recurrent layers read the sequence, pooling makes one vector of their outputs at all
    steps, and dense layers lead from there to the classes. With
    ``return_sequences=True`` there is no pooling: y has a class for each step, and so
    have predictions.

    Parameters
    ----------
    {architecture}
    {training}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    input_shape_ : tuple of int
        Shape of one sample, the channels last; None along axes of differing size.
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


@documented
@dataclass(eq=False, repr=False)
class RNNRegressor(Recurrent, BaseNetworkRegressor):
    """Recurrent network that predicts numbers of sequences or of their steps.

    X holds sequences: an array (n_samples, time, channels), or a list, object array or
    pandas Series of arrays (time, channels) that differ in length; the rows of a table
    are sequences of one channel. Padding never changes a prediction, and no time is
    spent on it.

    With ``return_sequences=True`` y has a number, or several, for each step, and so
    have predictions.

    Parameters
    ----------
    {architecture}
    {training}

    Attributes
    ----------
    input_shape_ : tuple of int
        Shape of one sample, the channels last; None along axes of differing size.
    {attributes}
    recurrent_coefs_ : list of ndarray of shape (n_units, n_gates * n_units)
        Weights from the state of each recurrent layer to its gates.

    See Also
    --------
    RNNClassifier : Predicts classes or labels.
    NeuralNetworkRegressor : Takes layers of your own.

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
