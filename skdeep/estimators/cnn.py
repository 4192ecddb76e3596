"""Convolutional networks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from skdeep.architectures import BLOCKS, PRESETS, convolutional
from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._classifier import BaseNetworkClassifier
from skdeep.estimators._regressor import BaseNetworkRegressor
from skdeep.estimators._rules import (
    ACTIVATION,
    COUNTS,
    INITIALIZER,
    NOTHING,
    SHARE,
    SIZES,
    Choice,
    Nested,
    SampleShape,
    as_sizes,
    documented,
    hyperparameter,
)
from skdeep.estimators.inputs import Signals
from skdeep.nn import Initializer, Layer

PerBlock = int | Sequence[int]


@dataclass(eq=False, repr=False)
class Convolutional(BaseNetwork):
    """Hyperparameters of a convolutional network, and its layers."""

    filters: PerBlock = hyperparameter((32, 64), *COUNTS)
    kernel_size: Any = hyperparameter(3, Nested())
    strides: PerBlock = hyperparameter(1, *COUNTS)
    padding: str = hyperparameter("same", Choice(("same", "valid", "causal")))
    dilation_rate: PerBlock = hyperparameter(1, *COUNTS)
    pool: str | None = hyperparameter("max", Choice((None, "max", "avg")))
    pool_size: PerBlock = hyperparameter(2, *COUNTS)
    block: str = hyperparameter("plain", Choice(BLOCKS))
    convs_per_block: PerBlock = hyperparameter(1, *COUNTS)
    global_pool: str | None = hyperparameter(None, Choice((None, "max", "avg")))
    hidden_layer_sizes: PerBlock = hyperparameter((), *SIZES)
    activation: str | Layer = hyperparameter("relu", *ACTIVATION)
    normalization: str | None = hyperparameter(None, Choice((None, "batch", "layer")))
    dropout: float = hyperparameter(0.0, SHARE)
    initializer: str | Initializer = hyperparameter("auto", *INITIALIZER)
    input_shape: Sequence[int] | None = hyperparameter(
        None, NOTHING, SampleShape(), kw_only=True
    )

    _one_value_each: ClassVar[str] = (
        "for one at every step or pixel, take a NeuralNetworkClassifier or "
        "NeuralNetworkRegressor with layers that keep all axes"
    )

    @classmethod
    def from_preset(cls, name: str, **params: Any) -> Self:
        """Return an estimator with the hyperparameters of a published architecture.

        Parameters
        ----------
        name : {"lenet", "fcn", "resnet", "inception_time"}
            LeNet-5 for images [1]_; for series the fully convolutional and the residual
            network of Wang et al. [2]_, and a network of InceptionTime [3]_, which is
            an ensemble of five.
        **params : dict
            Hyperparameters that differ from the preset, or are not part of it.

        Returns
        -------
        estimator
            Not fitted; its hyperparameters can be seen and changed like any others.

        References
        ----------
        .. [1] Y. LeCun et al., "Gradient-based learning applied to document
           recognition", Proceedings of the IEEE 86, 1998.
        .. [2] Z. Wang, W. Yan and T. Oates, "Time series classification from scratch
           with deep neural networks", IJCNN 2017, arXiv:1611.06455.
        .. [3] H. Ismail Fawaz et al., "InceptionTime", Data Mining and Knowledge
           Discovery 34, 2020, arXiv:1909.04939.
        """
        if name not in PRESETS:
            hint = Choice(tuple(PRESETS)).hint(name)
            raise ValueError(
                f"There is no preset {name!r}: give one of {tuple(PRESETS)}.{hint}"
            )
        return cls(**{**PRESETS[name], **params})

    def _make_inputs(self):
        advice = "give global_pool='avg' or 'max', which allows any size, or bring them"
        return Signals(self.input_shape, (2, 3), size_advice=f"{advice} to one size")

    def _make_layers(self, n_outputs, input_shape):
        return convolutional(
            input_shape[-1],
            n_outputs,
            filters=_plain(self.filters),
            kernel_size=_plain(self.kernel_size),
            strides=_plain(self.strides),
            padding=self.padding,
            dilation_rate=_plain(self.dilation_rate),
            pool=self.pool,
            pool_size=_plain(self.pool_size),
            block=self.block,
            convs_per_block=_plain(self.convs_per_block),
            global_pool=self.global_pool,
            hidden_layer_sizes=as_sizes(self.hidden_layer_sizes),
            activation=self.activation,
            normalization=self.normalization,
            dropout=self.dropout,
            initializer=self.initializer,
        )


def _plain(value: Any) -> Any:
    """Return arrays and lists as tuples."""
    if isinstance(value, list | tuple | np.ndarray):
        return tuple(_plain(part) for part in value)
    return int(value)


@documented
@dataclass(eq=False, repr=False)
class CNNClassifier(Convolutional, BaseNetworkClassifier):
    """Convolutional network that predicts classes or labels.

    X holds series (n_samples, time, channels) or images (n_samples, height, width,
    channels); the rows of a table are series of one channel, or by ``input_shape``
    flattened images. With ``global_pool``, a list of arrays that differ in size.

    Each block of convolutions ends with pooling; the last one's output is flattened or
    pooled over the whole sample and goes through dense layers to the outputs.

    Parameters
    ----------
    filters : int or tuple of int, default=(32, 64)
        Filters (features found) of each block of convolutions; an int is one block.
    kernel_size : int or tuple, default=3
        Extent of the window of a convolution: one number for all blocks, or one entry
        for each. An entry is an int, or a tuple with one for each convolution of the
        block, in an inception block for each of those side by side (an int there
        stands for itself, its half and its quarter).
    strides : int or tuple of int, default=1
        Distance of the windows of the first convolution of a block; 2 halves the size.
    padding : {'same', 'valid', 'causal'}, default='same'
        Whether windows of convolutions and pooling may reach beyond the sample: 'same'
        keeps the size; 'valid' does not; 'causal' reaches back alone, so that no output
        sees what comes later.
    dilation_rate : int or tuple of int, default=1
        Distance of the taps of a window, which then sees further at the same cost.
    pool : {'max', 'avg'} or None, default='max'
        Whether a block ends with the largest or the mean of each window.
    pool_size : int or tuple of int, default=2
        Extent of the windows of ``pool``, by which each axis is divided.
    block : {'plain', 'residual', 'inception', 'separable'}, default='plain'
        How convolutions make a block: in series; with a shortcut around them; with
        windows of several sizes side by side; or each as a depthwise and a pointwise
        one.
    convs_per_block : int or tuple of int, default=1
        Number of convolutions (or inception modules) of each block.
    global_pool : {'max', 'avg'} or None, default=None
        What makes a vector of the last block's output: the largest or the mean of each
        channel, which allows samples of any size. None flattens it.
    hidden_layer_sizes : int or array-like of int, default=()
        Units of each hidden layer. ``()`` has none: linear or logistic regression.
    activation : str or Layer, default='relu'
        Function of the hidden units: 'identity', 'logistic', 'tanh', 'relu',
        'leaky_relu', 'prelu' (learned slope), 'elu', 'selu', 'gelu', 'silu', 'mish',
        'softplus', or an instance such as ``LeakyReLU(0.1)``.
    normalization : {'batch', 'layer'} or None, default=None
        What brings the weighted sums of each hidden layer to mean 0 and variance 1.
    dropout : float, default=0.0
        Share of hidden units silenced at random at every training step.
    initializer : str or Initializer, default='auto'
        Starting weights: 'auto', 'glorot_uniform', 'glorot_normal', 'he_uniform',
        'he_normal', 'lecun_uniform', 'lecun_normal', 'orthogonal', 'normal',
        'standard_normal', 'uniform', 'zeros', or an instance, all with biases at zero.
        'auto' is scikit-learn's way, biases drawn like weights (for selu
        'lecun_normal').
    input_shape : tuple of int or None, default=None
        Shape of one sample, the channels last, where X is a table whose rows are
        flattened samples: ``(28, 28, 1)`` for rows of 784 pixels. None takes a row for
        a signal of one channel. Samples with their own axes need none, except for grey
        images (n_samples, height, width) without an axis of channels, which would be
        taken for series.
    {training}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    input_shape_ : tuple of int
        Shape of one sample, the channels last; None along axes of differing size.
    {attributes}

    See Also
    --------
    CNNRegressor : Predicts numbers.
    NeuralNetworkClassifier : Takes layers of your own.

    Notes
    -----
    What is the same in every block is given as one number, what differs as a tuple
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


