"""Pipelines of scikit-learn that end in a network: converters for skl2onnx."""

import copy
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import is_classifier

import skdeep
from skdeep._forms import check_collection
from skdeep._frames import infer_types, to_pandas
from skdeep._words import are_words_of_numpy, numbers_expected
from skdeep.export.estimators import kind_of
from skdeep.export.file import attributes, onnx
from skdeep.export.graph import ML, OPSET, OPSET_ML, Graph, Operation
from skdeep.export.inputs import add_codes, is_raw
from skdeep.export.transformers import as_scikit_learn, texts_of
from skdeep.preprocessing import CategoricalEncoder


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
        is_usual = is_classifier(estimator())
        if is_usual or estimator is skdeep.Seq2SeqClassifier:
            options = {"zipmap": [True, False, "columns"], "nocl": [True, False]}
            options["output_class_labels"] = [True, False]
        register(
            estimator,
            _alias(estimator),
            _set_types,
            _convert,
            # skl2onnx knows the outputs of classifiers that have probabilities.
            parser=None if is_usual else _parse,
            options=options,
        )
    register(
        CategoricalEncoder,
        "SkdeepCategoricalEncoder",
        _set_type_of_codes,
        _convert_encoder,
    )


def _alias(estimator: type) -> str:
    return f"Skdeep{estimator.__name__}"


def _types(model: Any) -> dict[str, Any]:
    """Return the outputs of a network and their types, as skl2onnx has them."""
    types = _skl2onnx().common.data_types
    kinds = {
        "float": types.FloatTensorType,
        "int64": types.Int64TensorType,
        "string": types.StringTensorType,
        "bool": types.BooleanTensorType,
    }
    return {
        name: kinds[kind]([None if isinstance(size, str) else size for size in shape])
        for name, kind, shape in kind_of(model).output_ports(model)
    }


