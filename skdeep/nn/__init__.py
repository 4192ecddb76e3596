"""The engine: layers, losses, optimizers and training, on NumPy and SciPy alone.

===================  =========================================================
``layers``           what a network is made of; combinators are layers too
``losses``           loss and gradient of each sample
``optimizers``       from gradients to steps; L-BFGS
``augmentation``     random changes of training samples
``schedules``        learning rate as a function of the step
``initializers``     starting values of weights
``penalties``        L1, L2, largest norm
``training``         mini-batches, shards, updates, stopping, weight averages
``network``          layers together with their weights
``parameters``       the flat vector of weights and the views into it
``workspace``        buffers and gradients of one shard
``threads``          BLAS on one thread, shards on several
===================  =========================================================
"""

from skdeep.nn.augmentation import (
    AUGMENTATIONS,
    Augmentation,
    Augmentations,
    FeatureMask,
    InputNoise,
    MixUp,
)
from skdeep.nn.configurable import Configurable
from skdeep.nn.initializers import (
    INITIALIZERS,
    Constant,
    Initializer,
    Normal,
    Orthogonal,
    Uniform,
    VarianceScaling,
)
from skdeep.nn.layers import (
    ACTIVATIONS,
    ELU,
    GELU,
    SELU,
    BatchNorm,
    ColumnEmbedding,
    Dense,
    Dropout,
    Identity,
    Layer,
    LayerNorm,
    LeakyReLU,
    Logistic,
    Mish,
    Parallel,
    PReLU,
    ReLU,
    Residual,
    Serial,
    SiLU,
    Softplus,
    Tanh,
)
from skdeep.nn.losses import (
    CLASSIFICATION_LOSSES,
    REGRESSION_LOSSES,
    AbsoluteError,
    Huber,
    LogisticFocal,
    LogisticLogLoss,
    Loss,
    Poisson,
    Quantile,
    SoftmaxFocal,
    SoftmaxLogLoss,
    SquaredError,
)
from skdeep.nn.network import Network
from skdeep.nn.optimizers import (
    OPTIMIZERS,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Nadam,
    Optimizer,
    RMSProp,
)
from skdeep.nn.penalties import ElasticPenalty
from skdeep.nn.schedules import (
    SCHEDULES,
    Adaptive,
    ConstantRate,
    Cosine,
    Custom,
    ExponentialDecay,
    InverseScaling,
    OneCycle,
    Schedule,
    StepDecay,
    Warmup,
)
from skdeep.nn.training import EMA, SWA, Averaging

__all__ = [
    "ACTIVATIONS",
    "AUGMENTATIONS",
    "CLASSIFICATION_LOSSES",
    "ELU",
    "EMA",
    "GELU",
    "INITIALIZERS",
    "OPTIMIZERS",
    "REGRESSION_LOSSES",
    "SCHEDULES",
    "SELU",
    "SGD",
    "SWA",
    "AbsoluteError",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Adaptive",
    "Augmentation",
    "Augmentations",
    "Averaging",
    "BatchNorm",
    "ColumnEmbedding",
    "Configurable",
    "Constant",
    "ConstantRate",
    "Cosine",
    "Custom",
    "Dense",
    "Dropout",
    "ElasticPenalty",
    "ExponentialDecay",
    "FeatureMask",
    "Huber",
    "Identity",
    "Initializer",
    "InputNoise",
    "InverseScaling",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Logistic",
    "LogisticFocal",
    "LogisticLogLoss",
    "Loss",
    "Mish",
    "MixUp",
    "Nadam",
    "Network",
    "Normal",
    "OneCycle",
    "Optimizer",
    "Orthogonal",
    "PReLU",
    "Parallel",
    "Poisson",
    "Quantile",
    "RMSProp",
    "ReLU",
    "Residual",
    "Schedule",
    "Serial",
    "SiLU",
    "SoftmaxFocal",
    "SoftmaxLogLoss",
    "Softplus",
    "SquaredError",
    "StepDecay",
    "Tanh",
    "Uniform",
    "VarianceScaling",
    "Warmup",
]
