import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdeep.nn import Dense, Network
from skdeep.nn.compute import Team
from skdeep.nn.penalties import ElasticPenalty
from skdeep.nn.training import Limits, Update
from tests.nn.pytorch import twin_of
from tests.nn.test_optimizers import gradients, rate_of, weights
from tests.nn.training_cases import OPTIMIZERS, each_optimizer

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle


def descend(optimizer, theta, grads):
    """Take a step for each gradient, decay of weights included; return weights."""
    layer, rng = Dense(1, use_bias=False), np.random.default_rng(0)
    net = Network(layer, theta.shape, theta.dtype, rng)
    net.theta[:] = theta
    update = Update(net, optimizer, ElasticPenalty(n_weights=theta.size), Limits())
    with Team(1, threads=1) as team:
        for i, grad in enumerate(grads.copy()):
            update.bind([grad], team)(rate_of(i + 1))
    return net.theta


@each_optimizer
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_weights_after_fifty_steps_are_pytorchs(name, dtype):
    start, grads = weights(dtype=dtype), gradients(dtype=dtype)
    tensor = torch.tensor(start)
    twin = twin_of(OPTIMIZERS[name], [tensor])
    for i, grad in enumerate(torch.tensor(grads)):
        twin.param_groups[0]["lr"] = rate_of(i + 1)
        tensor.grad = grad
        twin.step()
    theta = descend(OPTIMIZERS[name], start, grads)
    # PyTorch keeps the factors of Nadam's momentum in float32.
    exact = dtype == "float64" and "nadam" not in name
    tolerance = 1e-12 if exact else 1e-7 if dtype == "float64" else 1e-5
    size = np.abs(theta - start).max()
    assert_allclose(theta, tensor.numpy(), rtol=tolerance, atol=tolerance * size)
