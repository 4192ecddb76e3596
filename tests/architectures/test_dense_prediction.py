"""Architectures with outputs for every pixel or step."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.architectures import DENSE_PRESETS, fully_convolutional, unet
from skdeep.architectures.dense_prediction import dense_prediction
from skdeep.inspection import summary
from skdeep.nn import (
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    KeepSize,
    MaxPool,
    Network,
    Parallel,
    Serial,
    Upsample,
)
from skdeep.nn.ragged import Ragged
from skdeep.nn.reach import inputs_seen

EVERY = {
    "fcn": lambda **s: fully_convolutional(2, 3, **{"filters": (2, 3, 4), **s}),
    "unet": lambda **s: unet(2, 3, **{"filters": (2, 3, 4), **s}),
}
each = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)


def network(layers, shape, dtype=np.float64):
    net = Network(Serial(layers), shape, dtype, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    net.theta += rng.normal(scale=0.1, size=net.theta.size)
    return net


def walk(layer):
    """Yield a layer and all that it holds."""
    yield layer
    for inner in getattr(layer, "inner", ()):
        yield from walk(inner)


def found(layers, kind):
    return [x for layer in layers for x in walk(layer) if type(x) is kind]


@each
@pytest.mark.parametrize(
    "shape", [(1,), (2,), (19,), (1, 1), (2, 9), (16, 17)], ids=str
)
@pytest.mark.parametrize("pool_size", [2, 3])
def test_outputs_have_the_size_of_any_input(make, shape, pool_size):
    net = network(make(pool_size=pool_size), (*shape, 2))
    x = np.random.default_rng(0).normal(size=(2, *shape, 2))
    assert net.forward(x).shape == (2, *shape, 3)


@each
@pytest.mark.parametrize("upsampling", ["transposed", "nearest", "bilinear"])
def test_ragged_samples_are_predicted_as_alone(make, upsampling):
    net = network(make(upsampling=upsampling), (9, 9, 2))
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(*size, 2)) for size in [(9, 4), (7, 9), (1, 3), (4, 4)]]
    together = net.forward(Ragged(arrays))
    for got, array in zip(together.arrays, arrays, strict=True):
        assert_allclose(got, net.forward(array[np.newaxis])[0], rtol=1e-9, atol=1e-11)


@each
@pytest.mark.parametrize(
    "settings",
    [
        {"block": "residual", "normalization": "batch"},
        {"block": "separable", "kernel_size": 5},
        {"block": "inception", "kernel_size": 4},
        {"convs_per_block": 1, "hidden_layer_sizes": (5,), "dropout": 0.1},
        {"activation": "elu", "normalization": "layer", "pool": "avg"},
        {"filters": (4,), "skips": 0},
        {"filters": 4, "skips": 0},
        {"kernel_size": [3, 5, 1], "padding": "causal"},
        {"kernel_size": (5, 3), "dilation_rate": (1, 2), "pool_size": (3, 2)},
    ],
    ids=str,
)
def test_settings_of_blocks_are_those_of_convolutional_networks(make, settings):
    if make is EVERY["unet"]:
        settings = {k: v for k, v in settings.items() if k != "skips"}
    layers = make(**settings)
    assert Serial(layers).plan((21, 14, 2)).output_shape == (21, 14, 3)


@pytest.mark.parametrize(("skips", "factor"), [(0, 32), (1, 16), (2, 8)])
def test_skips_are_those_of_the_paper(skips, factor):
    layers = fully_convolutional(3, 7, skips=skips)
    (last,) = found(layers, Upsample)
    assert last == Upsample(factor, "bilinear")
    assert len(found(layers, MaxPool)) == 5
    assert len(found(layers, Parallel)) == skips
    ups = found(layers, ConvTranspose)
    assert ups == [ConvTranspose(7, 4, 2)] * skips
    # Those of the skips say nothing at first.
    starts = [dense.initializer for dense in found(layers, Dense)]
    assert starts.count("zeros") == skips


def test_strides_and_sizes_of_each_block_are_brought_back():
    settings = {"filters": (2, 3, 4), "strides": [1, 3, 2], "pool_size": [2, 1, 3]}
    layers = fully_convolutional(1, 2, skips=1, **settings)
    assert found(layers, ConvTranspose) == [ConvTranspose(2, 12, 6)]
    assert found(layers, Upsample) == [Upsample(6, "bilinear")]
    layers = fully_convolutional(1, 2, skips=0, pool=None, **settings)
    assert found(layers, Upsample) == [Upsample(6, "bilinear")]
    plan = Serial(layers[0].layers).plan((36, 36, 1))
    assert plan.output_shape == (36, 36, 2)  # nothing is left for KeepSize to fill


def test_a_tuple_brings_back_each_axis_by_its_own_factor():
    settings = {"filters": (2, 3, 4), "strides": (1, 2), "pool_size": (2, 3)}
    layers = fully_convolutional(1, 2, skips=1, **settings)
    assert found(layers, ConvTranspose) == [ConvTranspose(2, (4, 12), (2, 6))]
    assert found(layers, Upsample) == [Upsample((4, 36), "bilinear")]
    layers = fully_convolutional(1, 2, skips=0, **settings)
    plan = Serial(layers[0].layers).plan((8, 216, 1))
    assert plan.output_shape == (8, 216, 2)  # nothing is left for KeepSize to fill


def test_convolutions_may_differ_between_sizes():
    layers = unet(1, 2, filters=(4, 8), convs_per_block=(1, 2))
    assert [conv.filters for conv in found(layers, Conv)] == [4, 8, 8, 4]


def test_coarse_scores_see_more_and_fine_ones_less():
    """The scores of the first skip come from where fewer pixels have met."""
    coarse = fully_convolutional(1, 2, skips=0, filters=(2, 2, 2))
    fine = fully_convolutional(1, 2, skips=2, filters=(2, 2, 2))
    seen = []
    for layers in (coarse, fine):
        net = network(layers, (64, 1))
        x = np.zeros((1, 64, 1))
        x[0, 31] = 1
        y = np.abs(net.forward(x) - net.forward(np.zeros_like(x)))[0, :, 0]
        steps = np.abs(np.diff(y, 2))
        seen.append((steps > 1e-12).mean())
    assert seen[1] > seen[0]  # linear between the few scores, or not


def test_unet_lays_encoder_and_decoder_side_by_side():
    layers = unet(1, 2, filters=(4, 8, 16))
    table = summary(layers, (20, 24, 1)).table
    shapes = list(table.loc[table["layer"].str.strip() == "Parallel", "output_shape"])
    assert shapes == [(20, 24, 8), (10, 12, 16)]
    assert len(found(layers, Conv)) == 2 * 5
    ups = found(layers, ConvTranspose)
    assert ups == [ConvTranspose(8, 2, 2), ConvTranspose(4, 2, 2)]
    assert len(found(layers, KeepSize)) == 2


def test_unet_by_resizing_convolves_what_is_larger():
    layers = unet(1, 2, filters=(4, 8), upsampling="bilinear", convs_per_block=1)
    (inner,) = found(layers, KeepSize)
    assert inner.layers[-2:] == [
        Upsample(2, "bilinear"),
        Conv(4, initializer="he_normal"),
    ]
    assert not found(layers, ConvTranspose)


def test_dilation_sees_as_much_as_pooling():
    """Replace each pooling by a window of two and twice the dilation after it."""
    pooled = [Conv(2, 3), MaxPool(2), Conv(2, 3), MaxPool(2), Conv(2, 3)]
    dilated = [
        Conv(2, 3),
        MaxPool(2, strides=1),
        Conv(2, 3, dilation_rate=2),
        Conv(2, 2, dilation_rate=2),
        Conv(2, 3, dilation_rate=4),
    ]
    fields = [
        summary(layers, (64, 1)).table["receptive_field"].iloc[-1]
        for layers in (pooled, dilated)
    ]
    assert fields == ["18", "18"]
    net = network(dilated, (64, 1))
    ((first, last),) = inputs_seen(net.layer, net.plan, [(20, 20)])
    assert last - first + 1 == 18


@pytest.mark.parametrize("preset", DENSE_PRESETS)
def test_presets_make_networks_for_any_sample(preset):
    layers = dense_prediction(1, 5, **DENSE_PRESETS[preset])
    assert Serial(layers).plan((50, 1)).output_shape == (50, 5)
    assert Serial(layers).plan((33, 47, 1)).output_shape == (33, 47, 5)


def test_presets_differ_in_their_skips():
    depth = {
        name: len(found(dense_prediction(1, 2, **settings), Parallel))
        for name, settings in DENSE_PRESETS.items()
    }
    assert depth["fcn32s"] == depth["tcn"] == 0
    assert (depth["fcn16s"], depth["fcn8s"]) == (1, 2)
    assert depth["unet"] >= 2


def test_temporal_convolutional_network_keeps_the_resolution():
    layers = dense_prediction(1, 2, **DENSE_PRESETS["tcn"])
    assert not found(layers, MaxPool)
    assert not found(layers, Upsample)
    field = summary(layers, (4000, 1)).table["receptive_field"].iloc[-1]
    assert int(field) > 100


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: fully_convolutional(1, 2, skips=5), "0 to 4, or more filters"),
        (lambda: fully_convolutional(1, 2, skips=-1), "skips=-1"),
        (lambda: fully_convolutional(1, 2, upsampling="cubic"), "upsampling='cubic'"),
        (lambda: unet(1, 2, padding="valid"), "padding='valid' leaves no output"),
        (lambda: unet(1, 2, strides=2), "has no strides"),
        (lambda: unet(1, 2, pool=None), "pool=None.*take decoder='fcn'"),
        (lambda: unet(1, 2, pool_size=[2, 3, 2]), "the same factor between all"),
        (lambda: dense_prediction(1, 2, decoder="vnet"), "decoder='vnet'"),
        (
            lambda: unet(1, 2, filters=(2, 3), kernel_size=[3, 3, 3]),
            "kernel_size has 3",
        ),
    ],
)
def test_bad_settings_get_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_batch_norm_stands_for_biases():
    layers = unet(1, 2, filters=(4, 8), normalization="batch")
    assert len(found(layers, BatchNorm)) == 6
    assert not any(conv.use_bias for conv in found(layers, Conv))
