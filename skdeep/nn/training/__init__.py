"""Training: mini-batches, shards, updates, stopping."""

from skdeep.nn.training.averaging import AVERAGINGS, EMA, SWA, Averaging
from skdeep.nn.training.base import BaseTrainer, Observer, Outcome, Result, Verdict
from skdeep.nn.training.lbfgs import LBFGSTrainer
from skdeep.nn.training.objective import Objective
from skdeep.nn.training.progress import Progress, Stopping
from skdeep.nn.training.samples import BalancedOrder, BucketOrder, Order, Samples
from skdeep.nn.training.trainer import Limits, Trainer, Update

__all__ = [
    "AVERAGINGS",
    "EMA",
    "SWA",
    "Averaging",
    "BalancedOrder",
    "BaseTrainer",
    "BucketOrder",
    "LBFGSTrainer",
    "Limits",
    "Objective",
    "Observer",
    "Order",
    "Outcome",
    "Progress",
    "Result",
    "Samples",
    "Stopping",
    "Trainer",
    "Update",
    "Verdict",
]
