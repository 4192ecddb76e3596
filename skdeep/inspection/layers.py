"""Report per layer: dead units, vanishing and exploding gradients."""

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from skdeep.estimators.protocols import read_samples
from skdeep.inspection._unwrap import unwrap
from skdeep.nn import Layer
from skdeep.nn.compute import Team
from skdeep.nn.layers.activation import Activation
from skdeep.nn.layers.base import Workspace
from skdeep.nn.layers.combine import Combinator
from skdeep.nn.layers.encoder_decoder import EncoderDecoder
from skdeep.nn.training import Objective, Samples

# Samples that are looked at.
MAX_SAMPLES = 1000
# A unit whose slope stays below this for every sample passes no gradient on.
DEAD_SLOPE = 1e-3


def layer_report(model: Any, X: Any, y: Any) -> pd.DataFrame:
    """Measure, layer by layer, what goes forward and what comes back.

    One pass forward and backward over the data as one mini-batch, in training mode; the
    model is not changed.

    Parameters
    ----------
    model : fitted estimator
        A network of skdeep, or a pipeline or search around one.
    X : array-like
        Samples, as ``model.predict`` takes them. At most 1000 are looked at.
    y : array-like
        Their targets.

    Returns
    -------
    DataFrame
        One row for each layer, in the order in which they are computed.

        ==================  ========================================================
        ``layer``           name of the layer's class
        ``units``           length of the last axis of what it returns
        ``output``          root mean square of what it returns
        ``dead``            share of units that pass no gradient on for any sample:
                            slope below 0.001, as of a ReLU that is always negative or
                            a tanh that is always saturated; NaN without activation
        ``weight``          root mean square of its parameters; NaN if it has none
        ``gradient``        Euclidean norm of the gradient of its parameters
        ``gradient_rms``    that per parameter, as a root mean square: comparable
                            between layers of different size
        ==================  ========================================================

    See Also
    --------
    layer_scores : The same in every epoch, by scikit-learn's ScoringMonitor.
    diagnose : Draws conclusions.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdeep import MLPClassifier
    >>> from skdeep.inspection import layer_report
    >>> X, y = load_iris(return_X_y=True)
    >>> mlp = MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y)
    >>> layer_report(mlp, X, y)[["layer", "dead"]]
       layer   dead
    0  Dense    NaN
    1   ReLU  0.375
    2  Dense    NaN
    """
    inside = unwrap(model, X, y)
    samples = read_samples(inside.network, inside.X, inside.y)
    return probe_layers(inside.network, samples)


def layer_scores(model: Any, X: Any, y: Any, **metadata: Any) -> dict[str, float]:
    """Return the gradient norm and the share of dead units of each layer.

    To be given to scikit-learn's :class:`~sklearn.callback.ScoringMonitor`, which then
    writes them down after every epoch.

    Parameters
    ----------
    model : fitted estimator
        A network of skdeep.
    X, y : array-like
        Samples and targets.
    **metadata : dict
        Not used.

    Returns
    -------
    dict of str to float
        ``"gradient 0 Dense"``, ``"dead 1 ReLU"`` and so on, numbered as in
        :func:`layer_report`.

    Examples
    --------
    >>> from sklearn.callback import ScoringMonitor
    >>> from sklearn.datasets import load_iris
    >>> from skdeep import MLPClassifier
    >>> from skdeep.inspection import layer_scores
    >>> X, y = load_iris(return_X_y=True)
    >>> monitor = ScoringMonitor(scoring=layer_scores)
    >>> mlp = MLPClassifier((8,), solver="lbfgs", random_state=0)
    >>> mlp = mlp.set_callbacks(monitor).fit(X, y)
    >>> history = monitor.get_logs().data_as_pandas
    >>> history.columns[history.columns.str.startswith("gradient")].to_list()
    ['gradient 0 Dense', 'gradient 2 Dense']
    """
    scores = {}
    for number, row in layer_report(model, X, y).iterrows():
        for name in ("gradient", "dead"):
            if not np.isnan(row[name]):
                scores[f"{name} {number} {row['layer']}"] = float(row[name])
    return scores


