"""Inputs: X, from what a user gives to what a network takes.

=================  ===============================================================
``numeric_table``  arrays, sparse matrices and data frames of numbers
``raw_table``      numbers and categories, with gaps, of a frame or an array
``encoded_table``  the same, as RealMLP takes it
``samples``        what samples with their own axes may be, and are mistaken for
``signals``        images, series, ragged sequences, codes of text, and text
=================  ===============================================================
"""

from skdeep.estimators.inputs.encoded_table import EncodedTable
from skdeep.estimators.inputs.numeric_table import NumericTable
from skdeep.estimators.inputs.raw_table import RawTable
from skdeep.estimators.inputs.signals import Codes, Conditions, Signals, Sources
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
