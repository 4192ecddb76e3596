"""Pipelines of scikit-learn that end in a network: converters for skl2onnx."""

import copy
from typing import Any

import numpy as np
from sklearn import preprocessing
from sklearn.base import is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

import skdeep
from skdeep.export.file import onnx
from skdeep.export.graph import ML, OPSET, OPSET_ML, Graph
from skdeep.export.inputs import NO_TEXT, input_ports
from skdeep.export.outputs import add_outputs, output_ports
from skdeep.preprocessing import Imputer, MinMaxScaler, RobustScaler, StandardScaler

# Of two-dimensional tables, they do what their base in scikit-learn does.
SAME = {
    MinMaxScaler: preprocessing.MinMaxScaler,
    RobustScaler: preprocessing.RobustScaler,
    StandardScaler: preprocessing.StandardScaler,
}


def _skl2onnx() -> Any:
    """Return the package, which comes with the extra ``onnx``."""
    try:
        import skl2onnx
    except ImportError as error:
        raise ImportError(
            "Export of what is around a network needs the package skl2onnx: pip "
            "install 'scikit-deep[onnx]'."
        ) from error
    return skl2onnx


def register_skl2onnx() -> None:
    """Register converters of all estimators of skdeep with skl2onnx.

    After this, ``skl2onnx.to_onnx`` and ``skl2onnx.convert_sklearn`` take estimators of
    scikit-learn that hold such networks: pipelines, searches, ensembles.
    :func:`to_onnx` does it by itself.

    Raises
    ------
    ImportError
        If skl2onnx is not installed; it comes with the extra ``onnx``.

    Examples
    --------
    >>> from skdeep.export import register_skl2onnx
    >>> register_skl2onnx()  # doctest: +SKIP
    """
    register = _skl2onnx().update_registered_converter
    for name in skdeep.__all__:
        estimator = getattr(skdeep, name)
        options: dict[str, list[Any]] = {}
        if is_classifier(estimator()):
            options = {"zipmap": [True, False, "columns"], "nocl": [True, False]}
            options["output_class_labels"] = [True, False]
        register(estimator, f"Skdeep{name}", _set_types, _convert, options=options)


