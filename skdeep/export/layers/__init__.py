"""Layers as operators of ONNX: a converter for each.

==================  ============================================================
``part``            a layer with its weights, and who converts it
``elementwise``     activations, weighted sums, normalisation
``tables``          codes, numbers and members of tables
``windows``         convolution, pooling, sizes
``recurrent``       recurrent layers, pooling over time
``combinators``     layers made of layers
``pairs``           attention, encoder and decoder
==================  ============================================================
"""

from skdeep.export.layers import (
    combinators,
    elementwise,
    pairs,
    recurrent,
    tables,
    windows,
)
from skdeep.export.layers.part import CONVERTERS, Part, convert

__all__ = [
    "CONVERTERS",
    "Part",
    "combinators",
    "convert",
    "elementwise",
    "pairs",
    "recurrent",
    "tables",
    "windows",
]
