"""Forward and backward passes of one network, and gradients by finite differences."""

import numpy as np

from skdeep.nn import Network


def away_from_zero(rng, shape):
    """Draw normal numbers, none nearer than 0.1 to zero, where activations bend."""
    x = rng.normal(size=shape)
    return x + np.copysign(0.1, x)


def network_of(case, dtype=np.float64):
    """Return a network whose weights are off their starting values."""
    rng = np.random.default_rng(3)
    net = Network(case.layer, case.shape, dtype, rng)
    # Biases that are 0 and gains that are 1 would hide mistakes.
    net.theta += rng.normal(scale=0.3, size=net.theta.size)
    net.state += rng.uniform(0.1, 0.3, size=net.state.size)
    return net


def draw(net, n_samples, seed=5):
    """Return inputs for a network, and a gradient with respect to its output."""
    rng = np.random.default_rng(seed)
    x = away_from_zero(rng, (n_samples, *net.input_shape))
    dy = rng.normal(size=(n_samples, *net.plan.output_shape))
    return x.astype(net.dtype), dy.astype(net.dtype)


class Pass:
    """Runs a network forward and back through one workspace."""

    def __init__(self, net, *, seed=0, member=None, wants_dx=True, may_overwrite=False):
        self.net = net
        # A gradient that is not written, or added to, stays NaN.
        self.grad = np.full_like(net.theta, np.nan)
        rng = np.random.default_rng(seed)
        self.space = net.workspace(self.grad, rng, member)
        self.space.wants_dx, self.space.may_overwrite = wants_dx, may_overwrite
        net.layer.open(self.space)

    # As in a network's training and prediction: see Network._forward.
    @np.errstate(all="ignore")
    def __call__(self, x, dy, between=lambda: None):
        """Return copies of the output and of the gradients.

        ``between`` is called whenever the layer has returned.
        """
        y, backward = self.net.layer.forward(x, self.space)
        between()
        y = y.copy()
        dx = backward(dy.copy())
        between()
        return y, dx.copy(), self.grad.copy()


def numeric_gradient(function, x, step=1e-5):
    """Return the gradient of ``function()`` with respect to the array ``x``."""
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        start = x[i]
        x[i] = start + step
        above = function()
        x[i] = start - step
        below = function()
        x[i] = start
        gradient[i] = (above - below) / (2 * step)
    return gradient
