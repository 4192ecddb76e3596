"""Training: mini-batches, shards, updates, stopping."""

from skdeep.nn.training.averaging import AVERAGINGS, EMA, SWA, Averaging
from skdeep.nn.training.base import BaseTrainer
from skdeep.nn.training.lbfgs import LBFGSTrainer
from skdeep.nn.training.objective import Objective
from skdeep.nn.training.order import BalancedOrder, BucketOrder, Order
from skdeep.nn.training.progress import (
    Observer,
    Outcome,
    Progress,
    Result,
    Stopping,
    Verdict,
)
from skdeep.nn.training.samples import Samples
from skdeep.nn.training.trainer import Trainer
from skdeep.nn.training.update import Limits, Update

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
