"""Fitted models for programs without Python.

=====================  ==========================================================
to_onnx                a fitted estimator or pipeline as a graph of ONNX
onnx_inputs            X as such a graph takes it
register_skl2onnx      converters of skdeep's estimators, for skl2onnx
=====================  ==========================================================

What this needs comes with the extra ``onnx``.
"""

from skdeep.export.model import onnx_inputs, to_onnx
from skdeep.export.pipelines import register_skl2onnx

__all__ = ["onnx_inputs", "register_skl2onnx", "to_onnx"]