def _set_types(operator: Any) -> None:
    """Give the outputs of an operator their types and shapes, as skl2onnx asks."""
    types = _skl2onnx().common.data_types
    kinds = {
        "float": types.FloatTensorType,
        "int64": types.Int64TensorType,
        "string": types.StringTensorType,
        "bool": types.BooleanTensorType,
    }
    ports = output_ports(operator.raw_operator)
    for output, (_, kind, shape) in zip(operator.outputs, ports, strict=True):
        output.type = kinds[kind](
            [None if isinstance(size, str) else size for size in shape]
        )


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Add a network to the graph of skl2onnx."""
    model = operator.raw_operator
    graph = Graph(scope.get_unique_variable_name("skdeep") + "/")
    tensors = []
    for variable in operator.inputs:
        name = variable.onnx_name
        if type(variable.type).__name__ not in ("FloatTensorType", "StringTensorType"):
            name = graph.add("Cast", name, to=1)
        tensors.append(name)
    if len(tensors) > 1 and len(tensors) != len(input_ports(model)):
        tensors = [graph.add("Concat", *tensors, axis=1)]
    for tensor, output in zip(
        add_outputs(graph, model, tensors), operator.outputs, strict=True
    ):
        graph.rename(tensor, output.onnx_name)
    helper = onnx().helper
    for name, array in graph.constants.items():
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        values: Any = array.ravel()
        if array.dtype == object:
            values = [str(value).encode() for value in values]
        container.add_initializer(name, kind, list(array.shape), values)
    for o in graph.operations:
        version = {"": OPSET, ML: OPSET_ML}[o.domain]
        container.add_node(
            o.kind,
            list(o.inputs),
            list(o.outputs),
            op_domain=o.domain,
            op_version=version,
            name=scope.get_unique_operator_name(o.kind),
            **o.attributes,
        )


def is_frame(X: Any) -> bool:
    """Tell whether X is a data frame of pandas."""
    return hasattr(X, "columns") and hasattr(X, "dtypes")


def column_kinds(X: Any) -> list[str]:
    """Return the type of tensors for each column of a data frame."""
    return [
        "float" if getattr(dtype, "kind", "O") in "biuf" else "string"
        for dtype in X.dtypes
    ]


def pipeline_to_onnx(model: Any, X: Any) -> Any:
    """Return a pipeline, or what else holds a network, as a graph of ONNX.

    Parameters
    ----------
    model : fitted estimator
        Of scikit-learn.
    X : array-like of shape (n_samples, n_features)
        Samples that tell names and types.

    Returns
    -------
    onnx.ModelProto
        The graph.

    Raises
    ------
    ValueError
        If there is no X.
    """
    if X is None:
        raise ValueError(
            f"to_onnx needs X beside a {type(model).__name__}, whose columns it cannot "
            "know otherwise: give some of the training set, to_onnx(model, X[:1])."
        )
    register_skl2onnx()
    types = _skl2onnx().common.data_types
    if is_frame(X):
        kinds = {"float": types.FloatTensorType, "string": types.StringTensorType}
        initial = [
            (str(name), kinds[kind]([None, 1]))
            for name, kind in zip(X.columns, column_kinds(X), strict=True)
        ]
    else:
        initial = [("X", types.FloatTensorType([None, np.shape(X)[1]]))]
    while hasattr(model, "best_estimator_"):
        model = model.best_estimator_
    model = as_scikit_learn(copy.deepcopy(model))
    options = {"zipmap": False} if is_classifier(model) else {}
    return _skl2onnx().convert_sklearn(
        model,
        initial_types=initial,
        options={id(_last(model)): options} if options else None,
        target_opset={"": OPSET, ML: OPSET_ML},
    )


def _last(model: Any) -> Any:
    while hasattr(model, "steps"):
        model = model.steps[-1][1]
    return model


def as_scikit_learn(model: Any) -> Any:
    """Return a copied model with transformers in the form that skl2onnx knows.

    skdeep's pipelines and transformers of tables become those of scikit-learn that do
    the same, and what is missing among strings becomes "".
    """
    if isinstance(model, Pipeline):
        model = _of_class(Pipeline, model)
        steps = [(name, as_scikit_learn(step)) for name, step in model.steps]
        # Samplers resample in fit alone.
        model.steps = [s for s in steps if not hasattr(s[1], "fit_resample")]
    elif isinstance(model, ColumnTransformer):
        model = _of_class(ColumnTransformer, model)
        model.transformers_ = [
            (name, as_scikit_learn(step), columns)
            for name, step, columns in model.transformers_
        ]
    elif isinstance(model, OneHotEncoder | OrdinalEncoder):
        model.categories_ = [_named(categories) for categories in model.categories_]
    elif isinstance(model, SimpleImputer):
        _mark_missing(model)
    elif isinstance(model, Imputer):
        imputer = SimpleImputer(strategy="constant")
        model = _of_class(SimpleImputer, imputer, vars(model))
        _mark_missing(model)
    elif type(model) in SAME:
        kind = SAME[type(model)]
        model = _of_class(kind, kind(), vars(model))
    return model


def _of_class(kind: Any, model: Any, state: Any = None) -> Any:
    result = kind.__new__(kind)
    vars(result).update(vars(model))
    vars(result).update(state or {})
    return result


def _mark_missing(imputer: Any) -> None:
    if imputer.statistics_.dtype.kind in "OU" and any(
        isinstance(value, str) for value in imputer.statistics_
    ):
        imputer.missing_values = NO_TEXT


def _named(categories: np.ndarray) -> np.ndarray:
    """Return categories of strings with "" for what is missing."""
    if not any(isinstance(c, str) for c in categories):
        return categories
    return np.array([c if isinstance(c, str) else NO_TEXT for c in categories], object)
