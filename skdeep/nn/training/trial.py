"""A pass over made-up samples, to see what the number of threads does to its bits."""

from collections.abc import Hashable

import numpy as np

from skdeep.nn.network import Network


class TrialPass:
    """Output and gradient of a mini-batch of random numbers.

    Parameters
    ----------
    network : Network
        Left as it is.
    batch_size : int
        Number of samples.
    """

    def __init__(self, network: Network, batch_size: int):
        self.network, self.batch_size = network, batch_size

    @property
    def key(self) -> Hashable:
        """What the outcome's order of additions depends on."""
        network = self.network
        layers = repr(network.layer)
        return layers, network.input_shape, network.dtype, self.batch_size

    def __call__(self) -> list[np.ndarray]:
        """Return the arrays: equal in all bits, if sums are added in the same order."""
        network, rng = self.network, np.random.default_rng(0)
        x = rng.random((self.batch_size, *network.input_shape), dtype=np.float64)
        gradient = np.empty_like(network.theta)
        theta, state = network.theta.copy(), network.state.copy()
        # Weights of outputs that start at zero would let no gradient through.
        network.theta += rng.normal(scale=0.1, size=theta.size)
        workspace = network.workspace(gradient, rng)
        y, backward = network.layer.forward(x.astype(network.dtype), workspace)
        output = y.copy()
        backward(output / output.size)
        network.theta[...], network.state[...] = theta, state
        return [output, gradient]
