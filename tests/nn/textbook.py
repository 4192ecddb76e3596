"""Optimizers as the papers print them: one step a call, no blocks, no shortcuts."""

import numpy as np

from skdeep.nn import SGD, AdaGrad, Adam, AdamW, Nadam, RMSProp


def sgd(o, theta):
    velocity = np.zeros_like(theta)

    def step(gradient, rate):
        velocity[:] = o.momentum * velocity + gradient
        if o.nesterov:
            theta[:] -= rate * (gradient + o.momentum * velocity)
        else:
            theta[:] -= rate * velocity

    return step


def adagrad(o, theta):
    total = np.zeros_like(theta)

    def step(gradient, rate):
        total[:] += gradient**2
        theta[:] -= rate * gradient / (np.sqrt(total) + o.epsilon)

    return step


def rmsprop(o, theta):
    mean = np.zeros_like(theta)

    def step(gradient, rate):
        mean[:] = o.rho * mean + (1 - o.rho) * gradient**2
        theta[:] -= rate * gradient / (np.sqrt(mean) + o.epsilon)

    return step


def adam(o, theta):
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    t = 0

    def step(gradient, rate):
        nonlocal t
        t += 1
        m[:] = o.beta_1 * m + (1 - o.beta_1) * gradient
        v[:] = o.beta_2 * v + (1 - o.beta_2) * gradient**2
        m_hat, v_hat = m / (1 - o.beta_1**t), v / (1 - o.beta_2**t)
        theta[:] -= rate * m_hat / (np.sqrt(v_hat) + o.epsilon)

    return step


def nadam(o, theta):
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    t, product = 0, 1.0

    def mu(t):
        return o.beta_1 * (1 - 0.5 * 0.96 ** (t * 0.004))

    def step(gradient, rate):
        nonlocal t, product
        t += 1
        product *= mu(t)
        m[:] = o.beta_1 * m + (1 - o.beta_1) * gradient
        v[:] = o.beta_2 * v + (1 - o.beta_2) * gradient**2
        m_hat = mu(t + 1) * m / (1 - product * mu(t + 1))
        m_hat = m_hat + (1 - mu(t)) * gradient / (1 - product)
        v_hat = v / (1 - o.beta_2**t)
        theta[:] -= rate * m_hat / (np.sqrt(v_hat) + o.epsilon)

    return step


# AdamW's decay of weights is not the optimizer's: see test_update.py.
TEXTBOOK = {
    SGD: sgd,
    AdaGrad: adagrad,
    RMSProp: rmsprop,
    Adam: adam,
    AdamW: adam,
    Nadam: nadam,
}
