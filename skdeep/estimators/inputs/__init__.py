"""Inputs: X, from what a user gives to what a network takes.

===============  =================================================================
``tables``       arrays, sparse matrices and data frames, of numbers and categories
``signals``      images, series, ragged sequences, codes of text, and text
===============  =================================================================
"""

from skdeep.estimators.inputs.signals import Codes, Conditions, Signals, Sources
from skdeep.estimators.inputs.tables import EncodedTable, NumericTable, RawTable
from skdeep.estimators.protocols import Inputs

__all__ = [
    "Codes",
    "Conditions",
    "EncodedTable",
    "Inputs",
    "NumericTable",
    "RawTable",
    "Signals",
    "Sources",
]
