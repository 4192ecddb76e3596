"""Prediction tile by tile is that of whole samples."""

import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.architectures import (
    DENSE_PRESETS,
    dense_prediction,
    fully_convolutional,
    unet,
)
from skdeep.nn import (
    LSTM,
    AveragePool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    GlobalMaxPool,
    KeepSize,
    MaxPool,
    Network,
    Parallel,
    ReLU,
    Residual,
    SeparableConv,
    Serial,
    Upsample,
)
from skdeep.nn import tiles as tiles_module
from skdeep.nn.compute import single_threaded_blas
from skdeep.nn.ragged import Ragged
from skdeep.nn.reach import common_strides, inputs_seen
from skdeep.nn.tiles import forward_in_tiles

NETWORKS = {
    "convolutions": [Conv(3, 5), ReLU(), Conv(2, 4)],
    "dilated": [Residual([Conv(2, 3, dilation_rate=d)]) for d in (1, 2, 4)],
    "causal": [Conv(3, 3, padding="causal", dilation_rate=3), BatchNorm(), Dense(2)],
    "separable": [SeparableConv(3, 5), SeparableConv(2, 2)],
    "valid pooling": [KeepSize([MaxPool(3), Conv(2), Upsample(3)]), Conv(2)],
    "average pooling": [KeepSize([AveragePool(3, 2, "same"), Conv(2), Upsample(2)])],
    "strides": [KeepSize([Conv(3, 3, 2), Conv(3, 2, 3), Upsample(6, "bilinear")])],
    "two ways": [
        Parallel(
            [
                KeepSize([MaxPool(2, padding="same"), Upsample(2, "bilinear")]),
                KeepSize([MaxPool(3, padding="same"), ConvTranspose(2, 6, 3)]),
            ]
        ),
        Conv(2),
    ],
    "larger first": [KeepSize([ConvTranspose(2, 3, 2), Conv(2), MaxPool(2)])],
    "unet": unet(2, 3, filters=(2, 3, 4), normalization="batch"),
    "unet by resizing": unet(2, 3, filters=(2, 3), upsampling="bilinear"),
    "unet of threes": unet(2, 3, filters=(2, 3, 2), pool_size=3, pool="avg"),
    "fcn": fully_convolutional(2, 3, filters=(2, 3, 2), skips=1),
}


