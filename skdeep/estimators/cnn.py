"""Convolutional networks."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from skdeep._documented import documented
from skdeep.architectures import BLOCKS, PRESETS, convolutional, dense_prediction
from skdeep.architectures.convolutional import check_axes
from skdeep.architectures.dense_prediction import UPSAMPLINGS
from skdeep.architectures.presets import CLASSIFIER_PRESETS
from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._classifier import BaseNetworkClassifier
from skdeep.estimators._features import n_features_out, transform
from skdeep.estimators._regressor import BaseNetworkRegressor
from skdeep.estimators._rules import (
    ACTIVATION,
    COUNTS,
    INITIALIZER,
    NOTHING,
    SHARE,
    SIZES,
    YES_NO,
    Choice,
    Instance,
    Integer,
    Nested,
    SampleShape,
    as_sizes,
    hyperparameter,
    with_default,
)
from skdeep.estimators.inputs import Codes, Signals
from skdeep.estimators.targets import StepTargets
from skdeep.nn import Initializer, Layer

PerBlock = int | Sequence[int]
# For all blocks or, in a list, for each; in a tuple, along each axis.
PerAxis = int | tuple[int, ...] | list[Any]
LABELS = (str, int, float, np.generic, list, tuple, np.ndarray)
WINDOWS = ("kernel_size", "strides", "dilation_rate", "pool_size")


@dataclass(eq=False, repr=False)
class Convolutional(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseNetwork):
    """Hyperparameters of a convolutional network, and its layers."""

    filters: PerBlock = hyperparameter(
        (32, 64),
        *COUNTS,
        text="""int or tuple of int
        Filters (features found) of each block of convolutions; an int is one block.
        """,
    )
    kernel_size: PerAxis = hyperparameter(
        3,
        Nested(),
        text="""int, tuple of int or list
        Extent of the window of a convolution: a number, or a tuple with one for each
        axis, such as (5, 3) for height and width; or a list with one of these for each
        block. An entry of that list may be a list itself, with one for each convolution
        of the block, in an inception block for each of those side by side (a number
        there stands for itself, its half and its quarter).
        """,
    )
    strides: PerAxis = hyperparameter(
        1,
        Nested(),
        text="""int, tuple of int or list
        Distance of the windows of the first convolution of a block; 2 halves the size.
        """,
    )
    padding: str = hyperparameter(
        "same",
        Choice(("same", "valid", "causal")),
        text="""{'same', 'valid', 'causal'}
        Whether windows of convolutions and pooling may reach beyond the sample: 'same'
        keeps the size; 'valid' does not; 'causal' reaches back alone, so that no output
        sees what comes later.
        """,
    )
    dilation_rate: PerAxis = hyperparameter(
        1,
        Nested(),
        text="""int, tuple of int or list
        Distance of the taps of a window, which then sees further at the same cost.
        """,
    )
    pool: str | None = hyperparameter(
        "max",
        Choice((None, "max", "avg")),
        text="""{'max', 'avg'} or None
        Whether a block ends with the largest or the mean of each window.
        """,
    )
    pool_size: PerAxis = hyperparameter(
        2,
        Nested(),
        text="""int, tuple of int or list
        Extent of the windows of ``pool``, by which each axis is divided.
        """,
    )
    block: str = hyperparameter(
        "plain",
        Choice(BLOCKS),
        text="""{'plain', 'residual', 'inception', 'separable'}
        How convolutions make a block: in series; with a shortcut around them; with
        windows of several sizes side by side; or each as a depthwise and a pointwise
        one.
        """,
    )
    convs_per_block: PerBlock = hyperparameter(
        1,
        *COUNTS,
        text="""int or tuple of int
        Number of convolutions (or inception modules) of each block.
        """,
    )
    global_pool: str | None = hyperparameter(
        None,
        Choice((None, "max", "avg")),
        text="""{'max', 'avg'} or None
        What makes a vector of the last block's output: the largest or the mean of each
        channel, which allows samples of any size. None flattens it.
        """,
    )
    hidden_layer_sizes: PerBlock = hyperparameter(
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
    normalization: str | None = hyperparameter(
        None,
        Choice((None, "batch", "layer")),
        text="""{'batch', 'layer'} or None
        What brings the weighted sums of each hidden layer to mean 0 and variance 1.
        """,
    )
    dropout: float = hyperparameter(
        0.0,
        SHARE,
        text="""float
        Share of hidden units silenced at random at every training step.
        """,
    )
    initializer: str | Initializer = hyperparameter(
        "auto",
        *INITIALIZER,
        text="""str or Initializer
        Starting weights: 'auto', 'glorot_uniform', 'glorot_normal', 'he_uniform',
        'he_normal', 'lecun_uniform', 'lecun_normal', 'orthogonal', 'normal',
        'standard_normal', 'uniform', 'zeros', or an instance, all with biases at zero.
        'auto' is 'he_normal' for convolutions (for selu 'lecun_normal'), 'zeros' for
        the outputs, and scikit-learn's way for hidden layers between them and for the
        outputs of dense prediction. Biases of a regressor's outputs start at the best
        constant prediction, so that no epochs go into finding the level of y.
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
    embedding_dim: int | None = hyperparameter(
        None,
        NOTHING,
        Integer(1),
        kw_only=True,
        text="""int or None
        Takes X as sequences of codes, integers such as those that
        :class:`skdeep.preprocessing.SequenceVectorizer` makes of text, and learns a
        vector of that length for each: 0 is missing, 1 is unseen in training. None
        takes numbers as they are.
        """,
    )
    dense_prediction: bool = hyperparameter(
        False,
        YES_NO,
        kw_only=True,
        text="""bool
        Whether y has a target for each step or pixel, and predictions have the same
        form: arrays (n_samples, time) or (n_samples, height, width), with a last axis
        for several targets, or lists of arrays. Samples may have any size. A pixel
        whose number in y is NaN is void: it counts neither in training nor in scores.
        """,
    )
    decoder: str = hyperparameter(
        "unet",
        Choice(("unet", "fcn")),
        kw_only=True,
        text="""{'unet', 'fcn'}
        How dense prediction brings back the places that pooling loses: a U-Net, or the
        sum of scores from several depths of a fully convolutional network (with
        ``pool=None`` and dilation, a temporal convolutional network).
        """,
    )
    skips: int | None = hyperparameter(
        None,
        NOTHING,
        Integer(0),
        kw_only=True,
        text="""int or None
        From how many blocks before the last decoder='fcn' adds scores; None is all. Of
        five blocks, 0, 1 and 2 are FCN-32s, FCN-16s and FCN-8s.
        """,
    )
    upsampling: str = hyperparameter(
        "transposed",
        Choice(UPSAMPLINGS),
        kw_only=True,
        text="""{'transposed', 'nearest', 'bilinear'}
        How decoders make sizes larger: by transposed convolution, or by resizing, in a
        U-Net followed by convolution.
        """,
    )
    batch_size: int | str = with_default(BaseNetwork, "batch_size", 32)

    # What presets set besides, in an estimator of one kind.
    _preset_settings: ClassVar[dict[str, dict[str, Any]]] = {}
    _one_value_each: ClassVar[str] = (
        "take dense_prediction=True for one at each step or pixel"
    )

    @classmethod
    def from_preset(cls, name: str, **params: Any) -> Self:
        """Return an estimator with the hyperparameters of a published architecture.

        Parameters
        ----------
        name : {"lenet", "fcn", "resnet", "inception_time", "unet", "fcn8s", ...}
            LeNet-5 for images [1]_; for series the fully convolutional and the residual
            network of Wang et al. [2]_, and a network of InceptionTime [3]_, which is
            an ensemble of five. With ``dense_prediction=True``: 'unet' [4]_, 'fcn32s',
            'fcn16s' and 'fcn8s' [5]_ with fewer filters, and for series 'tcn' [6]_,
            each step seeing both sides; a classifier of the first four minimises the
            Dice loss, which suits rare classes.
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
        .. [4] O. Ronneberger, P. Fischer and T. Brox, "U-Net: convolutional networks
           for biomedical image segmentation", MICCAI 2015, arXiv:1505.04597.
        .. [5] J. Long, E. Shelhamer and T. Darrell, "Fully convolutional networks for
           semantic segmentation", CVPR 2015, arXiv:1411.4038.
        .. [6] S. Bai, J. Z. Kolter and V. Koltun, "An empirical evaluation of generic
           convolutional and recurrent networks for sequence modeling", 2018,
           arXiv:1803.01271.
        """
        if name not in PRESETS:
            hint = Choice(tuple(PRESETS)).hint(name)
            raise ValueError(
                f"There is no preset {name!r}: give one of {tuple(PRESETS)}.{hint}"
            )
        # A copy: presets hold lists, which a user may change.
        settings = copy.deepcopy(PRESETS[name])
        return cls(**{**settings, **cls._preset_settings.get(name, {}), **params})

    transform = transform
    _n_features_out = property(n_features_out)

    def _make_inputs(self):
        advice = "give global_pool='avg' or 'max', which allows any size, or bring them"
        advice = f"{advice} to one size"
        if self.embedding_dim is None:
            return Signals(self.input_shape, (2, 3), size_advice=advice)
        return Codes(self.input_shape, (2,), self.embedding_dim, size_advice=advice)

    def _make_targets(self, X):
        rows = self._row_targets()
        if not self.dense_prediction:
            return rows
        return StepTargets(
            rows,
            len(X.shape) - 2,
            "dense_prediction=True",
            "dense_prediction=False",
            void=self._void_labels(),
            in_tiles=True,
        )

    def _void_labels(self) -> list[Any]:
        """Return the targets, besides NaN, of steps or pixels that do not count."""
        return []

    def _make_layers(self, n_outputs, input_shape):
        settings: dict[str, Any] = {
            "filters": as_sizes(_plain(self.filters)),
            "padding": self.padding,
            "pool": self.pool,
            "block": self.block,
            "convs_per_block": _plain(self.convs_per_block),
            "hidden_layer_sizes": as_sizes(self.hidden_layer_sizes),
            "activation": self.activation,
            "normalization": self.normalization,
            "dropout": self.dropout,
            "initializer": self.initializer,
        }
        for name in WINDOWS:
            settings[name] = _plain(getattr(self, name))
            check_axes(name, settings[name], len(input_shape) - 1)
        if self.dense_prediction:
            return self._dense_layers(n_outputs, input_shape, settings)
        settings["global_pool"] = self.global_pool
        return convolutional(input_shape[-1], n_outputs, **settings)

    def _dense_layers(
        self, n_outputs: int, input_shape: tuple[int, ...], settings: dict[str, Any]
    ) -> list[Layer]:
        if self.global_pool is not None:
            raise ValueError(
                f"global_pool={self.global_pool!r} leaves one output per sample, and "
                "dense_prediction=True asks for one at each step or pixel: leave out "
                "one of them."
            )
        if self.decoder == "fcn":
            most = len(settings["filters"]) - 1
            settings["skips"] = most if self.skips is None else self.skips
        elif settings["strides"] == 1:
            del settings["strides"]
        return dense_prediction(
            input_shape[-1],
            n_outputs,
            decoder=self.decoder,
            upsampling=self.upsampling,
            **settings,
        )


