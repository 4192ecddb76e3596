"""A network that reads one sequence, or a vector, and writes another sequence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from skdeep.nn.layers.attention import Attention, Prepared
from skdeep.nn.layers.base import Layer, State, Workspace
from skdeep.nn.layers.combine import Residual, Serial
from skdeep.nn.layers.dense import Dense
from skdeep.nn.layers.recurrent import Recurrent
from skdeep.nn.layers.smooth_activation import Tanh
from skdeep.nn.parameters import Plan
from skdeep.nn.ragged import clear_padding


@dataclass(repr=False)
class EncoderDecoder(Layer):
    """Encoder, decoder with teacher forcing, attention, and output layers [1]_ [2]_.

    The input is a pair: the source, and the decoder's input sequence, which in training
    is the target one step late (see ``RaggedPairs``). The decoder starts from the state
    ``tanh(s W + b)``, where s holds the encoder's final states. Each of its outputs,
    next to what it attends to in the source, goes through the output layers.

    Parameters
    ----------
    encoder : Layer
        Takes the source. It returns a sequence, or one vector, such as ``Serial()``
        that passes a vector of conditions on; s is then this vector. A vector of no
        numbers leaves the start of the decoder to b alone.
    decoder : Layer
        Recurrent layers, and layers that treat each step alone. Nothing in it may look
        ahead.
    head : Layer
        Output layers, which treat each step alone.
    attention : Attention or None, default=None
        How decoder outputs attend to encoder outputs; None is not at all.

    Notes
    -----
    The attention is that of Luong et al. [3]_, after the decoder's recurrence, which
    therefore computes all steps in one pass in training.

    Padding of the decoder's input is computed and ignored: as nothing looks ahead, it
    has no effect on the steps before it.

    References
    ----------
    .. [1] K. Cho et al., "Learning phrase representations using RNN encoder-decoder
       for statistical machine translation", EMNLP 2014, arXiv:1406.1078.
    .. [2] I. Sutskever, O. Vinyals and Q. Le, "Sequence to sequence learning with
       neural networks", NeurIPS 2014, arXiv:1409.3215.
    .. [3] M.-T. Luong, H. Pham and C. Manning, "Effective approaches to attention-based
       neural machine translation", EMNLP 2015, arXiv:1508.04025.

    Examples
    --------
    >>> from skdeep.nn import GRU, Bidirectional, Dense, MultiplicativeAttention
    >>> layer = EncoderDecoder(
    ...     Bidirectional(GRU(8)), GRU(16), Dense(5), MultiplicativeAttention()
    ... )
    >>> layer.plan(((25, 3), (10, 4))).output_shape
    (10, 5)
    """

    encoder: Layer
    decoder: Layer
    head: Layer
    attention: Attention | None = None

    @property
    def keeps_output(self) -> bool:  # type: ignore[override]
        """Whether the output layers read their output in backward."""
        return self.head.keeps_output

    @property
    def frees_output(self) -> bool:  # type: ignore[override]
        """Whether the output layers have no use for the memory of their output."""
        return self.head.frees_output

    @property
    def synchronises(self) -> bool:  # type: ignore[override]
        """Whether a layer inside exchanges sums between shards."""
        layers = (self.encoder, self.decoder, self.head)
        return any(layer.synchronises for layer in layers)

    @property
    def _bridge(self) -> Layer:
        """From the encoder's final states to the decoder's initial ones."""
        return Serial([Dense(sum(self.decoder.state_sizes)), Tanh()])

    @property
    def inner(self) -> list[Layer]:
        """The layers inside, in the order of their plans."""
        attention = [] if self.attention is None else [self.attention]
        return [self.encoder, self._bridge, self.decoder, *attention, self.head]

    def plan(self, input_shape):
        _check_step_by_step("decoder", self.decoder)
        _check_step_by_step("head", self.head)
        source, target = input_shape
        encoder, decoder = self.encoder.plan(source), self.decoder.plan(target)
        if not self.decoder.state_sizes:
            raise ValueError(
                f"EncoderDecoder got the decoder {self.decoder!r}, which has no "
                "recurrent layer: add one, such as GRU(64)."
            )
        if self.head.state_sizes:
            raise ValueError(
                f"EncoderDecoder got the head {self.head!r}, which has a recurrent "
                "layer: move it to the decoder."
            )
        is_vector = len(encoder.output_shape) == 1
        if is_vector:
            summary = encoder.output_shape
        else:
            summary = (sum(self.encoder.state_sizes),)
        if is_vector and self.attention is not None:
            raise ValueError(
                "EncoderDecoder has attention, but its encoder returns one vector: let "
                "its last layer return sequences, or set attention=None."
            )
        children = [encoder, self._bridge.plan(summary), decoder]
        n_steps, width = decoder.output_shape
        if self.attention is not None:
            shapes = (decoder.output_shape, encoder.output_shape)
            children.append(self.attention.plan(shapes))
            width += encoder.output_shape[1]
        children.append(self.head.plan((n_steps, width)))
        return Plan(input_shape, children[-1].output_shape, children=tuple(children))

    def open(self, workspace):
        encoder, bridge, decoder, *_, head = workspace.children
        encoder.wants_dx = decoder.wants_dx = workspace.wants_dx
        bridge.wants_dx = head.wants_dx = True
        # What goes into the output layers is joined in memory of its own.
        head.may_overwrite = self.attention is not None
        layers = (self.encoder, self._bridge, self.decoder, self.head)
        for layer, child in zip(layers, (encoder, bridge, decoder, head), strict=True):
            layer.open(child)

    def sizes_after(self, sizes):
        return sizes[1]

    def forward(self, x, workspace):
        source, target = x
        target_sizes = None if workspace.sizes is None else workspace.sizes[1]
        _, _, decoder, *attention, head = workspace.children
        encoded, sizes, initial, source_backward = self._read(source, workspace)
        if target_sizes is not None:
            own = workspace.empty("target", target.shape)
            np.copyto(own, target)
            clear_padding(own, target_sizes)
            target = own
        queries, _, decoder_backward = self.decoder.forward_from(
            target, initial, decoder
        )
        joined = queries
        if self.attention is not None:
            attention[0].sizes = None if sizes is None else (None, sizes)
            context, attention_backward = self.attention.forward(
                (queries, encoded), attention[0]
            )
            joined = _join((queries, context), workspace, "joined")
        y, head_backward = self.head.forward(joined, head)

        def backward(dy):
            dqueries, dencoded = head_backward(dy), None
            if self.attention is not None:
                djoined, width = dqueries, queries.shape[2]
                dqueries, dencoded = attention_backward(djoined[..., width:])
                dqueries += djoined[..., :width]
            dtarget, dinitial = decoder_backward(dqueries, None)
            return source_backward(dencoded, dinitial), dtarget

        return y, backward

    def _read(self, source, workspace):
        """Return what the encoder and the bridge make of sources.

        These are the encoder's outputs and their sizes, the decoder's initial state,
        and the function from the gradients of outputs (None is 0) and of the state to
        that of the source.
        """
        encoder, bridge = workspace.children[:2]
        sizes = encoder.sizes = None if workspace.sizes is None else workspace.sizes[0]
        encoded, final, encoder_backward = self.encoder.forward_from(
            source, None, encoder
        )
        if sizes is not None:
            sizes = self.encoder.sizes_after(sizes)
        is_vector = encoded.ndim == 2
        if is_vector:
            summary = encoded
        else:
            none = workspace.empty("none", (len(source), 0))
            summary = _join((none, *final), workspace, "summary")
        states, bridge_backward = self._bridge.forward(summary, bridge)

        def backward(dencoded, dinitial):
            dsummary = bridge_backward(_join(dinitial, workspace, "dstates"))
            if is_vector:
                return encoder_backward(dsummary, None)[0]
            if dencoded is None:
                dencoded = workspace.empty("dencoded", encoded.shape)
                dencoded.fill(0)
            dfinal = _split(dsummary, self.encoder.state_sizes)
            return encoder_backward(dencoded, dfinal)[0]

        return encoded, sizes, _split(states, self.decoder.state_sizes), backward

    def start(
        self, source: np.ndarray, workspace: Workspace
    ) -> tuple[Callable[[np.ndarray, State], tuple[np.ndarray, State]], State]:
        """Encode sources, and return how to write their sequences step by step.

        Keys of the attention are computed once; a step copies neither them nor weights.

        Parameters
        ----------
        source : ndarray of shape (n_samples, ...)
            Sources.
        workspace : Workspace
            For prediction, with the pair of ``sizes`` (None is no padding); not to be
            used for others while steps are taken.

        Returns
        -------
        step : callable
            ``step(x, state) -> (y, state)``, where x (n_samples, n_beams, n_channels)
            is the decoder's next input, for any number of sequences for each source,
            and y (n_samples, n_beams, n_outputs) is valid until the next step.
        state : tuple of ndarray of shape (n_samples, 1, size)
            Before the first step.
        """
        _, _, decoder, *attention, head = workspace.children
        encoded, sizes, initial, _ = self._read(source, workspace)
        prepared: Prepared | None = None
        if self.attention is not None:
            prepared = self.attention.prepare(encoded, sizes, attention[0])

        def step(x: np.ndarray, state: State) -> tuple[np.ndarray, State]:
            y, state = self.decoder.step(x, state, decoder)
            if self.attention is not None and prepared is not None:
                context = self.attention.attend(y, prepared, attention[0])
                y = _join((y, context), workspace, "joined")
            return self.head.forward(y, head)[0], state

        return step, tuple(part[:, np.newaxis] for part in initial)

    def attention_weights(
        self, x: tuple[np.ndarray, np.ndarray], workspace: Workspace
    ) -> np.ndarray:
        """Return how much each step of the decoder attends to each of the source.

        Parameters
        ----------
        x : tuple of ndarray
            Sources and inputs of the decoder, as in ``forward``.
        workspace : Workspace
            For prediction, with the pair of ``sizes``.

        Returns
        -------
        ndarray of shape (n_samples, n_decoder_steps, n_encoder_steps)
            A buffer of the workspace.
        """
        if self.attention is None:
            raise ValueError(
                "EncoderDecoder without attention has no attention_weights."
            )
        source, target = x
        _, _, decoder, attention, _ = workspace.children
        encoded, sizes, initial, _ = self._read(source, workspace)
        prepared = self.attention.prepare(encoded, sizes, attention)
        queries, _, _ = self.decoder.forward_from(target, initial, decoder)
        return self.attention.weights(queries, prepared, attention)


def _check_step_by_step(name: str, layer: Layer) -> None:
    """Refuse layers that would let a step see those that follow."""
    if isinstance(layer, Serial | Residual):
        for inner in layer.layers:
            _check_step_by_step(name, inner)
        if isinstance(layer, Residual) and layer.shortcut is not None:
            _check_step_by_step(name, layer.shortcut)
    # Layers in which steps touch each other say what they make of sizes.
    elif not isinstance(layer, Recurrent) and (
        type(layer).sizes_after is not Layer.sizes_after
    ):
        raise ValueError(
            f"EncoderDecoder cannot have {layer!r} in its {name}, which is to go step "
            "by step: give recurrent layers of one direction, and layers that treat "
            "each step alone."
        )


def _join(arrays: Sequence[np.ndarray], workspace: Workspace, name: str) -> np.ndarray:
    """Return arrays side by side along the last axis, in a buffer."""
    width = sum(array.shape[-1] for array in arrays)
    out = workspace.empty(name, (*arrays[0].shape[:-1], width))
    return np.concatenate(arrays, axis=-1, out=out)


def _split(array: np.ndarray, widths: Sequence[int]) -> State:
    """Return views of parts of the last axis."""
    ends = accumulate(widths, initial=0)
    return tuple(array[:, start:stop] for start, stop in pairwise(ends))
