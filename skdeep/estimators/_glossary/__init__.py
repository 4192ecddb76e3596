"""What each hyperparameter and fitted attribute means.

First line: the type. The rest: the meaning. ``name:regressor`` takes precedence over
``name`` in regressors, ``name:recurrent`` in recurrent networks. One file for each
family of hyperparameters.
"""

from skdeep.estimators._glossary import (
    convolution,
    inputs,
    layers,
    recurrent,
    targets,
    training,
)
from skdeep.estimators._glossary.attributes import ATTRIBUTES

PARAMETERS: dict[str, str] = {
    **convolution.PARAMETERS,
    **layers.PARAMETERS,
    **inputs.PARAMETERS,
    **recurrent.PARAMETERS,
    **targets.PARAMETERS,
    **training.PARAMETERS,
}

__all__ = ["ATTRIBUTES", "PARAMETERS"]
