import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import (
    AveragePool,
    Conv,
    ConvTranspose,
    GlobalAveragePool,
    GlobalMaxPool,
    Identity,
    KeepSize,
    MaxPool,
    Parallel,
    SeparableConv,
    Upsample,
)
from tests.nn.cases import LayerCase
from tests.nn.passes import Pass, draw, network_of

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

# float32 holds 7 digits; sums over windows and the batch lose one to two.
close = {"rtol": 2e-5, "atol": 2e-5}

SHAPES = [  # one sample: odd sizes, one channel, smaller than the kernel
    (8, 8, 4),
    (7, 5, 4),
    (9, 1, 4),
    (1, 1, 4),
    (2, 3, 4),
    (33, 3, 4),
    (16, 4),
    (7, 4),
    (2, 4),
    (1, 4),
    (151, 4),
]
SETTINGS = [
    {},
    {"kernel_size": 1},
    {"kernel_size": 5},
    {"kernel_size": 3, "strides": 2},
    {"kernel_size": 2, "strides": 3},
    {"kernel_size": 3, "dilation_rate": 2},
    {"kernel_size": 3, "strides": 2, "dilation_rate": 3},
    {"groups": 2},
    {"groups": 4},
    {"groups": 4, "strides": 2},
    {"kernel_size": 3, "padding": "valid"},
    {"kernel_size": 2, "strides": 3, "padding": "valid"},
]


def to_torch(array):
    """Return a tensor with channels first that shares no memory."""
    return torch.tensor(np.moveaxis(array, -1, 1).copy())


def from_torch(tensor):
    return np.moveaxis(tensor.detach().numpy(), 1, -1)


def weights_to_torch(array):
    """Return weights (*kernel, inputs, outputs) as (outputs, inputs, *kernel)."""
    axes = (array.ndim - 1, array.ndim - 2, *range(array.ndim - 2))
    return torch.tensor(array.transpose(axes).copy())


def pad(x, sizes, counts, kernel, stride, dilation, value=0.0):
    """Pad as the layers do: half in front, what windows need behind."""
    widths = []
    for size, count, k, s, d in zip(
        sizes, counts, kernel, stride, dilation, strict=True
    ):
        span = (k - 1) * d + 1
        before = (span - 1) // 2
        after = max(0, (count - 1) * s + span - before - size)
        widths = [before, after, *widths]
    return torch.nn.functional.pad(x, widths, value=value)


def every(value, rank):
    return (value,) * rank if isinstance(value, int) else value


def assert_same(layer, shape, function, n_samples=6):
    """Check outputs and gradients against ``function(x, parameters)``."""
    net = network_of(LayerCase("", layer, shape), np.float32)
    x, dy = draw(net, n_samples)
    step = Pass(net)
    y, dx, grad = step(x, dy)
    leaf = to_torch(x).requires_grad_()
    views = list(net.params.walk())
    leaves = [
        {
            name: (weights_to_torch(a) if a.ndim > 1 else torch.tensor(a))
            .clone()
            .requires_grad_()
            for name, a in view.arrays.items()
        }
        for view in views
    ]
    output = function(leaf, leaves)
    output.backward(to_torch(dy))
    assert_allclose(y, from_torch(output).reshape(y.shape), **close)
    assert_allclose(dx, from_torch(leaf.grad), **close)
    grads = [view.arrays for view in net.layout.views(grad).walk()]
    for ours, theirs in zip(grads, leaves, strict=True):
        for name, array in ours.items():
            expected = theirs[name].grad
            mine = weights_to_torch(array) if array.ndim > 1 else torch.tensor(array)
            scale = max(1.0, float(expected.abs().max()))
            assert_allclose(mine / scale, expected / scale, **close)


def convolution(layer, shape):
    rank, counts = len(shape) - 1, layer.plan(shape).output_shape[:-1]
    convolve = (torch.nn.functional.conv1d, torch.nn.functional.conv2d)[rank - 1]
    kernel, stride, dilation = (
        every(v, rank) for v in (layer.kernel_size, layer.strides, layer.dilation_rate)
    )

    def function(x, weight, bias=None):
        if layer.padding == "same":
            x = pad(x, shape[:-1], counts, kernel, stride, dilation)
        y = convolve(
            x,
            weight,
            bias,
            stride,
            dilation=dilation,
            groups=getattr(layer, "groups", 1),
        )
        return y[(..., *map(slice, counts))]

    return function


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("n_samples", [1, 6])
def test_conv_is_pytorchs(settings, shape, n_samples):
    layer = Conv(8, **settings)
    if settings.get("padding") == "valid" and min(shape[:-1]) < layer.kernel_size:
        with pytest.raises(ValueError, match="leaves no output"):
            layer.plan(shape)
        return
    function = convolution(layer, shape)
    assert_same(layer, shape, lambda x, p: function(x, **p[0]), n_samples)


