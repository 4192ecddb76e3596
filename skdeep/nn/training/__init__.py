"""Training: mini-batches, shards, updates, stopping."""

from skdeep.nn.training.averaging import AVERAGINGS, EMA, SWA, Averaging
from skdeep.nn.training.objective import Objective
from skdeep.nn.training.order import BalancedOrder, BucketOrder, Order
from skdeep.nn.training.progress import Observer, Outcome, Stopping
from skdeep.nn.training.samples import Samples
from skdeep.nn.training.trainer import Trainer
from skdeep.nn.training.update import Limits, Update

__all__ = [
    "AVERAGINGS",
    "EMA",
    "SWA",
    "Averaging",
    "BalancedOrder",
    "BucketOrder",
    "Limits",
    "Objective",
    "Observer",
    "Order",
    "Outcome",
    "Samples",
    "Stopping",
    "Trainer",
    "Update",
]
