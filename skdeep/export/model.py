"""Fitted models as files of ONNX."""

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skdeep._forms import check_collection
from skdeep._frames import to_pandas
from skdeep.estimators.inputs import Conditions
from skdeep.export import likelihoods
from skdeep.export.estimators import kind_of
from skdeep.export.file import make_model
from skdeep.export.graph import Graph
from skdeep.export.inputs import as_numbers, frame_feed, make_feed

# Names inside the graph; those of columns and outputs are without.
PREFIX = "skdeep/"


def to_onnx(model: Any, X: Any = None) -> Any:
    """Return a fitted model as a graph of ONNX, which runs without Python.

    Parameters
    ----------
    model : fitted estimator
        Of skdeep; or a pipeline, search or other estimator of scikit-learn that ends in
        one, for which skl2onnx converts what is around it.
    X : array-like of shape (n_samples, ...) or None, default=None
        Samples that tell the names and types of the columns, where ``model`` is not an
        estimator of skdeep itself; one is enough.

    Returns
    -------
    onnx.ModelProto
        ``model.SerializeToString()`` is what a file holds, and an
        ``onnxruntime.InferenceSession`` takes.

    Raises
    ------
    ImportError
        If onnx (or, for what is around a network, skl2onnx) is not installed; both come
        with the extra ``onnx``.
    ValueError
        If a layer cannot be exported; the message names it.

    See Also
    --------
    onnx_inputs : X as such a graph takes it.

    Notes
    -----
    All arithmetic is in float32. Classifiers have the outputs ``label`` and
    ``probabilities``, regressors ``variable`` of shape (n_samples, n_outputs).

    A ``Seq2SeqClassifier`` has ``label`` alone: a string or a label for each sample; or
    symbols of shape (n_samples, n_written), and ``label_lengths`` of shape
    (n_samples,). A ``Seq2SeqRegressor`` has ``variable`` of shape (n_samples,
    n_written, n_numbers), and ``variable_lengths`` unless all y in fit had one length.
    A ``RNNGenerator`` has ``log_likelihood``, as ``score_samples`` returns it; it does
    not draw.

    The input is ``X``; a raw table with categories has an input of shape (n_samples, 1)
    for each column, by its name. Categories that are strings are strings there, "" for
    what is missing. A model that was fitted to samples of unequal size has an input
    ``lengths`` (of images ``heights`` and ``widths``) beside X, which is padded;
    outputs of steps beyond have no meaning. Symbols go in as strings or integers, of
    shape (n_samples, n_steps), with ``lengths``.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdeep import MLPClassifier
    >>> from skdeep.export import to_onnx
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier(solver="lbfgs", random_state=0).fit(X, y)
    >>> graph = to_onnx(model)  # doctest: +SKIP
    >>> [output.name for output in graph.graph.output]  # doctest: +SKIP
    ['label', 'probabilities']
    """
    check_is_fitted(model)
    model = _best(model)
    if not hasattr(model, "network_"):
        from skdeep.export.pipelines import pipeline_to_onnx

        return pipeline_to_onnx(model, X)
    graph, kind = Graph(PREFIX), kind_of(model)
    inputs, outputs = kind.input_ports(model), kind.output_ports(model)
    tensors = kind.add(graph, model, [name for name, _, _ in inputs])
    for tensor, (name, _, _) in zip(tensors, outputs, strict=True):
        graph.rename(tensor, name)
    return make_model(graph, inputs, outputs)


def _best(model: Any) -> Any:
    """Return the network that a search has found, or what else a search is around."""
    while hasattr(model, "best_estimator_"):
        model = model.best_estimator_
    return model


def onnx_inputs(model: Any, X: Any, *, conditions: Any = None) -> dict[str, np.ndarray]:
    """Return X as the graph of a model takes it.

    Parameters
    ----------
    model : fitted estimator
        As given to :func:`to_onnx`.
    X : array-like of shape (n_samples, ...)
        Samples, as ``model.predict`` takes them.
    conditions : array-like of shape (n_samples,) or (n_samples, n_numbers)
        As ``RNNGenerator.score_samples`` takes them; default=None.

    Returns
    -------
    dict of str to ndarray
        What ``InferenceSession.run(None, ...)`` takes: float32, or a column of strings,
        or symbols, and the lengths of padded samples.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdeep import MLPClassifier
    >>> from skdeep.export import onnx_inputs
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier(solver="lbfgs", random_state=0).fit(X, y)
    >>> onnx_inputs(model, X[:1])
    {'X': array([[5.1, 3.5, 1.4, 0.2]], dtype=float32)}
    """
    check_is_fitted(model)
    check_collection(X, "X")
    model = _best(model)
    if isinstance(getattr(model, "inputs_", None), Conditions):
        return likelihoods.make_feed(model, X, conditions)
    if conditions is not None:
        raise ValueError(
            f"{type(model).__name__} takes no conditions: only a RNNGenerator does."
        )
    if hasattr(model, "network_"):
        return make_feed(model, X)
    from skdeep.export.pipelines import column_kinds, is_frame

    X = to_pandas(X)
    if is_frame(X):
        return frame_feed(X, column_kinds(model, X))
    return {"X": as_numbers(X)}
