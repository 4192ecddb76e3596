"""Networks from small to large, for a search to choose from."""

from collections.abc import Sequence
from numbers import Real
from typing import Any

from skdeep.estimators import CNNClassifier, MLPClassifier, RNNClassifier
from skdeep.model_selection._planning import plan_unfitted, read_shape
from skdeep.nn.parameters import Layout

# From a linear model, or what comes nearest to it, over wider to deeper ones.
_LADDERS: dict[str, tuple[type, list[dict[str, Any]]]] = {
    "mlp": (
        MLPClassifier,
        [
            {"hidden_layer_sizes": sizes}
            for sizes in (
                (),
                (8,),
                (32,),
                (128,),
                (32, 32),
                (128, 128),
                (128, 128, 128),
                (512, 512),
            )
        ],
    ),
    "cnn": (
        CNNClassifier,
        [
            {"filters": filters}
            for filters in (
                (4,),
                (16,),
                (8, 16),
                (32,),
                (16, 32),
                (32, 64),
                (64, 128),
                (32, 64, 128),
            )
        ],
    ),
    "rnn": (
        RNNClassifier,
        [
            {"units": units}
            for units in (
                (4,),
                (16,),
                (32,),
                (32, 32),
                (64,),
                (64, 64),
                (128,),
                (128, 128),
            )
        ],
    ),
}


def capacity_grid(
    kind: str,
    input_shape: int | Sequence[int],
    n_outputs: int = 1,
    *,
    max_parameters: float | None = None,
    prefix: str = "",
) -> list[dict[str, list[Any]]]:
    """Return a ladder of networks from small to large, as a grid to search over.

    Start small and grow: the smallest network that does about as well as any larger one
    is the one to take.

    Parameters
    ----------
    kind : {kinds}
        Of which estimators.
    input_shape : int or sequence of int
        Shape of a sample: ``X.shape[1:]``, or the number of features.
    n_outputs : int, default=1
        Raw outputs: 1 for two classes, else one for each class or target.
    max_parameters : float, default=None
        Leaves out networks with more parameters than that.
    prefix : str, default=""
        What comes before the names of hyperparameters, such as ``"mlpclassifier__"``
        for a pipeline.

    Returns
    -------
    list of dict
        One dict a network, ordered by the number of parameters, with a list of one
        value for each hyperparameter: a ``param_grid`` of
        :class:`~sklearn.model_selection.GridSearchCV`.

    See Also
    --------
    skdeep.inspection.CapacityDisplay : Scores over the number of parameters.

    Examples
    --------
    >>> from skdeep.model_selection import capacity_grid
    >>> capacity_grid("mlp", input_shape=4, n_outputs=3, max_parameters=1000)
    ... # doctest: +NORMALIZE_WHITESPACE
    [{{'hidden_layer_sizes': [()]}}, {{'hidden_layer_sizes': [(8,)]}},
     {{'hidden_layer_sizes': [(32,)]}}]

    Other hyperparameters join every network:

    >>> grid = capacity_grid("mlp", 4, 3, max_parameters=100)
    >>> [{{**rung, "alpha": [1e-4, 1]}} for rung in grid]
    ... # doctest: +NORMALIZE_WHITESPACE
    [{{'hidden_layer_sizes': [()], 'alpha': [0.0001, 1]}},
     {{'hidden_layer_sizes': [(8,)], 'alpha': [0.0001, 1]}}]
    """
    if not isinstance(kind, str) or kind not in _LADDERS:
        raise ValueError(
            f"kind={kind!r} is not known: give one of {', '.join(map(repr, _LADDERS))}."
        )
    if not _is_limit(max_parameters):
        raise ValueError(
            f"max_parameters={max_parameters!r} is not allowed: give a positive "
            "number, or None."
        )
    if not isinstance(prefix, str):
        raise ValueError(f"prefix={prefix!r} is not allowed: give a string.")
    shape = read_shape(input_shape)
    estimator, ladder = _LADDERS[kind]
    sized = []
    for params in ladder:
        size = count_parameters(estimator(**params), shape, n_outputs)
        if max_parameters is None or size <= max_parameters:
            sized.append((size, params))
    if not sized:
        raise ValueError(
            f"max_parameters={max_parameters} leaves no network for samples of shape "
            f"{shape}: give a larger number."
        )
    sized.sort(key=lambda rung: rung[0])
    return [{f"{prefix}{k}": [v] for k, v in params.items()} for _, params in sized]


capacity_grid.__doc__ = (capacity_grid.__doc__ or "").format(
    kinds="{" + ", ".join(map(repr, _LADDERS)) + "}"
)


def _is_limit(value: Any) -> bool:
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    return value is None or (is_number and value > 0)


def count_parameters(
    estimator: Any, input_shape: Sequence[int], n_outputs: int = 1
) -> int:
    """Return how many weights, biases and gains a network would have.

    Parameters
    ----------
    estimator : estimator
        Of skdeep; it need not be fitted.
    input_shape : sequence of int
        Shape of a sample.
    n_outputs : int, default=1
        Raw outputs: 1 for two classes, else one for each class or target.

    Returns
    -------
    int
        Their number.

    Examples
    --------
    >>> from skdeep import MLPClassifier
    >>> count_parameters(MLPClassifier((10,)), (4,), 3)
    83
    """
    # Of networks that write sequences, it has one shape for each of two inputs.
    if not (isinstance(input_shape, tuple) and isinstance((*input_shape, 0)[0], tuple)):
        input_shape = read_shape(input_shape)
    layers, shape = plan_unfitted(estimator, tuple(input_shape), n_outputs)
    return Layout(layers.plan(shape)).size
