"""Deep learning that behaves like scikit-learn.

===========================  ====================================================
``skdeep``                   estimators: TabularClassifier, TabularRegressor for
                             raw tables, MLPClassifier, MLPRegressor for numbers,
                             CNNClassifier, CNNRegressor for images and series,
                             RNNClassifier, RNNRegressor for sequences and text,
                             Seq2SeqClassifier, Seq2SeqRegressor for sequences out,
                             RNNGenerator for new sequences like those seen, and
                             NeuralNetworkClassifier, NeuralNetworkRegressor for
                             layers of your own
``skdeep.preprocessing``     scaling, imputation, encoding of tables, images,
                             sequences
``skdeep.resampling``        over- and undersampling of the same
``skdeep.pipeline``          Pipeline that holds samplers, and passes callbacks and
                             weights through them
``skdeep.datasets``          small data sets; time series that other packages ship
``skdeep.model_selection``   capacity ladders, learning-rate finder
``skdeep.inspection``        reports on a fitted model: what is wrong with it, and
                             what to change
``skdeep.export``            fitted models as files of ONNX
``skdeep.nn``                the engine: layers, losses, optimizers, schedules
===========================  ====================================================
"""

from importlib import import_module
from typing import Any

from skdeep.estimators import (
    CNNClassifier,
    CNNRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
    RNNClassifier,
    RNNGenerator,
    RNNRegressor,
    Seq2SeqClassifier,
    Seq2SeqRegressor,
    TabularClassifier,
    TabularRegressor,
)

__version__ = "0.1.0.dev0"

__all__ = [
    "CNNClassifier",
    "CNNRegressor",
    "MLPClassifier",
    "MLPRegressor",
    "NeuralNetworkClassifier",
    "NeuralNetworkRegressor",
    "RNNClassifier",
    "RNNGenerator",
    "RNNRegressor",
    "Seq2SeqClassifier",
    "Seq2SeqRegressor",
    "TabularClassifier",
    "TabularRegressor",
]

_SUBPACKAGES = (
    "architectures",
    "datasets",
    "inspection",
    "model_selection",
    "pipeline",
    "preprocessing",
    "resampling",
)


def __getattr__(name: str) -> Any:
    # Imported when asked for, as some of them take pandas or imbalanced-learn along.
    if name in _SUBPACKAGES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBPACKAGES})