def _parse(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
    """Declare a network and its outputs."""
    operator = scope.declare_local_operator(_alias(type(model)), model)
    operator.inputs = inputs
    for name, kind in _types(model).items():
        operator.outputs.append(scope.declare_local_variable(name, kind))
    return operator.outputs


def _set_types(operator: Any) -> None:
    """Give the outputs of an operator their types and shapes, as skl2onnx asks."""
    types = _types(operator.raw_operator).values()
    for output, kind in zip(operator.outputs, types, strict=True):
        output.type = kind


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Add a network to the graph of skl2onnx."""
    model = operator.raw_operator
    kind = kind_of(model)
    graph = Graph(scope.get_unique_variable_name("skdeep") + "/")
    tensors = []
    for variable in operator.inputs:
        name = variable.onnx_name
        if type(variable.type).__name__ not in ("FloatTensorType", "StringTensorType"):
            name = graph.add("Cast", name, to=1)
        tensors.append(name)
    ports = kind.input_ports(model)
    if len(tensors) > 1 and len(tensors) != len(ports):
        tensors = [graph.add("Concat", *tensors, axis=1)]
    if len(tensors) != len(ports) and not is_raw(model):
        raise ValueError(
            f"{type(model).__name__} has the inputs "
            f"{', '.join(name for name, _, _ in ports)} in ONNX, and a pipeline brings "
            "a table alone: export the network for itself."
        )
    outputs = kind.add(graph, model, tensors)
    for tensor, output in zip(outputs, operator.outputs, strict=True):
        graph.rename(tensor, output.onnx_name)
    _hand_over(graph, scope, container)


def _set_type_of_codes(operator: Any) -> None:
    n_features = len(operator.raw_operator.categories_)
    kind = _skl2onnx().common.data_types.FloatTensorType
    operator.outputs[0].type = kind([None, n_features])


def _convert_encoder(scope: Any, operator: Any, container: Any) -> None:
    """Add a CategoricalEncoder to the graph of skl2onnx."""
    graph = Graph(scope.get_unique_variable_name("skdeep") + "/")
    tensors = [variable.onnx_name for variable in operator.inputs]
    encoder = operator.raw_operator
    if len(tensors) == 1 < len(encoder.categories_):
        (x,) = tensors
        tensors = [graph.slice(x, j, j + 1, 1) for j in range(len(encoder.categories_))]
    names = getattr(encoder, "feature_names_in_", range(len(tensors)))
    codes = [
        add_codes(graph, *column)
        for column in zip(tensors, names, encoder.categories_, strict=True)
    ]
    # In the type of numbers, as what follows may stand beside numbers.
    both = graph.add("Cast", graph.add("Concat", *codes, axis=1), to=1)
    graph.rename(both, operator.outputs[0].onnx_name)
    _hand_over(graph, scope, container)


def _hand_over(graph: Graph, scope: Any, container: Any) -> None:
    """Add operators and constants to the graph of skl2onnx."""
    helper = onnx().helper
    operations = with_visible_inputs(graph)
    for name, array in graph.constants.items():
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        values: Any = array.ravel()
        if array.dtype == object:
            values = [str(value).encode() for value in values]
        container.add_initializer(name, kind, list(array.shape), values)
    for o in operations:
        version = {"": OPSET, ML: OPSET_ML}[o.domain]
        container.add_node(
            o.kind,
            list(o.inputs),
            list(o.outputs),
            op_domain=o.domain,
            op_version=version,
            name=scope.get_unique_operator_name(o.kind),
            **attributes(o),
        )


def with_visible_inputs(graph: Graph) -> list[Operation]:
    """Return operators that have all that they need among their inputs.

    skl2onnx sorts operators by their inputs, and a loop sees more than these. The most
    iterations come to depend on it, without being changed.
    """
    result = Graph(f"{graph.prefix}loop/", constants=graph.constants)
    for o in graph.operations:
        body = o.attributes.get("body")
        if body is not None:
            n_iterations = o.inputs[0]
            for name in body.seen():
                nothing = result.add("Mul", result.add("Size", name), np.array(0))
                n_iterations = result.add("Add", n_iterations, nothing)
            o = replace(o, inputs=(n_iterations, *o.inputs[1:]))
        result.operations.append(o)
    return result.operations


def is_frame(X: Any) -> bool:
    """Tell whether X is a data frame of pandas."""
    return hasattr(X, "columns") and hasattr(X, "dtypes")


def column_kinds(model: Any, X: Any) -> list[str]:
    """Return the type of tensors for each column of a data frame."""
    texts = texts_of(model)
    return [
        "float" if _is_numeric(dtype) and str(name) not in texts else "string"
        for name, dtype in infer_types(X).dtypes.items()
    ]


def _is_numeric(dtype: Any) -> bool:
    if hasattr(dtype, "categories"):
        dtype = dtype.categories.dtype
    return getattr(dtype, "kind", "O") in "biuf"


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
        If there is no X, or X is no table, a transformer treats gaps in a way that
        skl2onnx does not, or a network is a transformer.
    """
    if X is None:
        raise ValueError(
            f"to_onnx needs X beside a {type(model).__name__}, whose columns it cannot "
            "know otherwise: give some of the training set, to_onnx(model, X[:1])."
        )
    register_skl2onnx()
    check_collection(X, "X")
    X = to_pandas(X)
    with numbers_expected("X"):
        n_axes = 2 if is_frame(X) else np.ndim(X)
    if n_axes != 2:
        raise ValueError(
            f"A {type(model).__name__} becomes one file for tables, and X has another "
            "form: transform the samples before, and export the network for itself."
        )
    # What it does not take, no graph can: this says why.
    use = next(
        n for n in ("predict", "score_samples", "transform") if hasattr(model, n)
    )
    getattr(model, use)(X)
    types = _skl2onnx().common.data_types
    if is_frame(X):
        kinds = {"float": types.FloatTensorType, "string": types.StringTensorType}
        initial = [
            (str(name), kinds[kind]([None, 1]))
            for name, kind in zip(X.columns, column_kinds(model, X), strict=True)
        ]
    else:
        initial = [("X", types.FloatTensorType([None, np.shape(X)[1]]))]
    inner = [step for _, step in getattr(model, "steps", [])[:-1]]
    networks = [type(step).__name__ for step in inner if hasattr(step, "network_")]
    if networks:
        raise ValueError(
            f"{networks[0]} is a transformer in this pipeline, for which skl2onnx has "
            "no place: export what comes last, and the network for itself."
        )
    model = as_scikit_learn(copy.deepcopy(model))
    options = {"zipmap": False} if is_classifier(model) else {}
    try:
        return _skl2onnx().convert_sklearn(
            model,
            initial_types=initial,
            options={id(_last(model)): options} if options else None,
            target_opset={"": OPSET, ML: OPSET_ML},
        )
    except (RuntimeError, ValueError) as error:
        if isinstance(error, ValueError) and not are_words_of_numpy(error):
            raise
        raise ValueError(
            f"skl2onnx does not convert this {type(model).__name__} for columns of "
            f"these types ({error}): transform the samples before, and export the "
            "network for itself."
        ) from error


def _last(model: Any) -> Any:
    while hasattr(model, "steps"):
        model = model.steps[-1][1]
    return model
