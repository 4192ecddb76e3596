import gc
import weakref

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from skdeep.nn import (
    AveragePool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Identity,
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
from skdeep.nn.compute import Buffers
from skdeep.nn.layers import adjacent, depthwise, im2col, transposed, unit_stride
from skdeep.nn.layers.im2col import Im2colProducts
from skdeep.nn.layers.windows import Axis
from skdeep.nn.ragged import Ragged, valid_steps
from tests.nn import plain_convolution
from tests.nn.cases import LayerCase
from tests.nn.passes import Pass, draw, network_of

SIZES = st.integers(1, 7)
PADDINGS = st.sampled_from(["valid", "same", "causal"])


@given(
    shape=st.tuples(SIZES, SIZES),
    channels=st.sampled_from([(1, 1, 1), (3, 2, 1), (9, 2, 1), (4, 6, 2), (3, 3, 3)]),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    strides=st.tuples(st.integers(1, 4), st.integers(1, 3)),
    dilation=st.tuples(st.integers(1, 3), st.integers(1, 2)),
    padding=PADDINGS,
)
@settings(deadline=None, max_examples=150)
def test_convolution_is_the_plain_one(
    shape, channels, kernel, strides, dilation, padding
):
    n_channels, filters, groups = channels
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    assume(padding != "valid" or all(np.greater_equal(shape, spans)))
    layer = Conv(filters, kernel, strides, padding, dilation, groups)
    net = network_of(LayerCase("", layer, (*shape, n_channels)))
    x, _ = draw(net, 2)
    weights = net.params.arrays
    expected = plain_convolution.convolve(layer, x, weights["weight"], weights["bias"])
    assert_allclose(net.forward(x), expected, rtol=1e-10, atol=1e-12)


@given(
    shape=st.tuples(SIZES, SIZES),
    size=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    strides=st.none() | st.tuples(st.integers(1, 4), st.integers(1, 3)),
    padding=PADDINGS,
)
@settings(deadline=None, max_examples=100)
def test_pooling_is_the_plain_one(shape, size, strides, padding):
    assume(padding != "valid" or all(np.greater_equal(shape, size)))
    for kind, reduce in ((MaxPool, np.max), (AveragePool, np.mean)):
        layer = kind(size, strides, padding)
        net = Network(layer, (*shape, 2), np.float64, np.random.default_rng(0))
        x, _ = draw(net, 2)
        expected = plain_convolution.pool(layer, x, reduce)
        assert_allclose(net.forward(x), expected, rtol=1e-12)


@pytest.mark.parametrize("layer", [Conv(3), Conv(3, 3, 2), Conv(10, groups=2)])
@pytest.mark.parametrize("tile", [1, 300, 5000])
def test_tiles_make_no_difference(monkeypatch, layer, tile):
    net = network_of(LayerCase("", layer, (9, 8, 10)))
    x, dy = draw(net, 5)
    expected = Pass(net)(x, dy)
    monkeypatch.setattr(im2col, "TILE", tile)
    for a, b in zip(Pass(net)(x, dy), expected, strict=True):
        assert_allclose(a, b, rtol=1e-10, atol=1e-12)


def test_tiles_make_no_difference_to_channels_of_their_own(monkeypatch):
    net = network_of(LayerCase("", Conv(3, groups=3), (9, 8, 3)))
    x, dy = draw(net, 5)
    expected = Pass(net)(x, dy)
    monkeypatch.setattr(depthwise, "TILE", 1)
    for a, b in zip(Pass(net)(x, dy), expected, strict=True):
        assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("padding", ["valid", "full", "same", "causal"])
@pytest.mark.parametrize(("kernel", "dilation"), [(1, 1), (3, 1), (4, 2)])
def test_windows_that_go_back_hold_the_outputs_of_each_input(padding, kernel, dilation):
    axis = Axis(kernel, 1, dilation, padding)
    back, size = axis.reversed(), 11
    count = axis.windows(size)
    assert back.windows(count) == size
    taps = range(0, kernel * dilation, dilation)
    there = {(i, i - axis.before + tap) for i in range(count) for tap in taps}
    found = {(j - back.before + tap, j) for j in range(size) for tap in taps}
    assert {(i, j) for i, j in there if 0 <= j < size} == {
        (i, j) for i, j in found if 0 <= i < count
    }


def test_causal_output_does_not_see_what_comes_later():
    net = network_of(LayerCase("", Conv(2, 3, 1, "causal", 2), (20, 3)))
    x, _ = draw(net, 1)
    before = net.forward(x)
    x[:, 12:] += 100
    after = net.forward(x)
    assert_array_equal(after[:, :12], before[:, :12])
    assert not np.isclose(after[:, 12], before[:, 12]).any()


def test_a_series_is_an_image_of_width_one():
    net = network_of(LayerCase("", Conv(4, 5, 2), (11, 3)))
    image = network_of(LayerCase("", Conv(4, (5, 1), (2, 1)), (11, 1, 3)))
    image.theta[...] = net.theta
    x, _ = draw(net, 3)
    assert_array_equal(net.forward(x), image.forward(x[:, :, np.newaxis])[:, :, 0])


@given(
    length=st.integers(1, 12),
    kernel=st.integers(2, 6),
    n_samples=st.integers(1, 5),
    n_channels=st.integers(1, 3),
    padding=PADDINGS,
    tile=st.sampled_from([1, 60, 400_000]),
    most_summed=st.sampled_from([1, 3, 320]),
    ragged=st.booleans(),
)
@settings(deadline=None, max_examples=150)
def test_windows_of_series_that_are_not_copied_are_the_same(
    length, kernel, n_samples, n_channels, padding, tile, most_summed, ragged
):
    assume(padding != "valid" or length >= kernel)
    net = network_of(LayerCase("", Conv(2, kernel, 1, padding), (length, n_channels)))
    image = Conv(2, (kernel, 1), 1, padding)
    copied = network_of(LayerCase("", image, (length, 1, n_channels)))
    copied.theta[...] = net.theta
    x, dy = draw(net, n_samples)
    passes = Pass(net), Pass(copied)
    if ragged and padding != "valid":
        sizes = np.random.default_rng(length).integers(1, length + 1, (n_samples, 1))
        passes[0].space.sizes = sizes
        passes[1].space.sizes = np.column_stack([sizes, np.ones_like(sizes)])
        dy *= valid_steps(dy.shape, sizes)[..., np.newaxis]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit_stride, "TILE", tile)
        patch.setattr(unit_stride, "MOST_SUMMED", most_summed)
        y, dx, grad = passes[0](x, dy)
    y_copied, dx_copied, grad_copied = passes[1](x[:, :, None], dy[:, :, None])
    assert_allclose(y, y_copied[:, :, 0], rtol=1e-10, atol=1e-12)
    assert_allclose(dx, dx_copied[:, :, 0], rtol=1e-10, atol=1e-12)
    assert_allclose(grad, grad_copied, rtol=1e-10, atol=1e-12)


