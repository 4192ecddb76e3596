"""Attention of a decoder's steps to the steps of an encoder."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from skdeep.nn.initializers import Constant, resolve_initializer
from skdeep.nn.layers.base import Layer, Workspace, check_count_or_none, flatten_samples
from skdeep.nn.parameters import Parameter, Plan
from skdeep.nn.ragged import clear_padding, valid_steps

ScoresBackward = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


class Prepared(NamedTuple):
    """What attention needs of an encoder's outputs, computed once for all queries.

    Attributes
    ----------
    values : ndarray of shape (n_samples, n_steps, n_values)
        Outputs of the encoder, contiguous, with zeros for padding.
    keys : ndarray of shape (n_samples, n_steps, n_keys)
        What queries are compared with.
    padding : ndarray of bool of shape (n_samples, 1, n_steps) or None
        Steps that are not there; None if all are.
    """

    values: np.ndarray
    keys: np.ndarray
    padding: np.ndarray | None


class Attention(Layer):
    """Base of attention: for each query a weighted mean of values.

    The input is a pair, queries of shape (n_queries, n_channels) and values of shape
    (n_steps, n_values). With scores ``e_jt`` of query j and step t, which the subclass
    defines, and ``a_j = softmax(e_j)`` over the steps that are there, the output is
    ``y_j = sum_t a_jt v_t``.
    """

    def plan(self, input_shape):
        (n_queries, n_channels), (n_steps, n_values) = input_shape
        parameters, cost = self._plan(n_queries, n_channels, n_steps, n_values)
        cost += n_queries * n_steps * n_values
        return Plan(
            input_shape, (n_queries, n_values), tuple(parameters), multiply_adds=cost
        )

    @abstractmethod
    def _plan(
        self, n_queries: int, n_channels: int, n_steps: int, n_values: int
    ) -> tuple[list[Parameter], int]:
        """Return the parameters, and multiply-adds of keys and scores."""

    @abstractmethod
    def _keys(self, values: np.ndarray, workspace: Workspace) -> np.ndarray:
        """Return what queries are compared with, computed from all values."""

    @abstractmethod
    def _scores(
        self, queries: np.ndarray, keys: np.ndarray, workspace: Workspace
    ) -> tuple[np.ndarray, ScoresBackward]:
        """Return scores (n_samples, n_queries, n_steps), and how gradients go back.

        The function takes the gradient of scores, writes those of parameters, and
        returns those of queries and keys.
        """

    @abstractmethod
    def _keys_backward(
        self,
        dkeys: np.ndarray,
        values: np.ndarray,
        dvalues: np.ndarray,
        workspace: Workspace,
    ) -> None:
        """Add what comes through the keys to the gradient of values."""

    def sizes_after(self, sizes):
        return sizes[0]

    def prepare(
        self, values: np.ndarray, sizes: np.ndarray | None, workspace: Workspace
    ) -> Prepared:
        """Compute keys once, for any number of queries.

        Parameters
        ----------
        values : ndarray of shape (n_samples, n_steps, n_values)
            Outputs of the encoder.
        sizes : ndarray of int of shape (n_samples, 1) or None
            Number of steps of each sample; None is all.
        workspace : Workspace
            Holds the arrays.

        Returns
        -------
        Prepared
            Valid until the workspace is used for other values.
        """
        own = workspace.empty("values", values.shape)
        np.copyto(own, values)
        padding = None
        if sizes is not None:
            clear_padding(own, sizes)
            padding = ~valid_steps(own.shape, sizes)[:, np.newaxis]
        return Prepared(own, self._keys(own, workspace), padding)

    def weights(
        self, queries: np.ndarray, prepared: Prepared, workspace: Workspace
    ) -> np.ndarray:
        """Return how much each query attends to each step.

        Parameters
        ----------
        queries : ndarray of shape (n_samples, n_queries, n_channels)
            Such as states of a decoder, of several steps or of several beams.
        prepared : Prepared
            From ``prepare``.
        workspace : Workspace
            Of this layer.

        Returns
        -------
        ndarray of shape (n_samples, n_queries, n_steps)
            Weights that add up to 1, 0 for padding; a buffer of the workspace.
        """
        return self._weights(queries, prepared, workspace)[0]

    def attend(
        self, queries: np.ndarray, prepared: Prepared, workspace: Workspace
    ) -> np.ndarray:
        """Return the mean of values for each query, with arguments as in ``weights``.

        Returns
        -------
        ndarray of shape (n_samples, n_queries, n_values)
            A buffer of the workspace.
        """
        attention = self.weights(queries, prepared, workspace)
        return self._means(attention, prepared.values, workspace)

    def forward(self, x, workspace):
        queries, values = x
        sizes = None if workspace.sizes is None else workspace.sizes[1]
        prepared = self.prepare(values, sizes, workspace)
        attention, scores_backward = self._weights(queries, prepared, workspace)
        y = self._means(attention, prepared.values, workspace)

        def backward(dy):
            values = prepared.values
            # Softmax: de_jt = a_jt (dy_j v_t - sum_u a_ju dy_j v_u)
            d = workspace.empty("d_scores", attention.shape)
            np.matmul(dy, values.transpose(0, 2, 1), out=d)
            d -= np.einsum("njt,njt->nj", d, attention)[..., np.newaxis]
            d *= attention
            dqueries, dkeys = scores_backward(d)
            dvalues = workspace.empty("dvalues", values.shape)
            np.matmul(attention.transpose(0, 2, 1), dy, out=dvalues)
            self._keys_backward(dkeys, values, dvalues, workspace)
            return dqueries, dvalues

        return y, backward

    def _weights(self, queries, prepared, workspace):
        own = workspace.empty("queries", queries.shape)
        np.copyto(own, queries)
        scores, backward = self._scores(own, prepared.keys, workspace)
        if prepared.padding is not None:
            np.copyto(scores, -np.inf, where=prepared.padding)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        return scores, backward

    def _means(self, attention, values, workspace):
        y = workspace.empty("y", (*attention.shape[:2], values.shape[2]))
        return np.matmul(attention, values, out=y)


@dataclass(repr=False)
class DotAttention(Attention):
    """Attention by the dot product of query and value [1]_: ``e_jt = q_j v_t``.

    Queries and values are vectors of one length.

    References
    ----------
    .. [1] M.-T. Luong, H. Pham and C. Manning, "Effective approaches to attention-based
       neural machine translation", EMNLP 2015, arXiv:1508.04025.

    Examples
    --------
    >>> DotAttention().plan(((10, 8), (25, 8))).output_shape
    (10, 8)
    """

    def _plan(self, n_queries, n_channels, n_steps, n_values):
        if n_channels != n_values:
            raise ValueError(
                f"DotAttention cannot multiply queries of {n_channels} numbers with "
                f"values of {n_values}: make them equally long (the decoder's units "
                "those of the encoder, twice as many where that is bidirectional), or "
                "use MultiplicativeAttention() or AdditiveAttention()."
            )
        return [], n_queries * n_steps * n_channels

    def _keys(self, values, workspace):
        return values

    def _scores(self, queries, keys, workspace):
        return _products(queries, keys, workspace)

    def _keys_backward(self, dkeys, values, dvalues, workspace):
        dvalues += dkeys


@dataclass(repr=False)
class MultiplicativeAttention(Attention):
    """Attention by a bilinear form [1]_: ``e_jt = q_j (v_t W)``, Luong's "general".

    Parameters
    ----------
    scaled : bool, default=False
        Whether scores are divided by the square root of the length of a query [2]_,
        which keeps a step of the optimizer from moving them far.

    Notes
    -----
    The parameter is ``key_weight`` W (n_values, n_channels).

    References
    ----------
    .. [1] M.-T. Luong, H. Pham and C. Manning, "Effective approaches to attention-based
       neural machine translation", EMNLP 2015, arXiv:1508.04025.
    .. [2] A. Vaswani et al., "Attention is all you need", NeurIPS 2017,
       arXiv:1706.03762.

    Examples
    --------
    >>> MultiplicativeAttention().plan(((10, 8), (25, 16))).output_shape
    (10, 16)
    """

    scaled: bool = False

    def _plan(self, n_queries, n_channels, n_steps, n_values):
        cost = n_steps * n_channels * (n_values + n_queries)
        return [_weight("key_weight", n_values, n_channels)], cost

    def _keys(self, values, workspace):
        return self._scale(_project(values, "key_weight", "keys", workspace))

    def _scores(self, queries, keys, workspace):
        return _products(queries, keys, workspace)

    def _keys_backward(self, dkeys, values, dvalues, workspace):
        dkeys = self._scale(dkeys)
        dvalues += _project_backward(dkeys, values, "key_weight", workspace)

    def _scale(self, keys: np.ndarray) -> np.ndarray:
        if self.scaled:
            keys *= keys.shape[-1] ** -0.5
        return keys


@dataclass(repr=False)
class AdditiveAttention(Attention):
    """Attention by a small network [1]_: ``e_jt = tanh(q_j U + v_t W + b) c``.

    Parameters
    ----------
    units : int or None, default=None
        Columns of U and W; None is the length of a query.

    Notes
    -----
    The parameters are ``query_weight`` U, ``key_weight`` W, ``bias`` b and ``context``
    c. Bahdanau et al. compute the scores from the decoder's state before a step and
    feed the mean into the step. Here they come from the state after it, as with Luong
    et al., so that all steps of a sequence are computed at once in training. That
    takes n_queries * n_steps * units numbers of memory per sample.

    References
    ----------
    .. [1] D. Bahdanau, K. Cho and Y. Bengio, "Neural machine translation by jointly
       learning to align and translate", ICLR 2015, arXiv:1409.0473.

    Examples
    --------
    >>> AdditiveAttention(4).plan(((10, 8), (25, 16))).output_shape
    (10, 16)
    """

    units: int | None = None

    def _plan(self, n_queries, n_channels, n_steps, n_values):
        check_count_or_none(self, "units")
        units: int = n_channels if self.units is None else self.units
        parameters = [
            _weight("query_weight", n_channels, units),
            _weight("key_weight", n_values, units),
            _weight("context", units, 1),
            Parameter("bias", (units,), Constant(0.0), penalised=False),
        ]
        cost = n_queries * n_channels + n_steps * n_values + n_queries * n_steps
        return parameters, cost * units

    def _keys(self, values, workspace):
        keys = _project(values, "key_weight", "keys", workspace)
        return np.add(keys, workspace.params["bias"], out=keys)

    def _scores(self, queries, keys, workspace):
        params, grads = workspace.params, workspace.grads
        projected = _project(queries, "query_weight", "projected", workspace)
        (n, n_queries, units), n_steps = projected.shape, keys.shape[1]
        hidden = workspace.empty("hidden", (n, n_queries, n_steps, units))
        np.add(projected[:, :, np.newaxis], keys[:, np.newaxis], out=hidden)
        np.tanh(hidden, out=hidden)
        rows = hidden.reshape(-1, units)
        scores = workspace.empty("scores", (n, n_queries, n_steps))
        np.matmul(rows, params["context"], out=scores.reshape(-1, 1))

        def backward(d):
            np.matmul(rows.T, d.reshape(-1, 1), out=grads["context"])
            np.square(hidden, out=hidden)
            np.subtract(1, hidden, out=hidden)
            np.multiply(hidden, params["context"][:, 0], out=hidden)
            np.multiply(hidden, d[..., np.newaxis], out=hidden)
            # The query's gradient is the sum over steps, the key's that over queries.
            dprojected, dkeys = hidden.sum(axis=2), hidden.sum(axis=1)
            np.sum(dkeys, axis=(0, 1), out=grads["bias"])
            dqueries = _project_backward(dprojected, queries, "query_weight", workspace)
            return dqueries, dkeys

        return scores, backward

    def _keys_backward(self, dkeys, values, dvalues, workspace):
        dvalues += _project_backward(dkeys, values, "key_weight", workspace)


def _weight(name: str, n_inputs: int, n_outputs: int) -> Parameter:
    fans = (n_inputs, n_outputs)
    return Parameter(name, fans, resolve_initializer("glorot_uniform"), fans)


def _products(
    queries: np.ndarray, keys: np.ndarray, workspace: Workspace
) -> tuple[np.ndarray, ScoresBackward]:
    """Return the product of each query with each key of its sample."""
    scores = workspace.empty("scores", (*queries.shape[:2], keys.shape[1]))
    np.matmul(queries, keys.transpose(0, 2, 1), out=scores)

    def backward(d):
        dqueries = np.matmul(d, keys, out=workspace.empty("dqueries", queries.shape))
        dkeys = workspace.empty("dkeys", keys.shape)
        return dqueries, np.matmul(d.transpose(0, 2, 1), queries, out=dkeys)

    return scores, backward


def _project(x: np.ndarray, weight: str, out: str, workspace: Workspace) -> np.ndarray:
    """Return the product of each vector with a parameter, in the buffer ``out``."""
    matrix = workspace.params[weight]
    y = workspace.empty(out, (*x.shape[:-1], matrix.shape[1]))
    np.matmul(flatten_samples(x), matrix, out=flatten_samples(y))
    return y


def _project_backward(
    dy: np.ndarray, x: np.ndarray, weight: str, workspace: Workspace
) -> np.ndarray:
    """Write the gradient of the parameter, and return that of the vectors."""
    rows = flatten_samples(dy)
    np.matmul(flatten_samples(x).T, rows, out=workspace.grads[weight])
    dx = workspace.empty(f"d {weight}", x.shape)
    np.matmul(rows, workspace.params[weight].T, out=flatten_samples(dx))
    return dx


ATTENTIONS: dict[str, Any] = {
    "additive": AdditiveAttention,
    "multiplicative": MultiplicativeAttention,
    "dot": DotAttention,
}
