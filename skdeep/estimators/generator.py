"""Recurrent network that learns how likely sequences are, and draws new ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import DensityMixin
from sklearn.callback import with_callbacks
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeep._documented import documented
from skdeep._forms import check_collection, check_seed
from skdeep._words import explain_numbers
from skdeep.architectures import language_model
from skdeep.estimators._base import BaseNetwork, Given
from skdeep.estimators._rules import (
    NOTHING,
    SIZES,
    Choice,
    Integer,
    Number,
    check_hyperparameters,
    hyperparameter,
    with_default,
)
from skdeep.estimators._training import is_stochastic, make_generator
from skdeep.estimators.inputs import Conditions
from skdeep.estimators.seq2seq import StepByStep
from skdeep.estimators.targets import NumberDensity, SymbolDensity

UNITS = ("auto", "char", "word", "token", "number")


@documented
@dataclass(eq=False, repr=False)
class RNNGenerator(DensityMixin, StepByStep):
    r"""Recurrent network that learns how likely sequences are, and draws new ones.

    X holds strings, sequences of symbols, or sequences of numbers. The network predicts
    each step, and the end, from the steps before: probabilities of symbols, or the
    density of numbers, a mixture of Gaussians. Their product is that of the whole
    sequence. ``sample`` draws step by step, and ``score_samples`` tells how likely
    given sequences are: the interface of scikit-learn's density estimators.

    Parameters
    ----------
    units : int or array-like of int, default=(128,)
        Units of each recurrent layer.
    cell : {'gru', 'lstm', 'simple'}, default='gru'
        Kind of the recurrent layers.
    embedding_dim : int, default=32
        Length of the vector learned for each symbol.
    dropout : float, default=0.0
        Share of units silenced at random at every training step.
    recurrent_dropout : float, default=0.0
        Share of units that the recurrence does not see while training.
    max_length : int or None, default=None
        The most steps that are drawn; None is twice as many as the longest sequence in
        training has.
    n_components : int, default=1
        Number of Gaussians whose mixture is the density of a step, for numbers. One is
        enough for a value that varies around what is expected; several, for a choice.
    unit : {'auto', 'char', 'word', 'token', 'number'}, default='auto'
        What a sequence consists of: the characters of a string, its words (separated by
        spaces), entries of a list or array that are symbols, or numbers. 'auto' is
        'char' for strings, 'number' where any sample has floats, else 'token': integers
        are symbols, unless they come as floats (``X.astype(float)``).
    {training}

    Attributes
    ----------
    classes_ : ndarray of shape (n_symbols,)
        Symbols in X; not there for numbers.
    unit_ : str
        What a sequence consists of, 'auto' resolved.
    {attributes}
    recurrent_coefs_ : list of ndarray of shape (n_units, n_gates * n_units)
        Weights from the state of each recurrent layer to its gates.

    See Also
    --------
    Seq2SeqClassifier : Writes a sequence for each sequence that it reads.
    skdeep.architectures.language_model : The layers.
    sklearn.mixture.GaussianMixture : Density estimation of rows of numbers.

    Notes
    -----
    The probability of a sequence x of T symbols, given a condition c, is [1]_

    .. math:: p(x \mid c) = p(\mathrm{stop} \mid x, c) \prod_{t=1}^T
              p(x_t \mid x_1, \ldots, x_{t-1}, c)

    A sequence has one symbol at least; over all of any length, probabilities add up to
    one. For numbers it is a density [2]_ [3]_, with e 1 at the last step, else 0:

    .. math:: p(x \mid c) = \prod_{t=1}^T p(x_t \mid x_1, \ldots, x_{t-1}, c) \,
              p(e_t \mid x_1, \ldots, x_{t-1}, c)

    The numbers of a step are independent in each Gaussian. Where all sequences in
    training have one length, such as the rows of a table, draws have it too, the ends
    do not count, and sequences of another length have no density. Training sees numbers
    at mean 0 and standard deviation 1; densities are those of X as it is.

    Conditions start the state of the network. Learning is in float32 unless ``dtype``
    says otherwise.

    References
    ----------
    .. [1] I. Sutskever, J. Martens and G. Hinton, "Generating text with recurrent
       neural networks", ICML 2011.
    .. [2] A. Graves, "Generating sequences with recurrent neural networks", 2013,
       arXiv:1308.0850.
    .. [3] C. Bishop, "Mixture density networks", Aston University, NCRG/94/004, 1994.

    Examples
    --------
    >>> from skdeep import RNNGenerator
    >>> X = ["abab", "ab", "ababab", "abababab"] * 20
    >>> model = RNNGenerator(units=16, max_iter=30, learning_rate_init=0.01,
    ...                      random_state=0).fit(X)
    >>> model.sample(2, prompt="ab", temperature=0.1, random_state=0)
    ['ababab', 'ababab']
    >>> log_p = model.score_samples(["abab", "abba"])
    >>> bool(log_p[0] > log_p[1] + 2)
    True

    Numbers: waves with any phase, each a row.

    >>> import numpy as np
    >>> phases = np.random.default_rng(0).uniform(0, 6.28, size=(200, 1))
    >>> waves = np.sin(phases + np.arange(12))
    >>> model = RNNGenerator(units=32, max_iter=30, learning_rate_init=0.01,
    ...                      random_state=0).fit(waves)
    >>> model.sample(5, prompt=waves[0, :4], random_state=0).shape
    (5, 12)
    >>> log_p = model.score_samples([waves[0], waves[0, ::-1], 0 * waves[0]])
    >>> bool(log_p[:2].min() > log_p[2] + 10)
    True
    """

    units: int | Sequence[int] = hyperparameter((128,), *SIZES)
    n_components: int = hyperparameter(1, Integer(1), kw_only=True)
    unit: str = hyperparameter("auto", Choice(UNITS), kw_only=True)
    max_iter: int = with_default(BaseNetwork, "max_iter", 30)

    def _make_inputs(self):
        return Conditions()

    def _make_targets(self, X):
        unit = vars(self).get("unit_", self.unit)
        if unit == "number":
            return NumberDensity(self.n_components, self.max_length)
        return SymbolDensity(unit, "never", self.max_length, name="X")

    def _make_layers(self, n_outputs, input_shape):
        is_number = vars(self).get("unit_", self.unit) == "number"
        layer = language_model(
            self.cell,
            self._sizes(),
            n_outputs,
            n_symbols=None if is_number else n_outputs,
            embedding_dim=self.embedding_dim,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
        )
        return [layer]

    def _network_shape(self, shape, n_outputs):
        if vars(self).get("unit_", self.unit) != "number":
            return shape, (1, 1)
        # A logit, a mean and a scale of each component, and the logit of the end.
        return shape, (1, ((n_outputs - 1) // self.n_components - 1) // 2)

    def _fit_sequences(
        self, conditions: Any, X: Any, sample_weight: Any, given: Given, **how: Any
    ) -> Self:
        """Fit to sequences, whose unit a fit that starts anew learns."""
        from skdeep.preprocessing._symbols import holds_numbers

        check_hyperparameters(self)
        if not isinstance(X, str):
            # What one string lacks is said where strings are read.
            check_collection(X, "X")
        if isinstance(X, memoryview):
            X = np.asarray(X)
        goes_on = self.warm_start or how.get("incremental")
        starts_anew = not (goes_on and "network_" in vars(self))
        if starts_anew:
            self.unit_ = self.unit
            if self.unit == "auto":
                self.unit_ = "number" if holds_numbers(X) else "auto"
        X = self._read_table(X, reset=starts_anew)
        self._fit(_as_rows(conditions, X), X, sample_weight, given, **how)
        self.unit_ = getattr(self.targets_, "unit", self.unit_)
        return self

    def _read_table(self, X: Any, reset: bool = False) -> Any:
        """Check a table of numbers as scikit-learn does; return other X as it is."""
        if hasattr(X, "__array__") and not hasattr(X, "shape"):
            X = np.asarray(X)
        if self.unit_ == "number" and getattr(X, "ndim", 0) == 2:
            dtype = (np.float64, np.float32)
            # Targets say where numbers are missing.
            try:
                return validate_data(
                    self, X, reset=reset, dtype=dtype, ensure_all_finite=False
                )
            except (OverflowError, ValueError, TypeError) as error:
                explain_numbers(error, "X")
                raise
        if reset:
            for name in ("n_features_in_", "feature_names_in_"):
                self.__dict__.pop(name, None)
        return X

    @property
    def classes_(self) -> np.ndarray:
        """Symbols in X, shape (n_symbols,)."""
        if self.unit_ == "number":
            raise AttributeError("Numbers have no classes_: X holds no symbols.")
        return self.targets_.classes

    @with_callbacks
    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        conditions: Any = None,
        X_val: Any = None,
        conditions_val: Any = None,
        sample_weight_val: Any = None,
        groups: Any = None,
    ) -> Self:
        """Fit the network to sequences X.

        Parameters
        ----------
        X : sequence of str, of lists or of arrays, of length n_samples
            The sequences; numbers in arrays of shape (time,) or (time, n_numbers).
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sequence counts.
        conditions : array-like of shape (n_samples,) or (n_samples, n_numbers)
            A class of each sequence, or numbers, on which it depends; default=None.
        X_val : as X, default=None
            Validation data of your own, in place of a part held out from X.
        conditions_val : as conditions, default=None
            Conditions of the validation data.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation data.
        groups : array-like of shape (n_samples,), default=None
            Groups for a splitter given as ``validation_fraction``.

        Returns
        -------
        self : estimator
            The fitted estimator.
        """
        given = self._validation(X_val, conditions_val, sample_weight_val)
        return self._fit_sequences(conditions, X, sample_weight, given, groups=groups)

    @available_if(is_stochastic)
    def partial_fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        classes: Any = None,
        *,
        conditions: Any = None,
        X_val: Any = None,
        conditions_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train one epoch on the given sequences, going on from the last call.

        Parameters
        ----------
        X : sequence of str, of lists or of arrays, of length n_samples
            The sequences; numbers in arrays of shape (time,) or (time, n_numbers).
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            How many times each sequence counts.
        classes : array-like of shape (n_symbols,), default=None
            All symbols that will ever be seen; None takes those in the first call.
        conditions : array-like of shape (n_samples,) or (n_samples, n_numbers)
            A class of each sequence, or numbers, on which it depends; default=None.
        X_val : as X, default=None
            Validation data, for the curves and for early stopping's best weights.
        conditions_val : as conditions, default=None
            Conditions of the validation data.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation data.

        Returns
        -------
        self : estimator
            The estimator after one more epoch.
        """
        given = self._validation(X_val, conditions_val, sample_weight_val)
        return self._fit_sequences(
            conditions, X, sample_weight, given, incremental=True, classes=classes
        )

    def sample(
        self,
        n_samples: int = 1,
        prompt: Any = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        random_state: Any = None,
        *,
        conditions: Any = None,
    ) -> Any:
        """Draw sequences.

        Parameters
        ----------
        n_samples : int, default=1
            Number of sequences.
        prompt : str, list or array, default=None
            What all sequences begin with.
        temperature : float, default=1.0
            Divides the log probabilities of each next symbol: below 1 likely ones
            become likelier. Near 0 it is always the likeliest one. For numbers it
            divides the log weights and the log densities of the Gaussians; near 0 it
            is always the mean of the one of largest weight.
        top_k : int or None, default=None
            Draw among that many likeliest symbols; None is all. Not for numbers.
        random_state : int, RandomState, Generator or None, default=None
            Source of randomness.
        conditions : array-like, default=None
            A condition for each sequence, or one for all of them.

        Returns
        -------
        list or ndarray of length n_samples
            What X was in fit: strings, lists or arrays, the prompt included.
        """
        check_is_fitted(self)
        _check(n_samples, "n_samples", Integer(1, 10**8))
        _check(temperature, "temperature", Number(0, closed="neither"))
        _check(top_k, "top_k", NOTHING, Integer(1))
        check_seed(random_state)
        targets, rng = self.targets_, make_generator(random_state)
        if conditions is not None and np.ndim(conditions) == 0:
            conditions = [conditions]
        sources = self._sources(conditions, n_samples)
        if len(sources) == 1:
            sources = np.repeat(sources, n_samples, axis=0)
        if len(sources) != n_samples:
            raise ValueError(
                f"conditions has {len(sources)} rows for n_samples={n_samples}: give "
                "one for each sequence, or one for all."
            )
        read = None
        if prompt is not None and not _is_empty(prompt):
            read = targets.read_prompt(prompt, self)
        return targets.draw(
            self.network_,
            sources,
            rng,
            prompt=read,
            temperature=temperature,
            top_k=top_k,
        )

    def score_samples(self, X: Any, *, conditions: Any = None) -> np.ndarray:
        """Return the log likelihood of each sequence.

        Parameters
        ----------
        X : sequence of str, of lists or of arrays, of length n_samples
            The sequences; numbers in arrays of shape (time,) or (time, n_numbers).
        conditions : array-like of shape (n_samples,) or (n_samples, n_numbers)
            As in fit; default=None.

        Returns
        -------
        ndarray of shape (n_samples,)
            Natural logarithms, of densities for numbers; minus infinity for sequences
            with symbols that fit has not seen.
        """
        return self._log_likelihoods(X, conditions)[0]

    def score(self, X: Any, y: Any = None, *, conditions: Any = None) -> float:
        """Return the mean log likelihood of sequences.

        Parameters
        ----------
        X : sequence of str, of lists or of arrays, of length n_samples
            The sequences; numbers in arrays of shape (time,) or (time, n_numbers).
        y : None
            Ignored.
        conditions : array-like of shape (n_samples,) or (n_samples, n_numbers)
            As in fit; default=None.

        Returns
        -------
        float
            As that of :class:`sklearn.mixture.GaussianMixture`.
        """
        return float(self.score_samples(X, conditions=conditions).mean())

    def perplexity(self, X: Any, *, conditions: Any = None) -> float:
        """Return the number of symbols between which the network wavers.

        Parameters
        ----------
        X : sequence of str, of lists or of arrays, of length n_samples
            The sequences; numbers in arrays of shape (time,) or (time, n_numbers).
        conditions : array-like of shape (n_samples,) or (n_samples, n_numbers)
            As in fit; default=None.

        Returns
        -------
        float
            Exponential of minus the mean log probability of a symbol, ends counted.
        """
        check_is_fitted(self)
        if self.unit_ == "number":
            raise ValueError(
                "perplexity counts symbols, and X holds numbers: take score_samples, "
                "the log density of each sequence."
            )
        log_p, sizes = self._log_likelihoods(X, conditions)
        return float(np.exp(-log_p.sum() / sizes.sum()))

    def _log_likelihoods(
        self, X: Any, conditions: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the log likelihood of sequences, and their lengths."""
        check_is_fitted(self)
        X = self._read_table(X)
        sources = self._sources(conditions, len(_as_rows(None, X)))
        read = self.targets_.read(X, sources, self)
        return self.targets_.log_likelihoods(self.network_, sources, read)

    def _sources(self, conditions: Any, n_samples: int) -> np.ndarray:
        """Return conditions as the network takes them."""
        if conditions is None:
            conditions = np.empty((n_samples, 0))
        return self.inputs_.read(conditions, self, self.network_.dtype)

    def _validation(self, X: Any, conditions: Any, sample_weight: Any) -> Given:
        if X is None:
            return None, None, sample_weight
        return _as_rows(conditions, X), X, sample_weight


def _as_rows(conditions: Any, X: Any) -> Any:
    """Return conditions, of no numbers if there are none."""
    if conditions is not None:
        return conditions
    from skdeep.preprocessing._symbols import samples_of

    return np.empty((max(1, len(samples_of(X, "X"))), 0))


def _is_empty(prompt: Any) -> bool:
    try:
        return len(prompt) == 0
    except TypeError:
        return False


def _check(value: Any, name: str, *rules: Any) -> None:
    """Check an argument of a method against rules, one of which is enough."""
    if not any(rule.accepts(value) for rule in rules):
        allowed = ", or ".join(map(str, rules))
        raise ValueError(f"{name}={value!r} is not allowed: give {allowed}.")
