import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import (
    ELU,
    GELU,
    SELU,
    BatchNorm,
    Dense,
    LayerNorm,
    LeakyReLU,
    Logistic,
    Mish,
    Network,
    PReLU,
    ReLU,
    SiLU,
    Softplus,
    Tanh,
)
from tests.nn.cases import LayerCase
from tests.nn.passes import Pass, draw, network_of

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

# float32 holds 7 digits; sums over the batch lose one.
close = {"rtol": 1e-5, "atol": 1e-5}

ACTIVATIONS = [
    (ReLU(), torch.nn.ReLU()),
    (LeakyReLU(), torch.nn.LeakyReLU()),
    (LeakyReLU(negative_slope=0.3), torch.nn.LeakyReLU(0.3)),
    (ELU(), torch.nn.ELU()),
    (ELU(scale=1.7), torch.nn.ELU(1.7)),
    (SELU(), torch.nn.SELU()),
    (Logistic(), torch.nn.Sigmoid()),
    (Tanh(), torch.nn.Tanh()),
    (Softplus(), torch.nn.Softplus()),
    (SiLU(), torch.nn.SiLU()),
    (GELU(), torch.nn.GELU()),
    (Mish(), torch.nn.Mish()),
]


def copy_weights(net, module, names):
    """Give a module the weights of a network of one layer."""
    with torch.no_grad():
        for theirs, ours in names.items():
            weight = torch.tensor(net.params.arrays[ours].T)
            getattr(module, theirs).copy_(weight)


def assert_same(layer, module, shape, **names):
    """Check outputs and gradients; ``names`` maps PyTorch's parameters to ours."""
    net = network_of(LayerCase("", layer, shape), np.float32)
    copy_weights(net, module, names)
    x, dy = draw(net, 16)
    step, leaf = Pass(net), torch.tensor(x, requires_grad=True)
    y, dx, _ = step(x, dy)
    output = module(leaf)
    output.backward(torch.tensor(dy))
    assert_allclose(y, output.detach().numpy(), **close)
    assert_allclose(dx, leaf.grad.numpy(), **close)
    grads = net.layout.views(step.grad).arrays
    for theirs, ours in names.items():
        expected = getattr(module, theirs).grad.numpy().T
        assert_allclose(grads[ours], expected, **close)
    return net


@pytest.mark.parametrize(("layer", "module"), ACTIVATIONS)
@pytest.mark.parametrize("shape", [(5,), (3, 5)])
def test_activation_is_pytorchs(layer, module, shape):
    assert_same(layer, module, shape)


def test_prelu_is_pytorchs():
    assert_same(PReLU(), torch.nn.PReLU(5), (5,), weight="slope")


@pytest.mark.parametrize("shape", [(5,), (3, 5)])
def test_dense_is_pytorchs(shape):
    assert_same(Dense(4), torch.nn.Linear(5, 4), shape, weight="weight", bias="bias")


def test_dense_without_bias_is_pytorchs():
    module = torch.nn.Linear(5, 4, bias=False)
    assert_same(Dense(4, use_bias=False), module, (5,), weight="weight")


@pytest.mark.parametrize("shape", [(5,), (3, 5)])
@pytest.mark.parametrize("epsilon", [1e-5, 0.1])
def test_layer_norm_is_pytorchs(shape, epsilon):
    module = torch.nn.LayerNorm(5, eps=epsilon)
    assert_same(LayerNorm(epsilon), module, shape, weight="gain", bias="bias")


class FeaturesLast(torch.nn.BatchNorm1d):
    """PyTorch's own wants the features of a sequence before its time steps."""

    def forward(self, x):
        return super().forward(x.movedim(-1, 1)).movedim(1, -1)


@pytest.mark.parametrize("shape", [(5,), (3, 5)])
@pytest.mark.parametrize("options", [(0.1, 1e-5), (0.3, 0.1)])
def test_batch_norm_in_training_is_pytorchs(shape, options):
    momentum, epsilon = options
    module = FeaturesLast(5, momentum=momentum, eps=epsilon)
    layer = BatchNorm(momentum=momentum, epsilon=epsilon)
    assert_same(layer, module, shape, weight="gain", bias="bias")


def train_both(net, module, batches=5):
    for seed in range(batches):
        x, dy = draw(net, 16, seed)
        Pass(net)(3 * x + 1, dy)
        module(torch.tensor(3 * x + 1))


@pytest.mark.parametrize("shape", [(5,), (3, 5)])
def test_batch_norm_in_prediction_is_pytorchs(shape):
    net = Network(BatchNorm(), shape, np.float32, np.random.default_rng(0))
    module = FeaturesLast(5)
    train_both(net, module)
    state = net._state_views.arrays
    assert_allclose(state["mean"], module.running_mean.numpy(), **close)
    assert_allclose(state["variance"], module.running_var.numpy(), **close)
    x, _ = draw(net, 6)
    expected = module.eval()(torch.tensor(x)).detach().numpy()
    assert_allclose(net.forward(x), expected, **close)
