"""Convolutional networks that the speed section trains."""

from functools import partial
from math import prod

from benchmarks.libraries import plain_estimator
from benchmarks.workload import Workload


def cnn_module(settings, channels_last, workload):
    """Return the same network as a ``torch.nn.Sequential``."""
    from torch import channels_last as layout
    from torch import nn

    *sizes, channels = workload.input_shape
    rank = len(sizes)
    conv = (nn.Conv1d, nn.Conv2d)[rank - 1]
    norm = (nn.BatchNorm1d, nn.BatchNorm2d)[rank - 1]
    pool = (nn.MaxPool1d, nn.MaxPool2d)[rank - 1]
    mean = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d)[rank - 1]
    normalizes, pools = settings.get("normalization") == "batch", settings["pool"]
    layers = []
    kernels = settings["kernel_size"]
    for filters, kernel in zip(settings["filters"], kernels, strict=True):
        layers.append(
            conv(channels, filters, kernel, padding="same", bias=not normalizes)
        )
        layers += [norm(filters)] if normalizes else []
        layers += [nn.ReLU()]
        layers += [pool(2)] if pools else []
        sizes = [size // 2 for size in sizes] if pools else sizes
        channels = filters
    layers += [mean(1)] if settings.get("global_pool") else []
    layers.append(nn.Flatten())
    width = channels if settings.get("global_pool") else channels * prod(sizes)
    for units in settings.get("hidden_layer_sizes", ()):
        layers += [nn.Linear(width, units), nn.ReLU()]
        width = units
    network = nn.Sequential(*layers, nn.Linear(width, workload.n_classes))
    if not channels_last:
        return network

    class ChannelsLast(nn.Module):
        """Takes images as they come, (n_samples, height, width, channels)."""

        def __init__(self):
            super().__init__()
            self.network = network.to(memory_format=layout)

        def forward(self, x):
            return self.network(x.permute(0, 3, 1, 2))

    return ChannelsLast()


def cnn(name, *, input_shape, n_classes, settings, **fields):
    """Return the workload of a convolutional network.

    Parameters
    ----------
    name : str
        Name of the workload.
    input_shape : tuple of int
        Shape of one sample, channels last.
    n_classes : int
        Size of the output layer.
    settings : dict
        Hyperparameters of ``CNNClassifier``; ``kernel_size`` with one entry a block.
    **fields
        The remaining fields of :class:`.workload.Workload`.

    Returns
    -------
    Workload
    """
    *sizes, channels = input_shape
    multiply_adds = []
    for filters, kernel in zip(
        settings["filters"], settings["kernel_size"], strict=True
    ):
        taps = kernel ** len(sizes)
        multiply_adds.append(prod(sizes) * taps * channels * filters)
        channels = filters
        sizes = [size // 2 for size in sizes] if settings["pool"] else sizes
    width = channels if settings.get("global_pool") else channels * prod(sizes)
    for units in (*settings.get("hidden_layer_sizes", ()), n_classes):
        multiply_adds.append(width * units)
        width = units
    builders = {
        "skdeep": partial(plain_estimator, "skdeep", "CNNClassifier", settings),
        "torch": partial(cnn_module, settings, False),
    }
    if len(input_shape) == 3:
        builders["torch channels last"] = partial(cnn_module, settings, True)
    return Workload(
        name=name,
        input_shape=input_shape,
        n_classes=n_classes,
        multiply_adds=tuple(multiply_adds),
        builders=builders,
        **fields,
    )


CONVOLUTIONS = [
    cnn(
        "cnn-8x8",
        n_samples=1792,
        input_shape=(8, 8, 1),
        n_classes=10,
        settings={"filters": (16, 32), "kernel_size": [3, 3], "pool": "max"},
        batch_size=32,
        epochs=12,
        bars={"torch": 0.5, "skorch": 0.9},
    ),
    cnn(
        "cnn-28x28",
        n_samples=1280,
        input_shape=(28, 28, 1),
        n_classes=10,
        settings={
            "filters": (32, 64),
            "kernel_size": [3, 3],
            "pool": "max",
            "hidden_layer_sizes": (128,),
        },
        batch_size=64,
        epochs=2,
        bars={"torch": 0.95, "skorch": 0.9},
    ),
    cnn(
        "cnn-32x32",
        n_samples=320,
        input_shape=(32, 32, 3),
        n_classes=10,
        settings={
            "filters": (32, 32, 32),
            "kernel_size": [3, 3, 3],
            "pool": None,
            "global_pool": "avg",
        },
        batch_size=32,
        epochs=2,
        bars={"torch": 1.1, "skorch": 0.9},
    ),
    cnn(
        "conv1d",
        n_samples=320,
        input_shape=(150, 1),
        n_classes=10,
        settings={
            "filters": (64, 64, 64),
            "kernel_size": [8, 5, 3],
            "pool": None,
            "normalization": "batch",
            "global_pool": "avg",
        },
        batch_size=16,
        epochs=6,
        bars={"torch": 0.95, "skorch": 0.9},
    ),
]