@given(
    sizes=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    n_samples=st.integers(1, 4),
    padding=PADDINGS,
    tile=st.sampled_from([1, 300, 400_000]),
)
@settings(deadline=None, max_examples=150)
def test_windows_of_images_that_are_not_copied_are_the_same(
    sizes, kernel, n_samples, padding, tile
):
    rng = np.random.default_rng(0)
    windows = Conv(3, kernel, 1, padding).windows((*sizes, 2))
    assume(min(windows.counts(*sizes)) > 0)
    x, weight = (
        rng.normal(size=(n_samples, *sizes, 2)),
        rng.normal(size=(*kernel, 2, 3)),
    )
    shape = (n_samples, *windows.counts(*sizes), 3)
    dy, bias, results = rng.normal(size=shape), rng.normal(size=3), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit_stride, "TILE", tile)
        for product in (
            unit_stride.UnitStrideProducts(windows, *sizes, Buffers(float)),
            Im2colProducts(windows, *sizes, 1, Buffers(float)),
        ):
            y, grad, dx = np.empty(shape), np.empty(weight.shape), np.empty(x.shape)
            product.forward(x, weight, y, bias)
            product.gradients(x, dy, weight, grad, dx)
            results.append((y, grad, dx))
    for by_phase, copied in zip(*results, strict=True):
        assert_allclose(by_phase, copied, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("shape", "filters", "suits"),
    [
        ((32, 32, 32), 32, True),
        ((32, 32, 3), 32, False),  # products of 9 terms
        ((4, 4, 32), 32, False),  # half as many windows again, for margins
        ((512, 512, 64), 64, False),  # products of 50 million numbers
    ],
)
def test_windows_of_images_are_copied_where_that_costs_less(shape, filters, suits):
    windows = Conv(filters).windows(shape)
    assert unit_stride.UnitStrideProducts.suits(windows, *shape, filters) is suits


