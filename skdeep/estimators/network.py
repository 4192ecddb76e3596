"""Networks of any layers that a user puts together."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from skdeep._documented import documented
from skdeep.architectures import perceptron
from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._classifier import BaseNetworkClassifier
from skdeep.estimators._features import n_features_out, transform
from skdeep.estimators._regressor import BaseNetworkRegressor
from skdeep.estimators._rules import (
    NOTHING,
    Instance,
    SampleShape,
    hyperparameter,
)
from skdeep.estimators.inputs import Signals
from skdeep.estimators.targets import StepTargets
from skdeep.nn import Dense, Layer, Serial


@dataclass(eq=False, repr=False)
class Layered(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseNetwork):
    """A network whose architecture is given layer by layer."""

    layers: Layer | Sequence[Layer] | None = hyperparameter(
        None,
        NOTHING,
        Instance((Layer, tuple, list), "a layer of skdeep.nn or a list of them"),
        text="""Layer, sequence of Layer or None
        The layers before the output layer, which is added to suit y; ``()`` is none.
        None is ``[Dense(100), ReLU()]``. A ``Serial`` makes them reachable in a search
        (``layers__0__units``).
        """,
    )
    input_shape: Sequence[int] | None = hyperparameter(
        None,
        NOTHING,
        SampleShape(),
        kw_only=True,
        text="""tuple of int or None
        Shape of one sample, the channels last, where X is a table whose rows are
        flattened samples: ``(28, 28, 1)`` for rows of 784 pixels. None takes a row for
        a signal of one channel. Samples with their own axes need none, except for grey
        images (n_samples, height, width) without an axis of channels, which would be
        taken for series.
        """,
    )

    _one_value_each: ClassVar[str] = (
        "take layers that keep all axes for a target at each step"
    )

    transform = transform
    _n_features_out = property(n_features_out)

    def _make_inputs(self):
        return Signals(
            self.input_shape,
            (1, 2, 3),
            rows_are_series=False,
            size_advice="bring them to one size, or pool over all steps by a layer "
            "such as GlobalAveragePool()",
        )

    def _make_targets(self, X):
        rows, shape = self._row_targets(), X.shape[1:]
        output_shape = Serial(self._make_layers(1, shape)).plan(shape).output_shape
        if len(output_shape) == 1:
            return rows
        return StepTargets(
            rows,
            len(output_shape) - 1,
            "layers that keep all axes",
            "a last layer such as Flatten() or GlobalAveragePool()",
        )

    def _make_layers(self, n_outputs, input_shape):
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
class NeuralNetworkClassifier(Layered, BaseNetworkClassifier):
    """Network of your own layers that predicts classes or labels.

    X holds tables, series (n_samples, time, channels) or images (n_samples, height,
    width, channels), or a list of arrays that differ in size. An output layer of
    :class:`skdeep.nn.Dense` is added to the layers. Where these keep the axes of a
    sample, as convolutions do, y has a class, or labels, for each step or pixel, and so
    have predictions; a layer such as Flatten or GlobalAveragePool leaves one for each
    sample.

    Parameters
    ----------
    {architecture}
    {training}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    input_shape_ : tuple of int
        Shape of one sample, the channels last; None along axes of differing size.
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


@documented
@dataclass(eq=False, repr=False)
class NeuralNetworkRegressor(Layered, BaseNetworkRegressor):
    """Network of your own layers that predicts numbers.

    X holds tables, series (n_samples, time, channels) or images (n_samples, height,
    width, channels), or a list of arrays that differ in size. An output layer of
    :class:`skdeep.nn.Dense` is added to the layers. Where these keep the axes of a
    sample, as convolutions do, y has a number, or several, for each step or pixel, and
    so have predictions; a layer such as Flatten or GlobalAveragePool leaves one for
    each sample.

    Parameters
    ----------
    {architecture}
    {training}

    Attributes
    ----------
    input_shape_ : tuple of int
        Shape of one sample, the channels last; None along axes of differing size.
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
