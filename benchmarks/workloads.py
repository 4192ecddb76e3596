"""What the speed section trains: data shapes, layers and the bars to meet."""

from functools import partial
from itertools import pairwise

from benchmarks.convolutions import CONVOLUTIONS
from benchmarks.libraries import plain_estimator
from benchmarks.recurrences import RECURRENCES
from benchmarks.workload import Workload


def mlp_module(hidden, workload):
    """Return the same multilayer perceptron as a ``torch.nn.Sequential``."""
    from torch import nn

    sizes = [*workload.input_shape, *hidden, workload.n_classes]
    layers = []
    for n_inputs, n_outputs in pairwise(sizes):
        layers += [nn.Linear(n_inputs, n_outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def mlp(name, *, n_features, n_classes, hidden, **fields):
    """Return the workload of a multilayer perceptron with ReLU units.

    Parameters
    ----------
    name : str
        Name of the workload.
    n_features, n_classes : int
        Size of the input and output layers.
    hidden : tuple of int
        Sizes of the hidden layers.
    **fields
        The remaining fields of :class:`Workload`.

    Returns
    -------
    Workload
    """
    sizes = (n_features, *hidden, n_classes)
    settings = {"hidden_layer_sizes": hidden}
    return Workload(
        name=name,
        input_shape=(n_features,),
        n_classes=n_classes,
        multiply_adds=tuple(a * b for a, b in pairwise(sizes)),
        builders={
            **{
                library: partial(plain_estimator, library, "MLPClassifier", settings)
                for library in ("skdeep", "scikit-learn")
            },
            "torch": partial(mlp_module, hidden),
        },
        **fields,
    )


DENSE = [
    mlp(
        "mlp-small",
        n_samples=2000,
        n_features=20,
        n_classes=3,
        hidden=(100,),
        batch_size=200,
        epochs=100,
        bars={"scikit-learn": 0.30, "torch": 0.30},
    ),
    mlp(
        "mlp-medium",
        n_samples=5120,
        n_features=50,
        n_classes=5,
        hidden=(256, 256),
        batch_size=128,
        epochs=12,
        bars={"scikit-learn": 0.50, "torch": 0.75},
    ),
    mlp(
        "mlp-wide",
        n_samples=5120,
        n_features=50,
        n_classes=5,
        hidden=(1024, 1024),
        batch_size=256,
        epochs=3,
        bars={"scikit-learn": 0.55, "torch": 0.85},
    ),
]

ALL_WORKLOADS = [*DENSE, *CONVOLUTIONS, *RECURRENCES]
KINDS = {
    kind: [workload.name for workload in workloads]
    for kind, workloads in (
        ("dense", DENSE),
        ("convolutional", CONVOLUTIONS),
        ("recurrent", RECURRENCES),
    )
}
WORKLOADS = {workload.name: workload for workload in ALL_WORKLOADS}
