"""Callbacks for fits, beside those of ``sklearn.callback``."""

from skdeep.callbacks.checkpoint import Checkpoint
from skdeep.callbacks.training_progress import TrainingProgress

__all__ = ["Checkpoint", "TrainingProgress"]
