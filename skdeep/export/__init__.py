"""Fitted models in other formats: ONNX."""
