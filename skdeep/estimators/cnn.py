"""Convolutional networks."""

from dataclasses import dataclass
from typing import ClassVar

from skdeep.estimators._classifier import BaseNetworkClassifier
from skdeep.estimators._convolutional import ConvolutionalHyperparameters
from skdeep.estimators._documentation import documented
from skdeep.estimators._regressor import BaseNetworkRegressor


@documented
@dataclass(eq=False, repr=False)
class CNNClassifier(ConvolutionalHyperparameters, BaseNetworkClassifier):
    """Convolutional network that predicts classes or labels.

    X holds series (n_samples, time, channels) or images (n_samples, height, width,
    channels); the rows of a table are series of one channel, or by ``input_shape``
    flattened images. With ``global_pool``, a list of arrays that differ in size.

    Each block of convolutions ends with pooling; the last one's output is flattened or
    pooled over the whole sample and goes through dense layers to the outputs.

    {parameters}

    {attributes}

    See Also
    --------
    CNNRegressor : Predicts numbers.
    NeuralNetworkClassifier : Takes layers of your own.

    Notes
    -----
    Whatever holds for every block is given as one number, whatever differs as a tuple
    with one entry for each; ``filters`` tells how many there are.

    Scale X first, as by :class:`skdeep.preprocessing.StandardScaler`. Weights of
    samples enter the objective as in :class:`MLPClassifier`.

    References
    ----------
    .. [1] Y. LeCun et al., "Gradient-based learning applied to document recognition",
       Proceedings of the IEEE 86, 1998.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import train_test_split
    >>> from skdeep import CNNClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0)
    >>> cnn = CNNClassifier((16, 32), input_shape=(8, 8, 1), early_stopping=True,
    ...                     n_iter_no_change=3, batch_size=32, random_state=0)
    >>> cnn.fit(X_train, y_train).score(X_test, y_test) > 0.95
    True
    """

    _rules: ClassVar = {
        **BaseNetworkClassifier._rules,
        **ConvolutionalHyperparameters._architecture_rules,
    }


@documented
@dataclass(eq=False, repr=False)
class CNNRegressor(ConvolutionalHyperparameters, BaseNetworkRegressor):
    """Convolutional network that predicts numbers.

    X holds series (n_samples, time, channels) or images (n_samples, height, width,
    channels); the rows of a table are series of one channel, or by ``input_shape``
    flattened images. With ``global_pool``, a list of arrays that differ in size.

    {parameters}

    {attributes}

    See Also
    --------
    CNNClassifier : Predicts classes or labels.
    NeuralNetworkRegressor : Takes layers of your own.

    Notes
    -----
    A target far from mean 0 and variance 1 takes many epochs to reach: wrap the
    regressor in :class:`sklearn.compose.TransformedTargetRegressor`.

    References
    ----------
    .. [1] Y. LeCun et al., "Gradient-based learning applied to document recognition",
       Proceedings of the IEEE 86, 1998.

    Examples
    --------
    The frequency of a sine, whatever its phase:

    >>> import numpy as np
    >>> from skdeep import CNNRegressor
    >>> rng = np.random.default_rng(0)
    >>> y, phase = rng.uniform(1, 3, 400), rng.uniform(0, 6, 400)
    >>> time = np.linspace(0, 6, 50)
    >>> X = np.sin(np.outer(y, time) + phase[:, np.newaxis])
    >>> cnn = CNNRegressor((8, 16), kernel_size=7, global_pool="max",
    ...                    learning_rate_init=0.01, batch_size=32,
    ...                    early_stopping=True, random_state=0)
    >>> cnn.fit(X[:300], y[:300]).score(X[300:], y[300:]) > 0.9
    True
    """

    _rules: ClassVar = {
        **BaseNetworkRegressor._rules,
        **ConvolutionalHyperparameters._architecture_rules,
    }
