"""Hyperparameters of dense layers, and of layers in general."""

PARAMETERS: dict[str, str] = {
    "hidden_layer_sizes": """int or array-like of int
        Units of each hidden layer. ``()`` has none: linear or logistic regression.
        """,
    "activation": """str or Layer
        Function of the hidden units: 'identity', 'logistic', 'tanh', 'relu',
        'leaky_relu', 'prelu' (learned slope), 'elu', 'selu', 'gelu', 'silu', 'mish',
        'softplus', or an instance such as ``LeakyReLU(0.1)``.
        """,
    "layers": """Layer, sequence of Layer or None
        The layers before the output layer, which is added to suit y; ``()`` is none.
        None is ``[Dense(100), ReLU()]``. A ``Serial`` makes them reachable in a search
        (``layers__0__units``).
        """,
    "dropout": """float
        Share of hidden units silenced at random at every training step.
        """,
    "normalization": """{'batch', 'layer'} or None
        What brings the weighted sums of each hidden layer to mean 0 and variance 1.
        """,
    "skip_connections": """bool
        Whether each hidden layer is added to its own input, through a projection
        where their widths differ, which lets gradients through deep networks.
        """,
    "initializer": """str or Initializer
        Starting weights: 'auto', 'glorot_uniform', 'glorot_normal', 'he_uniform',
        'he_normal', 'lecun_uniform', 'lecun_normal', 'orthogonal', 'normal',
        'uniform', 'zeros', or an instance, all with biases at zero. 'auto' is
        scikit-learn's way, biases drawn like weights (for selu 'lecun_normal').
        """,
    "initializer:regressor": """str or Initializer
        Starting weights: 'auto', 'glorot_uniform', 'glorot_normal', 'he_uniform',
        'he_normal', 'lecun_uniform', 'lecun_normal', 'orthogonal', 'normal',
        'uniform', 'zeros', or an instance, all with biases at zero. 'auto' is
        scikit-learn's way, biases drawn like weights (for selu 'lecun_normal'), but
        for those of the outputs: they start at the best constant prediction, so that
        no epochs go into finding the level of y.
        """,
}
