"""Networks of any layers that a user puts together."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from skdeep.architectures import perceptron
from skdeep.estimators._classifier import BaseNetworkClassifier
from skdeep.estimators._documentation import documented
from skdeep.estimators._regressor import BaseNetworkRegressor
from skdeep.estimators._signal_inputs import SignalInputs
from skdeep.estimators._step_outputs import StepOutputs
from skdeep.estimators._validation import NOTHING, Instance, Rule
from skdeep.nn import Dense, Layer, Serial


@dataclass(eq=False, repr=False)
class LayerHyperparameters(StepOutputs):
    """The architecture, given layer by layer."""

    layers: Layer | Sequence[Layer] | None = None

    _ranks: ClassVar[tuple[int, ...]] = (1, 2, 3)
    _rows_are_signals: ClassVar[bool] = False
    _steps_by: ClassVar[str] = "layers that keep all axes"
    _one_by: ClassVar[str] = "a last layer such as Flatten() or GlobalAveragePool()"
    _size_advice: ClassVar[str] = (
        "bring them to one size, or pool over all steps by a layer such as "
        "GlobalAveragePool()"
    )
    _architecture_rules: ClassVar[dict[str, tuple[Rule, ...]]] = {
        **SignalInputs._signal_rules,
        "layers": (
            NOTHING,
            Instance((Layer, tuple, list), "a layer of skdeep.nn or a list of them"),
        ),
    }

    def _step_axes(self, X: Any) -> int:
        shape = self._sample_shape(X)
        if len(shape) not in (2, 3):
            return 0
        return len(Serial(self._layers(1)).plan(shape).output_shape) - 1

    def _layers(self, n_outputs: int) -> list[Layer]:
        if self.layers is None:
            return perceptron([100], n_outputs)
        if isinstance(self.layers, Layer):
            return [copy.deepcopy(self.layers), Dense(n_outputs)]
        strangers = [x for x in self.layers if not isinstance(x, Layer)]
        if strangers:
            raise ValueError(
                f"layers holds {strangers[0]!r}, which is no layer: give instances of "
                "layers of skdeep.nn, such as [Dense(64), ReLU()]."
            )
        # Copies: set_params may change the hyperparameter's own layers after fit.
        return [*copy.deepcopy(self.layers), Dense(n_outputs)]


@documented
@dataclass(eq=False, repr=False)
class NeuralNetworkClassifier(LayerHyperparameters, BaseNetworkClassifier):
    """Network of your own layers that predicts classes or labels.

    X holds tables, series (n_samples, time, channels) or images (n_samples, height,
    width, channels), or a list of arrays that differ in size. An output layer of
    :class:`skdeep.nn.Dense` is added to the layers. Where these keep the axes of a
    sample, as convolutions do, y has a class, or labels, for each step or pixel, and so
    have predictions; a layer such as Flatten or GlobalAveragePool leaves one for each
    sample.

    {parameters}

    {attributes}

    See Also
    --------
    MLPClassifier : Makes the layers from a few numbers.
    skdeep.nn : The layers.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdeep import NeuralNetworkClassifier
    >>> from skdeep.nn import BatchNorm, Dense, ReLU, Residual, Serial
    >>> X, y = load_iris(return_X_y=True)
    >>> block = [Dense(16), BatchNorm(), ReLU()]
    >>> layers = Serial([Dense(16), Residual(block)])
    >>> network = NeuralNetworkClassifier(layers, solver="lbfgs", random_state=0)
    >>> network.fit(X, y).score(X, y) > 0.95
    True
    >>> network.set_params(layers__0__units=8).layers.layers[0]
    Dense(units=8)
    """

    _rules: ClassVar = {
        **BaseNetworkClassifier._rules,
        **LayerHyperparameters._architecture_rules,
    }


@documented
@dataclass(eq=False, repr=False)
class NeuralNetworkRegressor(LayerHyperparameters, BaseNetworkRegressor):
    """Network of your own layers that predicts numbers.

    X holds tables, series (n_samples, time, channels) or images (n_samples, height,
    width, channels), or a list of arrays that differ in size. An output layer of
    :class:`skdeep.nn.Dense` is added to the layers. Where these keep the axes of a
    sample, as convolutions do, y has a number, or several, for each step or pixel, and
    so have predictions; a layer such as Flatten or GlobalAveragePool leaves one for
    each sample.

    {parameters}

    {attributes}

    See Also
    --------
    MLPRegressor : Makes the layers from a few numbers.
    skdeep.nn : The layers.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeep import NeuralNetworkRegressor
    >>> from skdeep.nn import Dense, Tanh
    >>> X = np.linspace(-1, 1, 200).reshape(-1, 1)
    >>> y = np.abs(X).ravel()
    >>> network = NeuralNetworkRegressor([Dense(16), Tanh()], solver="lbfgs",
    ...                                  max_iter=500, random_state=0)
    >>> network.fit(X, y).score(X, y) > 0.99
    True
    """

    _rules: ClassVar = {
        **BaseNetworkRegressor._rules,
        **LayerHyperparameters._architecture_rules,
    }
