"""Parts of networks for tables, beside their plain formulation in PyTorch."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import (
    SELU,
    Adam,
    AdamW,
    Dense,
    MemberDense,
    MemberLoss,
    Members,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    SoftmaxLogLoss,
)
from skdeep.nn.compute import Buffers
from tests.nn.cases import LayerCase
from tests.nn.passes import Pass, draw, network_of
from tests.nn.training_runs import small_network, train

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

close = {"rtol": 1e-9, "atol": 1e-11}


def assert_same(layer, shape, function):
    """Compare outputs and gradients with a function of the input and parameters."""
    net = network_of(LayerCase("", layer, shape))
    x, dy = draw(net, 16)
    step = Pass(net)
    y, dx, grad = step(x, dy)
    leaf = torch.tensor(x, requires_grad=True)
    arrays = net.params.arrays
    weights = {k: torch.tensor(v, requires_grad=True) for k, v in arrays.items()}
    output = function(leaf, **weights)
    output.backward(torch.tensor(dy))
    assert_allclose(y, output.detach().numpy(), **close)
    assert_allclose(dx, leaf.grad.numpy(), **close)
    for name, found in net.layout.views(grad).arrays.items():
        assert_allclose(found, weights[name].grad.numpy(), **close)


def test_periodic_embedding_is_pytorchs():
    def function(x, frequency, phase, amplitude, bias):
        angle = 2 * torch.pi * x[:, :3, None] * frequency + phase
        made = torch.einsum("bnf,ndf->bnd", torch.cos(angle), amplitude) + bias
        return torch.cat([made.flatten(1), x], dim=1)

    assert_same(PeriodicEmbedding(3, dim=2, scale=0.5), (5,), function)


def test_piecewise_linear_embedding_is_pytorchs():
    edges = torch.tensor([-1.3, -0.4, 0.35, 1.2], dtype=torch.float64)

    def function(x):
        position = (x[:, :1] - edges[:-1]) / edges.diff()
        first, middle, last = position.split(1, dim=1)
        made = [first.clamp(max=1), middle.clamp(0, 1), last.clamp(min=0)]
        return torch.cat([*made, x[:, 1:]], dim=1)

    layer = PiecewiseLinearEmbedding([tuple(edges.tolist())])
    assert_same(layer, (3,), function)


def test_members_are_pytorchs():
    assert_same(Members(4), (5,), lambda x, gain: x[:, None] * gain)


@pytest.mark.parametrize("units", [1, 3])
def test_member_dense_is_pytorchs(units):
    def function(x, member_weight, bias):
        return torch.einsum("bki,kio->bko", x, member_weight) + bias

    assert_same(MemberDense(units), (4, 5), function)


def test_loss_of_members_is_pytorchs():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(6, 4, 3)), rng.integers(3, size=6)
    leaf = torch.tensor(z, requires_grad=True)
    target = torch.tensor(y)[:, None].expand(6, 4)
    losses = torch.nn.functional.cross_entropy(
        leaf.movedim(-1, 1), target, reduction="none"
    ).mean(dim=1)
    losses.sum().backward()
    value, gradient = MemberLoss(SoftmaxLogLoss()).value_and_gradient(
        z.reshape(-1, 3).copy(), y, Buffers(z.dtype)
    )
    assert_allclose(value, losses.detach().numpy(), **close)
    assert_allclose(gradient, leaf.grad.numpy(), **close)


def problem():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 4))
    return x, rng.integers(3, size=50)


def arrays_of(net):
    return [a for views in net.params.walk() for a in views.arrays.values()]


def test_rates_and_decays_are_those_of_pytorchs_parameter_groups():
    x, y = problem()
    net = small_network(
        Dense(6, rate=3.0, bias_rate=0.1), SELU(), Dense(3, rate="ntk"), n_features=4
    )
    w, b, v, c = (torch.tensor(a, requires_grad=True) for a in arrays_of(net))
    # PyTorch decays by rate times decay, as here; biases are exempt.
    groups = [
        {"params": [w], "lr": 0.03, "weight_decay": 0.2},
        {"params": [b], "lr": 0.001, "weight_decay": 0.0},
        {"params": [v], "lr": 0.01 * 6**-0.5, "weight_decay": 0.2 * 6**0.5},
        {"params": [c], "lr": 0.01, "weight_decay": 0.0},
    ]
    twin = torch.optim.AdamW(groups, betas=(0.9, 0.95))
    inputs, target = torch.tensor(x), torch.tensor(y)
    for _ in range(40):
        twin.zero_grad()
        hidden = torch.nn.functional.selu(inputs @ w + b)
        torch.nn.functional.cross_entropy(hidden @ v + c, target).backward()
        twin.step()
    optimizer = AdamW(beta_2=0.95, weight_decay=0.2)
    train(net, SoftmaxLogLoss(), x, y, optimizer=optimizer, rate=0.01, epochs=40)
    for ours, theirs in zip(arrays_of(net), [w, b, v, c], strict=True):
        assert_allclose(ours, theirs.detach().numpy(), rtol=1e-7, atol=1e-9)


def test_ntk_rate_trains_like_pytorch_in_ntk_parametrisation():
    x, y = problem()
    net = small_network(
        Dense(7, "lecun_normal", "standard_normal", rate="ntk", bias_rate=0.1),
        SELU(),
        Dense(3, "lecun_normal", rate="ntk", bias_rate=0.1),
        n_features=4,
    )
    scales = [4**-0.5, 0.1, 7**-0.5, 0.1]
    leaves = [
        torch.tensor(a / s, requires_grad=True)
        for a, s in zip(arrays_of(net), scales, strict=True)
    ]
    # Standard normal weights and a bias that enters at a tenth, all at one rate.
    twin = torch.optim.Adam(leaves, lr=0.04, betas=(0.9, 0.95), eps=1e-20)
    inputs, target = torch.tensor(x), torch.tensor(y)

    def layer(x, weight, bias):
        return x @ weight / weight.shape[0] ** 0.5 + 0.1 * bias

    for _ in range(40):
        twin.zero_grad()
        w, b, v, c = leaves
        hidden = torch.nn.functional.selu(layer(inputs, w, b))
        torch.nn.functional.cross_entropy(layer(hidden, v, c), target).backward()
        twin.step()
    optimizer = Adam(beta_2=0.95, epsilon=1e-20)
    train(net, SoftmaxLogLoss(), x, y, optimizer=optimizer, rate=0.04, epochs=40)
    for ours, theirs, scale in zip(arrays_of(net), leaves, scales, strict=True):
        assert_allclose(ours, theirs.detach().numpy() * scale, rtol=1e-6, atol=1e-8)