@pytest.mark.parametrize("kernel", [2, (2, 3), (1, 2)])
@pytest.mark.parametrize("tile", [1, 60, 400_000])
def test_windows_side_by_side_are_spread_as_all_others(kernel, tile):
    layer = ConvTranspose(3, kernel, kernel, "valid")
    windows, rng = layer.windows((5, 4, 2)), np.random.default_rng(0)
    assert adjacent.AdjacentWindows.suits(windows)
    x, weight = rng.normal(size=(3, 5, 4, 2)), rng.normal(size=(*windows.kernel, 3, 2))
    image = tuple(
        size * taps for size, taps in zip((5, 4), windows.kernel, strict=True)
    )
    dy, results = rng.normal(size=(3, *image, 3)), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adjacent, "TILE", tile)
        for product in (
            adjacent.AdjacentWindows(windows, (5, 4), Buffers(float)),
            transposed._Spread(windows, *image, 1, Buffers(float)),
        ):
            assert product.image == image
            y, grad, dx = np.empty(dy.shape), np.empty(weight.shape), np.empty(x.shape)
            product.spread(x, weight, y)
            product.spread_gradients(x, dy, weight, grad, dx)
            alone = np.empty(weight.shape)
            product.spread_gradients(x, dy, weight, alone, None)
            results.append((y, grad, dx, alone))
    for side_by_side, by_window in zip(*results, strict=True):
        assert_allclose(side_by_side, by_window, rtol=1e-10, atol=1e-12)


def test_depthwise_is_a_group_for_each_channel():
    net = network_of(LayerCase("", Conv(6, groups=3), (5, 4, 3)))
    one = network_of(LayerCase("", Conv(3, groups=3), (5, 4, 3)))
    one.params.arrays["weight"][...] = net.params.arrays["weight"][..., ::2]
    one.params.arrays["bias"][...] = net.params.arrays["bias"][::2]
    x, _ = draw(net, 3)
    assert_allclose(one.forward(x), net.forward(x)[..., ::2], rtol=1e-12)


ANY_SIZE = [
    Conv(3),
    Conv(3, 4, 2),
    Conv(3, 2, 3, "valid"),
    Conv(3, 3, padding="causal", dilation_rate=2),
    Conv(2, groups=2),
    Conv(4, groups=2),
    SeparableConv(3),
    ConvTranspose(3, 3, 2),
    ConvTranspose(3, 4, 3, "valid"),
    MaxPool(),
    MaxPool(3, 2, "same"),
    AveragePool(),
    AveragePool(3, 2, "same"),
    ConvTranspose(3, 2, 2),
    ConvTranspose(3, 4, 2),
    ConvTranspose(3, 6, 3, "valid"),
    Upsample(2),
    Upsample(2, "bilinear"),
    Upsample(3, "bilinear"),
    KeepSize([MaxPool(2, padding="same"), Conv(2), Upsample(2, "bilinear")]),
    KeepSize([MaxPool(2), Conv(2), ConvTranspose(2, 2, 2), Conv(3)]),
    Serial([KeepSize([MaxPool(2), Upsample(2)]), Conv(3)]),
    Parallel([Identity(), KeepSize([MaxPool(2, padding="same"), Upsample(2)])]),
    GlobalMaxPool(),
    GlobalAveragePool(),
    Serial([Conv(3), MaxPool(), BatchNorm(), ReLU(), Conv(3), GlobalMaxPool()]),
    Serial([Residual([Conv(2), BatchNorm()]), ReLU(), GlobalAveragePool()]),
]


