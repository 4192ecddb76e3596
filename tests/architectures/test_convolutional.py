import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.architectures import PRESETS, convolutional
from skdeep.nn import (
    AveragePool,
    BatchNorm,
    Bias,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    LayerNorm,
    LeakyReLU,
    MaxPool,
    Network,
    ReLU,
    Residual,
    SeparableConv,
    Serial,
    Tanh,
)


def kinds(layers):
    return [type(layer) for layer in layers]


def made(n_channels=1, n_outputs=3, **settings):
    return convolutional(n_channels, n_outputs, **{"filters": (4,), **settings})


def shapes(layers, input_shape):
    plan = Serial(layers).plan(input_shape)
    return [child.output_shape for child in plan.children]


def test_pooling_comes_before_biases_and_activation():
    layers = made()
    assert kinds(layers) == [Conv, MaxPool, Bias, ReLU, Flatten, Dense]
    assert not layers[0].use_bias


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"pool": "avg"}, [Conv, ReLU, AveragePool]),
        ({"pool": None}, [Conv, ReLU]),
        ({"activation": LeakyReLU()}, [Conv, LeakyReLU, MaxPool]),
        ({"normalization": "batch"}, [Conv, BatchNorm, MaxPool, ReLU]),
        ({"normalization": "layer"}, [Conv, LayerNorm, MaxPool, ReLU]),
        ({"block": "residual"}, [Residual, MaxPool, ReLU]),
        ({"block": "separable"}, [SeparableConv, MaxPool, Bias, ReLU]),
        ({"convs_per_block": 2}, [Conv, ReLU, Conv, MaxPool, Bias, ReLU]),
    ],
)
def test_pooling_waits_where_the_result_would_differ(settings, expected):
    layers = made(**settings)
    assert kinds(layers) == [*expected, Flatten, Dense]
    if settings.get("normalization") == "batch":
        assert not layers[0].use_bias