def probe_layers(network: Any, samples: Samples) -> pd.DataFrame:
    """Return the table of :func:`layer_report`.

    Parameters
    ----------
    network : fitted estimator
        Of skdeep.
    samples : Samples
        As its network takes them.

    Returns
    -------
    DataFrame
        One row per layer.
    """
    entries: list[dict[str, Any]] = []
    probed = copy.deepcopy(network.network_)
    # Not planned anew, as probes change nothing.
    probed.layer = _with_probes(probed.layer, entries)
    n = len(samples)
    some = np.unique(np.linspace(0, n - 1, min(n, MAX_SAMPLES)).astype(np.intp))
    with Team(1, threads=1) as team, np.errstate(all="ignore"):
        rngs = [np.random.default_rng(0)]
        objective = Objective(probed, network.targets_.loss, team, rngs)
        objective(samples, some)
    columns = ["layer", "units", "output", "dead", "weight", "gradient", "gradient_rms"]
    return pd.DataFrame(entries, columns=columns)


def _with_probes(layer: Layer, entries: list[dict[str, Any]]) -> Layer:
    """Return the same layers, each of which tells what passes through it."""
    if not isinstance(layer, Combinator | EncoderDecoder):
        return _Probe(layer, entries)
    outer, list_name = copy.copy(layer), getattr(layer, "list_name", None)
    for name, value in layer.get_params(deep=False).items():
        if name == list_name:
            setattr(outer, name, [_with_probes(inner, entries) for inner in value])
        elif isinstance(value, Layer):
            setattr(outer, name, _with_probes(value, entries))
    return outer


class _Probe(Layer):
    """A layer that writes down what passes through another one."""

    def __init__(self, layer: Layer, entries: list[dict[str, Any]]):
        self.layer, self.entries = layer, entries

    @property
    def keeps_output(self):  # type: ignore[override]
        return self.layer.keeps_output

    @property
    def synchronises(self):  # type: ignore[override]
        return self.layer.synchronises

    @property
    def state_sizes(self):
        return self.layer.state_sizes

    def plan(self, input_shape):
        return self.layer.plan(input_shape)

    def open(self, workspace):
        self.layer.open(workspace)

    def sizes_after(self, sizes):
        return self.layer.sizes_after(sizes)

    def forward(self, x, workspace):
        y, layer_backward = self.layer.forward(x, workspace)
        entry = self._note_output(y, workspace)

        def backward(dy):
            if isinstance(self.layer, Activation):
                slope = layer_backward(np.ones_like(dy))
                largest = np.abs(slope).reshape(-1, slope.shape[-1]).max(axis=0)
                entry["dead"] = float(np.mean(largest < DEAD_SLOPE))
                return np.multiply(dy, slope, out=dy)
            dx = layer_backward(dy)
            _note_gradient(entry, workspace)
            return dx

        return y, backward

    def forward_from(self, x, initial, workspace):
        if not self.state_sizes:
            return super().forward_from(x, initial, workspace)
        y, final, layer_backward = self.layer.forward_from(x, initial, workspace)
        entry = self._note_output(y, workspace)

        def backward(dy, dfinal):
            gradients = layer_backward(dy, dfinal)
            _note_gradient(entry, workspace)
            return gradients

        return y, final, backward

    def _note_output(self, y: np.ndarray, workspace: Workspace) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "layer": type(self.layer).__name__,
            "units": y.shape[-1],
            "output": _rms([y]),
        }
        weights = [a for part in _parts(workspace) for a in part.params.values()]
        if weights:
            entry["weight"] = _rms(weights)
        self.entries.append(entry)
        return entry


def _note_gradient(entry: dict[str, Any], workspace: Workspace) -> None:
    gradients = [a for part in _parts(workspace) for a in part.grads.values()]
    if gradients:
        size = sum(g.size for g in gradients)
        entry["gradient_rms"] = _rms(gradients)
        entry["gradient"] = entry["gradient_rms"] * size**0.5


def _parts(workspace: Workspace) -> Iterator[Workspace]:
    """Yield the workspaces of a layer and of those that it holds."""
    yield workspace
    for child in workspace.children:
        yield from _parts(child)


def _rms(arrays: Any) -> float:
    parts = [np.asarray(a, dtype=float).ravel() for a in arrays]
    squares = sum(float(a @ a) for a in parts)
    return (squares / max(1, sum(a.size for a in parts))) ** 0.5