@pytest.mark.parametrize("shape", [(7, 5, 1), (28, 28, 1), (40, 1)], ids=str)
@pytest.mark.parametrize("kernel_size", [1, 3, 8])
def test_conv_of_one_channel_is_pytorchs(shape, kernel_size):
    layer = Conv(3, kernel_size, use_bias=False)
    function = convolution(layer, shape)
    assert_same(layer, shape, lambda x, p: function(x, **p[0]))


@pytest.mark.parametrize("shape", [(32, 32, 32), (14, 14, 24), (150, 64)], ids=str)
@pytest.mark.parametrize("n_samples", [1, 5])
def test_conv_of_many_channels_is_pytorchs(shape, n_samples):
    layer = Conv(16, 3, initializer="he_normal")
    function = convolution(layer, shape)
    assert_same(layer, shape, lambda x, p: function(x, **p[0]), n_samples)


@pytest.mark.parametrize("shape", [(11, 4), (7, 6, 4)], ids=str)
@pytest.mark.parametrize("dilation", [1, 3])
def test_causal_conv_is_pytorchs(shape, dilation):
    layer = Conv(5, 3, padding="causal", dilation_rate=dilation)
    rank = len(shape) - 1
    convolve = (torch.nn.functional.conv1d, torch.nn.functional.conv2d)[rank - 1]
    # In front along the first axis, on both sides along the other.
    widths = [dilation, dilation] * (rank - 1) + [2 * dilation, 0]

    def function(x, parameters):
        x = torch.nn.functional.pad(x, widths)
        return convolve(x, **parameters[0], dilation=dilation)

    assert_same(layer, shape, function)


@pytest.mark.parametrize("shape", [(8, 8, 4), (7, 5, 3), (2, 2, 1), (9, 4)], ids=str)
@pytest.mark.parametrize("strides", [1, 2])
def test_separable_conv_is_pytorchs(shape, strides):
    layer = SeparableConv(6, 3, strides=strides)
    channels = shape[-1]
    first = convolution(Conv(channels, 3, strides, groups=channels), shape)
    middle = (*layer.plan(shape).output_shape[:-1], channels)
    second = convolution(Conv(6, 1), middle)
    assert_same(layer, shape, lambda x, p: second(first(x, **p[1]), **p[2]))


@pytest.mark.parametrize("shape", [(4, 4, 3), (5, 3, 4), (1, 1, 2), (6, 3)], ids=str)
@pytest.mark.parametrize(
    "settings",
    [(3, 1), (3, 2), (4, 2), (2, 3), (5, 3), (1, 1), (2, 2), (3, 3), (9, 3), (8, 4)],
    ids=str,
)
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_conv_transpose_is_pytorchs(shape, settings, padding):
    kernel, stride = settings
    layer = ConvTranspose(4, kernel, stride, padding)
    rank = len(shape) - 1
    functional = torch.nn.functional
    transpose = (functional.conv_transpose1d, functional.conv_transpose2d)[rank - 1]
    before = (kernel - 1) // 2

    def function(x, parameters):
        y = transpose(x, stride=stride, **parameters[0])
        if padding == "same":
            # Where the stride is above the kernel, what no window reaches is 0 + b.
            missing = [max(0, stride - kernel + before)] * rank
            y = functional.pad(y, [w for m in missing for w in (0, m)])
            if missing[0]:
                bias = parameters[0]["bias"].reshape(-1, *[1] * rank)
                reached = torch.zeros_like(y)
                inside = tuple(slice(0, (s - 1) * stride + kernel) for s in shape[:-1])
                reached[(..., *inside)] = 1
                y = y + (1 - reached) * bias
            cut = tuple(slice(before, before + s * stride) for s in shape[:-1])
            y = y[(..., *cut)]
        return y

    assert_same(layer, shape, function)


