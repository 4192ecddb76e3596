"""The layers of a network for tables of numbers and categories."""

from collections.abc import Sequence

import numpy as np

from skdeep.architectures.perceptron import make_activation
from skdeep.nn import (
    ColumnEmbedding,
    Dense,
    Dropout,
    Layer,
    MemberDense,
    Members,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
)

# Learning rate of biases, as a multiple of that of gains and outputs.
BIAS_RATE = 0.1
NUMERICAL_EMBEDDINGS = ("periodic", "piecewise_linear")


def tabular(
    n_outputs: int,
    *,
    hidden_layer_sizes: Sequence[int] = (256, 256, 256),
    activation: str | Layer = "selu",
    n_members: int = 1,
    dropout: float = 0.0,
    numerical_embedding: str | None = None,
    n_numbers: int = 0,
    boundaries: Sequence[Sequence[float]] = (),
    cardinalities: Sequence[int] = (),
    embedding_dim: int | Sequence[int] = 8,
) -> list[Layer]:
    """Return embeddings, members, hidden layers at rates of their own, and outputs.

    The input has the columns of numbers first, then others, such as those of one-hot
    encoded categories, and at last the codes of embedded categories. Numbers are
    expected to be about 1 in size.

    Parameters
    ----------
    n_outputs : int
        Units of the output layer.
    hidden_layer_sizes : sequence of int, default=(256, 256, 256)
        Units of each hidden layer.
    activation : str or Layer, default="selu"
        The activation.
    n_members : int, default=1
        Members, which share all weights but those of gains of the features and of
        outputs. With more than one, the output has shape (n_members, n_outputs): train
        with :class:`skdeep.nn.MemberLoss`.
    dropout : float, default=0.0
        Share of units silenced after each hidden layer.
    numerical_embedding : {"periodic", "piecewise_linear"} or None, default=None
        What numbers become before the first dense layer.
    n_numbers : int, default=0
        How many columns "periodic" embeds.
    boundaries : sequence of sequence of float, default=()
        Edges of bins for each column that "piecewise_linear" embeds.
    cardinalities : sequence of int, default=()
        Number of codes of each embedded category, as in
        :class:`skdeep.nn.ColumnEmbedding`.
    embedding_dim : int or sequence of int, default=8
        Length of the vectors of embedded categories.

    Returns
    -------
    list of Layer
        The layers.

    Notes
    -----
    Without members this is RealMLP [1]_ with its learning rates: dense layers in NTK
    parametrisation, biases a tenth of the rate, outputs that start at zero. It is meant
    for :class:`skdeep.nn.Adam` with ``beta_2=0.95`` and a rate of .04 (classes) or .07
    (numbers). Members are those of TabM-mini [2]_.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024,
       arXiv:2407.04491.
    .. [2] Y. Gorishniy, A. Kotelnikov and A. Babenko, "TabM: advancing tabular deep
       learning with parameter-efficient ensembling", ICLR 2025, arXiv:2410.24210.

    Examples
    --------
    >>> tabular(3, hidden_layer_sizes=[64], n_members=8)
    ... # doctest: +NORMALIZE_WHITESPACE
    [Members(n_members=8), Dense(units=64, ...), SELU(), MemberDense(units=3, ...)]
    """
    layers = embeddings(
        numerical_embedding, n_numbers, boundaries, cardinalities, embedding_dim
    )
    if n_members > 1:
        layers.append(Members(n_members))
    for units in hidden_layer_sizes:
        start = "lecun_normal", "standard_normal"
        layers.append(Dense(units, *start, rate="ntk", bias_rate=BIAS_RATE))
        layers.append(make_activation(activation))
        if dropout:
            layers.append(Dropout(dropout))
    dense = MemberDense if n_members > 1 else Dense
    return [*layers, dense(n_outputs, "zeros", rate="ntk", bias_rate=BIAS_RATE)]


def embeddings(
    numerical_embedding: str | None = None,
    n_numbers: int = 0,
    boundaries: Sequence[Sequence[float]] = (),
    cardinalities: Sequence[int] = (),
    embedding_dim: int | Sequence[int] = 8,
) -> list[Layer]:
    """Return the embeddings that :func:`tabular` begins with.

    Parameters
    ----------
    numerical_embedding, n_numbers, boundaries, cardinalities, embedding_dim
        As there.

    Returns
    -------
    list of Layer
        The layers.
    """
    layers: list[Layer] = []
    if len(cardinalities):
        # At unit scale, as one-hot columns are.
        layers.append(ColumnEmbedding(cardinalities, embedding_dim, "standard_normal"))
    if numerical_embedding == "periodic" and n_numbers:
        layers.append(PeriodicEmbedding(n_numbers))
    elif numerical_embedding == "piecewise_linear" and len(boundaries):
        layers.append(PiecewiseLinearEmbedding(boundaries))
    elif numerical_embedding not in (None, *NUMERICAL_EMBEDDINGS):
        raise ValueError(
            f"numerical_embedding={numerical_embedding!r} is not known: give None or "
            f"one of {list(NUMERICAL_EMBEDDINGS)}."
        )
    return layers


def quantile_boundaries(x: np.ndarray, n_bins: int = 16) -> list[tuple[float, ...]]:
    """Return edges of bins that hold about as many samples each.

    Parameters
    ----------
    x : ndarray of shape (n_samples, n_columns)
        Numbers of the training set, as the network will see them, without gaps.
    n_bins : int, default=16
        Largest number of bins of a column. Where many samples share a number, its bins
        are fewer.

    Returns
    -------
    list of tuple of float
        For :class:`skdeep.nn.PiecewiseLinearEmbedding`. A constant column has one bin
        around its number.

    Examples
    --------
    >>> import numpy as np
    >>> quantile_boundaries(np.array([[0.0, 7.0], [1.0, 7.0], [4.0, 7.0]]), n_bins=2)
    [(0.0, 1.0, 4.0), (6.5, 7.5)]
    """
    shares = np.linspace(0, 1, n_bins + 1)
    # In float32, the coarsest type a network may have, edges must differ too.
    quantiles = np.quantile(x, shares, axis=0).astype(np.float32)
    columns = [np.unique(column).tolist() for column in quantiles.T]
    return [
        tuple(edges) if len(edges) > 1 else (edges[0] - 0.5, edges[0] + 0.5)
        for edges in columns
    ]


def epochs_for(n_samples: int) -> int:
    """Return a number of epochs for a table.

    The more rows there are, the more steps an epoch has, and the less is gained by
    seeing each row once more.

    Parameters
    ----------
    n_samples : int
        Number of training samples.

    Returns
    -------
    int
        64 up to 50,000 samples; beyond, as many as show 3.2 million samples, but no
        fewer than 32.
    """
    return min(64, max(32, round(3_200_000 / n_samples)))


def batch_size_for(n_samples: int) -> int:
    """Return a size of mini-batches for a table.

    Few rows take small mini-batches, as otherwise there would be few steps in as many
    epochs.

    Parameters
    ----------
    n_samples : int
        Number of training samples.

    Returns
    -------
    int
        64 up to 1,200 samples, 128 up to 2,400, 256 beyond; never more than there are.
    """
    size = 64 if n_samples <= 1200 else 128 if n_samples <= 2400 else 256
    return min(size, n_samples)