def _plain(value: Any) -> Any:
    """Return integers as Python's own, arrays as lists."""
    if isinstance(value, list | tuple | np.ndarray):
        parts = [_plain(part) for part in value]
        return tuple(parts) if isinstance(value, tuple) else parts
    return int(value)


@documented
@dataclass(eq=False, repr=False)
class CNNClassifier(Convolutional, BaseNetworkClassifier):
    """Convolutional network that predicts classes or labels.

    X holds series (n_samples, time, channels) or images (n_samples, height, width,
    channels); the rows of a table are series of one channel, or by ``input_shape``
    flattened images. With ``global_pool``, a list of arrays that differ in size.

    Each block of convolutions ends with pooling; the last one's output is flattened or
    pooled over the whole sample and goes through dense layers to the outputs. With
    ``dense_prediction=True`` a decoder brings the size back, and there is a class for
    each step or pixel.

    Parameters
    ----------
    {architecture}
    ignore : label, list of labels or None, default=None
        Labels in y of void steps or pixels, which count neither in training nor in
        scores. NaN is void, too.
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
    ``filters`` tells how many blocks there are. What holds for all of them is given as
    one number, or a tuple with one for each axis; what differs, as a list with one
    entry for each block.

    Scale X first, as by :class:`skdeep.preprocessing.StandardScaler`. Weights of
    samples enter the objective as in :class:`MLPClassifier`. Mini-batches are smaller
    than those of scikit-learn's MLP, which take more epochs to the same loss.

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
    ...                     n_iter_no_change=3, random_state=0)
    >>> cnn.fit(X_train, y_train).score(X_test, y_test) > 0.95
    True

    Which pixels of noisy digits are ink:

    >>> import numpy as np
    >>> images = X.reshape(-1, 8, 8, 1) / 16
    >>> noisy = images + np.random.default_rng(0).normal(scale=0.5, size=images.shape)
    >>> ink = np.where(images[..., 0] > 0.5, "ink", "paper")
    >>> cnn = CNNClassifier((8, 16), dense_prediction=True, early_stopping=True,
    ...                     n_iter_no_change=1, learning_rate_init=0.01,
    ...                     random_state=0)
    >>> cnn.fit(noisy[:1400], ink[:1400]).score(noisy[1400:], ink[1400:]) > 0.85
    True
    >>> cnn.predict_proba(noisy[:2]).shape
    (2, 8, 8, 2)
    """

    ignore: Any = hyperparameter(
        None,
        NOTHING,
        Instance(LABELS, "a label of y, or a list of labels"),
        kw_only=True,
    )

    _preset_settings: ClassVar[dict[str, dict[str, Any]]] = CLASSIFIER_PRESETS

    def _void_labels(self):
        if self.ignore is None:
            return []
        is_several = isinstance(self.ignore, list | tuple | np.ndarray)
        return list(self.ignore) if is_several else [self.ignore]


@documented
@dataclass(eq=False, repr=False)
class CNNRegressor(Convolutional, BaseNetworkRegressor):
    """Convolutional network that predicts numbers.

    X holds series (n_samples, time, channels) or images (n_samples, height, width,
    channels); the rows of a table are series of one channel, or by ``input_shape``
    flattened images. With ``global_pool``, a list of arrays that differ in size.

    Parameters
    ----------
    {architecture}
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
    ...                    learning_rate_init=0.01, early_stopping=True,
    ...                    random_state=0)
    >>> cnn.fit(X[:300], y[:300]).score(X[300:], y[300:]) > 0.9
    True
    """
