"""Layers: one file, one idea."""

from skdeep.nn.layers.activation import ELU, SELU, Identity, LeakyReLU, PReLU, ReLU
from skdeep.nn.layers.attention import (
    ATTENTIONS,
    AdditiveAttention,
    DotAttention,
    MultiplicativeAttention,
)
from skdeep.nn.layers.base import Layer
from skdeep.nn.layers.bias import Bias
from skdeep.nn.layers.combine import Parallel, Residual, Serial
from skdeep.nn.layers.convolution import Conv, SeparableConv
from skdeep.nn.layers.dense import Dense
from skdeep.nn.layers.dropout import Dropout
from skdeep.nn.layers.embedding import ColumnEmbedding, Embedding
from skdeep.nn.layers.encoder_decoder import EncoderDecoder
from skdeep.nn.layers.global_pooling import GlobalAveragePool, GlobalMaxPool
from skdeep.nn.layers.keep_size import KeepSize
from skdeep.nn.layers.members import MemberDense, Members
from skdeep.nn.layers.normalization import BatchNorm, LayerNorm
from skdeep.nn.layers.numerical_embedding import (
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
)
from skdeep.nn.layers.pooling import AveragePool, MaxPool
from skdeep.nn.layers.recurrent import GRU, LSTM, Bidirectional, SimpleRNN
from skdeep.nn.layers.reshaping import Flatten
from skdeep.nn.layers.smooth_activation import (
    GELU,
    Logistic,
    Mish,
    SiLU,
    Softplus,
    Tanh,
)
from skdeep.nn.layers.time_pooling import AttentionPooling, LastStep
from skdeep.nn.layers.transposed import ConvTranspose
from skdeep.nn.layers.upsampling import Upsample

ACTIVATIONS: dict[str, type[Layer]] = {
    "identity": Identity,
    "logistic": Logistic,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "prelu": PReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "silu": SiLU,
    "mish": Mish,
    "softplus": Softplus,
}

__all__ = [
    "ACTIVATIONS",
    "ATTENTIONS",
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "SELU",
    "AdditiveAttention",
    "AttentionPooling",
    "AveragePool",
    "BatchNorm",
    "Bias",
    "Bidirectional",
    "ColumnEmbedding",
    "Conv",
    "ConvTranspose",
    "Dense",
    "DotAttention",
    "Dropout",
    "Embedding",
    "EncoderDecoder",
    "Flatten",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Identity",
    "KeepSize",
    "LastStep",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Logistic",
    "MaxPool",
    "MemberDense",
    "Members",
    "Mish",
    "MultiplicativeAttention",
    "PReLU",
    "Parallel",
    "PeriodicEmbedding",
    "PiecewiseLinearEmbedding",
    "ReLU",
    "Residual",
    "SeparableConv",
    "Serial",
    "SiLU",
    "SimpleRNN",
    "Softplus",
    "Tanh",
    "Upsample",
]
