"""The layers over which the tests run.

A new layer gets all tests that every layer must pass by one line here, a new loss,
optimizer or schedule by one line in ``training_cases.py``; ``test_cases.py`` fails
until the line is there.
"""

from dataclasses import dataclass

import pytest

from skdeep.nn import (
    ELU,
    GELU,
    GRU,
    LSTM,
    SELU,
    AdditiveAttention,
    AttentionPooling,
    AveragePool,
    BatchNorm,
    Bias,
    Bidirectional,
    ColumnEmbedding,
    Conv,
    ConvTranspose,
    Dense,
    DotAttention,
    Dropout,
    Embedding,
    EncoderDecoder,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Identity,
    KeepSize,
    LastStep,
    Layer,
    LayerNorm,
    LeakyReLU,
    Logistic,
    MaxPool,
    MemberDense,
    Members,
    Mish,
    MultiplicativeAttention,
    Orthogonal,
    Parallel,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    PReLU,
    ReLU,
    Residual,
    SeparableConv,
    Serial,
    SiLU,
    SimpleRNN,
    Softplus,
    Tanh,
    Upsample,
)


@dataclass(frozen=True)
class LayerCase:
    """A layer, the shape of one sample, and what it costs, counted by hand."""

    name: str
    layer: Layer
    shape: tuple[int, ...]
    n_parameters: int = 0
    multiply_adds: int = 0
    is_random: bool = False


def projection(*layers):
    """Return layers in series that serve as a shortcut of width 4."""
    return Serial([Dense(4, use_bias=False), *layers])


