"""Advice for a cause: hyperparameters, ranked, each with a value."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from skdeep.estimators.protocols import count_epochs
from skdeep.inspection.diagnosis.evidence import Evidence
from skdeep.inspection.diagnosis.rates import suitable_rate
from skdeep.nn import ACTIVATIONS, Layer, LeakyReLU
from skdeep.nn.configurable import HoldsList

STOP = {"early_stopping": True, "scoring": "loss"}
# Validation samples that make early stopping worth its while.
ENOUGH_TO_STOP = 50
# Of weights whose squares add up to 40, the penalty is then as large as a loss of 1.
PENALTY_PER_SAMPLE = 0.05


@dataclass(frozen=True)
class Advice:
    """Hyperparameters to change, and why.

    Attributes
    ----------
    params : dict
        To be given to ``set_params`` of what was diagnosed.
    reason : str
        One sentence.
    """

    params: dict[str, Any]
    reason: str


Step = tuple[dict[str, Any], str]


def advise(network: Any, outer: Any, cause: str | None, e: Evidence) -> list[Advice]:
    """Return what to change, the most promising first.

    Parameters
    ----------
    network : fitted estimator
        Of skdeep.
    outer : estimator
        The pipeline around it, or the network itself.
    cause : str or None
        What is at fault.
    e : Evidence
        What was measured.

    Returns
    -------
    list of Advice
        Names are those of ``network``; hyperparameters that it lacks are left out.
    """
    known = network.get_params(deep=False)
    steps = [] if cause is None else _ADVISERS[cause](network, e)
    found = [
        Advice(params, reason)
        for params, reason in steps
        if all(name in known for name in params)
        and any(not _same(known[name], value) for name, value in params.items())
    ]
    if cause == "unscaled inputs" and hasattr(outer, "steps"):
        from sklearn.preprocessing import StandardScaler

        first = [("standardscaler", StandardScaler()), *outer.steps]
        return [Advice({"steps": first}, "let a scaler come first"), *found]
    return found


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and bool(np.all(a == b))


def _grow(network: Any, e: Evidence) -> Iterator[Step]:
    # What can follow the data can follow their noise, too.
    stop = STOP if _can_stop(network) else {}
    sizes = getattr(network, "hidden_layer_sizes", None)
    if (
        sizes is not None
        and not hasattr(network, "filters")
        and not hasattr(network, "units")
    ):
        sizes = tuple(np.atleast_1d(np.asarray(sizes, dtype=int)).tolist())
        widest = max(sizes, default=0)
        wider = max(64, 4 * widest)
        deeper = (*(sizes or (64,)), max(widest, 64))
        wider_layers = (wider,) * max(1, len(sizes))
        yield {"hidden_layer_sizes": wider_layers, **stop}, "more units"
        yield {"hidden_layer_sizes": deeper, **stop}, "one more layer"
    for name in ("filters", "units"):
        value = getattr(network, name, None)
        if value is not None:
            value = tuple(np.atleast_1d(np.asarray(value, dtype=int)).tolist())
            more = tuple(max(32, 2 * v) for v in value)
            yield {name: more, **stop}, f"more {name}"
            yield {name: (*more, more[-1]), **stop}, "one more layer"
    if getattr(network, "dropout", 0):
        yield {"dropout": network.dropout / 4}, "silence fewer units"
    layers = getattr(network, "layers", None)
    if "layers" in network.get_params(deep=False):
        yield {"layers": _widened(layers)}, "more units in every layer"
    yield {"alpha": network.alpha / 100}, "a weaker penalty"


def _shrink(network: Any, e: Evidence) -> Iterator[Step]:
    stochastic = network.solver != "lbfgs"
    stop = STOP, "stop at the lowest loss"
    if _can_stop(network):
        yield stop
    weight_sum = network.record_["weight_sum"]
    alpha = max(10 * network.alpha, PENALTY_PER_SAMPLE * weight_sum)
    yield {"alpha": alpha}, "a stronger penalty"
    if stochastic:
        dropout = 0.5 if getattr(network, "dropout", 0) else 0.3
        yield {"dropout": dropout}, "silence units at random"
    for name in ("hidden_layer_sizes", "filters", "units"):
        value = getattr(network, name, None)
        if value is not None and np.size(value):
            less = tuple(max(1, v // 4) for v in np.atleast_1d(value).tolist())
            yield {name: less}, "a smaller network"
            break
    if stochastic and not _can_stop(network):
        yield stop


def _can_stop(network: Any) -> bool:
    """Tell whether a tenth of the samples says enough about the loss."""
    enough = network.record_["n_samples"] >= 10 * ENOUGH_TO_STOP
    return enough and network.solver != "lbfgs"


def _slower(network: Any, e: Evidence) -> Iterator[Step]:
    rate = min(network.learning_rate_init / 10, suitable_rate(network))
    yield {"learning_rate_init": rate}, "smaller steps"
    yield {"max_grad_norm": 1.0}, "shorter gradients"
    yield {"batch_size": 200}, "gradients with less noise"


def _faster(network: Any, e: Evidence) -> Iterator[Step]:
    if network.solver != "lbfgs":
        rate = max(3 * network.learning_rate_init, suitable_rate(network))
        yield {"learning_rate_init": rate}, "larger steps"
    n_epochs = count_epochs(network, network.record_["n_samples"])
    yield {"max_iter": 4 * n_epochs, "tol": network.tol / 100}, "more epochs"


def _revive(network: Any, e: Evidence) -> Iterator[Step]:
    start = (
        {}
        if getattr(network, "initializer", None) in (None, "auto")
        else {"initializer": "auto"}
    )
    yield {"activation": "leaky_relu", **start}, "let dead units learn"
    if "layers" in network.get_params(deep=False):
        yield {"layers": _leaky(network.layers)}, "let dead units learn"
    yield {"normalization": "batch"}, "keep sums around zero"
    yield {"learning_rate_init": network.learning_rate_init / 10}, "smaller steps"


def _scale(network: Any, e: Evidence) -> Iterator[Step]:
    nothing: list[int] = []
    yield {"categorical_features": nothing}, "let the network scale its inputs"
    yield {"normalization": "batch"}, "scale the sums inside"
    rate = network.learning_rate_init
    yield {"learning_rate_init": rate / 10}, "smaller steps, but scale X first"


def _scale_targets(network: Any, e: Evidence) -> Iterator[Step]:
    yield {"standardize_targets": True}, "let the network standardise y"


def _shorten(network: Any, e: Evidence) -> Iterator[Step]:
    yield {"skip_connections": True}, "a way around each layer"
    yield {"normalization": "batch"}, "keep sums around zero"
    yield {"activation": "relu"}, "an activation that does not flatten"


def _relax(network: Any, e: Evidence) -> Iterator[Step]:
    yield {"alpha": network.alpha / 100}, "a weaker penalty"


def _nothing_to_learn(network: Any, e: Evidence) -> Iterator[Step]:
    reason = "check that rows of X and y belong together; as they are, learn no noise"
    yield STOP, reason
    yield {"hidden_layer_sizes": (), "alpha": network.record_["weight_sum"]}, reason


def _check_data(network: Any, e: Evidence) -> Iterator[Step]:
    yield {"shuffle": True}, "compare training and validation data"


_ADVISERS: dict[str, Callable[[Any, Evidence], Iterator[Step]]] = {
    "network too small": _grow,
    "network too big": _shrink,
    "learning rate too high": _slower,
    "learning rate too low": _faster,
    "dead units": _revive,
    "vanishing gradients": _shorten,
    "unscaled inputs": _scale,
    "unscaled targets": _scale_targets,
    "penalty too strong": _relax,
    "labels unrelated to inputs": _nothing_to_learn,
    "validation data easier than training data": _check_data,
}


def _changed(layers: Any, change: Callable[[Layer], Layer]) -> Any:
    """Return a copy of layers, each of them changed."""
    if isinstance(layers, list | tuple):
        return [_changed(layer, change) for layer in layers]
    layer: Any = copy.deepcopy(layers)
    if not isinstance(layers, HoldsList):
        return change(layer)
    for i, inner in enumerate(layers.inner):
        layer.set_params(**{str(i): _changed(inner, change)})
    return layer


def _leaky(layers: Any) -> Any:
    def change(layer: Layer) -> Layer:
        if isinstance(layer, ACTIVATIONS["relu"]):
            return LeakyReLU()
        start = layer.get_params(deep=False)
        if "bias_initializer" in start:
            layer.set_params(bias_initializer="zeros", initializer="he_normal")
        return layer

    return _changed(layers, change)


def _widened(layers: Any) -> Any:
    def change(layer: Layer) -> Layer:
        for name in ("units", "filters"):
            if name in layer.get_params(deep=False):
                layer.set_params(**{name: max(32, 4 * getattr(layer, name))})
        return layer

    return _changed(layers, change)