@documented
@dataclass(eq=False, repr=False)
class CNNRegressor(Convolutional, BaseNetworkRegressor):
    """Convolutional network that predicts numbers.

    X holds series (n_samples, time, channels) or images (n_samples, height, width,
    channels); the rows of a table are series of one channel, or by ``input_shape``
    flattened images. With ``global_pool``, a list of arrays that differ in size.

    Parameters
    ----------
    filters : int or tuple of int, default=(32, 64)
        Filters (features found) of each block of convolutions; an int is one block.
    kernel_size : int or tuple, default=3
        Extent of the window of a convolution: one number for all blocks, or one entry
        for each. An entry is an int, or a tuple with one for each convolution of the
        block, in an inception block for each of those side by side (an int there
        stands for itself, its half and its quarter).
    strides : int or tuple of int, default=1
        Distance of the windows of the first convolution of a block; 2 halves the size.
    padding : {'same', 'valid', 'causal'}, default='same'
        Whether windows of convolutions and pooling may reach beyond the sample: 'same'
        keeps the size; 'valid' does not; 'causal' reaches back alone, so that no output
        sees what comes later.
    dilation_rate : int or tuple of int, default=1
        Distance of the taps of a window, which then sees further at the same cost.
    pool : {'max', 'avg'} or None, default='max'
        Whether a block ends with the largest or the mean of each window.
    pool_size : int or tuple of int, default=2
        Extent of the windows of ``pool``, by which each axis is divided.
    block : {'plain', 'residual', 'inception', 'separable'}, default='plain'
        How convolutions make a block: in series; with a shortcut around them; with
        windows of several sizes side by side; or each as a depthwise and a pointwise
        one.
    convs_per_block : int or tuple of int, default=1
        Number of convolutions (or inception modules) of each block.
    global_pool : {'max', 'avg'} or None, default=None
        What makes a vector of the last block's output: the largest or the mean of each
        channel, which allows samples of any size. None flattens it.
    hidden_layer_sizes : int or array-like of int, default=()
        Units of each hidden layer. ``()`` has none: linear or logistic regression.
    activation : str or Layer, default='relu'
        Function of the hidden units: 'identity', 'logistic', 'tanh', 'relu',
        'leaky_relu', 'prelu' (learned slope), 'elu', 'selu', 'gelu', 'silu', 'mish',
        'softplus', or an instance such as ``LeakyReLU(0.1)``.
    normalization : {'batch', 'layer'} or None, default=None
        What brings the weighted sums of each hidden layer to mean 0 and variance 1.
    dropout : float, default=0.0
        Share of hidden units silenced at random at every training step.
    initializer : str or Initializer, default='auto'
        Starting weights: 'auto', 'glorot_uniform', 'glorot_normal', 'he_uniform',
        'he_normal', 'lecun_uniform', 'lecun_normal', 'orthogonal', 'normal',
        'standard_normal', 'uniform', 'zeros', or an instance, all with biases at zero.
        'auto' is scikit-learn's way, biases drawn like weights (for selu
        'lecun_normal'), except those of the outputs: they start at the best constant
        prediction, so that no epochs go into finding the level of y.
    input_shape : tuple of int or None, default=None
        Shape of one sample, the channels last, where X is a table whose rows are
        flattened samples: ``(28, 28, 1)`` for rows of 784 pixels. None takes a row for
        a signal of one channel. Samples with their own axes need none, except for grey
        images (n_samples, height, width) without an axis of channels, which would be
        taken for series.
    {training}

    Attributes
    ----------
    input_shape_ : tuple of int
        Shape of one sample, the channels last; None along axes of differing size.
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
