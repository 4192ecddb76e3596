"""A pass over made-up samples, to see what the number of threads does to its bits."""

import numpy as np

from skdeep.nn.network import Network


def trial_pass(network: Network, batch_size: int) -> list[np.ndarray]:
    """Return output and gradient of a mini-batch of random numbers.

    Parameters
    ----------
    network : Network
        Left as it is.
    batch_size : int
        Number of samples.

    Returns
    -------
    list of ndarray
        Equal in all bits from call to call, if sums are added in the same order.
    """
    rng = np.random.default_rng(0)
    x = rng.random((batch_size, *network.input_shape), dtype=np.float64)
    gradient, state = np.empty_like(network.theta), network.state.copy()
    workspace = network.workspace(gradient, rng)
    y, backward = network.layer.forward(x.astype(network.dtype), workspace)
    output = y.copy()
    backward(output / output.size)
    network.state[...] = state
    return [output, gradient]
