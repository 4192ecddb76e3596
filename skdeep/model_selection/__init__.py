"""Finding the right network: how large, and how fast to train.

=====================  =======================================================
capacity_grid          from a linear model to deep networks, for a grid search
count_parameters       how many weights an estimator would have
LearningRateFinder     trains at ever higher rates until the loss goes up
=====================  =======================================================
"""

from skdeep.model_selection.capacity import capacity_grid, count_parameters
from skdeep.model_selection.learning_rate import LearningRateFinder

__all__ = ["LearningRateFinder", "capacity_grid", "count_parameters"]