LAYERS = [
    LayerCase("dense", Dense(3), (4,), 15, 12),
    LayerCase("dense without bias", Dense(3, use_bias=False), (4,), 12, 12),
    LayerCase("dense orthogonal", Dense(3, Orthogonal(gain=2.0)), (4,), 15, 12),
    LayerCase("dense over time", Dense(3), (5, 4), 15, 60),
    LayerCase("identity", Identity(), (4,)),
    LayerCase("relu", ReLU(), (4,)),
    LayerCase("relu over time", ReLU(), (3, 4)),
    LayerCase("leaky relu", LeakyReLU(), (4,)),
    LayerCase("leaky relu 0.3", LeakyReLU(negative_slope=0.3), (4,)),
    LayerCase("prelu", PReLU(), (4,), 4),
    LayerCase("prelu 0.7 over time", PReLU(negative_slope=0.7), (3, 4), 4),
    LayerCase("elu", ELU(), (4,)),
    LayerCase("elu 1.7", ELU(scale=1.7), (4,)),
    LayerCase("elu 0.4", ELU(scale=0.4), (4,)),
    LayerCase("selu", SELU(), (4,)),
    LayerCase("logistic", Logistic(), (4,)),
    LayerCase("tanh", Tanh(), (4,)),
    LayerCase("softplus", Softplus(), (4,)),
    LayerCase("silu", SiLU(), (4,)),
    LayerCase("gelu", GELU(), (4,)),
    LayerCase("mish", Mish(), (4,)),
    LayerCase("embedding", ColumnEmbedding([4, 3], dims=[2, 3]), (4,), 8 + 9),
    LayerCase("embedding alone", ColumnEmbedding((3,), 2, "he_normal"), (1,), 6),
    LayerCase("embedding over time", ColumnEmbedding([4], 3), (5, 2), 12),
    LayerCase("embedding of steps", Embedding(4, 3), (5,), 12),
    LayerCase("embedding of a channel", Embedding(3, 2, "normal"), (5, 1), 6),
    LayerCase("embedding of nothing", ColumnEmbedding([], 2), (4,)),
    LayerCase("dropout", Dropout(), (4,), is_random=True),
    LayerCase("dropout 0.2 over time", Dropout(0.2), (3, 4), is_random=True),
    LayerCase("dropout of nothing", Dropout(0.0), (4,)),
    LayerCase("batch norm", BatchNorm(), (4,), 8),
    LayerCase("batch norm over time", BatchNorm(0.5, epsilon=0.1), (3, 4), 8),
    LayerCase("layer norm", LayerNorm(), (4,), 8),
    LayerCase("layer norm over time", LayerNorm(epsilon=0.1), (3, 4), 8),
    LayerCase("serial of nothing", Serial(), (4,)),
    LayerCase("serial", Serial([Dense(3), Tanh(), Dense(2)]), (4,), 23, 18),
    LayerCase(
        "serial of serial",
        Serial([Serial([Dense(3), GELU()]), Serial([Serial(), ReLU(), Dense(2)])]),
        (4,),
        23,
        18,
    ),
    LayerCase(
        "serial of in-place activations",
        Serial([Dense(3), LeakyReLU(), ELU(), Identity(), Tanh(), SELU()]),
        (4,),
        15,
        12,
    ),
    LayerCase(
        "serial with dropout",
        Serial([Dropout(0.1), Dense(3), ReLU(), Dropout(0.4), Dense(2)]),
        (4,),
        23,
        18,
        is_random=True,
    ),
    LayerCase(
        "dropout before activation",
        Residual([Dropout(0.3), Tanh()]),
        (4,),
        is_random=True,
    ),
    LayerCase(
        "serial with batch norm",
        Serial([Dense(3, use_bias=False), BatchNorm(), ReLU(), Dense(2)]),
        (4,),
        26,
        18,
    ),
    LayerCase("residual", Residual([Dense(4), Tanh()]), (4,), 20, 16),
    LayerCase("residual over time", Residual([Dense(4), Tanh()]), (3, 4), 20, 48),
    LayerCase("residual of nothing", Residual(), (4,)),
    LayerCase(
        "residual with shortcut", Residual([Dense(4)], projection()), (3,), 28, 24
    ),
    LayerCase(
        "residual with normalised shortcut",
        Residual([Dense(4), SiLU()], projection(BatchNorm())),
        (3,),
        36,
        24,
    ),
    LayerCase(
        "residual pre-activation",
        Serial(
            [
                Dense(4),
                Residual(
                    [BatchNorm(), ReLU(), Dense(5), LayerNorm(), ReLU(), Dense(4)]
                ),
                ReLU(),
            ]
        ),
        (3,),
        16 + 8 + 25 + 10 + 24,
        12 + 20 + 20,
    ),
    LayerCase(
        "parallel concatenate",
        Parallel([Dense(2), Serial([Dense(3), Tanh()]), Identity(), ReLU()]),
        (4,),
        25,
        20,
    ),
    LayerCase(
        "parallel concatenate over time", Parallel([Dense(2), Mish()]), (3, 4), 10, 24
    ),
    LayerCase(
        "parallel add",
        Parallel([Identity(), Dense(4), Serial([Dense(4), ELU()])], merge="add"),
        (4,),
        40,
        32,
    ),
    LayerCase("parallel of one", Parallel([Dense(2)]), (4,), 10, 8),
    LayerCase(
        "deep nest",
        Residual(
            [Parallel([Residual([Dense(3)]), Serial([Dense(2), PReLU()])]), Dense(4)],
            shortcut=Parallel([projection(), projection(ReLU())], merge="add"),
        ),
        (3,),
        12 + 8 + 2 + 24 + 12 + 12,
        9 + 6 + 20 + 12 + 12,
    ),
    LayerCase("simple", SimpleRNN(3), (4, 2), 6 + 9 + 3, 4 * 15),
    LayerCase("simple of one step", SimpleRNN(3), (1, 2), 6 + 9 + 3, 15),
    LayerCase("simple with dropout", SimpleRNN(4, 0.5), (3, 2), 28, 72, True),
    LayerCase("simple truncated", Serial([SimpleRNN(3, 0.0, 9)]), (5, 2), 18, 75),
    LayerCase("lstm", LSTM(3), (4, 2), 4 * 18, 4 * 60),
    LayerCase("lstm of one step", LSTM(3, forget_bias=0.5), (1, 2), 72, 60),
    LayerCase("lstm with dropout", LSTM(4, 0.4), (3, 2), 4 * 28, 4 * 72, True),
    LayerCase("gru", GRU(3), (4, 2), 3 * 18 + 3, 4 * 45),
    LayerCase("gru of one step", GRU(3), (1, 2), 57, 45),
    LayerCase("gru with dropout", GRU(4, 0.4), (3, 2), 3 * 28 + 4, 3 * 72, True),
    LayerCase("gru of normal weights", GRU(3, 0.0, None, "normal"), (4, 2), 57, 180),
    LayerCase(
        "recurrent layers in series",
        Serial([GRU(3), LayerNorm(), Dropout(0.0), LSTM(2), SimpleRNN(2), LastStep()]),
        (4, 2),
        57 + 6 + 4 * 12 + 10,
        4 * (45 + 40 + 8),
    ),
    *(
        LayerCase(
            f"last step of {kind.__name__}", kind(3, return_sequences=False), *counts
        )
        for kind, *counts in [
            (SimpleRNN, (4, 2), 18, 60),
            (LSTM, (4, 2), 72, 240),
            (GRU, (4, 2), 57, 180),
        ]
    ),
    LayerCase("bidirectional", Bidirectional(GRU(2)), (4, 3), 2 * 38, 2 * 120),
    LayerCase(
        "bidirectional to one vector",
        Serial([Bidirectional(Serial([LSTM(2), LastStep()])), Dense(2)]),
        (4, 3),
        2 * 48 + 10,
        2 * 160 + 8,
    ),
    LayerCase("last step", LastStep(), (4, 3)),
    LayerCase("attention", AttentionPooling(), (4, 3), 9 + 3 + 3, 4 * (9 + 3 + 3)),
    LayerCase("attention of 2", AttentionPooling(2), (4, 3), 6 + 2 + 2, 4 * 11),
]

