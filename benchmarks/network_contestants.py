"""RNN and CNN estimators at their defaults, with other values, and in PyTorch."""

from typing import NamedTuple

import numpy as np

import skdeep
from benchmarks.cache import version_of
from benchmarks.twins import Twin
from skdeep.nn import Conv, Dense, VarianceScaling
from skdeep.nn.layers.recurrent import Recurrent

EPOCHS = 12
SEEDS, VARIANT_SEEDS = (0, 1, 2), (0, 1)
ARCHITECTURES = ("RNN", "CNN")
DEFAULT, TORCH = "default", "PyTorch"
STOPPING = "early stopping"
TO_THE_END = {"early_stopping": True, "max_iter": 200, "n_iter_no_change": 10}


class Contestant(NamedTuple):
    """An estimator at its defaults but for a few.

    Parameters
    ----------
    name : str
        For the tables.
    network : {"RNN", "CNN"}
    settings, starts : dict
        Hyperparameters; starting weights that are none, by kind: "inputs", "recurrent",
        "outputs", "output_biases".
    in_torch : bool
        Whether it is the same network in PyTorch.
    """

    name: str
    network: str
    settings: dict
    starts: dict
    in_torch: bool = False

    @property
    def is_watched(self):
        """Whether the loss is measured after each epoch."""
        return self.name in (DEFAULT, TORCH) or bool(self.starts)

    @property
    def base(self):
        """Name of the contestant to compare with."""
        return STOPPING if self.name.startswith(STOPPING) else DEFAULT

    @property
    def seeds(self):
        """Seeds to measure."""
        return SEEDS if self.name in (DEFAULT, TORCH) else VARIANT_SEEDS

    def key(self):
        """Return what decides its results."""
        return {
            "study": "defaults",
            "network": self.network,
            "settings": repr(self.settings),
            "starts": repr(self.starts),
            "library": "torch" if self.in_torch else "skdeep",
            "versions": [version_of(name) for name in ("skdeep", "numpy", "torch")],
            "epochs": EPOCHS,
            "is_watched": self.is_watched,
        }


# Changes of hyperparameters; those that change nothing are left out.
SETTINGS = [
    {"learning_rate_init": 0.003},
    {"learning_rate_init": 0.01},
    {"learning_rate": "one_cycle", "learning_rate_init": 0.003},
    {"batch_size": "auto"},
    {"batch_size": 16},
    {"batch_size": 32},
    {"max_grad_norm": None},
    {"max_grad_norm": 1.0},
    {"initializer": "he_uniform"},
    {"initializer": "glorot_uniform"},
]
OWN_SETTINGS = {
    "RNN": [
        {"initializer": "lecun_uniform"},
        {"pooling": "mean"},
        {"pooling": "max"},
        {"pooling": "attention"},
        {"normalization": "layer"},
    ],
    "CNN": [
        {"normalization": "batch"},
        {"global_pool": "avg"},
        {"hidden_layer_sizes": (64,)},
    ],
}
SETTINGS_TO_THE_END = [
    {},
    {"learning_rate_init": 0.003},
    {"batch_size": "auto"},
]
GLOROT = VarianceScaling()
# Uniform within 1 / sqrt(fan), of all units in recurrent layers, else of inputs.
TORCH_BY_UNITS, TORCH_BY_INPUTS = (VarianceScaling(1 / 3, fan) for fan in ("out", "in"))
OUTPUTS = {
    "outputs: zero": {"outputs": "zeros", "output_biases": "zeros"},
    "outputs: Glorot, as MLP": {"outputs": GLOROT, "output_biases": GLOROT},
    "outputs: PyTorch's": {
        "outputs": TORCH_BY_INPUTS,
        "output_biases": TORCH_BY_INPUTS,
    },
}
STARTS = {
    "RNN": {
        **{name: OUTPUTS[name] for name in ("outputs: zero", "outputs: PyTorch's")},
        "inputs: LeCun": {"inputs": "lecun_uniform"},
        "inputs: PyTorch's": {"inputs": TORCH_BY_UNITS},
        "recurrent weights: PyTorch's": {"recurrent": TORCH_BY_INPUTS},
    },
    "CNN": {
        **{name: OUTPUTS[name] for name in list(OUTPUTS)[1:]},
        "inputs: LeCun": {"inputs": "lecun_normal"},
        "inputs: PyTorch's": {"inputs": TORCH_BY_INPUTS},
    },
}


def contestants():
    """Return all contestants, bases before those that are compared with them."""
    made = []
    for network in ARCHITECTURES:
        defaults = estimator_class(network, True)().get_params()
        made.append(Contestant(DEFAULT, network, {}, {}))
        made.append(Contestant(TORCH, network, {}, {}, in_torch=True))
        for settings in [*SETTINGS, *OWN_SETTINGS[network]]:
            if any(defaults[name] != value for name, value in settings.items()):
                made.append(Contestant(words_of(settings), network, settings, {}))
        for name, starts in STARTS[network].items():
            made.append(Contestant(name, network, {}, starts))
        for settings in SETTINGS_TO_THE_END:
            if all(defaults[name] != value for name, value in settings.items()):
                name = ", ".join(filter(None, [STOPPING, words_of(settings)]))
                settings = TO_THE_END | settings
                made.append(Contestant(name, network, settings, {}))
    return made


def words_of(settings):
    """Return hyperparameters as they are written in a call."""
    return ", ".join(f"{name}={value!r}" for name, value in settings.items())


def estimator_class(network, is_classification):
    """Return the class of an estimator."""
    task = "Classifier" if is_classification else "Regressor"
    return getattr(skdeep, network + task)


def build(contestant, problem, seed):
    """Return the estimator, or its twin in PyTorch."""
    kind = estimator_class(contestant.network, problem.is_classification)
    if contestant.starts:
        kind = with_starts(kind, contestant.starts)
    common = {
        "alpha": 0.0,
        "dtype": "float32",
        "max_iter": EPOCHS,
        "n_iter_no_change": np.inf,
        "random_state": seed,
    }
    estimator = kind(**common | (problem.settings or {}) | contestant.settings)
    if contestant.in_torch:
        return Twin(estimator, problem.is_classification)
    return estimator


def with_starts(kind, starts):
    """Return a class of estimators whose layers start otherwise."""

    class Started(kind):
        def _make_layers(self, n_outputs, input_shape):
            *layers, last = super()._make_layers(n_outputs, input_shape)
            for layer in layers:
                if isinstance(layer, Conv | Recurrent) and "inputs" in starts:
                    layer.initializer = starts["inputs"]
                if isinstance(layer, Recurrent) and "recurrent" in starts:
                    layer.recurrent_initializer = starts["recurrent"]
            if "outputs" in starts:
                last = Dense(n_outputs, starts["outputs"], starts["output_biases"])
            return [*layers, last]

    return Started