def network(name, shape, dtype=np.float64):
    net = Network(Serial(NETWORKS[name]), shape, dtype, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    net.theta += rng.normal(scale=0.1, size=net.theta.size)
    return net


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(
    ("sizes", "tile"), [((97,), 40), ((53,), 1), ((61, 50), 47), ((12, 90), 50)]
)
def test_tiles_are_parts_of_the_whole(name, sizes, tile):
    net = network(name, (*[24] * len(sizes), 2))
    x = np.random.default_rng(2).normal(size=(1, *sizes, 2))
    tiled = forward_in_tiles(net, x, tile)
    assert_allclose(tiled, net.forward(x), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", NETWORKS)
def test_cuts_see_no_more_than_a_tile(name):
    net = network(name, (24, 24, 2))
    overlap = tiles_module._Overlap(net)
    cuts = overlap.cuts((211, 150), 110)
    assert len(cuts) >= 4
    assert max(p.stop - p.start for cut in cuts for p in cut.seen) <= 110
    count = np.zeros((211, 150), int)
    for cut in cuts:
        count[cut.predicted] += 1
    assert_array_equal(count, 1)


# With batch normalisation, statistics of the mini-batch mix all steps.
@pytest.mark.parametrize(
    "name", [n for n, layers in NETWORKS.items() if not Serial(layers).synchronises]
)
def test_what_outputs_see_is_what_a_gradient_shows(name):
    """No input beyond matters, and at no common stride are bounds off by much."""
    net = network(name, (96, 2))
    spans = [(48, 48)]
    ((first, last),) = inputs_seen(net.layer, net.plan, spans)
    space = net.workspace(np.empty_like(net.theta))
    space.wants_dx = True
    net.layer.open(space)
    x = np.random.default_rng(0).normal(size=(60, 96, 2))
    y, backward = net.layer.forward(x, space)
    dy = np.zeros_like(y)
    dy[:, 48] = 1
    seen = np.flatnonzero(backward(dy).any(axis=(0, 2)))
    assert first <= seen[0] <= seen[-1] <= last
    (stride,) = common_strides(net.layer, net.plan)
    assert (last - first) - (seen[-1] - seen[0]) <= 2 * stride


def test_strides_meet_on_all_ways():
    net = network("two ways", (24, 24, 2))
    assert common_strides(net.layer, net.plan) == (6, 6)
    net = network("unet of threes", (24, 2))
    assert common_strides(net.layer, net.plan) == (9,)
    net = network("dilated", (24, 2))
    assert common_strides(net.layer, net.plan) == (1,)


def test_ragged_samples_come_back_ragged():
    rng = np.random.default_rng(0)
    net = network("unet", (20, 20, 2))
    x = Ragged([rng.normal(size=(*size, 2)) for size in [(70, 30), (9, 64), (5, 5)]])
    tiled, whole = forward_in_tiles(net, x, 48), net.forward(x)
    assert isinstance(tiled, Ragged)
    for a, b in zip(tiled.arrays, whole.arrays, strict=True):
        assert_allclose(a, b, rtol=1e-9, atol=1e-10)


def test_small_samples_are_not_cut(monkeypatch):
    net = network("unet", (20, 20, 2))
    monkeypatch.setattr(tiles_module, "_Overlap", None)
    x = np.random.default_rng(0).normal(size=(2, 30, 20, 2))
    assert_array_equal(forward_in_tiles(net, x), net.forward(x))


def test_tiles_are_the_same_bits_at_any_number_of_threads():
    net = network("unet", (20, 20, 2), np.float32)
    x = np.random.default_rng(0).normal(size=(1, 120, 90, 2)).astype(np.float32)
    first = forward_in_tiles(net, x, 60)
    with single_threaded_blas():
        assert_array_equal(forward_in_tiles(net, x, 60), first)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([LSTM(3)], r"LSTM\(units=3\) needs the whole sample"),
        ([MaxPool(2)], "an output for each step or pixel"),
        ([Flatten()], "an output for each step or pixel"),
        ([GlobalMaxPool()], "an output for each step or pixel"),
    ],
)
def test_networks_that_see_all_are_refused(layers, message):
    net = Network(Serial(layers), (20, 2), float, np.random.default_rng(0))
    with pytest.raises(ValueError, match=message):
        forward_in_tiles(net, np.zeros((1, 50, 2)), 30)


@pytest.mark.parametrize("name", ["unet", "fcn8s", "fcn32s"])
def test_presets_predict_half_of_each_tile(name):
    layer = Serial(dense_prediction(1, 11, **DENSE_PRESETS[name]))
    net = Network(layer, (64, 64, 1), np.float32, np.random.default_rng(0))
    overlap = tiles_module._Overlap(net)
    most = max(overlap.least, tiles_module._tile_of(net, 2))
    for cut in overlap.cuts((2000, 2000), most):
        for predicted, seen in zip(cut.predicted, cut.seen, strict=True):
            n_seen = seen.stop - seen.start
            assert n_seen <= most
            is_inside = predicted.start > 0 and predicted.stop < 2000
            assert not is_inside or predicted.stop - predicted.start > 0.4 * n_seen


def test_memory_of_a_large_image_is_bounded(monkeypatch):
    monkeypatch.setattr(tiles_module, "TILE", 2**19)
    layer = Serial(unet(1, 2, filters=(8, 16)))
    net = Network(layer, (64, 64, 1), np.float32, np.random.default_rng(0))
    x, peaks = np.zeros((1, 400, 400, 1), np.float32), []
    for forward in (lambda: forward_in_tiles(net, x), lambda: net.forward(x)):
        tracemalloc.start()
        y = forward()
        peaks.append(tracemalloc.get_traced_memory()[1] - y.nbytes)
        tracemalloc.stop()
    assert peaks[0] < 0.3 * peaks[1]