LAYERS += [
    # Windows of convolution: parameters and multiply-adds counted by hand.
    LayerCase("conv of a series", Conv(3), (7, 2), 3 * 2 * 3 + 3, 7 * 3 * 2 * 3),
    LayerCase(
        "conv of a series, even kernel, without bias",
        Conv(3, 4, use_bias=False),
        (9, 2),
        4 * 2 * 3,
        9 * 4 * 2 * 3,
    ),
    LayerCase(
        "conv causal dilated",
        Conv(2, 3, padding="causal", dilation_rate=2),
        (8, 2),
        14,
        8 * 12,
    ),
    LayerCase("conv valid", Conv(2, 3, padding="valid"), (6, 9), 56, 4 * 54),
    LayerCase(
        "conv stride above kernel", Conv(2, 2, strides=3), (10, 2), 10, 4 * 2 * 4
    ),
    LayerCase("conv of one step, kernel larger", Conv(2, 5), (1, 2), 22, 5 * 4),
    LayerCase("conv of an image", Conv(3), (5, 4, 2), 57, 20 * 54),
    LayerCase("conv of many channels", Conv(9), (4, 3, 9), 738, 12 * 729),
    LayerCase(
        "conv kernel, stride and dilation per axis",
        Conv(2, (3, 2), strides=(2, 1), dilation_rate=(1, 2), padding="valid"),
        (7, 6, 2),
        26,
        3 * 4 * 24,
    ),
    LayerCase(
        "conv stride 2 of an odd image",
        Conv(2, 3, strides=2, padding="same"),
        (5, 7, 1),
        20,
        3 * 4 * 18,
    ),
    LayerCase("conv pointwise", Conv(3, 1), (4, 3, 2), 9, 12 * 6),
    LayerCase("conv pointwise strided", Conv(3, 1, strides=2), (4, 3, 2), 9, 4 * 6),
    LayerCase("conv groups", Conv(6, 3, groups=2), (5, 4, 4), 114, 20 * 9 * 2 * 6),
    LayerCase("conv pointwise groups", Conv(6, 1, groups=2), (5, 4), 18, 5 * 2 * 6),
    LayerCase(
        "conv strided groups", Conv(4, 3, strides=2, groups=2), (6, 4), 28, 3 * 24
    ),
    LayerCase("conv depthwise", Conv(3, 3, groups=3), (5, 4, 3), 30, 20 * 27),
    LayerCase(
        "conv depthwise strided dilated",
        Conv(2, 3, strides=2, dilation_rate=2, groups=2),
        (9, 2),
        8,
        5 * 6,
    ),
    LayerCase("separable conv", SeparableConv(4), (5, 4, 2), 18 + 12, 20 * 18 + 20 * 8),
    LayerCase(
        "separable conv of a series",
        SeparableConv(2, 5, strides=2, use_bias=False),
        (7, 3),
        15 + 6,
        4 * 15 + 4 * 6,
    ),
    LayerCase("conv transpose", ConvTranspose(3), (4, 3, 2), 57, 12 * 54),
    LayerCase(
        "conv transpose strided", ConvTranspose(2, 3, strides=2), (5, 3), 20, 5 * 18
    ),
    LayerCase(
        "conv transpose valid per axis",
        ConvTranspose(2, (3, 1), strides=(2, 3), padding="valid"),
        (3, 2, 2),
        14,
        6 * 12,
    ),
    LayerCase(
        "conv transpose without overlap",
        ConvTranspose(3, 2, strides=2),
        (3, 4, 2),
        4 * 6 + 3,
        12 * 24,
    ),
    LayerCase(
        "conv transpose without overlap, steps left over",
        ConvTranspose(2, 3, strides=3, use_bias=False),
        (4, 2),
        3 * 4,
        4 * 12,
    ),
    LayerCase(
        "conv transpose of twice the stride",
        ConvTranspose(2, 4, strides=2),
        (4, 3, 3),
        16 * 6 + 2,
        12 * 96,
    ),
    LayerCase(
        "conv transpose of twice the stride, many channels",
        ConvTranspose(2, 4, strides=2),
        (4, 5, 9),
        16 * 18 + 2,
        20 * 288,
    ),
    LayerCase(
        "conv transpose valid of thrice the stride",
        ConvTranspose(2, 6, strides=2, padding="valid"),
        (4, 2),
        6 * 4 + 2,
        4 * 24,
    ),
    LayerCase(
        "conv transpose strided along one axis",
        ConvTranspose(2, (2, 3), strides=(1, 3)),
        (3, 2, 2),
        6 * 4 + 2,
        6 * 24,
    ),
    LayerCase("bias", Bias(), (4,), 4),
    LayerCase("bias of an image", Bias("normal"), (2, 3, 4), 4),
    LayerCase("max pool", MaxPool(), (4, 6, 2)),
    LayerCase("batch norm, max pool", Serial([BatchNorm(), MaxPool()]), (4, 2), 4),
    LayerCase("layer norm, max pool", Serial([LayerNorm(), MaxPool()]), (4, 4, 2), 4),
    LayerCase("max pool, max pool", Serial([MaxPool(), MaxPool()]), (8, 2)),
    LayerCase("tanh, max pool", Serial([Tanh(), MaxPool()]), (4, 2)),
    LayerCase("max pool, tanh", Residual([MaxPool(1), Tanh()]), (4, 2)),
    LayerCase("max pool with remainder", MaxPool(3), (8, 2)),
    LayerCase("max pool overlapping", MaxPool(3, strides=1, padding="same"), (5, 4, 2)),
    LayerCase("max pool 3 by 2", MaxPool((3, 2), strides=2, padding="same"), (7, 5, 1)),
    LayerCase("max pool of stride above size", MaxPool(2, strides=3), (8, 2)),
    LayerCase("max pool of size 1", MaxPool(1, strides=2), (5, 2)),
    LayerCase("average pool", AveragePool(), (4, 6, 2)),
    LayerCase("average pool with remainder", AveragePool(3), (8, 2)),
    LayerCase("average pool overlapping", AveragePool(3, 2, "same"), (5, 4, 2)),
    LayerCase("average pool causal", AveragePool(3, 1, padding="causal"), (5, 2)),
    LayerCase("average pool of size 1", AveragePool(1), (5, 2)),
    LayerCase("global max pool", GlobalMaxPool(), (3, 4, 2)),
    LayerCase("global max pool of a series", GlobalMaxPool(), (5, 2)),
    LayerCase("global average pool", GlobalAveragePool(), (3, 4, 2)),
    LayerCase("global average pool of a series", GlobalAveragePool(), (5, 2)),
    LayerCase("flatten", Flatten(), (3, 2, 2)),
    LayerCase("upsample", Upsample(), (2, 3, 2)),
    LayerCase("upsample of a series", Upsample(3), (3, 2)),
    LayerCase("upsample per axis", Upsample((1, 2)), (2, 3, 1)),
    LayerCase("upsample bilinear", Upsample(2, "bilinear"), (2, 3, 2)),
    LayerCase("upsample bilinear of a series", Upsample(3, "bilinear"), (4, 2)),
    LayerCase("upsample bilinear per axis", Upsample((1, 4), "bilinear"), (2, 3, 1)),
    LayerCase("upsample bilinear of one step", Upsample(2, "bilinear"), (1, 2)),
    LayerCase("upsample bilinear by one", Upsample(1, "bilinear"), (3, 2)),
    LayerCase("keep size of nothing", KeepSize(), (3, 2)),
    LayerCase(
        "keep size by cropping",
        KeepSize([MaxPool(2, padding="same"), Conv(3, 1), Upsample(2)]),
        (5, 3, 2),
        9,
        6 * 6,
    ),
    LayerCase(
        "keep size by padding",
        KeepSize([MaxPool(2), Tanh(), Upsample((2, 3))]),
        (5, 4, 2),
    ),
    LayerCase(
        "keep size where nothing is left over",
        Serial([Tanh(), KeepSize([AveragePool(2), Upsample(2)]), ELU()]),
        (6, 2),
    ),
    LayerCase(
        "skip connection",
        Parallel(
            [
                Identity(),
                KeepSize([MaxPool(2, padding="same"), Conv(2), ConvTranspose(3, 2, 2)]),
            ]
        ),
        (5, 2),
        14 + 15,
        3 * 12 + 3 * 12,
    ),
    LayerCase(
        "convolutional network",
        Serial(
            [
                Conv(3, use_bias=False),
                MaxPool(),
                BatchNorm(),
                ReLU(),
                Residual([Conv(3), BatchNorm(), ReLU(), Conv(3)]),
                Flatten(),
                Dense(2),
            ]
        ),
        (4, 4, 2),
        54 + 6 + 84 + 6 + 84 + 26,
        16 * 54 + 2 * 4 * 81 + 24,
    ),
]

