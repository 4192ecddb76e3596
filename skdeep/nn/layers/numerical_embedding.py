"""Embeddings of numbers: several features in the place of one number."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from skdeep.nn.initializers import Normal, Uniform
from skdeep.nn.layers.base import Layer, check_count, check_count_or_none
from skdeep.nn.parameters import Parameter, Plan


class NumericalEmbedding(Layer):
    """Base of layers that add features made of the leading columns of a table."""

    def _check(self, input_shape, n_columns):
        if len(input_shape) != 1 or n_columns > input_shape[0]:
            raise ValueError(
                f"{type(self).__name__} of {n_columns} columns cannot take samples of "
                f"shape {input_shape}: give it samples with one axis, the features, "
                "those to embed first."
            )

    @abstractmethod
    def forward(self, x, workspace):
        """Return the embedded features, then the columns that are passed on."""


@dataclass(repr=False)
class PeriodicEmbedding(NumericalEmbedding):
    """Linear maps of cosines of each number, and the number itself (PBLD) [1]_.

    For each of the leading columns, ``y = A cos(2 pi f x + b) + c``, with frequencies
    f, phases b, amplitudes A and biases c of the column's own [2]_. The output is y of
    one column after the other, then all columns of the input as they are.

    Parameters
    ----------
    n_columns : int or None, default=None
        How many leading columns are embedded; None is all.
    dim : int, default=3
        Number of features made of each column.
    n_frequencies : int, default=16
        Number of cosines of each column.
    scale : float, default=0.1
        Standard deviation of the frequencies at the start. The larger, the faster
        the output may change with the number.
    rate : float, default=0.1
        Learning rate, as a multiple of the optimizer's.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024,
       arXiv:2407.04491, section 3.
    .. [2] Y. Gorishniy, I. Rubachev and A. Babenko, "On embeddings for numerical
       features in tabular deep learning", NeurIPS 2022, arXiv:2203.05556.

    Examples
    --------
    >>> layer = PeriodicEmbedding(n_columns=5)
    >>> layer.plan((7,)).output_shape  # 3 for each of 5 columns, and the 7 columns
    (22,)
    """

    n_columns: int | None = None
    dim: int = 3
    n_frequencies: int = 16
    scale: float = 0.1
    rate: float = 0.1

    def plan(self, input_shape):
        check_count_or_none(self, "n_columns")
        check_count(self, "dim")
        check_count(self, "n_frequencies")
        n = input_shape[0] if self.n_columns is None else self.n_columns
        self._check(input_shape, n)
        inner = Uniform(1 / sqrt(self.n_frequencies))
        start = {
            "frequency": ((n, self.n_frequencies), Normal(self.scale)),
            "phase": ((n, self.n_frequencies), Uniform(pi)),
            "amplitude": ((n, self.dim, self.n_frequencies), inner),
            "bias": ((n, self.dim), inner),
        }
        parameters = tuple(
            Parameter(name, shape, initializer, penalised=False, rate=self.rate)
            for name, (shape, initializer) in start.items()
        )
        return Plan(
            input_shape,
            (n * self.dim + input_shape[0],),
            parameters,
            multiply_adds=n * self.n_frequencies * (1 + self.dim),
        )

    def forward(self, x, workspace):
        params, grads = workspace.params, workspace.grads
        amplitude = params["amplitude"]
        n, dim, width = amplitude.shape
        # A row for each column and frequency: long rows are what NumPy is fast at.
        columns = workspace.empty("columns", (n, 1, len(x)))
        np.copyto(columns[:, 0], x[:, :n].T)
        angle = workspace.empty("angle", (n, width, len(x)))
        np.multiply(columns, (2 * pi * params["frequency"])[..., np.newaxis], out=angle)
        angle += params["phase"][..., np.newaxis]
        cosine = np.cos(angle, out=workspace.empty("cosine", angle.shape))
        made = workspace.scratch.empty("made", (n, dim, len(x)))
        np.matmul(amplitude, cosine, out=made)
        made += params["bias"][..., np.newaxis]
        y = workspace.empty("y", (len(x), n * dim + x.shape[1]))
        np.copyto(y[:, : n * dim], made.reshape(n * dim, len(x)).T)
        np.copyto(y[:, n * dim :], x)

        def backward(dy):
            dmade = workspace.scratch.empty("made", (n, dim, len(x)))
            np.copyto(dmade.reshape(n * dim, len(x)), dy[:, : n * dim].T)
            np.matmul(dmade, cosine.transpose(0, 2, 1), out=grads["amplitude"])
            np.add.reduce(dmade, axis=2, out=grads["bias"])
            dangle = workspace.scratch.empty("dangle", angle.shape)
            np.matmul(amplitude.transpose(0, 2, 1), dmade, out=dangle)
            dangle *= np.sin(angle, out=cosine)
            np.negative(dangle, out=dangle)
            np.add.reduce(dangle, axis=2, out=grads["phase"])
            slope = np.matmul(dangle, columns.transpose(0, 2, 1))
            np.multiply(slope[..., 0], 2 * pi, out=grads["frequency"])
            if not workspace.wants_dx:
                return dy
            dx = workspace.empty("dx", x.shape)
            np.copyto(dx, dy[:, n * dim :])
            row = np.matmul(2 * pi * params["frequency"][:, np.newaxis], dangle)
            dx[:, :n] += row[:, 0].T
            return dx

        return y, backward


@dataclass(repr=False)
class PiecewiseLinearEmbedding(NumericalEmbedding):
    """Position of each number among boundaries, bin by bin [1]_.

    Each of the leading columns becomes a feature for each of its bins,
    ``(x - lower) / (upper - lower)``, at least 0, but in the first bin, and at most 1,
    but in the last. A dense layer that follows learns a function of each column that
    is linear between boundaries. The output is the features of one column after the
    other, then the other columns of the input as they are. Nothing is learned.

    Parameters
    ----------
    boundaries : sequence of sequence of float
        For each embedded column, at least two numbers that increase: the edges of its
        bins, such as quantiles of the training set.

    References
    ----------
    .. [1] Y. Gorishniy, I. Rubachev and A. Babenko, "On embeddings for numerical
       features in tabular deep learning", NeurIPS 2022, arXiv:2203.05556, section 3.2.

    Examples
    --------
    >>> layer = PiecewiseLinearEmbedding([(0, 1, 3), (0, 5)])
    >>> layer.plan((4,)).output_shape  # 2 bins and 1 bin, and 2 other columns
    (5,)
    """

    boundaries: Sequence[Sequence[float]]
    keeps_output = True

    def plan(self, input_shape):
        self._check(input_shape, len(self.boundaries))
        for edges in self.boundaries:
            if len(edges) < 2 or not (np.diff(edges) > 0).all():
                raise ValueError(
                    f"PiecewiseLinearEmbedding got the boundaries {list(edges)}; give "
                    "at least two numbers for each column, each larger than the last."
                )
        n_bins = sum(len(edges) - 1 for edges in self.boundaries)
        return Plan(input_shape, (n_bins + input_shape[0] - len(self.boundaries),))

    def forward(self, x, workspace):
        n = len(self.boundaries)
        column, lower, scale, least, most = workspace.kept(
            "bins", workspace.dtype, lambda: self._bins(workspace.dtype)
        )
        n_bins = len(column)
        y = workspace.empty("y", (len(x), n_bins + x.shape[1] - n))
        position = workspace.scratch.empty("position", (len(x), n_bins))
        x.take(column, axis=1, out=position, mode="clip")
        position -= lower
        position *= scale
        np.clip(position, least, most, out=y[:, :n_bins])
        np.copyto(y[:, n_bins:], x[:, n:])

        def backward(dy):
            if not workspace.wants_dx:
                return dy
            dx = workspace.empty("dx", x.shape)
            np.copyto(dx[:, n:], dy[:, n_bins:])
            inside = (y[:, :n_bins] > least) & (y[:, :n_bins] < most)
            slope = dy[:, :n_bins] * (scale * inside)
            starts = np.flatnonzero(np.diff(column, prepend=-1))
            np.add.reduceat(slope, starts, axis=1, out=dx[:, :n])
            return dx

        return y, backward

    def _bins(self, dtype):
        """Return column, lower edge, 1 / width and limits of the position of each bin.

        The first bin of a column has no lower limit, the last no upper one.
        """
        counts = np.array([len(edges) - 1 for edges in self.boundaries], dtype=np.intp)
        column, ends = np.repeat(np.arange(len(counts)), counts), np.cumsum(counts)
        none = np.empty(0)
        lower = np.concatenate([none, *(edges[:-1] for edges in self.boundaries)])
        widths = np.concatenate([none, *map(np.diff, self.boundaries)])
        least, most = np.zeros(len(column)), np.ones(len(column))
        least[ends - counts], most[ends - 1] = -np.inf, np.inf
        return column, *(a.astype(dtype) for a in (lower, 1 / widths, least, most))
