import numpy as np
import pytest

from skdeep.architectures import recurrent
from skdeep.architectures.recurrent import CELLS, POOLINGS
from skdeep.nn import (
    GRU,
    AttentionPooling,
    Bidirectional,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    ReLU,
    Serial,
)


def kinds(layers):
    return [type(layer) for layer in layers]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", [*POOLINGS, None])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_every_combination_gives_the_outputs(cell, pooling, bidirectional):
    layers = recurrent(
        cell, [4, 3], 2, pooling=pooling, bidirectional=bidirectional, dropout=0.1
    )
    net = Network(Serial(layers), (5, 1), np.float32, np.random.default_rng(0))
    steps = (5,) if pooling is None else ()
    assert net.plan.output_shape == (*steps, 2)


def test_layers_come_in_order():
    layers = recurrent(
        "gru",
        [4, 4],
        2,
        pooling="attention",
        hidden_layer_sizes=[3],
        dropout=0.1,
        normalization="layer",
    )
    level = [GRU, LayerNorm, Dropout]
    head = [Dense, LayerNorm, ReLU, Dropout, Dense]
    assert kinds(layers) == [*level, *level, AttentionPooling, *head]


def test_each_direction_ends_at_a_step_of_its_own():
    first, last, *_ = recurrent("gru", [4, 3], 2, bidirectional=True)
    assert kinds([first, last]) == [Bidirectional, Bidirectional]
    assert first.layer.return_sequences
    assert not last.layer.return_sequences


def test_what_concerns_the_recurrence_reaches_every_layer():
    layers = recurrent(
        "lstm", [4, 3], 2, recurrent_dropout=0.2, backprop_steps=7, pooling=None
    )
    for layer in layers[:2]:
        assert (layer.recurrent_dropout, layer.backprop_steps) == (0.2, 7)
