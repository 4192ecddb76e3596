"""Every layer through ONNX Runtime, against the layer itself."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.export.layers import CONVERTERS
from skdeep.nn import ConvTranspose, Dense, Layer, Serial
from skdeep.nn.parameters import Plan
from skdeep.nn.ragged import valid_steps
from tests.export.onnx_runs import network_model, run
from tests.nn.cases import LAYERS, PAIRS, LayerCase, each, each_layer, each_pair
from tests.nn.passes import draw, network_of
from tests.nn.recurrent_passes import with_garbage

pytest.importorskip("onnxruntime")

close = {"rtol": 1e-5, "atol": 1e-5}


def test_every_layer_has_a_converter():
    cases = {type(case.layer) for case in LAYERS + PAIRS}
    strange = cases ^ set(CONVERTERS)
    assert not strange, f"without a case or a converter in skdeep/export: {strange}"


@each_layer
def test_outputs_agree(case):
    net = network_of(case, np.float32)
    x, _ = draw(net, 7)
    assert_allclose(run(network_model(net), {"x": x})["y"], net.forward(x), **close)


def is_of_any_size(case):
    """Tell whether a layer takes sequences or images of several sizes."""
    if len(case.shape) < 2 or case.name.startswith("member"):
        return False
    try:
        case.layer.sizes_after(np.array([case.shape[:-1]]))
    except ValueError:
        return False
    return True


def sizes_of(shape, n_samples):
    """Return sizes from the largest down to what all layers take."""
    rng = np.random.default_rng(8)
    least = [max(1, size - 2) for size in shape[:-1]]
    sizes = rng.integers(
        least, [size + 1 for size in shape[:-1]], (n_samples, len(least))
    )
    sizes[0] = shape[:-1]
    return sizes[np.argsort(-sizes[:, 0], kind="stable")]


@each([case for case in LAYERS if is_of_any_size(case)])
def test_outputs_agree_for_samples_of_unequal_size(case):
    net = network_of(case, np.float32)
    x, _ = draw(net, 7)
    sizes = sizes_of(case.shape, len(x))
    x = with_garbage(x, sizes)
    space = net.workspace()
    space.sizes = sizes
    y, _ = net.layer.forward(x.copy(), space)
    after = net.layer.sizes_after(sizes)
    feed = {"x": x, "sizes_x_height": sizes[:, 0]}
    if sizes.shape[1] == 2:
        feed["sizes_x_width"] = sizes[:, 1]
    found = run(network_model(net, ragged=True), feed)["y"]
    if after is not None:
        there = valid_steps(y.shape, after)
        y, found = y[there], found[there]
    assert_allclose(found, y, **close)


def draw_pair(net, n_samples=5):
    rng = np.random.default_rng(5)
    shapes = net.input_shape
    return [rng.normal(size=(n_samples, *s)).astype(np.float32) for s in shapes]


@each_pair
def test_outputs_of_pairs_agree(case):
    net = network_of(case, np.float32)
    first, second = draw_pair(net)
    expected, _ = net.layer.forward((first, second), net.workspace())
    found = run(network_model(net), {"x0": first, "x1": second})["y"]
    assert_allclose(found, expected, **close)


@each([case for case in PAIRS if len(case.shape[0]) == 2])
def test_outputs_of_pairs_agree_for_sequences_of_unequal_length(case):
    net = network_of(case, np.float32)
    pair = draw_pair(net)
    sizes = [sizes_of(x.shape[1:], len(x)) for x in pair]
    # Only what is padded in the source reaches what is there.
    pair = [with_garbage(x, size) for x, size in zip(pair, sizes, strict=True)]
    space = net.workspace()
    space.sizes = tuple(sizes)
    expected, _ = net.layer.forward(tuple(pair), space)
    feed = {}
    for k in range(2):
        feed |= {f"x{k}": pair[k], f"sizes_x{k}_height": sizes[k][:, 0]}
    found = run(network_model(net, ragged=True), feed)["y"]
    after = net.layer.sizes_after(sizes)
    there = valid_steps(expected.shape, after)
    assert_allclose(found[there], expected[there], **close)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("kernel", "stride"), [(1, 3), (2, 3), (5, 2), (4, 1)])
def test_transposed_convolutions_agree(kernel, stride, padding):
    layer = ConvTranspose(2, kernel, stride, padding)
    net = network_of(LayerCase("", layer, (4, 3)), np.float32)
    x, _ = draw(net, 3)
    assert_allclose(run(network_model(net), {"x": x})["y"], net.forward(x), **close)


class Strange(Layer):
    """A layer that nothing knows of."""

    def plan(self, input_shape):
        return Plan(input_shape, input_shape)

    def forward(self, x, workspace):
        return x, lambda dy: dy


def test_what_cannot_be_exported_is_named():
    layer = Serial([Dense(2), Strange()])
    net = network_of(LayerCase("", layer, (4,)), np.float32)
    with pytest.raises(ValueError, match=r"Strange\(\) cannot be exported to ONNX"):
        network_model(net)
