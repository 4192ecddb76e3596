"""Multi-layer perceptrons: hyperparameters to layers."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

from skdeep.architectures import perceptron
from skdeep.estimators._classifier import BaseNetworkClassifier
from skdeep.estimators._documentation import documented
from skdeep.estimators._regressor import BaseNetworkRegressor
from skdeep.estimators._table_inputs import TableInputs
from skdeep.estimators._validation import (
    YES_NO,
    Choice,
    Instance,
    Integer,
    Number,
    Rule,
    Sizes,
)
from skdeep.nn import ACTIVATIONS, INITIALIZERS, Initializer, Layer


@dataclass(eq=False, repr=False)
class PerceptronHyperparameters(TableInputs):
    """The architecture of a multi-layer perceptron."""

    hidden_layer_sizes: int | Sequence[int] = (100,)
    activation: str | Layer = "relu"
    _: KW_ONLY
    dropout: float = 0.0
    normalization: str | None = None
    skip_connections: bool = False
    initializer: str | Initializer = "auto"

    _sparse_input: ClassVar[bool] = True
    _architecture_rules: ClassVar[dict[str, tuple[Rule, ...]]] = {
        **TableInputs._table_rules,
        "hidden_layer_sizes": (Integer(1), Sizes()),
        "activation": (
            Choice(tuple(ACTIVATIONS)),
            Instance(Layer, "a layer of skdeep.nn"),
        ),
        "dropout": (Number(0, 1, "left"),),
        "normalization": (Choice((None, "batch", "layer")),),
        "skip_connections": (YES_NO,),
        "initializer": (
            Choice(("auto", *INITIALIZERS)),
            Instance(Initializer, "an initializer of skdeep.nn"),
        ),
    }

    def _layers(self, n_outputs: int) -> list[Layer]:
        sizes: Any = self.hidden_layer_sizes
        hidden = perceptron(
            [sizes] if Integer(1).accepts(sizes) else list(sizes),
            n_outputs,
            activation=self.activation,
            dropout=self.dropout,
            normalization=self.normalization,
            skip_connections=self.skip_connections,
            initializer=self.initializer,
        )
        return [*self._entrance(), *hidden]


@documented
@dataclass(eq=False, repr=False)
class MLPClassifier(PerceptronHyperparameters, BaseNetworkClassifier):
    """Multi-layer perceptron that predicts classes or labels.

    Code written for :class:`sklearn.neural_network.MLPClassifier` runs unchanged.

    X is a table of numbers, (n_samples, n_features): an array, a sparse matrix or a
    DataFrame; with ``categorical_features``, a DataFrame as it comes, gaps included.

    {parameters}

    {attributes}
    is_categorical_ : ndarray of bool of shape (n_features_in_,)
        Which columns are categorical. This and the next two are there only if
        ``categorical_features`` is given.
    categories_ : list of ndarray
        Categories of each categorical column, sorted.
    embeddings_ : list of ndarray of shape (n_categories + 2, embedding_dim)
        Learned vectors of each categorical column: for missing values, for unseen
        categories, and for ``categories_``.

    See Also
    --------
    MLPRegressor : Predicts numbers.
    NeuralNetworkClassifier : Takes layers of your own.

    Notes
    -----
    With weights w of the samples (sample_weight times class_weight) the fit minimises
    ``sum(w * loss) / sum(w)`` plus the penalty given under ``alpha``. Integer weights
    therefore equal repeated samples, and a mini-batch is weighted by the mean weight
    of the whole training set, never by its own.

    The held-out part is split off before anything is learned from the data.

    References
    ----------
    .. [1] D. Rumelhart, G. Hinton and R. Williams, "Learning representations by
       back-propagating errors", Nature 323, 1986.
    .. [2] D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR
       2015, arXiv:1412.6980.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.model_selection import train_test_split
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skdeep import MLPClassifier
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    >>> mlp = MLPClassifier((32, 16), max_iter=50, early_stopping=True, random_state=0)
    >>> model = make_pipeline(StandardScaler(), mlp).fit(X_train, y_train)
    >>> model.score(X_test, y_test) > 0.9
    True
    """

    _rules: ClassVar = {
        **BaseNetworkClassifier._rules,
        **PerceptronHyperparameters._architecture_rules,
    }


@documented
@dataclass(eq=False, repr=False)
class MLPRegressor(PerceptronHyperparameters, BaseNetworkRegressor):
    """Multi-layer perceptron that predicts numbers.

    Code written for :class:`sklearn.neural_network.MLPRegressor` runs unchanged, but
    for a loss given by position: ``hidden_layer_sizes`` comes first here, as it does
    in the classifier.

    X is a table of numbers, (n_samples, n_features): an array, a sparse matrix or a
    DataFrame; with ``categorical_features``, a DataFrame as it comes, gaps included.

    {parameters}

    {attributes}
    is_categorical_ : ndarray of bool of shape (n_features_in_,)
        Which columns are categorical. This and the next two are there only if
        ``categorical_features`` is given.
    categories_ : list of ndarray
        Categories of each categorical column, sorted.
    embeddings_ : list of ndarray of shape (n_categories + 2, embedding_dim)
        Learned vectors of each categorical column: for missing values, for unseen
        categories, and for ``categories_``.

    See Also
    --------
    MLPClassifier : Predicts classes or labels.
    NeuralNetworkRegressor : Takes layers of your own.

    Notes
    -----
    With weights w of the samples the fit minimises ``sum(w * loss) / sum(w)`` plus the
    penalty given under ``alpha``; the loss of a sample is summed over its outputs, as
    in Ridge. Integer weights equal repeated samples.

    A target far from mean 0 and variance 1 takes many epochs to reach: wrap the
    regressor in :class:`sklearn.compose.TransformedTargetRegressor`.

    References
    ----------
    .. [1] D. Rumelhart, G. Hinton and R. Williams, "Learning representations by
       back-propagating errors", Nature 323, 1986.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep import MLPRegressor
    >>> X = np.linspace(-1, 1, 200).reshape(-1, 1)
    >>> y = np.sin(3 * X).ravel()
    >>> mlp = MLPRegressor((32,), solver="lbfgs", max_iter=500, random_state=0)
    >>> mlp.fit(X, y).score(X, y) > 0.99
    True
    """

    _rules: ClassVar = {
        **BaseNetworkRegressor._rules,
        **PerceptronHyperparameters._architecture_rules,
    }