@pytest.mark.parametrize("shape", [(8, 8, 3), (7, 5, 3), (3, 3, 1), (13, 2)], ids=str)
@pytest.mark.parametrize("settings", [(2, None), (3, 2), (2, 3), (3, 1)], ids=str)
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_pooling_is_pytorchs(shape, settings, padding):
    size, strides = settings
    rank, functional = len(shape) - 1, torch.nn.functional
    stride = size if strides is None else strides
    largest = (functional.max_pool1d, functional.max_pool2d)[rank - 1]
    average = (functional.avg_pool1d, functional.avg_pool2d)[rank - 1]
    counts = MaxPool(size, strides, padding).plan(shape).output_shape[:-1]

    def padded(x, value):
        if padding == "valid":
            return x
        each = ((size,) * rank, (stride,) * rank, (1,) * rank)
        return pad(x, shape[:-1], counts, *each, value=value)

    def cut(y):
        return y[(..., *map(slice, counts))]

    def mean(x, parameters):
        there = average(padded(torch.ones_like(x), 0.0), size, stride)
        return cut(average(padded(x, 0.0), size, stride) / there)

    assert_same(
        MaxPool(size, strides, padding),
        shape,
        lambda x, p: cut(largest(padded(x, -torch.inf), size, stride)),
    )
    assert_same(AveragePool(size, strides, padding), shape, mean)


@pytest.mark.parametrize("shape", [(8, 7, 3), (1, 1, 2), (13, 2)], ids=str)
def test_global_pooling_is_pytorchs(shape):
    axes = tuple(range(2, len(shape) + 1))
    assert_same(GlobalAveragePool(), shape, lambda x, p: x.mean(axes))
    assert_same(GlobalMaxPool(), shape, lambda x, p: x.amax(axes))


@pytest.mark.parametrize("shape", [(3, 2, 3), (5, 2)], ids=str)
def test_upsample_is_pytorchs(shape):
    layer = torch.nn.Upsample(scale_factor=3, mode="nearest")
    assert_same(Upsample(3), shape, lambda x, p: layer(x))


@pytest.mark.parametrize("shape", [(3, 2, 3), (1, 4, 2), (5, 2), (1, 2)], ids=str)
@pytest.mark.parametrize("factor", [1, 2, 3, 8])
def test_bilinear_upsample_is_pytorchs(shape, factor):
    mode = "linear" if len(shape) == 2 else "bilinear"
    layer = torch.nn.Upsample(scale_factor=factor, mode=mode, align_corners=False)
    assert_same(Upsample(factor, "bilinear"), shape, lambda x, p: layer(x))


@pytest.mark.parametrize("shape", [(16, 16, 24), (7, 9, 16), (50, 32)], ids=str)
@pytest.mark.parametrize("kernel", [2, 4])
def test_conv_transpose_of_many_channels_is_pytorchs(shape, kernel):
    layer = ConvTranspose(12, kernel, 2, initializer="he_normal")
    rank, functional = len(shape) - 1, torch.nn.functional
    transpose = (functional.conv_transpose1d, functional.conv_transpose2d)[rank - 1]
    before = (kernel - 1) // 2

    def function(x, p):
        return transpose(x, stride=2, padding=before, **p[0])

    assert_same(layer, shape, function, 3)


@pytest.mark.parametrize("shape", [(7, 5, 3), (8, 4, 3), (9, 4)], ids=str)
def test_skip_connection_is_pytorchs(shape):
    down = [MaxPool(2, padding="same"), Conv(4, 1)]
    layer = Parallel([Identity(), KeepSize([*down, ConvTranspose(2, 2, 2)])])
    rank, functional = len(shape) - 1, torch.nn.functional
    pool = (functional.max_pool1d, functional.max_pool2d)[rank - 1]
    convolve = (functional.conv1d, functional.conv2d)[rank - 1]
    transpose = (functional.conv_transpose1d, functional.conv_transpose2d)[rank - 1]

    def function(x, p):
        first, second = (views for views in p if views)
        y = convolve(pool(x, 2, ceil_mode=True), **first)
        y = transpose(y, stride=2, **second)
        inside = tuple(map(slice, shape[:-1]))
        return torch.cat([x, y[(..., *inside)]], axis=1)

    assert_same(layer, shape, function)
