"""Multi-layer perceptrons."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from skdeep._documented import documented
from skdeep.architectures import perceptron
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
    Columns,
    Integer,
    as_sizes,
    hyperparameter,
)
from skdeep.estimators.inputs import NumericTable, RawTable
from skdeep.nn import Initializer, Layer


@dataclass(eq=False, repr=False)
class Perceptron(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseNetwork):
    """Hyperparameters of a multi-layer perceptron, and its layers."""

    hidden_layer_sizes: int | Sequence[int] = hyperparameter(
        (100,),
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
    _: KW_ONLY
    dropout: float = hyperparameter(
        0.0,
        SHARE,
        text="""float
        Share of hidden units silenced at random at every training step.
        """,
    )
    normalization: str | None = hyperparameter(
        None,
        Choice((None, "batch", "layer")),
        text="""{'batch', 'layer'} or None
        What brings the weighted sums of each hidden layer to mean 0 and variance 1.
        """,
    )
    skip_connections: bool = hyperparameter(
        False,
        YES_NO,
        text="""bool
        Whether each hidden layer is added to its own input, through a projection
        where their widths differ, which lets gradients through deep networks.
        """,
    )
    initializer: str | Initializer = hyperparameter(
        "auto",
        *INITIALIZER,
        text="""str or Initializer
        Starting weights: 'auto', 'glorot_uniform', 'glorot_normal', 'he_uniform',
        'he_normal', 'lecun_uniform', 'lecun_normal', 'orthogonal', 'normal',
        'standard_normal', 'uniform', 'zeros', or an instance, all with biases at zero.
        'auto' is scikit-learn's way, biases drawn like weights (for selu
        'lecun_normal'). Biases of a regressor's outputs start at the best constant
        prediction, so that no epochs go into finding the level of y.
        """,
    )
    categorical_features: Any = hyperparameter(
        None,
        NOTHING,
        Choice(("from_dtype",)),
        Columns(),
        text="""'from_dtype', array-like or None
        Takes X as a raw table. 'from_dtype': strings, categories, objects and bools
        are categories; or names, positions or a mask of the columns that are. Each
        category becomes a learned vector, with others for missing values and for
        categories that were not there in fit. Numbers are imputed by their median,
        scaled and smoothly clipped, by statistics of the training part alone. None
        takes numbers as they are.
        """,
    )
    embedding_dim: int | str = hyperparameter(
        "auto",
        Choice(("auto",)),
        Integer(1),
        text="""int or 'auto'
        Length of the vectors of categories. 'auto' is ``min(50, round(1.6 * n **
        0.56))`` for a column of n categories, missing and unseen included.
        """,
    )

    transform = transform
    _n_features_out = property(n_features_out)

    def _make_inputs(self):
        if self.categorical_features is None:
            return NumericTable(sparse=True)
        return RawTable(self.categorical_features, self.embedding_dim)

    def _make_layers(self, n_outputs, input_shape):
        return perceptron(
            as_sizes(self.hidden_layer_sizes),
            n_outputs,
            activation=self.activation,
            dropout=self.dropout,
            normalization=self.normalization,
            skip_connections=self.skip_connections,
            initializer=self.initializer,
        )

    @property
    def is_categorical_(self) -> np.ndarray:
        """Mask of the categorical columns, shape (n_features_in_,)."""
        return self.inputs_.is_categorical

    @property
    def categories_(self) -> list[np.ndarray]:
        """Categories of each categorical column, sorted."""
        return self.inputs_.categories

    @property
    def embeddings_(self) -> list[np.ndarray]:
        """Learned vectors of each categorical column, shape (n_categories + 2, dim).

        The first row is for missing values, the second for unseen categories, the
        others for ``categories_``. They are the network's own memory.
        """
        if not self.categories_:
            return []
        layer: Any = self.network_.layer
        return layer.layers[0].tables(self.network_.parameters("tables")[0])


@documented
@dataclass(eq=False, repr=False)
class MLPClassifier(Perceptron, BaseNetworkClassifier):
    """Multi-layer perceptron that predicts classes or labels.

    Takes over from :class:`sklearn.neural_network.MLPClassifier` by a change of the
    import; ``alpha`` has to be multiplied by n_samples / batch_size for the same
    penalty.

    X is a table of numbers, (n_samples, n_features): an array, a sparse matrix or a
    DataFrame; with ``categorical_features``, a DataFrame as it comes, gaps included.

    Parameters
    ----------
    {architecture}
    {training}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.
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
    >>> mlp = MLPClassifier((32, 16), early_stopping=True, random_state=0,
    ...                     learning_rate_init=0.01)
    >>> model = make_pipeline(StandardScaler(), mlp).fit(X_train, y_train)
    >>> model.score(X_test, y_test) > 0.9
    True
    """


@documented
@dataclass(eq=False, repr=False)
class MLPRegressor(Perceptron, BaseNetworkRegressor):
    """Multi-layer perceptron that predicts numbers.

    Takes over from :class:`sklearn.neural_network.MLPRegressor` by a change of the
    import; ``alpha`` has to be multiplied by n_samples / batch_size for the same
    penalty, and ``hidden_layer_sizes`` comes before ``loss`` here, as in the
    classifier.

    X is a table of numbers, (n_samples, n_features): an array, a sparse matrix or a
    DataFrame; with ``categorical_features``, a DataFrame as it comes, gaps included.

    Parameters
    ----------
    {architecture}
    {training}

    Attributes
    ----------
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

    A target far from variance 1 takes many epochs to reach. Without
    ``categorical_features`` the network sees y as it is, as in scikit-learn:
    ``standardize_targets=True`` changes that, and a warning tells when it is due.

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

    @property
    def _standardizes_by_default(self):
        return self.categorical_features is not None