# Layers whose input is a pair: their own tests run over them.
PAIRS = [
    LayerCase("attention by dot", DotAttention(), ((3, 4), (5, 4)), 0, 2 * 15 * 4),
    LayerCase(
        "attention by a bilinear form",
        MultiplicativeAttention(),
        ((3, 4), (5, 2)),
        8,
        5 * 4 * 2 + 15 * 4 + 15 * 2,
    ),
    LayerCase(
        "attention by a scaled bilinear form",
        MultiplicativeAttention(scaled=True),
        ((3, 4), (5, 2)),
        8,
        5 * 4 * 2 + 15 * 4 + 15 * 2,
    ),
    LayerCase(
        "attention by a network",
        AdditiveAttention(),
        ((3, 4), (5, 2)),
        16 + 8 + 4 + 4,
        (3 * 4 + 5 * 2 + 15) * 4 + 15 * 2,
    ),
    LayerCase(
        "attention by a network of 3",
        AdditiveAttention(3),
        ((3, 4), (5, 2)),
        12 + 6 + 3 + 3,
        (3 * 4 + 5 * 2 + 15) * 3 + 15 * 2,
    ),
    LayerCase(
        "encoder-decoder",
        EncoderDecoder(GRU(3), GRU(2), Dense(4)),
        ((5, 2), (3, 3)),
        57 + 8 + 38 + 12,
        5 * 45 + 6 + 3 * 30 + 3 * 8,
    ),
    LayerCase(
        "encoder-decoder with attention",
        EncoderDecoder(
            Serial([Bidirectional(LSTM(2)), LayerNorm(), GRU(3)]),
            Serial([Dense(2), LSTM(3), Tanh(), SimpleRNN(2)]),
            Serial([Dense(3), Tanh(), Dense(2)]),
            MultiplicativeAttention(),
        ),
        ((5, 2), (4, 3)),
        2 * 40 + 8 + 75 + (11 * 8 + 8) + (8 + 72 + 12) + 6 + (18 + 8),
        2 * 160 + 5 * 63 + 88 + 4 * (6 + 60 + 10) + (30 + 40 + 60) + 4 * (15 + 6),
    ),
    LayerCase(
        "encoder-decoder with additive attention",
        EncoderDecoder(LSTM(2), GRU(3), Dense(2), AdditiveAttention(2)),
        ((5, 2), (3, 1)),
        40 + (4 * 3 + 3) + (9 + 27 + 9 + 3) + (6 + 4 + 2 + 2) + 12,
        160 + 12 + 3 * 36 + (9 + 10 + 15) * 2 + 15 * 2 + 3 * 10,
    ),
    LayerCase(
        "encoder-decoder of convolutions",
        EncoderDecoder(
            Conv(3, 3, strides=2),
            SimpleRNN(3),
            Serial([Tanh(), Dense(2)]),
            DotAttention(),
        ),
        ((6, 2), (3, 2)),
        21 + 3 + 18 + 14,
        3 * 18 + 3 * 15 + 2 * 9 * 3 + 3 * 12,
    ),
    LayerCase(
        "decoder of a vector",
        EncoderDecoder(Dense(2), LSTM(2), Dense(3)),
        ((4,), (3, 2)),
        10 + 12 + 40 + 9,
        8 + 8 + 3 * 32 + 3 * 6,
    ),
    LayerCase(
        "decoder of nothing",
        EncoderDecoder(Serial(), GRU(2), Dense(3)),
        ((0,), (3, 2)),
        2 + 32 + 9,
        3 * 24 + 3 * 6,
    ),
]

