"""Published architectures as values of ordinary hyperparameters."""

from typing import Any

from skdeep.architectures.dense_prediction import DENSE_PRESETS

PRESETS: dict[str, dict[str, Any]] = {
    # LeCun et al. 1998, LeNet-5.
    "lenet": {
        "filters": (6, 16),
        "kernel_size": 5,
        "pool": "avg",
        "activation": "tanh",
        "hidden_layer_sizes": (120, 84),
    },
    # Wang, Yan and Oates 2017, section II-B.
    "fcn": {
        "filters": (128, 256, 128),
        "kernel_size": [8, 5, 3],
        "pool": None,
        "normalization": "batch",
        "global_pool": "avg",
    },
    # Wang, Yan and Oates 2017, section II-C; widths of Ismail Fawaz et al. 2019.
    "resnet": {
        "filters": (64, 128, 128),
        "kernel_size": [[8, 5, 3]] * 3,
        "convs_per_block": 3,
        "block": "residual",
        "pool": None,
        "normalization": "batch",
        "global_pool": "avg",
    },
    # Ismail Fawaz et al. 2020: two residual blocks of three modules.
    "inception_time": {
        "filters": (32, 32),
        "kernel_size": [[40, 20, 10]] * 2,
        "convs_per_block": 3,
        "block": "inception",
        "pool": None,
        "normalization": "batch",
        "global_pool": "avg",
    },
}
# How the three for series are trained: small batches, and to the end.
for _name in ("fcn", "resnet", "inception_time"):
    PRESETS[_name] |= {
        "batch_size": 16,
        "learning_rate": "cosine",
        "n_iter_no_change": float("inf"),
    }
# Those of dense prediction are trained on few samples, each of which has many targets.
for _name, _layers in DENSE_PRESETS.items():
    PRESETS[_name] = {
        "dense_prediction": True,
        **_layers,
        "batch_size": 8,
        "learning_rate": "cosine",
        "learning_rate_init": 0.005,
        "max_iter": 40,
        "n_iter_no_change": float("inf"),
    }
    if _name != "tcn":
        # Many steps at high rates: with few, classes are found late or not at all.
        PRESETS[_name] |= {
            "batch_size": 4,
            "learning_rate": "one_cycle",
            "learning_rate_init": 0.015,
        }
# Of classifiers alone: overlap counts a rare class as much as a frequent one.
CLASSIFIER_PRESETS: dict[str, dict[str, Any]] = {
    name: {"loss": "dice"} for name in DENSE_PRESETS if name != "tcn"
}