@pytest.mark.parametrize("activation", ["relu", "tanh", "elu"])
@pytest.mark.parametrize("block", ["plain", "separable"])
def test_early_pooling_changes_nothing_but_the_order(activation, block):
    """Compare with the usual order: biases, activation, pooling."""
    early = made(activation=activation, block=block)
    head = early[-2:]
    conv = early[0].set_params(use_bias=True)
    late = [conv, early[3], early[1], *head]
    shape = (7, 6, 1)
    early = made(activation=activation, block=block)
    a = Network(Serial(early), shape, np.float64, np.random.default_rng(0))
    b = Network(Serial(late), shape, np.float64, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    for name in ("weight", "bias"):
        for x, y in zip(a.parameters(name), b.parameters(name), strict=True):
            y[...] = x[...] = rng.normal(size=x.shape)
    X = rng.normal(size=(5, *shape))
    assert_allclose(a.forward(X), b.forward(X), rtol=1e-10)


def test_scalars_apply_to_every_block_and_lists_to_one_each():
    layers = convolutional(
        2,
        3,
        filters=(4, 6, 8),
        kernel_size=[5, 3, 1],
        strides=[2, 1, 1],
        dilation_rate=[1, 2, 1],
        convs_per_block=(1, 2, 1),
        pool_size=[2, 1, 3],
        padding="causal",
    )
    convs = [layer for layer in layers if isinstance(layer, Conv)]
    assert [c.filters for c in convs] == [4, 6, 6, 8]
    assert [c.kernel_size for c in convs] == [5, 3, 3, 1]
    assert [c.strides for c in convs] == [2, 1, 1, 1]
    assert [c.dilation_rate for c in convs] == [1, 2, 2, 1]
    assert {c.padding for c in convs} == {"causal"}
    pools = [layer for layer in layers if isinstance(layer, MaxPool)]
    assert [p.pool_size for p in pools] == [2, 1, 3]


@pytest.mark.parametrize("block", ["plain", "residual", "inception", "separable"])
def test_a_tuple_has_a_number_for_each_axis(block):
    settings = {
        "filters": (4, 4),
        "kernel_size": (5, 3),
        "dilation_rate": (1, 2),
        "pool_size": (2, 1),
        "block": block,
    }
    layers = convolutional(4, 2, strides=(1, 3), **settings)
    assert shapes(layers, (8, 18, 4))[-3] == (2, 2, 4 if block != "inception" else 16)
    # In a list, for the blocks.
    mixed = convolutional(4, 2, strides=[(1, 3), (3, 1)], **settings)
    assert shapes(mixed, (12, 18, 4))[-3][:2] == (1, 6)


def test_windows_of_a_tuple_are_higher_than_wide():
    layers = convolutional(1, 2, filters=(4, 4), kernel_size=(5, 3))
    convs = [layer for layer in layers if isinstance(layer, Conv)]
    assert [c.kernel_size for c in convs] == [(5, 3), (5, 3)]
    mixed = convolutional(1, 2, filters=(4, 4), kernel_size=[(5, 3), 3])
    convs = [layer for layer in mixed if isinstance(layer, Conv)]
    assert [c.kernel_size for c in convs] == [(5, 3), 3]


def test_an_inception_block_halves_a_tuple_along_each_axis():
    layers = convolutional(1, 2, filters=4, kernel_size=(8, 2), block="inception")
    module = layers[0].layers[0]
    windows = module.branches[0].branches
    assert [conv.kernel_size for conv in windows] == [(8, 2), (4, 1), (2, 1)]


def test_kernel_sizes_may_differ_within_a_block():
    layers = made(kernel_size=[[8, 5, 3]], convs_per_block=3)
    convs = [layer for layer in layers if isinstance(layer, Conv)]
    assert [c.kernel_size for c in convs] == [8, 5, 3]


def test_head_of_dense_layers():
    layers = made(hidden_layer_sizes=(7, 5), dropout=0.2, global_pool="max")
    head = [GlobalMaxPool, Dropout, Dense, ReLU, Dropout, Dense, ReLU, Dropout, Dense]
    assert kinds(layers)[4:] == head
    assert shapes(layers, (9, 9, 1))[-1] == (3,)


def test_residual_block_keeps_or_projects_its_input():
    same = made(4, block="residual", convs_per_block=2)[0]
    assert same.shortcut is None
    wider = made(3, block="residual", normalization="batch")[0]
    assert kinds(wider.shortcut.layers) == [Conv, BatchNorm]
    assert wider.shortcut.layers[0].kernel_size == 1
    strided = made(4, block="residual", strides=2, pool=None)
    assert shapes(strided, (9, 4))[0] == (5, 4)


def test_inception_block_lays_branches_side_by_side():
    layers = made(3, block="inception", kernel_size=8, convs_per_block=2)
    first = layers[0].layers[0]
    reduction, windows = first.branches[0].layers
    assert reduction.kernel_size == 1
    assert [c.kernel_size for c in windows.branches] == [8, 4, 2]
    assert kinds(first.branches[1].layers) == [MaxPool, Conv]
    assert shapes(layers, (20, 3))[0] == (20, 16)


@pytest.mark.parametrize("block", ["plain", "residual", "inception", "separable"])
@pytest.mark.parametrize("shape", [(20, 3), (9, 7, 3), (1, 3)])
@pytest.mark.parametrize("normalization", [None, "batch"])
def test_every_block_takes_series_and_images(block, shape, normalization):
    layers = convolutional(
        3, 2, filters=(4, 4), block=block, normalization=normalization, strides=[1, 2]
    )
    assert shapes(layers, shape)[-1] == (2,)


def parameters_of(name, shape, n_outputs):
    settings = PRESETS[name]
    names = set(convolutional.__kwdefaults__)
    chosen = {key: value for key, value in settings.items() if key in names}
    net = Network(
        Serial(convolutional(shape[-1], n_outputs, **chosen)),
        shape,
        np.float32,
        np.random.default_rng(0),
    )
    return net.theta.size


def test_fcn_has_the_published_number_of_parameters():
    convolutions = 8 * 128 + 5 * 128 * 256 + 3 * 256 * 128
    assert parameters_of("fcn", (150, 1), 2) == (
        convolutions + 2 * (128 + 256 + 128) + 128 * 2 + 2
    )


def test_resnet_has_the_published_number_of_parameters():
    def block(inputs, filters):
        taps = 8 * inputs + 5 * filters + 3 * filters
        shortcut = (inputs + 2) * filters if inputs != filters else 0
        return taps * filters + 6 * filters + shortcut

    expected = block(1, 64) + block(64, 128) + block(128, 128) + 128 * 2 + 2
    assert parameters_of("resnet", (150, 1), 2) == expected


def test_inception_time_has_the_published_number_of_parameters():
    def module(inputs):
        bottleneck = inputs * 32 if inputs > 1 else 0
        width = 32 if inputs > 1 else 1
        return bottleneck + width * 32 * (40 + 20 + 10) + inputs * 32 + 2 * 128

    shortcuts = (1 * 128 + 256) + 0
    expected = module(1) + 5 * module(128) + shortcuts + 128 * 2 + 2
    assert parameters_of("inception_time", (150, 1), 2) == expected


def test_lenet_like_network():
    names = set(convolutional.__kwdefaults__)
    chosen = {k: v for k, v in PRESETS["lenet"].items() if k in names}
    layers = convolutional(1, 10, **chosen)
    assert kinds(layers)[:3] == [Conv, Tanh, AveragePool]
    assert [x.units for x in layers if isinstance(x, Dense)] == [120, 84, 10]


def test_global_mean_serves_series_of_any_length():
    assert GlobalAveragePool in kinds(convolutional(1, 2, global_pool="avg"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kernel_size": [3, 5]}, "kernel_size has 2 entries and filters 1"),
        ({"strides": [1, 1, 1]}, "strides has 3 entries and filters 1"),
        ({"pool_size": []}, "pool_size has 0 entries"),
        (
            {"kernel_size": [[3, 5]], "convs_per_block": 3},
            r"kernel_size has 2 entries for one block, \[3, 5\], but convs_per_block=3",
        ),
        ({"block": "residual", "padding": "valid"}, "block='residual' cannot have"),
        ({"block": "inception", "padding": "valid"}, "block='inception' cannot have"),
    ],
)
def test_what_does_not_fit_together_is_said(settings, message):
    with pytest.raises(ValueError, match=message):
        made(**settings)
