"""Targets: y, from what a user gives to what a loss takes, and back.

====================  ============================================================
``labels``            classes, and indicator matrices of labels
``class_weights``     weights of classes
``numbers``           real targets
``step_arrays``       targets of all steps as rows
``steps``             either of them at every step of a series or pixel of an image
``sequences``         symbols in sequences of free length
``number_sequences``  numbers in sequences of free length
``densities``         either of them, with draws and likelihoods
====================  ============================================================
"""

from skdeep.estimators.protocols import Targets
from skdeep.estimators.targets.densities import NumberDensity, SymbolDensity
from skdeep.estimators.targets.labels import Labels
from skdeep.estimators.targets.number_sequences import NumberSequences
from skdeep.estimators.targets.numbers import (
    Numbers,
    StandardizedNumbers,
)
from skdeep.estimators.targets.sequences import SymbolTargets
from skdeep.estimators.targets.steps import StepTargets

__all__ = [
    "Labels",
    "NumberDensity",
    "NumberSequences",
    "Numbers",
    "StandardizedNumbers",
    "StepTargets",
    "SymbolDensity",
    "SymbolTargets",
    "Targets",
]
