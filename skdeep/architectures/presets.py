"""Published architectures as values of ordinary hyperparameters."""

from typing import Any

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
        "kernel_size": (8, 5, 3),
        "pool": None,
        "normalization": "batch",
        "global_pool": "avg",
    },
    # Wang, Yan and Oates 2017, section II-C; widths of Ismail Fawaz et al. 2019.
    "resnet": {
        "filters": (64, 128, 128),
        "kernel_size": ((8, 5, 3),) * 3,
        "convs_per_block": 3,
        "block": "residual",
        "pool": None,
        "normalization": "batch",
        "global_pool": "avg",
    },
    # Ismail Fawaz et al. 2020: two residual blocks of three modules.
    "inception_time": {
        "filters": (32, 32),
        "kernel_size": ((40, 20, 10),) * 2,
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
