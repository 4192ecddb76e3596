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
    Orthogonal,
    Parallel,
    PReLU,
    ReLU,
    Residual,
    Serial,
    SiLU,
    Softplus,
    Tanh,
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
]


def each(cases):
    """Return the mark that runs a test once for each of the cases."""
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


each_layer = each(LAYERS)
each_deterministic_layer = each([case for case in LAYERS if not case.is_random])
