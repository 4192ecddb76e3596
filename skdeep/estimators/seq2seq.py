"""Sequence-to-sequence estimators: an encoder that reads, a decoder that writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.callback import with_callbacks
from sklearn.utils import ClassifierTags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skdeep._documented import documented
from skdeep.architectures import encoder_decoder
from skdeep.architectures.recurrent import CELLS
from skdeep.architectures.sequence import BATCH_SIZE, batch_size_for
from skdeep.estimators._base import BaseNetwork
from skdeep.estimators._data import check_weights
from skdeep.estimators._imbalance import refuse_balanced
from skdeep.estimators._rules import (
    NOTHING,
    SHARE,
    SIZES,
    YES_NO,
    Choice,
    Instance,
    Integer,
    Number,
    as_sizes,
    check_hyperparameters,
    hyperparameter,
    with_default,
)
from skdeep.estimators._training import is_stochastic
from skdeep.estimators.inputs import Sources
from skdeep.estimators.targets import NumberSequences, SymbolTargets
from skdeep.estimators.targets.numbers import r2
from skdeep.nn import ATTENTIONS, REGRESSION_LOSSES
from skdeep.nn.compute import single_threaded_blas
from skdeep.nn.decoding import (
    Sequences,
    beam_search,
    decode,
    greedy,
    never_empty,
    writer,
)
from skdeep.nn.decoding_numbers import decode_numbers
from skdeep.nn.ragged import Ragged, RaggedPairs

SOURCES = ("auto", "char", "word", "token", "number")
LOSSES = ("squared_error", "absolute_error", "huber")
TARGETS = ("auto", "char", "word", "token", "label")
# Sequences that are kept for each sample: memory grows with them.
BEAMS = Integer(1, 10_000)
# Samples whose attention is computed side by side.
ROWS = 256


@dataclass(eq=False, repr=False)
class StepByStep(BaseNetwork):
    """Hyperparameters of a recurrent network that writes one step after the other."""

    units: int | Sequence[int] = hyperparameter((64,), *SIZES)
    cell: str = hyperparameter("gru", Choice(tuple(CELLS)))
    embedding_dim: int = hyperparameter(32, Integer(1))
    dropout: float = hyperparameter(0.0, SHARE)
    recurrent_dropout: float = hyperparameter(0.0, SHARE)
    max_length: int | None = hyperparameter(None, NOTHING, Integer(1, 2**31 - 1))
    batch_size: int | str = with_default(BaseNetwork, "batch_size", "auto", BATCH_SIZE)
    learning_rate: Any = with_default(BaseNetwork, "learning_rate", "one_cycle")
    learning_rate_init: float = with_default(BaseNetwork, "learning_rate_init", 0.003)
    max_iter: int = with_default(BaseNetwork, "max_iter", 20)
    max_grad_norm: float | None = with_default(BaseNetwork, "max_grad_norm", 1.0)

    _ends_by_schedule: ClassVar[bool] = True
    _auto_batch_size = staticmethod(batch_size_for)

    def _sizes(self) -> list[int]:
        """Return the units of each recurrent layer, of which there is one at least."""
        units = as_sizes(self.units)
        if not units:
            raise ValueError(
                f"units={self.units!r} leaves no recurrent layer: give the units of at "
                "least one, such as (64,)."
            )
        return units

    @property
    def recurrent_coefs_(self) -> list[np.ndarray]:
        """Weights from the state of each recurrent layer to its gates.

        Shape (n_units, n_gates * n_units) each, in the order of ``coefs_``. They are
        the network's own memory.
        """
        return self._arrays("recurrent_weight")


@dataclass(eq=False, repr=False)
class SequenceToSequence(StepByStep):
    """Hyperparameters of an encoder-decoder, and what they stand for."""

    bidirectional: bool = hyperparameter(True, YES_NO)
    attention: str | None = hyperparameter(
        "multiplicative", Choice((None, *ATTENTIONS))
    )
    filters: int | Sequence[int] = hyperparameter((), *SIZES, kw_only=True)
    kernel_size: int = hyperparameter(5, Integer(1), kw_only=True)
    strides: int = hyperparameter(2, Integer(1), kw_only=True)
    source: str = hyperparameter("auto", Choice(SOURCES), kw_only=True)

    def _make_inputs(self):
        return Sources(self.source)

    def _make_layers(self, n_outputs, input_shape):
        symbols = getattr(vars(self).get("inputs_"), "symbols", None)
        layer = encoder_decoder(
            self.cell,
            self._sizes(),
            n_outputs,
            n_source_symbols=None if symbols is None else len(symbols),
            n_target_symbols=self._n_target_symbols(n_outputs),
            embedding_dim=self.embedding_dim,
            bidirectional=self.bidirectional,
            attention=self.attention,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            filters=as_sizes(self.filters),
            kernel_size=self.kernel_size,
            strides=self.strides,
        )
        return [layer]

    def _n_target_symbols(self, n_outputs: int) -> int | None:
        """Return how many symbols the decoder writes; None is numbers."""
        raise NotImplementedError

    @with_callbacks
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
        groups: Any = None,
    ) -> Self:
        """Fit the network to sequences X and sequences y.

        Parameters
        ----------
        X : sequence of str, of token lists or of arrays of shape (n_samples, ...)
            What is read.
        y : sequence of str, of lists or of arrays, one per sample
            What is to be written.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.
        X_val : as X, default=None
            Validation data of your own, in place of a part held out from X.
        y_val : as y, default=None
            What is to be written for the validation data.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation data.
        groups : array-like of shape (n_samples,), default=None
            Groups for a splitter given as ``validation_fraction``.

        Returns
        -------
        self : estimator
            The fitted estimator.
        """
        validation = (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, validation, groups=groups)

    def _sources(self, X: Any) -> Any:
        """Return X as the encoder takes it."""
        check_is_fitted(self)
        inputs, dtype = self.inputs_, self.network_.dtype
        return inputs.encode(inputs.read(X, self, dtype), dtype)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what targets are accepted."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


@documented
@dataclass(eq=False, repr=False)
class Seq2SeqClassifier(SequenceToSequence):
    """Recurrent network that reads a sequence and writes a sequence of symbols.

    Translation, transliteration, pronunciation, speech to text: X holds sequences, of
    symbols or of numbers, and y holds sequences of symbols of any length. An encoder
    reads the source; a decoder writes one symbol after the other, each time looking
    where in the source to go on (attention), until it writes a symbol that ends the
    sequence.

    Parameters
    ----------
    units : int or array-like of int, default=(64,)
        Units of each recurrent layer of the encoder, in each direction. The decoder has
        as many layers, as wide as both directions together.
    cell : {'gru', 'lstm', 'simple'}, default='gru'
        Kind of the recurrent layers.
    embedding_dim : int, default=32
        Length of the vector learned for each symbol.
    dropout : float, default=0.0
        Share of units silenced at random at every training step.
    recurrent_dropout : float, default=0.0
        Share of units that the recurrence does not see while training.
    max_length : int or None, default=None
        The most symbols that are written; None is twice as many as the longest y in
        training has.
    bidirectional : bool, default=True
        Whether the encoder also reads backwards.
    attention : {'additive', 'multiplicative', 'dot'} or None, default='multiplicative'
        How the decoder scores the steps of the source: that of Bahdanau et al. [1]_,
        or those of Luong et al. [2]_. None passes on the encoder's last state alone,
        which long sequences do not fit into.
    beam_width : int, default=1
        Number of sequences so far that decoding goes on with; 1 is greedy.
    length_penalty : float, default=1.0
        Beams are compared by their log probability divided by ``(length + 1)`` to that
        power.
    label_smoothing : float, default=0.0
        Share of the certainty of targets that is spread over all symbols.
    class_weight : dict, 'balanced' or None, default=None
        Weight of each symbol in the loss, multiplied with sample_weight: rare symbols
        are learned sooner. 'balanced' is ``n / (n_symbols * counts)``, where n is the
        number of symbols in all of y. The end of a sequence has weight 1, as have
        symbols that a dict lacks; keys that y lacks do nothing.
    filters : int or array-like of int, default=()
        Filters of each convolution, with ReLU, in front of the encoder's recurrent
        layers; none by default. They shorten long sequences of numbers, such as frames
        of audio, which the encoder would be slow to read and the decoder to search.
    kernel_size : int, default=5
        Steps in a window of the convolutions.
    strides : int, default=2
        Distance of windows: each convolution makes sequences so many times shorter.
    source : {'auto', 'char', 'word', 'token', 'number'}, default='auto'
        What a sequence in X consists of: the characters of a string, its words
        (separated by spaces), entries of a list that are symbols, or numbers. 'auto'
        is 'char' for strings, 'token' for sequences of strings, else 'number'.
    target : {'auto', 'char', 'word', 'token', 'label'}, default='auto'
        What a sequence in y consists of, and what predictions are. 'label' is one class
        for each sample, a sequence of length one. 'auto' is 'char' for strings, 'label'
        for one column of other values, else 'token'; where X is a table of numbers,
        strings are labels.
    {training}

    Attributes
    ----------
    classes_ : ndarray of shape (n_symbols,)
        Symbols in y.
    input_shape_ : tuple of int
        Shape of one sample; None along axes of differing size.
    {attributes}
    recurrent_coefs_ : list of ndarray of shape (n_units, n_gates * n_units)
        Weights from the state of each recurrent layer to its gates.

    See Also
    --------
    RNNClassifier : One class per sequence, or one per step.
    skdeep.architectures.encoder_decoder : The layers.

    Notes
    -----
    Training shows the decoder the true symbols before each step. Text is learned in
    float32 unless ``dtype`` says otherwise. A symbol of X that fit has not seen gets a
    code of its own.

    scikit-learn takes the estimator for a classifier only with ``target='label'``:
    searches stratify by classes then, which sequences do not have.

    The learning rate falls to zero over ``max_iter`` epochs; fewer are enough for many
    samples, and small data sets need more.

    Recordings are heard best if they are scaled, with ``filters`` that leave the
    shortest sound a step of its own, additive attention, some dropout, and
    ``augment='jitter'``.

    References
    ----------
    .. [1] D. Bahdanau, K. Cho and Y. Bengio, "Neural machine translation by jointly
       learning to align and translate", ICLR 2015, arXiv:1409.0473.
    .. [2] M.-T. Luong, H. Pham and C. Manning, "Effective approaches to attention-based
       neural machine translation", EMNLP 2015, arXiv:1508.04025.

    Examples
    --------
    Numbers in words, to digits:

    >>> from skdeep import Seq2SeqClassifier
    >>> ones = "zero one two three four five six seven eight nine".split()
    >>> X = [f"{ones[i]} {ones[j]}" for i in range(10) for j in range(10)]
    >>> y = [f"{i}{j}" for i in range(10) for j in range(10)]
    >>> model = Seq2SeqClassifier(units=32, source="word", max_iter=60, random_state=0)
    >>> model.fit(X[::2] + X[1::4], y[::2] + y[1::4]).predict(["nine two", "two nine"])
    ['92', '29']
    """

    beam_width: int = hyperparameter(1, BEAMS)
    length_penalty: float = hyperparameter(1.0, Number(0))
    label_smoothing: float = hyperparameter(0.0, SHARE)
    class_weight: Mapping[Any, float] | str | None = hyperparameter(
        None,
        NOTHING,
        Choice(("balanced",)),
        Instance((Mapping,), "a dict from symbol to weight"),
        kw_only=True,
    )
    target: str = hyperparameter("auto", Choice(TARGETS), kw_only=True)

    def _make_targets(self, X):
        labels = "all" if "n_features_in_" in vars(self) else "others"
        return SymbolTargets(
            self.target,
            labels,
            self.max_length,
            self.label_smoothing,
            self.class_weight,
        )

    def _n_target_symbols(self, n_outputs):
        return n_outputs

    def _network_shape(self, shape, n_outputs):
        return shape, (1, 1)

    @property
    def classes_(self) -> np.ndarray:
        """Symbols in y, shape (n_symbols,)."""
        return self.targets_.classes

    @available_if(is_stochastic)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        classes: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train one epoch on the given data, going on from the last call.

        Parameters
        ----------
        X : sequence of str, of token lists or of arrays of shape (n_samples, ...)
            What is read. Symbols that the first call has not seen count as unseen.
        y : sequence of str, of lists or of arrays, one per sample
            What is to be written.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.
        classes : array-like of shape (n_symbols,), default=None
            All symbols of y that will ever be seen; None takes those in the first call.
        X_val : as X, default=None
            Validation data, for the curves and for early stopping's best weights.
        y_val : as y, default=None
            What is to be written for the validation data.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation data.

        Returns
        -------
        self : estimator
            The estimator after one more epoch.
        """
        refuse_balanced(self.class_weight)
        validation = (X_val, y_val, sample_weight_val)
        return self._fit(
            X, y, sample_weight, validation, incremental=True, classes=classes
        )

    def predict(self, X: Any) -> Any:
        """Write a sequence for each sample.

        Parameters
        ----------
        X : sequence of str, of token lists or of arrays of shape (n_samples, ...)
            What is read.

        Returns
        -------
        list or ndarray of length n_samples
            What y was in fit: strings, lists, arrays, or labels.
        """
        symbols, lengths, _ = self._write(X, self.beam_width)
        if self.beam_width > 1:
            symbols, lengths = symbols[:, 0], lengths[:, 0]
        return self.targets_.restore(self.targets_.sequences(symbols, lengths))

    def predict_n_best(self, X: Any, n: int) -> tuple[list[Any], np.ndarray]:
        """Write the n likeliest sequences that beam search finds for each sample.

        Parameters
        ----------
        X : sequence of str, of token lists or of arrays of shape (n_samples, ...)
            What is read.
        n : int
            Number of sequences. The beam is ``beam_width`` wide, and at least n.

        Returns
        -------
        sequences : list of length n_samples
            For each sample its sequences, the best first; fewer than n where there are
            no more.
        log_probabilities : ndarray of shape (n_samples, n)
            Log probability of each, minus infinity for those that there are not.
        """
        check_is_fitted(self)
        check_hyperparameters(self)
        if not BEAMS.accepts(n):
            raise ValueError(f"n={n!r} is not allowed: give {BEAMS}.")
        symbols, lengths, log_p = self._write(X, max(n, self.beam_width), False)
        targets, results = self.targets_, []
        for codes, sizes, found in zip(symbols, lengths, log_p, strict=True):
            there = np.flatnonzero(np.isfinite(found[:n]))
            arrays = targets.sequences(codes[there], sizes[there])
            results.append(targets.restore(arrays))
        return results, log_p[:, :n]

    def attention_weights(self, X: Any, y: Any = None) -> list[np.ndarray]:
        """Return how much each symbol written attends to each step of the source.

        Parameters
        ----------
        X : sequence of str, of token lists or of arrays of shape (n_samples, ...)
            What is read.
        y : sequence of str, of lists or of arrays, default=None
            What is written; None is what ``predict`` writes.

        Returns
        -------
        list of ndarray of shape (n_symbols, n_source_steps)
            One per sample; rows add up to 1. Convolutions leave fewer steps than
            the source has.
        """
        sources = self._sources(X)
        if self.attention is None:
            raise ValueError(
                "attention=None has no attention_weights: fit with "
                "attention='multiplicative' or another."
            )
        y = self.predict(X) if y is None else y
        targets, network = self.targets_, self.network_
        y = targets.read(y, sources, self)
        if not isinstance(sources, Ragged):
            sources = Ragged(list(sources))
        pairs = targets.join(sources, y, network.dtype)
        read: Any = writer(network)[0].encoder.sizes_after(sources.sizes)
        order = pairs.longest_first(np.arange(len(pairs)))
        weights: list[Any] = [None] * len(pairs)
        with single_threaded_blas(), np.errstate(all="ignore"):
            layer, space = writer(network)
            for start in range(0, len(order), ROWS):
                which = order[start : start + ROWS]
                batch, space.sizes = RaggedPairs.pad(pairs, which)
                found = layer.attention_weights(batch, space)
                for i, matrix in zip(which.tolist(), found, strict=True):
                    weights[i] = matrix[: y.sizes[i, 0], : read[i, 0]].copy()
        return weights

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the share of sequences that are right in full.

        Parameters
        ----------
        X : sequence of str, of token lists or of arrays of shape (n_samples, ...)
            What is read.
        y : sequence of str, of lists or of arrays, one per sample
            True sequences.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.

        Returns
        -------
        float
            Between 0 and 1.
        """
        sources = self._sources(X)
        truth = self.targets_.read(y, sources, self).arrays
        written = self.targets_.read(self.predict(X), sources, self).arrays
        right = [np.array_equal(a, b) for a, b in zip(truth, written, strict=True)]
        if sample_weight is not None:
            sample_weight = check_weights(
                sample_weight, sources, self.targets_, "sample_weight", np.float64
            )
        return float(np.average(right, weights=sample_weight))

    def _write(self, X: Any, beam_width: int, may_be_greedy: bool = True) -> Sequences:
        """Return codes of what is written, with an axis of beams unless greedy."""
        sources, targets = self._sources(X), self.targets_
        search: Callable[..., Sequences] = greedy
        if beam_width > 1 or not may_be_greedy:
            search = partial(
                beam_search, beam_width=beam_width, length_penalty=self.length_penalty
            )
        longest = self.max_length or 2 * targets.longest
        if targets.unit == "label":
            longest = 1
        stop = targets.stop

        def run(step: Any, state: Any, n_samples: int) -> Sequences:
            return search(
                never_empty(step, stop),
                state,
                n_samples,
                start=stop,
                stop=stop,
                max_length=longest,
            )

        return decode(self.network_, sources, run)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what targets are accepted."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        if isinstance(self.target, str) and self.target == "label":
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        return tags


@documented
@dataclass(eq=False, repr=False)
class Seq2SeqRegressor(RegressorMixin, SequenceToSequence):
    """Recurrent network that reads a sequence and writes a sequence of numbers.

    Text to signal, forecasts of several steps, one signal to another: X holds
    sequences, of symbols or of numbers, and y holds sequences of numbers. The decoder
    writes one step after the other, fed with the step before, and says at each whether
    it is the last; where all y in training have one length, predictions have it too.

    Parameters
    ----------
    units : int or array-like of int, default=(64,)
        Units of each recurrent layer of the encoder, in each direction. The decoder has
        as many layers, as wide as both directions together.
    cell : {'gru', 'lstm', 'simple'}, default='gru'
        Kind of the recurrent layers.
    embedding_dim : int, default=32
        Length of the vector learned for each symbol in X.
    dropout : float, default=0.0
        Share of units silenced at random at every training step.
    recurrent_dropout : float, default=0.0
        Share of units that the recurrence does not see while training.
    max_length : int or None, default=None
        The most steps that are written; None is twice as many as the longest y in
        training has.
    bidirectional : bool, default=True
        Whether the encoder also reads backwards.
    attention : {'additive', 'multiplicative', 'dot'} or None, default='multiplicative'
        How the decoder scores the steps of the source, as in
        :class:`Seq2SeqClassifier`.
    filters : int or array-like of int, default=()
        Filters of each convolution, with ReLU, in front of the encoder's recurrent
        layers; none by default.
    kernel_size : int, default=5
        Steps in a window of the convolutions.
    strides : int, default=2
        Distance of windows: each convolution makes sequences so many times shorter.
    source : {'auto', 'char', 'word', 'token', 'number'}, default='auto'
        What a sequence in X consists of, as in :class:`Seq2SeqClassifier`.
    loss : {'squared_error', 'absolute_error', 'huber'}, default='squared_error'
        What is minimised, of numbers brought to mean 0 and standard deviation 1; the
        log loss of where sequences end is added.
    {training}

    Attributes
    ----------
    input_shape_ : tuple of int
        Shape of one sample; None along axes of differing size.
    {attributes}
    recurrent_coefs_ : list of ndarray of shape (n_units, n_gates * n_units)
        Weights from the state of each recurrent layer to its gates.

    See Also
    --------
    RNNRegressor : One value per sequence, or one for each step of X.
    Seq2SeqClassifier : Writes symbols.

    Notes
    -----
    Training shows the decoder the true numbers before each step; in prediction it reads
    its own, so that errors add up over long sequences. One number for each sample is a
    sequence of length one.

    Examples
    --------
    A falling line as long as the number of letters, and as high as it is long:

    >>> import numpy as np
    >>> from skdeep import Seq2SeqRegressor
    >>> X = ["a" * (1 + i % 5) for i in range(100)]
    >>> y = [np.arange(len(x), 0.0, -1.0) for x in X]
    >>> model = Seq2SeqRegressor(units=16, max_iter=60, learning_rate_init=0.01,
    ...                          random_state=0).fit(X, y)
    >>> [line.round().tolist() for line in model.predict(["aa", "aaaa"])]
    [[2.0, 1.0], [4.0, 3.0, 2.0, 1.0]]
    """

    loss: str = hyperparameter("squared_error", Choice(LOSSES))

    def _make_targets(self, X):
        return NumberSequences(REGRESSION_LOSSES[self.loss](), self.max_length)

    def _n_target_symbols(self, n_outputs):
        return None

    def _network_shape(self, shape, n_outputs):
        return shape, (1, n_outputs - 1)

    @available_if(is_stochastic)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train one epoch on the given data, going on from the last call.

        Parameters
        ----------
        X : sequence of str, of token lists or of arrays of shape (n_samples, ...)
            What is read. Symbols that the first call has not seen count as unseen.
        y : array or list of arrays, one per sample
            What is to be written.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.
        X_val : as X, default=None
            Validation data, for the curves and for early stopping's best weights.
        y_val : as y, default=None
            What is to be written for the validation data.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation data.

        Returns
        -------
        self : estimator
            The estimator after one more epoch.
        """
        validation = (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, validation, incremental=True)

    def predict(self, X: Any) -> Any:
        """Write a sequence of numbers for each sample.

        Parameters
        ----------
        X : sequence of str, of token lists or of arrays of shape (n_samples, ...)
            What is read.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, time, ...), or list of ndarray
            What y was in fit: a number for each sample, one array, or a list of arrays
            of shape (time,) or (time, n_numbers).
        """
        sources = self._sources(X)
        return self.targets_.restore(self._write(sources, self._length(sources)))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the coefficient of determination over all steps.

        Parameters
        ----------
        X : sequence of str, of token lists or of arrays of shape (n_samples, ...)
            What is read.
        y : array or list of arrays, one per sample
            True sequences. Each prediction is made as long as its own.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sample counts.

        Returns
        -------
        float
            Over all steps of all samples.
        """
        sources, targets = self._sources(X), self.targets_
        y = targets.read(y, sources, self)
        written = self._write(sources, targets.row_sizes(y))
        if sample_weight is not None:
            sample_weight = check_weights(
                sample_weight, sources, targets, "sample_weight", np.float64
            )
            sample_weight = targets.weights(y, sample_weight, None)
        return r2(y.rows, np.concatenate(written), sample_weight=sample_weight)

    def _length(self, sources: Any) -> Any:
        """Return the length of sequences to be written, or the most that it may be."""
        targets = self.targets_
        if targets.shortest == targets.longest:
            return np.full(sources.shape[0], targets.longest)
        return self.max_length or 2 * targets.longest

    def _write(self, sources: Any, lengths: Any) -> list[np.ndarray]:
        numbers, sizes = decode_numbers(self.network_, sources, lengths)
        targets = self.targets_
        values = numbers * targets.scale + targets.center
        return [row[:size] for row, size in zip(values, sizes.tolist(), strict=True)]