@pytest.mark.parametrize("sizes", [[(9,), (4,), (3,)], [(5, 4), (4, 7), (3, 3)]])
@pytest.mark.parametrize("layer", ANY_SIZE, ids=repr)
def test_padding_changes_neither_outputs_nor_gradients(layer, sizes):
    rng = np.random.default_rng(0)
    shape = (*np.max(sizes, axis=0), 2)
    net = network_of(LayerCase("", layer, shape))
    arrays = [rng.normal(size=(*size, 2)) for size in sizes]
    normalises = layer.synchronises
    x, extents = Ragged(arrays).pad(np.arange(3))
    x[~valid_steps(x.shape, extents)] = 1e3
    whole = Pass(net)
    whole.space.sizes = extents
    y, backward = layer.forward(x, whole.space)
    after = layer.sizes_after(extents)
    there = valid_steps(y.shape, after) if after is not None else None
    dy = rng.normal(size=y.shape)
    if there is not None:
        dy[~there] = 0
    y, dx = y.copy(), backward(dy.copy())
    assert_array_equal(dx[~valid_steps(x.shape, extents)], 0)
    if normalises:  # statistics of the mini-batch: samples cannot be taken alone
        return
    total = np.zeros_like(whole.grad)
    for i, array in enumerate(arrays):
        part = () if after is None else tuple(map(slice, after[i]))
        single = Pass(net)
        one_y, one_dx, grad = single(array[np.newaxis], dy[i][part][np.newaxis])
        assert_allclose(y[i][part], one_y[0], rtol=1e-12, atol=1e-12)
        inside = tuple(map(slice, array.shape[:-1]))
        assert_allclose(dx[i][inside], one_dx[0], rtol=1e-12, atol=1e-12)
        total += grad
    assert_allclose(whole.grad, total, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("layer", ANY_SIZE, ids=repr)
def test_prediction_does_not_depend_on_the_other_samples(layer):
    rng = np.random.default_rng(1)
    arrays = [rng.normal(size=(size, 2)) for size in (4, 9, 3, 6)]
    net = network_of(LayerCase("", layer, (9, 2)))
    together = net.forward(Ragged(arrays))
    for i, array in enumerate(arrays):
        got = together[i] if isinstance(together, np.ndarray) else together.arrays[i]
        assert_allclose(got, net.forward(array[np.newaxis])[0], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (MaxPool(), (1, 1, 4), "windows of 2 x 2 pixels but its input has only 1 x 1"),
        (Conv(4, 5, padding="valid"), (4, 2), "windows of 5 steps .* only 4 steps"),
        (Conv(4, groups=2), (8, 3), "cannot split 3 channels and 4 filters into 2"),
        (Conv(5, groups=2), (8, 4), "cannot split 4 channels and 5 filters into 2"),
        (Conv(4, groups=0), (8, 4), "groups=0"),
        (Conv(0), (8, 4), "filters=0; give an integer of at least 1"),
        (SeparableConv(1.5), (8, 4), "filters=1.5"),
        (ConvTranspose(-1), (8, 4), "filters=-1"),
        (ConvTranspose(4, padding="causal"), (8, 4), "'same' or 'valid'"),
        (Conv(4, padding="full"), (8, 4), "padding='full'; give one of"),
        (Conv(4), (7,), r"cannot take samples of shape \(7,\): give series"),
        (GlobalMaxPool(), (7,), r"cannot take samples of shape \(7,\): give series"),
        (Conv(4, (3, 3)), (8, 4), r"kernel_size=\(3, 3\) for samples with 1 axes"),
        (Conv(4, strides=0), (8, 4), "strides=0"),
        (MaxPool(2, strides=(1, 0)), (8, 8, 4), r"strides=\(1, 0\)"),
        (Upsample("2"), (8, 4), "size='2'"),
        (Upsample(2, "cubic"), (8, 4), "interpolation='cubic'; give one of"),
        (KeepSize([Flatten()]), (8, 4), r"output of shape \(32,\) .* keep the axes"),
        (KeepSize([Dense(3)]), (8,), r"output of shape \(3,\) .* keep the axes"),
    ],
)
def test_impossible_layers_are_refused_before_training(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer.plan(shape)


def test_a_sample_too_small_for_a_window_is_refused():
    layer = Serial([MaxPool(), Conv(3, 3, padding="valid")])
    with pytest.raises(ValueError, match=r"windows of 3 steps .* only 2 steps"):
        layer.sizes_after(np.array([[9], [4]]))


def test_flatten_refuses_samples_that_differ_in_size():
    with pytest.raises(ValueError, match="global_pool='avg'"):
        Flatten().sizes_after(np.array([[9], [4]]))


@pytest.mark.parametrize(
    "layer", [Conv(2), Conv(3, groups=3), Conv(2, strides=2), ConvTranspose(2)]
)
@pytest.mark.parametrize("sizes", [(7,), (5, 4)])
def test_working_memory_is_freed_at_once(layer, sizes):
    net = network_of(LayerCase("", layer, (*sizes, 3)))
    x, dy = draw(net, 2)
    done = Pass(net)
    done(x, dy)
    space = weakref.ref(done.space)
    gc.disable()
    try:
        del done
        assert space() is None
    finally:
        gc.enable()
