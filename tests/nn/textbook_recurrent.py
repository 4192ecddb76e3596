"""Recurrences as the papers print them: one sample, one step at a time."""

import numpy as np

from skdeep.nn import GRU, LSTM, SimpleRNN


def logistic(z):
    return 1 / (1 + np.exp(-z))


def split(params, number):
    """Return input weights, recurrent weights and biases of each gate."""
    arrays = (params["weight"], params["recurrent_weight"], params["bias"])
    return list(zip(*(np.split(a, number, axis=-1) for a in arrays), strict=True))


def simple(params, x, seen):
    ((W, U, b),) = split(params, 1)
    h, states = np.zeros(len(U)), []
    for x_t in x:
        h = np.tanh(x_t @ W + seen(h) @ U + b)
        states.append(h)
    return np.array(states)


def lstm(params, x, seen):
    gates = split(params, 4)
    h = c = np.zeros(len(params["recurrent_weight"]))
    states = []
    for x_t in x:
        i, f, g, o = (x_t @ W + seen(h) @ U + b for W, U, b in gates)
        c = logistic(f) * c + logistic(i) * np.tanh(g)
        h = logistic(o) * np.tanh(c)
        states.append(h)
    return np.array(states)


def gru(params, x, seen):
    (W_r, U_r, b_r), (W_z, U_z, b_z), (W_n, U_n, b_n) = split(params, 3)
    h, states = np.zeros(len(U_r)), []
    for x_t in x:
        r = logistic(x_t @ W_r + seen(h) @ U_r + b_r)
        z = logistic(x_t @ W_z + seen(h) @ U_z + b_z)
        n = np.tanh(x_t @ W_n + b_n + r * (seen(h) @ U_n + params["recurrent_bias"]))
        h = (1 - z) * n + z * h
        states.append(h)
    return np.array(states)


RECURRENCES = {SimpleRNN: simple, LSTM: lstm, GRU: gru}


def run(layer, params, x, mask=None):
    """Return the states (n_steps, n_units) that one sample (n_steps, n_inputs) makes.

    ``mask`` says how much of each unit the recurrence sees.
    """
    seen = (lambda h: h) if mask is None else (lambda h: h * mask)
    return RECURRENCES[type(layer)](params, x, seen)