LAYERS += [
    # Parts of networks for tables.
    LayerCase(
        "dense at its own rates", Dense(3, rate="ntk", bias_rate=0.1), (4,), 15, 12
    ),
    LayerCase("dense at another rate", Dense(3, rate=2.0), (5, 4), 15, 60),
    LayerCase("members", Members(3), (4,), 12),
    LayerCase("one member", Members(1, "normal", rate=2.0), (4,), 4),
    LayerCase("member dense", MemberDense(2), (3, 4), 3 * 4 * 2 + 3 * 2, 24),
    LayerCase("member dense of one unit", MemberDense(1, rate="ntk"), (3, 4), 15, 12),
    LayerCase(
        "member dense of one member", MemberDense(2, bias_rate=0.1), (1, 4), 10, 8
    ),
    LayerCase(
        "periodic embedding", PeriodicEmbedding(), (2,), 2 * (32 + 51), 2 * 16 * 4
    ),
    LayerCase(
        "periodic embedding of some columns",
        PeriodicEmbedding(2, dim=1, n_frequencies=4, scale=0.5, rate=1.0),
        (3,),
        2 * (8 + 5),
        2 * 4 * 2,
    ),
    LayerCase(
        "piecewise linear embedding",
        PiecewiseLinearEmbedding([(-1.0, -0.05, 0.7, 1.5), (-0.04, 1.0)]),
        (2,),
    ),
    LayerCase(
        "piecewise linear embedding of one column",
        PiecewiseLinearEmbedding(((-0.06, 0.06, 0.3),)),
        (3,),
    ),
    LayerCase("piecewise linear of nothing", PiecewiseLinearEmbedding(()), (3,)),
    LayerCase(
        "table of members",
        Serial(
            [
                PeriodicEmbedding(1, n_frequencies=3),
                Members(2),
                Dense(4, rate="ntk", bias_rate=0.1),
                SELU(),
                MemberDense(2),
            ]
        ),
        (2,),
        (3 + 3 + 9 + 3) + 2 * 5 + 24 + 2 * 10,
        12 + 40 + 16,
    ),
]


def each(cases):
    """Return the mark that runs a test once for each of the cases."""
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


each_layer = each(LAYERS)
each_pair = each(PAIRS)
each_deterministic_layer = each([case for case in LAYERS if not case.is_random])
