"""Optimizers: from gradients to steps, on one flat vector."""

from skdeep.nn.optimizers.adam import Adam, AdamW, Nadam
from skdeep.nn.optimizers.adaptive import AdaGrad, RMSProp
from skdeep.nn.optimizers.base import Moments, Optimizer
from skdeep.nn.optimizers.lbfgs import minimize_lbfgs
from skdeep.nn.optimizers.sgd import SGD

OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
    "nadam": Nadam,
}

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Moments",
    "Nadam",
    "Optimizer",
    "RMSProp",
    "minimize_lbfgs",
]
